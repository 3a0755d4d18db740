package jobs

import (
	"sync"
	"time"
)

// Watch looks whether the machine's clock was set: it holds the clock on the wall
// against one that runs evenly. What cannot be undone waits after a clock went far
// ahead, because a wrong year would erase what has years left.
type Watch struct {
	wall   func() time.Time
	steady func() time.Duration

	mu     sync.Mutex
	seen   time.Time
	passed time.Duration
	jumps  []Jump
	ahead  time.Duration // what went forward and did not come back
	until  time.Duration // by the steady clock: then somebody has had time to mend it
}

// Jump is that the clock was set, by so much; At is what it showed afterwards.
type Jump struct {
	At time.Time     `json:"at"`
	By time.Duration `json:"by"`
}

// Bounds of a jump.
const (
	jumpLeast  = 10 * time.Second // less is a clock that is kept right
	jumpFar    = 20 * time.Hour   // more, and what erases waits; less is a night that the machine slept
	jumpWaits  = 24 * time.Hour   // so long
	jumpsKnown = 100
)

// NewWatch looks at a clock on the machine's wall, held against what runs evenly in it.
func NewWatch(wall func() time.Time) *Watch {
	began := time.Now()
	return WatchOf(wall, func() time.Duration { return time.Since(began) })
}

// WatchOf looks at a clock on the wall, and at how long something has run evenly.
func WatchOf(wall func() time.Time, steady func() time.Duration) *Watch {
	return &Watch{wall: wall, steady: steady, seen: wall(), passed: steady()}
}

// Look says by how much the clock was set since the last look; 0: it was not.
func (w *Watch) Look() time.Duration {
	if w == nil {
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	wall, passed := w.wall(), w.steady()
	by := wall.Sub(w.seen) - (passed - w.passed)
	w.seen, w.passed = wall, passed
	if by.Abs() < jumpLeast {
		return 0
	}
	w.jumps = append(w.jumps, Jump{wall, by})
	w.jumps = w.jumps[max(0, len(w.jumps)-jumpsKnown):]
	switch w.ahead = max(0, w.ahead+by); {
	case by >= jumpFar:
		w.until = passed + jumpWaits
	case w.ahead < jumpFar: // it was set right again
		w.ahead, w.until = 0, 0
	}
	return by
}

// Unsure says that the clock went far ahead less than a day ago, and was not set back.
// It looks first: nobody erases between a jump and the next beat.
func (w *Watch) Unsure() bool {
	if w == nil {
		return false
	}
	w.Look()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.steady() < w.until
}

// Jumps are those since the start, the newest last.
func (w *Watch) Jumps() []Jump {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Jump(nil), w.jumps...)
}
