package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/ledger"
	"pana/internal/paper"
	"pana/internal/withheld"
)

// A paper is drawn once, when it is handed over, and those bytes are kept: the leaf
// that says so commits to them, and somebody outside gets from the PDF to the ledger
// (decision 36). Every other copy is drawn from its words and carries its own mark.

// Printing is what a PDF has that the desk does not know: where a code is asked, and
// what stands over a demonstration's papers.
type Printing struct {
	Verify string
	Demo   string
}

// handOver draws the paper, keeps the bytes, and records that it was handed over. The
// deciding function reads p after it is whole.
func (d *Desk) handOver(ctx context.Context, who access.Who, key string, sent any, at time.Time, file id.File, on Printing, doc paper.Document, p *casework.PaperIssued, decide decider) (casework.Receipt, error) {
	p.Paper = id.New[id.Paper](at)
	code := paper.CodeOf(d.deps.Papers, p.Paper)
	p.Tag, p.Text = paper.TagOf(d.deps.Papers, code), doc.Kept()
	pdf, err := paper.PDF(doc, paper.Printed{Code: paper.Groups(code), Link: paper.Link(on.Verify, paper.Groups(code)), At: at, Demo: on.Demo})
	if err != nil {
		return casework.Receipt{}, fault.Because(err, fault.Internal, "internal")
	}
	r := &reception{d: d, ctx: ctx, ref: fileRef(file), compartment: who.Compartment, kept: &casework.AttachmentAdded{}}
	defer r.clear()
	if p.Printed, err = r.stage(bytes.NewReader(pdf)); err != nil {
		return casework.Receipt{}, err
	}
	var salt ledger.Hash
	_, _ = rand.Read(salt[:]) // never fails
	p.Salt = withheld.New(hex.EncodeToString(salt[:]))
	receipt, err := d.change(ctx, who, key, sent, at, []casework.Ref{r.ref}, decide)
	if err == nil && !receipt.Seen || err != nil && unsettled(err) {
		r.keep(p.Printed.ID)
	}
	return receipt, err
}

// ProvedPaper is a paper as it was handed over, with what proves that it was.
type ProvedPaper struct {
	View  PaperView
	PDF   []byte
	Proof string
}

// ProvePaper gives a paper as it was handed over, and its proof, to who reads it.
func (d *Desk) ProvePaper(ctx context.Context, who access.Who, file id.File, which id.Paper) (ProvedPaper, error) {
	view, err := d.Paper(ctx, who, file, which)
	if err != nil {
		return ProvedPaper{}, err
	}
	return d.proved(ctx, file, view)
}

// ProveReferralPaper does so for a referral's.
func (d *Desk) ProveReferralPaper(ctx context.Context, who access.Who, referral id.Referral, which id.Paper) (ProvedPaper, error) {
	view, err := d.ReferralPaper(ctx, who, referral, which)
	if err != nil {
		return ProvedPaper{}, err
	}
	file, err := d.fileOfReferral(ctx, referral)
	if err != nil {
		return ProvedPaper{}, err
	}
	return d.proved(ctx, file, view)
}

// proved reads the bytes and leads from them to a signed checkpoint: the last, which
// witnesses may have cosigned, or one signed now where the paper came after it.
func (d *Desk) proved(ctx context.Context, file id.File, view PaperView) (ProvedPaper, error) {
	salt, digest, ok := view.issued.CommitsTo()
	if !ok {
		return ProvedPaper{}, fault.New(fault.Conflict, codeNotProved)
	}
	pdf, err := d.readWhole(ctx, file, view.issued.Printed)
	if err != nil {
		return ProvedPaper{}, err
	}
	seq := view.issued.Seq
	for range 2 {
		chain, err := d.deps.Store.ChainOf(ctx, fileRef(file), func(n uint64) bool { return n == seq })
		if err != nil {
			return ProvedPaper{}, err
		}
		if l := linkAt(chain, seq); l != nil && l.Proved() {
			text, err := ledger.PaperProof{Header: l.Header, Inner: l.Inner, Salt: salt, Digest: digest, Hashes: l.Proof, Checkpoint: chain.Checkpoint}.Marshal()
			return ProvedPaper{view, pdf, text}, fault.At("proof of a paper", err)
		}
		if _, err := d.deps.Store.Checkpoint(ctx, d.now()); err != nil {
			return ProvedPaper{}, err
		}
	}
	return ProvedPaper{}, fault.New(fault.Busy, "ledger.not_signed")
}

// codeNotProved: it was handed over before the bytes of papers were kept.
const codeNotProved = "paper.not_proved"

// PaperBytes is a paper as it was handed over; nothing of one from before bytes were
// kept, which is drawn from its words.
func (d *Desk) PaperBytes(ctx context.Context, view PaperView) ([]byte, error) {
	if !view.Proved {
		return nil, nil
	}
	return d.readWhole(ctx, view.file, view.issued.Printed)
}
