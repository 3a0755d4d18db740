package pack

import (
	"fmt"
	"slices"
	"strings"

	"pana/internal/procedure"
)

// Profile says what a pack is wanted for.
type Profile string

const (
	// Checked packs are for the checker and for reading: bad law loads.
	Checked Profile = "check"
	// Operated packs are what people work with: the product's own minimum is
	// asked on top of the country's law, and said to be the product's.
	Operated Profile = "operate"
)

// linter goes over a pack and collects problems. Each rule is a method named
// for what it holds; lint_test.go has each as a sentence.
type linter struct {
	*Pack
	profile  Profile
	problems []Problem
	known    names
}

// Lint reports every problem of a pack that was read: what its files say of
// each other, its wording, and its procedures on every date they change.
func Lint(p *Pack, profile Profile) []Problem {
	l := &linter{Pack: p, profile: profile, known: namesOf(p)}
	p.compileAll()
	for _, rule := range []func(){
		l.head, l.unique, l.versions, l.basis, l.sources, l.acts,
		l.bodies, l.access, l.services, l.criteria, l.forms, l.offences, l.standards, l.consents, l.duties, l.walls, l.regions, l.calendar,
		l.procedures, l.steps, l.handling, l.operations, l.followUps, l.keeping, l.retention, l.keptBeside, l.kin, l.hearings, l.rolls, l.tracks, l.evidence, l.papers, l.adverse, l.bars, l.entitlements, l.clocks, l.orders, l.pictures,
		l.wording, l.translated, l.compiles, l.properties, l.propertyGuards, l.overlays, l.composes, l.reachable,
	} {
		rule()
	}
	if profile == Operated {
		l.operable()
	}
	return inOrder(l.problems)
}

func (l *linter) add(pos Pos, code, mend, what string, args ...any) {
	l.problems = append(l.problems, Problem{Pos: pos, Code: code, What: fmt.Sprintf(what, args...), Mend: mend})
}

func (l *linter) warn(pos Pos, code, mend, what string, args ...any) {
	l.add(pos, code, mend, what, args...)
	l.problems[len(l.problems)-1].Warning = true
}

// names are the ids of each list, for references.
type names struct {
	acts, sources, regions, kinds, roles, compartments, forms, needs, rights set
	facts, steps, offences, clocks                                           set
}

// set is the names of one kind, and what the kind is called in a message.
type set struct {
	what string
	has  map[string]bool
}

func setOf[T any](what string, list []T, id func(T) []string) set {
	s := set{what, map[string]bool{}}
	for _, e := range list {
		for _, name := range id(e) {
			if name != "" {
				s.has[name] = true
			}
		}
	}
	return s
}

func namesOf(p *Pack) names {
	one := func(s string) []string { return []string{s} }
	return names{
		acts:         setOf("act", p.Acts, func(e Act) []string { return one(e.ID) }),
		sources:      setOf("source", p.Sources, func(e Source) []string { return one(e.ID) }),
		regions:      setOf("region", p.Regions, func(e Region) []string { return one(e.ID) }),
		kinds:        setOf("kind of body", p.BodyKinds, func(e BodyKind) []string { return one(e.ID) }),
		roles:        setOf("role", p.BodyKinds, func(e BodyKind) []string { return e.Roles }),
		compartments: setOf("compartment", p.BodyKinds, func(e BodyKind) []string { return one(e.Compartment) }),
		forms:        setOf("form", p.Forms, func(e Form) []string { return one(e.ID) }),
		needs:        setOf("need", p.Needs, func(e Need) []string { return one(e.ID) }),
		rights:       setOf("right", p.Rights, func(e Right) []string { return one(e.ID) }),
		facts:        setOf("fact", p.Spec.Facts, func(e fact) []string { return one(e.Name) }),
		steps:        setOf("step", p.Spec.Steps, func(e step) []string { return one(e.ID) }),
		clocks:       setOf("clock", p.Spec.Clocks, func(e procedure.Clock) []string { return one(e.ID) }),
		offences:     setOf("offence", p.Offences, func(e Offence) []string { return one(e.ID) }),
	}
}

// refer reports a name that is in none of the sets. An empty name refers to nothing.
func (l *linter) refer(pos Pos, whose, name string, sets ...set) {
	if name == "" {
		return
	}
	var all, whats []string
	for _, s := range sets {
		if s.has[name] {
			return
		}
		whats = append(whats, s.what)
		for n := range s.has {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	what := strings.Join(slices.Compact(whats), " or ")
	mend := "declare it"
	if near := nearest(name, all); near != "" {
		mend = "did you mean " + near + "?"
	} else if len(all) > 0 && len(all) <= 12 {
		mend = "known: " + strings.Join(all, ", ")
	}
	l.add(pos, "reference."+strings.ReplaceAll(whats[0], " ", "_"), mend, "%s names %q, which is no %s", whose, name, what)
}

func (l *linter) referAll(pos Pos, whose string, list []string, sets ...set) {
	for _, name := range list {
		l.refer(pos, whose, name, sets...)
	}
}

// words makes a set of fixed words.
func words(what, list string) set {
	return setOf(what, strings.Fields(list), func(s string) []string { return []string{s} })
}

// nearest is the known name most like the one written, when it is like it.
func nearest(written string, known []string) string {
	best, least := "", max(2, len(written)/3)+1
	for _, k := range known {
		if d := distance(written, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace to get b from a.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
