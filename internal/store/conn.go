package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"pana/internal/fault"
)

// conn is one connection with its prepared statements.
type conn struct {
	d     *dialect
	c     *sql.Conn
	stmts map[string]*sql.Stmt
	bad   bool
	age   int64      // the pool's when it was opened
	later *pgx.Batch // writes that wait to go together
}

// keptStatements bounds what one connection keeps prepared. Lists make texts of
// their own; when there are too many, all go and the hot ones come back.
const keptStatements = 256

func (c *conn) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if s := c.stmts[q]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= keptStatements {
		c.forgetStatements()
	}
	s, err := c.c.PrepareContext(ctx, c.d.text(q))
	if err == nil {
		c.stmts[q] = s
	}
	return s, err
}

// together sends to PostgreSQL all that do writes in one message, when do is over:
// each by itself would wake the server, and then us. do may read meanwhile, but
// not what it wrote, nor how many rows that were. In SQLite a write is a call.
func (c *conn) together(ctx context.Context, do func() error) error {
	if !c.d.arrays {
		return do()
	}
	all := &pgx.Batch{}
	c.later = all
	err := do()
	c.later = nil
	if err != nil {
		return err
	}
	return c.c.Raw(func(raw any) error { return raw.(*stdlib.Conn).Conn().SendBatch(ctx, all).Close() })
}

func (c *conn) exec(ctx context.Context, q string, args ...any) (int64, error) {
	if c.later != nil {
		c.later.Queue(c.d.text(q), args...)
		return 0, nil
	}
	s, err := c.prepare(ctx, q)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// each runs a query and hands its rows to scan one by one. In SQLite a look-up by
// key takes microseconds, and watching meanwhile whether the reader has gone
// costs as much as the look-up: it is not cut short. What may take long is for
// walk.
func (c *conn) each(ctx context.Context, scan func(*sql.Rows) error, q string, args ...any) error {
	if !c.d.arrays {
		ctx = context.WithoutCancel(ctx)
	}
	return c.walk(ctx, scan, q, args...)
}

// walk is each for many rows: it ends when who asked has gone.
func (c *conn) walk(ctx context.Context, scan func(*sql.Rows) error, q string, args ...any) error {
	s, err := c.prepare(ctx, q)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans the only row of a query and says whether there was one.
func (c *conn) one(ctx context.Context, into []any, q string, args ...any) (bool, error) {
	found := false
	err := c.each(ctx, func(r *sql.Rows) error {
		found = true
		return r.Scan(into...)
	}, q, args...)
	return found, err
}

// plain runs a statement that is not worth preparing.
func (c *conn) plain(ctx context.Context, q string) error {
	_, err := c.c.ExecContext(ctx, q)
	return err
}

// pool hands out a fixed number of connections, each opened when first wanted.
type pool struct {
	d    *dialect
	db   *sql.DB
	free chan *conn
	age  atomic.Int64 // goes up when a connection broke: then those opened before are not to be trusted either
	once sync.Once
}

func newPool(d *dialect, db *sql.DB, n int) *pool {
	p := &pool{d: d, db: db, free: make(chan *conn, n)}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	for range n {
		p.free <- nil
	}
	return p
}

func (p *pool) take(ctx context.Context) (*conn, error) {
	var c *conn
	select {
	case got, open := <-p.free:
		if !open {
			return nil, fault.New(fault.Busy, codeClosed)
		}
		c = got
	case <-ctx.Done():
		return nil, fault.Because(ctx.Err(), fault.Busy, codeBusy)
	}
	if c != nil && c.age == p.age.Load() {
		return c, nil
	}
	if c != nil {
		c.drop()
	}
	age := p.age.Load()
	sc, err := p.db.Conn(ctx)
	if err != nil {
		p.free <- nil
		return nil, p.d.mend("connect", err)
	}
	return &conn{d: p.d, c: sc, stmts: map[string]*sql.Stmt{}, age: age}, nil
}

func (p *pool) give(c *conn) {
	if !c.bad {
		p.free <- c
		return
	}
	c.drop()
	p.free <- nil
}

func (c *conn) forgetStatements() {
	for _, s := range c.stmts {
		_ = s.Close()
	}
	clear(c.stmts)
}

// drop ends a connection to PostgreSQL for good: closed, database/sql would hand it
// out again. SQLite's goes back: it did not break, and with statements that were
// not ended it could not be closed, and would stay in memory.
func (c *conn) drop() {
	if !c.d.arrays {
		c.close()
		return
	}
	_ = c.c.Raw(func(any) error { return driver.ErrBadConn })
	c.forgetStatements() // after it: before, each would ask the server
	_ = c.c.Close()
}

func (c *conn) close() {
	c.forgetStatements()
	_ = c.c.Close()
}

func (p *pool) close() (err error) {
	p.once.Do(func() {
		for range cap(p.free) {
			if c := <-p.free; c != nil {
				c.close()
			}
		}
		close(p.free)
		err = p.db.Close()
	})
	return err
}

// begun takes a connection and begins a transaction on it. A server that went
// away and came back has left dead connections in the pool: the first that is
// found has all of them dropped, and the transaction begins on a new one, so that
// nobody hears of it.
func (p *pool) begun(ctx context.Context, begin string) (*conn, error) {
	for tries := 0; ; tries++ {
		c, err := p.take(ctx)
		if err != nil {
			return nil, err
		}
		if err = c.begin(ctx, begin); err == nil {
			return c, nil
		}
		c.bad = true
		p.give(c)
		if err = p.mend("begin", err); tries > 0 || fault.Of(err).Code != codeUnavailable || ctx.Err() != nil {
			return nil, err
		}
	}
}

// mend is the dialect's, and remembers that a connection broke.
func (p *pool) mend(op string, err error) error {
	err = p.d.mend(op, err)
	if fault.Of(err).Code == codeUnavailable {
		p.age.Add(1)
	}
	return err
}

// within runs do inside a transaction begun with begin. A transaction that
// writes is run with a context that no visitor cancels: it ends by itself.
func (p *pool) within(ctx context.Context, begin string, do func(*conn) error) error {
	c, err := p.begun(ctx, begin)
	if err != nil {
		return err
	}
	defer p.give(c)
	c.bad = true // should do panic, the connection is not given to anybody else
	err = do(c)
	c.bad = false
	if err != nil {
		c.rollback(ctx)
		return p.mend("transaction", err)
	}
	if err := c.control(ctx, "commit"); err != nil {
		c.rollback(ctx)
		c.bad = true
		return errors.Join(errCommit, p.mend("commit", err))
	}
	return nil
}

// alone runs do without a transaction, for one statement, which sees one moment
// by itself.
func (p *pool) alone(ctx context.Context, do func(*conn) error) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.give(c)
	c.bad = true // should do panic, the connection is not given to anybody else
	err = do(c)
	c.bad = err != nil // a visitor who left may have broken it
	if err != nil {
		return p.mend("statement", err)
	}
	return nil
}

// control begins or ends a transaction. To PostgreSQL a beginning is several
// statements in one text, which cannot be prepared.
func (c *conn) control(ctx context.Context, q string) error {
	if c.d.arrays {
		return c.plain(ctx, q)
	}
	_, err := c.exec(ctx, q)
	return err
}

// begin begins a transaction. That is nothing to wait for: a server that does not
// answer is not there.
func (c *conn) begin(ctx context.Context, q string) error {
	if !c.d.arrays {
		return c.control(ctx, q)
	}
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	err := c.control(ctx, q)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Because(err, fault.Busy, codeUnavailable)
	}
	return err
}

// errCommit marks an error after which the transaction may have happened.
var errCommit = errors.New("store: the commit was not confirmed")

// rollback leaves the connection outside any transaction, or marks it bad. It
// must run even when the reader who asked has gone.
func (c *conn) rollback(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dialLimit)
	defer cancel()
	if err := c.plain(ctx, "rollback"); err != nil {
		c.bad = true
	}
}

func (s *Store) reading(ctx context.Context, do func(*conn) error) error {
	return s.readers.within(ctx, s.d.read, do)
}

func (s *Store) writing(ctx context.Context, do func(*conn) error) error {
	return s.writers.within(context.WithoutCancel(ctx), s.begin, do)
}

// glancing is reading with one statement.
func (s *Store) glancing(ctx context.Context, do func(*conn) error) error {
	return s.readers.alone(ctx, do)
}
