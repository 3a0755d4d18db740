package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
)

// said gives a stream's rows in pad_lines as "name region", sorted.
func said(rows store.Rows, ref casework.Ref) string {
	var out []string
	for _, f := range rows.Of("pad_lines", ref) {
		out = append(out, f.Text("name")+" "+f.Text("region")+f.Text("text"))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// rowsOfStreams: rows are read by stream, without what is sealed, and an act
// reads them as the acts before it left them, be those on the disk, in its own
// group, or an erasure.
func rowsOfStreams(w *World) {
	ctx := context.Background()
	w.fill(6)
	ask := store.RowsOf{Table: "pad_lines", Refs: []casework.Ref{Ref(0), Ref(1), Ref(8)}}
	rows, err := w.S.Rows(ctx, ask, store.RowsOf{Table: "pads", Refs: []casework.Ref{Ref(0)}})
	w.must(err)
	for ref, want := range map[casework.Ref]string{Ref(0): "line0 r0, line3 r1", Ref(1): "line1 r1, line4 r0", Ref(2): "", Ref(8): ""} {
		if got := said(rows, ref); got != want {
			w.T.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
	if pad, ok := rows.One("pads", Ref(0)); !ok || pad.Int("count_all") != 2 || pad.Bool("blank") {
		w.T.Errorf("one row: %+v, %v", pad, ok)
	}
	if _, ok := rows.One("pad_lines", Ref(0)); ok {
		w.T.Error("two rows were given as one")
	}
	var many []casework.Ref // more than one statement reads in SQLite, one of them twice, some that are not
	for i := range 21 {
		many = append(many, Ref(20-i))
	}
	if rows, err = w.S.Rows(ctx, store.RowsOf{Table: "pad_lines", Refs: append(many, Ref(0))}); err != nil || said(rows, Ref(0)) != "line0 r0, line3 r1" || said(rows, Ref(2)) != "line2 r0, line5 r1" || said(rows, Ref(9)) != "" {
		w.T.Errorf("of many: %q, %q, %q, %v", said(rows, Ref(0)), said(rows, Ref(2)), said(rows, Ref(9)), err)
	}
	_, err = w.S.Rows(ctx, store.RowsOf{Table: "events"})
	w.wantCode(err, "store.unknown_column")

	read := func(key string) (out string) {
		act := store.Act{Key: key, At: start, Rows: []store.RowsOf{ask}}
		_, err := w.S.Change(ctx, act, func(l *store.Loaded) (casework.Decision, error) {
			out = said(l.Rows, Ref(0)) + "; " + said(l.Rows, Ref(1)) + "; " + said(l.Rows, Ref(8))
			return casework.Decision{}, nil
		})
		w.must(err)
		return out
	}
	if got := read("read1"); got != "line0 r0, line3 r1; line1 r1, line4 r0; " {
		w.T.Errorf("an act reads %q", got)
	}
	// The committer is held by one act while others queue behind it as a group.
	held, free := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_, err := w.S.Change(ctx, store.Act{Key: "hold", At: start}, func(*store.Loaded) (casework.Decision, error) {
			close(held)
			<-free
			return casework.Decision{}, nil
		})
		w.must(err)
	})
	<-held
	var got string
	for i, do := range []func(){
		func() { _, _ = Write(w.S, "late", Ref(8), Wrote{Name: "late", Region: "r9"}) },
		func() { _, _ = w.S.Erase(ctx, "erase", access.Who{Worker: "w1"}, Ref(1), "asked", start) },
		func() { got = read(fmt.Sprint("read", 2)) },
	} {
		all.Go(do)
		time.Sleep(time.Duration(20+i) * time.Millisecond) // so that they queue in this order
	}
	close(free)
	all.Wait()
	if got != "line0 r0, line3 r1; ; late r9" {
		w.T.Errorf("behind a write and an erasure an act reads %q", got)
	}
	w.verify()
}

// lostRow: of a row that stands only what changed is written, so one that does not
// stand must be noticed.
func lostRow(w *World) {
	w.fill(3)
	w.exec(`delete from pads where stream_id = '` + Ref(1).ID + `'`)
	_, err := Write(w.S, "again", Ref(1), Wrote{Name: "another"})
	w.must(err)
	w.verify()
}
