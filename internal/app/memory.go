package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A server holds the index of names and some folded files for as long as it runs,
// and signing in takes 46 MB for a moment (argon2id). Left alone, the collector
// lets the heap grow to twice what lives, and the moment's 46 MB count as living:
// a small server of an office that holds 70 MB was seen at 240. So the heap is
// given a soft limit, above which collecting goes faster: what lives and a third,
// and never so little that collecting is all it does.
const (
	leastMemory  = 160 << 20
	memoryLooked = 5 * time.Second
)

// memoryLimit is the soft limit for so many living bytes.
func memoryLimit(live uint64) int64 {
	return max(leastMemory, int64(live)+int64(live)/3+24<<20)
}

// keepMemory sets the limit now and as what lives grows.
func keepMemory(ctx context.Context) {
	debug.FreeOSMemory() // reading the pack and hashing for sign-in took more than will be needed again
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(memoryLooked)
	defer tick.Stop()
	for {
		metrics.Read(live)
		debug.SetMemoryLimit(memoryLimit(live[0].Value.Uint64()))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
