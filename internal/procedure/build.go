package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ProtectionOpen is the exported name that, true, turns a removal check to hold
// (pack semantics §4).
const ProtectionOpen = "protection_open"

// RemovalEffect marks every step that takes a person out, refused entry
// included; bars bind it by this name.
const RemovalEffect = "removal"

// Compile checks everything a pack says about procedures and compiles what is
// in force on a day, read in loc (nil is UTC); cal may be nil where no length
// counts working days. All problems come at once, those of elements not in
// force that day too. The model is nil when one of them is an error.
func Compile(spec Spec, on time.Time, loc *time.Location, cal Calendar) (*Model, []Problem) {
	if loc == nil {
		loc = time.UTC
	}
	b := &builder{
		Model:  &Model{day: midnight(on.In(loc)), loc: loc, cal: cal, stepIndex: map[string]int{}, clockAt: map[string]int{}, derived: map[string]*guard{}, exported: map[string]bool{}},
		spec:   withNotices(spec),
		used:   map[string]bool{},
		making: map[string]bool{},
		rights: map[*Entitlement]*guard{},
		guards: map[*Step]*guard{},
		musts:  map[*Step]*guard{},
	}
	b.declare()
	b.compile()
	b.makeStart()
	b.lint()
	if len(Errors(b.problems)) > 0 {
		return nil, b.problems
	}
	b.Model.built = b
	return b.Model, b.problems
}

// builder is a model in the making. Steps, bars, entitlements and clocks not in
// force are checked too: a pack is mended as a whole, not day by day.
type builder struct {
	*Model
	spec     Spec
	problems []Problem
	used     map[string]bool // questions something hangs on
	making   map[string]bool // names being compiled, to find circles
	rights   map[*Entitlement]*guard
	guards   map[*Step]*guard // when, of every step in the spec
	musts    map[*Step]*guard
	barWhen  []*guard   // of every bar in the spec
	removed  []removing // by steps that remove a person
	unknown  Situation  // of a person of whom nothing is known
}

func (b *builder) problem(pos Pos, code, what, mend string) {
	b.problems = append(b.problems, Problem{Pos: pos, Code: code, What: what, Mend: mend})
}

func (b *builder) warn(pos Pos, code, what, mend string) {
	b.problems = append(b.problems, Problem{Pos: pos, Code: code, What: what, Mend: mend, Warning: true})
}

// declare makes the slots and the lists of names.
func (b *builder) declare() {
	for i := range b.spec.Facts {
		b.declareFact(&b.spec.Facts[i])
	}
	for i := range b.spec.Vars {
		b.declareVar(&b.spec.Vars[i])
	}
	for proc, most := range b.rounds() {
		values := make([]string, most+1)
		for i := range values {
			values[i] = strconv.Itoa(i)
		}
		b.addSlot(slot{name: proc + ".rounds", procedure: proc, values: values, rank: ranks(values, values)})
	}
	slices.SortStableFunc(b.slots, func(x, y slot) int { return cmp.Compare(x.name, y.name) })
	for _, q := range b.spec.Questions {
		b.questions = append(b.questions, q.ID)
	}
	if len(b.questions) > maxQuestions {
		b.problem(b.spec.Questions[maxQuestions].Pos, "question.many", "more questions than the engine holds", fmt.Sprintf("at most %d", maxQuestions))
	}
	for _, p := range b.spec.Procedures {
		b.procedures = append(b.procedures, p)
		for _, name := range p.Exports {
			b.exported[p.ID+" "+name] = true
		}
	}
	for i := range b.spec.Clocks {
		b.declareClock(b.spec.Clocks[i])
	}
}

// rounds is the most rounds of each procedure that has a step with again.
func (b *builder) rounds() map[string]int {
	most := map[string]int{}
	for _, s := range b.spec.Steps {
		if s.Again != nil {
			most[s.Procedure] = max(most[s.Procedure], min(s.Again.Max, maxValues-1))
		}
	}
	return most
}

func (b *builder) declareFact(f *Fact) {
	s := slot{name: f.Name, procedure: f.Procedure, values: f.Values, fact: f}
	s.initial = uint8(max(0, slices.Index(f.Values, f.NotKnown)))
	if len(f.Safer) > 0 {
		s.rank = ranks(f.Values, f.Safer)
	}
	b.addSlot(s)
}

func (b *builder) declareVar(v *Var) {
	s := slot{name: v.Name, procedure: v.Procedure, values: v.Values, rank: ranks(v.Values, v.Values)}
	if len(v.Safer) > 0 {
		s.rank = ranks(v.Values, v.Safer)
	}
	if len(v.Start) > 0 {
		s.initial = uint8(max(0, slices.Index(v.Values, v.Start[0])))
	}
	b.addSlot(s)
}

// addSlot gives every name at least one value and at most as many as a
// situation can tell apart; lintValues reports both.
func (b *builder) addSlot(s slot) {
	switch {
	case len(s.values) == 0:
		s.values = []string{""}
	case len(s.values) > maxValues:
		s.values = s.values[:maxValues]
	}
	s.kind, s.numbers = typeOf(s.values)
	b.slots = append(b.slots, s)
}

// typeOf says what guards may do with these values: "true" and "false" alone
// are a yes or no, whole numbers are numbers, all else is text.
func typeOf(values []string) (kind, []int64) {
	if len(values) == 2 && slices.Contains(values, "true") && slices.Contains(values, "false") {
		return boolean, nil
	}
	var numbers []int64
	for _, v := range values {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 0 || strconv.FormatInt(n, 10) != v {
			return text, nil
		}
		numbers = append(numbers, n)
	}
	return number, numbers
}

// ranks is the place of each value in order.
func ranks(values, order []string) []int {
	out := make([]int, len(values))
	for i, v := range values {
		out[i] = slices.Index(order, v)
	}
	return out
}

func (b *builder) declareClock(c Clock) {
	k := clock{Clock: c, inForce: b.inForce(c.Dates, c.Overlay)}
	k.length = b.length(c.Pos, c.ID, c.Length)
	k.counted = k.length
	if c.Reported != "" {
		k.counted = b.reported(c, k.length)
	}
	if c.Resumes != "" {
		b.question(c.Pos, c.Resumes)
	}
	if c.Extend != "" {
		k.extend = b.length(c.Pos, c.ID, c.Extend)
	}
	// Versions of one id share one clock: the one in force, else the last.
	if i := slices.IndexFunc(b.clocks, func(o clock) bool { return o.ID == c.ID }); i >= 0 {
		if !b.clocks[i].inForce {
			b.clocks[i] = k
		}
		return
	}
	b.clockAt[k.ID] = len(b.clocks)
	b.clocks = append(b.clocks, k)
}

// reported is a length that stands in for one that no text settles, and for no other.
func (b *builder) reported(c Clock, law Length) Length {
	l := b.length(c.Pos, c.ID, c.Reported)
	if law.Question == "" || l.Question != "" {
		b.problem(c.Pos, "clock.reported", fmt.Sprintf("clock %q is reported to run %q beside the length %q", c.ID, c.Reported, c.Length), `write reported: with a length, and length: unknown("question")`)
		return law
	}
	return l
}

func (b *builder) length(pos Pos, id, text string) Length {
	l, err := ParseLength(text)
	if err != nil {
		b.problem(pos, "clock.length", fmt.Sprintf("clock %q runs %q, which is not a length", id, text), `write "15 minutes", "24 hours", "30 days", "3 working days", "1 month", "1 year" or unknown("question")`)
	}
	if l.Question != "" {
		b.question(pos, l.Question)
	}
	return l
}

// question notes that something hangs on q.
func (b *builder) question(pos Pos, q string) (int, bool) {
	b.used[q] = true
	i := slices.Index(b.questions, q)
	if i < 0 || i >= maxQuestions {
		b.problem(pos, "question.unknown", fmt.Sprintf("no question is called %q", q), didYouMean(q, b.questions, "declare it under questions"))
		return 0, false
	}
	return i, true
}

// inForce says whether an element with these dates stands on the day, unless an
// overlay dropped it.
func (b *builder) inForce(d Dates, o Overlaid) bool {
	if o.Dropped {
		return false
	}
	day := dayNumber(b.day)
	return (d.From.IsZero() || dayNumber(d.From.Time) <= day) && (d.To.IsZero() || day <= dayNumber(d.To.Time))
}

// dayNumber orders calendar days whatever their zone.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return y*10_000 + int(m)*100 + d
}

// compile turns every guard into closures and keeps what is in force.
func (b *builder) compile() {
	for _, d := range b.spec.Derived {
		b.derivedGuard(d)
	}
	b.compileEntitlements()
	b.compileBars()
	b.compileClocks()
	for i := range b.spec.Steps {
		b.compileStep(&b.spec.Steps[i])
	}
	if g := b.derived[ProtectionOpen]; g != nil {
		d := b.spec.Derived[slices.IndexFunc(b.spec.Derived, func(d Derived) bool { return d.Name == ProtectionOpen })]
		if d.Procedure == "" || b.exported[d.Procedure+" "+ProtectionOpen] {
			b.protection = g
		}
	}
}

// guard compiles src as read from a procedure; on problems it is always.
func (b *builder) guard(src, procedure string, pos Pos) *guard {
	if strings.TrimSpace(src) == "" {
		return always
	}
	expr, err := parse(src)
	if err != nil {
		b.problems = append(b.problems, err.problem(src, pos))
		return always
	}
	return b.guardOf(src, expr, procedure, pos)
}

func (b *builder) guardOf(src string, expr Expr, procedure string, pos Pos) *guard {
	_, rule, u, problems := compileExpr(src, expr, modelBinder{b, procedure}, pos)
	b.problems = append(b.problems, problems...)
	if rule.b == nil {
		return always
	}
	g := &guard{src: src, expr: expr, holds: rule.b, rule: rule.rule, use: u}
	combinations := 1
	for _, i := range u.hidden {
		n := len(b.slots[i].values)
		g.sizes = append(g.sizes, n)
		combinations *= n
	}
	if combinations > maxHidden {
		b.problem(pos, "guard.hidden", fmt.Sprintf("the guard %s reads too many hidden facts at once", short(src)), "split it")
	}
	return g
}

// existing is the guard of an element whose existence a question doubts.
func (b *builder) existing(question string, g *guard, pos Pos) *guard {
	if question == "" {
		return g
	}
	if _, ok := b.question(pos, question); !ok {
		return g
	}
	return all2(b.guardOf(`unknown("`+question+`")`, &Call{Func: "unknown", Args: []string{question}}, "", pos), g)
}

// all2 is all, keeping a text that can be read.
func all2(x, y *guard) *guard {
	g := all([]*guard{x, y})
	g.expr = &Binary{Op: OpAnd, L: x.expr, R: y.expr}
	g.src = g.expr.String()
	return g
}

func (b *builder) compileEntitlements() {
	for i := range b.spec.Entitlements {
		e := &b.spec.Entitlements[i]
		g := b.right(e)
		if b.inForce(e.Dates, e.Overlay) {
			b.entitlements = append(b.entitlements, entitlement{*e, g})
		}
	}
}

// right is the guard of an entitlement, compiled when first asked for; has()
// may ask before its turn comes.
func (b *builder) right(e *Entitlement) *guard {
	if g, ok := b.rights[e]; ok {
		return g
	}
	key := "has " + e.ID
	if b.making[key] {
		b.problem(e.Pos, "guard.circle", fmt.Sprintf("entitlement %q rests on itself", e.ID), "let one of them read a variable instead")
		return always
	}
	b.making[key] = true
	g := b.existing(e.Exists, b.guard(e.When, e.Procedure, e.Pos), e.Pos)
	delete(b.making, key)
	b.rights[e] = g
	return g
}

func (b *builder) compileBars() {
	for i := range b.spec.Bars {
		spec := b.spec.Bars[i]
		g := b.existing(spec.Exists, b.guard(spec.When, spec.Procedure, spec.Pos), spec.Pos)
		b.barWhen = append(b.barWhen, g)
		if !b.inForce(spec.Dates, spec.Overlay) {
			continue
		}
		one := bar{Bar: spec, when: g, removal: slices.Contains(spec.Binds, RemovalEffect)}
		one.some = slices.ContainsFunc(b.spec.Steps, func(s Step) bool {
			return s.Effect == RemovalEffect && slices.Contains(spec.Binds, s.ID)
		})
		b.bars = append(b.bars, one)
	}
}

func (b *builder) compileClocks() {
	optional := func(src string, c Clock) *guard {
		if src == "" {
			return nil
		}
		return b.guard(src, c.Procedure, c.Pos)
	}
	for i := range b.clocks {
		c := &b.clocks[i]
		c.starts, c.stops, c.suspended = optional(c.StartsWhen, c.Clock), optional(c.StopsWhen, c.Clock), optional(c.Suspended, c.Clock)
		for _, g := range []*guard{c.starts, c.stops, c.suspended} {
			b.timed = b.timed || g != nil && len(g.use.clocks) > 0
		}
	}
	for _, c := range b.spec.Clocks { // versions that are not the one of this day are checked too
		if !slices.ContainsFunc(b.clocks, func(o clock) bool { return o.ID == c.ID && o.Dates == c.Dates }) {
			optional(c.StartsWhen, c)
			optional(c.StopsWhen, c)
			optional(c.Suspended, c)
		}
	}
}
