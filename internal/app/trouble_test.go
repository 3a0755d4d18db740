package app

import (
	"database/sql"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/testkit"
)

// disk is a real one until it is full.
type disk struct {
	vfs.VFS
	name   string
	full   atomic.Bool
	writes atomic.Int64
	after  int64 // after so many writes
	then   func()
}

// newDisk registers a disk under the name of its test.
func newDisk(t *testing.T, more ...string) *disk {
	d := &disk{VFS: vfs.Find(""), name: strings.Join(append([]string{t.Name()}, more...), "-")}
	vfs.Register(d.name, d)
	t.Cleanup(func() { vfs.Unregister(d.name) })
	return d
}

// OpenFilename is what SQLite calls.
func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(d.VFS, name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &diskFile{f, d}, flags, nil
}

type diskFile struct {
	vfs.File
	d *disk
}

func (f *diskFile) SharedMemory() vfs.SharedMemory {
	if shared, ok := f.File.(vfs.FileSharedMemory); ok {
		return shared.SharedMemory()
	}
	return nil
}

func (f *diskFile) WriteAt(b []byte, at int64) (int, error) {
	if f.d.full.Load() {
		return 0, sqlite3.FULL
	}
	if n := f.d.writes.Add(1); f.d.then != nil && n == f.d.after {
		f.d.then()
	}
	return f.File.WriteAt(b, at)
}

// trouble is a worker in front of a filled form while the machine fails.
type trouble struct {
	*testing.T
	l *live
}

// form is a whole concern, ready to be recorded.
func (tr trouble) form() url.Values {
	return url.Values{
		"key": {string(id.New[id.Event](tr.l.clock.Now()))}, "at": {"check"}, "go": {"record"}, "safety": {"not_safe"}, "age_known": {"under_18"}, "sex": {"female"},
		"consent": {"child"}, "needs": {"bed_tonight"}, "indicators": {"excessive_hours"}, "region": {"KZ-61"}, "call_name": {"Айгүл"},
	}
}

func (tr trouble) files() int {
	tr.Helper()
	n, err := tr.l.store.Count(tr.Context(), "files", store.Query{Scope: access.All{}})
	if err != nil {
		tr.Fatal(err)
	}
	return n
}

// TestAFullDisk: the worker is told that nothing was recorded and how to mend
// it; nothing is half-written; when there is room again the same form is taken.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	d := newDisk(t)
	l := begin(t, func(p *plan) { p.vfs = d.name })
	tr := trouble{t, l}
	tr.lasts(func() { d.full.Store(true) }, func() { d.full.Store(false) }, "store.full")
}

// TestALockedDatabase: another program holds the write lock for longer than
// anybody waits.
func TestALockedDatabase(t *testing.T) {
	t.Parallel()
	l := begin(t, func(p *plan) { p.busy = 200 * time.Millisecond })
	other, err := sql.Open("sqlite3", "file:"+filepath.Join(l.dir, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	exec := func(q string) func() {
		return func() {
			if _, err := other.ExecContext(t.Context(), q); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
	}
	trouble{t, l}.lasts(exec("begin immediate"), exec("rollback"), "store.busy")
}

// lasts tries a concern while something is wrong, and after it.
func (tr trouble) lasts(begins, ends func(), code string) {
	tr.Helper()
	var readers []*testkit.Plain
	for _, lang := range []string{"kk", "ru", "en"} {
		p := tr.l.plain(tr.T, lang)
		enter(p, "", "inspector") // before: a session is written too
		p.Go("/work")
		readers = append(readers, p)
	}
	before := tr.files()
	begins()
	var sentences []string
	for _, p := range readers {
		p.Go("/work")
		if p.Status() != http.StatusOK {
			tr.Errorf("reading fails too: %d", p.Status())
		}
		p.Do("POST", "/concern", tr.form())
		got := whatIsTold(p)
		if got.status != http.StatusServiceUnavailable || got.code != code {
			tr.Errorf("told %d %s, want 503 %s", got.status, got.code, code)
		}
		if got.sentence == "" || strings.Contains(got.sentence, "⟦") || slices.Contains(sentences, got.sentence) {
			tr.Errorf("no sentence of its own: %q", got.sentence)
		}
		sentences = append(sentences, got.sentence)
		if !testkit.Sees(p, "value", "Айгүл") || !testkit.Sees(p, "value", "bed_tonight") {
			tr.Error("what was typed is not on the page")
		}
	}
	if n := tr.files(); n != before {
		tr.Errorf("half-written: %d files were %d", n, before)
	}
	ends()
	for i, p := range readers {
		p.Press("go", "record")
		if !testkit.Sees(p, "data-page", "result.title") {
			tr.Errorf("after it: %d %v %v", p.Status(), p.All("data-page"), p.All("data-code"))
		}
		if n := tr.files(); n != before+i+1 {
			tr.Errorf("after %d were sent again: %d files were %d", i+1, n, before)
		}
	}
	if _, err := tr.l.store.Verify(tr.Context(), store.VerifyAll, nil); err != nil {
		tr.Errorf("verify: %v", err)
	}
}

// TestAClockThatJumps: the machine's clock is set back, and forward by a year,
// between one act and the next. Each act is recorded, in the order in which
// they were done, and the record agrees.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	l := begin(t)
	s, ask := storyOf(t, l, l.plain(t, "ru"))
	s.name = girl.name
	s.recordConcern(girl)
	l.clock.ahead.Add(-int64(3 * time.Hour)) // the product never pushes it back; a machine may
	s.addName(girl)
	s.refer(ask...)
	l.clock.ahead.Add(int64(366 * 24 * time.Hour))
	s.accept("/~2")
	s.r.Go("/file/" + s.file)
	s.page("file.title")
	ref := casework.Ref{Kind: casework.FileStream, ID: s.file}
	loaded, err := l.store.View(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	line := store.As[*casework.File](loaded, ref).Timeline
	if !slices.IsSortedFunc(line, func(a, b casework.Entry) int { return a.Recorded.Compare(b.Recorded) }) {
		t.Error("what was recorded later says that it was earlier")
	}
	if _, err := l.store.Verify(t.Context(), store.VerifyAll, nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}
