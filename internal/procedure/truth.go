package procedure

import "slices"

// guard is a compiled rule over situations. Reading an open question of law it
// has three answers; reading a hidden fact it counts as met when some value of
// that fact would meet it, for nobody can record that fact.
type guard struct {
	src   string
	expr  Expr
	holds func(*frame) bool
	rule  *node // the same as a tree; nil: only holds knows
	use   use
	sizes []int // values of each hidden slot in use.hidden
}

// node is the guard as part of another.
func (g *guard) node() *node {
	if g.rule == nil {
		return asking(g.holds)
	}
	return g.rule
}

// always is the guard of what has no condition.
var always = &guard{src: "true", expr: &BoolLit{Value: true}, holds: func(*frame) bool { return true }, rule: &node{op: allNode}}

// truth is the answer under every reading of the questions the guard reads.
// It leaves the frame as it was and does not allocate.
func (g *guard) truth(f *frame) Truth {
	if len(g.use.questions) == 0 && len(g.use.hidden) == 0 { // nearly every guard
		return truthOf(g.holds(f))
	}
	return g.under(f, (*guard).met)
}

// under evaluates one of the guard's readings under every answer.
func (g *guard) under(f *frame, met func(*guard, *frame) Truth) Truth {
	qs := g.use.questions
	if len(qs) == 0 {
		return met(g, f)
	}
	saved := f.answers
	defer func() { f.answers = saved }()
	var first Truth
	for a := range 1 << len(qs) {
		for i, q := range qs {
			f.setAnswer(q, a>>i&1 != 0)
		}
		switch now := met(g, f); {
		case now == Depends:
			return Depends
		case a == 0:
			first = now
		case now != first:
			return Depends
		}
	}
	return first
}

// met reads hidden facts in the guard's favour.
func (g *guard) met(f *frame) Truth {
	if len(g.use.hidden) == 0 {
		return truthOf(g.holds(f))
	}
	return truthOf(g.someHidden(f, true))
}

// known reads hidden facts as not known: Depends where they decide.
func (g *guard) known(f *frame) Truth {
	if len(g.use.hidden) == 0 {
		return truthOf(g.holds(f))
	}
	switch can, cannot := g.someHidden(f, true), g.someHidden(f, false); {
	case can && cannot:
		return Depends
	default:
		return truthOf(can)
	}
}

// someHidden says whether some values of the hidden facts give want.
func (g *guard) someHidden(f *frame, want bool) bool {
	found := false
	for _, slot := range g.use.hidden {
		f.vals[slot] = 0
	}
	for {
		if g.holds(f) == want {
			found = true
			break
		}
		i := 0
		for ; i < len(g.sizes); i++ { // count up, one hidden fact a digit
			slot := g.use.hidden[i]
			if int(f.vals[slot])+1 < g.sizes[i] {
				f.vals[slot]++
				break
			}
			f.vals[slot] = 0
		}
		if i == len(g.sizes) {
			break
		}
	}
	for _, slot := range g.use.hidden {
		f.vals[slot] = 0
	}
	return found
}

func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

// deciding are the questions whose answer changes the guard's, for some answer
// of the others: the smallest set one has to ask.
func (g *guard) deciding(f *frame) []int {
	qs := g.use.questions
	if len(qs) == 0 {
		return nil
	}
	saved := f.answers
	defer func() { f.answers = saved }()
	var table [1 << maxGuardQuestions]Truth
	for a := range 1 << len(qs) {
		for i, q := range qs {
			f.setAnswer(q, a>>i&1 != 0)
		}
		table[a] = g.met(f)
	}
	var out []int
	for i, q := range qs {
		for a := range 1 << len(qs) {
			if table[a] != table[a|1<<i] {
				out = append(out, q)
				break
			}
		}
	}
	return out
}

// all holds when every part does. More questions together than one guard may
// read are kept: allTruth then answers part by part.
func all(parts []*guard) *guard {
	whole := &guard{}
	for _, p := range parts {
		whole.use.through(p.use)
		for i, slot := range p.use.hidden {
			if !slices.Contains(whole.use.hidden[:len(whole.sizes)], slot) {
				whole.sizes = append(whole.sizes, p.sizes[i])
			}
		}
	}
	whole.holds = func(f *frame) bool {
		for _, p := range parts {
			if !p.holds(f) {
				return false
			}
		}
		return true
	}
	return whole
}

// allTruth is whether all parts hold. Parts are answered alone first: one that
// fails settles it. Only where several hang on questions are they evaluated
// together, so that "q" beside "not q" is seen to fail; with too many questions
// for that the answer stays Depends, the cautious one.
func allTruth(whole *guard, parts []*guard, f *frame) Truth {
	open := 0
	for _, p := range parts {
		switch p.truth(f) {
		case False:
			return False
		case Depends:
			open++
		}
	}
	switch {
	case open == 0 && len(whole.use.hidden) == 0:
		return True
	case len(whole.use.questions) > maxGuardQuestions:
		return Depends
	}
	return whole.truth(f)
}

// negated holds where g does not.
func negated(g *guard) *guard {
	n := *g
	n.rule = g.node().not()
	n.holds = n.rule.compiled(func(f *frame) bool { return !g.holds(f) })
	n.expr = &Not{X: g.expr}
	n.src = n.expr.String()
	return &n
}
