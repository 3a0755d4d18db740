package casework

import (
	"slices"
	"time"

	"pana/internal/id"
	"pana/internal/pack"
)

// OnRoll is one time that a person was on a roll of the pack's: with which step she
// came, when, to which body, and with which step she left. A stay without an end
// goes on, or nobody said where she went: which of the two, the situation says.
type OnRoll struct {
	Event   id.Event // of the step with which she came
	Roll    string
	Body    id.Body
	Since   time.Time
	Left    time.Time
	Outcome string // the step with which she left
}

// rollsOf makes the stays anew from the acts in the order in which they happened, so
// that what is written late or corrected stands where it belongs.
func (f *File) rollsOf(rolls []pack.Roll) []OnRoll {
	var out []OnRoll
	for i := range rolls {
		out = append(out, f.stays(&rolls[i])...)
	}
	return out
}

func (f *File) stays(roll *pack.Roll) []OnRoll {
	var out []OnRoll
	last := func() *OnRoll {
		if len(out) == 0 || !out[len(out)-1].Left.IsZero() {
			return nil
		}
		return &out[len(out)-1]
	}
	for _, a := range f.acts {
		switch {
		case a.step == "":
		case slices.Contains(roll.Enters, a.step) && last() == nil:
			out = append(out, OnRoll{Event: a.event, Roll: roll.ID, Body: f.cameTo(a), Since: a.occurred})
		case slices.Contains(roll.Leaves, a.step) && last() != nil:
			s := last()
			s.Left, s.Outcome = a.occurred, a.step
		}
	}
	return out
}

// cameTo is the body that was named to receive what an act filed, or who acted.
func (f *File) cameTo(a act) id.Body {
	for _, r := range f.named {
		if r.For == a.step && r.Since.Equal(a.occurred) {
			return r.Body
		}
	}
	return a.body
}

func (f *File) stayRows() []Row {
	var out []Row
	for _, s := range f.Rolls {
		out = append(out, row("stays", string(f.ID), string(s.Event), s.Roll, string(s.Body), f.Region, s.Since, s.Left, s.Outcome))
	}
	return out
}
