package ledger

import (
	"strings"
	"testing"
	"time"
)

// theirs was signed by transparency-dev/formats v0.1.1 with the seed {7}.
const (
	theirKey = "watch.example/w1+6643801c+BKL6L0o1W6LpB6UwCenjfK3fesfmagi6B2MfVTBys/JM"
	theirs   = "pana.test\n12\nCQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nat 2026-03-03T12:00:00.000001Z\n\n" +
		"— watch.example/w1 ZkOAHAAAAABrA3p+rvEgPwEvuilhkvtZ3WTPKVnBRuhUa5aiAFLLfS1+foMyM3RweinVx+ptHRqg8BtRZu6wJVot3w3VkcqIgczyDA==\n"
)

func TestCosignature(t *testing.T) {
	t.Parallel()
	witness, err := WitnessVerifier(theirKey)
	if err != nil {
		t.Fatal(err)
	}
	at, ok := Cosigned(theirs, witness)
	if !ok {
		t.Fatal("another program's cosignature is not believed")
	}
	ours, err := CosignerOf("watch.example/w1", [32]byte{7})
	if err != nil || ours.Verifier() != theirKey {
		t.Errorf("our key is %s, %v", ours.Verifier(), err)
	}
	text, ok := Text(theirs)
	if !ok || text+"\n"+ours.Line(text, at) != theirs {
		t.Error("we sign otherwise than they do")
	}
	for _, row := range []struct{ why, signed, key string }{
		{"another text", strings.Replace(theirs, "\n12\n", "\n13\n", 1), theirKey},
		{"another time", text + "\n" + strings.Replace(ours.Line(text, at.Add(time.Second)), "AAAA", "AAAB", 1), theirKey},
		{"another witness", text + "\n" + mustCosigner(t, 8).Line(text, at), theirKey},
	} {
		if _, ok := Cosigned(row.signed, witness); ok {
			t.Errorf("%s: believed", row.why)
		}
	}
	for _, key := range []string{"", "a+b", "watch.example/w1+00000000+BKL6L0o1W6LpB6UwCenjfK3fesfmagi6B2MfVTBys/JM", "pana.test+1+AA=="} {
		if _, err := WitnessVerifier(key); err == nil {
			t.Errorf("%q is taken for a witness's key", key)
		}
	}
	if _, err := CosignerOf("two words", [32]byte{}); err == nil {
		t.Error("a name with a blank would make a line that cannot be read")
	}
}

func mustCosigner(t *testing.T, seed byte) Cosigner {
	t.Helper()
	c, err := CosignerOf("watch.example/w1", [32]byte{seed})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestProofFile(t *testing.T) {
	t.Parallel()
	tree := &Tree{}
	tiles := map[TileID][]byte{}
	h := sample()
	h.Number = 3
	leaf, _ := Leaf(h, Hash{5})
	for id, data := range tree.Append([]Hash{{1}, {2}, {3}, leaf, {4}}) {
		tiles[id] = data
	}
	signer, verifier, err := SignerOf("pana.test", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Checkpoint{Origin: "pana.test", Size: 5, Root: tree.Root(), At: h.RecordedAt}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	hashes, err := Inclusion(5, 3, Reader(func(id TileID) ([]byte, error) { return tiles[id], nil }))
	if err != nil {
		t.Fatal(err)
	}
	p := ProofFile{Header: h, Body: Hash{5}, Hashes: hashes, Checkpoint: signed}
	text, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, c, err := OpenProof(text, verifier)
	if err != nil || got.Header != h || got.Body != p.Body || c.Size != 5 {
		t.Fatalf("opened %+v %+v, %v", got, c, err)
	}
	_, other, _ := SignerOf("pana.test", [32]byte{2})
	if _, _, err := OpenProof(text, other); err == nil {
		t.Error("signed by another key, and believed")
	}
	h.Type = "file.begun"
	p.Header = h
	if text, _ = p.Marshal(); text == "" {
		t.Fatal("nothing written")
	}
	if _, _, err := OpenProof(text, verifier); err == nil {
		t.Error("another header is believed")
	}
}

func FuzzOpenProof(f *testing.F) {
	_, verifier, err := SignerOf("pana.test", [32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\n\nx")
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, err := OpenProof(s, verifier); err == nil {
			t.Fatal("who has no key has made a proof")
		}
	})
}
