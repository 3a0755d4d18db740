package desk

import (
	"context"
	"sync"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// aging is how far the birthdays of a day have been looked for.
type aging struct {
	sync.Mutex
	day, after string // of which day; the page that comes next
	done       bool
}

// agedAtOnce is how many children's files one call reads: folding
// them takes a fraction of a second, for which other jobs can wait.
const agedAtOnce = 1000

// birthdays looks once a day for children whom one has brought to another band of
// age, some files at a call, and says whether all were looked at. When a birthday
// is, stands in no table and in no job: it is read from the sealed file, for a
// date in clear would be her date of birth.
func (d *Desk) birthdays(ctx context.Context, at time.Time) (done bool, err error) {
	a := &d.aging
	a.Lock()
	defer a.Unlock()
	if day := at.In(d.pack().Location()).Format(time.DateOnly); a.day != day {
		a.day, a.after, a.done = day, "", false
	}
	if a.done {
		return true, nil
	}
	page, err := d.deps.Store.List(ctx, "files", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("child", store.Is, true)}, Limit: agedAtOnce, After: a.after, NoTotal: true,
	})
	if err != nil {
		return false, fault.At("sweep ages", err)
	}
	if err := d.growOlder(ctx, page.Refs(), a.day, at); err != nil {
		return false, err
	}
	a.after, a.done = page.Next, page.Next == ""
	return a.done, nil
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
