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
// given a soft limit, above which collecting goes faster: what lives and some room,
// and never so little that collecting is all it does. The room is a third of what
// lives; while so many are at work that collecting takes a large share of the
// processor, which a thousand workers saw as half of it, it grows.
const (
	leastMemory  = 160 << 20
	memoryLooked = 5 * time.Second

	leastRoom, mostRoom = 1.0 / 3, 2.0 // of what lives
	roomGrows           = 1.5          // by which the room grows or shrinks at a look
	muchCollecting      = .15          // of the processor: more room
	littleCollecting    = .05          // of the processor: less
	busyFrom            = .1           // of a processor: below it, nobody waits for the collector
)

// memoryLimit is the soft limit for so many living bytes.
func memoryLimit(live uint64, room float64) int64 {
	return max(leastMemory, int64(float64(live)*(1+room))+24<<20)
}

// spent is the processor's time since the program began, in seconds.
type spent struct{ collecting, working float64 }

// nextRoom is the room after a look so long after the one before.
func nextRoom(room float64, was, is spent, between time.Duration) float64 {
	collecting, working := is.collecting-was.collecting, is.working-was.working
	all := collecting + working
	switch share := collecting / max(all, 1e-9); {
	case share > muchCollecting && all > busyFrom*between.Seconds():
		return min(room*roomGrows, mostRoom)
	case share < littleCollecting || all <= busyFrom*between.Seconds():
		return max(room/roomGrows, leastRoom)
	}
	return room
}

// keepMemory sets the limit now and as what lives, or what is done, grows.
func keepMemory(ctx context.Context) {
	debug.FreeOSMemory() // reading the pack and hashing for sign-in took more than will be needed again
	now := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/cpu/classes/user:cpu-seconds"},
		{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"},
	}
	tick := time.NewTicker(memoryLooked)
	defer tick.Stop()
	room, was := leastRoom, spent{}
	for {
		metrics.Read(now)
		// What is collected while nobody wants the processor costs nobody anything.
		is := spent{now[2].Value.Float64() - now[3].Value.Float64(), now[1].Value.Float64()}
		room, was = nextRoom(room, was, is, memoryLooked), is
		debug.SetMemoryLimit(memoryLimit(now[0].Value.Uint64(), room))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
