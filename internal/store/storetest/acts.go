package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pana/internal/casework"
	"pana/internal/store"
	"pana/internal/withheld"
)

func twoNodes(w *World) {
	if !w.Postgres() {
		return // one file, one office, one node
	}
	other := w.Open(w.T, Options())
	const each = 40
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		s := []*store.Store{w.S, other}[i%2]
		wg.Go(func() {
			for n := range each {
				_, err := Write(s, fmt.Sprintf("k%d-%d", i, n), Ref(n%3), Wrote{Name: fmt.Sprintf("%d-%d", i, n)})
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	wg.Wait()
	w.must(errors.Join(errs...))
	report := w.verify()
	if report.Leaves != int64(len(errs)*each) {
		w.T.Errorf("%d leaves", report.Leaves)
	}
	// Each sees what the other wrote, though it has a state in its cache.
	for _, s := range []*store.Store{w.S, other} {
		total := 0
		for n := range 3 {
			l, err := s.View(context.Background(), Ref(n))
			w.must(err)
			total += store.As[*Pad](l, Ref(n)).Count
		}
		if total != len(errs)*each {
			w.T.Errorf("a node sees %d events", total)
		}
	}
}

func nodesStartAtOnce(w *World) {
	if !w.Postgres() {
		return
	}
	w.must(w.S.Close())
	for _, q := range []string{"drop schema public cascade", "create schema public"} {
		w.exec(q)
	}
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			s, err := w.Try(Options())
			if err == nil {
				_, err = Write(s, fmt.Sprint("k", i), Ref(i), Wrote{Name: "a"})
				err = errors.Join(err, s.Close())
			}
			errs[i] = err
		})
	}
	wg.Wait()
	w.must(errors.Join(errs...))
	w.S = w.Open(w.T, Options())
	if r := w.verify(); r.Leaves != int64(len(errs)) {
		w.T.Errorf("report = %+v", r)
	}
}

func (w *World) verify() store.Report {
	w.T.Helper()
	r, err := w.S.Verify(context.Background(), store.VerifyAll, nil)
	w.must(err)
	return r
}

func visitorLeaves(w *World) {
	ctx, leave := context.WithCancel(context.Background())
	act := store.Act{Key: "k", At: start, Streams: []casework.Ref{Ref(1)}}
	_, err := w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) {
		leave()
		return casework.Decision{Events: []casework.Draft{{Stream: Ref(1), Payload: Wrote{Name: "a"}}}, Receipt: casework.Receipt{Code: "wrote"}}, nil
	})
	if err != nil {
		w.wantCode(err, "store.unavailable")
	}
	// It failed, yet it happened: asking again with the same key says so.
	r, err := w.S.Change(context.Background(), act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{}, errors.New("decided twice")
	})
	w.must(err)
	if !r.Seen || w.pad(Ref(1)).Count != 1 {
		w.T.Errorf("receipt = %+v", r)
	}
}

func clockJumpsBack(w *World) {
	var seen []time.Time
	for i, at := range []time.Time{start, start.Add(time.Hour), start.Add(-24 * time.Hour), start.Add(2 * time.Hour)} {
		_, err := WriteAt(w.S, fmt.Sprint("k", i), Ref(i), Wrote{Name: "a"}, at)
		w.must(err)
	}
	rows, err := w.Raw(w.T).Query(`select recorded_at from events order by n`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var at int64
		w.must(rows.Scan(&at))
		seen = append(seen, time.UnixMicro(at).UTC())
	}
	w.must(rows.Err())
	want := []time.Time{start, start.Add(time.Hour), start.Add(time.Hour), start.Add(2 * time.Hour)}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		w.T.Errorf("recorded at %v, want %v", seen, want)
	}
	w.verify()
}

func lockedDatabase(w *World) {
	opt := Options()
	opt.Busy = 100 * time.Millisecond
	s := w.Open(w.T, opt)
	_, err := Write(s, "before", Ref(1), Wrote{Name: "a"})
	w.must(err)
	ctx := context.Background()
	other, err := w.Raw(w.T).Conn(ctx)
	w.must(err)
	begin := "begin immediate"
	if w.Postgres() {
		begin = "begin; select * from ledger_head for update"
	}
	_, err = other.ExecContext(ctx, begin)
	w.must(err)
	_, err = Write(s, "k", Ref(1), Wrote{Name: "b"})
	w.wantCode(err, "store.busy")
	if w.pad(Ref(1)).Count != 1 {
		w.T.Error("something was written")
	}
	_, err = other.ExecContext(ctx, "rollback")
	w.must(err)
	r, err := Write(s, "k", Ref(1), Wrote{Name: "b"})
	w.must(err)
	if r.Seen {
		w.T.Error("it failed and did not happen, and yet it was seen")
	}
	w.verify()
}

func newQuarter(w *World) {
	for i := range 6 {
		at := start.AddDate(0, 3*i, 0)
		if i > 0 { // the first act of a kind makes its key by itself; after that it is a daily job
			w.must(w.S.Keys().Prepare(context.Background(), at, "shelter"))
		}
		_, err := WriteAt(w.S, fmt.Sprint("k", i), Ref(i), Wrote{Name: "a", Text: withheld.New("t")}, at)
		w.must(err)
	}
	keks, err := w.S.KEKs(context.Background())
	w.must(err)
	if len(keks) < 6 {
		w.T.Errorf("%d key-encryption keys over six quarters", len(keks))
	}
	w.S = w.Open(w.T, Options())
	if report := w.verify(); report.Streams != 6 {
		w.T.Errorf("report = %+v", report)
	}
}

func stamps(w *World) {
	opt := Options()
	opt.Stamp = "demo"
	s, err := w.Try(opt)
	w.wantCode(err, "store.stamp")
	if s != nil {
		w.T.Error("a store came with the error")
	}
}

func packsStay(w *World) {
	ctx := context.Background()
	w.must(w.S.PinPack(ctx, "sha256:a", []byte("first"), start))
	w.must(w.S.PinPack(ctx, "sha256:a", []byte("second"), start))
	b, err := w.S.PinnedPack(ctx, "sha256:a")
	w.must(err)
	if string(b) != "first" {
		w.T.Errorf("pack = %q", b)
	}
	_, err = w.S.PinnedPack(ctx, "sha256:b")
	w.wantCode(err, "pack.not_pinned")
}
