package casework

import (
	"slices"

	"pana/internal/fault"
	"pana/internal/id"
)

// A referral as a paper: the need card for a counter without a computer, or for
// the person to carry. It says what the provider asked may see, and no more.

// NeedCardPaper is its name among papers.
const NeedCardPaper = "need_card"

// addressed says whether a body is still asked by a referral, or has said yes: only
// then does a paper for it ask for something.
func (r Referral) addressed(body id.Body) bool {
	return slices.ContainsFunc(r.Asks, func(a Ask) bool { return a.Body == body && (a.waiting() || a.State == Accepted) })
}

// Printable says whether a body can make a paper of the referral now: the sender
// for whoever may still answer or has said yes, such a provider for itself.
func (r Referral) Printable(body id.Body) bool {
	return slices.ContainsFunc(r.Asks, func(a Ask) bool { return (r.From == body || a.Body == body) && (a.waiting() || a.State == Accepted) })
}

// PassedTo says whether a group of who the person is has passed to a body, and
// is still open to it.
func (f *File) PassedTo(body id.Body, group string) bool {
	return slices.ContainsFunc(f.Passed, func(p Passing) bool {
		return p.To == body && p.Ended.IsZero() && slices.Contains(p.Groups, group)
	})
}

// IssueReferralPaper records that a referral was printed for a provider, by who
// sent it or by that provider. Her name stands on it only when it has passed to
// that provider. An earlier one of the same body, addressee and language stands no
// longer: two that differ would both be genuine.
func IssueReferralPaper(f *File, in PaperIssued, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	r, ok := f.Referral(in.Referral)
	switch {
	case !ok || r.From != m.By.Body && in.To != m.By.Body:
		return Decision{}, fault.Withheld("no such referral of this body")
	case !r.addressed(in.To):
		return Decision{}, fault.New(fault.Conflict, CodePaperClosed)
	case in.Named && !f.PassedTo(in.To, "identity"):
		return Decision{}, fault.New(fault.Conflict, CodePaperClosed) // it passed back while the form was open
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.paper", Args: map[string]string{"paper": string(in.Paper)}})
	for _, p := range f.Papers {
		if p.Referral == in.Referral && p.To == in.To && p.Body == m.By.Body && p.Language == in.Language && f.Stands(p) {
			b.add(m.compartment(), PaperRevoked{p.ID(), PaperReplaced})
		}
	}
	in.Of, in.Name = "", NeedCardPaper
	b.add(m.compartment(), in)
	return b.decision, nil
}
