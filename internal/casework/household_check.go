package casework

import (
	"slices"
	"strconv"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
)

// visitKind is the pack's kind of operation that comes to a door.
type visitKind struct{ kind *pack.Operation }

// check names everything that must be mended on the form.
func (d *door) check() (err error) {
	if d.kind, err = d.o.kindOf(d.in.Kind, d.m); err != nil {
		return err
	}
	if d.kind.Visits == nil {
		return fault.Form(fault.Field{Name: "operation_kind", Code: "not_a_choice"})
	}
	if d.o != nil && d.h == nil {
		return fault.New(fault.Conflict, CodeHouseholdOver)
	}
	in := d.in
	var f fields
	if in.Outcome == "" && d.o == nil {
		f.add("visit", "field.choice")
	}
	f.oneOf("visit", in.Outcome, VisitOutcomes...)
	f.past("visit_at", in.OccurredAt, d.m.At)
	switch {
	case in.Outcome == VisitAgain && in.Again.IsZero():
		f.add("visit_again", "field.date_missing")
	case !in.Again.IsZero() && !in.Again.After(occurred(in.OccurredAt, d.m)):
		f.add("visit_again", CodeAgainPast)
	}
	if in.Outcome == VisitMet && len(in.Rows) == 0 && (d.h == nil || len(d.h.Lines) == 0) {
		f.add(rowField(0, "line_name"), CodeNobodyMet)
	}
	if len(in.Rows) > MetMost {
		f.add(rowField(MetMost, "line_name"), CodeTooManyMet, "max", strconv.Itoa(MetMost))
	}
	for i, r := range in.Rows {
		d.checkRow(&f, i, r)
	}
	return fault.Form(f...)
}

func (d *door) checkRow(f *fields, i int, r VisitRow) {
	at := func(name string) string { return rowField(i, name) }
	if slices.ContainsFunc(d.in.Rows[:i], func(q VisitRow) bool { return q.Line == r.Line }) || d.o.Has(r.Line) {
		f.add(at("line_name"), CodeRowRecorded)
		return
	}
	if d.o.State(r.Line) == "" && d.fileOf(r.Line) != nil {
		f.add(at("line_name"), CodeRowRecorded) // another household's, or no household's
		return
	}
	if r.State == "" {
		f.add(at("line_state"), "field.choice")
	}
	f.oneOf(at("line_state"), r.State, LineStates...)
	f.oneOf(at("sex"), r.Sex, "female", "male", "unknown")
	f.oneOf(at("consent"), r.Consent, "yes", "no", "child", "not_able")
	if r.Age < 0 || r.Age > 120 {
		f.add(at("line_age"), "field.line_age")
	}
	if r.Kin != "" && d.m.Laws.Pack().KinOf(r.Kin) == nil {
		f.add(at("line_kin"), "not_a_choice")
	}
	if r.Kin != "" && (r.Of == r.Line || !d.here(r.Of)) {
		f.add(at("line_of"), CodeKinOfWhom)
	}
	for _, field := range d.rowFields() {
		answer := r.Said[field.ID].Reveal()
		if answer != "" && field.Closed && !slices.Contains(field.Options, answer) {
			f.add(at("f."+field.ID), "not_a_choice")
		}
	}
}

// here says whether a line is of this household.
func (d *door) here(line id.File) bool {
	return d.h.line(line) != nil || slices.ContainsFunc(d.in.Rows, func(r VisitRow) bool { return r.Line == line })
}

// asked says what is missing of a line before it can become a file: what the row
// asks, and the person's own answer. Nobody answers for a grown person, and of a
// child it is said that she is one.
func (d *door) asked(l HouseholdLine, age string) error {
	var f fields
	for _, field := range d.rowFields() {
		if field.Required && l.Said[field.ID].Empty() {
			f.add("f."+field.ID, "field.choice")
		}
	}
	switch {
	case l.Consent == "":
		f.add("consent", "field.choice")
	case l.Consent == "no" && age == AgeAdult:
		f.add("consent", CodeKinNoFile)
	case l.Consent == "child" && age == AgeAdult:
		f.add("consent", CodeNoChild)
	}
	return fault.Form(f...)
}

// rowFields are the questions of each line, as the pack's form has them.
func (d *door) rowFields() []pack.Field { return RowFields(d.m.Laws.Pack(), d.kind) }

// RowFields are the questions that each line of a kind of household list asks.
func RowFields(p *pack.Pack, kind *pack.Operation) (out []pack.Field) {
	if kind == nil || kind.Visits == nil {
		return nil
	}
	for _, id := range kind.Visits.Row {
		for _, step := range p.Spec.Steps {
			form := p.Form(step.Form)
			if !slices.Contains(kind.Meets, step.ID) || form == nil {
				continue
			}
			i := slices.IndexFunc(form.Fields, func(f pack.Field) bool { return f.ID == id })
			if i >= 0 && !slices.ContainsFunc(out, func(f pack.Field) bool { return f.ID == id }) {
				out = append(out, form.Fields[i])
			}
		}
	}
	return out
}
