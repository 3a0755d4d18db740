package app

import "testing"

func TestMemoryLimitLeavesRoom(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, row := range []struct {
		why        string
		live, want uint64
	}{
		{"a small office does not collect all the time", 10 * mb, 160 * mb},
		{"a hundred thousand persons", 99 * mb, 160 * mb},
		{"what lives always fits, with a third to work in", 300 * mb, 424 * mb},
	} {
		if got := memoryLimit(row.live); got != int64(row.want) {
			t.Errorf("%s: %d MiB", row.why, got/mb)
		}
	}
}
