package jobs_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pana/internal/jobs"
	"pana/internal/store"
	"pana/internal/store/storetest"
)

// desk counts rounds and remembers which of them swept. It pushes the clock once.
type desk struct {
	clock  *atomic.Int64
	round  int
	swept  []int
	pushIn int
	last   int
	end    context.CancelFunc
}

func (d *desk) Due(context.Context, string, map[string]string) error { return nil }
func (d *desk) Follow(context.Context) error                         { return nil }

func (d *desk) Sweep(context.Context) error {
	d.swept = append(d.swept, d.round)
	return nil
}

func (d *desk) Daily(context.Context) (bool, error) {
	if d.round == d.pushIn {
		d.clock.Add(int64(20 * time.Second))
	}
	if d.round++; d.round == d.last {
		d.end()
	}
	return true, nil
}

// A sweep comes first, and again at once when the clock was pushed, however
// little; it does not come with each round.
func TestSweepsOnItsOwnBeat(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Options{Address: filepath.Join(t.TempDir(), "jobs.db"), Stamp: "demo", Origin: "jobs", Model: storetest.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var ahead atomic.Int64
	ctx, end := context.WithCancel(t.Context())
	d := &desk{clock: &ahead, pushIn: 5, last: 20, end: end}
	jobs.Run(ctx, s, d, jobs.Options{Every: time.Millisecond, Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	if !slices.Contains(d.swept, 0) || !slices.Contains(d.swept, 6) {
		t.Errorf("swept in rounds %v, and not in the first and in that after the push", d.swept)
	}
	if len(d.swept) > d.last/2 {
		t.Errorf("swept in rounds %v of %d: a sweep reads five tables", d.swept, d.last)
	}
}
