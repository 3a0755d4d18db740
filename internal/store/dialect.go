package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver
	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // the SQLite driver
	"github.com/pressly/goose/v3"

	"pana/internal/fault"
)

// dialect is all that differs between the two databases.
type dialect struct {
	name   string
	goose  goose.Dialect
	begin  string // a transaction that will write
	read   string // a transaction that only reads, from one moment
	lock   string // after a select of rows that this transaction will change
	skip   string // the same, passing over rows that others hold
	arrays bool   // rows travel as arrays, one statement a table

	together string // makes one text of many
}

var (
	sqliteDialect = &dialect{name: "sqlite", goose: goose.DialectSQLite3, begin: "begin immediate", read: "begin", together: "group_concat"}
	pgDialect     = &dialect{
		name: "postgres", goose: goose.DialectPostgres, begin: "begin", read: "begin isolation level repeatable read read only",
		lock: " for update", skip: " for update skip locked", arrays: true, together: "string_agg",
	}
)

// text turns ?1 into $1 for PostgreSQL. SQLite keeps ?1, because it numbers $1
// by order of appearance and would quietly swap values. A ? inside a quoted
// string is left alone.
func (d *dialect) text(q string) string {
	if d == sqliteDialect {
		return q
	}
	var out strings.Builder
	out.Grow(len(q))
	quoted := false
	for i := range len(q) {
		c := q[i]
		if c == '\'' {
			quoted = !quoted
		}
		if c == '?' && !quoted && i+1 < len(q) && '0' <= q[i+1] && q[i+1] <= '9' {
			c = '$'
		}
		out.WriteByte(c)
	}
	return out.String()
}

// schema fits DDL to the database. In SQLite an INTEGER PRIMARY KEY is the row
// itself, where a BIGINT one would be a second tree beside it.
func (d *dialect) schema(q string) string {
	if d == sqliteDialect {
		return strings.ReplaceAll(q, "BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")
	}
	// Codes and ids compare by bytes, whatever the cluster's language.
	return strings.NewReplacer("TEXT ", `TEXT COLLATE "C" `).Replace(q)
}

// tableEnd ends a CREATE TABLE whose rows are found by their key only. In SQLite
// they lie in the tree of their keys, unless they are long: a row of more than a
// quarter of a page spills over, and is read whole at each step of a search.
func (d *dialect) tableEnd(long bool) string {
	if d == sqliteDialect && !long {
		return ") WITHOUT ROWID"
	}
	return ")"
}

// mend gives a database error the fault that callers can act on. Text of the
// database never goes along: it may quote values.
func (d *dialect) mend(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return fault.At(op, err)
	}
	kind, code := d.classify(err)
	return fault.At(op, fault.Because(bare(err), kind, code))
}

func (d *dialect) classify(err error) (fault.Kind, string) {
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg):
		return classifyPG(pg.Code)
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		return fault.Busy, codeBusy
	case errors.Is(err, sqlite3.FULL):
		return fault.Busy, codeFull
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY), errors.Is(err, sqlite3.CONSTRAINT_ROWID):
		return fault.Conflict, codeUnique
	case errors.Is(err, sqlite3.READONLY), errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, sqlite3.IOERR):
		return fault.Busy, codeUnavailable
	case errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.NOTADB):
		return fault.Internal, codeDamaged
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, sqlite3.INTERRUPT):
		return fault.Busy, codeBusy
	}
	if d == pgDialect && lineBroke(err) {
		return fault.Busy, codeUnavailable
	}
	return fault.Internal, codeFailed
}

// lineBroke says that there is no connection, or no longer.
func lineBroke(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	for _, known := range []error{sql.ErrConnDone, driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err)
}

// classifyPG reads an SQLSTATE, PostgreSQL's manual, appendix A.
func classifyPG(state string) (fault.Kind, string) {
	switch {
	case state == "23505":
		return fault.Conflict, codeUnique
	case state == "40001", state == "40P01":
		return fault.Busy, codeSerialise
	case state == "55P03", state == "57014":
		return fault.Busy, codeBusy
	case state == "53100":
		return fault.Busy, codeFull
	case strings.HasPrefix(state, "53"), strings.HasPrefix(state, "57"), strings.HasPrefix(state, "08"), state == "25006":
		return fault.Busy, codeUnavailable
	case strings.HasPrefix(state, "XX"):
		return fault.Internal, codeDamaged
	}
	return fault.Internal, codeFailed
}

// Codes of what a database may answer.
const (
	codeBusy        = "store.busy"        // somebody else holds it; nothing was done
	codeSerialise   = "store.serialise"   // another node was first; nothing was done
	codeFull        = "store.full"        // no room on the disk; nothing was done
	codeUnavailable = "store.unavailable" // it cannot be reached; whether it was done is answered by asking again with the same key
	codeUnique      = "store.unique"      // there is one already
	codeDamaged     = "store.damaged"
	codeFailed      = "store.failed"
)

// bare keeps of a database error what carries no value of any row.
func bare(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fmt.Errorf("postgres %s %s", pg.Code, pg.ConstraintName)
	}
	var lite *sqlite3.Error
	if errors.As(err, &lite) {
		return fmt.Errorf("sqlite %d", lite.ExtendedCode())
	}
	return err
}
