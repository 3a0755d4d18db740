// Package jobs does what is due: it claims effects from the store when their
// time comes and hands them to the desk, and sweeps for what no job was kept
// for. It refuses to carry anything about a person: a job has ids and codes.
package jobs

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/store"
)

// Doer is the desk, as jobs need it.
type Doer interface {
	Due(ctx context.Context, kind string, args map[string]string) error
	Sweep(ctx context.Context) error
	// Follow reads what other nodes recorded.
	Follow(ctx context.Context) error
	// Daily does some of what a new day asks of every file.
	Daily(ctx context.Context) (done bool, err error)
}

// Options say how often to look. Now is the clock that due times are read by,
// which the demo pushes; Every is by the real one.
type Options struct {
	Now   func() time.Time
	Every time.Duration // 0: one second
	Log   *slog.Logger
	Watch *Watch // of the machine's clock; nil: nobody looks
	// Stop has no more jobs claimed; those at hand are done first. nil: only ctx stops.
	Stop <-chan struct{}
}

// over says that no more is begun.
func (o Options) over(ctx context.Context) bool {
	select {
	case <-o.Stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

const (
	lease    = time.Minute
	batch    = 50
	attempts = 8
	sweepGap = 30 // rounds between sweeps
	// tellAttempts is for what cannot be told because a mail server or gateway is
	// down: at an hour each it is tried for a fortnight. What it says is as true then.
	tellAttempts = 14 * 24
)

// Run works until ctx ends. A job is tried again, later each time; the sweep
// catches what was given up, on its own beat: it reads five tables, and after
// each second in which something was done that was a tenth of a busy server.
func Run(ctx context.Context, s *store.Store, desk Doer, o Options) {
	if o.Every == 0 {
		o.Every = time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	tick := time.NewTicker(o.Every)
	defer tick.Stop()
	last := beat{o.Now(), time.Now()}
	for round := 0; ; round++ {
		now := beat{o.Now(), time.Now()}
		pushed := now.jumped(last)
		last = now
		if by := o.Watch.Look(); by != 0 {
			o.Log.Warn("the clock was set", "seconds", int64(by.Seconds()), "erasing_waits", o.Watch.Unsure())
			if err := s.ClockSet(ctx, o.Now(), by); err != nil && ctx.Err() == nil {
				o.Log.Error("clock set", "code", fault.Of(err).Code)
			}
		}
		if err := desk.Follow(ctx); err != nil && ctx.Err() == nil {
			o.Log.Error("follow", "code", fault.Of(err).Code)
		}
		Once(ctx, s, desk, o)
		if o.over(ctx) {
			return
		}
		if pushed || round%sweepGap == 0 {
			if err := desk.Sweep(ctx); err != nil && ctx.Err() == nil {
				o.Log.Error("sweep", "code", fault.Of(err).Code)
			}
		}
		if _, err := desk.Daily(ctx); err != nil && ctx.Err() == nil {
			o.Log.Error("daily", "code", fault.Of(err).Code)
		}
		select {
		case <-ctx.Done():
			return
		case <-o.Stop:
			return
		case <-tick.C:
		}
	}
}

// beat is one moment by the clock that due times are read by and by the real one.
type beat struct{ due, real time.Time }

// jumped says that the clock went further than time did: a demonstration pushed
// it, or the machine slept. Then everything is looked for at once, and not at the
// sweep's own slow beat, on which it finds only what jobs have lost.
func (b beat) jumped(last beat) bool { return b.due.Sub(last.due)-b.real.Sub(last.real) > time.Second }

// Once does what is due now and says how many jobs that was.
func Once(ctx context.Context, s *store.Store, desk Doer, o Options) int {
	n := 0
	for !o.over(ctx) {
		jobs, err := s.Claim(ctx, o.Now(), lease, batch)
		if err != nil {
			if ctx.Err() == nil {
				o.Log.Error("claim jobs", "code", fault.Of(err).Code)
			}
			return n
		}
		work(ctx, s, desk, o, jobs)
		n += len(jobs)
		if len(jobs) < batch {
			return n
		}
	}
	return n
}

// work does jobs that were claimed together. Those that are done are taken off
// the list in one transaction, well before the lease ends.
func work(ctx context.Context, s *store.Store, desk Doer, o Options, jobs []store.Job) {
	var done []store.Job
	since := time.Now()
	settle := func() {
		if err := s.DoneAll(ctx, done); err != nil && ctx.Err() == nil {
			// The lease ends by itself and somebody does it again: that is harmless.
			o.Log.Error("settle jobs", "code", fault.Of(err).Code)
		}
		done, since = nil, time.Now()
	}
	for _, j := range jobs {
		if err := desk.Due(ctx, j.Kind, j.Args); err != nil {
			fail(ctx, s, o, j, fault.Of(err).Code)
			continue
		}
		if done = append(done, j); time.Since(since) > lease/8 {
			settle()
		}
	}
	settle()
}

func fail(ctx context.Context, s *store.Store, o Options, j store.Job, code string) {
	o.Log.Error("job", "kind", j.Kind, "code", code, "attempt", j.Attempts)
	most := attempts
	if strings.HasPrefix(code, "notify.") {
		most = tellAttempts
	}
	if err := s.Fail(ctx, j, o.Now(), most, code); err != nil && ctx.Err() == nil {
		o.Log.Error("settle job", "kind", j.Kind, "code", fault.Of(err).Code)
	}
}
