package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoint says what the ledger was at a time: how many leaves, and what they
// add up to. Whoever keeps one can later demand a proof that nothing before it
// was changed. The text is that of public logs (C2SP tlog-checkpoint): origin,
// size, root, and here a line with the time.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   Hash
	At     time.Time
}

// Sign writes and signs a checkpoint.
func (c Checkpoint) Sign(signer note.Signer) (string, error) {
	signed, err := note.Sign(&note.Note{Text: c.text()}, signer)
	return string(signed), err
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\nat %s\n", c.Origin, c.Size,
		base64.StdEncoding.EncodeToString(c.Root[:]), c.At.UTC().Format(time.RFC3339Nano))
}

// OpenCheckpoint verifies a signed checkpoint and reads it.
func OpenCheckpoint(signed, verifier string) (Checkpoint, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Checkpoint{}, errors.New("ledger: the verifier's key cannot be read")
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && c.Origin != v.Name() {
		return Checkpoint{}, errors.New("ledger: a checkpoint of another origin")
	}
	return c, err
}

func parseCheckpoint(text string) (Checkpoint, error) {
	bad := errors.New("ledger: not a checkpoint")
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[4] != "" {
		return Checkpoint{}, bad
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, bad
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != len(Hash{}) {
		return Checkpoint{}, bad
	}
	stamp, ok := strings.CutPrefix(lines[3], "at ")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if !ok || err != nil {
		return Checkpoint{}, bad
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: Hash(root), At: at.UTC()}
	if c.text() != text {
		return Checkpoint{}, bad
	}
	return c, nil
}

// SignText signs another text than a checkpoint with the same key. No checkpoint
// is taken for it, nor it for one: a checkpoint's first line is its origin.
func SignText(text string, signer note.Signer) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	return string(signed), err
}

// OpenText verifies such a text and gives it.
func OpenText(signed, verifier string) (string, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return "", errors.New("ledger: the verifier's key cannot be read")
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return "", fmt.Errorf("ledger: signed text: %w", err)
	}
	return n.Text, nil
}

// seedSigner signs with a key made from a seed that seal keeps.
type seedSigner struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s seedSigner) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// SignerOf makes the signer of an origin from 32 secret bytes, and the
// verifier's key to publish.
func SignerOf(origin string, seed [32]byte) (note.Signer, string, error) {
	key := ed25519.NewKeyFromSeed(seed[:])
	published, err := note.NewEd25519VerifierKey(origin, key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, "", err
	}
	v, err := note.NewVerifier(published)
	return seedSigner{v, key}, published, err
}

// OriginOf makes an origin that no other installation has: two ledgers of one
// name could not be told apart by a witness, which keeps one tree for each name.
func OriginOf(base string, seed [32]byte) string {
	key := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	sum := sha256.Sum256(key)
	return base + "/" + hex.EncodeToString(sum[:8])
}
