package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// KeptLaws reads the packs that files were pinned to and that no longer run.
type KeptLaws interface {
	// Of is the pack of whose days one has this law.
	Of(ctx context.Context, law string) (casework.Laws, error)
}

// LawMove is what the pack that runs changes for the files that follow another.
type LawMove struct {
	Law, Pack string    // the law of today, and whose it is
	At        time.Time // when it was looked at
	Files     int       // that follow another pack
	Untouched int       // of which nothing changes for so many
	// By procedure: how many files are in it, and are touched.
	Procedures []LawMoveLine
	Lost       []LawMoveLine // rights, bars and steps of the person's own
	Gained     []LawMoveLine
	Opened     []LawMoveLine // steps of bodies
	Closed     []LawMoveLine
	Started    []LawMoveLine // clocks
	Ended      []LawMoveLine
	Moved      []LawMoveLine
	Read       []LawMoveLine // what the record adds up to otherwise
	Unsaid     []LawMoveLine // what files hold and the pack has no word for: none is moved
	Unread     []LawMoveLine // packs that files follow and that cannot be read
	Code       string        // of all this: who signs has seen this, and no other
}

// LawMoveLine is one thing that changes, and for how many people.
type LawMoveLine struct {
	What   string
	People int
	Files  []Subject // those of them, some, that the reader may list
	files  []id.File

	older, newer casework.Laws
}

// Refused says that files cannot be moved as things stand.
func (l LawMove) Refused() bool { return len(l.Unsaid)+len(l.Unread) > 0 }

// lines are all the lists, in the order in which they are said.
func (l *LawMove) lines() []*[]LawMoveLine {
	return []*[]LawMoveLine{&l.Procedures, &l.Lost, &l.Gained, &l.Opened, &l.Closed, &l.Started, &l.Ended, &l.Moved, &l.Read, &l.Unsaid, &l.Unread}
}

// Said names what changes: in the words of the older pack, which has what is lost,
// or of the newer, which has what is gained.
func (l LawMoveLine) Said(lang wording.Lang) string {
	for _, laws := range []casework.Laws{l.newer, l.older} {
		if laws != nil && laws.Pack().Words().Has(lang, l.What) {
			return laws.Pack().Words().Say(lang, l.What)
		}
	}
	return l.What
}

const (
	moveBatch = 200 // files of one look or one turn of the daily work
	moveShown = 20  // files kept of a line, to be named to who may see them
)

// LookAtMove compares, file by file, and writes nothing.
func (d *Desk) LookAtMove(ctx context.Context, progress func(done, total int)) (LawMove, error) {
	at := d.now()
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return LawMove{}, fault.At("law of today", err)
	}
	p := d.pack()
	out := LawMove{Law: snap.Law, Pack: p.Head.ID + " " + p.Head.Version, At: at}
	if out.Files, err = d.deps.Store.Count(ctx, "files", d.elsewhere()); err != nil {
		return out, fault.At("files of another pack", err)
	}
	progress(0, out.Files)
	q, done := d.elsewhere(), 0
	for {
		files, next, err := d.someElsewhere(ctx, q)
		if err != nil {
			return out, err
		}
		for _, f := range files {
			if err := d.lookAtOne(ctx, f, &out, at); err != nil {
				return out, fault.At("compare "+string(f.ID), err)
			}
			done++
		}
		progress(done, out.Files)
		if next == "" {
			break
		}
		q.After = next
	}
	out.Files = done
	out.Code = out.code()
	return out, nil
}

// elsewhere are the files that follow another pack than the one that runs.
func (d *Desk) elsewhere() store.Query {
	q := store.Query{Scope: everything, Limit: d.move.atOnce(), Where: []store.Filter{store.Where("pinned", store.Isnt, "")}}
	for _, law := range d.pack().Laws() {
		q.Where = append(q.Where, store.Where("pinned", store.Isnt, law))
	}
	return q
}

func (d *Desk) someElsewhere(ctx context.Context, q store.Query) (files []*casework.File, next string, err error) {
	q.NoTotal = true
	page, err := d.deps.Store.List(ctx, "files", q)
	if err != nil {
		return nil, "", fault.At("files of another pack", err)
	}
	l, err := d.deps.Store.View(ctx, page.Refs()...)
	if err != nil {
		return nil, "", fault.At("files of another pack", err)
	}
	for _, r := range page.Rows {
		if f := fileOf(l, id.File(r.Text("file_id"))); f != nil && !d.pack().Knows(f.Pinned) {
			files = append(files, f)
		}
	}
	return files, page.Next, nil
}

// lookAtOne adds what changes for one file.
func (d *Desk) lookAtOne(ctx context.Context, f *casework.File, to *LawMove, at time.Time) error {
	older, err := d.olderLaws(ctx, f.Pinned)
	if err != nil {
		if fault.Of(err).Kind != fault.NotFound {
			return err
		}
		note(&to.Unread, []string{f.Pinned}, f.ID, nil, nil)
		return nil
	}
	if d.move.anew {
		if f, err = f.Known(d.deps.Laws, at); err != nil || f == nil {
			return err
		}
	}
	s, err := casework.ShiftOf(f, older, d.moment(product, at))
	if err != nil {
		return err
	}
	said := []struct {
		list *[]LawMoveLine
		what []string
	}{
		{&to.Lost, s.Lost}, {&to.Gained, s.Gained}, {&to.Opened, s.Opened}, {&to.Closed, s.Closed}, {&to.Started, s.Started},
		{&to.Ended, s.Ended}, {&to.Moved, s.Moved}, {&to.Read, s.Read}, {&to.Unsaid, s.Unsaid},
	}
	touched := false
	for _, one := range said {
		note(one.list, one.what, f.ID, older, d.deps.Laws)
		touched = touched || len(one.what) > 0
	}
	if !touched {
		to.Untouched++
		return nil
	}
	var in []string
	for _, p := range s.Procedures {
		in = append(in, "procedure."+p)
	}
	note(&to.Procedures, in, f.ID, older, d.deps.Laws)
	return nil
}

// note counts one more person on each of the lines, which stay in order.
func note(list *[]LawMoveLine, what []string, file id.File, older, newer casework.Laws) {
	for _, w := range what {
		i, there := slices.BinarySearchFunc(*list, w, func(l LawMoveLine, w string) int { return strings.Compare(l.What, w) })
		if !there {
			*list = slices.Insert(*list, i, LawMoveLine{What: w, older: older, newer: newer})
		}
		l := &(*list)[i]
		l.People++
		if len(l.files) < moveShown {
			l.files = append(l.files, file)
		}
	}
}

func (d *Desk) olderLaws(ctx context.Context, law string) (casework.Laws, error) {
	if d.deps.Kept == nil {
		return nil, fault.New(fault.NotFound, CodeNotPinned)
	}
	return d.deps.Kept.Of(ctx, law)
}

// code is short enough to be typed, and other when anything that was seen is.
func (l *LawMove) code() string {
	h := sha256.New()
	fmt.Fprintln(h, l.Law, l.Files, l.Untouched)
	for _, list := range l.lines() {
		for _, one := range *list {
			fmt.Fprintln(h, one.What, one.People)
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil)[:5])
}

// losses are the lost as they are signed for.
func (l *LawMove) losses() []casework.LawLoss {
	var out []casework.LawLoss
	for _, one := range l.Lost {
		out = append(out, casework.LawLoss{What: one.What, People: one.People})
	}
	return out
}

// signMove records that the files may be moved. What was seen is what there is,
// or it is to be looked at again.
func (d *Desk) signMove(ctx context.Context, who access.Who, in LawMoveInput, seen LawMove) (casework.Receipt, error) {
	switch {
	case seen.Refused():
		return casework.Receipt{}, fault.New(fault.Conflict, CodeMoveRefused)
	case seen.Files == 0:
		return casework.Receipt{}, fault.New(fault.Conflict, CodeMoveNobody)
	case seen.Code == "" || in.Code != seen.Code:
		return casework.Receipt{}, fault.New(fault.Conflict, CodeMoveChanged)
	}
	for _, one := range seen.Lost {
		if !slices.Contains(in.Looked, one.What) {
			return casework.Receipt{}, fault.Form(fault.Field{Name: "looked", Code: "field.move_looked"})
		}
	}
	signed := casework.LawMoveSigned{Files: seen.Files, Lost: seen.losses(), Reason: in.Reason}
	ref := casework.LawMoveRef(seen.Law)
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{ref}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.SignLawMove(seen.Law, signed, m)
	})
}

// CodeNotPinned says that the pack of a law is not kept, or cannot be read.
const CodeNotPinned = "pack.not_pinned"

// Codes of a move that is not made.
const (
	CodeMoveRefused = "law.move_refused" // files hold what the pack has no word for, or follow a pack that cannot be read
	CodeMoveNobody  = "law.move_nobody"  // no file follows another pack
	// CodeMoveUnsigned: nobody has signed for a law of this pack.
	CodeMoveUnsigned = "law.move_unsigned"
	CodeMoveChanged  = "law.move_changed" // what was looked at is no longer what there is
)

// SignMove is the operator's signature on the command line: who has the database
// and its key. What they saw is looked at again in full.
func (d *Desk) SignMove(ctx context.Context, in LawMoveInput) (casework.Receipt, error) {
	seen, err := d.LookAtMove(ctx, func(int, int) {})
	if err != nil {
		return casework.Receipt{}, err
	}
	for _, one := range seen.Lost {
		in.Looked = append(in.Looked, one.What) // the code was printed under the list
	}
	return d.signMove(ctx, product, in, seen)
}

// LawMoveInput signs for what was seen.
type LawMoveInput struct {
	Key    string
	Code   string
	Looked []string // the losses that were looked at, each
	Reason withheld.Text
}

// signedFor is what may be taken, by every signature to a law of this pack; ok is
// false when there is none.
func (d *Desk) signedFor(ctx context.Context) (out casework.LawMove, ok bool, err error) {
	var refs []casework.Ref
	for _, law := range d.pack().Laws() {
		refs = append(refs, casework.LawMoveRef(law))
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return out, false, fault.At("signed moves", err)
	}
	for _, ref := range refs {
		s := store.As[*casework.LawMove](l, ref)
		if s == nil {
			continue
		}
		lost := append(out.Lost, s.Lost...)
		if !ok || s.At.After(out.At) {
			out = *s
		}
		out.Lost, ok = lost, true
	}
	return out, ok, nil
}

// MoveAll moves every file that was signed for, and says how many of these went
// now and how many wait. Interrupted, it goes on where it stopped.
func (d *Desk) MoveAll(ctx context.Context, progress func(moved int)) (moved, wait int, err error) {
	signed, ok, err := d.signedFor(ctx)
	if err != nil || !ok {
		return 0, 0, errors.Join(err, unlessOK(ok))
	}
	for q := d.elsewhere(); ; {
		n, left, next, err := d.moveBatch(ctx, q, signed.Lost)
		moved, wait = moved+n, wait+left
		if err != nil {
			return moved, wait, err
		}
		progress(moved)
		if next == "" {
			return moved, wait, nil
		}
		q.After = next
	}
}

func unlessOK(ok bool) error {
	if ok {
		return nil
	}
	return fault.New(fault.Conflict, CodeMoveUnsigned)
}

// moveBatch moves some files, each by an act of its own. A file that what was
// signed does not cover waits.
func (d *Desk) moveBatch(ctx context.Context, q store.Query, allowed []string) (moved, wait int, next string, err error) {
	files, next, err := d.someElsewhere(ctx, q)
	if err != nil {
		return 0, 0, "", err
	}
	for _, f := range files {
		switch err := d.moveOne(ctx, f, allowed); {
		case err == nil:
			moved++
		case fault.Is(err, casework.CodeLawUnsaid), fault.Is(err, casework.CodeLawUnsigned), fault.Is(err, CodeNotPinned):
			wait++
		default:
			return moved, wait, "", fault.At("move "+string(f.ID), err)
		}
	}
	return moved, wait, next, nil
}

func (d *Desk) moveOne(ctx context.Context, f *casework.File, allowed []string) error {
	older, err := d.olderLaws(ctx, f.Pinned)
	if err != nil {
		return err
	}
	at, file := d.now(), f.ID
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return fault.At("law of today", err)
	}
	key := "move/" + string(file) + "/" + f.Pinned + "/" + snap.Law
	_, err = d.change(ctx, product, key, snap.Law, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.MoveLaw(fileOf(l, file), older, allowed, m)
	}, func(a *store.Act) { a.Anew = true })
	return gone(err)
}
