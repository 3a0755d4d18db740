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
		if got := b.Standing(row.is); got != row.state {
			t.Errorf("%s: %s, want %s", row.why, got, row.state)
		}
		d, err := PublishFigures(b, row.is, w.moment(officer))
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
