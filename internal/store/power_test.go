package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/store"
	"pana/internal/store/storetest"
)

// acknowledged collects what writers were told was done.
type acknowledged struct {
	mu   sync.Mutex
	keys []string
}

func (a *acknowledged) add(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys = append(a.keys, key)
}

func (a *acknowledged) soFar() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.keys...)
}

func TestPowerLossLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	p := newPowerless("powerless-a")
	if lost := powerLoss(t, p, "powerless-a"); len(lost) > 0 {
		t.Errorf("acknowledged and gone: %v", lost)
	}
	if p.syncs == 0 {
		t.Error("nothing was ever synced: this test shows nothing")
	}
}

// The test above must be able to fail: the same workers on a disk that says that
// it synced and did not lose what they were told was done.
func TestPowerLossTestCanFail(t *testing.T) {
	t.Parallel()
	p := newPowerless("powerless-b")
	p.deaf.Store(true)
	if lost := powerLoss(t, p, "powerless-b"); len(lost) == 0 {
		t.Error("a disk that never synced lost nothing: the test would not see a loss")
	}
}

// powerLoss lets four workers write while the power goes off again and again,
// and gives what was lost.
func powerLoss(t *testing.T, p *powerless, vfs string) (lost []string) {
	database := filepath.Join(t.TempDir(), "pana.db")
	s := storetest.Place{Address: database}.Open(t, store.OnVFS(storetest.Options(), vfs))
	if _, err := storetest.Write(s, "first", storetest.Ref(0), storetest.Wrote{Name: "first"}); err != nil {
		t.Fatal(err)
	}
	var done acknowledged
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				key := fmt.Sprintf("%d-%d", w, n)
				if _, err := storetest.Write(s, key, storetest.Ref(w), storetest.Wrote{Name: key}); err != nil {
					t.Error(err)
					return
				}
				done.add(key)
			}
		})
	}
	for round := range rounds() {
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		keys, to := done.soFar(), t.TempDir()
		keep := func(int) int { return 0 }
		if round%2 == 1 { // some of what was not synced is there all the same
			keep = func(of int) int { return rand.IntN(of + 1) }
		}
		if err := p.cut(database, to, keep); err != nil {
			t.Fatal(err)
		}
		lost = append(lost, missing(filepath.Join(to, "pana.db"), keys)...)
	}
	close(stop)
	wg.Wait()
	t.Logf("%d acts acknowledged", len(done.soFar()))
	return lost
}

// missing opens what was left and gives the keys that are not in it, and what
// else is wrong with it.
func missing(database string, keys []string) (out []string) {
	s, err := storetest.Place{Address: database}.Try(storetest.Options())
	if err != nil {
		return append(keys, "does not open: "+err.Error())
	}
	defer s.Close()
	if _, err := s.Verify(context.Background(), store.VerifyAll, nil); err != nil {
		out = append(out, "does not agree: "+err.Error())
	}
	have := map[string]bool{}
	for w := range 4 {
		l, err := s.View(context.Background(), storetest.Ref(w))
		if err != nil {
			return append(keys, "cannot be read: "+err.Error())
		}
		if pad := store.As[*storetest.Pad](l, storetest.Ref(w)); pad != nil {
			for name := range pad.Lines {
				have[name] = true
			}
		}
	}
	for _, key := range keys {
		if !have[key] {
			out = append(out, key)
		}
	}
	return out
}

func TestFullDiskHalfWritesNothing(t *testing.T) {
	t.Parallel()
	p := newPowerless("powerless-full")
	s := storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}.Open(t, store.OnVFS(storetest.Options(), "powerless-full"))
	write := func(key string) error {
		_, err := storetest.Write(s, key, storetest.Ref(1), storetest.Wrote{Name: key})
		return err
	}
	if err := write("before"); err != nil {
		t.Fatal(err)
	}
	p.full.Store(true)
	for range 3 {
		if err := write("during"); !fault.Is(err, "store.full") {
			t.Errorf("error = %v, want store.full", err)
		}
	}
	l, err := s.View(context.Background(), storetest.Ref(1))
	if err != nil || store.As[*storetest.Pad](l, storetest.Ref(1)).Count != 1 {
		t.Errorf("reading on a full disk: %v", err)
	}
	p.full.Store(false)
	if err := write("during"); err != nil {
		t.Fatal(err)
	}
	report, err := s.Verify(context.Background(), store.VerifyAll, nil)
	if err != nil || report.Leaves != 2 {
		t.Errorf("report = %+v, %v", report, err)
	}
}
