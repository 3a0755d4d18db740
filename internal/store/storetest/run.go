package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Opener opens one database, the same for each call, with the options given.
type Opener func(t testing.TB, opt store.Options) *store.Store

// World is a database of one test.
type World struct {
	T    testing.TB
	Open Opener
	S    *store.Store
}

var start = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// master is one for all worlds of a test run.
var master = seal.NewMaster()

// Options are what the toy needs.
func Options() store.Options {
	return store.Options{Stamp: "serve", Origin: "pana.test", Model: Model{}, Master: master, Busy: time.Second}
}

// Ref names a toy stream.
func Ref(n int) casework.Ref {
	return casework.Ref{Kind: casework.FileStream, ID: fmt.Sprintf("01h%023d", n)}
}

// Write puts a line on a pad.
func Write(s *store.Store, key string, ref casework.Ref, w Wrote) (casework.Receipt, error) {
	return WriteAt(s, key, ref, w, start)
}

// WriteAt is Write at a time.
func WriteAt(s *store.Store, key string, ref casework.Ref, w Wrote, at time.Time) (casework.Receipt, error) {
	act := store.Act{Key: key, Fingerprint: sha256.Sum256([]byte(w.Name)), At: at, Streams: []casework.Ref{ref}, Pack: "sha256:toy",
		Who: access.Who{Worker: "w1", Body: id.Body("b1"), BodyKind: "shelter"}}
	return s.Change(context.Background(), act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{
			Events:  []casework.Draft{{Stream: ref, Compartment: "shelter", Payload: w, Reason: "because"}},
			Receipt: casework.Receipt{Code: "wrote"},
		}, nil
	})
}

// Run asks everything of the database that world opens; each subtest gets a new one.
func Run(t *testing.T, world func(testing.TB) Opener) {
	for _, row := range []struct {
		name string
		test func(*World)
	}{
		{"an act is recorded and seen", actIsSeen},
		{"the same act twice", sameActTwice},
		{"a refused act leaves nothing", refusedAct},
		{"many at once", manyAtOnce},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			open := world(t)
			row.test(&World{T: t, Open: open, S: open(t, Options())})
		})
	}
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *World) pad(ref casework.Ref) *Pad {
	w.T.Helper()
	l, err := w.S.View(context.Background(), ref)
	w.must(err)
	return store.As[*Pad](l, ref)
}

func (w *World) wantCode(err error, code string) {
	w.T.Helper()
	if !fault.Is(err, code) {
		w.T.Errorf("error = %v, want %s", err, code)
	}
}

func actIsSeen(w *World) {
	if p := w.pad(Ref(1)); p != nil {
		w.T.Error("there was a pad before anybody wrote")
	}
	r, err := Write(w.S, "k1", Ref(1), Wrote{Name: "a", Text: withheld.New("secret"), Region: "almaty"})
	w.must(err)
	if r.N != 0 || r.Code != "wrote" || r.Seen {
		w.T.Errorf("receipt = %+v", r)
	}
	if p := w.pad(Ref(1)); p == nil || p.Lines["a"].Text.Reveal() != "secret" || p.Seq() != 1 {
		w.T.Errorf("pad = %+v", p)
	}
	again := w.Open(w.T, Options())
	l, err := again.View(context.Background(), Ref(1))
	w.must(err)
	if p := store.As[*Pad](l, Ref(1)); p == nil || p.Lines["a"].Text.Reveal() != "secret" {
		w.T.Errorf("a second store sees %+v", p)
	}
}

func sameActTwice(w *World) {
	first, err := Write(w.S, "k1", Ref(1), Wrote{Name: "a"})
	w.must(err)
	second, err := Write(w.S, "k1", Ref(1), Wrote{Name: "a"})
	w.must(err)
	if !second.Seen || second.N != first.N || w.pad(Ref(1)).Count != 1 {
		w.T.Errorf("second receipt = %+v, count = %d", second, w.pad(Ref(1)).Count)
	}
	_, err = Write(w.S, "k1", Ref(1), Wrote{Name: "b"})
	w.wantCode(err, "idempotency.reused")
	_, err = Write(w.S, "", Ref(1), Wrote{Name: "b"})
	w.wantCode(err, "idempotency.missing")
}

func refusedAct(w *World) {
	ctx := context.Background()
	act := store.Act{Key: "k", At: start, Streams: []casework.Ref{Ref(1)}}
	draft := casework.Draft{Stream: Ref(1), Payload: Wrote{Name: "x"}}
	_, err := w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{draft}}, fault.New(fault.Conflict, "toy.no")
	})
	w.wantCode(err, "toy.no")
	_, err = w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) { panic("a name") })
	w.wantCode(err, "store.decide_panic")
	elsewhere := draft
	elsewhere.Stream = Ref(2)
	_, err = w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{draft, elsewhere}}, nil
	})
	w.wantCode(err, "store.not_loaded")
	if w.pad(Ref(1)) != nil {
		w.T.Error("a refused act left something")
	}
	_, err = Write(w.S, "k", Ref(1), Wrote{Name: "a"})
	w.must(err) // the key of a refused act is free
}

func manyAtOnce(w *World) {
	const writers, each = 12, 15
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for n := range each {
				_, err := Write(w.S, fmt.Sprintf("k%d-%d", i, n), Ref(n%5), Wrote{Name: fmt.Sprintf("%d-%d", i, n)})
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	wg.Wait()
	w.must(errors.Join(errs...))
	for n := range 5 {
		if p := w.pad(Ref(n)); p.Count != writers*each/5 || len(p.Lines) != p.Count {
			w.T.Errorf("pad %d: %d lines, %d events", n, len(p.Lines), p.Count)
		}
	}
}
