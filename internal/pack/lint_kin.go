package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
)

// kin: each way of belonging together has the other side of it, and what it
// reads of a relative is a fact about one, with values that it has, out of
// something that a file records.
func (l *linter) kin() {
	for i := range l.Kin {
		k := &l.Kin[i]
		whose := "kin " + k.ID
		l.referAll(k.Pos, whose, k.Steps, l.known.steps)
		l.referAll(k.Pos, whose, k.PageAfter, l.known.steps)
		if back := l.KinOf(k.Inverse); back == nil || back.Inverse != k.ID {
			l.add(k.Pos, "kin.inverse", "name what the person is to the other, and there the same the other way round", "%s has %q as its other side, which does not have it", whose, k.Inverse)
		}
		for _, r := range k.Reads {
			l.kinReads(k, r, whose)
		}
	}
}

func (l *linter) kinReads(k *Kin, r KinRead, whose string) {
	fact := slices.IndexFunc(l.Spec.Facts, func(f procedure.Fact) bool { return f.Name == r.Fact && isRelatives(f.Name) })
	if fact < 0 {
		l.add(k.Pos, "kin.fact", "name a fact with a dot, as mother.papers", "%s feeds %q, which is no fact about a relative", whose, r.Fact)
		return
	}
	recorded := l.valuesOf(r.From)
	if recorded == nil || isRelatives(r.From) {
		l.add(k.Pos, "kin.from", "name a fact or a variable of the relative's own", "%s reads %q, which no file records", whose, r.From)
		return
	}
	if r.Sex != "" && r.Sex != "female" && r.Sex != "male" {
		l.add(k.Pos, "kin.sex", "write female or male, or leave it out", "%s reads of the sex %q", whose, r.Sex)
	}
	values := l.Spec.Facts[fact].Values
	for from, to := range r.Of {
		if !slices.Contains(recorded, from) || !slices.Contains(values, to) {
			l.add(k.Pos, "kin.of", "name a value of each", "%s turns %s into %s, one of which nothing has", whose, from, to)
		}
	}
	if len(r.Of) == 0 && !slices.ContainsFunc(recorded, func(v string) bool { return slices.Contains(values, v) }) {
		l.add(k.Pos, "kin.of", "write of: with a value of each", "%s reads %s for %s, which share no value", whose, r.From, r.Fact)
	}
}

// valuesOf are those of a fact or variable, or nil when there is none.
func (l *linter) valuesOf(name string) []string {
	for _, f := range l.Spec.Facts {
		if f.Name == name {
			return f.Values
		}
	}
	for _, v := range l.Spec.Vars {
		if v.Name == name {
			return v.Values
		}
	}
	return nil
}

// isRelatives says that a name is a fact about a relative: mother.papers.
func isRelatives(name string) bool { return strings.Contains(name, ".") }
