package store

import (
	"context"
	"database/sql"
	"runtime"
	"sync"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/seal"
)

// Opened is the sealed value of one index row, open.
type Opened struct {
	Ref   casework.Ref
	Value []byte
}

// sealedCell is such a value as it lies in the database, with the key to it.
type sealedCell struct {
	ref     casework.Ref
	key     []any // of the row
	sealed  []byte
	wrapped seal.Wrapped
}

// cellBatch is how many cells travel to a processor at once.
const cellBatch = 256

// OpenAll opens one sealed column of every row of an index table, all from one
// moment, and says how long the ledger was at that moment. do is called by
// several processors at once. A row whose key is not there is an error: what
// cannot be read must not be taken for what is not there.
func (s *Store) OpenAll(ctx context.Context, table, column string, do func(Opened) error) (size uint64, err error) {
	t, q, err := s.openQuery(table, column)
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches := make(chan []sealedCell, 2*runtime.NumCPU())
	failed := make(chan error, runtime.NumCPU())
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			if err := s.openBatches(ctx, t, column, batches, do); err != nil {
				failed <- err
				stop() // whoever reads need not go on
			}
		})
	}
	err = s.reading(ctx, func(c *conn) error {
		h, err := readHead(ctx, c, "")
		if err != nil {
			return err
		}
		size = h.size
		return t.cells(ctx, c, batches, q)
	})
	close(batches)
	all.Wait()
	select {
	case err = <-failed:
	default:
	}
	return size, fault.At("open "+table, err)
}

func (s *Store) openBatches(ctx context.Context, t *indexTable, column string, batches <-chan []sealedCell, do func(Opened) error) error {
	for batch := range batches {
		for _, cell := range batch {
			value, err := s.openCell(ctx, t, column, cell)
			if err != nil {
				return err
			}
			if err := do(Opened{cell.ref, value}); err != nil {
				return err
			}
		}
	}
	return nil
}

// OpenSome opens the same column of some streams' rows. A stream without a row
// is not in the answer.
func (s *Store) OpenSome(ctx context.Context, table, column string, refs []casework.Ref) (out []Opened, err error) {
	t, q, err := s.openQuery(table, column)
	if err != nil {
		return nil, err
	}
	q += " where t.stream_kind = ?1 and t.stream_id = ?2"
	err = s.reading(ctx, func(c *conn) error {
		out = nil
		for _, ref := range refs {
			err := c.walk(ctx, func(r *sql.Rows) error {
				cell, err := t.cell(r)
				if err != nil {
					return err
				}
				value, err := s.openCell(ctx, t, column, cell)
				out = append(out, Opened{ref, value})
				return err
			}, q, string(ref.Kind), ref.ID)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, fault.At("open "+table, err)
}

// openQuery reads the key of each row, one sealed column and the data key. The
// names come from casework's declaration, never from outside.
func (s *Store) openQuery(table, column string) (t *indexTable, q string, err error) {
	if t = s.byName[table]; t == nil || !t.seals(column) {
		return nil, "", fault.New(fault.Internal, codeColumn, "table", table, "column", column)
	}
	if s.keys == nil {
		return nil, "", fault.New(fault.Internal, codeKeyMissing)
	}
	q = "select "
	for _, c := range t.shape.columns[:t.shape.key] {
		q += "t." + c + ", "
	}
	q += "t." + column + ", k.kek, k.wrapped from " + table + " t left join data_keys k on k.stream_kind = t.stream_kind and k.stream_id = t.stream_id and k.compartment = '" + sealedCompartment + "'"
	return t, q, nil
}

func (t *indexTable) seals(column string) bool {
	for _, c := range t.Columns {
		if c.Name == column {
			return c.Sealed
		}
	}
	return false
}

// cells reads every row of q and hands them on in batches.
func (t *indexTable) cells(ctx context.Context, c *conn, batches chan<- []sealedCell, q string) error {
	var batch []sealedCell
	hand := func() error {
		select {
		case batches <- batch:
			batch = nil
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := c.walk(ctx, func(r *sql.Rows) error {
		cell, err := t.cell(r)
		if err != nil {
			return err
		}
		if batch = append(batch, cell); len(batch) < cellBatch {
			return nil
		}
		return hand()
	}, q)
	if err != nil {
		return err
	}
	return hand()
}

func (t *indexTable) cell(r *sql.Rows) (out sealedCell, err error) {
	into := make([]any, t.shape.key)
	for i, k := range t.shape.kinds[:t.shape.key] {
		if k == intValue {
			into[i] = new(int64)
		} else {
			into[i] = new(string)
		}
	}
	var kek sql.NullString
	if err := r.Scan(append(into, &out.sealed, &kek, &out.wrapped.Key)...); err != nil {
		return out, err
	}
	for _, p := range into {
		switch p := p.(type) {
		case *int64:
			out.key = append(out.key, *p)
		case *string:
			out.key = append(out.key, *p)
		}
	}
	out.ref = casework.Ref{Kind: casework.Kind(out.key[0].(string)), ID: out.key[1].(string)}
	out.wrapped.KEK = kek.String
	return out, nil
}

func (s *Store) openCell(ctx context.Context, t *indexTable, column string, cell sealedCell) ([]byte, error) {
	if cell.sealed == nil {
		return nil, nil
	}
	key, err := s.unwrapBy(ctx, s.keys.UnwrapOnce, cell.wrapped, owner(cell.ref, sealedCompartment))
	if err != nil {
		return nil, err
	}
	value, err := key.Open(cell.sealed, cellAAD(t, cell.ref, cell.key, column))
	if err != nil {
		return nil, fault.Because(err, fault.Internal, codeDamaged, "stream", cell.ref.String())
	}
	return value, nil
}
