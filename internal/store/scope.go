package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
)

// codeColumn refuses a scope, filter or order over a column that is not a clear
// column of the listed thing: a question about sealed content is never put.
const codeColumn = "store.unknown_column"

// sentence is SQL being written, with its arguments.
type sentence struct {
	s    *Store
	t    *indexTable
	args []any
	each bool // Query.RowByRow
}

func (b *sentence) arg(v any) string {
	b.args = append(b.args, v)
	return "?" + strconv.Itoa(len(b.args))
}

// scope renders access's answer. nil is none: what nobody asked access about is
// not shown.
func (b *sentence) scope(sc access.Scope) (string, error) {
	switch sc := sc.(type) {
	case nil, access.None:
		return "1 = 0", nil
	case access.All:
		return "1 = 1", nil
	case access.And:
		return b.join(sc, " and ", "1 = 1")
	case access.Or:
		return b.join(sc, " or ", "1 = 0")
	case access.Not:
		inner, err := b.scope(sc.Scope)
		return "not (" + inner + ")", err
	case access.In:
		return b.in(sc)
	case access.Related:
		return b.related(sc)
	}
	return "", fault.Because(fmt.Errorf("scope %T", sc), fault.Internal, codeFailed)
}

func (b *sentence) join(parts []access.Scope, word, empty string) (string, error) {
	if len(parts) == 0 {
		return empty, nil
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		inner, err := b.scope(p)
		if err != nil {
			return "", err
		}
		out[i] = "(" + inner + ")"
	}
	return strings.Join(out, word), nil
}

// in compares a clear column of the listed table or, when it has none of that
// name, of the file that the row belongs to. A column that is NULL is in no
// list, and so outside every list too.
func (b *sentence) in(sc access.In) (string, error) {
	table, alias := b.t, "t."
	col, ok := table.clear(sc.Column)
	if !ok {
		if table = b.s.byName["files"]; table == nil {
			return "", unknownColumn(b.t, sc.Column)
		}
		if col, ok = table.clear(sc.Column); !ok {
			return "", unknownColumn(b.t, sc.Column)
		}
		alias = "f."
	}
	if len(sc.Values) == 0 {
		return "1 = 0", nil
	}
	marks := make([]string, len(sc.Values))
	for i, v := range sc.Values {
		value, err := typed(col, v)
		if err != nil {
			return "", err
		}
		marks[i] = b.arg(value)
	}
	cond := "coalesce(" + alias + col.Name + " in (" + strings.Join(marks, ", ") + "), 1 = 0)"
	if alias == "f." {
		cond = "exists (select 1 from files f where f.stream_kind = t.stream_kind and f.stream_id = t.stream_id and " + cond + ")"
	}
	return cond, nil
}

func (b *sentence) related(sc access.Related) (string, error) {
	if b.s.byName["relations"] == nil {
		return "", unknownColumn(b.t, "relations")
	}
	if len(sc.Relations) == 0 {
		return "1 = 0", nil
	}
	body, marks := b.arg(string(sc.Body)), make([]string, len(sc.Relations))
	for i, r := range sc.Relations {
		marks[i] = b.arg(r)
	}
	end := ")"
	if b.each && b.s.d.arrays {
		end = " offset 0)" // PostgreSQL makes no join of it
	}
	return "exists (select 1 from relations r where r.stream_kind = t.stream_kind and r.stream_id = t.stream_id and r.body_id = " +
		body + " and r.relation in (" + strings.Join(marks, ", ") + ")" + end, nil
}

// clear finds a clear column.
func (t *indexTable) clear(name string) (casework.Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name && !c.Sealed && c.Type != casework.BytesColumn {
			return c, true
		}
	}
	return casework.Column{}, false
}

func unknownColumn(t *indexTable, name string) error {
	return fault.New(fault.Internal, codeColumn, "table", t.Name, "column", name)
}

// typed reads a guard's string as a value of the column.
func typed(c casework.Column, v string) (any, error) {
	switch c.Type {
	case casework.TextColumn:
		return v, nil
	case casework.BoolColumn:
		switch v {
		case "true":
			return int64(1), nil
		case "false":
			return int64(0), nil
		}
		return nil, fault.Because(errors.New(c.Name), fault.Internal, codeColumn)
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return nil, fault.Because(errors.New(c.Name), fault.Internal, codeColumn)
	}
	return n, nil
}
