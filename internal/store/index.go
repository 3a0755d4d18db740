package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/seal"
)

// indexTable is one of casework's tables, as it lies in the database: the
// columns stream_kind and stream_id, then the table's key, then the rest.
type indexTable struct {
	casework.Table
	shape *shape
	order []int // place in Values of each column after the first two

	listed   []string       // columns that a list reads: all but what is sealed or bytes
	listedAt map[string]int // their places in a row of a list
	foundAt  map[string]int // and in a whole row

	inOrder map[string]bool // times that an index has in order

	rowsOfMany string
	rowsOfFew  [fewStreams + 1]string
}

// sealedCompartment is the key that seals index columns.
const sealedCompartment = "index"

func indexTables(tables []casework.Table) ([]indexTable, map[string]*indexTable) {
	out := make([]indexTable, len(tables))
	byName := make(map[string]*indexTable, len(tables))
	for i, t := range tables {
		out[i] = newIndexTable(t)
		byName[t.Name] = &out[i]
	}
	return out, byName
}

func newIndexTable(t casework.Table) indexTable {
	sh := &shape{table: t.Name, replace: true, columns: []string{"stream_kind", "stream_id"}, kinds: []columnKind{textValue, textValue}, key: 2}
	it := indexTable{Table: t, shape: sh}
	for _, key := range []bool{true, false} {
		for i, c := range t.Columns {
			if c.Key != key {
				continue
			}
			sh.columns, sh.kinds, it.order = append(sh.columns, c.Name), append(sh.kinds, kindOf(c)), append(it.order, i)
			if key {
				sh.key++
			}
		}
	}
	it.rowsOfMany, it.rowsOfFew = it.rowsTexts()
	it.inOrder = map[string]bool{}
	for _, f := range inOrder {
		for _, c := range f.sorted {
			it.inOrder[c] = it.inOrder[c] || f.table == t.Name
		}
	}
	it.listedAt, it.foundAt = map[string]int{}, map[string]int{}
	for i, name := range sh.columns {
		if i < 2 || sh.kinds[i] != bytesValue {
			it.foundAt[name], it.listedAt[name] = i, len(it.listed)
			it.listed = append(it.listed, name)
		}
	}
	return it
}

func kindOf(c casework.Column) columnKind {
	switch {
	case c.Sealed || c.Type == casework.BytesColumn:
		return bytesValue
	case c.Type == casework.TextColumn:
		return textValue
	}
	return intValue
}

// row is an index row as it lies in the database. Sealed values are still open
// here, so that two rows can be compared.
func (t *indexTable) row(ref casework.Ref, r casework.Row) ([]any, error) {
	if len(r.Values) != len(t.Columns) {
		return nil, fmt.Errorf("table %s: %d values for %d columns", t.Name, len(r.Values), len(t.Columns))
	}
	out := append(make([]any, 0, 2+len(t.order)), string(ref.Kind), ref.ID)
	for _, i := range t.order {
		v, err := plainValue(r.Values[i])
		if err != nil {
			return nil, fmt.Errorf("table %s, column %s: %w", t.Name, t.Columns[i].Name, err)
		}
		out = append(out, v)
	}
	return out, nil
}

// plainValue makes of a value one of those that databases know: string, int64,
// []byte or nil.
func plainValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, int64:
		return v, nil
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
		return v.UnixMicro(), nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case []byte:
		return orEmpty(v), nil
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return r.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return int64(r.Uint()), nil
	}
	return nil, fmt.Errorf("a value of type %T", v)
}

// keyOf is the row's key as one string. Lengths keep two keys apart.
func (t *indexTable) keyOf(row []any) string {
	b := make([]byte, 0, 96)
	for _, v := range row[:t.shape.key] {
		switch v := v.(type) {
		case string:
			b = append(strconv.AppendInt(b, int64(len(v)), 10), ':')
			b = append(b, v...)
		case int64:
			b = append(strconv.AppendInt(b, v, 10), ';')
		case []byte:
			b = append(strconv.AppendInt(b, int64(len(v)), 10), ':')
			b = append(b, v...)
		}
	}
	return string(b)
}

// equalRows compares values that are string, int64, []byte or nil.
func equalRows(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, isBytes := a[i].([]byte)
		if !isBytes {
			if _, other := b[i].([]byte); other || a[i] != b[i] {
				return false
			}
			continue
		}
		if y, ok := b[i].([]byte); !ok || !bytes.Equal(x, y) {
			return false
		}
	}
	return true
}

// flushIndex writes the difference between what the changed streams' rows were
// and what they are, once for the whole group.
func (g *group) flushIndex(ctx context.Context, c *conn) error {
	put, gone := map[*indexTable][][]any{}, map[*indexTable][][]any{}
	for _, ref := range g.changed() {
		before, after, err := g.difference(ref)
		if g.anew[ref] {
			before, after, err = g.allAnew(ctx, c, ref)
		}
		if err != nil {
			return err
		}
		for t, rows := range before {
			for key, row := range rows {
				if after[t][key] == nil {
					gone[t] = append(gone[t], row)
				}
			}
		}
		for t, rows := range after {
			for key, row := range rows {
				was := before[t][key]
				if equalRows(was, row) {
					continue
				}
				if was != nil && !c.d.arrays && !t.sealsAny() {
					if err := t.shape.update(ctx, c, was, row); err != nil {
						return err
					}
					continue
				}
				sealed, err := g.sealRow(ctx, c, t, ref, row)
				if err != nil {
					return err
				}
				put[t] = append(put[t], sealed)
			}
		}
	}
	for i := range g.s.index {
		t := &g.s.index[i]
		if err := t.shape.remove(ctx, c, gone[t]); err != nil {
			return err
		}
		if err := t.shape.insert(ctx, c, put[t]); err != nil {
			return err
		}
	}
	return nil
}

// allAnew takes every row of a stream out of the index and gives those it has now.
func (g *group) allAnew(ctx context.Context, c *conn, ref casework.Ref) (before, after placed, err error) {
	for i := range g.s.index {
		text := `delete from ` + g.s.index[i].Name + ` where stream_kind = ?1 and stream_id = ?2`
		if _, err := c.exec(ctx, text, string(ref.Kind), ref.ID); err != nil {
			return nil, nil, err
		}
	}
	after, err = g.s.place(g.streams[ref])
	return nil, after, err
}

func (t *indexTable) sealsAny() bool {
	return slices.ContainsFunc(t.Columns, func(c casework.Column) bool { return c.Sealed })
}

// sealRow seals the columns that casework declared sealed, with the stream's
// own index key: erasing the stream's keys erases them too.
func (g *group) sealRow(ctx context.Context, c *conn, t *indexTable, ref casework.Ref, row []any) ([]any, error) {
	var out []any
	for i, col := range t.order {
		if !t.Columns[col].Sealed || row[i+2] == nil {
			continue
		}
		if out == nil {
			out = append([]any(nil), row...)
		}
		key, err := g.indexKey(ctx, c, ref)
		if err != nil {
			return nil, err
		}
		out[i+2] = key.Seal(cellText(row[i+2]), cellAAD(t, ref, row, t.Columns[col].Name))
	}
	if out == nil {
		return row, nil
	}
	return out, nil
}

// indexKey is the stream's key for sealed columns. A stream from the cache may
// not know of one: another node's act, or a rebuild, may have made it without an
// event in a compartment that would have told.
func (g *group) indexKey(ctx context.Context, c *conn, ref casework.Ref) (seal.DataKey, error) {
	st := *g.streams[ref]
	if key, ok := st.keys[sealedCompartment]; ok {
		return key, nil
	}
	if g.before[ref].seq > 0 {
		there, err := g.s.dataKeys(ctx, c, []casework.Ref{ref})
		if err != nil {
			return seal.DataKey{}, err
		}
		if key, ok := there[ref][sealedCompartment]; ok {
			st.keys = withKey(st.keys, sealedCompartment, key)
			g.streams[ref] = &st
			return key, nil
		}
	}
	a := &act{g: g, at: g.head.recorded}
	key, err := a.key(&st, sealedCompartment)
	if err != nil {
		return seal.DataKey{}, err
	}
	g.keys = append(g.keys, a.keys...)
	g.streams[ref] = &st
	return key, nil
}

// cellText is what is sealed of a value.
func cellText(v any) []byte {
	if b, ok := v.([]byte); ok {
		return b
	}
	return fmt.Append(nil, v)
}

func cellAAD(t *indexTable, ref casework.Ref, row []any, column string) []byte {
	return fmt.Appendf(nil, "cell\x00%s\x00%s\x00%s\x00%s\x00%s", t.Name, ref.Kind, ref.ID, t.keyOf(row), column)
}

// ddl makes an index table. Only keys and what lists sort and filter by most
// have indexes; see finders.
func (t *indexTable) ddl(d *dialect) []string {
	key := "PRIMARY KEY (" + strings.Join(t.shape.columns[:t.shape.key], ", ") + ")"
	return append([]string{d.schema(t.columnsText(t.Name) + ", " + key + d.tableEnd(longRows[t.Name]))}, t.indexes(d, t.Name)...)
}

// columnsText begins a table of this shape, with its columns and without its key.
func (t *indexTable) columnsText(table string) string {
	names := [...]string{"TEXT ", "BIGINT ", "BYTEA "}
	columns := make([]string, len(t.shape.columns))
	for i, c := range t.shape.columns {
		columns[i] = c + " " + names[t.shape.kinds[i]]
		if i < t.shape.key {
			columns[i] += "NOT NULL"
		}
	}
	return "CREATE TABLE " + table + " (" + strings.Join(columns, ", ")
}

// indexes are the table's other ways to find a row. A list goes on in the order of
// the key where times are the same, and thousands of steps may be due since one
// moment: the index has the key behind the times, as SQLite does of itself.
func (t *indexTable) indexes(d *dialect, on string) (out []string) {
	has := map[string]bool{}
	for _, c := range t.Columns {
		has[c.Name] = !c.Sealed
	}
	for _, f := range finders {
		if f.table != t.Name || !all(f.columns, has) {
			continue
		}
		out = append(out, "CREATE INDEX "+on+"_"+strings.Join(f.columns, "_")+" ON "+on+" ("+strings.Join(f.columns, ", ")+")")
	}
	for _, f := range inOrder {
		if f.table == t.Name && all(f.columns, has) && all(f.sorted, has) {
			columns := slices.Clone(f.columns)
			for _, c := range f.sorted {
				columns = append(columns, "("+sortKey{name: c}.expr("")+")")
			}
			for _, c := range t.shape.columns[:t.shape.key] {
				if d == pgDialect && !f.rare && !slices.Contains(columns, c) {
					columns = append(columns, c)
				}
			}
			out = append(out, "CREATE INDEX "+on+"_"+strings.Join(slices.Concat(f.columns, f.sorted), "_")+" ON "+on+" ("+strings.Join(columns, ", ")+")"+f.which())
		}
	}
	return out
}

func all(names []string, has map[string]bool) bool {
	for _, n := range names {
		if !has[n] {
			return false
		}
	}
	return true
}

// finders are the secondary indexes: the columns that lists filter and sort by.
var finders = []struct {
	table   string
	columns []string
}{
	{"files", []string{"file_id"}}, // the primary keys begin with the stream
	{"files", []string{"number"}},
	{"files", []string{"next_end"}},
	{"referrals", []string{"referral_id"}},
	{"services", []string{"service_id"}},
	{"relations", []string{"body_id", "relation", "file_id"}}, // with all that a list of ids reads
	{"decisions", []string{"by_kind", "file_id"}},
	{"asks", []string{"body_id", "state"}},
	{"referrals", []string{"from_body", "state"}},
	{"referrals", []string{"state", "escalated_at"}},
	{"referrals", []string{"region", "escalated_at"}},
	{"clocks", []string{"due_at"}},
	{"services", []string{"type", "region"}},
	{"places", []string{"service_id"}},
	{"accounts", []string{"login_tag"}},
	{"subjects", []string{"tag"}},
	{"checks", []string{"worker_id", "at"}},
	{"checks", []string{"body_id", "question", "at"}},
	{"checks", []string{"at"}},
	{"signals", []string{"body_id", "at"}},
	{"papers", []string{"tag"}},
	{"pages", []string{"tag"}},
	{"documents", []string{"attachment_id"}},
	{"documents", []string{"state"}},
	{"care", []string{"body_id", "at"}},
	{"incidents", []string{"body_id", "at"}},
	{"operations", []string{"body_id", "at"}},
	{"households", []string{"until"}},
	{"tracks", []string{"body_id", "at"}},
	{"tracks", []string{"region", "at"}},
	{"track_money", []string{"at"}},
	{"hearings", []string{"body_id", "at"}},
	{"hearings", []string{"interpreter"}},
	{"given", []string{"body_id", "worker"}},
	{"proposals", []string{"body_id", "due_at"}},
	{"stays", []string{"body_id", "roll", "since"}},
	{"stays", []string{"roll", "region", "since"}},
	{"courses", []string{"procedure", "last_at"}},
}

// longRows are the tables with rows of some kilobytes.
var longRows = map[string]bool{casework.SituationsTable: true}

// inOrder are those of one value of each of some columns in the order of some times,
// as lists sort them: what has none last. A list that begins there reads no more than it shows.
var inOrder = []ordered{
	{table: "steps", columns: []string{"by_kind"}, sorted: []string{"due_at", "since"}, rare: true},
	{table: "steps", columns: []string{"by_kind", "region"}, sorted: []string{"due_at"}, timed: true},
	{table: "decisions", columns: []string{"by_kind"}, sorted: []string{"due_at", "since"}},
	{table: "decisions", columns: []string{"by_kind", "region"}, sorted: []string{"due_at", "since"}},
	{table: "owed", columns: []string{"body_id"}, sorted: []string{"due_at", "since"}},
	{table: "tasks", columns: []string{"body_id", "state"}, sorted: []string{"due_at"}},
	{table: "tasks", columns: []string{"body_kind", "state"}, sorted: []string{"due_at"}},
}

type ordered struct {
	table   string
	columns []string
	sorted  []string
	timed   bool // only rows that have the first of the times: for who asks what is late
	// rare is a list that only some countries read: what is due at one moment it sorts itself,
	// so that the index need not have the key of four million rows.
	rare bool
}

func (o ordered) which() string {
	if !o.timed {
		return ""
	}
	return " WHERE " + o.sorted[0] + " IS NOT NULL"
}

// digestOf names a set of tables, so that a change of it is noticed.
func (s *Store) indexDigest() string {
	h := sha256.New()
	for i := range s.index {
		for _, q := range s.index[i].ddl(s.d) {
			fmt.Fprintln(h, q)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ensureIndex makes the index tables. When casework declares others than those
// that stand, they are made anew from the events: an index is never migrated.
func (s *Store) ensureIndex(ctx context.Context) error {
	if err := s.checkNames(); err != nil || s.keys == nil {
		return err // without keys nothing can be folded; what stands is verified as it is
	}
	if err := s.prepareIndexKey(ctx); err != nil {
		return err
	}
	return s.writing(ctx, func(c *conn) error {
		if _, err := readHead(ctx, c, c.d.lock); err != nil {
			return err
		}
		// Who holds the head rebuilds; what grew beside belongs to one that died, and
		// nobody who erases a file would look there.
		if err := s.dropNext(ctx, c); err != nil {
			return err
		}
		have, ok, err := metaValue(ctx, c, "index")
		if err != nil || ok && have == s.indexDigest() {
			return err
		}
		return s.rebuildIndex(ctx, c, nil)
	})
}

// checkNames refuses a name that could not stand in SQL as it is.
func (s *Store) checkNames() error {
	for _, t := range s.index {
		for _, name := range append([]string{t.Name}, t.shape.columns...) {
			if !plainName(name) {
				return fault.Because(fmt.Errorf("table or column %q", name), fault.Internal, codeFailed)
			}
		}
	}
	return nil
}

func plainName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '_' && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// prepareIndexKey makes the key that wraps the keys of sealed columns. It is
// made outside transactions, so before a rebuild: columns that were not sealed
// before may be now.
func (s *Store) prepareIndexKey(ctx context.Context) error {
	var h head
	err := s.reading(ctx, func(c *conn) (err error) {
		h, err = readHead(ctx, c, "")
		return err
	})
	if err != nil || h.size == 0 {
		return err // nothing to rebuild: the first act makes it
	}
	return s.keys.Prepare(ctx, fromMicro(h.recorded), sealedCompartment)
}
