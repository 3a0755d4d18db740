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
	return append(out, refusedElsewhere(h.elsewhere)...)
}
