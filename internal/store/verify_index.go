package store

import (
	"context"
	"database/sql"
	"strings"

	"pana/internal/casework"
	"pana/internal/seal"
)

// index opens and folds every stream and compares its rows with those of every
// index table, both ways.
func (v *verifier) index(ctx context.Context) error {
	var last casework.Ref
	done := 0
	for {
		refs, err := nextStreams(ctx, v.c, last, 200)
		if err != nil {
			return err
		}
		want, streams, err := v.replay(ctx, refs)
		if err != nil {
			return err
		}
		var until *casework.Ref
		if len(refs) > 0 {
			until = &refs[len(refs)-1]
		}
		for i := range v.s.index {
			if err := v.compare(ctx, &v.s.index[i], want, streams, last, until); err != nil {
				return err
			}
		}
		if until == nil {
			return nil
		}
		last = *until
		done += len(refs)
		v.progress(int64(done), int64(len(v.chains)))
	}
}

// replay folds streams from the first event, naming the leaf that cannot be
// opened or folded.
func (v *verifier) replay(ctx context.Context, refs []casework.Ref) (placed, map[casework.Ref]*stream, error) {
	streams, want := map[casework.Ref]*stream{}, placed{}
	for _, ref := range refs {
		streams[ref] = &stream{ref: ref}
	}
	var from []*stream
	for _, ref := range refs {
		from = append(from, streams[ref])
	}
	tails, err := v.s.tails(ctx, v.c, from)
	if err != nil {
		return nil, nil, err
	}
	if err := v.s.fetchKeys(ctx, v.c, streams, tails); err != nil {
		return nil, nil, err
	}
	for _, ref := range refs {
		st := *streams[ref]
		st.erased = endsErased(tails[ref])
		for _, rec := range tails[ref] {
			if _, ok := st.keys[rec.compartment]; !ok && !st.erased {
				return nil, nil, mismatch("data_keys", "missing", int64(rec.n), ref)
			}
			if err := v.s.step(&st, rec); err != nil {
				return nil, nil, mismatch("events", "unreadable", int64(rec.n), ref)
			}
		}
		streams[ref] = &st
		rows, err := v.s.place(&st)
		if err != nil {
			return nil, nil, err
		}
		for t, byKey := range rows {
			if want[t] == nil {
				want[t] = map[string][]any{}
			}
			for key, row := range byKey {
				want[t][key] = row
			}
		}
	}
	return want, streams, nil
}

// compare takes from want each row that the table has; what is left is missing.
func (v *verifier) compare(ctx context.Context, t *indexTable, want placed, streams map[casework.Ref]*stream, after casework.Ref, until *casework.Ref) error {
	q := "select " + strings.Join(t.shape.columns, ", ") + " from " + t.Name + " where (stream_kind, stream_id) > (?1, ?2)"
	args := []any{string(after.Kind), after.ID}
	if until != nil {
		q += " and (stream_kind, stream_id) <= (?3, ?4)"
		args = append(args, string(until.Kind), until.ID)
	}
	err := v.c.walk(ctx, func(r *sql.Rows) error { return v.row(t, r, want, streams) }, q, args...)
	if err != nil {
		return err
	}
	for _, row := range want[t] {
		return mismatch(t.Name, "missing", -1, casework.Ref{Kind: casework.Kind(row[0].(string)), ID: row[1].(string)})
	}
	return nil
}

// row takes from want the row that it compares.
func (v *verifier) row(t *indexTable, r *sql.Rows, want placed, streams map[casework.Ref]*stream) error {
	row, err := t.scan(r)
	if err != nil {
		return err
	}
	ref := casework.Ref{Kind: casework.Kind(row[0].(string)), ID: row[1].(string)}
	key := t.keyOf(row)
	expected := want[t][key]
	switch {
	case expected == nil:
		return mismatch(t.Name, "extra", -1, ref)
	case !t.same(expected, row, streams[ref].keys, ref):
		return mismatch(t.Name, "different", int64(streams[ref].seq), ref)
	}
	delete(want[t], key)
	v.report.Rows++
	return nil
}

// scan reads a row as string, int64, []byte and nil. In SQLite somebody may have put
// bytes where a text belongs, and they are compared as the text they are.
func (t *indexTable) scan(r rowScanner) ([]any, error) {
	out := make([]any, len(t.shape.columns))
	into := make([]any, len(out))
	for i := range out {
		into[i] = &out[i]
	}
	err := r.Scan(into...)
	for i, k := range t.shape.kinds {
		if b, ok := out[i].([]byte); ok && k == textValue {
			out[i] = string(b)
		}
	}
	return out, err
}

// same compares a row as folded with a row as stored, whose sealed cells are
// opened first.
func (t *indexTable) same(want, got []any, keys map[string]seal.DataKey, ref casework.Ref) bool {
	opened := append([]any(nil), got...)
	expected := append([]any(nil), want...)
	for i, col := range t.order {
		at, c := i+2, t.Columns[col]
		if !c.Sealed || want[at] == nil {
			continue
		}
		sealed, _ := got[at].([]byte)
		plain, err := keys[sealedCompartment].Open(sealed, cellAAD(t, ref, want, c.Name))
		if err != nil {
			return false
		}
		opened[at], expected[at] = orEmpty(plain), orEmpty(cellText(want[at]))
	}
	return equalRows(expected, opened)
}
