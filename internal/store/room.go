package store

import (
	"errors"
	"sync"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// roomVFS is the driver's own file system, save that it tells SQLite of a disk
// that is full, or of a quota that is used up. The driver looks for that error
// without unwrapping it, so that SQLite heard of a broken disk, and people were
// told that the database was away when somebody had to make room
// (TestRealSmallDisk).
type roomVFS struct{ vfs.VFS }

const roomName = "pana"

var registerRoom = sync.OnceFunc(func() { vfs.Register(roomName, roomVFS{vfs.Find("")}) })

// OpenFilename is what SQLite calls.
func (r roomVFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(r.VFS, name, flags)
	if err != nil {
		return nil, flags, noRoom(err)
	}
	return roomFile{f}, flags, nil
}

type roomFile struct{ vfs.File }

func (f roomFile) WriteAt(b []byte, at int64) (int, error) {
	n, err := f.File.WriteAt(b, at)
	return n, noRoom(err)
}

func (f roomFile) Sync(flags vfs.SyncFlag) error { return noRoom(f.File.Sync(flags)) }

func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return vfs.SystemError(err, sqlite3.FULL)
	}
	return err
}

// What the driver's files can do beyond vfs.File, and SQLite asks them for.

func (f roomFile) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
func (f roomFile) LockState() vfs.LockLevel       { return vfsutil.WrapLockState(f.File) }
func (f roomFile) SizeHint(size int64) error      { return noRoom(vfsutil.WrapSizeHint(f.File, size)) }
func (f roomFile) HasMoved() (bool, error)        { return vfsutil.WrapHasMoved(f.File) }
func (f roomFile) PersistWAL() bool               { return vfsutil.WrapPersistWAL(f.File) }
func (f roomFile) SetPersistWAL(keep bool)        { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f roomFile) PowersafeOverwrite() bool       { return vfsutil.WrapPowersafeOverwrite(f.File) }
func (f roomFile) SetPowersafeOverwrite(on bool)  { vfsutil.WrapSetPowersafeOverwrite(f.File, on) }
