package storetest

import (
	"context"
	"fmt"
	"time"

	"pana/internal/seal"
	"pana/internal/store"
)

// A stolen key-encryption key: its data keys go over to a successor while acts go
// on, an erased stream stays erased, and the stolen one is deleted once nothing
// and nobody uses it.
func stolenKey(w *World) {
	ctx := context.Background()
	const stolen = "kek/shelter/2026q1"
	for n := range 5 {
		_, err := Write(w.S, fmt.Sprint("a", n), Ref(n), Wrote{Name: "Nozima"})
		w.must(err)
	}
	before, err := w.S.DataKeysOf(ctx, stolen)
	w.must(err)
	next, err := w.S.Keys().Succeed(ctx, stolen, start)
	w.must(err)
	n, err := w.S.RewrapDataKeys(ctx, stolen, next.ID, nil)
	w.must(err)
	left, err := w.S.DataKeysOf(ctx, stolen)
	w.must(err)
	moved, err := w.S.DataKeysOf(ctx, next.ID)
	w.must(err)
	if before == 0 || n != before || left != 0 || moved != before {
		w.T.Errorf("%d data keys: %d moved, %d left, %d there", before, n, left, moved)
	}
	if again, err := w.S.RewrapDataKeys(ctx, stolen, next.ID, nil); err != nil || again != 0 {
		w.T.Errorf("a second time moved %d, %v", again, err)
	}
	_, err = Write(w.S, "after", Ref(9), Wrote{Name: "Nozima"})
	w.must(err)
	if left, _ := w.S.DataKeysOf(ctx, stolen); left != 0 {
		w.T.Error("a new data key was wrapped by the stolen one")
	}
	if gone, err := w.S.RetireKEK(ctx, stolen, next, start.Add(time.Minute)); err != nil || gone {
		w.T.Errorf("deleted while another node may still wrap with it: %v, %v", gone, err)
	}
	if gone, err := w.S.RetireKEK(ctx, stolen, next, start.Add(time.Hour)); err != nil || !gone {
		w.T.Errorf("not deleted after an hour: %v, %v", gone, err)
	}
	again := w.Place.Open(w.T, Options())
	w.must(second(again.Verify(ctx, store.VerifyAll, nil)))
	_, err = WriteAt(again, "later", Ref(1), Wrote{Name: "Nozima"}, start)
	w.must(err)
	w.verify()
}

// A key that still wraps something is not deleted, however old its successor.
func keyInUse(w *World) {
	_, err := Write(w.S, "a", Ref(1), Wrote{Name: "Nozima"})
	w.must(err)
	next, err := w.S.Keys().Succeed(context.Background(), "kek/shelter/2026q1", start)
	w.must(err)
	if gone, err := w.S.RetireKEK(context.Background(), "kek/shelter/2026q1", next, start.AddDate(1, 0, 0)); err != nil || gone {
		w.T.Errorf("a key that files need was deleted: %v, %v", gone, err)
	}
	w.verify()
}

// The master key is exchanged on both databases while the store is open.
func masterExchanged(w *World) {
	ctx := context.Background()
	_, err := Write(w.S, "a", Ref(1), Wrote{Name: "Nozima"})
	w.must(err)
	next := seal.NewMaster()
	got, err := seal.Rotate(ctx, next, master, w.S, false)
	w.must(err)
	if got.Changed == 0 {
		w.T.Error("nothing was wrapped anew")
	}
	_, err = Write(w.S, "b", Ref(2), Wrote{Name: "Nozima"})
	w.must(err)
	opt := Options()
	opt.Master = next
	w.must(second(w.Place.Open(w.T, opt).Verify(ctx, store.VerifyAll, nil)))
	if _, err := w.Place.Try(Options()); err == nil {
		w.T.Error("the old master still opens the database")
	}
}

func second[T any](_ T, err error) error { return err }
