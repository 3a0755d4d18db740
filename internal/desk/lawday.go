package desk

import (
	"context"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
)

// lawBatch is how many files one call brings to the law of today. On the morning
// of a new law nobody's act waits long behind it.
const lawBatch = 200

// followLaws brings files to the law of today: each is told, by an event, which
// rights and bars the person gained and lost when a dated change took effect.
func (d *Desk) followLaws(ctx context.Context, at time.Time) (done bool, err error) {
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return false, fault.At("law of today", err)
	}
	if swept := d.sweptLaw.Load(); swept != nil && !swept.due(snap.Law, at) {
		return true, nil
	}
	// A file that follows another pack is moved when somebody has signed for it (lawmove.go).
	behind, err := d.deps.Store.List(ctx, "files", store.Query{
		Scope: everything, Limit: lawBatch, NoTotal: true, Where: []store.Filter{store.Where("pinned", store.OneOf, otherDays(d.pack(), snap.Law)...)},
	})
	if err != nil {
		return false, fault.At("sweep law", err)
	}
	for _, r := range behind.Rows {
		if err := d.followLaw(ctx, id.File(r.Text("file_id")), snap.Law, at); err != nil {
			return false, fault.At("law of "+r.Text("file_id"), err)
		}
	}
	if len(behind.Rows) == 0 {
		d.sweptLaw.Store(&lawSwept{snap.Law, at})
	}
	return len(behind.Rows) == 0, nil
}

// otherDays are the laws of the pack's other days.
func otherDays(p *pack.Pack, law string) (out []any) {
	for _, other := range p.Laws() {
		if other != law {
			out = append(out, other)
		}
	}
	return out
}

// lawSwept says that no file was behind a law, and when that was seen: looking
// reads every file's row.
type lawSwept struct {
	law string
	at  time.Time
}

// lawAgain is how long that is believed. A file behind the law after it was
// opened late: by a node whose clock was slow.
const lawAgain = time.Hour

func (s lawSwept) due(law string, at time.Time) bool {
	return s.law != law || at.Sub(s.at) >= lawAgain || at.Before(s.at)
}

func (d *Desk) followLaw(ctx context.Context, file id.File, law string, at time.Time) error {
	key := "law/" + string(file) + "/" + law
	_, err := d.change(ctx, product, key, law, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if f == nil {
			return casework.Decision{}, fault.Withheld("erased meanwhile")
		}
		if !d.pack().Knows(f.Pinned) { // another node has moved it to a pack that this one does not run
			return casework.Decision{Receipt: casework.Receipt{Code: "receipt.nothing_to_do"}}, nil
		}
		return casework.ChangeLaw(f, pinnedOn(f), m)
	})
	return gone(err)
}

// pinnedOn is a day under the law that the file was last brought to.
func pinnedOn(f *casework.File) time.Time {
	on := f.Opened
	for _, e := range f.Timeline {
		if e.Type == "law.changed" {
			on = e.Recorded
		}
	}
	return on
}
