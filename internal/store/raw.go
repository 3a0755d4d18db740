package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"

	"pana/internal/casework"
)

// A rebuild reads ten million events. Of each value database/sql makes one of its
// own, and of each text a string; that was a fifth of what folding them took. From
// PostgreSQL they are taken as they come: texts that come again and again are kept
// once, and the rest of a hundred events lies together.

// records reads the columns of eventColumns, and keeps nothing of what it gave.
func (c *conn) records(ctx context.Context, take func(*record), q string, args ...any) error {
	if !c.d.arrays {
		return c.each(ctx, func(r *sql.Rows) error {
			rec, err := scanRecord(r)
			take(rec)
			return err
		}, q, args...)
	}
	raw := rawRecords{known: map[string]string{}}
	return c.c.Raw(func(driver any) error {
		rows, err := driver.(*stdlib.Conn).Conn().Query(ctx, c.d.text(q), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			rec, err := raw.record(rows.RawValues())
			if err != nil {
				return err
			}
			take(rec)
		}
		return rows.Err()
	})
}

// rawRecords makes records of rows in PostgreSQL's binary format: a text and bytes as
// they are, a number as eight bytes.
type rawRecords struct {
	known map[string]string
	block []record
	bytes []byte
}

const (
	recordBlock = 128
	byteBlock   = 64 << 10
)

// record reads a row of eventColumns.
func (r *rawRecords) record(row [][]byte) (*record, error) {
	if len(row) != len(eventShape.columns) {
		return nil, fmt.Errorf("a row of %d columns", len(row))
	}
	for i, kind := range eventShape.kinds {
		if kind == intValue && len(row[i]) != 8 {
			return nil, fmt.Errorf("column %s is not a number of eight bytes", eventShape.columns[i])
		}
	}
	number := func(i int) int64 { return int64(binary.BigEndian.Uint64(row[i])) }
	if len(r.block) == 0 {
		r.block = make([]record, recordBlock)
	}
	rec := &r.block[0]
	r.block = r.block[1:]
	*rec = record{
		n: uint64(number(0)), id: string(row[1]), ref: casework.Ref{Kind: casework.Kind(r.again(row[2])), ID: r.again(row[3])},
		seq: uint64(number(4)), typ: r.again(row[5]), version: int(number(6)), occurred: number(7), recorded: number(8),
		worker: r.again(row[9]), body: r.again(row[10]), bodyKind: r.again(row[11]), reason: string(row[12]),
		pack: r.again(row[13]), key: string(row[14]), compartment: r.again(row[15]), sealed: r.kept(row[16]),
	}
	copy(rec.bodyHash[:], row[17])
	copy(rec.leaf[:], row[18])
	return rec, nil
}

// again is a text that other rows have too.
func (r *rawRecords) again(b []byte) string {
	if s, ok := r.known[string(b)]; ok {
		return s
	}
	s := string(b)
	r.known[s] = s
	return s
}

// kept are bytes that outlive their row.
func (r *rawRecords) kept(b []byte) []byte {
	if cap(r.bytes)-len(r.bytes) < len(b) {
		r.bytes = make([]byte, 0, max(byteBlock, len(b)))
	}
	from := len(r.bytes)
	r.bytes = append(r.bytes, b...)
	return r.bytes[from:len(r.bytes):len(r.bytes)]
}
