package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// Rows in bulk go to PostgreSQL by COPY in its binary format, which says of each
// value how long it is and then the value: a text and bytes as they are, a number
// as eight bytes. Ours have no other kinds.
// https://www.postgresql.org/docs/15/sql-copy.html, Binary Format

// copyHead begins a COPY: signature, no flags, no extension.
const copyHead = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"

// fill writes many rows that are not there yet: to PostgreSQL by COPY, which asks of
// no row whether it stands. A table that this transaction made is fresh: nobody sees
// it before the end, so its rows are written as settled for everybody. Else the first
// to read each of them would write it once more to say so, and no list could be read
// from an index alone.
func (sh *shape) fill(ctx context.Context, c *conn, rows [][]any, fresh bool) error {
	return sh.fillAs(ctx, c, sh.table, rows, fresh)
}

// fillAs is fill of a table of this shape that has another name for now.
func (sh *shape) fillAs(ctx context.Context, c *conn, table string, rows [][]any, fresh bool) error {
	if !c.d.arrays || len(rows) == 0 {
		return sh.insert(ctx, c, rows)
	}
	data, err := copyRows(rows)
	if err != nil {
		return fmt.Errorf("copy to %s: %w", table, err)
	}
	options := "FORMAT binary"
	if fresh {
		options += ", FREEZE"
	}
	q := "COPY " + table + " (" + strings.Join(sh.columns, ", ") + ") FROM STDIN (" + options + ")"
	return c.c.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, bytes.NewReader(data), q)
		return err
	})
}

func copyRows(rows [][]any) ([]byte, error) {
	b := make([]byte, 0, len(copyHead)+len(rows)*len(rows[0])*24)
	b = append(b, copyHead...)
	for _, row := range rows {
		b = binary.BigEndian.AppendUint16(b, uint16(len(row)))
		for _, v := range row {
			var err error
			if b, err = copyValue(b, v); err != nil {
				return nil, err
			}
		}
	}
	return binary.BigEndian.AppendUint16(b, 0xffff), nil // the end
}

// copyValue refuses, and does not name, a value of a kind that no column has.
func copyValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return binary.BigEndian.AppendUint32(b, 0xffffffff), nil
	case string:
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...), nil
	case []byte:
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...), nil
	case int64:
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v)), nil
	}
	return nil, fmt.Errorf("a value of type %T", v)
}
