package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/store"
)

// Who may read what is in the pack, so who can write to a folder must not be who
// decides it. What runs is the edition that was adopted last, out of the database; the
// folder is an offer, until two administrators adopt it (docs/decisions/0035).

// editionPrefix keeps whole editions apart from packs that are kept under a law.
const editionPrefix = "edition:"

// edition is a pack with the folder that it was read from, and what it is as a whole.
type edition struct {
	pack    *pack.Pack
	files   fs.FS
	content []byte
	casework.Edition
}

func editionOf(p *pack.Pack, files fs.FS) (*edition, error) {
	content, err := archive(files)
	if err != nil {
		return nil, fmt.Errorf("pack's bytes: %w", err)
	}
	e := &edition{pack: p, files: files, content: content}
	e.Edition = casework.Edition{Digest: p.Digest(), Bytes: bytesOf(content), Pack: p.Head.ID, Version: p.Head.Version, Format: pack.Format}
	return e, nil
}

func bytesOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// on is the edition with the law of a day.
func (e *edition) on(at time.Time) (casework.Edition, error) {
	snap, err := laws{e.pack}.On(at)
	if err != nil {
		return casework.Edition{}, err
	}
	out := e.Edition
	out.Law = snap.Law
	return out, nil
}

// keptEdition reads an edition from the database. That its bytes are those that were
// adopted is looked at, and not believed; nil is one that this program cannot read.
func keptEdition(ctx context.Context, s *store.Store, bytes string) (*edition, error) {
	content, err := s.PinnedPack(ctx, editionPrefix+bytes)
	if err != nil {
		return nil, err
	}
	if bytesOf(content) != bytes {
		return nil, fault.New(fault.Internal, CodeEditionBytes)
	}
	p, files := readable(content)
	if p == nil {
		return nil, nil
	}
	if _, err := (laws{p}).On(time.Now()); err != nil {
		return nil, nil
	}
	return editionOf(p, files)
}

// CodeEditionNewer: this program is older than the one that adopted what runs, and cannot
// read it. It does not start: what it was given is what another edition took the place of.
const CodeEditionNewer = "adoption.newer_program"

// CodeEditionBytes: what stands in the database is not what was adopted.
const CodeEditionBytes = "adoption.bytes"

// opened is a store with the pack that it works under.
type opened struct {
	*store.Store
	running *edition
	// offered is what the folder holds where that is another edition; with bad it does
	// not load.
	offered *edition
	bad     error
	adopted *casework.Adoption
	unread  bool // the adopted edition cannot be read by this program
}

// choose finds which edition runs: the one that was adopted last. Without keys nobody
// can say, and what is given is taken, for such a store folds nothing.
func (o *opened) choose(ctx context.Context) error {
	if o.Keys() == nil {
		return nil
	}
	var err error
	if o.adopted, err = lastAdopted(ctx, o.Store); err != nil {
		return err
	}
	given := o.running
	if o.adopted == nil || given != nil && o.adopted.Edition.Is(given.Edition) {
		return o.bad
	}
	kept, err := keptEdition(ctx, o.Store, o.adopted.Edition.Bytes)
	switch {
	case err != nil:
		return fmt.Errorf("the adopted edition of the pack: %w", err)
	case kept == nil && given == nil:
		return fmt.Errorf("the adopted edition of the pack cannot be read by this program, and the folder is no other: %w", o.bad)
	case kept == nil && o.adopted.Edition.Format > pack.Format:
		return fault.New(fault.Conflict, CodeEditionNewer)
	case kept == nil:
		o.unread = true
		return nil
	case given != nil && kept.Digest == given.Digest: // another program computes another digest of the same
		return nil
	}
	o.running, o.offered = kept, given
	return nil
}

func lastAdopted(ctx context.Context, s *store.Store) (*casework.Adoption, error) {
	l, err := s.View(ctx, casework.AdoptionRef())
	if err != nil {
		return nil, fmt.Errorf("which pack was adopted: %w", err)
	}
	return store.As[*casework.Adoption](l, casework.AdoptionRef()), nil
}

// adopt records what the product itself adopts: the first edition, and one whose
// forerunner nobody can read any more. It keeps the bytes first, so that what is adopted
// can be run. Two nodes that begin at once adopt once.
func (h *house) adopt(ctx context.Context, now time.Time) error {
	if h.opened.adopted != nil && !h.opened.unread {
		return nil
	}
	e, err := h.opened.running.on(now)
	if err != nil {
		return err
	}
	if err := h.store.PinPack(ctx, editionPrefix+e.Bytes, h.opened.running.content, now); err != nil {
		return err
	}
	in := casework.PackAdopted{Edition: e, How: casework.AdoptedFirst}
	if was := h.opened.adopted; was != nil {
		in.How, in.Was = casework.AdoptedUnread, was.Edition.Bytes
		h.log.Warn("the adopted edition of the pack cannot be read by this program; the one it was given was adopted in its place", "was", was.Edition.Bytes, "now", e.Bytes)
	}
	err = h.installer(now).act(ctx, "adopt/"+in.Was+"/"+e.Bytes, []casework.Ref{casework.AdoptionRef()}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.AdoptPack(store.As[*casework.Adoption](l, casework.AdoptionRef()), in, m)
	})
	if fault.Is(err, casework.CodeAdoptionMoved) {
		return fmt.Errorf("another node adopted another edition at this moment; start again: %w", err)
	}
	return err
}

// tellOffered says in the log that the folder is not what runs.
func (h *house) tellOffered() {
	if lines := h.opened.differs(); lines != "" {
		h.log.Warn(lines, "runs", h.opened.running.Bytes)
	}
}

// differs says in a sentence how the folder differs from what runs; empty: it does not.
func (o *opened) differs() string {
	switch {
	case o.offered != nil:
		return "the folder holds another edition of the pack (" + o.offered.Pack + " " + o.offered.Version + ") than the adopted one, which goes on running"
	case o.bad != nil:
		return "the folder holds a pack that does not load; the adopted edition goes on running"
	}
	return ""
}

// editions are the packs as wholes that a desk may speak of.
type editions struct {
	store   *store.Store
	running casework.Edition
	offered *edition
	bad     []string // what is wrong with the folder's pack
}

func (h *house) editions(now time.Time) (*editions, error) {
	out := &editions{store: h.store, offered: h.opened.offered}
	if h.opened.bad != nil {
		out.bad = strings.Split(h.opened.bad.Error(), "\n")
	}
	var err error
	out.running, err = h.opened.running.on(now)
	return out, err
}

func (e *editions) Running() casework.Edition { return e.running }

// Offered is what this node's folder holds.
func (e *editions) Offered(now time.Time) (desk.OfferedPack, error) {
	out := desk.OfferedPack{Problems: e.bad}
	if e.offered == nil {
		return out, nil
	}
	ed, err := e.offered.on(now)
	if err != nil {
		out.Problems = append(out.Problems, err.Error())
		return out, nil
	}
	out.Edition, out.Laws = ed, laws{e.offered.pack}
	return out, nil
}

// Keep puts the folder's edition into the database, where every node finds it.
func (e *editions) Keep(ctx context.Context, bytes string, at time.Time) error {
	if e.offered == nil || e.offered.Bytes != bytes {
		return fault.New(fault.Conflict, desk.CodeAdoptionGone)
	}
	return e.store.PinPack(ctx, editionPrefix+bytes, e.offered.content, at)
}

// Of is an edition that was kept.
func (e *editions) Of(ctx context.Context, bytes string) (casework.Laws, error) {
	if e.offered != nil && e.offered.Bytes == bytes {
		return laws{e.offered.pack}, nil
	}
	kept, err := keptEdition(ctx, e.store, bytes)
	if err != nil {
		return nil, err
	}
	if kept == nil {
		return nil, fault.New(fault.Conflict, desk.CodeAdoptionUnread)
	}
	return laws{kept.pack}, nil
}

// Lint looks at a copy: the laws of every day, which only it asks for, go when it is done.
func (e *editions) Lint(ctx context.Context, bytes string) ([]pack.Problem, error) {
	content, err := e.content(ctx, bytes)
	if err != nil {
		return nil, err
	}
	files, err := unarchive(content)
	if err != nil {
		return nil, err
	}
	p, problems := pack.Load(files)
	if len(pack.Errors(problems)) > 0 {
		return problems, nil
	}
	return append(problems, pack.Lint(p, pack.Operated)...), nil
}

func (e *editions) content(ctx context.Context, bytes string) ([]byte, error) {
	if e.offered != nil && e.offered.Bytes == bytes {
		return e.offered.content, nil
	}
	return e.store.PinnedPack(ctx, editionPrefix+bytes)
}

// lookUnlinted looks at the pack that a demonstration runs, where that is the folder's;
// an adopted one was looked at before it was moved.
func (h *house) lookUnlinted() error {
	if h.opened.differs() != "" {
		return nil
	}
	return lookAtPack(h.packDir)
}
