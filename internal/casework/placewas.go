package casework

import "time"

// How many places are free in a region is told with a delay, and so a place remembers
// what it was: whoever watches a number must not read off it that somebody came.

// wasFree is what was free from a moment on. A closed place has nothing free.
type wasFree struct {
	at   time.Time
	free int
}

// PlaceMemory is how far back a place knows what was free. No pack delays longer.
const PlaceMemory = 35 * 24 * time.Hour

// sameFigure is how close two changes are to be one: the figure is asked for at the
// beginning of a day.
const sameFigure = 30 * time.Minute

// remembered is the memory with what is free now, without what is too old to be asked
// for, but for the last of it.
func (p *Place) remembered(at time.Time) []wasFree {
	now := wasFree{at, p.Free}
	if p.Closed {
		now.free = 0
	}
	first := 0
	for first+1 < len(p.was) && p.was[first+1].at.Before(at.Add(-PlaceMemory)) {
		first++
	}
	out := append(make([]wasFree, 0, len(p.was)-first+1), p.was[first:]...)
	if n := len(out); n > 1 && at.Sub(out[n-1].at) < sameFigure && at.Truncate(sameFigure).Equal(out[n-1].at.Truncate(sameFigure)) {
		out = out[:n-1]
	}
	return append(out, now)
}

// FreeAt is how many places were free before a moment, and whether the place was there.
func (p *Place) FreeAt(moment time.Time) (free int, known bool) {
	for _, w := range p.was {
		if w.at.Before(moment) {
			free, known = w.free, true
		}
	}
	return free, known
}
