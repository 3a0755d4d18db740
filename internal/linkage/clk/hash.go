package clk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// featureBytes is what a feature has beside its space.
const featureBytes = aes.BlockSize - 1

// feature is one thing that is known of somebody, as it is hashed: its space, and its text
// or, of a longer one, what stands for it.
type feature [aes.BlockSize]byte

// lengthy marks the space of a feature whose text did not fit.
const lengthy = 0x80

// short makes a feature of a few bytes, which it ends with how many there are.
func short(in space, text ...byte) (f feature) {
	f[0] = byte(in)
	copy(f[1:featureBytes], text)
	f[featureBytes] = byte(len(text))
	return f
}

// hash gives each feature under a salt 128 bits that nobody without the key can tell from
// chance: the CBC-MAC, by AES-256, of two blocks, the salt and the feature. It is a
// pseudo-random function where all messages are of one length (Bellare, Kilian and Rogaway
// 2000), as these are. HMAC takes ten times as long for so short a text, and that is what
// encoding a list consists of.
type hash struct {
	block   cipher.Block
	long    []byte    // key of the HMAC that stands for what does not fit a block
	salt    [2]uint64 // the first block, enciphered
	in, out feature
	known   []known // by what was enciphered: many people have one pair of letters
}

// known is what a block was enciphered to.
type known struct {
	in    [2]uint64
	there bool
	out   [places]uint16
}

const (
	places    = aes.BlockSize / 2 // of a hash, two bytes of it each
	knownBits = 13
)

// newHash makes the hash of a key. It remembers where it is told to: many people have one
// pair of letters, unless it is salted by who was born on one day.
func newHash(key Key, remember bool) *hash {
	keys, err := hkdf.Key(sha256.New, key[:], nil, "pana.clk.2", 64)
	if err != nil {
		panic("clk: " + err.Error()) // 64 bytes are never too many for SHA-256
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		panic("clk: " + err.Error()) // 32 bytes are AES-256
	}
	h := &hash{block: block, long: keys[32:], known: make([]known, 1)}
	if remember {
		h.known = make([]known, 1<<knownBits)
	}
	h.under("")
	return h
}

// feature makes the feature of a text.
func (h *hash) feature(in space, text string) feature {
	if len(text) < featureBytes {
		f := feature{byte(in)}
		copy(f[1:], text)
		f[featureBytes] = byte(len(text))
		return f
	}
	mac := hmac.New(sha256.New, h.long)
	mac.Write([]byte(text))
	f := feature{byte(in) | lengthy}
	copy(f[1:], mac.Sum(nil))
	return f
}

// under has what follows hashed under a salt.
func (h *hash) under(salt string) {
	h.in = h.feature(spaces, salt)
	h.block.Encrypt(h.out[:], h.in[:])
	h.salt = h.out.words()
}

func (f *feature) words() [2]uint64 {
	return [2]uint64{binary.LittleEndian.Uint64(f[:8]), binary.LittleEndian.Uint64(f[8:])}
}

// set sets the bits of features.
func (h *hash) set(f *filter, features []feature) {
	for i := range features {
		at := &features[i]
		k := h.of(at)
		for _, p := range k.out[:weight[at[0]&^lengthy]] {
			f[p>>6] |= 1 << (p & 63)
		}
	}
}

// of is the hash of a feature.
func (h *hash) of(f *feature) *known {
	in := f.words()
	in[0] ^= h.salt[0]
	in[1] ^= h.salt[1]
	k := &h.known[0]
	if len(h.known) > 1 {
		k = &h.known[(in[0]^in[1]*0x9e3779b97f4a7c15)*0xd6e8feb86659fd93>>(64-knownBits)]
	}
	if k.there && k.in == in {
		return k
	}
	binary.LittleEndian.PutUint64(h.in[:8], in[0])
	binary.LittleEndian.PutUint64(h.in[8:], in[1])
	h.block.Encrypt(h.out[:], h.in[:])
	k.in, k.there = in, true
	for n := range k.out {
		k.out[n] = binary.BigEndian.Uint16(h.out[2*n:]) % filterBits
	}
	return k
}
