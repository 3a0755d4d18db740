package store

import (
	"fmt"
	"slices"

	"pana/internal/casework"
)

// placedRow is an index row and where it belongs.
type placedRow struct {
	t   *indexTable
	row []any
}

// rowsOf are the rows of a stream, in casework's order.
func (s *Store) rowsOf(st *stream) ([]placedRow, error) {
	if st == nil || st.state == nil {
		return nil, nil
	}
	rows := s.opt.Model.Rows(st.state)
	out := make([]placedRow, len(rows))
	for i, r := range rows {
		t := s.byName[r.Table]
		if t == nil {
			return nil, fmt.Errorf("rows for table %q, which is not declared", r.Table)
		}
		row, err := t.row(st.ref, r)
		if err != nil {
			return nil, err
		}
		out[i] = placedRow{t, row}
	}
	return out, nil
}

// placed is the rows of one state by table and key.
type placed map[*indexTable]map[string][]any

func (s *Store) place(st *stream) (placed, error) {
	rows, err := s.rowsOf(st)
	if err != nil {
		return nil, err
	}
	return byKey(rows)
}

func byKey(rows []placedRow) (placed, error) {
	out := placed{}
	for _, r := range rows {
		if out[r.t] == nil {
			out[r.t] = map[string][]any{}
		}
		key := r.t.keyOf(r.row)
		if out[r.t][key] != nil {
			return nil, fmt.Errorf("table %s: two rows with one key in %s/%s", r.t.Name, r.row[0], r.row[1])
		}
		out[r.t][key] = r.row
	}
	return out, nil
}

// changedRows takes out what stands in both lists. Most rows of a file stay as
// they are, and a state's rows always come in one order: walking both lists
// finds them without looking anything up. A row that another stands in front of
// in one list only is left in both, which is right, and rare.
func changedRows(before, after []placedRow) (old, now []placedRow) {
	for _, r := range after {
		same := slices.IndexFunc(before, func(b placedRow) bool { return b.t == r.t && equalRows(b.row, r.row) })
		if same < 0 {
			now = append(now, r)
			continue
		}
		old, before = append(old, before[:same]...), before[same+1:]
	}
	return append(old, before...), now
}

// difference is what of a changed stream's rows was otherwise and what is now.
func (g *group) difference(ref casework.Ref) (before, after placed, err error) {
	was, err := g.s.rowsOf(g.before[ref])
	if err != nil {
		return nil, nil, err
	}
	is, err := g.s.rowsOf(g.streams[ref])
	if err != nil {
		return nil, nil, err
	}
	old, now := changedRows(was, is)
	for _, r := range now {
		if r.twiceIn(is) {
			return nil, nil, fmt.Errorf("table %s: two rows with one key in %s", r.t.Name, ref)
		}
	}
	if before, err = byKey(old); err != nil {
		return nil, nil, err
	}
	after, err = byKey(now)
	return before, after, err
}

// twiceIn says that another row has the same key.
func (r placedRow) twiceIn(rows []placedRow) bool {
	n, key := 0, r.t.shape.key
	for _, o := range rows {
		if o.t == r.t && equalRows(o.row[:key], r.row[:key]) {
			n++
		}
	}
	return n > 1
}
