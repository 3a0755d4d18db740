package casework

import (
	"testing"

	"pana/internal/fault"
)

// A correction stands beside every version that was published before it, not only beside
// the last: whoever kept the first can take it from the third.
func TestACorrectionIsHeldAgainstEveryVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := func(calls int) Figures {
		return Figures{Month: "2026-10", Least: 11, Outcomes: []string{"file"}, Rows: []FiguresRow{{Line: "150", Channel: "call", Calls: calls, Cells: []int{calls}, Referred: FigureHeld, Confirmed: FigureHeld}}}
	}
	b := &Body{ID: "b", Kind: "hotline", Name: "Line"}
	for _, row := range []struct {
		why   string
		is    Figures
		state string
	}{
		{"the first", of(40), FiguresNew},
		{"the same", of(40), FiguresSame},
		{"one more", of(41), FiguresWait},
		{"one fewer", of(39), FiguresWait},
		{"as many as are given out", of(51), FiguresOther},
		{"far from the last, and one from the first", of(39), FiguresWait},
		{"the first once more", of(40), FiguresOther},
		{"a row that was not there", func() Figures {
			f := of(80)
			f.Rows = append(f.Rows, f.Rows[0])
			return f
		}(), FiguresWait},
	} {
		if got := Standing([]*Body{b}, row.is); got != row.state {
			t.Errorf("%s: %s, want %s", row.why, got, row.state)
		}
		d, err := PublishFigures(b, nil, row.is, w.moment(officer))
		switch {
		case row.state == FiguresWait && !fault.Is(err, CodeFiguresWait):
			t.Errorf("%s: published, %v", row.why, err)
		case row.state != FiguresWait && err != nil:
			t.Errorf("%s: %v", row.why, err)
		case len(d.Events) == 1:
			b.Published = append(b.Published, PublishedFigures{FiguresPublished: d.Events[0].Payload.(FiguresPublished)})
		case row.state != FiguresSame && row.state != FiguresWait:
			t.Errorf("%s: nothing was recorded", row.why)
		}
	}
}

// Two bodies that may publish the same publish one line of versions.
func TestACorrectionIsHeldAgainstEveryBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := func(procedure string, n int) Figures {
		return Figures{Month: "2026-10", Least: 11, Procedure: procedure, Numbers: []FigureNumber{{What: "started", N: n}}}
	}
	first, second := &Body{ID: "a", Kind: "ministry", Name: "One"}, &Body{ID: "b", Kind: "ministry", Name: "Another"}
	published := of("asylum", 40)
	first.Published = []PublishedFigures{{FiguresPublished: FiguresPublished{published, published.Digest()}}}
	for _, row := range []struct {
		why  string
		is   Figures
		code string
	}{
		{"another procedure", of("identification", 41), ""},
		{"the same", of("asylum", 40), ""},
		{"one more", of("asylum", 41), CodeFiguresWait},
		{"as many more as are given out", of("asylum", 51), ""},
	} {
		d, err := PublishFigures(second, []*Body{first}, row.is, w.moment(officer))
		if got := fault.Of(err); err != nil && got.Code != row.code || err == nil && row.code != "" {
			t.Errorf("%s: %v, want %q", row.why, err, row.code)
		}
		if wrote := len(d.Events) == 1; wrote != (row.code == "" && row.why != "the same") {
			t.Errorf("%s: wrote %v", row.why, wrote)
		}
	}
}
