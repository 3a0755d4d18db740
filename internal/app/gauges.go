package app

import (
	"context"
	"time"

	"pana/internal/ledger"
	"pana/internal/rate"
	"pana/internal/serve"
)

// gauges are what a node knows about the installation: counts and ages, and
// nothing of a person. What cannot be read is left out, and pana_up says so.
func (h *house) gauges(ctx context.Context) []serve.Gauge {
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	now := time.Now()
	up := serve.Gauge{Name: "pana_up", Help: "Whether the database can be read.", Value: 1}
	jobs, err := h.store.JobCounts(ctx)
	if err != nil {
		up.Value = 0
		return []serve.Gauge{up}
	}
	out := []serve.Gauge{
		up,
		{Name: "pana_jobs_waiting", Help: "Jobs that wait for their time or their turn.", Value: float64(jobs["waiting"])},
		{Name: "pana_jobs_failed", Help: "Jobs that were given up.", Value: float64(jobs["failed"])},
	}
	if signed, verifier, err := h.store.LatestCheckpoint(ctx); err == nil {
		if c, err := ledger.OpenCheckpoint(signed, verifier); err == nil {
			out = append(out,
				serve.Gauge{Name: "pana_ledger_leaves", Help: "Leaves of the ledger at its last checkpoint.", Value: float64(c.Size)},
				serve.Gauge{Name: "pana_checkpoint_age_seconds", Help: "Age of the last signed checkpoint.", Value: now.Sub(c.At).Seconds()})
		}
	}
	if at, err := h.store.BackedUpAt(ctx); err == nil && !at.IsZero() {
		out = append(out, serve.Gauge{Name: "pana_backup_age_seconds", Help: "Age of the last backup that was read back and compared.", Value: now.Sub(at).Seconds()})
	}
	for _, kind := range rate.Kinds {
		out = append(out, serve.Gauge{
			Name: "pana_limited", Label: "limit=\"" + kind + "\"", Help: "Requests refused since the start because too many came, by which limit.", Value: float64(h.rate.Refused(kind)),
		})
	}
	var last, unsure float64
	jumps := h.watch.Jumps()
	if len(jumps) > 0 {
		last = jumps[len(jumps)-1].By.Seconds()
	}
	if h.watch.Unsure() {
		unsure = 1
	}
	out = append(out,
		serve.Gauge{Name: "pana_clock_jumps", Help: "How often this machine's clock was set by ten seconds or more since the start, a hundred at most.", Value: float64(len(jumps))},
		serve.Gauge{Name: "pana_clock_jump_seconds", Help: "By how much it was set last; below zero: back.", Value: last},
		serve.Gauge{Name: "pana_erasing_waits", Help: "Whether nothing is erased because the clock went far ahead less than a day ago.", Value: unsure})
	return append(out, refusedElsewhere(h.elsewhere)...)
}
