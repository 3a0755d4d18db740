package pack

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"pana/internal/procedure"
	"pana/internal/strict"
)

// Compose is the law of a day as overlays tell it, compiled: what the checker
// explores. With no overlays it is the law itself. An overlay never reaches the
// engine, which is given snapshots (At) and nothing else.
//
// The problems are what the overlays do not fit: a change to something that was
// not in force that day is a warning, to be shown in the column; two overlays
// that change one field, where neither says over, are an error, and there is
// then no model.
func (p *Pack) Compose(day Day, overlays []string) (*procedure.Model, []Problem) {
	run := p.run(day)
	if len(overlays) == 0 {
		s, problems := p.on(day)
		return s.Model, problems
	}
	made, _ := p.composed.LoadOrStore(composedKey(run, overlays), &composed{})
	c := made.(*composed)
	c.once.Do(func() { c.model, c.problems = p.compose(run, overlays) })
	return c.model, c.problems
}

// composed is one column of the matrix, made once.
type composed struct {
	once     sync.Once
	model    *procedure.Model
	problems []Problem
}

func composedKey(run *Snapshot, overlays []string) string {
	return run.Day.Format(time.DateOnly) + " " + strings.Join(overlays, " ")
}

// ComposedDigest is the same for two columns that say the same, wherever it
// stands: who keeps verdicts knows by it which are old.
func (p *Pack) ComposedDigest(day Day, overlays []string) string {
	run := p.run(day)
	on := p.dayOfRun(run)
	s, problems := p.overlaid(run, overlays)
	c := newCanon([]string{"dates", "at", "lanes", "picture"})
	c.spec(s, func(d Dates, o procedure.Overlaid) bool { return Contains(d, on.Time) && !o.Dropped })
	put(c, s.Orders, func(e procedure.Order) string { return e.First + " " + e.Then }, func(e procedure.Order) bool { return Contains(e.Dates, on.Time) })
	for _, b := range s.Bars {
		for _, i := range b.Ignored {
			c.text(b.ID + " " + strings.Join(i.In, " "))
		}
	}
	for _, problem := range problems {
		c.text(problem.Code)
	}
	return c.sum()
}

// PropertyDigest is the same while a property asks the same, whatever is
// expected of it.
func (p *Pack) PropertyDigest(id string) string {
	c := newCanon([]string{"expect", "sources", "recommendations", "theme", "bodies"})
	if property := p.Property(id); property != nil {
		c.value(reflect.ValueOf(*property))
	}
	return c.sum()
}

// Overlay finds an overlay by its id, or nil.
func (p *Pack) Overlay(id string) *Overlay {
	return find(p.Overlays, func(o *Overlay) bool { return o.ID == id })
}

// Observes says whether a day is within what the overlay's source speaks of;
// outside it a column reads "if nothing changed".
func (o *Overlay) Observes(day Day) bool { return Contains(o.Observed, day.Time) }

func (p *Pack) compose(run *Snapshot, overlays []string) (*procedure.Model, []Problem) {
	spec, problems := p.overlaid(run, overlays)
	if len(Errors(problems)) > 0 {
		return nil, problems
	}
	model, compiled := procedure.Compile(spec, p.noon(p.dayOfRun(run)), p.location, p.DaysOff())
	for _, c := range compiled {
		if !c.Warning || strings.HasPrefix(c.Pos.File, overlayFolder) { // what the law alone warns of was said of it
			problems = append(problems, c)
		}
	}
	return model, inOrder(problems)
}

// overlaid is the law's spec of a run of days with the overlays' changes in it.
func (p *Pack) overlaid(run *Snapshot, overlays []string) (procedure.Spec, []Problem) {
	c := &composition{spec: cloned(p.Spec), day: p.dayOfRun(run), touched: map[string]*Overlay{}}
	for _, o := range c.inTurn(p, overlays) {
		c.spec.Overlays = append(c.spec.Overlays, o.ID)
		for i := range o.Changes {
			c.change(o, &o.Changes[i])
		}
	}
	for _, ignore := range c.ignores {
		ignore() // last, so that it covers the bars that any overlay added
	}
	return c.spec, c.problems
}

// cloned is a spec whose elements can be changed without changing the law.
func cloned(s procedure.Spec) procedure.Spec {
	s.Vars, s.Derived, s.Questions = slices.Clone(s.Vars), slices.Clone(s.Derived), slices.Clone(s.Questions)
	s.Steps, s.Bars = slices.Clone(s.Steps), slices.Clone(s.Bars)
	s.Entitlements, s.Clocks = slices.Clone(s.Entitlements), slices.Clone(s.Clocks)
	return s
}

// composition is a spec while overlays change it.
type composition struct {
	spec     procedure.Spec
	day      Day
	touched  map[string]*Overlay // "step refuse when": who changed it
	ignores  []func()
	problems []Problem
}

// inTurn are the overlays, those that win over another before it: what they
// have changed, the other then leaves alone.
func (c *composition) inTurn(p *Pack, ids []string) []*Overlay {
	var first, then []*Overlay
	for _, id := range ids {
		o := p.Overlay(id)
		switch {
		case o == nil:
			c.problem(Pos{File: overlayFolder + id + ".yaml", Line: 1}, "overlay.unknown", "name a file of overlays/ without .yaml", "there is no overlay %q", id)
		case o.Over != "" && slices.Contains(ids, o.Over):
			first = append(first, o)
		default:
			then = append(then, o)
		}
	}
	return append(first, then...)
}

func (c *composition) problem(pos Pos, code, mend, what string, args ...any) {
	c.problems = append(c.problems, Problem{Pos: pos, Code: code, What: fmt.Sprintf(what, args...), Mend: mend})
}

// inform says something that stops nothing: the column shows it.
func (c *composition) inform(pos Pos, code, what string, args ...any) {
	c.problem(pos, code, "the column says so", what, args...)
	c.problems[len(c.problems)-1].Warning = true
}

func (c *composition) change(o *Overlay, change *Change) {
	if change.Op == OpIgnore {
		c.ignores = append(c.ignores, func() { c.ignore(o, change) })
		return
	}
	t, ok := change.Target()
	if !ok {
		return // lint says that it names nothing
	}
	if change.Op == OpAdd {
		c.add(o, change, t)
		return
	}
	e := c.inForce(t)
	if !e.IsValid() {
		c.inform(change.Pos, "overlay.absent", "overlay %s would %s %s, which was not in force on %s", o.ID, change.Op, t, c.day.Format(time.DateOnly))
		return
	}
	switch change.Op {
	case OpReplace:
		c.replace(o, change, t, e)
	case OpDrop:
		if c.touch(o, change.Pos, t.String(), wholeElement) {
			e.FieldByName("Overlay").Set(reflect.ValueOf(procedure.Overlaid{By: o.ID, Dropped: true}))
		}
	case OpWeaken:
		c.weaken(o, change, t, e)
	}
}

// Target is an element that a change names.
type Target struct {
	Kind, ID string // "step", "refuse"
	given    reflect.Value
}

func (t Target) String() string { return t.Kind + " " + t.ID }

// Target is the one element that a change names; not ok when it names none, or
// several.
func (c *Change) Target() (t Target, ok bool) {
	n := 0
	v := reflect.ValueOf(c).Elem()
	for _, kind := range targetKinds {
		f := v.Field(changeFields[kind])
		if f.IsNil() {
			continue
		}
		n++
		e := element{value: f.Elem()}
		t = Target{Kind: kind, ID: e.name(), given: f.Elem()}
	}
	return t, n == 1 && t.ID != ""
}

// targetKinds are the keys of a change that name an element.
var (
	targetKinds  = []string{"step", "bar", "entitlement", "clock", "derived", "var", "question"}
	changeFields = strict.Fields(reflect.TypeFor[Change]())
)

// list is where the spec keeps the elements of a kind.
func listOf(s *procedure.Spec, kind string) reflect.Value {
	lists := map[string]any{
		"step": &s.Steps, "bar": &s.Bars, "entitlement": &s.Entitlements, "clock": &s.Clocks,
		"derived": &s.Derived, "var": &s.Vars, "question": &s.Questions,
	}
	return reflect.ValueOf(lists[kind]).Elem()
}

// inForce is the version of an element that stands on the day, to be changed.
func (c *composition) inForce(t Target) reflect.Value {
	list := listOf(&c.spec, t.Kind)
	for i := range list.Len() {
		e := list.Index(i)
		d, dated := datesOf(e)
		if (element{value: e}).name() == t.ID && (!dated || Contains(d, c.day.Time)) {
			return e
		}
	}
	return reflect.Value{}
}

// wholeElement stands for every field of an element that is dropped or added.
const wholeElement = "*"

// touch notes that an overlay changes a field, and says whether it may: another
// may have changed it before.
func (c *composition) touch(o *Overlay, pos Pos, element, field string) bool {
	for key, other := range c.touched {
		of, on, _ := strings.Cut(key, "\n")
		if of != element || other == o || on != field && on != wholeElement && field != wholeElement {
			continue
		}
		if other.Over != o.ID {
			c.problem(pos, "overlay.conflict", "let one of them say over: "+other.ID, "overlays %s and %s both change %s of %s", other.ID, o.ID, fieldWords(on, field), element)
		}
		return false
	}
	c.touched[element+"\n"+field] = o
	return true
}

func fieldWords(a, b string) string {
	if a == wholeElement {
		a = b
	}
	if a == wholeElement {
		return "the whole"
	}
	return a
}

// kept are the fields that name an element; an overlay does not change them.
var kept = []string{"id", "name", "dates", "basis"}

// seen in an overlay's exists says that the source saw it happen: what the law
// leaves open is there in this column.
const seen = "none"

// replace sets the fields that the change gives; of adverse, the parts.
func (c *composition) replace(o *Overlay, change *Change, t Target, e reflect.Value) {
	changed := false
	for field, i := range strict.Fields(t.given.Type()) {
		given := t.given.Field(i)
		if given.IsZero() || slices.Contains(kept, field) {
			continue
		}
		if field == "adverse" && !e.Field(i).IsNil() {
			changed = c.replaceParts(o, change, t, e.Field(i)) || changed
			continue
		}
		if c.touch(o, change.Pos, t.String(), field) {
			if field == "exists" && given.String() == seen {
				given = reflect.Zero(given.Type())
			}
			e.Field(i).Set(given)
			changed = true
		}
	}
	if changed {
		c.mark(o, change, t, e)
		e.FieldByName("Pos").Set(t.given.FieldByName("Pos"))
	}
}

func (c *composition) replaceParts(o *Overlay, change *Change, t Target, adverse reflect.Value) (changed bool) {
	copied := reflect.New(adverse.Type().Elem())
	copied.Elem().Set(adverse.Elem())
	given := reflect.Indirect(t.given.FieldByName("Adverse"))
	for part, i := range strict.Fields(given.Type()) {
		if !given.Field(i).IsZero() && (part == "basis" || c.touch(o, change.Pos, t.String(), "adverse."+part)) {
			copied.Elem().Field(i).Set(given.Field(i))
			changed = true
		}
	}
	adverse.Set(copied)
	return changed
}

// mark names the overlay on what it changed, and puts its source before the
// law's.
func (c *composition) mark(o *Overlay, change *Change, t Target, e reflect.Value) {
	if f := e.FieldByName("Overlay"); f.IsValid() {
		f.Set(reflect.ValueOf(procedure.Overlaid{By: o.ID}))
	}
	if f := e.FieldByName("Basis"); f.IsValid() {
		f.Set(reflect.ValueOf(slices.Concat(o.basis(change, t), f.Interface().([]Basis))))
	}
}

// basis is where a change comes from: what stands nearest to it.
func (o *Overlay) basis(change *Change, t Target) []Basis {
	if f := t.given.FieldByName("Basis"); f.IsValid() && f.Len() > 0 {
		return f.Interface().([]Basis)
	}
	if len(change.Basis) > 0 {
		return change.Basis
	}
	if len(o.Basis) > 0 {
		return o.Basis
	}
	return []Basis{{Source: o.Source, Mark: "S"}}
}

// weaken turns a duty into discretion.
func (c *composition) weaken(o *Overlay, change *Change, t Target, e reflect.Value) {
	s, ok := e.Addr().Interface().(*procedure.Step)
	if !ok {
		return // lint says that only steps are duties
	}
	if s.Force != procedure.Must {
		c.inform(change.Pos, "overlay.absent", "overlay %s would weaken %s, which was no duty on %s", o.ID, t, c.day.Format(time.DateOnly))
		return
	}
	if c.touch(o, change.Pos, t.String(), "force") {
		s.Force, s.Must = procedure.May, ""
		c.mark(o, change, t, e)
	}
}

// add puts an element into the spec; where the law of the day has it already,
// there is nothing to add.
func (c *composition) add(o *Overlay, change *Change, t Target) {
	d, dated := datesOf(t.given)
	if dated && !Contains(d, c.day.Time) {
		return
	}
	if c.inForce(t).IsValid() {
		if c.touch(o, change.Pos, t.String(), wholeElement) {
			c.inform(change.Pos, "overlay.there", "overlay %s would add %s, which the law of %s has", o.ID, t, c.day.Format(time.DateOnly))
		}
		return
	}
	if !c.touch(o, change.Pos, t.String(), wholeElement) {
		return
	}
	e := reflect.New(t.given.Type()).Elem()
	e.Set(t.given)
	e.FieldByName("Procedure").SetString(change.Procedure)
	if dated { // of this day only: other versions of the id have their own
		e.FieldByName("Dates").Set(reflect.ValueOf(Dates{From: c.day, To: c.day}))
	}
	if f := e.FieldByName("Basis"); f.IsValid() {
		f.Set(reflect.ValueOf(o.basis(change, t)))
	}
	if f := e.FieldByName("Overlay"); f.IsValid() {
		f.Set(reflect.ValueOf(procedure.Overlaid{By: o.ID}))
	}
	list := listOf(&c.spec, t.Kind)
	list.Set(reflect.Append(list, e))
}

// ignore lets the bars of some classes not bind some steps.
func (c *composition) ignore(o *Overlay, change *Change) {
	found := false
	for i := range c.spec.Bars {
		b := &c.spec.Bars[i]
		if !slices.Contains(change.Classes, b.Class) || !Contains(b.Dates, c.day.Time) || b.Overlay.Dropped {
			continue
		}
		in := change.In
		if len(in) == 0 {
			in = b.Binds
		}
		found = true
		b.Ignored = append(slices.Clone(b.Ignored), procedure.Ignored{By: o.ID, In: in})
	}
	if !found {
		c.inform(change.Pos, "overlay.absent", "overlay %s would ignore bars of class %s, and none was in force on %s", o.ID, strings.Join(change.Classes, ", "), c.day.Format(time.DateOnly))
	}
}
