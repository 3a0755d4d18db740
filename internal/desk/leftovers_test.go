package desk_test

import (
	"testing"
	"time"

	"pana/internal/desk"
)

// A letter or a bell that went out can be looked up for thirty days; then the row goes
// that said of which file it was.
func TestJobsThatWereDoneAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refer(w.girl())
	left := func(state string) int {
		n, err := w.store.JobCounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n[state]
	}
	done, err := w.store.Claim(t.Context(), w.now().AddDate(0, 0, 1), time.Minute, 100)
	if err != nil || len(done) == 0 {
		t.Fatalf("a referral rings nobody: %d jobs, %v", len(done), err)
	}
	if err := w.store.DoneAll(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		push time.Duration
		want bool
	}{{29 * day, true}, {2 * day, false}} {
		w.push(row.push)
		d, err := desk.New(desk.Deps{Store: w.store, Laws: w.laws, Now: w.now}) // another node, which has not swept in this hour
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := left("done"); (got > 0) != row.want {
			t.Errorf("%v on: %d that were done, waiting %d", row.push, got, left("waiting"))
		}
	}
}
