package casework

import (
	"time"

	"pana/internal/fault"
)

// EndClocks records each clock of a file whose time ran out since what follows was
// last looked at. The law fires nothing when time is over, and neither does this:
// it has the file looked at again, so that a step which only an expiry opens is in
// somebody's list of work on that day, and one whose limit is over is not.
func EndClocks(f *File, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.nothing_to_do"})
	for _, c := range f.Clocks {
		if f.endsAhead(c) && !c.Due.After(m.At) {
			b.at = c.Due
			b.add(CompartmentCore, ClockEnded{c.Clock})
			b.receipt(Receipt{Code: "receipt.clock_ended"})
		}
	}
	return b.decision, nil
}

// nextEnd is when the first of the file's clocks runs out that had not when what
// follows was last looked at: its place in the index by which such files are found.
// Zero: no clock of it will.
func (f *File) nextEnd() time.Time {
	var next time.Time
	for _, c := range f.Clocks {
		if f.endsAhead(c) && (next.IsZero() || c.Due.Before(next)) {
			next = c.Due
		}
	}
	return next
}

// endsAhead says that a clock ends after the file was last looked at, unless
// somebody acts. One that stands still has no end to wait for.
func (f *File) endsAhead(c ClockState) bool {
	return !c.Paused && !c.Due.IsZero() && c.Due.After(f.derivedAt)
}
