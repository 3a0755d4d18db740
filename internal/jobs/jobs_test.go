package jobs_test

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/jobs"
	"pana/internal/seal"
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

// stopping is a desk at whose first job its house is told to stop.
type stopping struct {
	desk
	stop chan struct{}
	done int
	cut  bool
}

func (d *stopping) Due(ctx context.Context, _ string, _ map[string]string) error {
	if d.done++; d.done == 1 {
		close(d.stop)
	}
	d.cut = d.cut || ctx.Err() != nil
	return nil
}

// TestJobsAtHandEnd: who is told to stop does the jobs that were claimed, whole, and
// claims no more: nothing that rings waits a minute for a lease to end.
func TestJobsAtHandEnd(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Options{Address: filepath.Join(t.TempDir(), "jobs.db"), Stamp: "demo", Origin: "jobs", Model: storetest.Model{}, Master: seal.NewMaster()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const kept, atHand = 70, 50
	at := time.Now().UTC().Truncate(time.Microsecond)
	_, err = s.Change(t.Context(), store.Act{Key: "k", At: at, Pack: "sha256:toy", Who: access.Who{Worker: "w1", Body: "b1", BodyKind: "shelter"}, Streams: []casework.Ref{storetest.Ref(1)}}, func(*store.Loaded) (casework.Decision, error) {
		out := casework.Decision{Events: []casework.Draft{{Stream: storetest.Ref(1), Compartment: "shelter", Payload: storetest.Wrote{Name: "a"}, Reason: "because"}}, Receipt: casework.Receipt{Code: "wrote"}}
		for n := range kept {
			out.Effects = append(out.Effects, casework.Effect{Kind: "x", Unique: strconv.Itoa(n)})
		}
		return out, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &stopping{stop: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		jobs.Run(t.Context(), s, d, jobs.Options{Every: time.Millisecond, Now: time.Now, Stop: d.stop})
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
	if d.done != atHand || d.cut || len(d.swept) > 0 {
		t.Errorf("%d jobs done of %d at hand, cut short: %t, swept %d times", d.done, atHand, d.cut, len(d.swept))
	}
}
