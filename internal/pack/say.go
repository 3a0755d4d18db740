package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
	"pana/internal/wording"
)

// RuleInWords tells a guard in a language, as far as the pack has words for
// what it reads; a name without words stands as it is written. A guard that
// cannot be read stands as it is written too.
func (p *Pack) RuleInWords(lang wording.Lang, src string) string {
	switch strings.TrimSpace(src) {
	case "":
		return p.words.Say(lang, "rule.always")
	case "force: may", "force: world": // how the checker says that nobody owes a step
		return p.words.Say(lang, "rule."+strings.TrimPrefix(src, "force: "))
	}
	e, err := procedure.Parse(src)
	if err != nil {
		return src
	}
	return ruleWords{p, lang}.say(e, true)
}

// ruleWords tells rules in one language.
type ruleWords struct {
	p    *Pack
	lang wording.Lang
}

func (w ruleWords) words(key string, args ...any) string { return w.p.words.Say(w.lang, key, args...) }

// say tells an expression, or that it is not so. What is turned round is turned
// round inside, so that nobody has to read "not so: not".
func (w ruleWords) say(e procedure.Expr, so bool) string {
	switch e := e.(type) {
	case *procedure.BoolLit:
		return w.words(map[bool]string{true: "rule.always", false: "rule.never"}[e.Value == so])
	case *procedure.Not:
		return w.say(e.X, !so)
	case *procedure.Name:
		return w.named(e.Name, so)
	case *procedure.Call:
		return w.call(e, so)
	case *procedure.ClockIs:
		return w.words("rule.clock."+e.State+not(so), "clock", w.p.sayOr(w.lang, e.ID, "clock."+e.ID))
	case *procedure.Binary:
		return w.binary(e, so)
	case *procedure.Cond:
		return w.words("rule.if", "a", w.say(e.If, true), "b", w.say(e.Then, so), "c", w.say(e.Else, so))
	}
	return e.String()
}

func not(so bool) string {
	if so {
		return ""
	}
	return "_not"
}

// sayOr is the first of the keys that has words, else the name itself.
func (p *Pack) sayOr(lang wording.Lang, name string, keys ...string) string {
	for _, key := range keys {
		if p.words.Has(lang, key) {
			return p.words.Say(lang, key)
		}
	}
	return name
}

// named tells a yes or no by name: a derived name by its public words or by
// what it stands for.
func (w ruleWords) named(name string, so bool) string {
	d := find(w.p.Spec.Derived, func(d *procedure.Derived) bool { return d.Name == name })
	if d != nil && !w.p.words.Has(w.lang, "export."+name) {
		if e, err := procedure.Parse(d.When); err == nil {
			return w.say(e, so)
		}
	}
	what := w.what(name)
	if so {
		return what
	}
	return w.words("rule.not", "a", what)
}

// what names a fact, a variable or a derived name.
func (w ruleWords) what(name string) string {
	if proc, ok := strings.CutSuffix(name, ".rounds"); ok {
		return w.words("rule.rounds", "procedure", w.p.sayOr(w.lang, proc, "procedure."+proc))
	}
	return w.p.sayOr(w.lang, name, "var."+name, "fact."+name, "export."+name)
}

// ValueInWords is the words of one value of a fact or variable.
func (p *Pack) ValueInWords(lang wording.Lang, name, value string) string {
	return p.sayOr(lang, value, "var."+name+"."+value, "fact."+name+"."+value)
}

// NameInWords is the words of a fact or variable.
func (p *Pack) NameInWords(lang wording.Lang, name string) string {
	return ruleWords{p, lang}.what(name)
}

func (w ruleWords) call(e *procedure.Call, so bool) string {
	if e.Func == "unknown" {
		return w.words("rule.question"+not(so), "question", w.p.sayOr(w.lang, e.Args[0], "question."+e.Args[0]))
	}
	var rights []string
	for _, r := range w.p.Spec.Entitlements {
		from := r.Class
		if from == "" {
			from = r.Procedure
		}
		if r.Gives == e.Args[0] && (len(e.Args) == 1 || e.Args[1] == from) {
			rights = append(rights, w.p.sayOr(w.lang, r.ID, "entitlement."+r.ID))
		}
	}
	if len(rights) == 0 {
		rights = []string{w.p.sayOr(w.lang, e.Args[0], "right."+e.Args[0])}
	}
	slices.Sort(rights)
	return w.words("rule.right"+not(so), "right", w.either(slices.Compact(rights)))
}

func (w ruleWords) either(list []string) string {
	out := list[0]
	for _, next := range list[1:] {
		out = w.words("rule.either", "a", out, "b", next)
	}
	return out
}

func (w ruleWords) binary(e *procedure.Binary, so bool) string {
	switch e.Op {
	case procedure.OpAnd, procedure.OpOr:
		key := "rule.and"
		if (e.Op == procedure.OpOr) == so {
			key = "rule.or"
		}
		return w.words(key, "a", w.part(e.L, e.Op, so), "b", w.part(e.R, e.Op, so))
	case procedure.OpNe:
		return w.compared(e, !so)
	case procedure.OpEq, procedure.OpIn:
		return w.compared(e, so)
	}
	key := map[procedure.Op]string{procedure.OpLess: "rule.less", procedure.OpLeq: "rule.at_most"}[e.Op]
	if so {
		return w.words(key, "a", w.operand(e.L), "b", w.operand(e.R))
	}
	return w.words("rule.not", "a", w.words(key, "a", w.operand(e.L), "b", w.operand(e.R)))
}

// part tells one side of && or ||, in brackets where the other joins inside it.
func (w ruleWords) part(e procedure.Expr, op procedure.Op, so bool) string {
	said := w.say(e, so)
	if n, ok := e.(*procedure.Not); ok {
		e = n.X
		if b, ok := e.(*procedure.Binary); ok && (b.Op == procedure.OpAnd || b.Op == procedure.OpOr) && b.Op != op {
			return said // turned round, it joins as the other does
		}
	}
	if n, ok := e.(*procedure.Name); ok {
		if d := find(w.p.Spec.Derived, func(d *procedure.Derived) bool { return d.Name == n.Name }); d != nil && !w.p.words.Has(w.lang, "export."+n.Name) {
			e, _ = procedure.Parse(d.When)
		}
	}
	if b, ok := e.(*procedure.Binary); ok && (b.Op == procedure.OpAnd || b.Op == procedure.OpOr) && b.Op != op {
		return w.words("rule.group", "a", said)
	}
	return said
}

// compared tells name == value and name in [values].
func (w ruleWords) compared(e *procedure.Binary, so bool) string {
	l, r := e.L, e.R
	if _, name := l.(*procedure.Name); !name {
		l, r = r, l
	}
	n, isName := l.(*procedure.Name)
	var values []string
	switch r := r.(type) {
	case *procedure.StringLit:
		values = []string{w.valueOf(n, r)}
	case *procedure.IntLit:
		values = []string{r.String()}
	case *procedure.ListLit:
		for _, item := range r.Items {
			values = append(values, w.valueOf(n, item))
		}
	}
	if !isName || len(values) == 0 {
		key := map[bool]string{true: "rule.same", false: "rule.not_same"}[so]
		return w.words(key, "a", w.operand(l), "b", w.operand(r))
	}
	return w.words("rule.is"+not(so), "what", w.what(n.Name), "value", w.either(values))
}

func (w ruleWords) valueOf(n *procedure.Name, e procedure.Expr) string {
	s, ok := e.(*procedure.StringLit)
	if !ok || n == nil {
		return e.String()
	}
	return w.p.ValueInWords(w.lang, n.Name, s.Value)
}

func (w ruleWords) operand(e procedure.Expr) string {
	if n, ok := e.(*procedure.Name); ok {
		return w.what(n.Name)
	}
	if _, ok := e.(*procedure.IntLit); ok {
		return e.String()
	}
	return w.say(e, true)
}
