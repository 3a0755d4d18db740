package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pana/internal/ledger"
	"pana/internal/monitor"
)

// exitUnsure says that nothing was found against the ledger, and nothing for it:
// it could not be read, or was not signed for too long.
const exitUnsure = 3

type monitorCommand struct {
	URL      string        `arg:"" optional:"" help:"Address of the installation, https://pana.example."`
	Verifier string        `required:"" help:"The ledger's public key; pana verify prints it where the database is." placeholder:"KEY"`
	State    string        `type:"path" help:"File that keeps what was seen; without it nothing earlier can be compared." placeholder:"FILE"`
	Witness  []string      `help:"Public key of a witness whose cosignature is looked for." placeholder:"KEY"`
	Quorum   int           `help:"How many of the witnesses must have cosigned; without it, one, where any is named." default:"-1"`
	Stale    time.Duration `help:"Complain when nothing was signed for so long; 0: never." default:"2h"`
	Quiet    time.Duration `help:"Complain when nothing was added for so long; 0: never." default:"0"`
	Full     bool          `help:"Read every tile again, from the first leaf."`
	Every    time.Duration `help:"Go on looking, this often, until it is found broken." placeholder:"10m"`
	Proof    []string      `type:"existingfile" help:"A proof of inclusion or a list of openings to check, instead of or beside looking." placeholder:"FILE"`
}

// Run exits 0 when everything adds up, 1 when history is broken or a proof is false,
// 3 when that could not be seen.
func (c monitorCommand) Run(w *world) error {
	if c.URL == "" && len(c.Proof) == 0 {
		return errors.New("say what to look at: an address, or --proof FILE")
	}
	if err := c.proofs(w); err != nil || c.URL == "" {
		return err
	}
	rules, err := c.rules()
	if err != nil {
		return err
	}
	for {
		found, err := c.look(w, rules)
		if err != nil {
			return err
		}
		if c.Every == 0 || found != nil && found.Broken {
			return exited(exitOf(found))
		}
		select {
		case <-w.ctx.Done():
			return nil
		case <-time.After(c.Every):
		}
	}
}

func exitOf(f *monitor.Finding) int {
	switch {
	case f == nil:
		return exitOK
	case f.Broken:
		return exitFailed
	}
	return exitUnsure
}

func (c monitorCommand) rules() (monitor.Rules, error) {
	r := monitor.Rules{Stale: c.Stale, Quiet: c.Quiet, Full: c.Full, Quorum: c.Quorum}
	if r.Quorum < 0 {
		r.Quorum = min(1, len(c.Witness))
	}
	if r.Quorum > len(c.Witness) {
		return r, errors.New("--quorum asks for more witnesses than --witness names")
	}
	for _, key := range c.Witness {
		v, err := ledger.WitnessVerifier(key)
		if err != nil {
			return r, err
		}
		r.Witnesses = append(r.Witnesses, v)
	}
	return r, nil
}

// look looks once, keeps what it saw and says it. An error is of this machine; what
// is wrong with the ledger is the finding.
func (c monitorCommand) look(w *world, rules monitor.Rules) (*monitor.Finding, error) {
	kept, err := c.kept()
	if err != nil {
		return nil, err
	}
	if n := len(kept.Evidence); n > 0 {
		last := kept.Evidence[n-1]
		fmt.Fprintf(w.out, "broken since %s: %s\nboth signed checkpoints are in %s; nothing is believed until a person has looked and taken the file away\n", last.At.Format(time.RFC3339), last.What, c.State)
		return &monitor.Finding{Kind: last.What, Broken: true}, nil
	}
	seen, err := monitor.Look(w.ctx, monitor.NewRemote(c.URL), kept, rules, time.Now().UTC())
	var found *monitor.Finding
	if err != nil && !errors.As(err, &found) {
		return nil, err
	}
	if err := c.keep(kept); err != nil {
		return nil, err
	}
	if found != nil {
		fmt.Fprintf(w.out, "%s: %s\n", map[bool]string{true: "broken", false: "not sure"}[found.Broken], found)
		return found, nil
	}
	fmt.Fprintf(w.out, "in order: %d leaves, %d of them new, signed at %s\n", seen.Checkpoint.Size, seen.Added, seen.Checkpoint.At.Format(time.RFC3339))
	for _, v := range rules.Witnesses {
		if at, ok := seen.Cosigned[v.Name()]; ok {
			fmt.Fprintf(w.out, "cosigned by %s at %s\n", v.Name(), at.Format(time.RFC3339))
		} else {
			fmt.Fprintf(w.out, "not cosigned by %s\n", v.Name())
		}
	}
	return nil, nil
}

// kept reads the file of an earlier look.
func (c monitorCommand) kept() (*monitor.Kept, error) {
	kept := &monitor.Kept{Verifier: c.Verifier}
	if c.State == "" {
		return kept, nil
	}
	b, err := os.ReadFile(c.State)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, kept); err != nil {
		return nil, fmt.Errorf("%s is not what a monitor keeps: %w", c.State, err)
	}
	if kept.Verifier != c.Verifier {
		return nil, fmt.Errorf("%s is about a ledger with another key", c.State)
	}
	return kept, nil
}

// keep writes the file whole or not at all: half a memory would look like a forgery.
func (c monitorCommand) keep(kept *monitor.Kept) error {
	if c.State == "" {
		return nil
	}
	b, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(c.State, append(b, '\n'))
}

// writeWhole puts content into place at once.
func writeWhole(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// proofs checks the files that were handed over.
func (c monitorCommand) proofs(w *world) error {
	for _, path := range c.Proof {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		said, err := proved(b, c.Verifier)
		if err != nil {
			fmt.Fprintf(w.out, "%s: not proved: %v\n", path, err)
			return verdict(exitFailed)
		}
		fmt.Fprintf(w.out, "%s: proved: %s\n", path, said)
	}
	return nil
}

// proved checks a list of openings, which is JSON, or the proof of one leaf.
func proved(b []byte, verifier string) (string, error) {
	if bytes.HasPrefix(b, []byte("{")) {
		got, err := ledger.CheckOpenings(b, verifier)
		return fmt.Sprintf("%d openings among the %d leaves of the file, none missing between them; of the other %d only the hash is shown; in the ledger of %d leaves signed at %s",
			got.Openings, got.Leaves, got.Others, got.Checkpoint.Size, got.Checkpoint.At.Format(time.RFC3339)), err
	}
	if ledger.IsPaperProof(string(b)) {
		return "", errors.New("this is the proof of a document, and is checked with the document: pana proof PDF PROOF --verifier KEY")
	}
	p, at, err := ledger.OpenProof(string(b), verifier)
	return fmt.Sprintf("leaf %d, %s, recorded %s, number %d in its file, in the ledger of %d leaves signed at %s",
		p.Header.Number, p.Header.Type, p.Header.RecordedAt.Format(time.RFC3339), p.Header.Seq, at.Size, at.At.Format(time.RFC3339)), err
}
