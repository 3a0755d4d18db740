package pack

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"pana/internal/procedure"
)

type (
	fact     = procedure.Fact
	variable = procedure.Var
	step     = procedure.Step
)

// element is any element of any list, seen through its common fields.
type element struct {
	kind  string // "Step"
	id    string
	pos   Pos
	value reflect.Value
}

// called is what a kind of element is called in messages, where its Go name is
// not what a pack's author would say.
var called = map[string]string{
	"Head": "pack", "BodyKind": "body", "IndicatorSet": "dimension", "ScoreRule": "score rule", "CaseRule": "case rule",
	"ConsentPurpose": "purpose", "TrackHead": "track", "TrackMoney": "money", "InformDuty": "duty", "Var": "variable",
}

func (e element) String() string { return strings.TrimSpace(e.called() + " " + e.id) }

func (e element) called() string {
	if c, ok := called[e.kind]; ok {
		return c
	}
	return strings.ToLower(e.kind)
}

// elements walks the whole pack and gives every struct that has a place.
func (p *Pack) elements() []element {
	var out []element
	walk := func(v any) { collect(reflect.ValueOf(v), &out) }
	for _, part := range p.parts() {
		walk(part.into)
	}
	for i := range p.Procedures {
		walk(&p.Procedures[i])
	}
	for i := range p.Tracks {
		walk(&p.Tracks[i])
	}
	return out
}

func collect(v reflect.Value, out *[]element) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			collect(v.Elem(), out)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), out)
		}
	case reflect.Struct:
		if pos := v.FieldByName("Pos"); pos.IsValid() {
			e := element{kind: v.Type().Name(), pos: pos.Interface().(Pos), value: v}
			e.id = e.name()
			*out = append(*out, e)
		}
		for i := range v.NumField() {
			collect(v.Field(i), out)
		}
	}
}

// name is what the element calls itself.
func (e element) name() string {
	for _, name := range []string{"Name", "ID"} {
		if id := e.value.FieldByName(name); id.IsValid() && id.Kind() == reflect.String {
			return id.String()
		}
	}
	return ""
}

var goodID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// spaces says which kinds share one space of ids: nothing else may be mixed up.
var spaces = map[string]string{"Fact": "name", "Var": "name", "Derived": "name"}

// versioned kinds may repeat an id with other dates.
var versioned = map[string]bool{"Evidence": true, "TrackMoney": true, "Region": true, "Offence": true, "InformDuty": true, "Wall": true, "Step": true, "Bar": true, "Entitlement": true, "Clock": true, "Holiday": true}

// nameless kinds have no id.
var nameless = map[string]bool{"Process": true, "Calendar": true, "Criteria": true, "Standards": true, "Keeping": true, "Erasure": true, "Assumption": true, "Order": true, "Edition": true, "Field": true, "Expectation": true, "Oversight": true}

// unique: an id is written once in its list; versions of one id have dates.
func (l *linter) unique() {
	first := map[string]Pos{}
	for _, e := range l.elements() {
		if e.id == "" && !nameless[e.kind] {
			l.add(e.pos, "id.missing", "give it an id", "a %s has no id", e.called())
			continue
		}
		if nameless[e.kind] && e.kind != "Field" && e.kind != "Edition" {
			continue
		}
		if !goodID.MatchString(e.id) {
			l.add(e.pos, "id.form", "use letters, digits, _ . -", "%s is not a good id", e)
		}
		if versioned[e.kind] || nameless[e.kind] {
			continue
		}
		space := spaces[e.kind]
		if space == "" {
			space = e.kind
		}
		if at, twice := first[space+" "+e.id]; twice {
			l.add(e.pos, "id.twice", "rename one of them", "%s is also at %s:%d", e, at.File, at.Line)
			continue
		}
		first[space+" "+e.id] = e.pos
	}
}

// engines are the kinds whose versions the engine looks at.
var engines = map[string]bool{"Step": true, "Bar": true, "Entitlement": true, "Clock": true}

// versions: versions of one id never overlap in dates, and dates are in order.
func (l *linter) versions() {
	seen := map[string][]element{}
	for _, e := range l.elements() {
		d, ok := datesOf(e.value)
		if !ok || engines[e.kind] {
			continue
		}
		if !d.From.IsZero() && !d.To.IsZero() && d.To.Before(d.From.Time) {
			l.add(e.pos, "dates.order", "to is the last day, not before from", "%s ends before it begins", e)
		}
		if e.id == "" {
			continue // an order of clocks, which has no versions, or a thing that says so elsewhere
		}
		key := e.kind + " " + e.id
		for _, other := range seen[key] {
			if od, _ := datesOf(other.value); overlap(d, od) {
				l.add(e.pos, "dates.overlap", "end the older version the day before the newer begins", "%s is in force together with the version at %s:%d", e, other.pos.File, other.pos.Line)
			}
		}
		seen[key] = append(seen[key], e)
	}
}

func datesOf(v reflect.Value) (Dates, bool) {
	f := v.FieldByName("Dates")
	if !f.IsValid() {
		return Dates{}, false
	}
	d, ok := f.Interface().(Dates)
	return d, ok
}

func overlap(a, b Dates) bool {
	startsAfter := func(x, y Dates) bool { return !y.To.IsZero() && !x.From.IsZero() && x.From.After(y.To.Time) }
	return !startsAfter(a, b) && !startsAfter(b, a)
}

// mayLackBasis: what these say stands on the basis of what they belong to.
var mayLackBasis = map[string]bool{"Fact": true, "Procedure": true, "CaseRule": true, "Adverse": true}

// basis: every element says where it comes from, with a mark, or is marked P.
func (l *linter) basis() {
	for _, e := range l.elements() {
		f := e.value.FieldByName("Basis")
		if !f.IsValid() || e.value.IsZero() {
			continue
		}
		list := f.Interface().([]Basis)
		if len(list) == 0 && !mayLackBasis[e.kind] && e.pos.File != "" {
			l.add(e.pos, "basis.missing", "add basis: with act and article and a mark, or mark: P if it is the service's own rule", "%s has no basis", e)
		}
		for _, b := range list {
			l.oneBasis(e.pos, e.String(), b)
		}
	}
	for _, e := range l.Refusals {
		for _, b := range e.Forbidden {
			l.oneBasis(e.Pos, "refusal "+e.ID, b)
		}
	}
	for _, e := range l.Spec.Steps {
		if e.Adverse != nil {
			for _, b := range e.Adverse.Basis {
				l.oneBasis(e.Pos, "step "+e.ID, b)
			}
		}
	}
}

func (l *linter) oneBasis(pos Pos, whose string, b Basis) {
	l.refer(pos, whose, b.Act, l.known.acts)
	for source := range strings.SplitSeq(b.Source, ";") { // each with its paragraph: "osce-2014 ¶25"
		id, _, _ := strings.Cut(strings.TrimSpace(source), " ")
		l.refer(pos, whose, id, l.known.sources)
	}
	if act := l.Act(b.Act); act != nil && b.Edition != "" &&
		!slices.ContainsFunc(act.Editions, func(e Edition) bool { return e.ID == b.Edition }) {
		l.add(pos, "reference.edition", "add it to the act's editions", "%s names edition %q of %s, which was not read", whose, b.Edition, b.Act)
	}
	switch {
	case b.Mark == "" || !strings.Contains("T O S N I P", b.Mark) || len(b.Mark) != 1:
		l.add(pos, "basis.mark", "use T, O, S, N, I or P; docs/pack-authors.md says what each means", "%s has a basis with mark %q", whose, b.Mark)
	case b.Mark == "T" && (b.Act == "" || b.Art == ""):
		l.add(pos, "basis.article", "name act and art, or use another mark", "%s was read in an act, which is not named", whose)
	case b.Mark != "P" && b.Act == "" && b.Source == "":
		l.add(pos, "basis.empty", "name an act or a source, or use mark P", "%s has a basis that names nothing", whose)
	}
}
