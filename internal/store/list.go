package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
)

// Op compares a column with values.
type Op string

// The comparisons that lists need. OneOf takes many values, Set none.
const (
	Is     Op = "="
	Isnt   Op = "<>"
	Before Op = "<"
	Until  Op = "<="
	After  Op = ">"
	From   Op = ">="
	OneOf  Op = "in"
	Set    Op = "is not null"
	Unset  Op = "is null"
)

// Filter is one condition on a clear column.
type Filter struct {
	Column string
	Op     Op
	Values []any // string, integer, bool or time.Time, as the column is
}

// Where is Filter in one line: store.Where("state", store.Is, "open").
func Where(column string, op Op, values ...any) Filter { return Filter{column, op, values} }

// Beside asks for a row of another table, of the same stream, that fits: with the
// same values in the columns of Same, where both have them. None asks that there is
// no such row.
type Beside struct {
	Table string
	Where []Filter
	Same  []string
	None  bool
}

// Order sorts by a clear column. Rows without a value come last either way.
type Order struct {
	Column string
	Down   bool
}

// Query says what to list. Without a scope it lists nothing.
type Query struct {
	Scope  access.Scope
	Where  []Filter
	Any    []Filter // at least one of these, when there are any
	Beside []Beside // rows that the same stream has in other tables
	Sort   []Order  // the table's key comes after it, so that no row is shown twice
	Limit  int      // 0: fifty
	After  string   // Page.Next of the page before
	NoRows bool     // only count
	// RowByRow asks the scope of each row as the list comes to it: for the first of many
	// rows that lie in an index in the order asked for. PostgreSQL would otherwise read
	// everything that a body has to do with before the first row.
	RowByRow bool
	// NoTotal leaves Total at zero: counting reads every row that fits, and who
	// sweeps a table needs only the first.
	NoTotal bool
}

// Page is a part of a list. Total counts the whole of it, in the same query:
// it can tell no more than the list.
type Page struct {
	Rows  []Found
	Total int
	Next  string

	sorted []sortKey
}

// Behind is Next as it would be if the page ended with row i: for who shows rows of
// several lists in one order and goes on in each from where that list was read to.
func (p *Page) Behind(i int) string { return cursor(p.Rows[i], p.sorted) }

// Refs names the streams behind the rows.
func (p *Page) Refs() []casework.Ref {
	refs := make([]casework.Ref, len(p.Rows))
	for i, r := range p.Rows {
		refs[i] = r.Ref
	}
	return refs
}

// Found is one row with its clear columns. Where each of them lies is said once
// for all rows of a table.
type Found struct {
	Ref    casework.Ref
	at     map[string]int
	values []any
}

func (f Found) value(column string) any {
	if i, ok := f.at[column]; ok {
		return f.values[i]
	}
	return nil
}

// Text, Int, Bool and Time read a column; a column without a value gives zero.
func (f Found) Text(column string) string { v, _ := f.value(column).(string); return v }

// Int reads a number.
func (f Found) Int(column string) int64 { v, _ := f.value(column).(int64); return v }

// Bool reads a yes or no.
func (f Found) Bool(column string) bool { return f.Int(column) != 0 }

// Time reads a time; zero when there is none.
func (f Found) Time(column string) time.Time {
	n, ok := f.value(column).(int64)
	if !ok {
		return time.Time{}
	}
	return fromMicro(n)
}

// List reads index rows: those that the scope lets through and the filters ask
// for, a page at a time, found again by key and not by number.
func (s *Store) List(ctx context.Context, table string, q Query) (Page, error) {
	t := s.byName[table]
	if t == nil {
		return Page{}, fault.New(fault.Internal, codeColumn, "table", table)
	}
	b := &sentence{s: s, t: t, each: q.RowByRow}
	text, sorted, err := b.list(q)
	if err != nil {
		return Page{}, fault.At("list "+table, err)
	}
	page := Page{sorted: sorted}
	err = s.glancing(ctx, func(c *conn) error {
		return c.walk(ctx, func(r *sql.Rows) error { return page.add(r, t) }, text, b.args...)
	})
	if limit := orElse(q.Limit, 50); len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = cursor(page.Rows[limit-1], sorted)
	}
	return page, fault.At("list "+table, err)
}

// Texts reads one clear column of the rows that List would list, all of them and in
// no order: for who needs to know of thousands which they are and nothing else. The
// database hands them over as one text, a fraction of the cost of a row for each.
func (s *Store) Texts(ctx context.Context, table, column string, q Query) ([]string, error) {
	t := s.byName[table]
	if t == nil {
		return nil, fault.New(fault.Internal, codeColumn, "table", table)
	}
	if c, ok := t.clear(column); !ok || c.Type != casework.TextColumn {
		return nil, unknownColumn(t, column)
	}
	b := &sentence{s: s, t: t}
	where, err := b.where(q)
	if err != nil {
		return nil, fault.At("texts of "+table, err)
	}
	var all sql.NullString
	text := "select " + s.d.together + "(t." + column + ", " + b.arg(betweenTexts) + ") from " + t.Name + " t where " + where
	err = s.glancing(ctx, func(c *conn) error {
		return c.walk(ctx, func(r *sql.Rows) error { return r.Scan(&all) }, text, b.args...)
	})
	if err != nil || !all.Valid {
		return nil, fault.At("texts of "+table, err)
	}
	return strings.Split(all.String, betweenTexts), nil
}

// betweenTexts is a control character that no id or code has.
const betweenTexts = "\x1f"

// Count counts what List would list.
func (s *Store) Count(ctx context.Context, table string, q Query) (int, error) {
	q.NoRows = true
	page, err := s.List(ctx, table, q)
	return page.Total, err
}

// Counts counts for each question what List would list, all from one moment, and
// where the question has a limit no further than that.
func (s *Store) Counts(ctx context.Context, table string, asked ...Query) ([]int, error) {
	t := s.byName[table]
	if t == nil || len(asked) == 0 {
		return nil, fault.New(fault.Internal, codeColumn, "table", table)
	}
	b := &sentence{s: s, t: t}
	counts := make([]string, len(asked))
	for i, q := range asked {
		where, err := b.where(q)
		if err != nil {
			return nil, fault.At("count "+table, err)
		}
		counts[i] = "(select count(*) from " + t.Name + " t where " + where + ")"
		if q.Limit > 0 {
			counts[i] = "(select count(*) from (select 1 from " + t.Name + " t where " + where + " limit " + itoa(q.Limit) + ") n)"
		}
	}
	out, into := make([]int, len(asked)), make([]any, len(asked))
	for i := range out {
		into[i] = &out[i]
	}
	err := s.glancing(ctx, func(c *conn) error {
		return c.walk(ctx, func(r *sql.Rows) error { return r.Scan(into...) }, "select "+strings.Join(counts, ", "), b.args...)
	})
	return out, fault.At("count "+table, err)
}

// sortKey is a column of the order, with what stands for no value. bare is set
// for columns that always have one, so that an index can be used.
type sortKey struct {
	name string
	down bool
	text bool
	bare bool
}

func (k sortKey) expr(alias string) string {
	switch {
	case k.bare, k.text:
		return alias + k.name
	case k.down:
		return fmt.Sprintf("coalesce(%s%s, %d)", alias, k.name, int64(math.MinInt64+1))
	}
	return fmt.Sprintf("coalesce(%s%s, %d)", alias, k.name, int64(math.MaxInt64))
}

func orderBy(keys []sortKey, alias string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.expr(alias)
		if k.down {
			out[i] += " desc"
		}
	}
	return " order by " + strings.Join(out, ", ")
}

func (b *sentence) list(q Query) (string, []sortKey, error) {
	where, err := b.where(q)
	if err != nil {
		return "", nil, err
	}
	keys, err := b.order(q.Sort)
	if err != nil {
		return "", nil, err
	}
	from := " from " + b.t.Name + " t where " + where
	rest, err := b.after(q.After, keys)
	if err != nil {
		return "", nil, err
	}
	limit := orElse(q.Limit, 50) + 1
	if q.NoRows {
		limit = 0
	}
	page := "select t." + strings.Join(b.t.listed, ", t.") + from + rest + orderBy(keys, "t.") + " limit " + itoa(limit)
	if q.NoTotal {
		return "select 0 as total, p.* from (" + page + ") p" + orderBy(keys, "p."), keys, nil
	}
	return "select n.total, p.* from (select count(*) as total" + from + ") n left join (" + page + ") p on 1 = 1" + orderBy(keys, "p."), keys, nil
}

func (b *sentence) where(q Query) (string, error) {
	scope, err := b.scope(q.Scope)
	if err != nil {
		return "", err
	}
	parts := []string{"(" + scope + ")"}
	for _, f := range q.Where {
		p, err := b.filter(f)
		if err != nil {
			return "", err
		}
		parts = append(parts, p)
	}
	for _, beside := range q.Beside {
		p, err := b.beside(beside)
		if err != nil {
			return "", err
		}
		parts = append(parts, p)
	}
	var some []string
	for _, f := range q.Any {
		p, err := b.filter(f)
		if err != nil {
			return "", err
		}
		some = append(some, p)
	}
	if len(some) > 0 {
		parts = append(parts, "("+strings.Join(some, " or ")+")")
	}
	return strings.Join(parts, " and "), nil
}

// beside is a look-up by stream, which every table's key begins with.
func (b *sentence) beside(q Beside) (string, error) {
	t := b.s.byName[q.Table]
	if t == nil {
		return "", fault.New(fault.Internal, codeColumn, "table", q.Table)
	}
	text := "exists (select 1 from " + t.Name + " o where o.stream_kind = t.stream_kind and o.stream_id = t.stream_id"
	for _, f := range q.Where {
		p, err := b.filterOf("o.", t, f)
		if err != nil {
			return "", err
		}
		text += " and " + p
	}
	for _, name := range q.Same {
		for _, of := range []*indexTable{b.t, t} {
			if _, ok := of.clear(name); !ok {
				return "", unknownColumn(of, name)
			}
		}
		text += " and o." + name + " = t." + name
	}
	if q.None {
		text = "not " + text
	}
	return text + ")", nil
}

func (b *sentence) filter(f Filter) (string, error) { return b.filterOf("t.", b.t, f) }

func (b *sentence) filterOf(alias string, t *indexTable, f Filter) (string, error) {
	if f.Column != "stream_id" {
		if _, ok := t.clear(f.Column); !ok {
			return "", unknownColumn(t, f.Column)
		}
	}
	marks := make([]string, len(f.Values))
	for i, v := range f.Values {
		plain, err := plainValue(v)
		if err != nil {
			return "", err
		}
		marks[i] = b.arg(plain)
	}
	if t.inOrder[f.Column] && len(marks) <= 1 {
		if text := alongOrder(alias, f, marks); text != "" {
			return text, nil
		}
	}
	switch f.Op {
	case Set, Unset:
		return alias + f.Column + " " + string(f.Op), nil
	case OneOf:
		if len(marks) == 0 {
			return "1 = 0", nil
		}
		return alias + f.Column + " in (" + strings.Join(marks, ", ") + ")", nil
	case Is, Isnt, Before, Until, After, From:
		if len(marks) == 1 {
			return alias + f.Column + " " + string(f.Op) + " " + marks[0], nil
		}
	}
	return "", fault.New(fault.Internal, codeColumn, "table", t.Name, "column", f.Column)
}

// alongOrder says a condition on a time in the words of the index that has it in
// order, where no value stands as the last: so it begins there and reads no further.
func alongOrder(alias string, f Filter, marks []string) string {
	key := sortKey{name: f.Column}
	at, last := key.expr(alias), strconv.FormatInt(math.MaxInt64, 10)
	switch {
	case f.Op == Unset:
		return at + " = " + last
	case f.Op == Set:
		return at + " < " + last
	case len(marks) == 0:
		return ""
	case f.Op == Before || f.Op == Until: // said twice, for an index of only those that have one
		return "(" + at + " " + string(f.Op) + " " + marks[0] + " and " + alias + f.Column + " is not null)"
	case f.Op == After || f.Op == From:
		return "(" + at + " " + string(f.Op) + " " + marks[0] + " and " + at + " < " + last + ")"
	}
	return ""
}

func (b *sentence) order(sort []Order) ([]sortKey, error) {
	var out []sortKey
	for _, o := range sort {
		c, ok := b.t.clear(o.Column)
		if !ok {
			return nil, unknownColumn(b.t, o.Column)
		}
		out = append(out, sortKey{o.Column, o.Down, c.Type == casework.TextColumn, c.Key})
	}
	for i, name := range b.t.shape.columns[:b.t.shape.key] {
		out = append(out, sortKey{name: name, text: b.t.shape.kinds[i] == textValue, bare: true})
	}
	return out, nil
}

// after continues behind the last row of the page before.
func (b *sentence) after(token string, keys []sortKey) (string, error) {
	if token == "" {
		return "", nil
	}
	values, err := readCursor(token, keys)
	if err != nil {
		return "", err
	}
	var either []string
	same := ""
	for i, k := range keys {
		more := " > "
		if k.down {
			more = " < "
		}
		mark := b.arg(values[i])
		either = append(either, "("+same+k.expr("t.")+more+mark+")")
		same += k.expr("t.") + " = " + mark + " and "
	}
	return " and (" + strings.Join(either, " or ") + ")", nil
}

// CodeCursor refuses a place in a list that this list never gave.
const CodeCursor = "list.cursor"

// cursor holds clear values only; it stands in addresses.
func cursor(last Found, keys []sortKey) string {
	values := make([]any, len(keys))
	for i, k := range keys {
		switch v := last.value(k.name); {
		case v != nil:
			values[i] = v
		case k.text:
			values[i] = ""
		case k.down:
			values[i] = int64(math.MinInt64 + 1)
		default:
			values[i] = int64(math.MaxInt64)
		}
	}
	b, _ := json.Marshal(values) // strings and integers
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(token string, keys []sortKey) ([]any, error) {
	bad := fault.New(fault.Invalid, CodeCursor)
	b, err := base64.RawURLEncoding.DecodeString(token)
	var raw []json.RawMessage
	if err != nil || json.Unmarshal(b, &raw) != nil || len(raw) != len(keys) {
		return nil, bad
	}
	out := make([]any, len(raw))
	for i, k := range keys {
		var text string
		var n int64
		if k.text {
			err = json.Unmarshal(raw[i], &text)
			out[i] = text
		} else {
			err = json.Unmarshal(raw[i], &n)
			out[i] = n
		}
		if err != nil {
			return nil, bad
		}
	}
	return out, nil
}

// add reads one row: the total, then a row of the page or nothing.
func (p *Page) add(r *sql.Rows, t *indexTable) error {
	values := make([]any, len(t.listed)+1)
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	if err := r.Scan(into...); err != nil {
		return err
	}
	total, _ := values[0].(int64)
	p.Total = int(total)
	if values[1] == nil {
		return nil
	}
	f := Found{at: t.listedAt, values: values[1:]}
	f.Ref = casework.Ref{Kind: casework.Kind(f.Text("stream_kind")), ID: f.Text("stream_id")}
	p.Rows = append(p.Rows, f)
	return nil
}
