package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"pana/internal/ledger"
)

type proofCommand struct {
	Document string   `arg:"" type:"existingfile" help:"The PDF as it was handed over, not printed or saved anew." placeholder:"PDF"`
	Proof    string   `arg:"" type:"existingfile" help:"Its proof." placeholder:"PROOF"`
	Verifier string   `required:"" help:"The ledger's public key, from where the organisation published it." placeholder:"KEY"`
	Witness  []string `help:"Public key of a witness that must have cosigned the checkpoint in the proof." placeholder:"KEY"`
}

// longest is the most that is read of either file: a paper has a few pages.
const longest = 64 << 20

// Run exits 0 when the document is proved and 1 when it is not, with why.
func (c proofCommand) Run(w *world) error {
	document, err := readShort(c.Document)
	if err != nil {
		return err
	}
	proof, err := readShort(c.Proof)
	if err != nil {
		return err
	}
	p, at, err := ledger.CheckPaper(document, string(proof), c.Verifier)
	if err != nil {
		fmt.Fprintf(w.out, "not proved: %s\n", err)
		return verdict(exitFailed)
	}
	for _, key := range c.Witness {
		v, err := ledger.WitnessVerifier(key)
		if err != nil {
			return err
		}
		when, ok := ledger.Cosigned(p.Checkpoint, v)
		if !ok {
			fmt.Fprintf(w.out, "not proved: %s has not cosigned the checkpoint in the proof; one that is taken out later may have the cosignature\n", v.Name())
			return verdict(exitFailed)
		}
		defer fmt.Fprintf(w.out, "cosigned by %s at %s\n", v.Name(), when.Format(time.RFC3339))
	}
	fmt.Fprintf(w.out, "proved: this is, byte for byte, the document that was recorded as handed over in leaf %d of %s, at %s by a body of the kind %s; the ledger of %d leaves was signed at %s\n"+
		"not proved: that what it says is true or lawful, that it still stands (ask its code at /verify), and that the clock was right\n",
		p.Header.Number, at.Origin, p.Header.RecordedAt.Format(time.RFC3339), p.Header.BodyKind, at.Size, at.At.Format(time.RFC3339))
	return nil
}

func readShort(path string) ([]byte, error) {
	at, err := os.Stat(path)
	if err == nil && at.Size() > longest {
		err = errors.New(filepath.Base(path) + " is too long to be a document or a proof")
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
