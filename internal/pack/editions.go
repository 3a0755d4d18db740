package pack

import (
	"reflect"
	"slices"

	"pana/internal/procedure"
)

// DiffWith lists what another edition of the pack says of a day otherwise than p: steps,
// bars, entitlements and clocks, in the other's order. What is gone has no basis: an
// edition is somebody's work and no act of law.
func (p *Pack) DiffWith(newer *Pack, day Day) []Difference {
	var out []Difference
	for _, kind := range dated {
		was, now := p.standing(kind, day), newer.standing(kind, day)
		for _, id := range idsOf(was, now) {
			if d, differs := between(newer, kind, was[id], now[id], day); differs {
				out = append(out, d)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return newer.orderOf(a.Procedure) - newer.orderOf(b.Procedure)
	})
	return out
}

func between(newer *Pack, kind string, was, now *element, day Day) (d Difference, differs bool) {
	d = Difference{Kind: kind, Fields: []FieldChange{}}
	one := now
	switch {
	case was == nil:
		d.Change, d.Now, d.Basis = Added, &now.pos, now.basis()
	case now == nil:
		d.Change, d.Was = Removed, &was.pos
		d.Lost, d.Instead = newer.without(was, day)
		one = was
	default:
		d.Change, d.Was, d.Now, d.Basis = Changed, &was.pos, &now.pos, now.basis()
		d.Fields = fieldChanges("", was.value, now.value)
	}
	d.ID, d.Procedure = one.id, one.value.FieldByName("Procedure").String()
	return d, d.Change != Changed || len(d.Fields) > 0
}

// without says whether a person had what this pack no longer has, and what of it gives
// the same right.
func (p *Pack) without(e *element, day Day) (lost bool, instead string) {
	switch v := e.value.Interface().(type) {
	case procedure.Entitlement:
		for _, other := range p.Spec.Entitlements {
			if other.Gives == v.Gives && Contains(other.Dates, day.Time) {
				return true, other.ID
			}
		}
		return true, ""
	case procedure.Step:
		return v.Effect == "" && v.Adverse == nil && (v.Force == procedure.Own || v.Force == procedure.Must), ""
	case procedure.Bar:
		return true, ""
	}
	return false, ""
}

// OtherDays says whether two editions say otherwise of the law of any day.
func (p *Pack) OtherDays(newer *Pack) bool {
	return !slices.Equal(slices.Sorted(slices.Values(p.Laws())), slices.Sorted(slices.Values(newer.Laws())))
}

// PartsThatDiffer names the files of a pack of which another edition says otherwise, in
// the order in which they are read; procedures, accounts and words by their folder.
func (p *Pack) PartsThatDiffer(newer *Pack) (out []string) {
	was, is := p.partDigests(), newer.partDigests()
	for _, part := range was {
		if i := slices.IndexFunc(is, func(o partDigest) bool { return o.name == part.name }); i < 0 || is[i].sum != part.sum {
			out = append(out, part.name)
		}
	}
	return out
}

type partDigest struct{ name, sum string }

func (p *Pack) partDigests() (out []partDigest) {
	digest := func(name string, write func(*canon)) {
		c := newCanon(nil)
		write(c)
		out = append(out, partDigest{name, c.sum()})
	}
	for _, part := range p.parts() {
		digest(part.file, func(c *canon) { c.value(reflect.ValueOf(part.into).Elem()) })
	}
	digest("procedures", func(c *canon) {
		for _, one := range byProcedure(p.Procedures, func(e Process) string { return e.Procedure.ID }) {
			c.value(reflect.ValueOf(one))
		}
	})
	digest("tracks", func(c *canon) { c.value(reflect.ValueOf(p.Tracks)) })
	digest("overlays", func(c *canon) { c.value(reflect.ValueOf(p.Overlays)) })
	digest("wording", p.canonWords)
	return out
}
