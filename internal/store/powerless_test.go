package store_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// powerless is a file system that remembers what was written since the last
// sync, so that it can say what would be left if the power went now. It can
// also be full, closed to writing, or slow.
type powerless struct {
	vfs.VFS
	mu    sync.Mutex
	undo  map[string][]undo // by path, oldest first
	syncs int
	full  atomic.Bool
	shut  atomic.Bool  // writes fail as on a disk that the kernel made read-only
	slow  atomic.Int64 // how long a sync takes, in nanoseconds
	deaf  atomic.Bool  // syncs say they worked and do nothing: for testing the test
}

// undo takes one write back.
type undo struct {
	at   int64
	old  []byte
	size int64 // of the file before
}

func newPowerless(name string) *powerless {
	p := &powerless{VFS: vfs.Find(""), undo: map[string][]undo{}}
	vfs.Register(name, p)
	return p
}

// OpenFilename is what SQLite calls.
func (p *powerless) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(p.VFS, name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &powerlessFile{File: f, p: p, path: name.String()}, flags, nil
}

type powerlessFile struct {
	vfs.File
	p    *powerless
	path string
}

func (f *powerlessFile) SharedMemory() vfs.SharedMemory {
	if shared, ok := f.File.(vfs.FileSharedMemory); ok {
		return shared.SharedMemory()
	}
	return nil
}

func (f *powerlessFile) WriteAt(b []byte, at int64) (int, error) {
	if f.p.full.Load() {
		return 0, sqlite3.FULL
	}
	if f.p.shut.Load() {
		return 0, sqlite3.IOERR_WRITE // what this VFS makes of EROFS
	}
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	if err := f.remember(at, len(b)); err != nil {
		return 0, err
	}
	return f.File.WriteAt(b, at)
}

func (f *powerlessFile) Truncate(size int64) error {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	before, err := f.Size()
	if err != nil {
		return err
	}
	if err := f.remember(size, int(max(0, before-size))); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *powerlessFile) remember(at int64, n int) error {
	size, err := f.Size()
	if err != nil {
		return err
	}
	old := make([]byte, max(0, min(int64(n), size-at)))
	if _, err := f.ReadAt(old, at); err != nil {
		return err
	}
	f.p.undo[f.path] = append(f.p.undo[f.path], undo{at, old, size})
	return nil
}

func (f *powerlessFile) Sync(flags vfs.SyncFlag) error {
	time.Sleep(time.Duration(f.p.slow.Load())) // before the lock: a read does not wait for it
	if f.p.shut.Load() {
		return sqlite3.IOERR_FSYNC
	}
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	if f.p.deaf.Load() {
		return nil
	}
	if err := f.File.Sync(flags); err != nil {
		return err
	}
	f.p.syncs++
	delete(f.p.undo, f.path)
	return nil
}

// cut copies what would be left of a database if the power went now. keep says
// how many of the unsynced writes of a file, out of so many, reached the disk
// all the same.
func (p *powerless) cut(database, to string, keep func(of int) int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(database + end)
		if err != nil {
			return err
		}
		undos := p.undo[database+end]
		kept := keep(len(undos))
		for i := len(undos) - 1; i >= kept; i-- {
			b = undos[i].apply(b)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(database)+end), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (u undo) apply(b []byte) []byte {
	for int64(len(b)) < u.size {
		b = append(b, 0)
	}
	copy(b[u.at:], u.old)
	return b[:u.size]
}
