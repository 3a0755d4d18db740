package casework

import (
	"slices"
	"testing"
	"time"

	"pana/internal/id"
)

// Sharing out is even by what each has, longest waiting first, and the same for the
// same input; what one person waits for goes to one worker.
func TestSharingOutIsEven(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	all := []id.Worker{"a", "b", "c"}
	step := func(file id.File, name string, days int, able ...id.Worker) ToShare {
		return ToShare{File: file, Step: name, Since: day.AddDate(0, 0, days), Able: able}
	}
	for _, row := range []struct {
		why   string
		steps []ToShare
		loads map[id.Worker]int
		want  []id.Worker
	}{
		{"nobody has anything: in the order of the list", []ToShare{step("1", "x", 1, all...), step("2", "x", 2, all...), step("3", "x", 3, all...)}, nil, []id.Worker{"a", "b", "c"}},
		{"who has least gets next", []ToShare{step("1", "x", 1, all...), step("2", "x", 2, all...)}, map[id.Worker]int{"a": 5, "b": 1, "c": 2}, []id.Worker{"b", "b"}},
		{"who has waited longest is given first, wherever she stands", []ToShare{step("1", "x", 9, all...), step("2", "x", 1, all...)}, nil, []id.Worker{"b", "a"}},
		{"who is kept apart gets none of it", []ToShare{step("1", "x", 1, "c"), step("2", "x", 2, all...)}, nil, []id.Worker{"c", "a"}},
		{"nobody can", []ToShare{step("1", "x", 1), step("2", "x", 2, all...)}, nil, []id.Worker{"", "a"}},
		{"two steps of one person go to one worker", []ToShare{step("1", "x", 1, all...), step("2", "x", 2, all...), step("1", "y", 3, all...)}, nil, []id.Worker{"a", "b", "a"}},
		{"unless she may not take the second", []ToShare{step("1", "x", 1, all...), step("1", "y", 2, "b", "c")}, nil, []id.Worker{"a", "b"}},
	} {
		for range 3 {
			if got := ShareOut(row.steps, all, row.loads); !slices.Equal(got, row.want) {
				t.Errorf("%s: %v, not %v", row.why, got, row.want)
			}
		}
	}
}
