package store_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/store"
	"pana/internal/store/storetest"
)

// A disk that the kernel made read-only, after an error of its own as a rule:
// nobody is told that anything was done, and what is there can be read.
func TestReadOnlyDiskAcknowledgesNothing(t *testing.T) {
	t.Parallel()
	p := newPowerless("powerless-shut")
	s := storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}.Open(t, store.OnVFS(storetest.Options(), "powerless-shut"))
	crew := &storetest.Crew{Name: "s"}
	crew.Start(s)
	crew.Await(t, 5, time.Minute)
	for range rounds() {
		p.shut.Store(true)
		awaitCode(t, crew, "store.unavailable", 3*storetest.Writers) // whoever was past the last sync has been answered
		before := crew.SoFar().All()
		awaitCode(t, crew, "store.unavailable", 3*storetest.Writers)
		if n := crew.SoFar().All() - before; n > 0 {
			t.Errorf("%d acts were acknowledged by a disk that cannot be written to", n)
		}
		if _, err := s.View(t.Context(), storetest.Streams()...); err != nil {
			t.Errorf("reading: %v", err)
		}
		p.shut.Store(false)
		crew.Await(t, 5, time.Minute)
	}
	said := crew.Stop()
	onlyToldToComeBack(t, crew)
	storetest.Whole(t, s, said)
	t.Logf("%d acknowledged acts, none lost; writers were told %v", said.All(), crew.Codes())
}

// onlyToldToComeBack: what a fault of the machine has people told is that nothing
// was done and that the form may be sent again. Another code would be an error of
// ours, and shown as one.
func onlyToldToComeBack(t *testing.T, crew *storetest.Crew) {
	t.Helper()
	if len(crew.Codes()) == 0 {
		t.Error("no writer noticed: this test shows nothing")
	}
	for code, n := range crew.Codes() {
		if !slices.Contains([]string{"store.busy", "store.unavailable", "store.full", "store.serialise"}, code) {
			t.Errorf("%d times writers were told %s", n, code)
		}
	}
}

// A disk that takes forty milliseconds and more for a sync: acts wait for it, and
// many share one; reading does not wait.
func TestSlowDiskDelaysAndLosesNothing(t *testing.T) {
	t.Parallel()
	p := newPowerless("powerless-slow")
	s := storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}.Open(t, store.OnVFS(storetest.Options(), "powerless-slow"))
	crew := &storetest.Crew{Name: "s"}
	crew.Start(s)
	crew.Await(t, 5, time.Minute)
	p.slow.Store(int64(500 * time.Millisecond))
	time.Sleep(20 * time.Millisecond)
	var worst time.Duration
	for until := time.Now().Add(time.Second); time.Now().Before(until); {
		began := time.Now()
		if _, err := s.View(t.Context(), storetest.Streams()...); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(began))
		time.Sleep(10 * time.Millisecond)
	}
	if worst > 400*time.Millisecond {
		t.Errorf("a reader waited %s for a sync", worst)
	}
	p.slow.Store(int64(40 * time.Millisecond))
	crew.Await(t, 10*rounds(), 5*time.Minute)
	said := crew.Stop()
	if codes := crew.Codes(); len(codes) > 0 {
		t.Errorf("on a slow disk writers were told %v", codes)
	}
	if crew.Pause() < 450*time.Millisecond {
		t.Errorf("the longest wait was %s: the disk was not slow, this test shows nothing", crew.Pause())
	}
	storetest.Whole(t, s, said)
	t.Logf("%d acknowledged acts, none lost; the longest wait of a reader was %s", said.All(), worst.Round(time.Millisecond))
}

// Half a page at the end of the write-ahead log, as when the power goes in the
// middle of a write: it was acknowledged to nobody, and is left out.
func TestTornTailLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	v := newVictims(t, filepath.Join(t.TempDir(), "pana.db"))
	for round := range rounds() {
		v.killOne(t)
		torn := make([]byte, 1+rand.IntN(9000))
		for i := range torn {
			torn[i] = byte(rand.Uint32())
		}
		if round%2 == 0 { // a page that was there before, at another place
			copyOfPage(t, v.address+"-wal", torn)
		}
		f, err := os.OpenFile(v.address+"-wal", os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(torn); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		v.whole(t)
	}
	t.Logf("%d acknowledged acts, none lost", v.said.All())
}

func copyOfPage(t *testing.T, path string, into []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(into, b[min(len(b), 32):])
}

// A page that the disk had said was safe, and is spoilt: that loses acts, and no
// program can help it. What must not happen is that nobody is told: either the
// database does not open, or verifying it names what is wrong, or everything that
// was acknowledged is there.
func TestSpoiltPageIsNoticed(t *testing.T) {
	t.Parallel()
	v := newVictims(t, filepath.Join(t.TempDir(), "pana.db"))
	v.killOne(t)
	v.whole(t) // which puts the log into the database
	clean, err := os.ReadFile(v.address)
	if err != nil {
		t.Fatal(err)
	}
	noticed, harmless := 0, 0
	for range 8 * rounds() {
		b := slices.Clone(clean)
		const page = 4096
		at := page * (1 + rand.IntN(len(b)/page-1))
		for i := range page / 2 { // half a page came through
			b[at+page/2+i] = byte(rand.Uint32())
		}
		spoilt := *v
		spoilt.address = filepath.Join(t.TempDir(), "pana.db")
		if err := os.WriteFile(spoilt.address, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if spoilt.noticed(t) {
			noticed++
		} else {
			harmless++
		}
	}
	if noticed == 0 {
		t.Error("no spoilt page was noticed: this test shows nothing")
	}
	t.Logf("%d spoilt pages: %d named, %d held nothing", noticed+harmless, noticed, harmless)
}

// noticed opens a spoilt database and says whether that is told; if it is not,
// nothing may be missing.
func (v *victims) noticed(t *testing.T) bool {
	t.Helper()
	opt, err := victimOptions(v.address, v.master)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), opt)
	if err != nil {
		return true
	}
	defer s.Close()
	if _, err := s.Verify(t.Context(), store.VerifyAll, nil); err != nil {
		return true
	}
	for _, complaint := range storetest.Complaints(s, v.said, v.said) {
		t.Errorf("a spoilt page that verifies: %s", complaint)
	}
	return false
}

// A clock that jumps to and fro by up to a year: recorded time never runs back,
// nothing is lost, and the order is that of the record.
func TestClockJumpsLoseNothing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		world func(testing.TB) storetest.Place
	}{{"sqlite", sqliteWorld}, {"postgres", postgresWorld}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			place := row.world(t)
			s := place.Open(t, storetest.Options())
			var before time.Time
			jumps := 0
			crew := &storetest.Crew{Name: "j", At: func() time.Time {
				return time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC).Add(time.Duration(rand.Int64N(int64(2*365*24*time.Hour))) - 365*24*time.Hour)
			}}
			crew.Start(s)
			for range 5 * rounds() {
				crew.Await(t, 8, time.Minute)
				h, err := s.Health(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if h.RecordedAt.Before(before) {
					t.Errorf("recorded time ran back from %s to %s", before, h.RecordedAt)
				}
				before = h.RecordedAt
				jumps += 8
			}
			said := crew.Stop()
			if codes := crew.Codes(); len(codes) > 0 {
				t.Errorf("writers were told %v", codes)
			}
			storetest.Whole(t, s, said)
			t.Logf("%d acknowledged acts, none lost", said.All())
		})
	}
}

// full disk and read-only disk again, on a real file system of 32 MB: the write-ahead log alone grows to four.
func TestRealSmallDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, 32<<20)
	s := storetest.Place{Address: filepath.Join(dir, "pana.db")}.Open(t, storetest.Options())
	crew := &storetest.Crew{Name: "d"}
	crew.Start(s)
	crew.Await(t, 5, time.Minute)
	for range min(rounds(), 10) {
		fill := filepath.Join(dir, "fill")
		fillDisk(t, fill)
		awaitCode(t, crew, "store.full", 3)
		if _, err := s.View(t.Context(), storetest.Streams()...); err != nil {
			t.Errorf("reading on a full disk: %v", err)
		}
		if err := os.Remove(fill); err != nil {
			t.Fatal(err)
		}
		crew.Await(t, 5, time.Minute)
	}
	said := crew.Stop()
	onlyToldToComeBack(t, crew)
	storetest.Whole(t, s, said)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	remountReadOnly(t, dir)
	if _, err := (storetest.Place{Address: filepath.Join(dir, "pana.db")}).Try(storetest.Options()); fault.Of(err).Kind != fault.Busy {
		t.Errorf("a database on a disk that is read-only opens, or fails with %v", err)
	}
	t.Logf("%d acknowledged acts, none lost", said.All())
}

// awaitCode waits until writers were told a code so many times more.
func awaitCode(t *testing.T, crew *storetest.Crew, code string, more int) {
	t.Helper()
	before := crew.Codes()[code]
	for until := time.Now().Add(30 * time.Second); crew.Codes()[code] < before+more; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("nobody was told %s: %v", code, crew.Codes())
		}
	}
}
