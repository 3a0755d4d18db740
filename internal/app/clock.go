package app

import (
	"sync/atomic"
	"time"
)

// Clock is the program's one clock. Only a demo can push it.
type Clock struct {
	ahead atomic.Int64
	set   atomic.Int64 // a test's: by how much the machine's own clock was set
}

// Now is the time in UTC, to the microsecond, which is what the store keeps.
func (c *Clock) Now() time.Time {
	return c.Wall().Add(time.Duration(c.ahead.Load())).UTC().Truncate(time.Microsecond)
}

// Wall is the machine's clock, by which sessions and proofs go also where the other was
// pushed. It has nothing that runs evenly in it: it jumps when somebody sets it.
func (c *Clock) Wall() time.Time { return time.Now().Round(0).Add(time.Duration(c.set.Load())) }

// Push moves the clock forward; it never goes back.
func (c *Clock) Push(d time.Duration) {
	if d > 0 {
		c.ahead.Add(int64(d))
	}
}

// stand sets how far ahead of the machine's clock it is, behind it when negative:
// once, before anything is done by it.
func (c *Clock) stand(ahead time.Duration) { c.ahead.Store(int64(ahead)) }

// Ahead says how far the clock has been pushed.
func (c *Clock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }
