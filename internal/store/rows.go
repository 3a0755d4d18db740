package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"pana/internal/casework"
	"pana/internal/fault"
)

// Folding a file costs a hundred times what reading its index rows costs. An
// act, or a view, for which rows are enough names them by table and stream.

// RowsOf are the rows of some streams in one index table.
type RowsOf struct {
	Table string
	Refs  []casework.Ref
}

// Rows are what RowsOf asked for, as they stand at one moment. Sealed columns
// are left out.
type Rows struct {
	found func(table string, ref casework.Ref) []Found
}

// Of gives the rows of one stream, in no order.
func (r Rows) Of(table string, ref casework.Ref) []Found {
	if r.found == nil {
		return nil
	}
	return r.found(table, ref)
}

// One gives a stream's only row in a table, or ok false when there is none.
func (r Rows) One(table string, ref casework.Ref) (f Found, ok bool) {
	all := r.Of(table, ref)
	if len(all) != 1 {
		return Found{}, false
	}
	return all[0], true
}

type rowsAt struct {
	table string
	ref   casework.Ref
}

type rowsFound map[rowsAt][]Found

// Rows reads index rows, all from one moment.
func (s *Store) Rows(ctx context.Context, asked ...RowsOf) (Rows, error) {
	var out rowsFound
	err := s.reading(ctx, func(c *conn) error {
		out = rowsFound{}
		return s.readRows(ctx, c, asked, out)
	})
	return Rows{func(table string, ref casework.Ref) []Found { return out[rowsAt{table, ref}] }}, fault.At("rows", err)
}

func (s *Store) readRows(ctx context.Context, c *conn, asked []RowsOf, into rowsFound) error {
	for _, a := range asked {
		t := s.byName[a.Table]
		if t == nil {
			return fault.New(fault.Internal, codeColumn, "table", a.Table)
		}
		scan := func(r *sql.Rows) error {
			row, err := t.scan(r)
			if err != nil {
				return err
			}
			f := t.found(row)
			at := rowsAt{t.Name, f.Ref}
			into[at] = append(into[at], f)
			return nil
		}
		var refs []casework.Ref
		for _, ref := range a.Refs {
			if at := (rowsAt{t.Name, ref}); !has(into, at) {
				into[at] = nil // asked for, and perhaps not there
				refs = append(refs, ref)
			}
		}
		if err := t.readRows(ctx, c, refs, scan); err != nil {
			return err
		}
	}
	return nil
}

func has(rows rowsFound, at rowsAt) bool {
	_, ok := rows[at]
	return ok
}

func (t *indexTable) readRows(ctx context.Context, c *conn, refs []casework.Ref, scan func(*sql.Rows) error) error {
	if len(refs) == 0 {
		return nil
	}
	if c.d.arrays {
		kinds, ids := make([]string, len(refs)), make([]string, len(refs))
		for i, ref := range refs {
			kinds[i], ids[i] = string(ref.Kind), ref.ID
		}
		return c.each(ctx, scan, t.rowsOfMany, kinds, ids)
	}
	for few := range slices.Chunk(refs, fewStreams) {
		args := make([]any, 0, 2*fewStreams)
		for _, ref := range few {
			args = append(args, string(ref.Kind), ref.ID)
		}
		if err := c.each(ctx, scan, t.rowsOfFew[len(few)], args...); err != nil {
			return err
		}
	}
	return nil
}

// rowsTexts are the statements that read rows by stream: of any number from arrays,
// and of one to fewStreams in SQLite, where the cross join has it look each up.
func (t *indexTable) rowsTexts() (many string, few [fewStreams + 1]string) {
	columns := "select t." + strings.Join(t.shape.columns, ", t.") + " from "
	join := t.Name + " t on t.stream_kind = w.kind and t.stream_id = w.id"
	for n := 1; n <= fewStreams; n++ {
		few[n] = "with w (kind, id) as (values " + tuples(n, 2) + ") " + columns + "w cross join " + join
	}
	return columns + "unnest(?1::text[], ?2::text[]) as w (kind, id) join " + join, few
}

// found is a row by its columns' names, without what is sealed.
func (t *indexTable) found(row []any) Found {
	return Found{Ref: casework.Ref{Kind: casework.Kind(row[0].(string)), ID: row[1].(string)}, at: t.foundAt, values: row}
}

// rows are what an act asked for as the acts before it left them: a stream that
// this group has in memory may stand otherwise than its rows on the disk.
func (g *group) rows(table string, ref casework.Ref) []Found {
	st := g.streams[ref]
	if st == nil {
		return g.standing[rowsAt{table, ref}]
	}
	all, err := g.s.place(st)
	if err != nil {
		panic("store: " + err.Error()) // as the flush of this stream would fail; the act is refused
	}
	t := g.s.byName[table]
	var out []Found
	for _, row := range all[t] {
		out = append(out, t.found(row))
	}
	return out
}
