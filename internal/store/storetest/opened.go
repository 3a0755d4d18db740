package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
	"pana/internal/withheld"
)

// open gives what OpenAll and OpenSome find, as "stream value", sorted.
func (w *World) open(s *store.Store, some ...casework.Ref) []string {
	w.T.Helper()
	var mu sync.Mutex
	var out []string
	add := func(o store.Opened) error {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, o.Ref.ID+" "+string(o.Value))
		return nil
	}
	if len(some) == 0 {
		_, err := s.OpenAll(context.Background(), "pad_lines", "text", add)
		w.must(err)
	} else {
		found, err := s.OpenSome(context.Background(), "pad_lines", "text", some)
		w.must(err)
		for _, o := range found {
			w.must(add(o))
		}
	}
	slices.Sort(out)
	return out
}

// sealedColumnsOpen: what is sealed in the index is opened as it was written, by
// this node and by one that starts now, and nothing else is.
func sealedColumnsOpen(w *World) {
	ctx := context.Background()
	w.fill(600) // several batches; three pads with seven lines each stand at the end
	all := w.open(w.S)
	if len(all) != 21 || !slices.Contains(all, Ref(2).ID+" secret599") || slices.Contains(all, Ref(2).ID+" secret2") {
		w.T.Errorf("opened %q", all)
	}
	other := w.Open(w.T, Options())
	if got := w.open(other); !slices.Equal(got, all) {
		w.T.Errorf("another node opened %q", got)
	}
	some := append(w.open(other, Ref(0)), w.open(other, Ref(1), Ref(2), Ref(9))...)
	if !slices.Equal(some, all) {
		w.T.Errorf("by streams: %q", some)
	}
	size, err := w.S.Size(ctx)
	w.must(err)
	if n, err := w.S.OpenAll(ctx, "pad_lines", "text", func(store.Opened) error { return nil }); err != nil || n != size {
		w.T.Errorf("as of %d of %d leaves, %v", n, size, err)
	}
	_, err = w.S.Erase(ctx, "erase", access.Who{Worker: "w1"}, Ref(1), "asked", start)
	w.must(err)
	if got := w.open(other, Ref(1)); len(got) != 0 {
		w.T.Errorf("an erased pad opened: %q", got)
	}
	w.must(w.S.Rebuild(ctx, nil))
	if got := w.open(w.S); len(got) != 14 {
		w.T.Errorf("after a rebuild without the erased pad: %q", got)
	}
}

// sealedColumnsRefuse: what cannot be opened is an error and never left out, and
// a clear column, a table that is not and a store without keys have nothing to open.
func sealedColumnsRefuse(w *World) {
	ctx := context.Background()
	w.fill(9)
	none := func(store.Opened) error { return nil }
	for _, row := range [][2]string{{"pad_lines", "region"}, {"pad_lines", "text, 1"}, {"events", "sealed"}} {
		_, err := w.S.OpenAll(ctx, row[0], row[1], none)
		w.wantCode(err, "store.unknown_column")
		_, err = w.S.OpenSome(ctx, row[0], row[1], []casework.Ref{Ref(0)})
		w.wantCode(err, "store.unknown_column")
	}
	mine := errors.New("who reads has had enough")
	if _, err := w.S.OpenAll(ctx, "pad_lines", "text", func(store.Opened) error { return mine }); !errors.Is(err, mine) {
		w.T.Errorf("an error of the reader came back as %v", err)
	}
	opt := Options()
	opt.Master = nil
	_, err := w.Open(w.T, opt).OpenAll(ctx, "pad_lines", "text", none)
	w.wantCode(err, "store.key_missing")
	w.exec(`update pad_lines set text = (select text from pad_lines order by stream_id desc limit 1) where stream_id = '` + Ref(0).ID + `'`)
	_, err = w.S.OpenAll(ctx, "pad_lines", "text", none)
	w.wantCode(err, "store.damaged")
	w.exec(`delete from data_keys where stream_id = '` + Ref(1).ID + `'`)
	if _, err = w.S.OpenSome(ctx, "pad_lines", "text", []casework.Ref{Ref(1)}); err == nil {
		w.T.Error("a row without its key was left out")
	}
}

// sealingBegins: a release whose index seals what the one before it did not even
// have makes the keys for it, while a node of the same release, which knew the
// streams without those keys, goes on writing.
func sealingBegins(w *World) {
	w.must(w.S.Close())
	plain := Options()
	plain.Model = Model{NoText: true}
	w.S = w.Open(w.T, plain)
	w.fill(9)
	w.must(w.S.Close())

	w.S = w.Open(w.T, Options())
	if got := w.open(w.S); len(got) != 9 {
		w.T.Errorf("opened %q", got)
	}
	w.verify()
	// The same, but the other node has the streams in memory: it saw them before
	// their keys were made.
	w.exec(`delete from pad_lines`)
	w.exec(`delete from data_keys where compartment = 'index'`)
	node := w.Open(w.T, Options())
	for i := range 3 {
		_, err := node.View(context.Background(), Ref(i))
		w.must(err)
	}
	w.must(w.S.Rebuild(context.Background(), nil))
	_, err := Write(node, "after", Ref(1), Wrote{Name: "new", Text: withheld.New("fresh")})
	w.must(err)
	if got := w.open(w.S, Ref(1)); len(got) != 4 || !slices.Contains(got, Ref(1).ID+" fresh") {
		w.T.Errorf("opened %q", got)
	}
	w.verify()
}
