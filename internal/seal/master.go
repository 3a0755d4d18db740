package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tink-crypto/tink-go/v2/tink"

	"pana/internal/fault"
)

// Master wraps and unwraps key-encryption keys. It is a file, or a key service
// that never lets its key out. The name is bound to what is wrapped.
type Master interface {
	Wrap(ctx context.Context, name string, key []byte) ([]byte, error)
	Unwrap(ctx context.Context, name string, wrapped []byte) ([]byte, error)
}

// KMS makes a Master of any Tink key service (Vault, OpenBao, a cloud's).
func KMS(service tink.AEAD) Master { return kms{service} }

type kms struct{ service tink.AEAD }

func (m kms) Wrap(_ context.Context, name string, key []byte) ([]byte, error) {
	return m.service.Encrypt(key, masterBinding(name))
}

func (m kms) Unwrap(_ context.Context, name string, wrapped []byte) ([]byte, error) {
	return m.service.Decrypt(wrapped, masterBinding(name))
}

func masterBinding(name string) []byte { return appendParts([]byte("pana.master.1"), name) }

// NewMaster makes a master that lives as long as the program, for demos and
// tests: what it sealed is gone with it.
func NewMaster() Master {
	m, err := masterOf(randomKey())
	if err != nil {
		panic(err) // a random key always has the right length
	}
	return m
}

// masterHead opens a master file, so that another file given by mistake is
// told from a damaged one.
const masterHead = "pana master key 1\n"

// NewMasterFile makes a master key in a new file that only its owner may read,
// and refuses to overwrite one: the old key would be every file's end.
func NewMasterFile(path string) (Master, error) {
	key := randomKey()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fault.Because(err, fault.Conflict, "seal.master_exists")
	}
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "seal.master_unwritable")
	}
	if err := writeMaster(f, key); err != nil {
		return nil, fault.Because(err, fault.Internal, "seal.master_unwritable")
	}
	return masterOf(key)
}

// MasterFromFile reads a master key, and refuses one that others may read.
func MasterFromFile(path string) (Master, error) {
	text, err := readSecretFile(path)
	if err != nil {
		return nil, err
	}
	return masterFrom(text)
}

// MasterFrom reads a master key that a secret store hands over in an open file,
// to its end.
func MasterFrom(r io.Reader) (Master, error) {
	text, err := io.ReadAll(io.LimitReader(r, longestSecret))
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "seal.master_unreadable")
	}
	return masterFrom(text)
}

func masterFrom(text []byte) (Master, error) {
	key, ok := parseMaster(text)
	clear(text)
	if !ok {
		return nil, fault.New(fault.Internal, "seal.master_damaged")
	}
	return masterOf(key)
}

// longestSecret is more than any key or token has.
const longestSecret = 4096

// readSecretFile reads a key or a token, without the space round it.
func readSecretFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "seal.master_unreadable")
	}
	defer func() { _ = f.Close() }()
	// The mode is asked of the open file, so that it cannot be exchanged between
	// the question and the reading. Windows has no such mode to ask.
	info, err := f.Stat()
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "seal.master_unreadable")
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Internal, "seal.master_open_to_others", "mode", info.Mode().Perm().String())
	}
	text, err := io.ReadAll(io.LimitReader(f, longestSecret))
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "seal.master_unreadable")
	}
	return bytes.TrimSpace(text), nil
}

func parseMaster(text []byte) ([]byte, bool) {
	body, ok := bytes.CutPrefix(text, []byte(masterHead))
	if !ok {
		return nil, false
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(body)))
	return key, err == nil && len(key) == KeySize
}

// writeMaster has the key on the disk before anything is sealed with it: the
// file and the folder's entry for it are both synced.
func writeMaster(f *os.File, key []byte) error {
	_, err := f.WriteString(masterHead + hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil || runtime.GOOS == "windows" {
		return err
	}
	dir, err := os.Open(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func masterOf(key []byte) (Master, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	return kms{aead}, nil
}

func randomKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	return key
}
