package desk

import (
	"context"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
	"pana/internal/withheld"
)

// LoadNames fills the linkage index from the record. Call it once before
// serving; a removal check before that answers hold.
func (d *Desk) LoadNames(ctx context.Context) error {
	d.following.Lock()
	defer d.following.Unlock()
	size, err := d.deps.Store.Size(ctx)
	if err != nil {
		return fault.At("load names", err)
	}
	after := ""
	for {
		page, err := d.deps.Store.List(ctx, "files", store.Query{Scope: everything, Limit: 500, After: after})
		if err != nil {
			return fault.At("load names", err)
		}
		if err := d.readNames(ctx, page.Refs()); err != nil {
			return err
		}
		if after = page.Next; after == "" {
			// What came while we read is followed from here.
			d.names.Advance(size)
			d.namesReady.Store(true)
			return nil
		}
	}
}

// codeNamesAhead: the ledger is shorter than what the index has seen, so it is
// not the ledger that the index was made from.
const codeNamesAhead = "names.ahead"

// Follow brings the linkage index to the end of the ledger, whichever node wrote
// it. It reads and puts under one lock, so that what was read earlier never
// replaces what was read later.
func (d *Desk) Follow(ctx context.Context) error {
	if d.names == nil || !d.namesReady.Load() {
		return nil
	}
	d.following.Lock()
	defer d.following.Unlock()
	for {
		from := d.names.Seen()
		came, err := d.deps.Store.Follow(ctx, from, casework.IdentityEvents...)
		if err != nil {
			return fault.At("follow names", err)
		}
		if came.Size < from {
			d.namesReady.Store(false) // checks hold until it is loaded anew
			return fault.New(fault.Busy, codeNamesAhead)
		}
		if err := d.readNames(ctx, came.Streams); err != nil {
			return err
		}
		if d.names.Advance(came.Next); came.Next >= came.Size {
			return nil
		}
	}
}

func (d *Desk) readNames(ctx context.Context, refs []casework.Ref) error {
	var files []casework.Ref
	for _, r := range refs {
		if r.Kind == casework.FileStream {
			files = append(files, r)
		}
	}
	if len(files) == 0 || d.names == nil {
		return nil
	}
	l, err := d.deps.Store.View(ctx, files...)
	if err != nil {
		return fault.At("read names", err)
	}
	for _, ref := range files {
		f := store.As[*casework.File](l, ref)
		if f == nil {
			d.names.Remove(id.File(ref.ID))
			continue
		}
		d.names.Put(f.ID, linkIdentity(f))
	}
	return nil
}

// linkIdentity is what the index knows of a person: every name in every script,
// and the name to call her by.
func linkIdentity(f *casework.File) linkage.Identity {
	out := linkage.Identity{Sex: f.Identity.Sex, Citizenship: f.Citizen}
	if out.Sex == "" {
		out.Sex = f.Sex
	}
	if len(f.Identity.Citizen) > 0 {
		out.Citizenship = f.Identity.Citizen[0]
	}
	for _, n := range f.Identity.Names {
		out.Names = append(out.Names, n.Full)
	}
	if len(out.Names) == 0 && !f.CallName.Empty() {
		out.Names = append(out.Names, f.CallName)
	}
	out.Born, _ = linkage.ParseBorn(f.Identity.Born.Date, f.Identity.Born.About)
	for _, doc := range f.Identity.Documents {
		out.Documents = append(out.Documents, doc.Number)
	}
	return out
}

// tellOfDuplicates gives the coordinator a task when this looks like a person
// who has a file already. The worker learns nothing: the other file may not be
// theirs to know of.
func (d *Desk) tellOfDuplicates(ctx context.Context, who access.Who, in IdentityInput) error {
	f, err := d.view(ctx, in.File)
	if err != nil || d.names == nil {
		return err
	}
	if err := d.Follow(ctx); err != nil {
		return err
	}
	at := d.now()
	for _, c := range d.names.Find(linkage.Query{Identity: linkIdentity(f), May: func(other id.File) bool { return other != f.ID }}, 3) {
		if c.Score < linkage.Likely {
			continue
		}
		for _, kind := range d.kindsThat("coordinate") {
			task := casework.TaskInput{Task: id.New[id.Task](at), Verb: "task.likely_same", Kind: kind, About: string(c.File)}
			_, err := d.change(ctx, system(who), "same/"+string(who.Worker)+"/"+in.Key+"/"+string(c.File)+"/"+kind, string(c.File), at, []casework.Ref{fileRef(f.ID)},
				func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
					return casework.AddTask(fileOf(l, f.ID), task, m)
				})
			if err != nil {
				return fault.At("tell of a likely duplicate", err)
			}
		}
	}
	return nil
}

// system acts for the product itself: no worker, the body whose act set it off.
func system(who access.Who) access.Who {
	return access.Who{Body: who.Body, BodyKind: who.BodyKind, Region: who.Region}
}

func texts(in []withheld.Text) []withheld.Text {
	var out []withheld.Text
	for _, t := range in {
		if !t.Empty() {
			out = append(out, t)
		}
	}
	return out
}
