package stats

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

func answer(t *testing.T, in *Input) Answer {
	t.Helper()
	a, err := Multiverse(context.Background(), in, Boot{Replicates: 50, Seed: 1, Workers: 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWhatCannotBeToldIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why   string
		lists []string
		cells map[string]float64
		says  string
	}{
		{"two lists", []string{"Police", "Shelter"}, map[string]float64{"10": 50, "01": 60, "11": 10}, "a third list is needed"},
		{"a third list with nobody on it", []string{"A", "B", "C"}, map[string]float64{"100": 50, "010": 60, "110": 10}, "a third list is needed"},
		{"no overlap", []string{"A", "B", "C"}, map[string]float64{"100": 50, "010": 60, "001": 10}, "nobody is on two lists"},
		{"one list", []string{"A", "B", "C"}, map[string]float64{"100": 50}, "one list only"},
		{"nobody", []string{"A", "B", "C"}, nil, "nobody is on any list"},
	} {
		a := answer(t, &Input{Table: tableOf(c.lists, c.cells)})
		if !strings.Contains(a.Refused, c.says) || len(a.Estimates) > 0 {
			t.Errorf("%s: refused %q, %d estimates", c.why, a.Refused, len(a.Estimates))
		}
	}
}

func TestWarningsSayWhatALookAtTheListsShows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why   string
		cells map[string]float64
		says  string
	}{
		{"no overlap of two", map[string]float64{"100": 4, "010": 5, "001": 6, "101": 2}, "nobody is on both A and B"},
		{"one inside another", map[string]float64{"010": 5, "110": 5, "001": 6, "011": 3}, "everybody on A is on B too"},
		{"an empty list", map[string]float64{"100": 4, "010": 5, "110": 6}, "nobody is on list C"},
		{"a list with everybody", map[string]float64{"100": 4, "110": 5, "101": 6, "111": 3}, "everybody is on list A"},
	} {
		got := tableOf([]string{"A", "B", "C"}, c.cells).Warnings()
		if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.says) }) {
			t.Errorf("%s: %q", c.why, got)
		}
	}
	if got := independent(10_000, .3, .2, .15).Warnings(); len(got) > 0 {
		t.Errorf("of a table with nothing strange in it: %q", got)
	}
}

// TestAHeadlineOnlyWhereMethodsAgree: lists that see most people and know nothing of
// each other give one; the United Kingdom's of 2013 give none.
func TestAHeadlineOnlyWhereMethodsAgree(t *testing.T) {
	t.Parallel()
	good := independent(20_000, .5, .45, .4, .5)
	for c := range good.Count {
		good.Count[c] = math.Round(good.Count[c])
	}
	a := answer(t, &Input{Table: good})
	if a.Refused != "" {
		t.Errorf("refused: %s", a.Refused)
	}
	if r := a.Reach(); r.Low > 20_000 || r.High < 20_000 {
		t.Errorf("20,000 people are not between %v and %v", r.Low, r.High)
	}
	_, tables := readPublished(t)
	if a := answer(t, &Input{Table: tables["UKdat_5"]}); !strings.Contains(a.Refused, "the methods disagree") {
		t.Errorf("refused %q", a.Refused)
	}
}

// Of three large lists that all hang together the averaging over graphs answers that nobody
// was missed; that is its prior and not the table, and no end of a range.
func TestWhereAllListsHangTogetherTheAveragingSaysNothing(t *testing.T) {
	t.Parallel()
	a := answer(t, &Input{Table: tableOf([]string{"A", "B", "C"}, map[string]float64{ // the invented bodies of docs/exchange.md
		"100": 22837, "010": 9124, "110": 11130, "001": 4090, "101": 3164, "011": 1877, "111": 2869})})
	i := slices.IndexFunc(a.Estimates, func(r Row) bool { return r.Method == "dga_decomposable_bma" })
	row := a.Estimates[i]
	if !row.Silent || !strings.Contains(row.Note, "says nothing") || row.CI == nil || row.CI.Low > a.Observed+10 {
		t.Errorf("the averaging says %+v", row)
	}
	if r := a.Reach(); r.Low < 70_000 || r.High > 100_000 {
		t.Errorf("the others reach from %v to %v", r.Low, r.High)
	}
	for _, r := range a.Estimates {
		if r.Silent && r.Method != row.Method {
			t.Errorf("%s is silent", r.Method)
		}
	}
	_, tables := readPublished(t)
	if slices.ContainsFunc(answer(t, &Input{Table: tables["UKdat_5"]}).Estimates, func(r Row) bool { return r.Silent }) {
		t.Error("of the United Kingdom's table no graph has half of the belief, and a row is silent")
	}
}

func TestEveryMethodAndEveryChangeIsShown(t *testing.T) {
	t.Parallel()
	_, tables := readPublished(t)
	table := tables["UKdat_5"]
	in := &Input{Table: table, Links: NewLinks(5, .95), Other: []Threshold{{.9, table}, {.8, table}}}
	a := answer(t, in)
	count := map[string]int{}
	for _, r := range a.Estimates {
		count[r.Method]++
		for _, key := range []string{"left_out", "mended", "threshold"} {
			if r.Params[key] != nil {
				count[key]++
			}
		}
		if r.CI == nil || !(r.CI.Low <= r.CI.High) || r.Note == "" {
			t.Errorf("%s %v has interval %v, note %q", r.Method, r.Params, r.CI, r.Note)
		}
	}
	for what, want := range map[string]int{"poisson_loglinear_main_effects": 1, "stepwise_poisson_p": 3, "bic_exhaustive_bca": 2 + 5 + 1 + 2,
		"bic_downhill_bca": 2, "dga_decomposable_bma": 1, "poisson_loglinear": 3, "left_out": 5, "mended": 1, "threshold": 2} {
		if count[what] != want {
			t.Errorf("%s: %d rows, want %d", what, count[what], want)
		}
	}
	mended := a.Estimates[slices.IndexFunc(a.Estimates, func(r Row) bool { return r.Params["mended"] != nil })]
	asIs := a.Estimates[slices.IndexFunc(a.Estimates, func(r Row) bool { return r.Method == "bic_exhaustive_bca" && r.Params["maxorder"] == 4 })]
	if !(mended.N < asIs.N) {
		t.Errorf("with missed links mended there are %v, without %v: missed links make it too high", mended.N, asIs.N)
	}
}

func TestOneListThatContradictsItself(t *testing.T) {
	t.Parallel()
	a := answer(t, &Input{Contacts: Contacts{1: 1645, 2: 183, 3: 37, 4: 13, 5: 1, 6: 1}})
	if len(a.Estimates) != 3 || !strings.Contains(a.Refused, "zero_truncated_poisson ends at") {
		t.Errorf("%d estimates, refused %q", len(a.Estimates), a.Refused)
	}
	// Everybody at one rate, 1.2: people who came 1, 2, 3 … times of 10,000.
	even := Contacts{}
	chance := math.Exp(-1.2)
	for k := 1; k < 9; k++ {
		chance *= 1.2 / float64(k)
		even[k] = math.Round(10_000 * chance)
	}
	if a := answer(t, &Input{Contacts: even}); a.Refused != "" {
		t.Errorf("refused: %s", a.Refused)
	}
	if a := answer(t, &Input{Contacts: Contacts{1: 30}}); !strings.Contains(a.Refused, "nobody exactly twice") {
		t.Errorf("refused %q", a.Refused)
	}
}
