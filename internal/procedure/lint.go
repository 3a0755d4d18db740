package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// lint reports what compiles and is still wrong (pack semantics §10, what
// concerns procedures).
func (b *builder) lint() {
	b.lintNames()
	b.lintValues()
	b.removed, b.unknown = b.whatRemovalsSet(), b.Begin(nil)
	for i := range b.spec.Steps {
		b.lintStep(&b.spec.Steps[i])
	}
	b.lintHidden()
	b.lintBars()
	b.lintEntitlements()
	b.lintClocks()
	b.lintAssumptions()
	b.lintOrders()
	b.lintProcedures()
	b.lintVersions()
	b.lintQuestions()
	b.lintReachable()
}

// lintNames: a name is well formed and means one thing.
func (b *builder) lintNames() {
	seen := map[string]Pos{}
	name := func(pos Pos, what, name string, relative bool) {
		switch {
		case !isName(name):
			b.problem(pos, "name.form", fmt.Sprintf("%s is called %q", what, name), "use lower-case letters, digits and _, beginning with a letter")
		case slices.ContainsFunc(strings.Split(name, "."), func(w string) bool { return reserved[w] }):
			b.problem(pos, "name.reserved", fmt.Sprintf("%s is called %q, a word of the rule language", what, name), "give it another name")
		case strings.Contains(name, ".") && !relative:
			b.problem(pos, "name.relative", fmt.Sprintf("%s %q has a dot, which names a relative's", what, name), "only a fact may be a relative's; let the relative's own step set it")
		}
		if first, double := seen[name]; double {
			b.problem(pos, "name.double", fmt.Sprintf("%s %q is declared twice, first at %s:%d", what, name, first.File, first.Line), "give one of them another name")
			return
		}
		seen[name] = pos
	}
	for _, f := range b.spec.Facts {
		name(f.Pos, "a fact", f.Name, true)
	}
	for _, v := range b.spec.Vars {
		name(v.Pos, "a variable", v.Name, false)
	}
	for _, d := range b.spec.Derived {
		name(d.Pos, "a derived name", d.Name, false)
	}
	clear(seen)
	for _, q := range b.spec.Questions {
		name(q.Pos, "a question", q.ID, false)
	}
	for _, c := range b.spec.Clocks {
		if !isName(c.ID) || strings.Contains(c.ID, ".") {
			b.problem(c.Pos, "name.form", fmt.Sprintf("a clock is called %q", c.ID), "use lower-case letters, digits and _, beginning with a letter")
		}
	}
}

// lintValues: values are finite and distinct; starts and the not known are among them.
func (b *builder) lintValues() {
	for _, f := range b.spec.Facts {
		b.values(f.Pos, f.Name, f.Values, f.Safer)
		switch {
		case f.Hidden && (f.NotKnown != "" || f.From != ""):
			b.problem(f.Pos, "fact.hidden", fmt.Sprintf("fact %q is hidden and yet recorded", f.Name), "keep hidden, or not_known and from")
		case f.Hidden:
		case f.NotKnown == "":
			b.problem(f.Pos, "fact.not_known", fmt.Sprintf("fact %q does not say what is read when nobody recorded it", f.Name), "add not_known with the value that favours the person, or hidden: true")
		default:
			b.oneOf(f.Pos, "fact.not_known", f.Name, f.NotKnown, f.Values)
		}
		if f.From != "" && !slices.Contains(factSources, f.From) {
			b.problem(f.Pos, "fact.from", fmt.Sprintf("fact %q is computed from %q", f.Name, f.From), "a fact can be taken from: "+strings.Join(factSources, ", "))
		}
		b.lintOf(f)
	}
	for _, v := range b.spec.Vars {
		b.values(v.Pos, v.Name, v.Values, v.Safer)
		if len(v.Start) == 0 {
			b.problem(v.Pos, "var.start", fmt.Sprintf("variable %q has no start", v.Name), "add start with the values it can begin with")
		}
		for _, start := range v.Start {
			b.oneOf(v.Pos, "var.start", v.Name, start, v.Values)
		}
		for _, value := range slices.Sorted(maps.Keys(v.At)) {
			b.oneOf(v.Pos, "var.at", v.Name, value, v.Values)
		}
	}
}

func (b *builder) values(pos Pos, name string, values, safer []string) {
	if len(values) < 2 || len(values) > maxValues {
		b.problem(pos, "values.count", fmt.Sprintf("%q has %d values", name, len(values)), fmt.Sprintf("give it from 2 to %d", maxValues))
	}
	for i, v := range values {
		if !isValue(v) {
			b.problem(pos, "values.form", fmt.Sprintf("%q has the value %q", name, v), "use letters, digits, _ and -")
		}
		if slices.Contains(values[:i], v) {
			b.problem(pos, "values.double", fmt.Sprintf("%q has the value %q twice", name, v), "remove one")
		}
	}
	if len(safer) > 0 && !slices.Equal(slices.Sorted(slices.Values(safer)), slices.Sorted(slices.Values(values))) {
		b.problem(pos, "values.safer", fmt.Sprintf("safer of %q does not list its values", name), "list every value once, the least protective first")
	}
}

func (b *builder) oneOf(pos Pos, code, name, value string, values []string) {
	if !slices.Contains(values, value) {
		b.problem(pos, code, fmt.Sprintf("%q is never %q", name, value), didYouMean(value, values, "it is one of: "+strings.Join(values, ", ")))
	}
}

func (b *builder) lintStep(s *Step) {
	if !isName(s.ID) || strings.Contains(s.ID, ".") {
		b.problem(s.Pos, "name.form", fmt.Sprintf("a step is called %q", s.ID), "use lower-case letters, digits and _, beginning with a letter")
	}
	forces := []string{string(Own), string(Must), string(May), string(World)}
	switch {
	case s.Force == "":
		b.problem(s.Pos, "step.force", fmt.Sprintf("step %q has no force", s.ID), "say whose it is: own, must, may or world; by does not imply it")
	case !slices.Contains(forces, string(s.Force)):
		b.problem(s.Pos, "step.force", fmt.Sprintf("step %q has the force %q", s.ID, s.Force), didYouMean(string(s.Force), forces, "it is one of: own, must, may, world"))
	}
	if s.Must != "" && s.Force != Must {
		b.problem(s.Pos, "step.must", fmt.Sprintf("step %q says when it is owed and is not owed", s.ID), "write force: must, or move the condition to when")
	}
	if s.Effect != "" && s.Effect != RemovalEffect {
		b.problem(s.Pos, "step.effect", fmt.Sprintf("step %q has the effect %q", s.ID, s.Effect), "the one effect is removal")
	}
	b.lintSets(s)
	for _, other := range s.NotSame {
		b.stepNamed(s.Pos, "step.not_same", s.ID, other)
	}
	for _, field := range slices.Sorted(maps.Keys(s.Records)) {
		b.lintRecords(s, s.Records[field])
	}
	if s.Again != nil {
		for _, kept := range s.Again.Keep {
			if i, ok := b.slot(kept); (!ok || b.slots[i].procedure != s.Procedure) && !slices.Contains(b.clockIDs(), kept) {
				b.problem(s.Pos, "again.keep", fmt.Sprintf("step %q keeps %q, which is no variable of its procedure", s.ID, kept), didYouMean(kept, b.Names(), "name a variable or clock of the procedure"))
			}
		}
	}
	if s.Adverse != nil {
		b.lintAdverse(s, s.Adverse)
	}
	b.lintOwn(s)
}

func (b *builder) lintSets(s *Step) {
	for _, name := range slices.Sorted(maps.Keys(s.Set)) {
		i, ok := b.slot(name)
		switch {
		case strings.Contains(name, "."):
			b.problem(s.Pos, "step.relative", fmt.Sprintf("step %q sets a relative's %q", s.ID, name), "only the relative's own steps change the relative: read it here as a fact, and say what happens to them in their own procedure")
		case !ok:
			b.problem(s.Pos, "step.set", fmt.Sprintf("step %q sets %q, which nobody declares", s.ID, name), didYouMean(name, b.Names(), "declare it under vars"))
		case b.slots[i].fact != nil:
			b.problem(s.Pos, "step.set_fact", fmt.Sprintf("step %q sets the fact %q", s.ID, name), "facts are true of the person: record it with records, or make it a variable")
		default:
			b.oneOf(s.Pos, "step.set", name, s.Set[name], b.slots[i].values)
		}
	}
	b.lintRemoval(s)
}

// lintRemoval: a body's step that does to the person what a removal does is
// one. No variable has a special name; what removals set, and no start value
// is, tells.
func (b *builder) lintRemoval(s *Step) {
	if s.Effect != "" || s.Force != Must && s.Force != May {
		return
	}
	for _, r := range b.removed {
		if s.Set[r.name] == r.value {
			b.problem(s.Pos, "step.removal", fmt.Sprintf("step %q makes %s %q, as the removal %q does, and is none", s.ID, r.name, r.value, r.by), "add effect: removal, so that bars bind it")
			return
		}
	}
}

// removing is what a removal makes of a variable.
type removing struct{ name, value, by string }

// whatRemovalsSet is found once, and asked of every step.
func (b *builder) whatRemovalsSet() (out []removing) {
	for i := range b.spec.Steps {
		removal := &b.spec.Steps[i]
		if removal.Effect != RemovalEffect {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(removal.Set)) {
			value := removal.Set[name]
			if v := slices.IndexFunc(b.spec.Vars, func(v Var) bool { return v.Name == name }); v >= 0 && !slices.Contains(b.spec.Vars[v].Start, value) {
				out = append(out, removing{name, value, removal.ID})
			}
		}
	}
	return out
}

func (b *builder) lintRecords(s *Step, fact string) {
	i, ok := b.slot(fact)
	switch {
	case !ok || b.slots[i].fact == nil:
		b.problem(s.Pos, "step.records", fmt.Sprintf("step %q records %q, which is no fact", s.ID, fact), didYouMean(fact, b.facts(), "declare it under facts"))
	case b.slots[i].fact.Hidden:
		b.problem(s.Pos, "step.records", fmt.Sprintf("step %q records %q, which is hidden", s.ID, fact), "a hidden fact is one nobody records")
	}
}

func (b *builder) facts() []string {
	var out []string
	for _, f := range b.spec.Facts {
		out = append(out, f.Name)
	}
	return out
}

func (b *builder) stepNamed(pos Pos, code, step, named string) {
	var known []string
	for _, s := range b.spec.Steps {
		known = append(known, s.ID)
	}
	if !slices.Contains(known, named) {
		b.problem(pos, code, fmt.Sprintf("step %q names the step %q, which nobody declares", step, named), didYouMean(named, known, "declare it under steps"))
	}
}

// lintAdverse: only silence fails to load. A part is a value, none with its
// basis, or a question.
func (b *builder) lintAdverse(s *Step, a *Adverse) {
	for _, part := range []struct{ name, value string }{
		{"decider", a.Decider}, {"reasons", a.Reasons}, {"notice", a.Notice}, {"language", a.Language}, {"limit", a.Limit}, {"appeal", a.Appeal},
	} {
		q, unknown := asQuestion(part.value)
		switch {
		case part.value == "":
			b.problem(s.Pos, "adverse.silent", fmt.Sprintf("adverse step %q does not say its %s", s.ID, part.name), `state a value, none with its basis, or unknown("question")`)
		case unknown:
			b.question(s.Pos, q)
		case part.value == "none" && len(a.Basis) == 0 && len(s.Basis) == 0:
			b.problem(s.Pos, "adverse.no_basis", fmt.Sprintf("adverse step %q has no %s and does not say whose rule that is", s.ID, part.name), "add a basis")
		case part.name == "limit" && part.value != "none":
			if !slices.Contains(b.clockIDs(), part.value) {
				b.problem(s.Pos, "adverse.limit", fmt.Sprintf("the limit of step %q is the clock %q, which nobody declares", s.ID, part.value), didYouMean(part.value, b.clockIDs(), "declare it under clocks"))
			}
		case part.name == "appeal" && part.value != "none":
			b.stepNamed(s.Pos, "adverse.appeal", s.ID, part.value)
		}
	}
	if a.Late != "" {
		b.stepNamed(s.Pos, "adverse.late", s.ID, a.Late)
	}
}

// lintOwn: an own step that opens a right reads a fact, else "report a crime"
// answers everything (pack semantics §7). It is tried on a person of whom
// nothing is known and nothing has happened.
func (b *builder) lintOwn(s *Step) {
	if s.Force != Own || s.NoticeOf != "" || s.Alone != "" || b.readsFact(b.guards[s]) {
		return
	}
	before := b.unknown
	f, g := b.frameOf(before, 0), b.frameOf(b.record(before, s.Set), 0)
	if b.guards[s].truth(f) == False {
		return
	}
	for i := range b.spec.Entitlements {
		e := &b.spec.Entitlements[i]
		if right := b.rights[e]; right.truth(f) == False && right.truth(g) != False {
			b.warn(s.Pos, "step.own_right", fmt.Sprintf("the person's own step %q opens the right %q without any fact", s.ID, e.Gives), "let its when read the fact that makes it true, or say why asking is enough: alone")
			return
		}
	}
}

func (b *builder) readsFact(g *guard) bool {
	return slices.ContainsFunc(g.use.slots, func(i int) bool { return b.slots[i].fact != nil })
}

// lintHidden: only must, own and world steps read what nobody records.
func (b *builder) lintHidden() {
	report := func(pos Pos, what string, g *guard) {
		if g != nil && len(g.use.hidden) > 0 {
			b.problem(pos, "guard.hidden", fmt.Sprintf("%s reads the hidden fact %q", what, b.slots[g.use.hidden[0]].name), "nobody can know it: read what is recorded, or move it to must")
		}
	}
	for i := range b.spec.Steps {
		s := &b.spec.Steps[i]
		if s.Force == Must || s.Force == May {
			report(s.Pos, fmt.Sprintf("when of the body's step %q", s.ID), b.guards[s])
		}
	}
	if b.protection != nil {
		d := b.spec.Derived[slices.IndexFunc(b.spec.Derived, func(d Derived) bool { return d.Name == ProtectionOpen })]
		report(d.Pos, ProtectionOpen, b.protection)
	}
	for i, g := range b.barWhen {
		report(b.spec.Bars[i].Pos, fmt.Sprintf("bar %q", b.spec.Bars[i].ID), g)
	}
	for i := range b.spec.Entitlements {
		e := &b.spec.Entitlements[i]
		report(e.Pos, fmt.Sprintf("entitlement %q", e.ID), b.rights[e])
	}
	for _, c := range b.clocks {
		for _, g := range []*guard{c.starts, c.stops, c.suspended} {
			report(c.Pos, fmt.Sprintf("clock %q", c.ID), g)
		}
	}
}

func (b *builder) lintBars() {
	var steps []string
	removals := false
	for _, s := range b.spec.Steps {
		steps = append(steps, s.ID)
		removals = removals || s.Effect == RemovalEffect
	}
	known := append(slices.Clone(steps), RemovalEffect)
	for _, bar := range b.spec.Bars {
		if bar.Level != "bar" && bar.Level != "hold" {
			b.problem(bar.Pos, "bar.level", fmt.Sprintf("bar %q has the level %q", bar.ID, bar.Level), "write bar where an article bars, hold where a safeguard is only recommended")
		}
		if bar.When == "" { // a line that was lost would bar everything, and make every property hold
			b.problem(bar.Pos, "bar.when", fmt.Sprintf("bar %q does not say when it stands", bar.ID), "write its condition under when, or when: true if it always does")
		}
		if len(bar.Binds) == 0 {
			b.problem(bar.Pos, "bar.binds", fmt.Sprintf("bar %q binds nothing", bar.ID), "write binds: [removal], or the steps it forbids")
		}
		for _, bound := range bar.Binds {
			switch {
			case !slices.Contains(known, bound):
				b.problem(bar.Pos, "bar.binds", fmt.Sprintf("bar %q binds %q, which is no step and no effect", bar.ID, bound), didYouMean(bound, known, "write removal, or a step's id"))
			case bound == RemovalEffect && !removals:
				b.warn(bar.Pos, "bar.binds", fmt.Sprintf("bar %q binds removal and no step has that effect", bar.ID), "mark every step that takes a person out with effect: removal")
			}
		}
	}
}

func (b *builder) lintEntitlements() {
	for _, e := range b.spec.Entitlements {
		if e.When == "" {
			b.problem(e.Pos, "entitlement.when", fmt.Sprintf("entitlement %q does not say whose right it is", e.ID), "write its condition under when, or when: true if it is everybody's")
		}
		if e.Gives == "" {
			b.problem(e.Pos, "entitlement.gives", fmt.Sprintf("entitlement %q gives nothing", e.ID), "name the right under gives")
		}
		if e.By != "" {
			b.lintDueBy(e)
		}
	}
}

// lintDueBy: the day by which something is due is a body's, and of the same law.
func (b *builder) lintDueBy(e Entitlement) {
	var duties []string
	for _, c := range b.spec.Clocks {
		if c.Procedure == e.Procedure && c.Kind == Duty {
			duties = append(duties, c.ID)
		}
	}
	switch {
	case e.Right == "":
		b.problem(e.Pos, "entitlement.by", fmt.Sprintf("entitlement %q is due by a clock and stands in nobody's list of rights", e.ID), "name its row of rights.yaml under right, or leave by out")
	case !slices.Contains(duties, e.By):
		b.problem(e.Pos, "entitlement.by", fmt.Sprintf("entitlement %q is due by %q, which is no duty of its procedure", e.ID, e.By), didYouMean(e.By, duties, "name a clock of this procedure whose kind is duty"))
	}
}
