package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
)

// mostAlike is how many files are looked at for one name: who gets so many says more.
const mostAlike = 400

// byPerson finds by a name in any spelling, a birth as far as it is known, or both,
// in the linkage index. What may be found is asked before the best are chosen.
func (d *Desk) byPerson(ctx context.Context, who access.Who, in searched) (Found, error) {
	if !in.person || d.names == nil {
		return Found{}, nil
	}
	if err := d.Follow(ctx); err != nil {
		return Found{}, err
	}
	hits, err := d.alikeOf(ctx, who, in)
	if err != nil {
		return Found{}, err
	}
	from, _ := strconv.Atoi(in.After)
	var out Found
	for at := max(0, min(from, len(hits))); at < len(hits); at += foundAtOnce {
		few := hits[at:min(len(hits), at+foundAtOnce)]
		files := make([]id.File, len(few))
		for i, h := range few {
			files[i] = h.File
		}
		kept, err := d.openable(ctx, who, in, files)
		if err != nil {
			return Found{}, err
		}
		for _, f := range kept {
			i := slices.Index(files, f.ID)
			if len(out.Lines) == foundPage {
				out.Next = strconv.Itoa(at + i)
				return out, nil
			}
			line := d.foundLines(who, []*casework.File{f})[0]
			for _, why := range few[i].Why {
				line.Why = append(line.Why, string(why))
			}
			line.likely = few[i].Score >= linkage.Likely
			out.Lines = append(out.Lines, line)
		}
	}
	return out, nil
}

// alikeOf are the candidates among the files that this body has to do with.
func (d *Desk) alikeOf(ctx context.Context, who access.Who, in searched) ([]linkage.Candidate, error) {
	mine, err := d.ownFiles(ctx, who, in)
	if err != nil {
		return nil, err
	}
	if len(in.name) == 0 {
		return d.names.Born(in.born, mine, mostAlike), nil
	}
	return d.names.Find(linkage.Query{Identity: linkage.Identity{Names: in.name, Born: in.born}, In: linkage.Among(mine)}, mostAlike), nil
}

// ownFiles are the ids of all files that this worker may find by a name, in order, as
// far as an index says so. They are read by body, before any name is compared.
func (d *Desk) ownFiles(ctx context.Context, who access.Who, in searched) ([]id.File, error) {
	var out []id.File
	for _, part := range d.parts(who, searched{person: in.person}) {
		ids, err := d.deps.Store.Texts(ctx, part.table, "file_id", part.Query)
		if err != nil {
			return nil, err
		}
		for _, f := range ids {
			out = append(out, id.File(f))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// foundByName records, as any showing of who somebody is, that a name found a file
// which is in all likelihood that person's.
func (d *Desk) foundByName(ctx context.Context, who access.Who, lines []FoundFile) error {
	const what = "found_by_name"
	at := d.now()
	var refs []casework.Ref
	sum := sha256.New()
	for _, l := range lines {
		if l.likely {
			refs = append(refs, fileRef(l.Subject.File))
			sum.Write([]byte(l.Subject.File))
		}
	}
	if len(refs) == 0 {
		return nil
	}
	key := "found/" + string(who.Worker) + "/" + hex.EncodeToString(sum.Sum(nil)[:12]) + "/" + at.Format("2006010215")
	_, err := d.change(ctx, who, key, what, at, refs, func(l *store.Loaded, m casework.Moment) (out casework.Decision, err error) {
		for _, ref := range refs {
			f := fileOf(l, id.File(ref.ID))
			v, err := d.mayShow(who, f, "identity")
			if err != nil {
				return casework.Decision{}, err
			}
			one, err := casework.Open(f, casework.Opened{What: what, Purpose: v.Purpose, Rule: v.Rule}, m)
			if err != nil {
				return casework.Decision{}, err
			}
			out.Events, out.Receipt = append(out.Events, one.Events...), one.Receipt
		}
		return out, nil
	})
	return err
}
