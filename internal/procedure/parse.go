package procedure

import (
	"fmt"
	"strconv"
	"strings"
)

// The rule language. Its surface is CEL's, cut to what a procedure needs:
//
//	cond     = or [ "?" or ":" cond ]
//	or       = and { "||" and }
//	and      = relation { "&&" relation }
//	relation = unary { ("==" | "!=" | "<" | "<=" | "in") unary }
//	unary    = { "!" } atom
//	atom     = STRING | INT | "true" | "false" | NAME | call | list | "(" cond ")"
//	call     = ("unknown" | "has") "(" arg ")" | "has" "(" arg "," arg ")"
//	         | "clock" "(" arg ")" "." ("running" | "expired" | "off")
//	arg      = STRING | NAME
//	list     = "[" [ literal { "," literal } ] "]"
//
// An argument is an id. It may stand bare, unknown(q_18_8); the canonical form,
// which String writes and CEL reads, is quoted. Strings have no escapes: the
// values of a pack need none.

const (
	maxGuard = 4096 // bytes of one guard
	maxDepth = 50   // of nesting, so that no guard can exhaust the stack
)

// reserved words cannot be names, as in CEL.
var reserved = map[string]bool{
	"in": true, "true": true, "false": true, "null": true, "as": true, "break": true, "const": true, "continue": true,
	"else": true, "for": true, "function": true, "if": true, "import": true, "let": true, "loop": true, "package": true,
	"namespace": true, "return": true, "var": true, "void": true, "while": true, "unknown": true, "has": true, "clock": true,
	"size": true, "type": true, "int": true, "uint": true, "double": true, "bool": true, "string": true, "bytes": true,
	"list": true, "map": true, "null_type": true, "timestamp": true, "duration": true, "dyn": true, "matches": true,
}

// guardError is what is wrong in one guard and where in it.
type guardError struct {
	at         int
	code       string
	what, mend string
}

type token struct {
	kind tokenKind
	text string
	at   int
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenInt
	tokenString
	tokenSign
)

type parser struct {
	src   string
	next  int
	tok   token
	depth int
}

// Parse reads one guard. The error's text says where, what, and how to mend it.
func Parse(src string) (Expr, error) {
	e, err := parse(src)
	if err != nil {
		return nil, fmt.Errorf("character %d: %s: %s", err.at+1, err.what, err.mend)
	}
	return e, nil
}

func parse(src string) (e Expr, err *guardError) {
	if len(src) > maxGuard {
		return nil, &guardError{0, "guard.too_long", "guard is too long", fmt.Sprintf("keep it under %d characters; name its parts under derived", maxGuard)}
	}
	p := &parser{src: src}
	// The grammar is recursive; a guardError thrown from anywhere in it ends here.
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *guardError:
			e, err = nil, r
		default:
			panic(r)
		}
	}()
	p.advance()
	e = p.cond()
	if p.tok.kind != tokenEnd {
		p.unexpected("an operator or the end")
	}
	return e, nil
}

func (p *parser) fail(at int, code, what, mend string) {
	panic(&guardError{at, code, what, mend})
}

func (p *parser) unexpected(wanted string) {
	found := strconv.Quote(p.tok.text)
	if p.tok.kind == tokenEnd {
		found = "the end"
	}
	p.fail(p.tok.at, "guard.syntax", "found "+found, "expected "+wanted)
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.tok.at, "guard.too_deep", "guard is nested too deeply", "name its parts under derived")
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) cond() Expr {
	p.enter()
	defer p.leave()
	e := p.binary(levelOr)
	if !p.is("?") {
		return e
	}
	at := p.tok.at
	p.advance()
	then := p.binary(levelOr)
	p.expect(":")
	return &Cond{at, e, then, p.cond()}
}

func (p *parser) binary(level int) Expr {
	if level > levelRelation {
		return p.unary()
	}
	e := p.binary(level + 1)
	for n := 1; ; n++ {
		op := Op(p.tok.text)
		if !p.operator() || opLevel(op) != level {
			return e
		}
		if p.depth+n > 4*maxDepth { // a long chain leans left and is as deep as it is long
			p.fail(p.tok.at, "guard.too_deep", "guard has too many parts", "name some of them under derived")
		}
		at := p.tok.at
		p.advance()
		e = &Binary{at, op, e, p.binary(level + 1)}
	}
}

func (p *parser) operator() bool {
	if p.tok.kind == tokenName {
		return p.tok.text == "in"
	}
	if p.tok.kind != tokenSign {
		return false
	}
	switch p.tok.text {
	case "&&", "||", "==", "!=", "<", "<=":
		return true
	case ">", ">=":
		p.fail(p.tok.at, "guard.syntax", "there is no "+p.tok.text, "turn the sides round and write < or <=")
	}
	return false
}

func (p *parser) unary() Expr {
	if !p.is("!") {
		return p.atom()
	}
	p.enter()
	defer p.leave()
	at := p.tok.at
	p.advance()
	return &Not{at, p.unary()}
}

func (p *parser) atom() Expr {
	t := p.tok
	switch t.kind {
	case tokenString, tokenInt:
		return p.literal()
	case tokenName:
		p.advance()
		return p.named(t)
	case tokenSign:
		switch t.text {
		case "(":
			p.advance()
			e := p.cond()
			p.expect(")")
			return e
		case "[":
			return p.list()
		case "-":
			p.fail(t.at, "guard.syntax", "there are no numbers below zero", "write a whole number from 0")
		}
	}
	p.unexpected("a name, a value or a bracket")
	return nil
}

func (p *parser) literal() Expr {
	t := p.tok
	switch t.kind {
	case tokenString:
		p.advance()
		return &StringLit{t.at, t.text}
	case tokenInt:
		n, err := strconv.ParseInt(t.text, 10, 32)
		if err != nil {
			p.fail(t.at, "guard.number", t.text+" is too large", "write a whole number below two thousand million")
		}
		p.advance()
		return &IntLit{t.at, n}
	}
	p.unexpected(`a value: "text" or a number`)
	return nil
}

func (p *parser) list() Expr {
	l := &ListLit{Pos: p.tok.at}
	p.advance()
	for !p.is("]") {
		if len(l.Items) > 0 {
			p.expect(",")
		}
		l.Items = append(l.Items, p.literal())
	}
	p.advance()
	return l
}

// named reads what begins with a word.
func (p *parser) named(t token) Expr {
	switch t.text {
	case "true", "false":
		return &BoolLit{t.at, t.text == "true"}
	case "unknown", "has":
		return p.call(t)
	case "clock":
		return p.clock(t)
	}
	if p.is("(") {
		p.fail(t.at, "guard.function", fmt.Sprintf("there is no function %q", t.text),
			didYouMean(t.text, []string{"unknown", "has", "clock"}, `the functions are unknown("question"), has("right") and clock("id").running`))
	}
	name := t.text
	for p.is(".") {
		p.advance()
		if p.tok.kind != tokenName {
			p.unexpected("a name after the dot")
		}
		name += "." + p.tok.text
		p.advance()
	}
	for word := range strings.SplitSeq(name, ".") {
		if reserved[word] {
			p.fail(t.at, "guard.reserved", fmt.Sprintf("%q is a word of the language", word), "give the fact or variable another name")
		}
	}
	return &Name{t.at, name}
}

func (p *parser) call(t token) Expr {
	p.expect("(")
	args := []string{p.argument()}
	if p.is(":") {
		p.refuseNamed(t)
	}
	for p.is(",") {
		p.advance()
		args = append(args, p.argument())
		if p.is(":") {
			p.refuseNamed(t)
		}
	}
	p.expect(")")
	if most := map[string]int{"unknown": 1, "has": 2}[t.text]; len(args) > most {
		p.fail(t.at, "guard.arguments", fmt.Sprintf("%s takes at most %d", t.text, most), `write unknown("question"), has("right") or has("right", "giver")`)
	}
	return &Call{t.at, t.text, args}
}

// refuseNamed answers has(stay, from: asylum), which is how one says it and not CEL.
func (p *parser) refuseNamed(t token) {
	p.fail(p.tok.at, "guard.syntax", "arguments have no names", `write `+t.text+`("right", "giver")`)
}

func (p *parser) clock(t token) Expr {
	p.expect("(")
	id := p.argument()
	p.expect(")")
	p.expect(".")
	state := p.tok.text
	if p.tok.kind != tokenName || state != "running" && state != "expired" && state != "off" {
		p.unexpected("running, expired or off")
	}
	p.advance()
	return &ClockIs{t.at, id, state}
}

func (p *parser) argument() string {
	if p.tok.kind != tokenString && p.tok.kind != tokenName {
		p.unexpected("an id in quotation marks")
	}
	id := p.tok.text
	p.advance()
	return id
}

func (p *parser) is(sign string) bool { return p.tok.kind == tokenSign && p.tok.text == sign }

func (p *parser) expect(sign string) {
	if !p.is(sign) {
		p.unexpected(strconv.Quote(sign))
	}
	p.advance()
}

// advance reads the next token.
func (p *parser) advance() {
	for p.next < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.next]) >= 0 {
		p.next++
	}
	at := p.next
	if at == len(p.src) {
		p.tok = token{tokenEnd, "", at}
		return
	}
	switch c := p.src[at]; {
	case isLetter(c):
		p.take(tokenName, func(c byte) bool { return isLetter(c) || isDigit(c) })
	case isDigit(c):
		p.take(tokenInt, isDigit)
		if p.next < len(p.src) && isLetter(p.src[p.next]) {
			p.fail(at, "guard.number", "a number runs into a word", "put a space, or quotation marks round a value")
		}
	case c == '"' || c == '\'':
		p.quoted(c)
	default:
		p.sign()
	}
}

func (p *parser) take(kind tokenKind, in func(byte) bool) {
	at := p.next
	for p.next < len(p.src) && in(p.src[p.next]) {
		p.next++
	}
	p.tok = token{kind, p.src[at:p.next], at}
}

func (p *parser) quoted(mark byte) {
	at := p.next
	for i := at + 1; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == mark:
			p.tok, p.next = token{tokenString, p.src[at+1 : i], at}, i+1
			return
		case c == '\\' || c < ' ' || c > '~' || c == '"':
			p.fail(i, "guard.string", "a value holds a sign it may not", "values are plain letters, digits, _ and -")
		}
	}
	p.fail(at, "guard.string", "a quotation mark is not closed", "close it")
}

func (p *parser) sign() {
	at := p.next
	for _, sign := range []string{"&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "?", ":", "(", ")", "[", "]", ",", ".", "-"} {
		if strings.HasPrefix(p.src[at:], sign) {
			p.tok, p.next = token{tokenSign, sign, at}, at+len(sign)
			return
		}
	}
	mend := "remove it"
	switch p.src[at] {
	case '=':
		mend = "write == to compare"
	case '&', '|':
		mend = "write && or ||"
	}
	r := []rune(p.src[at:min(len(p.src), at+4)])[0]
	p.fail(at, "guard.syntax", fmt.Sprintf("%q means nothing here", r), mend)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
