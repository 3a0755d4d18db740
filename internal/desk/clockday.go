package desk

import (
	"context"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// endedAtOnce is how many files whose time ran out one call looks at again.
const endedAtOnce = 200

// endClocks looks again at the files in which a clock has run out, the longest
// over first. Which they are is a column of the files' own rows, so nothing is
// forgotten by a restart, a lost job or a clock that was pushed, and a file is
// found until its end is on record.
func (d *Desk) endClocks(ctx context.Context, at time.Time) (done bool, err error) {
	ended, err := d.deps.Store.List(ctx, "files", store.Query{
		Scope: everything, Limit: endedAtOnce, NoTotal: true, Sort: []store.Order{{Column: "next_end"}},
		Where: []store.Filter{store.Where("next_end", store.Until, at)},
	})
	if err != nil {
		return false, fault.At("sweep clocks", err)
	}
	for _, r := range ended.Rows {
		if err := d.endClock(ctx, id.File(r.Text("file_id")), r.Time("next_end"), at); err != nil {
			return false, fault.At("clock of "+r.Text("file_id"), err)
		}
	}
	return ended.Next == "", nil
}

// endClock is one act for one end, whichever node comes to it first.
func (d *Desk) endClock(ctx context.Context, file id.File, end, at time.Time) error {
	due := end.Format(time.RFC3339Nano)
	_, err := d.change(ctx, product, "ended/"+string(file)+"/"+due, due, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.EndClocks(fileOf(l, file), m)
	})
	return gone(err)
}
