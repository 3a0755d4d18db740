package app

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/packs"
)

// laws gives one pack's law of any day.
type laws struct{ p *pack.Pack }

func (l laws) Pack() *pack.Pack { return l.p }

// On gives the snapshot of a day. A loaded pack compiles on every day it
// covers: readPack has seen to that.
func (l laws) On(day time.Time) (*pack.Snapshot, error) {
	snap, problems := l.p.At(day)
	if bad := pack.Errors(problems); len(bad) > 0 {
		return nil, fmt.Errorf("law of %s: %s", day.Format(time.DateOnly), bad[0])
	}
	return snap, nil
}

// nowLaws is the pack that a store folds under. Which one that is the store itself has
// to say, so it is put here once, before anything is folded that the law touches.
type nowLaws struct{ pack atomic.Pointer[pack.Pack] }

func (n *nowLaws) Pack() *pack.Pack { return n.pack.Load() }

func (n *nowLaws) On(day time.Time) (*pack.Snapshot, error) { return laws{n.Pack()}.On(day) }

// model is casework under one pack, as the store wants it.
type model struct{ laws casework.Laws }

func (m model) Fold(s casework.State, events ...casework.Event) (casework.State, error) {
	return casework.Replay(m.laws, s, events)
}
func (model) Rows(s casework.State) []casework.Row      { return casework.Rows(s) }
func (model) Tables() []casework.Table                  { return casework.Tables() }
func (model) Encode(p casework.Payload) ([]byte, error) { return casework.Encode(p) }
func (model) Decode(typ string, version int, b []byte) (casework.Payload, error) {
	return casework.Decode(typ, version, b)
}

// packFiles is the country's folder: one named on the command line, or the one
// that comes with the program.
func packFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return fs.Sub(packs.FS, "kz")
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	return os.DirFS(dir), nil
}

// readPack loads a pack that can be operated, or says everything that is wrong
// with it.
func readPack(dir string) (*pack.Pack, fs.FS, error) {
	p, files, err := loadPack(dir)
	if err != nil {
		return nil, nil, err
	}
	return p, files, lookAtPack(dir)
}

// loadPack loads a pack whose files can be read. What they say of each other
// somebody else looks at.
func loadPack(dir string) (*pack.Pack, fs.FS, error) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, nil, err
	}
	if dir == "" {
		p, err := ownPack()
		return p, files, err
	}
	p, err := load(files)
	return p, files, err
}

// lookAtPack says everything that is wrong with a pack. It has the pack for
// itself: the laws of every day, which only it asks for, are sixty megabytes that
// go when it is done. A demonstration lives its past in the meantime, and serves
// when both are done.
func lookAtPack(dir string) error {
	if dir == "" {
		return ownPackLooked()
	}
	files, err := packFiles(dir)
	if err != nil {
		return err
	}
	return look(files)
}

// The pack that comes with the program cannot change while it runs: it is read
// once and looked at once.
var (
	ownPack = sync.OnceValues(func() (*pack.Pack, error) {
		files, err := packFiles("")
		if err != nil {
			return nil, err
		}
		return load(files)
	})
	ownPackLooked = sync.OnceValue(func() error {
		files, err := packFiles("")
		if err != nil {
			return err
		}
		return look(files)
	})
)

func load(files fs.FS) (*pack.Pack, error) {
	p, problems := pack.Load(files)
	if len(pack.Errors(problems)) > 0 {
		problems = append(problems, pack.Lint(p, pack.Operated)...) // all at once
	}
	return p, refuseBad(problems)
}

func look(files fs.FS) error {
	p, err := load(files)
	if err != nil {
		return err
	}
	return refuseBad(pack.Lint(p, pack.Operated))
}

// refuseBad is every error among the problems, or nil.
func refuseBad(problems []pack.Problem) error {
	bad := pack.Errors(problems)
	if len(bad) == 0 {
		return nil
	}
	errs := make([]error, 0, len(bad)+1)
	for _, b := range bad {
		errs = append(errs, errors.New(b.String()))
	}
	return errors.Join(append(errs, fmt.Errorf("the pack has %d errors; see pana pack lint --operate", len(bad)))...)
}

// pin keeps the pack's bytes under the digest of today's law, for ever.
func pin(ctx context.Context, s *store.Store, e *edition, at time.Time) error {
	snap, err := laws{e.pack}.On(at)
	if err != nil {
		return err
	}
	return s.PinPack(ctx, snap.Law, e.content, at)
}

// archive is a folder as one tar file, the same for the same content.
func archive(files fs.FS) ([]byte, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range names {
		if err := addFile(w, files, name); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}

func addFile(w *tar.Writer, files fs.FS, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
		return err
	}
	_, err = io.Copy(w, bytes.NewReader(data))
	return err
}

// keptLaws reads packs that files were pinned to, once each.
type keptLaws struct {
	store *store.Store
	also  *laws // a pack that the operator has in a folder; nil: none

	mu    sync.Mutex
	known map[string]*laws // by the digest they are kept under; nil: it cannot be read any more
}

func newKeptLaws(s *store.Store, also *laws) *keptLaws {
	return &keptLaws{store: s, also: also, known: map[string]*laws{}}
}

// Of is the pack of whose days one has this law. It is kept under the law of the
// day on which it was first run, and a file may be pinned to a later day's.
func (k *keptLaws) Of(ctx context.Context, law string) (casework.Laws, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.also != nil && k.also.p.Knows(law) {
		return *k.also, nil
	}
	for _, l := range k.known {
		if l != nil && l.p.Knows(law) {
			return *l, nil
		}
	}
	digests, err := k.store.PinnedPacks(ctx)
	if err != nil {
		return nil, err
	}
	// Whole editions last: most of them stand under a law too.
	slices.SortStableFunc(digests, func(a, b string) int {
		return strings.Count(a, editionPrefix) - strings.Count(b, editionPrefix)
	})
	for _, digest := range digests {
		if _, read := k.known[digest]; read {
			continue
		}
		if k.known[digest], err = k.read(ctx, digest); err != nil {
			return nil, err
		}
		if l := k.known[digest]; l != nil && l.p.Knows(law) {
			return *l, nil
		}
	}
	return nil, fault.New(fault.NotFound, desk.CodeNotPinned, "digest", law)
}

// read gives nil for a pack that this program cannot read: the format has moved on
// since. Who has the folder mended can name it (pana pack migrate --from).
func (k *keptLaws) read(ctx context.Context, digest string) (*laws, error) {
	content, err := k.store.PinnedPack(ctx, digest)
	if err != nil {
		return nil, err
	}
	if p, _ := readable(content); p != nil {
		return &laws{p}, nil
	}
	return nil, nil
}

// readable is the pack that was kept as these bytes, with its folder; nil: this program
// cannot read it.
func readable(content []byte) (*pack.Pack, fs.FS) {
	files, err := unarchive(content)
	if err != nil {
		return nil, nil
	}
	p, problems := pack.Load(files)
	if refuseBad(problems) != nil {
		return nil, nil
	}
	return p, files
}

// unarchive is the folder that archive made a file of. It is a zip in memory, for
// that is what the standard library reads as a folder.
func unarchive(content []byte) (fs.FS, error) {
	var out bytes.Buffer
	w, r := zip.NewWriter(&out), tar.NewReader(bytes.NewReader(content))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: h.Name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(f, r); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
}
