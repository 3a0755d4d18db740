package store_test

import (
	"path/filepath"
	"testing"

	"pana/internal/store"
	"pana/internal/store/storetest"
)

// Only the past of a demonstration is made in a hurry, and only until it is whole:
// elsewhere, and after, a commit that was acknowledged is on the disk.
func TestOnlyAnInventedPastIsHurried(t *testing.T) {
	t.Parallel()
	const full = 2
	for _, row := range []struct {
		why, stamp string
		whole      bool
		hurried    bool
	}{
		{"a past being made", "demo", false, true},
		{"a demonstration that is whole", "demo", true, false},
		{"real people", "pana", false, false},
	} {
		s, err := store.Open(t.Context(), store.Options{Address: filepath.Join(t.TempDir(), "hurry.db"), Stamp: row.stamp, Origin: "hurry", Model: storetest.Model{}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		how := func() int {
			n, err := s.Synchronous(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if row.whole {
			if err := s.MarkSeeded(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Hurry(t.Context()); (err == nil) != row.hurried {
			t.Errorf("%s: %v", row.why, err)
		}
		if got := how(); (got != full) != row.hurried {
			t.Errorf("%s commits with synchronous=%d", row.why, got)
		}
		if err := s.Settle(t.Context()); err != nil || how() != full {
			t.Errorf("%s: afterwards %d, %v", row.why, how(), err)
		}
	}
}
