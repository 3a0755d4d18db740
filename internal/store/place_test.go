package store

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/casework"
)

var (
	lineTable = newIndexTable(casework.Table{Name: "lines", Columns: []casework.Column{{Name: "line", Key: true}, {Name: "text"}}})
	headTable = newIndexTable(casework.Table{Name: "heads", Columns: []casework.Column{{Name: "count", Type: casework.IntColumn}}})
)

// anyRows draws the rows of a state: each key once, in any order.
func anyRows(t *rapid.T, label string) []placedRow {
	out := []placedRow{{&headTable, []any{"pad", "p", int64(rapid.IntRange(0, 2).Draw(t, label+" head"))}}}
	for _, line := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 0, 5, rapid.ID).Draw(t, label+" lines") {
		text := rapid.SampledFrom([]any{"a", "b", nil, []byte("a")}).Draw(t, label+" text")
		out = append(out, placedRow{&lineTable, []any{"pad", "p", fmt.Sprint(line), text}})
	}
	return out
}

// What changedRows leaves, written over what was, gives what is; and a row that
// is as it was is not written.
func TestChangedRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		was, is := anyRows(rt, "was"), anyRows(rt, "is")
		gone, put := changedRows(was, is)
		got, err := byKey(was)
		if err != nil {
			rt.Fatal(err)
		}
		for _, r := range gone {
			delete(got[r.t], r.t.keyOf(r.row))
		}
		for _, r := range put {
			if got[r.t] == nil {
				got[r.t] = map[string][]any{}
			}
			got[r.t][r.t.keyOf(r.row)] = r.row
		}
		want, _ := byKey(is)
		for _, table := range []*indexTable{&lineTable, &headTable} {
			if len(got[table])+len(want[table]) > 0 && !reflect.DeepEqual(got[table], want[table]) {
				rt.Fatalf("%s: written %v, want %v", table.Name, got[table], want[table])
			}
		}
		if gone, put := changedRows(is, is); len(gone)+len(put) > 0 {
			rt.Fatalf("nothing changed, and %v goes and %v is written", gone, put)
		}
	})
}

// Two rows with one key would be one in the table: casework is not to make them.
func TestTwiceIn(t *testing.T) {
	t.Parallel()
	a, b := placedRow{&lineTable, []any{"pad", "p", "1", "a"}}, placedRow{&lineTable, []any{"pad", "p", "1", "b"}}
	if !a.twiceIn([]placedRow{b, a}) || a.twiceIn([]placedRow{a, {&lineTable, []any{"pad", "p", "2", "a"}}}) {
		t.Error("a key that stands twice is not told from one that stands once")
	}
}
