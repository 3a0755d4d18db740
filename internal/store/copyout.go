package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
)

// A copy of the database, for a backup, is taken from one moment while acts go
// on. The record only grows, so a copy holds what came since the one before; what
// changes in place is small and copied whole.
//
// It comes in three parts, by how long they may be kept: the record, for as long
// as the law says; the keys, and whatever else must be forgotten, for thirty
// days; and the rest. The index and the tree are not copied: they are made anew
// from the record. Nor are sessions: after a restore everybody signs in again.

// Parts of a copy.
const (
	PartRecord = "record"
	PartKeys   = "keys"
	PartState  = "state"
)

// Mark is up to where copies were taken; the zero Mark is before the first.
type Mark struct {
	Leaves   int64       `json:"leaves"`
	Recorded int64       `json:"recorded"` // of the last leaf, in microseconds
	Root     ledger.Hash `json:"root"`
	At       time.Time   `json:"at"`
	// Open are documents that no event named yet.
	Open []string `json:"open,omitempty"`
	// Packs are the digests of those that were copied.
	Packs []string `json:"packs,omitempty"`
	// Keys changes when data keys were changed in place: then all are copied again.
	Keys string `json:"keys"`
}

// CopySink takes the rows of a copy, table by table.
type CopySink interface {
	Table(part, name string, columns []string) error
	Row(values []any) error
}

// uploadMargin: a document is stamped a moment before the transaction that begins it.
const uploadMargin = 10 * time.Minute

// CopyOut gives everything since a mark to into, and the next mark. allKeys asks
// for every data key, not only for those of streams with something new.
func (s *Store) CopyOut(ctx context.Context, since Mark, allKeys bool, now time.Time, into CopySink) (next Mark, err error) {
	err = s.reading(ctx, func(c *conn) error {
		o := copying{s: s, c: c, since: since, into: into}
		if next, err = o.mark(ctx, now); err != nil {
			return err
		}
		if next.Leaves < since.Leaves {
			return fault.New(fault.Conflict, "backup.ledger_shorter") // another database, or one set back
		}
		o.allKeys = allKeys || next.Keys != since.Keys
		for _, part := range []func(context.Context) error{o.record, o.keys, o.state} {
			if err := part(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return next, fault.At("copy", err)
}

type copying struct {
	s       *Store
	c       *conn
	since   Mark
	allKeys bool
	packs   []string
	into    CopySink
}

func (o *copying) mark(ctx context.Context, now time.Time) (m Mark, err error) {
	h, err := readHead(ctx, o.c, "")
	if err != nil {
		return m, err
	}
	m = Mark{Leaves: int64(h.size), Recorded: h.recorded, Root: h.hash(), At: now}
	for _, name := range []string{keysMovedMeta, "index"} { // an index that begins to seal makes keys for old streams
		value, _, err := metaValue(ctx, o.c, name)
		if err != nil {
			return m, err
		}
		m.Keys += value + " "
	}
	if m.Packs, err = o.texts(ctx, `select digest from packs order by digest`); err != nil {
		return m, err
	}
	o.packs = m.Packs
	if o.s.byName[casework.AttachmentsTable] == nil {
		return m, nil
	}
	const q = `select b.id from blobs b left join ` + casework.AttachmentsTable + ` a on a.attachment_id = b.id where a.attachment_id is null order by b.id`
	m.Open, err = o.texts(ctx, q)
	return m, err
}

// texts gives a column.
func (o *copying) texts(ctx context.Context, q string, args ...any) (out []string, err error) {
	err = o.c.walk(ctx, asRows(func(r rowScanner) error {
		var text string
		err := r.Scan(&text)
		out = append(out, text)
		return err
	}), q, args...)
	return out, err
}

// record is what only grows.
func (o *copying) record(ctx context.Context) error {
	from := o.since.Leaves
	for _, t := range []struct {
		name, where string
		args        []any
	}{
		{"events", "n >= ?1 order by n", []any{from}},
		{"checkpoints", "size >= ?1 order by size", []any{from}},
	} {
		if err := o.table(ctx, PartRecord, t.name, t.where, t.args...); err != nil {
			return err
		}
	}
	for _, digest := range o.packs {
		if slices.Contains(o.since.Packs, digest) {
			continue
		}
		if err := o.table(ctx, PartRecord, "packs", "digest = ?1", digest); err != nil {
			return err
		}
	}
	receipts, args := "true", []any(nil)
	if from > 0 { // by their keys: the table has no order of time. What left no event is done again without harm
		receipts, args = "act_key in (select act_key from events where n >= ?1)", []any{from}
	}
	if err := o.table(ctx, PartRecord, "receipts", receipts, args...); err != nil {
		return err
	}
	return o.documents(ctx)
}

// documents are those begun since, and those that were on their way.
func (o *copying) documents(ctx context.Context) error {
	since := int64(0)
	if !o.since.At.IsZero() {
		since = toMicro(o.since.At.Add(-uploadMargin))
	}
	ids, err := o.texts(ctx, `select id from blobs where started_at >= ?1 order by id`, since)
	if err != nil {
		return err
	}
	ids = append(ids, o.since.Open...)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if err := o.table(ctx, PartRecord, "blobs", "id = ?1", id); err != nil {
			return err
		}
		if err := o.table(ctx, PartRecord, "chunks", "blob = ?1 order by n", id); err != nil {
			return err
		}
	}
	return nil
}

// keysTables must be forgotten everywhere thirty days after they are deleted here.
var keysTables = []string{"keks", "call_links"}

func (o *copying) keys(ctx context.Context) error {
	for _, name := range keysTables {
		if err := o.table(ctx, PartKeys, name, "true"); err != nil {
			return err
		}
	}
	if o.allKeys {
		return o.table(ctx, PartKeys, "data_keys", "true")
	}
	where := `(stream_kind, stream_id) in (select stream_kind, stream_id from events where n >= ?1
		union select stream_kind, stream_id from blobs where started_at >= ?2)`
	return o.table(ctx, PartKeys, "data_keys", where, o.since.Leaves, toMicro(o.since.At.Add(-uploadMargin)))
}

// elsewhere are the tables that state leaves out: copied in another part, made
// anew, or not kept.
var elsewhere = slices.Concat([]string{
	"events", "checkpoints", "packs", "receipts", "blobs", "chunks", "data_keys",
	"tiles", "ledger_head", "migrations", "sessions", "attempts",
}, keysTables)

// state is every other table, also one that a later release adds: forgetting to
// name a table here must not lose it.
func (o *copying) state(ctx context.Context) error {
	names, err := o.s.tables(ctx, o.c)
	if err != nil {
		return err
	}
	for _, name := range names {
		where := "true"
		switch {
		case slices.Contains(elsewhere, name) || o.s.byName[name] != nil || strings.HasPrefix(name, nextPrefix):
			continue
		case name == "meta":
			where = "name not in ('index', 'index_tables')"
		case name == "jobs":
			where = "state <> 'done'"
		}
		if err := o.table(ctx, PartState, name, where); err != nil {
			return err
		}
	}
	return nil
}

// tables lists what is in the database.
func (s *Store) tables(ctx context.Context, c *conn) (out []string, err error) {
	q := `select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name`
	if s.d == pgDialect {
		q = `select table_name::text from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`
	}
	err = c.walk(ctx, asRows(func(r rowScanner) error {
		var name string
		err := r.Scan(&name)
		if plainName(name) {
			out = append(out, name)
		}
		return err
	}), q)
	return out, err
}

// table gives the rows of a table to the sink.
func (o *copying) table(ctx context.Context, part, name, where string, args ...any) error {
	var columns []string
	var values, into []any
	err := o.c.walk(ctx, func(r *sql.Rows) (err error) {
		if columns == nil {
			if columns, err = r.Columns(); err != nil {
				return err
			}
			if err := o.into.Table(part, name, columns); err != nil {
				return err
			}
			values, into = make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
		}
		if err := r.Scan(into...); err != nil {
			return err
		}
		return o.into.Row(values)
	}, "select * from "+name+" where "+where, args...)
	if err == nil && columns == nil {
		err = o.into.Table(part, name, nil) // there is nothing in it, and that is said
	}
	return err
}

// insertText is the statement that brings a row back.
func insertText(name string, columns []string) string {
	marks := make([]string, len(columns))
	for i := range columns {
		marks[i] = "?" + itoa(i+1)
	}
	return "insert into " + name + " (" + strings.Join(columns, ", ") + ") values (" + strings.Join(marks, ", ") + ") on conflict do nothing"
}
