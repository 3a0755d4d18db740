package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"pana/internal/casework"
	"pana/internal/ledger"
)

type rowScanner interface{ Scan(...any) error }

func asRows(f func(rowScanner) error) func(*sql.Rows) error {
	return func(r *sql.Rows) error { return f(r) }
}

// columnKind is how a value lies in the database.
type columnKind uint8

const (
	textValue columnKind = iota
	intValue
	bytesValue
)

func (k columnKind) array() string {
	return [...]string{"text[]", "bigint[]", "bytea[]"}[k]
}

// shape is a table as far as writing rows to it goes.
type shape struct {
	table   string
	columns []string
	kinds   []columnKind
	key     int  // the first key columns are the key
	keep    bool // what is there stays as it is
	replace bool // what is there is replaced

	once             sync.Once
	one, many        string
	oneGone, manGone string
	few              [fewRows + 1]string // so many rows at once, for SQLite
}

// fewRows is how many rows go by one statement in SQLite at most.
const fewRows = 8

// texts writes the statements of a table once.
func (sh *shape) texts() {
	sh.once.Do(func() {
		list, marks, arrays := strings.Join(sh.columns, ", "), make([]string, len(sh.columns)), make([]string, len(sh.columns))
		where, join, keyArrays := make([]string, sh.key), make([]string, sh.key), make([]string, sh.key)
		for i := range sh.columns {
			marks[i] = fmt.Sprintf("?%d", i+1)
			arrays[i] = marks[i] + "::" + sh.kinds[i].array()
			if i < sh.key {
				where[i], join[i], keyArrays[i] = sh.columns[i]+" = "+marks[i], "t."+sh.columns[i]+" = k."+sh.columns[i], arrays[i]
			}
		}
		insert := "insert into " + sh.table + " (" + list + ") "
		sh.one = insert + "values (" + strings.Join(marks, ", ") + ")" + sh.conflict()
		for n := range sh.few {
			sh.few[n] = "insert or fail" + strings.TrimPrefix(insert, "insert") + "values " + tuples(n, len(sh.columns)) + sh.conflict()
		}
		sh.many = insert + "select * from unnest(" + strings.Join(arrays, ", ") + ")" + sh.conflict()
		sh.oneGone = "delete from " + sh.table + " where " + strings.Join(where, " and ")
		sh.manGone = "delete from " + sh.table + " t using unnest(" + strings.Join(keyArrays, ", ") + ") as k (" +
			strings.Join(sh.columns[:sh.key], ", ") + ") where " + strings.Join(join, " and ")
	})
}

// tuples are n rows of marks: (?1, ?2), (?3, ?4).
func tuples(n, width int) string {
	rows, mark := make([]string, n), 0
	for i := range rows {
		marks := make([]string, width)
		for j := range marks {
			mark++
			marks[j] = "?" + itoa(mark)
		}
		rows[i] = "(" + strings.Join(marks, ", ") + ")"
	}
	return strings.Join(rows, ", ")
}

func (sh *shape) conflict() string {
	if sh.keep || sh.replace && sh.key == len(sh.columns) {
		return " on conflict do nothing"
	}
	if !sh.replace {
		return ""
	}
	set := make([]string, 0, len(sh.columns))
	for _, c := range sh.columns[sh.key:] {
		set = append(set, c+" = excluded."+c)
	}
	return " on conflict (" + strings.Join(sh.columns[:sh.key], ", ") + ") do update set " + strings.Join(set, ", ")
}

// insert writes rows; remove deletes those whose keys are given. In SQLite, a
// call into the same process, a few rows go by one statement; to PostgreSQL they
// go as arrays, one statement a table.
//
// Many rows of SQLite's are written "or fail": it then keeps no copy of each page
// for taking back the rows before the one that is refused. Nobody takes back half
// a statement here: what fails ends the transaction.
func (sh *shape) insert(ctx context.Context, c *conn, rows [][]any) error {
	sh.texts()
	if c.d.arrays && len(rows) > 1 {
		return sh.arrays(ctx, c, sh.many, rows, len(sh.columns))
	}
	for few := range slices.Chunk(rows, fewRows) {
		text := sh.one
		if len(few) > 1 {
			text = sh.few[len(few)]
		}
		if err := sh.exec(ctx, c, text, slices.Concat(few...)); err != nil {
			return err
		}
	}
	return nil
}

// update writes of a row that stood, in SQLite, only what is other than it was: an
// index of a column that is set is written again, even to the same value.
func (sh *shape) update(ctx context.Context, c *conn, was, is []any) error {
	args := slices.Clone(is[:sh.key])
	set, where := make([]string, 0, len(is)-sh.key), make([]string, sh.key)
	for i, name := range sh.columns {
		switch {
		case i < sh.key:
			where[i] = name + " = ?" + itoa(i+1)
		case !equalRows(was[i:i+1], is[i:i+1]):
			args = append(args, is[i])
			set = append(set, name+" = ?"+itoa(len(args)))
		}
	}
	n, err := c.exec(ctx, "update "+sh.table+" set "+strings.Join(set, ", ")+" where "+strings.Join(where, " and "), args...)
	if err == nil && n != 1 {
		return sh.insert(ctx, c, [][]any{is}) // the index was not whole
	}
	return err
}

func (sh *shape) remove(ctx context.Context, c *conn, rows [][]any) error {
	sh.texts()
	if c.d.arrays && len(rows) > 1 {
		return sh.arrays(ctx, c, sh.manGone, rows, sh.key)
	}
	for _, row := range rows {
		if err := sh.exec(ctx, c, sh.oneGone, row[:sh.key]); err != nil {
			return err
		}
	}
	return nil
}

func (sh *shape) arrays(ctx context.Context, c *conn, text string, rows [][]any, width int) error {
	args := make([]any, width)
	for i := range width {
		args[i] = sh.kinds[i].column(rows, i)
	}
	return sh.exec(ctx, c, text, args)
}

func (sh *shape) exec(ctx context.Context, c *conn, text string, args []any) error {
	if _, err := c.exec(ctx, text, args...); err != nil {
		return fmt.Errorf("%s: %w", sh.table, err)
	}
	return nil
}

// column gathers one column of rows as an array that knows NULL.
func (k columnKind) column(rows [][]any, i int) any {
	switch k {
	case intValue:
		return gather[int64](rows, i)
	case bytesValue:
		out := make([][]byte, len(rows))
		for n, row := range rows {
			out[n], _ = row[i].([]byte)
		}
		return out
	default:
		return gather[string](rows, i)
	}
}

func gather[T any](rows [][]any, i int) []*T {
	out := make([]*T, len(rows))
	for n, row := range rows {
		if v, ok := row[i].(T); ok {
			out[n] = &v
		}
	}
	return out
}

var (
	eventShape = &shape{
		table: "events", key: 1,
		columns: []string{"n", "id", "stream_kind", "stream_id", "seq", "type", "version", "occurred_at", "recorded_at",
			"worker", "body", "body_kind", "reason", "pack", "act_key", "compartment", "sealed", "body_hash", "leaf"},
		kinds: []columnKind{intValue, textValue, textValue, textValue, intValue, textValue, intValue, intValue, intValue,
			textValue, textValue, textValue, textValue, textValue, textValue, textValue, bytesValue, bytesValue, bytesValue},
	}
	dataKeyShape = &shape{
		table: "data_keys", key: 3, columns: []string{"stream_kind", "stream_id", "compartment", "kek", "wrapped"},
		kinds: []columnKind{textValue, textValue, textValue, textValue, bytesValue},
	}
	receiptShape = &shape{
		table: "receipts", key: 1, columns: []string{"act_key", "worker", "fingerprint", "recorded_at", "receipt"},
		kinds: []columnKind{textValue, textValue, bytesValue, intValue, textValue},
	}
	tileShape = &shape{
		table: "tiles", key: 2, replace: true, columns: []string{"level", "n", "hashes"},
		kinds: []columnKind{intValue, intValue, bytesValue},
	}
	tombstoneShape = &shape{
		table: "tombstones", key: 2, keep: true, columns: []string{"stream_kind", "stream_id", "erased_at"},
		kinds: []columnKind{textValue, textValue, intValue},
	}
)

// flush writes what the group decided. Nothing here depends on what an act
// said: it cannot fail for one act and not another, save by a fault of ours.
func (g *group) flush(ctx context.Context, c *conn) error {
	if len(g.fresh) == 0 {
		return nil
	}
	rows := make([][]any, len(g.records))
	for i, r := range g.records {
		rows[i] = r.row()
	}
	if err := eventShape.insert(ctx, c, rows); err != nil {
		return err
	}
	if err := g.flushIndex(ctx, c); err != nil { // may make keys for sealed columns
		return err
	}
	if err := g.flushKeys(ctx, c); err != nil {
		return err
	}
	if err := g.flushErased(ctx, c); err != nil { // after the keys: an erased stream keeps none
		return err
	}
	if err := g.flushReceipts(ctx, c); err != nil {
		return err
	}
	if err := insertJobs(ctx, c, g.jobs); err != nil {
		return err
	}
	return g.flushTree(ctx, c)
}

// row is the record as eventShape has it.
func (rec *record) row() []any {
	return []any{int64(rec.n), rec.id, string(rec.ref.Kind), rec.ref.ID, int64(rec.seq), rec.typ, int64(rec.version), rec.occurred, rec.recorded,
		rec.worker, rec.body, rec.bodyKind, rec.reason, rec.pack, rec.key, rec.compartment, orEmpty(rec.sealed), rec.bodyHash[:], rec.leaf[:]}
}

func (g *group) flushKeys(ctx context.Context, c *conn) error {
	rows := make([][]any, len(g.keys))
	for i, k := range g.keys {
		rows[i] = []any{string(k.ref.Kind), k.ref.ID, k.compartment, k.wrapped.KEK, k.wrapped.Key}
	}
	return dataKeyShape.insert(ctx, c, rows)
}

func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (g *group) flushReceipts(ctx context.Context, c *conn) error {
	rows := make([][]any, len(g.fresh))
	for i, key := range g.fresh {
		p := g.prior[key]
		receipt, err := json.Marshal(p.receipt)
		if err != nil {
			return err
		}
		rows[i] = []any{key, p.worker, p.fingerprint[:], p.recorded, string(receipt)}
	}
	return receiptShape.insert(ctx, c, rows)
}

// flushTree adds the group's leaves and moves the head.
func (g *group) flushTree(ctx context.Context, c *conn) error {
	leaves := make([]ledger.Hash, len(g.records))
	for i, r := range g.records {
		leaves[i] = r.leaf
	}
	return g.growTree(ctx, c, leaves)
}

func (g *group) growTree(ctx context.Context, c *conn, leaves []ledger.Hash) error {
	if len(leaves) == 0 {
		return nil
	}
	tree, err := g.s.tree(ctx, c, g.head)
	if err != nil {
		return err
	}
	tiles := tree.Append(leaves)
	ids := slices.SortedFunc(maps.Keys(tiles), func(a, b ledger.TileID) int {
		if a.Level != b.Level {
			return a.Level - b.Level
		}
		return int(a.N - b.N)
	})
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{int64(id.Level), id.N, tiles[id]}
	}
	if err := tileShape.insert(ctx, c, rows); err != nil {
		return err
	}
	g.head.size, g.head.root = uint64(tree.Size()), tree.Root()
	_, err = c.exec(ctx, `update ledger_head set size = ?1, root = ?2, recorded_at = ?3 where id = 1`, int64(g.head.size), g.head.root[:], g.head.recorded)
	if err == nil {
		g.grown = tree
	}
	return err
}

// tree gives a copy of the right edge at the head, from memory when this node
// wrote last and from the tiles when another did.
func (s *Store) tree(ctx context.Context, c *conn, h head) (*ledger.Tree, error) {
	if s.edge != nil && s.edge.Size() == int64(h.size) && s.edgeRoot == h.root {
		return s.edge.Clone(), nil
	}
	return ledger.Load(int64(h.size), func(id ledger.TileID) ([]byte, error) { return readTile(ctx, c, id) })
}

func readTile(ctx context.Context, c *conn, id ledger.TileID) (data []byte, err error) {
	_, err = c.one(ctx, []any{&data}, `select hashes from tiles where level = ?1 and n = ?2`, int64(id.Level), id.N)
	return data, err
}

func (g *group) flushErased(ctx context.Context, c *conn) error {
	for _, ref := range g.erased {
		if err := erase(ctx, c, g.s.index, ref, g.head.recorded); err != nil {
			return err
		}
	}
	return nil
}

// changed lists the streams that the group moved, in a fixed order.
func (g *group) changed() []casework.Ref {
	var out []casework.Ref
	for ref, st := range g.streams {
		if st.seq != g.before[ref].seq {
			out = append(out, ref)
		}
	}
	slices.SortFunc(out, func(a, b casework.Ref) int { return strings.Compare(a.String(), b.String()) })
	return out
}
