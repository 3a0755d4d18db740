package storetest

import (
	"context"
	"time"

	"pana/internal/auth"
)

// signInsForgotten: sessions that were not used or are too old go, and so do old
// failures; what still counts stays.
func signInsForgotten(w *World) {
	ctx := context.Background()
	w.exec(`create table accounts (stream_kind text, stream_id text, left_body bigint)`)
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	kept := map[auth.Hash]bool{}
	for i, row := range []struct {
		created, seen int
		stays         bool
	}{{0, 60, false}, {30, 39, false}, {30, 40, true}, {50, 50, true}} {
		token := auth.Hash{byte(i + 1)}
		w.must(w.S.AddSession(ctx, auth.Session{ID: "s", Hash: token, Worker: "w1", CreatedAt: at(row.created), SeenAt: at(row.seen)}))
		kept[token] = row.stays
	}
	old, fresh := auth.Hash{8}, auth.Hash{9}
	for key, minute := range map[auth.Hash]int{old: 19, fresh: 20} {
		_, err := w.S.AddFailure(ctx, key, at(minute), start)
		w.must(err)
	}
	w.must(w.S.ForgetSignIns(ctx, at(40), at(1), at(20)))
	for token, stays := range kept {
		if _, _, found, err := w.S.Session(ctx, token); found != stays || err != nil {
			w.T.Errorf("session %d: there is %v, want %v (%v)", token[0], found, stays, err)
		}
	}
	for key, want := range map[auth.Hash]int{old: 0, fresh: 1} {
		if n, err := w.S.Attempts(ctx, key); n.Failed != want || err != nil {
			w.T.Errorf("failures %d: %d, want %d (%v)", key[0], n.Failed, want, err)
		}
	}
}
