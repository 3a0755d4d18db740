package store_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
	"pana/internal/store/storetest"
	"pana/internal/withheld"
)

// BenchmarkChange is acts of three events and some six index rows, as a
// referral is, by many workers at once: each on a file of its own that exists
// (hot), or each opening a new file (new).
func BenchmarkChange(b *testing.B) {
	for _, row := range []struct {
		name  string
		world func(testing.TB) storetest.Place
	}{
		{"sqlite", sqliteWorld}, {"postgres", postgresWorld},
	} {
		for _, workers := range []int{1, 16, 64} {
			for _, fresh := range []bool{false, true} {
				name := map[bool]string{false: "hot", true: "new"}[fresh]
				b.Run(fmt.Sprintf("%s/%d/%s", row.name, workers, name), func(b *testing.B) {
					benchChange(b, row.world(b).Open(b, storetest.Options()), workers, fresh)
				})
			}
		}
	}
}

func benchChange(b *testing.B, s *store.Store, workers int, fresh bool) {
	b.SetParallelism(max(1, workers/2)) // times GOMAXPROCS
	var worker, acts atomic.Int64
	at := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	who := access.Who{Worker: "01h0000000000000007q4m2pxa", Body: "01h0000000000000007q4m2pxb", BodyKind: "shelter"}
	b.ResetTimer()
	before := cpu()
	b.RunParallel(func(pb *testing.PB) {
		mine := worker.Add(1)
		for n := 0; pb.Next(); n++ {
			act := acts.Add(1)
			ref := storetest.Ref(int(mine))
			if fresh {
				ref = storetest.Ref(int(1_000_000 + act))
			}
			_, err := s.Change(context.Background(), store.Act{Key: fmt.Sprint("k", act), Who: who, At: at, Streams: []casework.Ref{ref}, Pack: "sha256:0123456789abcdef"},
				func(*store.Loaded) (casework.Decision, error) { return referral(ref, n), nil })
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/act") // of this process: says more than the clock on a busy machine
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
}

func referral(ref casework.Ref, n int) casework.Decision {
	d := casework.Decision{Receipt: casework.Receipt{Code: "referral.asked", Told: []string{"a", "b"}}}
	for i := range 3 {
		d.Events = append(d.Events, casework.Draft{Stream: ref, Compartment: "shelter", Payload: storetest.Wrote{
			Name: fmt.Sprint(n%4, "-", i), Region: fmt.Sprint("r", n), Body: fmt.Sprint("b", (n+i)%5),
			Text: withheld.New("a need card of a few words, as long as such cards are"),
		}})
	}
	d.Effects = []casework.Effect{{Kind: "notify", Args: map[string]string{"referral": ref.ID}}}
	return d
}
