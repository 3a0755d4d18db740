package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// weighed is what a check reads: the candidates' files and those said to be of
// the same person. Of most the index rows say enough, and only the rest is
// opened and folded.
type weighed struct {
	candidates []linkage.Candidate
	fold       []casework.Ref
	rows       []store.RowsOf
	law        string // of the day that is asked about
	model      *procedure.Model
	pack       *pack.Pack
}

// toWeigh looks which files are to be read, and how.
func (d *Desk) toWeigh(ctx context.Context, candidates []linkage.Candidate, at time.Time) (weighed, error) {
	out := weighed{candidates: candidates, pack: d.pack()}
	snap, err := d.deps.Laws.On(at)
	if err != nil || len(candidates) == 0 {
		return out, err
	}
	out.law, out.model = snap.Law, snap.Model
	var refs []casework.Ref
	for _, c := range candidates {
		refs = append(refs, fileRef(c.File))
	}
	found, err := d.deps.Store.Rows(ctx, store.RowsOf{Table: "files", Refs: refs}, store.RowsOf{Table: "same", Refs: refs})
	if err != nil {
		return out, fault.At("look at the candidates", err)
	}
	var others []casework.Ref
	for _, ref := range refs {
		for _, other := range sameOf(found, ref) {
			if r := fileRef(other); !slices.Contains(refs, r) && !slices.Contains(others, r) {
				others = append(others, r)
			}
		}
	}
	var foundOthers store.Rows
	if len(others) > 0 {
		if foundOthers, err = d.deps.Store.Rows(ctx, store.RowsOf{Table: "files", Refs: others}); err != nil {
			return out, fault.At("look at their other files", err)
		}
	}
	byRow := out.sort(found, refs)
	all := slices.Concat(byRow, out.sort(foundOthers, others))
	out.rows = []store.RowsOf{{Table: "same", Refs: byRow}, {Table: "files", Refs: all}, {Table: casework.SituationsTable, Refs: all}}
	return out, nil
}

// sort puts those whose rows are not of today's law aside to be folded.
func (w *weighed) sort(found store.Rows, refs []casework.Ref) (byRow []casework.Ref) {
	for _, ref := range refs {
		if row, ok := found.One("files", ref); ok && row.Text("pinned") != w.law {
			w.fold = append(w.fold, ref)
		} else {
			byRow = append(byRow, ref)
		}
	}
	return byRow
}

func sameOf(rows store.Rows, ref casework.Ref) (out []id.File) {
	for _, r := range rows.Of("same", ref) {
		out = append(out, id.File(r.Text("other_id")))
	}
	slices.Sort(out)
	return out
}

// standing is what a check reads of one file.
type standing struct {
	situation procedure.Situation
	same      []id.File
	frozen    bool
	stale     bool // the file was not brought to today's law: what its row says may not be what it says today
}

// standingOf reads a file as it stands in the act's transaction; nil when it was
// erased. A row is the file's own folded state, written with its last event: as
// long as it is of today's law, folding again would give the same.
func (w *weighed) standingOf(l *store.Loaded, file id.File) (*standing, error) {
	if f := fileOf(l, file); f != nil {
		// What a newer pack takes from somebody is taken when it has been signed for: till
		// then the answer is no weaker than a hold.
		return &standing{f.Situation, f.Same, f.Frozen, f.Pinned != "" && !w.pack.Knows(f.Pinned)}, nil
	}
	row, ok := l.Rows.One("files", fileRef(file))
	if !ok {
		return nil, nil
	}
	out := &standing{same: sameOf(l.Rows, fileRef(file)), frozen: row.Bool("frozen"), stale: row.Text("pinned") != w.law}
	situation, ok := l.Rows.One(casework.SituationsTable, fileRef(file))
	if !ok {
		return nil, fault.New(fault.Internal, "check.unreadable")
	}
	var err error
	out.situation, err = w.model.ReadBrief(situation.Text("situation"))
	if errors.Is(err, procedure.ErrOtherStart) {
		out.stale = true
		return out, nil
	}
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "check.unreadable")
	}
	return out, nil
}

// checked is what the candidates' files add up to.
type checked struct {
	answer  string
	grounds []casework.CheckGround
	unclear []string
}

// weigh reads each candidate's situation in the transaction that writes the
// receipt. A likely match answers by its bars; a merely possible one is said to
// be that when anything protects the person it may be.
func (d *Desk) weigh(l *store.Loaded, m casework.Moment, about weighed) (checked, error) {
	out := checked{answer: NoBar}
	snap, err := d.deps.Laws.On(m.At)
	if err != nil || snap.Model == nil {
		return out, fault.New(fault.Busy, "check.no_law")
	}
	for _, c := range about.candidates {
		f, err := about.standingOf(l, c.File)
		if err != nil {
			return out, err
		}
		if f == nil {
			continue // erased since the index was asked
		}
		all, unread := []procedure.Situation{f.situation}, f.stale
		for _, other := range f.same {
			o, err := about.standingOf(l, other)
			if err != nil {
				return out, err
			}
			if o == nil || o.stale {
				unread = true // erased, or said to be the same since the index was asked
				continue
			}
			all = append(all, o.situation)
		}
		now, err := casework.JoinedSituation(d.deps.Laws, m.At, all...)
		if err != nil {
			return out, err
		}
		removal := snap.Model.Removal(now, m.At)
		answer := map[procedure.RemovalAnswer]string{procedure.Barred: Barred, procedure.Hold: Hold, procedure.NotBarred: NoBar}[removal.Answer]
		if answer == "" {
			answer = Hold
		}
		if f.frozen || unread {
			answer = atLeastHold(answer)
		}
		if c.Score < linkage.Likely && answer != NoBar {
			answer = PossibleMatch
		}
		out.add(answer, c.File, removal)
	}
	return out, nil
}

func (c *checked) add(answer string, file id.File, r procedure.Removal) {
	rank := []string{NoBar, PossibleMatch, Hold, Barred}
	if slices.Index(rank, answer) > slices.Index(rank, c.answer) {
		c.answer = answer
	}
	for _, b := range r.Bars {
		level := b.Level
		if b.Truth != procedure.True {
			level = "hold"
		}
		c.grounds = append(c.grounds, casework.CheckGround{File: file, Bar: b.Name, Level: level, Questions: b.Questions})
	}
	for _, q := range r.Questions {
		if !slices.Contains(c.unclear, q) {
			c.unclear = append(c.unclear, q)
		}
	}
}

func atLeastHold(answer string) string {
	if answer == Barred {
		return Barred
	}
	return Hold
}

// hold makes the answer cautious for a reason that stands in no file.
func (c *checked) hold(when bool, code string) {
	if when {
		c.answer = atLeastHold(c.answer)
		c.grounds = append(c.grounds, casework.CheckGround{Level: "hold", Code: code})
	}
}
