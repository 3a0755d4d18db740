package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// endedAtOnce is how many files whose time ran out one call looks at again, and
// endedTogether how many of them are one act: after an upgrade every file may wait,
// and what an act costs is for the most part its commit.
const (
	endedAtOnce   = 200
	endedTogether = 50
)

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
	for few := range slices.Chunk(ended.Rows, endedTogether) {
		if d.endThese(ctx, few, at) == nil {
			continue
		}
		for one := range slices.Chunk(few, 1) { // one that cannot be read does not keep the others from theirs
			if failed := d.endThese(ctx, one, at); failed != nil {
				err = errors.Join(err, fault.At("clock of "+one[0].Text("file_id"), failed))
			}
		}
	}
	return ended.Next == "" && err == nil, err
}

// endThese is one act for the ends that were found in some files, whichever node
// comes to them first.
func (d *Desk) endThese(ctx context.Context, files []store.Found, at time.Time) error {
	sum := sha256.New()
	refs := make([]casework.Ref, len(files))
	for i, r := range files {
		refs[i] = fileRef(id.File(r.Text("file_id")))
		sum.Write([]byte(r.Text("file_id") + r.Time("next_end").Format(time.RFC3339Nano)))
	}
	key := hex.EncodeToString(sum.Sum(nil)[:16])
	_, err := d.change(ctx, product, "ended/"+key, key, at, refs, func(l *store.Loaded, m casework.Moment) (out casework.Decision, err error) {
		for _, ref := range refs {
			one, err := casework.EndClocks(fileOf(l, id.File(ref.ID)), m)
			if gone(err) != nil {
				return out, err
			}
			out.Events, out.Receipt = append(out.Events, one.Events...), one.Receipt
		}
		return out, nil
	})
	return gone(err)
}
