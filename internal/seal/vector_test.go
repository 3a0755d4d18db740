package seal

import (
	"encoding/hex"
	"testing"
)

// TestVector holds the format still: a value sealed by an earlier release opens
// with today's code. Made once with this package; if it breaks, every database
// in use is unreadable.
func TestVector(t *testing.T) {
	t.Parallel()
	key := make([]byte, KeySize)
	for i := range key {
		key[i] = byte(i)
	}
	k, err := dataKey(key, Owner{"file", "01k", "labour"})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := hex.DecodeString(vector)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := k.Open(sealed, Cell(7, "body"))
	if err != nil || string(plain) != "пана" {
		t.Errorf("the vector opens to %q, %v; sealed today it is %x", plain, err, k.Seal([]byte("пана"), Cell(7, "body")))
	}
}

const vector = "8d52f97f1080322e7c30fa3e83bbf33548c35c81e69c7fcaab998ddbdf6950152ed4b287"
