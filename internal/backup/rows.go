package backup

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// A part is a run of tables, each with its name and columns and then its rows,
// and an end: a file that was cut is not taken for a whole one. Whole numbers
// are varints, texts and bytes are preceded by their length.

const (
	markTable = 'T'
	markRow   = 'R'
	markEnd   = 'E'
)

// longest is more than any value has: a chunk of a document, a pack.
const longest = 256 << 20

const (
	kindNull = iota
	kindInt
	kindText
	kindBytes
	kindTrue
	kindFalse
	kindFloat
)

// ErrUnreadable is a part that is cut, changed, or of another program.
var ErrUnreadable = errors.New("backup: not a whole part of a backup")

type rowWriter struct {
	w     *bufio.Writer
	tmp   [binary.MaxVarintLen64]byte
	count map[string]int64
	name  string
}

func newRowWriter(w io.Writer) *rowWriter {
	return &rowWriter{w: bufio.NewWriterSize(w, 64<<10), count: map[string]int64{}}
}

func (w *rowWriter) table(name string, columns []string) error {
	w.name = name
	w.count[name] += 0
	_ = w.w.WriteByte(markTable) // bufio keeps the first error for the flush
	w.bytes([]byte(name))
	w.number(uint64(len(columns)))
	for _, c := range columns {
		w.bytes([]byte(c))
	}
	return nil
}

func (w *rowWriter) row(values []any) error {
	w.count[w.name]++
	_ = w.w.WriteByte(markRow)
	w.number(uint64(len(values)))
	for _, v := range values {
		if err := w.value(v); err != nil {
			return err
		}
	}
	return nil
}

func (w *rowWriter) end() error {
	_ = w.w.WriteByte(markEnd)
	return w.w.Flush()
}

func (w *rowWriter) number(n uint64) {
	_, _ = w.w.Write(binary.AppendUvarint(w.tmp[:0], n))
}

func (w *rowWriter) bytes(b []byte) {
	w.number(uint64(len(b)))
	_, _ = w.w.Write(b)
}

func (w *rowWriter) value(v any) error {
	kind := func(k byte) { _ = w.w.WriteByte(k) }
	switch v := v.(type) {
	case nil:
		kind(kindNull)
	case int64:
		kind(kindInt)
		_, _ = w.w.Write(binary.AppendVarint(w.tmp[:0], v))
	case string:
		kind(kindText)
		w.bytes([]byte(v))
	case []byte:
		kind(kindBytes)
		w.bytes(v)
	case bool:
		kind(map[bool]byte{true: kindTrue, false: kindFalse}[v])
	case float64:
		kind(kindFloat)
		w.number(math.Float64bits(v))
	default:
		return fmt.Errorf("backup: a value of type %T in %s", v, w.name)
	}
	return nil
}

// sink takes what a part holds.
type sink interface {
	Table(part, name string, columns []string) error
	Row(values []any) error
}

// readRows gives a part to a sink and says how many rows each table had.
func readRows(from io.Reader, part string, to sink) (map[string]int64, error) {
	r := rowReader{r: bufio.NewReaderSize(from, 64<<10)}
	count, name := map[string]int64{}, ""
	for {
		mark, err := r.r.ReadByte()
		if err != nil {
			return nil, ErrUnreadable
		}
		switch mark {
		case markTable:
			var columns []string
			if name, columns, err = r.table(); err == nil {
				count[name] += 0
				err = to.Table(part, name, columns)
			}
		case markRow:
			var values []any
			if values, err = r.row(); err == nil {
				count[name]++
				err = to.Row(values)
			}
		case markEnd:
			if _, err := r.r.ReadByte(); err != io.EOF {
				return nil, ErrUnreadable
			}
			return count, nil
		default:
			err = ErrUnreadable
		}
		if err != nil {
			return nil, err
		}
	}
}

type rowReader struct{ r *bufio.Reader }

// widest is more columns than any table has.
const widest = 1000

func (r rowReader) table() (name string, columns []string, err error) {
	b, err := r.bytes()
	if err != nil {
		return "", nil, err
	}
	n, err := r.number(widest)
	for range n {
		var c []byte
		if c, err = r.bytes(); err != nil {
			return "", nil, err
		}
		columns = append(columns, string(c))
	}
	return string(b), columns, err
}

func (r rowReader) row() ([]any, error) {
	n, err := r.number(widest)
	if err != nil {
		return nil, err
	}
	out := make([]any, n)
	for i := range out {
		if out[i], err = r.value(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r rowReader) value() (any, error) {
	kind, err := r.r.ReadByte()
	if err != nil {
		return nil, ErrUnreadable
	}
	switch kind {
	case kindNull:
		return nil, nil
	case kindInt:
		n, err := binary.ReadVarint(r.r)
		if err != nil {
			return nil, ErrUnreadable
		}
		return n, nil
	case kindText:
		b, err := r.bytes()
		return string(b), err
	case kindBytes:
		return r.bytes()
	case kindTrue, kindFalse:
		return kind == kindTrue, nil
	case kindFloat:
		n, err := r.number(math.MaxUint64)
		return math.Float64frombits(n), err
	}
	return nil, ErrUnreadable
}

func (r rowReader) number(most uint64) (uint64, error) {
	n, err := binary.ReadUvarint(r.r)
	if err != nil || n > most {
		return 0, ErrUnreadable
	}
	return n, nil
}

func (r rowReader) bytes() ([]byte, error) {
	n, err := r.number(longest)
	if err != nil {
		return nil, err
	}
	if n <= 64<<10 {
		out := make([]byte, n)
		if _, err := io.ReadFull(r.r, out); err != nil {
			return nil, ErrUnreadable
		}
		return out, nil
	}
	out, err := io.ReadAll(io.LimitReader(r.r, int64(n))) // grows with what is there, not with what is claimed
	if err != nil || uint64(len(out)) != n {
		return nil, ErrUnreadable
	}
	return out, nil
}
