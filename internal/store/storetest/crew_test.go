package storetest

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// What the fault tests ask must be able to fail: each kind of loss is told of.
func TestComplaints(t *testing.T) {
	t.Parallel()
	place := Place{Address: filepath.Join(t.TempDir(), "pana.db")}
	s := place.Open(t, Options())
	for _, w := range []struct{ key, line string }{{"a", "c-0-0"}, {"b", "c-0-1"}, {"c", "c-0-1"}, {"d", "c-1-7"}, {"e", "x"}} {
		if _, err := Write(s, w.key, Ref(0), Wrote{Name: w.line}); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(Complaints(s, Counts{"c-0": 3, "c-1": 1}, Counts{"c-0": 3, "c-1": 1}), "\n")
	for _, want := range []string{"one is there twice", "c-0-2 was acknowledged and is gone", "c-1-0 was acknowledged and is gone", "c-1-7 is there, and nobody asked for it", "x--1 is there, and nobody asked for it"} {
		if !strings.Contains(got, want) {
			t.Errorf("nobody complains %q:\n%s", want, got)
		}
	}
	if _, err := place.Raw(t).ExecContext(context.Background(), `update events set reason = 'another' where n = 1`); err != nil {
		t.Log(err)
		if _, err := place.Raw(t).Exec(`delete from events where n = 1`); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(Complaints(s, nil, Counts{}), "\n"); !strings.Contains(got, "does not agree with itself") {
		t.Errorf("a changed record verifies: %s", got)
	}
}
