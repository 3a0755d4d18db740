package casework

import (
	"testing"

	"pana/internal/fault"
)

// Who moved an edition is not who adopts it, and nothing is adopted in the place of what
// was not looked at.
func TestAnEditionIsAdoptedByAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := decider
	clerk.Worker = "clerk"
	runs := &Adoption{PackAdopted: PackAdopted{Edition: Edition{Digest: "d1", Bytes: "b1"}, How: AdoptedFirst}}
	next := PackAdopted{Edition: Edition{Digest: "d2", Bytes: "b2"}, How: AdoptedByTwo, From: officer.Worker, Was: "b1"}
	for _, row := range []struct {
		why    string
		by     Actor
		change func(*PackAdopted)
		code   string
	}{
		{"another seconds it", decider, func(*PackAdopted) {}, ""},
		{"who moved it", officer, func(*PackAdopted) {}, CodeMotionOwn},
		{"who moved it, by another login", clerk, func(*PackAdopted) {}, CodeMotionOwn},
		{"nobody moved it", decider, func(a *PackAdopted) { a.From = "" }, CodeMotionOwn},
		{"another was adopted since", decider, func(a *PackAdopted) { a.Was = "b0" }, CodeAdoptionMoved},
		{"a node takes its own for the first", Actor{}, func(a *PackAdopted) { a.How = AdoptedFirst }, CodeAdoptionMoved},
	} {
		in := next
		row.change(&in)
		m := w.moment(row.by)
		m.People = People{clerk.Worker: {officer.Worker}}
		if _, err := AdoptPack(runs, in, m); row.code == "" && err != nil || row.code != "" && !fault.Is(err, row.code) {
			t.Errorf("%s: %v, want %q", row.why, err, row.code)
		}
	}
}
