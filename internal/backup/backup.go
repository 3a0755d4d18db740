// Package backup writes what the database holds, encrypted, to a folder, checks
// what it wrote against the ledger, and brings it back. Each run adds what came
// since the one before: the record only grows.
//
// It refuses to write in clear, to call a run done before its files were read
// back from the disk, to restore into a database that holds anything, and to keep
// anything that must be forgotten for longer than thirty days.
//
// A backup holds sealed content and wrapped keys. Who has it and the identity
// that decrypts it, and not the master key, reads who was where in the index's
// words, and nothing that anybody said.
package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"pana/internal/fault"
	"pana/internal/ledger"
	"pana/internal/store"
)

// KeysLife is how long the parts live that hold keys: thirty days after an
// erasure the last backup that could undo it is gone.
const KeysLife = store.KeysLife

// allKeysEvery is how often every data key is written, and not only the new ones.
const allKeysEvery = 24 * time.Hour

// Run is one backup: what its manifest says. It is signed with the key that signs
// the ledger's checkpoints, and holds counts and times only.
type Run struct {
	Number  int                         `json:"number"`
	Since   store.Mark                  `json:"since"`
	Upto    store.Mark                  `json:"upto"`
	AllKeys bool                        `json:"all_keys"`
	Schema  int                         `json:"schema"`
	Parts   map[string]File             `json:"parts"`
	Rows    map[string]map[string]int64 `json:"rows"` // of each table, by part
}

// File is one part as it lies in the folder.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Bytes is the size of all parts.
func (r Run) Bytes() (n int64) {
	for _, f := range r.Parts {
		n += f.Size
	}
	return n
}

var parts = []string{store.PartRecord, store.PartKeys, store.PartState}

// head opens a manifest.
const head = "pana backup 1\n"

// Take adds a run to the folder, encrypted to the recipients, and checks it.
func Take(ctx context.Context, s *store.Store, dir string, to []age.Recipient, now time.Time) (Run, error) {
	if len(to) == 0 {
		return Run{}, fault.New(fault.Invalid, "backup.no_recipient")
	}
	verifier, err := verifierOf(ctx, s, now)
	if err != nil {
		return Run{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Run{}, fault.Because(err, fault.Busy, "backup.folder")
	}
	before, err := Runs(dir, verifier)
	if err != nil {
		return Run{}, err
	}
	run := Run{Number: 1, Schema: store.SchemaVersion, Parts: map[string]File{}, Rows: map[string]map[string]int64{}}
	if len(before) > 0 {
		last := before[len(before)-1]
		run.Number, run.Since = last.Number+1, last.Upto
	}
	run.AllKeys = !anyKeysSince(before, now.Add(-allKeysEvery))
	// Whoever keeps the identity is elsewhere. What was written is read back with a
	// key that lives as long as this run.
	here, err := age.GenerateX25519Identity()
	if err != nil {
		return Run{}, err
	}
	if err := run.write(ctx, s, dir, append(slices.Clone(to), here.Recipient()), now); err != nil {
		run.remove(dir)
		return Run{}, err
	}
	if err := run.check(ctx, s, dir, here); err != nil {
		run.remove(dir)
		return Run{}, err
	}
	if err := run.sign(ctx, s, dir, now); err != nil {
		run.remove(dir)
		return Run{}, err
	}
	return run, errors.Join(forget(dir, append(before, run), now), s.BackedUp(ctx, now))
}

func verifierOf(ctx context.Context, s *store.Store, now time.Time) (string, error) {
	_, verifier, err := s.SignText(ctx, head, now)
	return verifier, err
}

// anyKeysSince says whether every data key was written after a time.
func anyKeysSince(runs []Run, after time.Time) bool {
	return slices.ContainsFunc(runs, func(r Run) bool { return r.AllKeys && r.Upto.At.After(after) })
}

func (r *Run) file(part string) string { return fmt.Sprintf("%06d-%s.age", r.Number, part) }

func (r *Run) manifest() string { return fmt.Sprintf("%06d.manifest", r.Number) }

func (r *Run) remove(dir string) {
	for _, part := range parts {
		_ = os.Remove(filepath.Join(dir, r.file(part)))
	}
}

// write copies the database into the parts.
func (r *Run) write(ctx context.Context, s *store.Store, dir string, to []age.Recipient, now time.Time) error {
	w := &writing{dir: dir, run: r, to: to, open: map[string]*partWriter{}}
	defer w.abandon()
	for _, part := range parts {
		if err := w.begin(part); err != nil {
			return err
		}
	}
	var err error
	if r.Upto, err = s.CopyOut(ctx, r.Since, r.AllKeys, now, w); err != nil {
		return err
	}
	if r.Upto.Keys != r.Since.Keys {
		r.AllKeys = true
	}
	for _, part := range parts {
		if err := w.end(part); err != nil {
			return err
		}
	}
	return syncDir(dir)
}

// writing sends rows to the part they belong to.
type writing struct {
	dir  string
	run  *Run
	to   []age.Recipient
	open map[string]*partWriter
	at   *partWriter
}

// partWriter is one file: rows, packed, encrypted, counted.
type partWriter struct {
	f    *os.File
	sum  hash.Hash
	size int64
	age  io.WriteCloser
	gz   *gzip.Writer
	rows *rowWriter
}

func (p *partWriter) Write(b []byte) (int, error) {
	n, err := p.f.Write(b)
	p.sum.Write(b[:n])
	p.size += int64(n)
	return n, err
}

func (w *writing) begin(part string) error {
	// Two runs at once would take the same number: the second finds the file there.
	f, err := os.OpenFile(filepath.Join(w.dir, w.run.file(part)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Because(err, fault.Busy, "backup.folder")
	}
	p := &partWriter{f: f, sum: sha256.New()}
	w.open[part] = p
	if p.age, err = age.Encrypt(p, w.to...); err != nil {
		return fault.Because(err, fault.Invalid, "backup.recipient")
	}
	p.gz, _ = gzip.NewWriterLevel(p.age, gzip.BestSpeed) // the level is one there is
	p.rows = newRowWriter(p.gz)
	return nil
}

func (w *writing) Table(part, name string, columns []string) error {
	w.at = w.open[part]
	return w.at.rows.table(name, columns)
}

func (w *writing) Row(values []any) error { return w.at.rows.row(values) }

func (w *writing) end(part string) error {
	p := w.open[part]
	err := errors.Join(p.rows.end(), p.gz.Close(), p.age.Close(), p.f.Sync(), p.f.Close())
	if err != nil {
		return fault.Because(err, fault.Busy, "backup.write")
	}
	delete(w.open, part)
	w.run.Parts[part] = File{w.run.file(part), p.size, hex.EncodeToString(p.sum.Sum(nil))}
	w.run.Rows[part] = p.rows.count
	return nil
}

func (w *writing) abandon() {
	for _, p := range w.open {
		_ = p.f.Close()
	}
}

// check reads the parts back from the disk and compares them: what was counted is
// there, and the events are the ledger's, leaf by leaf, up to its root.
func (r *Run) check(ctx context.Context, s *store.Store, dir string, key age.Identity) error {
	grown, err := s.CheckGrowth(ctx, r.Since)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := r.read(dir, part, []age.Identity{key}, &checking{grown: grown}); err != nil {
			return err
		}
	}
	return grown.End(r.Upto)
}

type checking struct {
	grown   *store.CheckGrowth
	events  bool
	columns []string
}

func (c *checking) Table(_, name string, columns []string) error {
	c.events, c.columns = name == "events", columns
	return nil
}

func (c *checking) Row(values []any) error {
	if !c.events {
		return nil
	}
	return c.grown.Event(c.columns, values)
}

// read decrypts one part and gives its rows to a sink.
func (r *Run) read(dir, part string, with []age.Identity, to sink) error {
	want := r.Parts[part]
	f, err := os.Open(filepath.Join(dir, r.file(part)))
	if errors.Is(err, os.ErrNotExist) {
		return fault.Because(err, fault.NotFound, "backup.part_missing", "part", r.file(part))
	}
	if err != nil {
		return fault.Because(err, fault.Busy, "backup.folder")
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	plain, err := age.Decrypt(io.TeeReader(f, sum), with...)
	if err != nil {
		return fault.Because(err, fault.Invalid, "backup.identity")
	}
	gz, err := gzip.NewReader(plain)
	if err != nil {
		return fault.Because(err, fault.Invalid, "backup.damaged", "part", r.file(part))
	}
	count, err := readRows(gz, part, to)
	if err != nil {
		if fault.Of(err).Code != "internal" {
			return err
		}
		return fault.Because(err, fault.Invalid, "backup.damaged", "part", r.file(part))
	}
	_, err = io.Copy(sum, f)
	if err != nil || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 || !sameCounts(count, r.Rows[part]) {
		return fault.Because(err, fault.Invalid, "backup.damaged", "part", r.file(part))
	}
	return nil
}

func sameCounts(a, b map[string]int64) bool {
	if len(a) != len(b) {
		return false
	}
	for name, n := range a {
		if m, ok := b[name]; !ok || m != n {
			return false
		}
	}
	return true
}

// sign makes the run one: until its manifest is there, it is not.
func (r *Run) sign(ctx context.Context, s *store.Store, dir string, now time.Time) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	signed, _, err := s.SignText(ctx, head+string(text)+"\n", now)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, r.manifest())
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Because(err, fault.Busy, "backup.folder")
	}
	_, err = f.WriteString(signed)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".new", path) // after this line the run counts
	}
	if err = errors.Join(err, syncDir(dir)); err != nil {
		return fault.Because(err, fault.Busy, "backup.folder")
	}
	return nil
}

// Runs reads the manifests of a folder, in order. With a verifier, each must be
// signed with its key.
func Runs(dir, verifier string) (out []Run, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.manifest"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Because(err, fault.Busy, "backup.folder")
		}
		r, err := readManifest(b, verifier)
		if err != nil || filepath.Base(name) != r.manifest() {
			return nil, fault.Because(err, fault.Invalid, "backup.manifest", "file", filepath.Base(name))
		}
		if n := len(out); n > 0 && (r.Number != out[n-1].Number+1 || r.Since.Root != out[n-1].Upto.Root || r.Since.Leaves != out[n-1].Upto.Leaves) {
			return nil, fault.New(fault.Invalid, "backup.run_missing", "before", filepath.Base(name))
		}
		out = append(out, r)
	}
	if len(out) > 0 && out[0].Number != 1 {
		return nil, fault.New(fault.Invalid, "backup.run_missing", "before", out[0].manifest())
	}
	return out, nil
}

func readManifest(b []byte, verifier string) (r Run, err error) {
	text := string(b)
	if verifier != "" {
		if text, err = ledger.OpenText(text, verifier); err != nil {
			return r, err
		}
	} else {
		text, _, _ = strings.Cut(text, "\n\n— ")
	}
	body, ok := strings.CutPrefix(text, head)
	if !ok {
		return r, ErrUnreadable
	}
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.DisallowUnknownFields()
	return r, d.Decode(&r)
}

// forget deletes the parts that are too old to be kept. The newest run's stay.
func forget(dir string, runs []Run, now time.Time) error {
	for _, r := range runs[:len(runs)-1] {
		if now.Sub(r.Upto.At) < KeysLife {
			continue
		}
		for _, part := range []string{store.PartKeys, store.PartState} {
			if err := os.Remove(filepath.Join(dir, r.file(part))); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fault.Because(err, fault.Busy, "backup.not_forgotten", "part", r.file(part))
			}
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every system syncs a folder
	return d.Close()
}
