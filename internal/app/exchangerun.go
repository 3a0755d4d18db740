package app

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"time"

	"pana/internal/ledger"
	"pana/internal/linkage/across"
	"pana/internal/linkage/kernel"
)

// exchangeRecord says where a run is written down.
type exchangeRecord struct {
	Record string `help:"Add a signed line about this run to this file; its key is made beside it." type:"path" placeholder:"FILE"`
}

// run is what is written down of one: what went in and came out, by digest.
type run struct {
	Run      string   `json:"run"`
	At       string   `json:"at"`
	Project  string   `json:"project"`
	Mark     string   `json:"mark"`
	List     string   `json:"list,omitempty"`
	Records  int      `json:"records,omitempty"`
	Decoys   int      `json:"decoys,omitempty"`
	In       []string `json:"in,omitempty"`
	Out      string   `json:"out,omitempty"`
	Previous string   `json:"previous,omitempty"` // the digest of the entry before
}

// recordEnd stands between the entries of a file of runs.
const recordEnd = "\n\n\n"

// keep signs a run and adds it. Entries name the one before, so that none can be taken
// out unseen; the signature is the ledger's kind, a note with a key of this place.
func (c exchangeRecord) keep(r run) error {
	if c.Record == "" {
		return nil
	}
	before, err := os.ReadFile(c.Record)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if entries := strings.Split(strings.TrimSuffix(string(before), recordEnd), recordEnd); len(before) > 0 {
		r.Previous = sumOf([]byte(entries[len(entries)-1]))
	}
	r.At = time.Now().UTC().Format(time.RFC3339)
	seed, err := recordSeed(c.Record + ".key")
	if err != nil {
		return err
	}
	signer, public, err := ledger.SignerOf("pana.exchange/runs", seed)
	if err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	signed, err := ledger.SignText(string(text)+"\n"+public+"\n", signer)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.TrimSuffix(signed, "\n") + recordEnd)
	return errors.Join(err, f.Close())
}

func recordSeed(name string) (seed [32]byte, err error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		if _, err := rand.Read(seed[:]); err != nil {
			return seed, err
		}
		return seed, writeNew(name, []byte(hex.EncodeToString(seed[:])+"\n"))
	}
	raw, bad := hex.DecodeString(strings.TrimSpace(string(text)))
	if err == nil && (bad != nil || len(raw) != len(seed)) {
		err = fmt.Errorf("%s holds no key of 64 hexadecimal digits", name)
	}
	copy(seed[:], raw)
	return seed, err
}

func sumOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// journalled is one piece of work in a journal.
type journalled struct {
	step, unit int
	pairs      []kernel.Pair
}

// openJournal opens a journal of these very files, or begins one. What was written half
// when the run was interrupted is cut off.
func openJournal(name string, of []string) (j across.Journal, done func(), err error) {
	done = func() {}
	if name == "" {
		return j, done, nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return j, done, err
	}
	done = func() { _ = f.Close() }
	head := []byte("pana exchange journal 1\n" + strings.Join(of, " ") + "\n")
	text, err := io.ReadAll(f)
	if err != nil {
		return j, done, err
	}
	if len(text) == 0 {
		text = head
		if _, err := f.Write(head); err != nil {
			return j, done, err
		}
	}
	if !bytes.HasPrefix(text, head) {
		return j, done, fmt.Errorf("%s is the journal of other files, or no journal: name another", name)
	}
	kept, whole := readJournal(text[len(head):])
	if err := f.Truncate(int64(len(head) + whole)); err != nil {
		return j, done, err
	}
	if _, err := f.Seek(0, io.SeekEnd); err != nil {
		return j, done, err
	}
	j.Kept = func(step int) (from int, pairs []kernel.Pair) {
		for _, k := range kept {
			if k.step == step && k.unit == from {
				from, pairs = from+1, append(pairs, k.pairs...)
			}
		}
		return from, pairs
	}
	j.Keep = func(step, unit int, pairs []kernel.Pair) error {
		_, err := f.Write(journalled{step, unit, pairs}.bytes())
		return err
	}
	return j, done, nil
}

func (k journalled) bytes() []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(k.step))
	b = binary.LittleEndian.AppendUint32(b, uint32(k.unit))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(k.pairs)))
	for _, p := range k.pairs {
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Query))
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Key))
		b = binary.LittleEndian.AppendUint16(b, p.Common)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

const pairBytes = 10

// readJournal gives what is whole, and how many bytes that is.
func readJournal(text []byte) (out []journalled, whole int) {
	for r := bufio.NewReader(bytes.NewReader(text)); ; {
		head := make([]byte, 12)
		if _, err := io.ReadFull(r, head); err != nil {
			return out, whole
		}
		n := int(binary.LittleEndian.Uint32(head[8:]))
		if n > (len(text)-whole)/pairBytes {
			return out, whole
		}
		rest := make([]byte, n*pairBytes+4)
		if _, err := io.ReadFull(r, rest); err != nil {
			return out, whole
		}
		all := append(head, rest[:n*pairBytes]...)
		if crc32.ChecksumIEEE(all) != binary.LittleEndian.Uint32(rest[n*pairBytes:]) {
			return out, whole
		}
		k := journalled{step: int(binary.LittleEndian.Uint32(head)), unit: int(binary.LittleEndian.Uint32(head[4:]))}
		for i := range n {
			p := rest[i*pairBytes:]
			k.pairs = append(k.pairs, kernel.Pair{Query: int32(binary.LittleEndian.Uint32(p)), Key: int32(binary.LittleEndian.Uint32(p[4:])), Common: binary.LittleEndian.Uint16(p[8:])})
		}
		out, whole = append(out, k), whole+len(all)+4
	}
}
