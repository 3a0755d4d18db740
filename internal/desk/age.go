package desk

import (
	"context"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// Birthdays looks once a day for children whom one has brought to another band of
// age. When it is, stands in no table and in no job: it is read from the sealed
// file, for a date in clear would be her date of birth. It reads every child's
// file, and so is apart from Sweep, for which pages wait.
func (d *Desk) Birthdays(ctx context.Context) error {
	at := d.now()
	day := at.In(d.pack().Location()).Format(time.DateOnly)
	if d.agedOn.Load() == day {
		return nil
	}
	after := ""
	for {
		page, err := d.deps.Store.List(ctx, "files", store.Query{
			Scope: everything, Where: []store.Filter{store.Where("child", store.Is, true)}, Limit: 500, After: after,
		})
		if err != nil {
			return fault.At("sweep ages", err)
		}
		if err := d.growOlder(ctx, page.Refs(), day, at); err != nil {
			return err
		}
		if after = page.Next; after == "" {
			d.agedOn.Store(day)
			return nil
		}
	}
}

func (d *Desk) growOlder(ctx context.Context, refs []casework.Ref, day string, at time.Time) error {
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return fault.At("sweep ages", err)
	}
	m := d.moment(product, at)
	for _, ref := range refs {
		f := store.As[*casework.File](l, ref)
		if f == nil || !casework.HasGrown(f, m) {
			continue
		}
		file := id.File(ref.ID)
		_, err := d.change(ctx, product, "age/"+ref.ID+"/"+day, day, at, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
			return casework.GrowOlder(fileOf(l, file), m)
		})
		if gone(err) != nil {
			return fault.At("age of "+ref.String(), err)
		}
	}
	return nil
}
