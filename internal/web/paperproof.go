package web

import (
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

// A paper as it was handed over, with what shows somebody outside that it stands in
// the ledger. The bytes have no mark in them, for their hash is known: the archive has
// it, and so has the archive's name.

func paperProof(c *call) error {
	file, which, err := inFile[id.Paper](c.r, "paper")
	if err != nil {
		return err
	}
	proved, err := c.site.Desk.ProvePaper(c.ctx, c.who, file, which)
	if err != nil {
		return err
	}
	return c.giveProof(desk.Taking{What: "paper_proof", File: file}, proved)
}

func cardProof(c *call) error {
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	which, err := one[id.Paper](c.r, "paper")
	if err != nil {
		return err
	}
	proved, err := c.site.Desk.ProveReferralPaper(c.ctx, c.who, ref, which)
	if err != nil {
		return err
	}
	return c.giveProof(desk.Taking{What: "paper_proof", Referral: ref}, proved)
}

func (c *call) giveProof(what desk.Taking, p desk.ProvedPaper) error {
	l, err := c.leaves(what)
	if err != nil {
		return err
	}
	name := "paper-" + id.Number(p.View.Line.Paper)
	f := c.frame("")
	how := f.T("proof.how", "pdf", name+".pdf", "proof", name+".proof") + "\n\n" + f.T("proof.says") + "\n\n" + f.T("proof.silent") + "\n\n" + f.T("proof.tells") + "\n"
	all, err := zipped(l.sentence()+" "+l.code(), []zipPart{{name + ".pdf", p.PDF}, {name + ".proof", []byte(p.Proof)}, {"how-to-check.txt", []byte(how)}})
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return l.send("application/zip", name+"-proof", ".zip", all)
}
