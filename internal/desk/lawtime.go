package desk

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// What became of an element between two days.
const (
	lawAdded   = "added"
	lawGone    = "gone"
	lawChanged = "changed"
	lawSame    = "same"
)

// LawInTime is a procedure between two snapshots.
type LawInTime struct {
	Procedures []string
	Days       []string
	Procedure  string
	From, To   string
	Changes    []LawChange
	Gained     []LawChange // rights and bars to removal
	Lost       []LawChange
	Picture    Picture
	Drawn      bool
	Editions   string
}

// LawChange is one element that differs. Basis is where the newer version
// stands or, for what is gone, where it stood.
type LawChange struct {
	Kind  string // step, bar, right, clock
	ID    string
	Gives string // of a right
	What  string // added, gone, changed
	Parts []LawPart
	Basis []procedure.Basis
	Was   []procedure.Basis // where the older version stood, when it changed
}

// LawPart is a part of an element that says something else: a key of the pack.
type LawPart struct{ Part, Was, Now string }

// LawInTime compares a procedure on two days. Without a procedure it only says
// what can be compared.
func (d *Desk) LawInTime(_ context.Context, of, from, to string) (LawInTime, error) {
	p := d.pack()
	out := LawInTime{Procedure: of, Editions: p.Head.EditionsRead}
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
	out.Changes = differences(p, of, was, now)
	out.Gained, out.Lost = rightsChanged(out.Changes)
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

func rightsChanged(all []LawChange) (gained, lost []LawChange) {
	for _, c := range all {
		switch {
		case c.Kind != "right" && c.Kind != "bar":
		case c.What == lawAdded:
			gained = append(gained, c)
		case c.What == lawGone:
			lost = append(lost, c)
		}
	}
	return gained, lost
}

// differences lists what differs, in the pack's order: bars and rights first,
// for that is what a reader looks for.
func differences(p *pack.Pack, of string, was, now time.Time) []LawChange {
	s := p.Spec
	out := compare(s.Bars, "bar", of, was, now, func(b procedure.Bar) part { return part{b.ID, b.Procedure, "", b.Dates, b.Basis} })
	out = append(out, compare(s.Entitlements, "right", of, was, now, func(e procedure.Entitlement) part {
		return part{e.ID, e.Procedure, e.Gives, e.Dates, e.Basis}
	})...)
	out = append(out, compare(s.Steps, "step", of, was, now, func(e procedure.Step) part { return part{e.ID, e.Procedure, "", e.Dates, e.Basis} })...)
	return append(out, compare(s.Clocks, "clock", of, was, now, func(e procedure.Clock) part { return part{e.ID, e.Procedure, "", e.Dates, e.Basis} })...)
}

// part is what every dated element of a procedure has.
type part struct {
	id, procedure, gives string
	dates                pack.Dates
	basis                []procedure.Basis
}

// compare finds the elements of one kind that differ between two days. A
// version is its id and dates, and the dates of one id never overlap.
func compare[T any](all []T, kind, of string, was, now time.Time, about func(T) part) []LawChange {
	on := func(day time.Time) (map[string]T, []string) {
		found, order := map[string]T{}, []string{}
		for _, e := range all {
			if a := about(e); a.procedure == of && pack.Contains(a.dates, day) {
				found[a.id] = e
				order = append(order, a.id)
			}
		}
		return found, order
	}
	before, first := on(was)
	after, second := on(now)
	var out []LawChange
	for _, id := range second {
		e, a := after[id], about(after[id])
		old, stood := before[id]
		if !stood {
			out = append(out, LawChange{Kind: kind, ID: id, Gives: a.gives, What: lawAdded, Basis: a.basis})
			continue
		}
		if parts := unlike(old, e); len(parts) > 0 {
			out = append(out, LawChange{Kind: kind, ID: id, Gives: a.gives, What: lawChanged, Parts: parts, Basis: a.basis, Was: about(old).basis})
		}
	}
	for _, id := range first {
		if _, stands := after[id]; !stands {
			a := about(before[id])
			out = append(out, LawChange{Kind: kind, ID: id, Gives: a.gives, What: lawGone, Basis: a.basis})
		}
	}
	return out
}

// unlike lists the keys of two versions that say something else. Where a rule is
// from and when it was in force is not what it says.
func unlike[T any](a, b T) []LawPart {
	var out []LawPart
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		key := x.Type().Field(i).Tag.Get("yaml")
		if key == "-" || key == "dates" || key == "basis" || reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			continue
		}
		if was, is := said(x.Field(i)), said(y.Field(i)); was != is {
			out = append(out, LawPart{key, was, is})
		}
	}
	return out
}

// said writes a value of the pack on one line.
func said(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case string:
		return x
	case []string:
		return strings.Join(x, ", ")
	case map[string]string:
		var out []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			out = append(out, k+": "+x[k])
		}
		return strings.Join(out, ", ")
	case *procedure.Adverse:
		if x == nil {
			return ""
		}
		return strings.Join([]string{x.Decider, x.Reasons, x.Notice, x.Language, x.Limit, x.Appeal}, ", ")
	case *procedure.Again:
		if x == nil {
			return ""
		}
		return fmt.Sprint(x.Max)
	}
	return strings.Trim(fmt.Sprint(v.Interface()), "{}")
}

// changePicture draws the procedure with both days' steps in it.
func changePicture(p *pack.Pack, of procedure.Procedure, was, now time.Time, changes []LawChange) (Picture, bool) {
	i := slices.IndexFunc(p.Spec.Vars, func(v procedure.Var) bool { return v.Name == of.Picture })
	if i < 0 {
		return Picture{}, false
	}
	v := p.Spec.Vars[i]
	out := Picture{Procedure: of.ID, Lanes: of.Lanes}
	became := map[string]string{}
	for _, c := range changes {
		if c.Kind == "step" {
			became[c.ID] = c.What
		}
	}
	reached := map[string][]string{}
	for _, s := range p.Spec.Steps {
		to, sets := s.Set[v.Name]
		stood, stands := pack.Contains(s.Dates, was), pack.Contains(s.Dates, now)
		if !sets || s.Procedure != of.ID || !stood && !stands || stood && !stands && became[s.ID] != lawGone {
			continue // of a step that changed, the newer version is drawn
		}
		what := became[s.ID]
		if what == "" {
			what = lawSame
		}
		reached[to] = append(reached[to], what)
		for _, from := range leadsFrom(p, s.When, v) {
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

// stateOf is what became of a state: it was added or is gone when every step to
// it was or is.
func stateOf(ways []string, start bool) string {
	for _, what := range []string{lawAdded, lawGone} {
		if !start && len(ways) > 0 && !slices.ContainsFunc(ways, func(w string) bool { return w != what }) {
			return what
		}
	}
	return lawSame
}
