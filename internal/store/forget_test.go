package store

import (
	"path/filepath"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/seal"
	"pana/internal/withheld"
)

// keptState is a state of any stream.
type keptState struct {
	ref casework.Ref
	seq uint64
}

func (r keptState) Ref() casework.Ref { return r.ref }
func (r keptState) Seq() uint64       { return r.seq }

type keeper struct{ index }

func (keeper) Fold(_ casework.State, events ...casework.Event) (casework.State, error) {
	last := events[len(events)-1]
	return keptState{last.Stream, last.Seq}, nil
}

// A node that follows the ledger drops what another node erased: the state that it
// kept, with the keys by which it was read.
func TestAFollowerForgetsWhatWasErased(t *testing.T) {
	t.Parallel()
	ctx, at := t.Context(), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	o := Options{Address: filepath.Join(t.TempDir(), "pana.db"), Stamp: "serve", Origin: "pana.test", Model: keeper{}, Master: seal.NewMaster()}
	var nodes [2]*Store
	for i := range nodes {
		s, err := Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		nodes[i] = s
	}
	ref := casework.Ref{Kind: casework.FileStream, ID: "01h00000000000000000000001"}
	_, err := nodes[0].Change(ctx, Act{Key: "k", Who: access.Who{Worker: "w"}, At: at, Streams: []casework.Ref{ref}}, func(*Loaded) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{{Stream: ref, Compartment: "core", Payload: casework.NoteWritten{Text: withheld.New("x")}}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := nodes[1].View(ctx, ref); err != nil || l.State(ref) == nil || nodes[1].cache.get(ref) == nil {
		t.Fatalf("the second node should have read it: %v", err)
	}
	if _, err := nodes[0].Erase(ctx, "e", access.Who{Worker: "w"}, ref, "asked", at); err != nil {
		t.Fatal(err)
	}
	if _, err := nodes[1].Follow(ctx, 0, "note.written"); err != nil {
		t.Fatal(err)
	}
	if nodes[1].cache.get(ref) != nil {
		t.Error("it remembers the file and its keys")
	}
}
