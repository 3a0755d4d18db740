package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A witness signs a checkpoint that it has seen to grow out of the one before
// (C2SP tlog-cosignature, cosignature/v1 with Ed25519). Written here and not taken
// from transparency-dev/formats: that one reads the clock itself and brings a
// second kind of signature that nobody uses yet. A test holds a signature of theirs.

const algCosignature = 0x04

var errCosignKey = errors.New("ledger: the witness's key cannot be read")

// Cosigner signs checkpoints as a witness.
type Cosigner struct {
	name string
	key  ed25519.PrivateKey
}

// CosignerOf makes the witness of that name from 32 secret bytes.
func CosignerOf(name string, seed [32]byte) (Cosigner, error) {
	if name == "" || strings.ContainsAny(name, " +\n\t") {
		return Cosigner{}, errors.New("ledger: a witness's name has no blank and no plus")
	}
	return Cosigner{name, ed25519.NewKeyFromSeed(seed[:])}, nil
}

func (c Cosigner) public() []byte {
	return append([]byte{algCosignature}, c.key.Public().(ed25519.PublicKey)...)
}

// Verifier is the key to publish.
func (c Cosigner) Verifier() string {
	public := c.public()
	return fmt.Sprintf("%s+%08x+%s", c.name, cosignID(c.name, public), base64.StdEncoding.EncodeToString(public))
}

func cosignID(name string, public []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), public...))
	return binary.BigEndian.Uint32(sum[:])
}

// Line is the signature of a checkpoint's text at a time, as a line of its note.
func (c Cosigner) Line(text string, at time.Time) string {
	stamp := uint64(at.Unix())
	sig := binary.BigEndian.AppendUint32(nil, cosignID(c.name, c.public()))
	sig = binary.BigEndian.AppendUint64(sig, stamp)
	sig = append(sig, ed25519.Sign(c.key, cosigned(stamp, text))...)
	return "— " + c.name + " " + base64.StdEncoding.EncodeToString(sig) + "\n"
}

func cosigned(stamp uint64, text string) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", stamp, text)
}

// witnessKey verifies cosignatures; to note it is a verifier like any.
type witnessKey struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witnessKey) Name() string    { return w.name }
func (w witnessKey) KeyHash() uint32 { return w.id }

func (w witnessKey) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(w.key, cosigned(binary.BigEndian.Uint64(sig), string(msg)), sig[8:])
}

// WitnessVerifier reads a witness's published key.
func WitnessVerifier(published string) (note.Verifier, error) {
	parts := strings.SplitN(published, "+", 3)
	if len(parts) != 3 {
		return nil, errCosignKey
	}
	public, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(public) != 1+ed25519.PublicKeySize || public[0] != algCosignature {
		return nil, errCosignKey
	}
	id := cosignID(parts[0], public)
	if fmt.Sprintf("%08x", id) != parts[1] {
		return nil, errCosignKey
	}
	return witnessKey{parts[0], id, public[1:]}, nil
}

// Cosigned says when the witness cosigned, if it did.
func Cosigned(signed string, witness note.Verifier) (at time.Time, ok bool) {
	n, err := note.Open([]byte(signed), note.VerifierList(witness))
	if err != nil {
		return time.Time{}, false
	}
	sig, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil || len(sig) < 12 {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(sig[4:])), 0).UTC(), true
}

// Text is what of a signed note its signatures are over.
func Text(signed string) (string, bool) {
	at := strings.LastIndex(signed, "\n\n")
	if at < 0 {
		return "", false
	}
	return signed[:at+1], true
}
