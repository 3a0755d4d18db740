package store_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/store"
	"pana/internal/store/storetest"
)

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
// and gives what is wrong with what was left.
func powerLoss(t *testing.T, p *powerless, vfs string) (wrong []string) {
	database := filepath.Join(t.TempDir(), "pana.db")
	s := storetest.Place{Address: database}.Open(t, store.OnVFS(storetest.Options(), vfs))
	crew := &storetest.Crew{Name: "p"}
	crew.Start(s)
	crew.Await(t, 1, time.Minute)
	for round := range rounds() {
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		least, to := crew.SoFar(), t.TempDir()
		keep := func(int) int { return 0 }
		if round%2 == 1 { // some of what was not synced is there all the same
			keep = func(of int) int { return rand.IntN(of + 1) }
		}
		if err := p.cut(database, to, keep); err != nil {
			t.Fatal(err)
		}
		wrong = append(wrong, complaintsOf(filepath.Join(to, "pana.db"), least, crew.SoFar())...)
	}
	t.Logf("%d acts acknowledged", crew.Stop().All())
	if codes := crew.Codes(); len(codes) > 0 {
		t.Errorf("writers were told %v", codes)
	}
	return wrong
}

// complaintsOf opens what was left of a database.
func complaintsOf(database string, least, most storetest.Counts) []string {
	s, err := storetest.Place{Address: database}.Try(storetest.Options())
	if err != nil {
		return []string{"does not open: " + err.Error()}
	}
	defer s.Close()
	return storetest.Complaints(s, least, most)
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
