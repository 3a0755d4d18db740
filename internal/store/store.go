// Package store keeps the record: events, and beside them, in the same
// transaction, the index that finds them, the ledger that proves them and the
// jobs that follow from them. It stores and finds; it computes no state, that
// is casework's, and decides nothing. One text of SQL serves SQLite and
// PostgreSQL. It refuses to write outside a transaction, to lend content to an
// error, and to keep anything about a person in clear that casework did not
// declare clear.
//
// Clocks may jump. The time an event is recorded is that of its act, or that of
// the event recorded before it when the act's is earlier: recorded time never
// runs back within the ledger, and stands still until a clock that was set back
// has caught up.
package store

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
	"pana/internal/seal"
)

// Model is what events add up to: package casework, behind an interface so that
// the store's own tests can use a smaller one.
type Model interface {
	// Fold adds the next events of a stream, in order; s is nil before the first.
	Fold(s casework.State, events ...casework.Event) (casework.State, error)
	Rows(s casework.State) []casework.Row
	Tables() []casework.Table
	Encode(p casework.Payload) ([]byte, error)
	Decode(typ string, version int, b []byte) (casework.Payload, error)
}

// Options say where the database is and what it is for.
type Options struct {
	Address string // a file's path, or postgres://…
	Stamp   string // demo or serve: a database is opened by the mode that made it
	Origin  string // names the ledger in checkpoints
	Model   Model
	Master  seal.Master   // opens the keys; nil: only what needs no keys can be done
	Readers int           // connections that read; 0: four
	Cached  int           // bytes of sealed content whose folded states are kept; 0: 32 MiB
	Busy    time.Duration // how long to wait for somebody else's transaction; 0: five seconds
	Group   int           // most acts in one transaction; 0: 128
	Silence time.Duration // how long PostgreSQL may leave a group of acts without an answer, and a node PostgreSQL; 0: twenty seconds
	// Unindexed leaves the index as it stands, even when it is another's: for who
	// will have it made anew at once.
	Unindexed bool
	// Verifier checks checkpoints instead of the key in the database, which who
	// changes the one could change too.
	Verifier string
	// VFS names a file system of SQLite's to keep the database on: for tests, one
	// that loses power or room.
	VFS string
}

// Store is an open database. Its methods may be used by many at once.
type Store struct {
	d       *dialect
	begin   string // a writing transaction, with how long it waits its turn
	opt     Options
	readers *pool
	writers *pool
	vault   *pool // for key-encryption keys: never waits for the other two
	keys    *seal.Keyring
	cache   *cache
	index   []indexTable
	byName  map[string]*indexTable

	edge     *ledger.Tree // the committer's own: the tree's right edge at edgeRoot
	edgeRoot ledger.Hash

	queue  chan *turn
	stop   chan struct{}
	ended  chan struct{}
	closed sync.Once
}

// Open opens the database, brings its schema up to date and starts the
// committer.
func Open(ctx context.Context, opt Options) (*Store, error) {
	s := &Store{
		opt: opt, cache: newCache(orElse(opt.Cached, 32<<20)),
		queue: make(chan *turn, 1024), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	if err := opt.hide(); err != nil {
		return nil, fault.At("open store", err)
	}
	if err := s.connect(); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		s.disconnect()
		return nil, fault.At("open store", err)
	}
	if err := opt.hideBeside(); err != nil {
		s.disconnect()
		return nil, fault.At("open store", err)
	}
	go s.commitForever()
	return s, nil
}

func (s *Store) connect() error {
	driver, write, read, writers := "sqlite3", s.file(writerPages, ""), s.file(readerPages, "&_pragma=query_only(1)"), 1
	s.d, s.begin = sqliteDialect, sqliteDialect.begin
	if strings.HasPrefix(s.opt.Address, "postgres") {
		s.d, driver, write, read = pgDialect, "pgx", s.opt.Address, s.opt.Address
		writers = 3 // the committer, jobs, sessions
		// A node that was cut off in a transaction holds the ledger's row; the server
		// would wait hours for it, and all other nodes with it.
		s.begin = pgDialect.begin + "; set local lock_timeout = " + itoa(s.opt.wait().Milliseconds()) +
			"; set local idle_in_transaction_session_timeout = " + itoa(s.opt.silence().Milliseconds())
	}
	for _, p := range []struct {
		pool    **pool
		address string
		size    int
	}{
		{&s.writers, write, writers}, {&s.readers, read, orElse(s.opt.Readers, max(4, runtime.NumCPU()))}, {&s.vault, read, 1},
	} {
		db, err := openDB(driver, p.address)
		if err != nil {
			return s.d.mend("open", err)
		}
		*p.pool = newPool(s.d, db, p.size)
	}
	return nil
}

// hide makes an SQLite file that only its owner reads, and takes others' rights
// from one that had them.
func (o Options) hide() error {
	if strings.HasPrefix(o.Address, "postgres") {
		return nil
	}
	f, err := os.OpenFile(o.Address, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fs.ErrExist):
		return closeToOthers(o.Address) // by name: a file that another store has open is not opened and closed
	}
	return fault.Because(err, fault.Busy, codeUnavailable)
}

// hideBeside does the same with the two files that SQLite's driver keeps beside
// it while it is open, and makes as the umask has it.
func (o Options) hideBeside() error {
	if strings.HasPrefix(o.Address, "postgres") {
		return nil
	}
	for _, end := range []string{"-wal", "-shm"} {
		if err := closeToOthers(o.Address + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func closeToOthers(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return fault.Because(err, fault.Invalid, codeOpenToAll)
	}
	return nil
}

// codeOpenToAll: others may read the database's file, and it is not ours to change.
const codeOpenToAll = "store.open_to_all"

// wait is how long a transaction waits for another to end.
func (o Options) wait() time.Duration { return orElse(o.Busy, 5*time.Second) }

// silence is how long a server may leave us without an answer, or we it.
func (o Options) silence() time.Duration { return orElse(o.Silence, 20*time.Second) }

// KiB of pages that an SQLite connection keeps. Each has its own; what a reader
// does not find there the system's cache has.
const (
	writerPages = 16 << 10
	readerPages = 6 << 10
)

// file is SQLite's address. FULL: a commit that was acknowledged is on the disk.
// What is deleted is overwritten: an erased file's data keys leave no copy in a page.
func (s *Store) file(pages int, more string) string {
	out := "file:" + (&url.URL{Path: s.opt.Address}).EscapedPath() +
		"?_pragma=busy_timeout(" + itoa(s.opt.wait().Milliseconds()) + ")&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=secure_delete(1)&_pragma=cache_size(-" + itoa(pages) + ")" + more
	registerRoom()
	return out + "&vfs=" + orElse(s.opt.VFS, roomName)
}

// Close lets the acts in the queue finish and closes the database.
func (s *Store) Close() (err error) {
	s.closed.Do(func() {
		close(s.stop)
		<-s.ended
		err = s.disconnect()
	})
	return err
}

func (s *Store) disconnect() error {
	return errors.Join(s.readers.close(), s.vault.close(), s.writers.close())
}

// Keys gives the unlocked keyring, for other secrets of the installation; nil
// when the store was opened without a master.
func (s *Store) Keys() *seal.Keyring { return s.keys }

func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}
