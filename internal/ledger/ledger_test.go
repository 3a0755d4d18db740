package ledger

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func sample() Header {
	return Header{
		Number: 7, Kind: "file", Tag: Tag("file", "01h0000000000000007q4m2pxa"), Seq: 3, Previous: Hash{1, 2, 3},
		Type: "referral.asked", Version: 1,
		OccurredAt: time.Date(2026, 3, 3, 12, 0, 0, 1000, time.UTC), RecordedAt: time.Date(2026, 3, 3, 12, 5, 0, 0, time.UTC),
		BodyKind: "labour_inspection", Pack: "sha256:ab",
	}
}

// The encoding is for ever: a leaf written today must hash alike in twenty years.
func TestEncodingIsGolden(t *testing.T) {
	t.Parallel()
	const want = "70616e61206c65616620310a0000000000000007b6fa8777d81bb8de46fa9f46888e1e001d6b8956241a2c377d8fcdd47b21a85700000000000000030102030000000000000000000000000000000000000000000000000000000000" +
		"0000000100064c1d715dd00100064c1d833f7300000466696c65000e726566657272616c2e61736b656400116c61626f75725f696e7370656374696f6e00097368613235363a6162"
	got, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := Leaf(sample(), Body{ID: "e", Worker: "w", Sealed: []byte("sealed")}.Hash())
	if err != nil {
		t.Fatal(err)
	}
	if h := hex.EncodeToString(got); h != want {
		t.Errorf("header = %s", h)
	}
	if golden := "zNEDSkL8yzgtxoL2RWc6vpWO1quSgN4+m0B4U08Ae2A="; leaf.String() != golden {
		t.Errorf("leaf = %s, want %s", leaf, golden)
	}
}

func TestEachPartOfALeafCounts(t *testing.T) {
	t.Parallel()
	base, _ := Leaf(sample(), Body{}.Hash())
	for _, row := range []struct {
		why    string
		change func(*Header)
	}{
		{"another number", func(h *Header) { h.Number++ }},
		{"another kind", func(h *Header) { h.Kind = "place" }},
		{"another stream", func(h *Header) { h.Tag[0]++ }},
		{"another place in the stream", func(h *Header) { h.Seq++ }},
		{"another leaf before it", func(h *Header) { h.Previous[31]++ }},
		{"another type", func(h *Header) { h.Type = "referral.askee" }},
		{"another version", func(h *Header) { h.Version++ }},
		{"another time it occurred", func(h *Header) { h.OccurredAt = h.OccurredAt.Add(time.Microsecond) }},
		{"another time it was recorded", func(h *Header) { h.RecordedAt = h.RecordedAt.Add(time.Microsecond) }},
		{"another kind of body", func(h *Header) { h.BodyKind = "police" }},
		{"another law", func(h *Header) { h.Pack = "sha256:ac" }},
		{"a letter moved from one text to the next", func(h *Header) { h.Type, h.BodyKind = "referral.aske", "dlabour_inspection" }},
	} {
		h := sample()
		row.change(&h)
		if leaf, _ := Leaf(h, Body{}.Hash()); leaf == base {
			t.Errorf("%s: the leaf is the same", row.why)
		}
	}
	for _, b := range []Body{{ID: "x"}, {Worker: "x"}, {Body: "x"}, {Reason: "x"}, {Key: "x"}, {Compartment: "x"}, {Sealed: []byte("x")}} {
		if b.Hash() == (Body{}).Hash() {
			t.Errorf("%+v hashes like an empty body", b)
		}
	}
}

func FuzzDecodeHeader(f *testing.F) {
	b, _ := sample().Encode()
	f.Add(b)
	f.Add([]byte(headerMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := DecodeHeader(b)
		if err != nil {
			return
		}
		again, err := h.Encode()
		if err != nil || string(again) != string(b) {
			t.Fatalf("a header has two encodings")
		}
	})
}

func TestHeaderRoundTrip(t *testing.T) {
	t.Parallel()
	b, _ := sample().Encode()
	got, err := DecodeHeader(b)
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("decoded %+v, %v", got, err)
	}
	for n := range len(b) {
		if _, err := DecodeHeader(b[:n]); err == nil {
			t.Fatalf("a header cut at %d was taken", n)
		}
	}
}

// Our tiles against tlog's own, slower way of keeping a tree.
func TestTreeAgreesWithTlog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tiles := map[TileID][]byte{}
		read := func(id TileID) ([]byte, error) { return tiles[id], nil }
		var stored []Hash
		oracle := tlog.HashReaderFunc(func(ix []int64) ([]Hash, error) {
			out := make([]Hash, len(ix))
			for i, x := range ix {
				out[i] = stored[x]
			}
			return out, nil
		})
		tree := &Tree{}
		for group := range rapid.IntRange(1, 5).Draw(t, "groups") {
			leaves := make([]Hash, rapid.IntRange(0, 400).Draw(t, "leaves"))
			for i := range leaves {
				leaves[i] = Hash{byte(group), byte(i), byte(i >> 8)}
				more, err := tlog.StoredHashesForRecordHash(tree.Size()+int64(i), leaves[i], oracle)
				if err != nil {
					t.Fatal(err)
				}
				stored = append(stored, more...)
			}
			for id, data := range tree.Append(leaves) {
				tiles[id] = data
			}
			if rapid.Bool().Draw(t, "reload") {
				var err error
				if tree, err = Load(tree.Size(), read); err != nil {
					t.Fatal(err)
				}
			}
			want, err := tlog.TreeHash(tree.Size(), oracle)
			if err != nil || tree.Root() != want {
				t.Fatalf("root over %d leaves differs (%v)", tree.Size(), err)
			}
		}
		if tree.Size() == 0 {
			return
		}
		n := rapid.Int64Range(0, tree.Size()-1).Draw(t, "n")
		proof, err := Inclusion(tree.Size(), n, Reader(read))
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckInclusion(proof, tree.Size(), tree.Root(), n, stored[tlog.StoredHashIndex(0, n)]); err != nil {
			t.Fatal(err)
		}
		older, err := tlog.TreeHash(n+1, oracle)
		if err != nil {
			t.Fatal(err)
		}
		if proof, err = Consistency(tree.Size(), n+1, Reader(read)); err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(proof, tree.Size(), tree.Root(), n+1, older); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	key, verifier, err := SignerOf("pana.test", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	want := Checkpoint{Origin: "pana.test", Size: 12, Root: Hash{9}, At: time.Date(2026, 3, 3, 12, 0, 0, 1000, time.UTC)}
	signed, err := want.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenCheckpoint(signed, verifier); err != nil || got != want {
		t.Errorf("opened %+v, %v", got, err)
	}
	if _, err := OpenCheckpoint(strings.Replace(signed, "\n12\n", "\n13\n", 1), verifier); err == nil {
		t.Error("a changed checkpoint was believed")
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(Checkpoint{Origin: "o", Size: 1, At: time.Unix(1, 0)}.text())
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := parseCheckpoint(s); err == nil && c.text() != s {
			t.Fatal("a checkpoint has two texts")
		}
	})
}
