package benchmark_test

import (
	"testing"
	"time"

	"pana/internal/linkage"
	"pana/internal/linkage/benchmark"
)

// TestSearchAmongACrowd holds the floor of what search finds in another script and from
// another ear, among strangers.
func TestSearchAmongACrowd(t *testing.T) {
	t.Parallel()
	var open []benchmark.Pair
	for _, p := range benchmark.Pairs() {
		if !p.Held {
			open = append(open, p)
		}
	}
	x := linkage.NewIndex([32]byte{1})
	benchmark.Crowd(x, 5000, nil)
	f := benchmark.SearchAmong(x, open, true, 10, time.Now)
	if share := float64(f.Among) / float64(f.Asked); f.Asked < 2000 || share < 0.96 {
		t.Errorf("of %d asked for, %.3f are among the first ten", f.Asked, share)
	}
}
