package app

import (
	"testing"
	"time"
)

func TestMemoryLimitLeavesRoom(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, row := range []struct {
		why  string
		live uint64
		room float64
		want uint64
	}{
		{"a small office does not collect all the time", 10 * mb, leastRoom, 160 * mb},
		{"a hundred thousand persons", 99 * mb, leastRoom, 160 * mb},
		{"what lives always fits, with a third to work in", 300 * mb, leastRoom, 424 * mb},
		{"many at work", 300 * mb, mostRoom, 924 * mb},
	} {
		if got := memoryLimit(row.live, row.room); got != int64(row.want) {
			t.Errorf("%s: %d MiB", row.why, got/mb)
		}
	}
}

func TestRoomFollowsTheWork(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why                       string
		room, collecting, working float64
		more, less                bool
	}{
		{"half of the processor goes into collecting", 1, 2.5, 2.5, true, false},
		{"a tenth: as it should be", 1, .5, 4.5, false, false},
		{"hardly any: the room is given back", 1, .1, 4.9, false, true},
		{"at night half of next to nothing is nothing", 1, .05, .05, false, true},
		{"never more than twice what lives", mostRoom, 2.5, 2.5, false, false},
		{"never less than a third", leastRoom, 0, 5, false, false},
	} {
		got := nextRoom(row.room, spent{7, 7}, spent{7 + row.collecting, 7 + row.working}, 5*time.Second)
		if got > row.room != row.more || got < row.room != row.less {
			t.Errorf("%s: from %.2f to %.2f", row.why, row.room, got)
		}
	}
}
