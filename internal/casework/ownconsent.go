package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
)

// What the person agrees to, and takes back, on her own page. It is the same event as
// when a worker records it; that she did it herself stands in its header, and the body
// that gave her the page is told: who holds her telephone could have made her.

// OwnConsent is one purpose as it stands on her page.
type OwnConsent struct {
	Purpose string
	State   string // given, refused, withdrawn; empty: she was not asked
	Since   Consent
	MayGive bool
	After   TakingBack // what happens if she takes it back
}

// MayTakeBack says whether there is a yes to take back.
func (c OwnConsent) MayTakeBack() bool { return c.State == ConsentYes }

// Changed is when it was said last.
func (c Consent) Changed() time.Time {
	if !c.Withdrawn.IsZero() {
		return c.Withdrawn
	}
	return c.At
}

// TakingBack is what follows when a yes is taken back: who is no longer asked, who is
// told of it and keeps what they know, and whether she is asked how it goes.
type TakingBack struct {
	Stopped []string // kinds of body that have not answered yet
	Told    []string // kinds that said yes to helping her
	NoCalls bool
}

// OwnConsents are the purposes that stand on her page. A child gives none there: how
// much a child's yes weighs is for who is with the child; to take one back needs nobody.
func (f *File) OwnConsents(p *pack.Pack) (out []OwnConsent) {
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		if !purpose.OnPage() {
			continue
		}
		c := OwnConsent{Purpose: purpose.ID}
		for _, had := range f.Consents {
			if had.Purpose == purpose.ID && (c.State != ConsentYes || had.State == ConsentYes) {
				c.State, c.Since = had.State, had
			}
		}
		if c.State == ConsentYes {
			c.After = f.takingBack(p, purpose.ID)
		}
		c.MayGive = c.State != ConsentYes && f.mayAgree(purpose)
		if c.State != "" || c.MayGive {
			out = append(out, c)
		}
	}
	return out
}

func (f *File) mayAgree(p *pack.ConsentPurpose) bool {
	return p != nil && p.OnPage() && !p.InPerson && !f.Child() && !f.Frozen
}

// standing are the yeses to a purpose that stand.
func (f *File) standing(purpose string) (out []Consent) {
	for _, c := range f.Consents {
		if c.Purpose == purpose && c.State == ConsentYes {
			out = append(out, c)
		}
	}
	return out
}

func (f *File) takingBack(p *pack.Pack, purpose string) (out TakingBack) {
	add := func(list []string, kind string) []string {
		if kind == "" || slices.Contains(list, kind) {
			return list
		}
		return append(list, kind)
	}
	for _, r := range f.Referrals {
		if !slices.ContainsFunc(f.standing(purpose), func(c Consent) bool { return c.ID == r.Consent }) {
			continue
		}
		open := r.State == ReferralOpen || r.State == ReferralUnanswered
		for _, a := range r.Asks {
			switch {
			case a.State == Accepted:
				out.Told = add(out.Told, a.Kind)
			case open && a.waiting():
				out.Stopped = add(out.Stopped, a.Kind)
			}
		}
	}
	for _, row := range p.FollowUps {
		out.NoCalls = out.NoCalls || row.Consent == purpose
	}
	return out
}

// AgreeOnPage is a yes of hers.
func AgreeOnPage(f *File, consent id.Consent, purpose string, m Moment) (Decision, error) {
	if f == nil || !f.Page.Open() {
		return Decision{}, fault.Withheld("no page")
	}
	p := m.Laws.Pack().Purpose(purpose)
	if len(f.standing(purpose)) > 0 || !f.mayAgree(p) {
		return Decision{}, fault.New(fault.Conflict, CodeConsent)
	}
	return AnswerConsent(f, ConsentInput{Consent: consent, Purpose: purpose, Yes: true, Groups: p.Groups}, m)
}

// TakeBackOnPage takes back every yes to a purpose: she knows the purpose, and not how
// often it was asked. A stopped file takes it too, as it takes her messages.
func TakeBackOnPage(f *File, purpose string, m Moment) (Decision, error) {
	if f == nil || !f.Page.Open() {
		return Decision{}, fault.Withheld("no page")
	}
	had := f.standing(purpose)
	if len(had) == 0 {
		return Decision{}, fault.New(fault.Conflict, CodeConsent)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.consent_withdrawn", Args: map[string]string{"purpose": purpose}})
	for _, c := range had {
		b.takeBack(f, c)
	}
	b.noFollowUps(f, purpose)
	return b.decision, nil
}

// addOwnConsent gives the body that gave her the page a task, when she herself agreed
// or took back.
func (f *File) addOwnConsent(e Event) {
	if e.BodyKind != PersonKind {
		return
	}
	switch v := e.Payload.(type) {
	case ConsentGiven:
		f.pageTask(e, TaskPageConsent, v.Purpose)
	case ConsentWithdrawn:
		f.pageTask(e, TaskPageConsent, v.Purpose)
	}
}
