package procedure

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Happening is one thing that happened, as recorded: a step (lawful or not), an
// occurrence that no step describes, or a correction of an earlier one.
type Happening struct {
	ID       string // unique, for corrections and for the last order of ties
	At       time.Time
	Recorded time.Time
	Step     string            // empty for an occurrence
	Values   map[string]string // facts the step's form recorded; what an occurrence set
	Corrects string            // id of the happening that leaves the fold; all else is then empty
	Decided  OutcomeKind       // what it was judged when it was recorded; empty: not judged yet
}

// Judged is a happening judged again in its place.
type Judged struct {
	Happening Happening
	Outcome   Outcome // now, with all that is known
	// Overtaken: it was lawful when decided, and what was learned later makes
	// its guard fail. It is shown and can be reviewed; it is not undone and not
	// a breach (pack semantics §6).
	Overtaken bool
	After     Situation
}

// Replay is what the happenings add up to. It folds them by when they occurred,
// then when they were recorded, then by id, each under the model of its own day
// as on gives it, and judges every step in its place. Expiries are computed on
// the way. A corrected happening is left out; a correction can itself be
// corrected. The only error is on's. To see what was known at a time, pass what
// was recorded by then.
func Replay(on func(day time.Time) (*Model, error), opened time.Time, facts map[string]string, happenings []Happening) (Situation, []Judged, error) {
	m, err := on(opened)
	if err != nil {
		return Situation{}, nil, err
	}
	s := m.Begin(facts)
	order := inOrder(happenings)
	judged := make([]Judged, 0, len(order))
	for _, h := range order {
		if m, err = on(h.At); err != nil {
			return Situation{}, nil, err
		}
		j := Judged{Happening: h}
		if h.Step == "" {
			j.Outcome.Kind = Lawful
			before := s
			s = m.Record(s, h.Values, h.At)
			j.Outcome.Sets = m.Changes(before, s)
		} else {
			s, j.Outcome = m.TakeWith(s, h.Step, h.Values, h.At)
			j.Overtaken = h.Decided == Lawful && j.Outcome.Irregular()
		}
		j.After = s
		judged = append(judged, j)
	}
	return s, judged, nil
}

// inOrder drops corrections and what they correct, and sorts the rest.
func inOrder(happenings []Happening) []Happening {
	all := slices.Clone(happenings)
	slices.SortStableFunc(all, func(x, y Happening) int {
		return cmp.Or(y.Recorded.Compare(x.Recorded), strings.Compare(y.ID, x.ID)) // latest first
	})
	gone := map[string]bool{}
	for _, h := range all {
		if h.Corrects != "" && !gone[h.ID] {
			gone[h.Corrects] = true
		}
	}
	all = slices.DeleteFunc(all, func(h Happening) bool { return h.Corrects != "" || gone[h.ID] })
	slices.SortStableFunc(all, func(x, y Happening) int {
		return cmp.Or(x.At.Compare(y.At), x.Recorded.Compare(y.Recorded), strings.Compare(x.ID, y.ID))
	})
	return all
}
