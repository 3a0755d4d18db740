package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// lawMoving is what this node knows of a move: how far a look is, what was seen,
// and how far the daily work has come.
type lawMoving struct {
	mu          sync.Mutex
	looking     bool
	done, total int
	seen        *LawMove
	failed      string    // code of a look that did not end
	after       string    // where the daily work goes on
	passed      time.Time // when it last came to the end
	few         int       // files at once; 0: moveBatch
	anew        bool      // files are folded anew: the store has them under another pack
}

func (m *lawMoving) atOnce() int {
	if m.few > 0 {
		return m.few
	}
	return moveBatch
}

// LawMoveView is the page of a move.
type LawMoveView struct {
	Law, Pack   string
	Waiting     int // files that follow another pack
	Looking     bool
	Done, Total int
	Failed      string
	Seen        *LawMove // nil: nobody has looked since this node began
	Signed      *casework.LawMove
}

// quick is how long a look is waited for before the page says how far it is.
const quick = 2 * time.Second

// LawMove is how things stand: who waits, what was seen, what was signed.
func (d *Desk) LawMove(ctx context.Context, who access.Who) (LawMoveView, error) {
	if err := d.mayDo(who, access.MoveLaw, "law"); err != nil {
		return LawMoveView{}, err
	}
	snap, err := d.deps.Laws.On(d.now())
	if err != nil {
		return LawMoveView{}, fault.At("law of today", err)
	}
	p := d.pack()
	out := LawMoveView{Law: snap.Law, Pack: p.Head.ID + " " + p.Head.Version}
	if out.Waiting, err = d.deps.Store.Count(ctx, "files", d.elsewhere()); err != nil {
		return out, fault.At("files of another pack", err)
	}
	if signed, ok, err := d.signedFor(ctx); err != nil {
		return out, err
	} else if ok {
		out.Signed = &signed
	}
	d.move.mu.Lock()
	out.Looking, out.Done, out.Total, out.Failed = d.move.looking, d.move.done, d.move.total, d.move.failed
	seen := d.move.seen
	d.move.mu.Unlock()
	if seen != nil && !out.Looking && out.Waiting > 0 {
		out.Seen, err = d.namedTo(ctx, who, *seen)
	}
	return out, err
}

// namedTo names, of the files of each line, those that the worker may list: a
// count is for who signs, a file only for who may see it.
func (d *Desk) namedTo(ctx context.Context, who access.Who, seen LawMove) (*LawMove, error) {
	var all []id.File
	for _, list := range seen.lines() {
		for _, l := range *list {
			all = append(all, l.files...)
		}
	}
	slices.Sort(all)
	subjects, err := d.listedOf(ctx, who, slices.Compact(all))
	if err != nil {
		return nil, err
	}
	for _, list := range seen.lines() {
		*list = slices.Clone(*list) // what was seen is every reader's
		for i, l := range *list {
			for _, file := range l.files {
				if s, may := subjects[file]; may {
					(*list)[i].Files = append((*list)[i].Files, s)
				}
			}
		}
	}
	return &seen, nil
}

func (d *Desk) listedOf(ctx context.Context, who access.Who, files []id.File) (map[id.File]Subject, error) {
	var refs []casework.Ref
	for _, f := range files {
		refs = append(refs, fileRef(f))
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("files of a move", err)
	}
	out := map[id.File]Subject{}
	for _, file := range files {
		if f := fileOf(l, file); f != nil && d.rules.Decide(who, access.ListFiles, fileThing(who, f)).Allowed {
			out[file] = Subject{File: file, Number: f.Number()}
		}
	}
	return out, nil
}

// LookAtLaw begins to compare, and waits a moment for the end of it. It goes on when
// the page is left.
func (d *Desk) LookAtLaw(ctx context.Context, who access.Who) error {
	if err := d.mayDo(who, access.MoveLaw, "law"); err != nil {
		return err
	}
	d.move.mu.Lock()
	if d.move.looking {
		d.move.mu.Unlock()
		return nil
	}
	d.move.looking, d.move.done, d.move.total, d.move.failed, d.move.seen = true, 0, 0, "", nil
	d.move.mu.Unlock()
	ended := make(chan struct{})
	go d.lookThrough(context.WithoutCancel(ctx), ended)
	select {
	case <-ended:
	case <-time.After(quick):
	case <-ctx.Done():
	}
	return nil
}

func (d *Desk) lookThrough(ctx context.Context, ended chan<- struct{}) {
	defer close(ended)
	seen, err := d.LookAtMove(ctx, func(done, total int) {
		d.move.mu.Lock()
		d.move.done, d.move.total = done, total
		d.move.mu.Unlock()
	})
	d.move.mu.Lock()
	defer d.move.mu.Unlock()
	d.move.looking = false
	if err != nil {
		d.move.failed = fault.Of(err).Code
		d.deps.Log.Warn("move not looked at", "code", d.move.failed)
		return
	}
	d.move.seen = &seen
}

// SignLaw signs for what was seen on the page. The daily work then moves the
// files, some at a time.
func (d *Desk) SignLaw(ctx context.Context, who access.Who, in LawMoveInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.MoveLaw, "law"); err != nil {
		return casework.Receipt{}, err
	}
	d.move.mu.Lock()
	seen := d.move.seen
	d.move.mu.Unlock()
	n, err := d.deps.Store.Count(ctx, "files", d.elsewhere())
	if err != nil {
		return casework.Receipt{}, fault.At("files of another pack", err)
	}
	// Another node's look, one that is an hour old, or one before a file came or
	// went, is not what there is.
	if seen == nil || n != seen.Files || d.now().Sub(seen.At) > lawAgain {
		return casework.Receipt{}, fault.New(fault.Conflict, CodeMoveChanged)
	}
	receipt, err := d.signMove(ctx, who, in, *seen)
	if err == nil {
		d.move.mu.Lock()
		d.move.passed, d.move.after = time.Time{}, ""
		d.move.mu.Unlock()
	}
	return receipt, err
}

// moveSome is the daily work's turn: it moves some of what was signed for. When
// it has come to the end it looks again after an hour: for files that came, and
// for what another node signed.
func (d *Desk) moveSome(ctx context.Context, at time.Time) (done bool, err error) {
	d.move.mu.Lock()
	passed, q := d.move.passed, d.elsewhere()
	q.After = d.move.after
	d.move.mu.Unlock()
	if !passed.IsZero() && at.Sub(passed) < lawAgain && !at.Before(passed) {
		return true, nil
	}
	signed, ok, err := d.signedFor(ctx)
	next := ""
	if err == nil && ok {
		_, _, next, err = d.moveBatch(ctx, q, signed.Lost)
	}
	if err != nil {
		return false, err
	}
	d.move.mu.Lock()
	defer d.move.mu.Unlock()
	if d.move.after = next; next == "" {
		d.move.passed = at
	}
	return next == "", nil
}
