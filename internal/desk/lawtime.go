package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/wording"
)

// lawSame is what became of a step that both days have alike.
const lawSame = "same"

// LawInTime is a procedure between two snapshots.
type LawInTime struct {
	Procedures []string
	Days       []string
	Procedure  string
	From, To   string
	Changes    []pack.Difference
	Gained     []pack.Difference // rights and bars to removal
	Lost       []pack.Difference // and the person's own steps and bodies' duties
	Picture    Picture
	Drawn      bool
	Editions   string
	Imprint    Imprint
	// Said tells a field of a difference in a language; nil tells it as written.
	Said func(lang wording.Lang, field, value string) string
}

// LawInTime compares a procedure on two days. Without a procedure it only says
// what can be compared.
func (d *Desk) LawInTime(_ context.Context, of, from, to string) (LawInTime, error) {
	p := d.pack()
	out := LawInTime{Procedure: of, Editions: p.Head.EditionsRead, Imprint: d.imprint(), Said: p.FieldInWords}
	for _, one := range p.Spec.Procedures {
		out.Procedures = append(out.Procedures, one.ID)
	}
	for _, day := range p.Head.Snapshots {
		out.Days = append(out.Days, day.Format(time.DateOnly))
	}
	if of == "" || len(out.Days) == 0 {
		return out, nil
	}
	one := p.Procedure(of)
	if one == nil {
		return out, fault.Withheld("desk: no such procedure")
	}
	var known [2]bool
	out.From, known[0] = orDay(from, out.Days[0], out.Days)
	out.To, known[1] = orDay(to, out.Days[len(out.Days)-1], out.Days)
	if !known[0] || !known[1] {
		return out, fault.Withheld("desk: no such snapshot")
	}
	was, now := dayOf(out.From), dayOf(out.To)
	for _, d := range p.Diff(pack.Day{Time: was}, pack.Day{Time: now}) {
		if d.Procedure != of {
			continue
		}
		out.Changes = append(out.Changes, d)
		switch {
		case d.Lost:
			out.Lost = append(out.Lost, d)
		case d.Change == pack.Added && (d.Kind == "entitlement" || d.Kind == "bar"):
			out.Gained = append(out.Gained, d)
		}
	}
	out.Picture, out.Drawn = changePicture(p, *one, was, now, out.Changes)
	return out, nil
}

// orDay is the day that was asked for, if there is a snapshot of it.
func orDay(asked, otherwise string, days []string) (string, bool) {
	if asked == "" {
		return otherwise, true
	}
	return asked, slices.Contains(days, asked)
}

func dayOf(s string) time.Time {
	t, _ := time.Parse(time.DateOnly, s) // one of the pack's own days
	return t
}

// changePicture draws the procedure with both days' steps in it.
func changePicture(p *pack.Pack, of procedure.Procedure, was, now time.Time, changes []pack.Difference) (Picture, bool) {
	i := slices.IndexFunc(p.Spec.Vars, func(v procedure.Var) bool { return v.Name == of.Picture })
	if i < 0 {
		return Picture{}, false
	}
	v := p.Spec.Vars[i]
	out := Picture{Procedure: of.ID, Lanes: of.Lanes}
	became := map[string]string{}
	for _, c := range changes {
		if c.Kind == "step" {
			became[c.ID] = c.Change
		}
	}
	reached := map[string][]string{}
	for _, s := range p.Spec.Steps {
		to, sets := s.Set[v.Name]
		stood, stands := pack.Contains(s.Dates, was), pack.Contains(s.Dates, now)
		if !sets || s.Procedure != of.ID || !stood && !stands || stood && !stands && became[s.ID] != pack.Removed {
			continue // of a step that changed, the newer version is drawn
		}
		what := became[s.ID]
		if what == "" {
			what = lawSame
		}
		reached[to] = append(reached[to], what)
		for _, from := range p.Spec.LeadsFrom(s.When, v) {
			if from != to {
				out.Steps = append(out.Steps, PictureStep{ID: s.ID, From: from, To: to, State: what})
			}
		}
	}
	for _, value := range v.Values {
		if cell, drawn := v.At[value]; drawn {
			out.States = append(out.States, PictureState{
				Value: v.Name + "." + value, Lane: max(0, slices.Index(of.Lanes, cell.Lane)), Column: cell.Column, State: stateOf(reached[value], slices.Contains(v.Start, value)),
			})
		}
	}
	return out, len(out.States) > 0
}

// stateOf is what became of a state: it was added or removed when every step to
// it was.
func stateOf(ways []string, start bool) string {
	for _, what := range []string{pack.Added, pack.Removed} {
		if !start && len(ways) > 0 && !slices.ContainsFunc(ways, func(w string) bool { return w != what }) {
			return what
		}
	}
	return lawSame
}
