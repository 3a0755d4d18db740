package witness

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pana/internal/ledger"
)

var noon = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// memory is a witness's, which a test can make fail.
type memory struct {
	heads map[string]Head
	full  bool
}

func (m *memory) Head(origin string) (Head, error) { return m.heads[origin], nil }

func (m *memory) Keep(origin string, h Head) error {
	if m.full {
		return errors.New("the disk is full")
	}
	m.heads[origin] = h
	return nil
}

// history is a ledger made of leaves that its seed chooses.
type history struct {
	tree  *ledger.Tree
	tiles map[ledger.TileID][]byte
	seed  byte
}

func historyOf(seed byte, size int64) *history {
	h := &history{&ledger.Tree{}, map[ledger.TileID][]byte{}, seed}
	for h.tree.Size() < size {
		n := h.tree.Size()
		for id, data := range h.tree.Append([]ledger.Hash{{seed, byte(n), byte(n >> 8)}}) {
			h.tiles[id] = data
		}
	}
	return h
}

func (h *history) prove(_ context.Context, size, old int64) ([]ledger.Hash, error) {
	return ledger.Consistency(size, old, ledger.Reader(func(id ledger.TileID) ([]byte, error) { return h.tiles[id], nil }))
}

func (h *history) signed(t *testing.T, key byte) string {
	t.Helper()
	signer, _, err := ledger.SignerOf("pana.test", [32]byte{key})
	if err != nil {
		t.Fatal(err)
	}
	out, err := ledger.Checkpoint{Origin: "pana.test", Size: h.tree.Size(), Root: h.tree.Root(), At: noon}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// meeting is a ledger and a witness that know each other.
func meeting(t *testing.T) (Peer, *memory) {
	t.Helper()
	key, err := ledger.CosignerOf("watch.test", [32]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	_, verifier, err := ledger.SignerOf("pana.test", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{heads: map[string]Head{}}
	mux := http.NewServeMux()
	mux.Handle("POST /add-checkpoint", &Server{Key: key, Logs: map[string]string{"pana.test": verifier}, Memory: m, Now: func() time.Time { return noon }})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	peers, err := Peers("# ours\n\n" + key.Verifier() + " " + srv.URL + "/\n")
	if err != nil || len(peers) != 1 {
		t.Fatalf("%d peers, %v", len(peers), err)
	}
	return peers[0], m
}

func TestAWitnessNeverGoesBack(t *testing.T) {
	t.Parallel()
	p, m := meeting(t)
	honest, forged := func(n int64) *history { return historyOf(1, n) }, func(n int64) *history { return historyOf(2, n) }
	for _, row := range []struct {
		why  string
		h    *history
		key  byte
		full bool
		want bool
		size int64 // that the witness has afterwards
	}{
		{"the first it sees", honest(5), 1, false, true, 5},
		{"the same again", honest(5), 1, false, true, 5},
		{"signed by another key", honest(9), 2, false, false, 5},
		{"longer", honest(300), 1, false, true, 300},
		{"shorter: a history that was rolled back", honest(200), 1, false, false, 300},
		{"as long, and another", forged(300), 1, false, false, 300},
		{"longer, and another from the first leaf", forged(400), 1, false, false, 300},
		{"it cannot remember", honest(301), 1, true, false, 300},
		{"and then it can", honest(301), 1, false, true, 301},
	} {
		m.full = row.full
		signed := row.h.signed(t, row.key)
		line, err := p.Ask(t.Context(), signed, row.h.tree.Size(), row.h.prove)
		if (err == nil) != row.want || m.heads["pana.test"].Size != row.size {
			t.Errorf("%s: %v; the witness is at %d", row.why, err, m.heads["pana.test"].Size)
		}
		if _, ok := ledger.Cosigned(signed+line, p.Verifier); ok != row.want {
			t.Errorf("%s: signed is %t", row.why, ok)
		}
	}
}

func TestWhatAWitnessRefuses(t *testing.T) {
	t.Parallel()
	p, _ := meeting(t)
	good := historyOf(1, 3).signed(t, 1)
	for _, row := range []struct {
		why, body string
		want      int
	}{
		{"nothing", "", http.StatusBadRequest},
		{"no size", "old x\n\n" + good, http.StatusBadRequest},
		{"a size with a plus", "old +0\n\n" + good, http.StatusBadRequest},
		{"a proof that is no hash", "old 0\nzz\n\n" + good, http.StatusBadRequest},
		{"older than what it leads to", "old 4\n\n" + good, http.StatusBadRequest},
		{"a proof where there is nothing to prove", "old 0\nzNEDSkL8yzgtxoL2RWc6vpWO1quSgN4+m0B4U08Ae2A=\n\n" + good, http.StatusUnprocessableEntity},
		{"of a ledger that it does not know", "old 0\n\nother.test\n1\n", http.StatusNotFound},
		{"signed by nobody", "old 0\n\npana.test\n1\nzNEDSkL8yzgtxoL2RWc6vpWO1quSgN4+m0B4U08Ae2A=\nat 2026-03-03T12:00:00Z\n\n", http.StatusForbidden},
		{"too long", "old 0\n\n" + string(make([]byte, maxRequest)), http.StatusRequestEntityTooLarge},
		{"in order", "old 0\n\n" + good, http.StatusOK},
	} {
		if status, _, err := p.post(t.Context(), row.body); err != nil || status != row.want {
			t.Errorf("%s: %d, %v", row.why, status, err)
		}
	}
}

func TestPeers(t *testing.T) {
	t.Parallel()
	key, err := ledger.CosignerOf("watch.test", [32]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why, text string
		ok        bool
	}{
		{"over TLS", key.Verifier() + " https://watch.test/pana", true},
		{"on this machine", key.Verifier() + " http://127.0.0.1:9", true},
		{"in clear to another", key.Verifier() + " http://watch.test", false},
		{"a key that is none", "watch.test+1+AA== https://watch.test", false},
		{"no address", key.Verifier(), false},
	} {
		if _, err := Peers(row.text); (err == nil) != row.ok {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}
