package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
	"pana/internal/withheld"
)

// LoadNames fills the linkage index from the sealed table of names. Call it once
// before serving; a removal check before that answers hold.
func (d *Desk) LoadNames(ctx context.Context) error {
	d.following.Lock()
	defer d.following.Unlock()
	size, err := d.deps.Store.OpenAll(ctx, casework.NamesTable, "known", d.putName)
	if err != nil {
		return fault.At("load names", err)
	}
	d.names.Advance(size) // what came while we read is followed from here
	d.namesReady.Store(true)
	return nil
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
		came, err := d.deps.Store.Follow(ctx, from, slices.Concat(casework.IdentityEvents, bodyEvents)...)
		if err != nil {
			return fault.At("follow names", err)
		}
		if came.Size < from {
			d.namesReady.Store(false) // checks hold until it is loaded anew
			d.bodies.forget()
			return fault.New(fault.Busy, codeNamesAhead)
		}
		d.forgetBodies(came.Streams)
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
	known, err := d.deps.Store.OpenSome(ctx, casework.NamesTable, "known", files)
	if err != nil {
		return fault.At("read names", err)
	}
	there := map[casework.Ref]bool{}
	for _, o := range known {
		if err := d.putName(o); err != nil {
			return err
		}
		there[o.Ref] = true
	}
	for _, ref := range files {
		if !there[ref] {
			d.names.Remove(id.File(ref.ID)) // erased, or nobody knows who it is of any more
		}
	}
	return nil
}

func (d *Desk) putName(o store.Opened) error {
	known, err := casework.ReadKnownAs(o.Value)
	if err != nil {
		return fault.Because(err, fault.Internal, "names.damaged")
	}
	d.names.Put(id.File(o.Ref.ID), linkIdentity(known))
	return nil
}

// linkIdentity is what the index compares of what a person is known as.
func linkIdentity(k casework.KnownAs) linkage.Identity {
	born, _ := linkage.ParseBorn(k.Born, k.BornAbout)
	return linkage.Identity{Names: k.Names, Born: born, Sex: k.Sex, Citizenship: k.Citizenship, Documents: k.Documents}
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
	for _, c := range d.names.Find(linkage.Query{Identity: linkIdentity(f.KnownAs()), In: linkage.Everywhere, But: f.ID}, 3) {
		if c.Score < linkage.Likely {
			continue
		}
		for _, kind := range d.kindsThat("coordinate") {
			task := casework.TaskInput{Task: id.New[id.Task](at), Verb: casework.TaskLikelySame, Kind: kind, About: string(c.File)}
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
