package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/store"
)

// Who must act on an erasing is told: of a person's wish those who may sign first, of
// a first signature those who may be the second. A letter says that something waits;
// the line in My work has the file's number and what is to be done, and neither the
// ground nor anything of the person.

// tellErasers adds to an act that those are told whom the pack's rules let do the next.
func (d *Desk) tellErasers(out casework.Decision, err error, f *casework.File, may, code string) (casework.Decision, error) {
	if err != nil {
		return out, err
	}
	for _, rule := range d.pack().Rules {
		if !slices.Contains(rule.Acts, may) {
			continue
		}
		for _, kind := range rule.Kinds {
			if slices.Contains(out.Receipt.Kinds, kind) {
				continue
			}
			out.Receipt.Kinds = append(out.Receipt.Kinds, kind)
			out.Effects = append(out.Effects, casework.Effect{Kind: casework.EffectNotify, Args: map[string]string{
				"kind": kind, "region": f.Region, "code": code, "file": string(f.ID),
			}})
		}
	}
	return out, nil
}

// erasuresToSign are the wishes and first signatures that wait for this worker. Who
// has signed, or recorded the wish, cannot be the second and is not asked to be.
func (d *Desk) erasuresToSign(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	var out []WorkLine
	people, err := d.people(ctx)
	if err != nil {
		return nil, err
	}
	for _, next := range []struct{ state, act, verb string }{
		{casework.ErasureIsWished, access.AskErasure, "work.erasure_wished"},
		{casework.ErasureIsAsked, access.AllowErasure, "work.erasure_asked"},
	} {
		if !d.couldEver(who, next.act, "file") {
			continue
		}
		page, err := d.deps.Store.List(ctx, casework.ErasuresTable, store.Query{
			Scope: d.rules.Scope(who, next.act, "file"), Limit: erasuresShown, NoTotal: true,
			Where: []store.Filter{store.Where("state", store.Is, next.state)}, Sort: []store.Order{{Column: "since"}},
		})
		if err != nil {
			return nil, err
		}
		files, err := d.views(ctx, page.Rows)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			file := id.File(r.Text("file_id"))
			f := files[file]
			if f == nil || f.Erasing == nil || next.act == access.AllowErasure && (people.Same(who.Worker, f.Erasing.AskedBy) || people.Same(who.Worker, f.Erasing.WishedBy)) {
				continue
			}
			out = append(out, WorkLine{
				Verb: next.verb, Kind: "erasure", State: dueState(time.Time{}, at), Since: r.Time("since"), Number: f.Number(),
				Subject: Subject{Region: f.Region}, Target: "/file/" + string(file) + "/erase",
			})
		}
	}
	return out, nil
}
