package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/ledger"
	"pana/internal/store"
)

// BodyNames names bodies for receipts. A body whose name is not for this worker
// is not in the answer: names are for those who may look into the directory or
// work on anything at all.
func (d *Desk) BodyNames(ctx context.Context, who access.Who, bodies ...id.Body) (map[id.Body]string, error) {
	if !d.couldEver(who, access.SeeDirectory, "service") && !d.couldEver(who, access.SeeWork, "work") && d.mayDo(who, access.ChangeBody, "body") != nil {
		return nil, nil
	}
	refs := make([]casework.Ref, len(bodies))
	for i, b := range bodies {
		refs[i] = bodyRef(b)
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("body names", err)
	}
	out := map[id.Body]string{}
	for _, b := range bodies {
		if body := store.As[*casework.Body](l, bodyRef(b)); body != nil && body.Name != "" {
			out[b] = body.Called(who.Lang)
		}
	}
	return out, nil
}

// ConsentForm is what may be agreed to, with whom, and who may be left out.
func (d *Desk) ConsentForm(ctx context.Context, who access.Who, file id.File) (ConsentForm, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return ConsentForm{}, err
	}
	if _, err := d.may(who, access.RecordConsent, f); err != nil {
		return ConsentForm{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return ConsentForm{}, err
	}
	var out ConsentForm
	for _, p := range d.pack().Purposes {
		out.Purposes = append(out.Purposes, p.ID)
		for _, kind := range p.Recipients {
			if !slices.Contains(out.Recipients, kind) {
				out.Recipients = append(out.Recipients, kind)
			}
		}
	}
	for _, b := range names.that(out.Recipients, f.Region) {
		out.Bodies = append(out.Bodies, names.phone(b.ID))
	}
	return out, nil
}

// Ledger is the ledger of actions in figures, as the last checkpoint signed it.
func (d *Desk) Ledger(ctx context.Context, who access.Who) (LedgerView, error) {
	if err := d.mayDo(who, access.ReadLedger, "ledger"); err != nil {
		return LedgerView{}, err
	}
	files, err := d.deps.Store.Count(ctx, "files", store.Query{Scope: everything})
	if err != nil {
		return LedgerView{}, err
	}
	size, err := d.deps.Store.Size(ctx)
	if err != nil {
		return LedgerView{}, err
	}
	out := LedgerView{Leaves: int(size), Files: files, Command: "pana verify"}
	signed, verifier, err := d.deps.Store.LatestCheckpoint(ctx)
	if err != nil {
		if fault.Of(err).Kind == fault.NotFound {
			return out, nil // nothing was signed yet
		}
		return LedgerView{}, err
	}
	c, err := ledger.OpenCheckpoint(signed, verifier)
	if err != nil {
		return LedgerView{}, fault.Because(err, fault.Internal, "ledger.checkpoint")
	}
	out.Signed, out.Checkpoint, out.Verifier, out.Witnesses = c.At, signed, verifier, d.witnessLines(signed)
	return out, nil
}
