package benchmark_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pana/internal/linkage/benchmark"
)

// frozen is the digest of version 1, frozen on 2026-11-23 before anything was
// tuned on it.
const frozen = "c5d96bcfa96dbd5c655589f22dcceaf3a87f29f354b26b97956439a6fa5fb8d8"

// TestFrozen: a change of a list, a table or the generator changes the pairs. Then
// Version is raised, and figures of before are not compared with figures of after.
func TestFrozen(t *testing.T) {
	t.Parallel()
	if got := benchmark.Digest(benchmark.Pairs()); benchmark.Version != 1 || got != frozen {
		t.Errorf("the benchmark is not what was frozen: version %d, digest %s", benchmark.Version, got)
	}
}

// TestWhatItHolds: as many pairs as promised, half of them one person, every
// language, sex, script and kind, a third held back.
func TestWhatItHolds(t *testing.T) {
	t.Parallel()
	pairs := benchmark.Pairs()
	count := map[string]int{}
	for _, p := range pairs {
		for _, what := range []string{"language " + p.Language, "sex " + p.Sex, "script " + p.A.Script, "kind " + p.Kind} {
			count[what]++
		}
		if p.Same {
			count["same"]++
		}
		if p.Held {
			count["held"]++
			count["held, kind "+p.Kind]++
		}
		if strings.HasSuffix(p.A.Born, "-01-01") {
			count["1 January"]++
		}
		if len(p.A.Born) == 4 {
			count["a year alone"]++
		}
		if p.A.Name == "" || strings.ContainsAny(p.A.Name+p.B.Name, "\t\n") {
			t.Errorf("%s: a name that a table cannot hold", p.ID)
		}
	}
	if len(pairs) < 5000 || count["same"]*2 != len(pairs) || count["held"]*3 != len(pairs) {
		t.Errorf("%d pairs, %d one person, %d held back", len(pairs), count["same"], count["held"])
	}
	for _, kind := range []string{"sibling", "near", "family", "parent", "given", "namesake"} {
		if all, held := count["kind "+kind], count["held, kind "+kind]; 3*held < all*9/10 || 3*held > all*11/10 {
			t.Errorf("%s: %d of %d pairs are held back, which is no third", kind, held, all)
		}
	}
	for _, what := range []string{
		"language kk", "language ru", "language uz", "language ky", "language tg", "language prs", "language tr", "sex female", "sex male",
		"script Cyrl", "script Latn", "script Arab", "kind sibling", "kind near", "kind family", "kind parent", "kind given", "kind namesake",
		"1 January", "a year alone",
	} {
		if count[what] < 200 {
			t.Errorf("%s: only %d pairs", what, count[what])
		}
	}
}

func TestJaroWinklerAsPublished(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want float64
	}{{"martha", "marhta", 0.9611}, {"dixon", "dicksonx", 0.8133}, {"dwayne", "duane", 0.84}, {"abc", "", 0}, {"abc", "xyz", 0}} {
		if got := benchmark.JaroWinkler([]rune(row.a), []rune(row.b)); math.Abs(got-row.want) > 0.0001 {
			t.Errorf("%s and %s: %.4f, want %.4f", row.a, row.b, got, row.want)
		}
	}
}

// TestThresholdLooksAtNoHeldPair: a held pair that would move it does not.
func TestThresholdLooksAtNoHeldPair(t *testing.T) {
	t.Parallel()
	pair := func(score float64, same, held bool) benchmark.Scored {
		return benchmark.Scored{Pair: benchmark.Pair{Same: same, Held: held}, Score: score}
	}
	open := []benchmark.Scored{pair(.9, true, false), pair(.8, true, false), pair(.7, false, false)}
	if got := benchmark.Threshold(open); got != .8 {
		t.Errorf("threshold %v, want .8", got)
	}
	if got := benchmark.Threshold(append(open, pair(.75, true, true), pair(.72, true, true))); got != .8 {
		t.Errorf("held pairs moved the threshold to %v", got)
	}
}

// TestKeysReachTheAim holds what was aimed at: F1 of 0.95 on the held-back third,
// and 0.93 in every group of it.
func TestKeysReachTheAim(t *testing.T) {
	t.Parallel()
	for m, floor := range map[string]struct{ all, group float64 }{
		"keys":   {0.95, 0.93},
		"search": {0.91, 0.87}, // reached, not aimed at: bit vectors, by names alone
	} {
		matcher := benchmark.Keys()
		if m == "search" {
			matcher = benchmark.Search(false)
		}
		scored := benchmark.Run(matcher, benchmark.Pairs())
		threshold := benchmark.Threshold(scored)
		held := slices.DeleteFunc(scored, func(s benchmark.Scored) bool { return !s.Held })
		for _, c := range benchmark.Counts(held, threshold) {
			want := floor.group
			if c.Group == "all" {
				want = floor.all
			}
			if c.F1() < want {
				t.Errorf("%s, %s: F1 %.3f, want %.2f", m, c.Group, c.F1(), want)
			}
		}
	}
}
