package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// guarded is what an act would not do without seals and a ledger: all of two
// packages, and in the store the keys, the leaves' hashes and the tree, each with
// what the database does for it. Not in it: the columns of a leaf in the event's row.
var guarded = []string{
	"store.(*group).flushTree", "pana/internal/seal.", "pana/internal/ledger.",
	"store.(*group).flushKeys", "store.(*act).key", "store.(*act).close",
	"store.(*Store).fetchKeys", "store.(*group).indexKey", "store.(*record).hashes",
}

// must is how many of them every run has: a referral makes no new key.
const must = 2

// ofAct are the ways into an act: the request's own, and the committer's. Starting,
// signing in, sweeps and collecting garbage are not of it.
var ofAct = []string{"desk.(*Desk).Refer", "store.(*Store).commitForever"}

// sealedShare reads the profile of a server that took referrals, and says what they
// would have cost without seals and ledger.
func sealedShare(dir string) (figure, error) {
	const name = "processor of a referral, by that without seals and ledger"
	in, err := os.Open(filepath.Join(dir, "referral-sqlite-false.pprof"))
	if err != nil {
		return figure{}, err
	}
	defer in.Close()
	p, err := profile.Parse(in)
	if err != nil {
		return figure{}, err
	}
	var all, safe int64
	met := make([]bool, len(guarded))
	for _, s := range p.Sample {
		spent, frames := s.Value[len(s.Value)-1], names(s)
		if passes(frames, ofAct) < 0 {
			continue
		}
		all += spent
		if i := passes(frames, guarded); i >= 0 {
			safe, met[i] = safe+spent, true
		}
	}
	// Were one of these called something else meanwhile, the figure would flatter.
	for i, name := range guarded[:must] {
		if !met[i] {
			return figure{}, fmt.Errorf("no sample of %s in the profile: mend the list in bench/share.go, or take more referrals (-seconds)", name)
		}
	}
	return figure{Name: name, Value: float64(all) / float64(all-safe), Unit: "times", Note: fmt.Sprintf("bound 1.5; %d ms of %d sampled", safe/1e6, all/1e6)}, nil
}

func names(s *profile.Sample) (out []string) {
	for _, l := range s.Location {
		for _, line := range l.Line {
			out = append(out, line.Function.Name)
		}
	}
	return out
}

// passes is the first of some names that a stack goes through, or -1.
func passes(frames, some []string) int {
	return slices.IndexFunc(some, func(name string) bool {
		return slices.ContainsFunc(frames, func(f string) bool { return strings.Contains(f, name) })
	})
}
