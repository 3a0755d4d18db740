package desk

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/pack"
)

// What one quarter keeps back cannot be had from the year and the others: a part is
// given in all five or in none, and what is kept back is nowhere few together.
func TestNothingIsHadByTakingQuartersAway(t *testing.T) {
	t.Parallel()
	const least = 5
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		cells := make([]counts, 1+r.IntN(5))
		var whole counts
		for i := range cells {
			for q := 1; q <= 4; q++ {
				cells[i][q] = r.IntN(1 + r.IntN(14))
				cells[i][0] += cells[i][q]
				whole[q] += cells[i][q]
				whole[0] += cells[i][q]
			}
		}
		given := wholes(whole, least)
		kept, keeps := 0, map[int]map[bool]bool{}
		for at, n := range given {
			if n == Few {
				kept++
			} else if n > 0 && n < least {
				t.Fatalf("seed %d: %d is given out", seed, n)
			}
			for i, part := range cellsOf(make([]string, len(cells)), cells, given, at, least).Cells {
				if part.N > 0 && part.N < least {
					t.Fatalf("seed %d: part %d of %d is %d", seed, i, at, part.N)
				}
				if keeps[i] == nil {
					keeps[i] = map[bool]bool{}
				}
				if n != Few {
					keeps[i][part.N == Few] = true
				}
				if len(keeps[i]) > 1 {
					t.Fatalf("seed %d: part %d is given in one of the five and kept back in another: %v", seed, i, cells)
				}
			}
		}
		if kept == 1 && given[0] != Few {
			t.Fatalf("seed %d: one quarter is the year less the others: %v of %v", seed, given, whole)
		}
		hidden := parts(cells, given, least)
		for at := range given {
			rest := 0
			for i := range cells {
				if hidden[i] {
					rest += cells[i][at]
				}
			}
			if given[at] != Few && rest > 0 && rest < least {
				t.Fatalf("seed %d: the whole less what is given is %d", seed, rest)
			}
		}
	}
}

func TestLengthsOfAFewAreNobodys(t *testing.T) {
	t.Parallel()
	days := func(n int) []int {
		out := make([]int, n)
		for i := range out {
			out[i] = n - i
		}
		return out
	}
	for _, row := range []struct {
		why  string
		n    int
		want FigureDays
	}{
		{"nobody", 0, FigureDays{0, Few, Few}},
		{"a few", 4, FigureDays{Few, Few, Few}},
		{"enough for the middle", 9, FigureDays{9, 5, Few}},
		{"enough for nine in ten", 20, FigureDays{20, 10, 18}},
	} {
		if got := lengths(days(row.n), 5); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.why, got, row.want)
		}
	}
}

// A clock counts on the day on which it was kept or ran out, and one that still runs
// not at all; days are the country's.
func TestClocksAndDaysOfACourse(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("east", 5*3600)
	at := func(m time.Month, d, h int) time.Time { return time.Date(2026, m, d, h, 0, 0, 0, zone) }
	year := span{at(1, 1, 0), at(13, 1, 0)}
	c := newCourseCount(&pack.Course{Clocks: []string{"k"}}, spans{year, {at(1, 1, 0), at(4, 1, 0)}}, zone, at(6, 1, 0))
	for i, clock := range []casework.CourseClock{
		{Clock: "k", Due: at(5, 1, 0), Stopped: at(2, 1, 0)}, // kept in the first quarter, though due after it
		{Clock: "k", Due: at(2, 1, 0), Stopped: at(5, 1, 0)}, // missed there, though somebody acted later
		{Clock: "k", Due: at(2, 1, 0)},                       // nobody has yet
		{Clock: "k", Due: at(7, 1, 0)},                       // runs
	} {
		for q := range 2 {
			c.clocks(&c.tally[q], c.spans[q], []casework.CourseClock{clock})
		}
		if i == 3 && (c.tally[1].kept["k"] != 1 || c.tally[1].missed["k"] != 2 || c.tally[0].missed["k"] != 2) {
			t.Errorf("counted %+v", c.tally[:2])
		}
	}
	if n := c.days(at(3, 1, 23), at(3, 2, 1)); n != 1 {
		t.Errorf("the day after is %d days", n)
	}
}

func TestWhatIsCountedInAnOrder(t *testing.T) {
	t.Parallel()
	if got, want := known([]string{"b", "a"}, map[string]int{"": 1, "z": 1, "c": 1, "a": 1}), []string{"b", "a", "c", "z", ""}; !slices.Equal(got, want) {
		t.Errorf("in order %v, want %v", got, want)
	}
}

// A pack that lets a region's coordinator publish lets nobody: the country's figures less
// every other region's would be what the country keeps back.
func TestWhoPublishesCountsTheWholeCountry(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		when string
		may  bool
	}{{"", true}, {"region == my_region", false}, {"body_id == my_body", false}} {
		rules, problems := access.Compile([]pack.Rule{{ID: "r", Kinds: []string{"ministry"}, Acts: []string{access.PublishFigures}, Things: []string{"course"}, When: row.when}})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		d := &Desk{rules: rules}
		if _, may := d.mayPublishCourses(access.Who{Worker: "w", Body: "b", BodyKind: "ministry", Region: "KZ-75"}); may != row.may {
			t.Errorf("when %q: %v", row.when, may)
		}
	}
}

// What a month keeps back may be none or a few, and a part that nobody was of stands in
// the list like others.
func TestAPartOfNoneIsKeptBackBesideOneOfFew(t *testing.T) {
	t.Parallel()
	people := make([]CourseOfTest, 40)
	for i := range people {
		people[i] = CourseOfTest{Ended: true, Region: 1}
	}
	const least = 5
	parts := func(what string) (out []int) {
		for _, n := range FiguresOfCourses(people, least).Numbers {
			if n.What == what {
				out = append(out, n.N)
			}
		}
		return out
	}
	if got := parts("started_by_region"); !slices.Equal(got, []int{0, 40, 0, 0}) {
		t.Errorf("all in one region of two: %v", got)
	}
	for i := range 7 {
		people[i].Region = 2 // that the pack does not list
	}
	if got := parts("started_by_region"); !slices.Equal(got, []int{0, 33, 7, 0}) {
		t.Errorf("seven elsewhere: %v", got)
	}
	for i := range people {
		people[i].Ended, people[i].Adverse = i < 7, i < 3
	}
	if got := parts("outcome"); !slices.Equal(got, []int{Few, Few, Few, 7}) {
		t.Errorf("three and four ended in two of three ways: %v", got)
	}
}
