package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
)

// Referral is one referral. Who the person is, is shown to the provider that
// accepted, after the disclosure is in the ledger, and to nobody else here.
func (d *Desk) Referral(ctx context.Context, who access.Who, referral id.Referral) (ReferralView, error) {
	file, err := d.fileOfReferral(ctx, referral)
	if err != nil {
		return ReferralView{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return ReferralView{}, err
	}
	r, ok := find(f, referral)
	if !ok || !d.seesReferral(who, f, r) {
		return ReferralView{}, fault.Withheld("referral")
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return ReferralView{}, err
	}
	_, err = d.mayShow(who, f, "identity")
	accepted := myAsk(who, r).State == casework.Accepted && err == nil
	if accepted {
		if f, err = d.discloseIdentity(ctx, who, file); err != nil {
			return ReferralView{}, err
		}
		r, _ = find(f, referral)
	}
	out := d.referralView(who, f, r, names, d.now())
	if accepted {
		out.Identity = identityView(f)
		if _, err := d.mayShow(who, f, "contact"); err == nil && f.Contact != nil {
			out.Identity.Contacts = []Contact{*contactView(f.Contact)}
		}
	}
	if out.Direction == "in" {
		if out.Places, err = d.placesFor(ctx, who, out.Mine.Service); err != nil {
			return ReferralView{}, err
		}
		out.Refusals = d.refusals()
	}
	return out, nil
}

// Inbox is what providers ask of this body: need cards, the most pressing first.
func (d *Desk) Inbox(ctx context.Context, who access.Who) ([]ReferralView, error) {
	if !d.couldEver(who, access.AnswerReferral, "referral") {
		return nil, fault.Withheld("inbox")
	}
	rows, err := d.inboxRows(ctx, who)
	if err != nil {
		return nil, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	files, err := d.views(ctx, rows)
	if err != nil {
		return nil, err
	}
	var out []ReferralView
	for _, row := range rows {
		f := files[id.File(row.Text("file_id"))]
		if f == nil {
			continue
		}
		if r, ok := find(f, id.Referral(row.Text("referral_id"))); ok && d.seesReferral(who, f, r) {
			out = append(out, d.referralView(who, f, r, names, d.now()))
		}
	}
	slices.SortStableFunc(out, d.morePressing)
	return out, nil
}

// How many of each half of an inbox: what waits for an answer, and who was said yes
// to lately. All who are in the house stand on its own page.
const (
	inboxWaiting = 200
	inboxLately  = 40
)

// inboxRows are the asks that wait, by their clocks, and then those accepted,
// the newest first: a house full of people taken in must not hide a new card.
func (d *Desk) inboxRows(ctx context.Context, who access.Who) ([]store.Found, error) {
	var out []store.Found
	for _, half := range []struct {
		states []any
		by     store.Order
		limit  int
	}{
		{[]any{casework.Asked, casework.Acknowledged}, store.Order{Column: "answer_due"}, inboxWaiting},
		{[]any{casework.Accepted}, store.Order{Column: "answered_at", Down: true}, inboxLately},
	} {
		page, err := d.deps.Store.List(ctx, "asks", store.Query{
			Scope: access.Related{Body: who.Body, Relations: []string{casework.RelAsked, casework.RelProvider}},
			Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("state", store.OneOf, half.states...)},
			Sort:  []store.Order{half.by}, Limit: half.limit, NoTotal: true,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, page.Rows...)
	}
	return out, nil
}

// morePressing puts what waits for an answer first, and there the priority that
// the pack names first; asks of one priority stay in the order of their clocks.
func (d *Desk) morePressing(a, b ReferralView) int {
	rank := func(r ReferralView) int {
		list := d.pack().Standards.Priorities
		i := slices.IndexFunc(list, func(p pack.Priority) bool { return p.ID == r.Card.Priority })
		if i < 0 {
			i = len(list)
		}
		if r.Mine.State == casework.Accepted {
			i += len(list) + 1
		}
		return i
	}
	return rank(a) - rank(b)
}

func find(f *casework.File, referral id.Referral) (casework.Referral, bool) {
	i := slices.IndexFunc(f.Referrals, func(r casework.Referral) bool { return r.ID == referral })
	if i < 0 {
		return casework.Referral{}, false
	}
	return f.Referrals[i], true
}

func myAsk(who access.Who, r casework.Referral) casework.Ask {
	for _, a := range r.Asks {
		if a.Body == who.Body {
			return a
		}
	}
	return casework.Ask{}
}

func (d *Desk) seesReferral(who access.Who, f *casework.File, r casework.Referral) bool {
	thing := referralThing(who, f, r)
	return d.rules.Decide(who, access.SeeReferral, thing).Allowed ||
		!r.Escalated.IsZero() && d.rules.Decide(who, access.WatchReferral, thing).Allowed
}

// referralView is a referral cut to this worker: the sender sees every answer at
// once, a provider its own part and never who else was asked.
func (d *Desk) referralView(who access.Who, f *casework.File, r casework.Referral, names bodyNames, at time.Time) ReferralView {
	ask := myAsk(who, r)
	out := ReferralView{
		ID: r.ID, Number: id.Number(r.ID), Direction: "out", State: r.State, From: names.phone(r.From), Escalated: r.Escalated,
		UndoUntil: r.UndoUntil, Version: f.Changed(), Since: r.Asked, Tonight: d.tonight(who, names, f.Region),
		Card: NeedCard{
			Subject: subject(f), Needs: r.Needs, Safety: r.Safety, Children: childrenOf(r.Children), Health: r.Health, Note: r.Note, Priority: r.Priority,
		},
	}
	if r.From != who.Body && ask.Body == who.Body {
		out.Direction = "in"
	}
	if out.Direction == "in" && ask.State != casework.Accepted {
		out.Card.Subject.File, out.Card.Subject.Number = "", "" // a need card names no file
	} else if _, err := d.may(who, access.OpenFile, f); err == nil {
		out.File = f.ID
	} else {
		out.Card.Subject.File, out.Card.Subject.Number = "", ""
	}
	for _, a := range r.Asks {
		if out.Direction == "out" || a.Body == who.Body {
			out.Asked = append(out.Asked, d.askView(a, names))
		}
	}
	if ask.Body != "" {
		out.Mine = d.askView(ask, names)
	}
	for _, q := range r.Questions {
		if out.Direction == "out" || q.Body == who.Body {
			out.Questions = append(out.Questions, Question{ID: q.ID, By: names.of(q.Body), Text: q.Text, Answer: q.Answer, At: q.At})
		}
	}
	out.Acts = d.referralActs(who, f, r, ask, at)
	return out
}

func childrenOf(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' || n > 99 {
			return n
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func (d *Desk) askView(a casework.Ask, names bodyNames) Ask {
	out := Ask{
		Service: a.Service, Body: a.Body, Name: names.of(a.Body), State: a.State, AckDue: a.AckDue, AnswerDue: a.AnswerDue,
		Answered: a.Answered, Refusal: a.Refusal, Phone: names[a.Body].Phone,
	}
	if refusal := d.pack().Refusal(a.Refusal); refusal != nil && len(a.Forbidden) > 0 {
		out.Forbidden = refusal.Forbidden
	}
	return out
}

// referralActs are the buttons that would work now.
func (d *Desk) referralActs(who access.Who, f *casework.File, r casework.Referral, ask casework.Ask, at time.Time) []string {
	var out []string
	thing := referralThing(who, f, r)
	if ask.Body == who.Body && d.rules.Decide(who, access.AnswerReferral, thing).Allowed {
		switch ask.State {
		case casework.Asked:
			out = append(out, "acknowledge", "accept", "refuse", "ask")
		case casework.Acknowledged:
			out = append(out, "accept", "refuse", "ask")
		case casework.Accepted:
			if at.Before(r.UndoUntil) {
				out = append(out, "undo")
			}
			if ask.Arrived.IsZero() {
				out = append(out, "arrived")
			} else {
				out = append(out, "left")
			}
		case casework.Gone:
			if at.Before(r.UndoUntil) {
				out = append(out, "stayed")
			}
		}
	}
	if r.Printable(who.Body) && d.rules.Decide(who, access.SeeReferral, thing).Allowed {
		out = append(out, "paper")
	}
	if r.From == who.Body && d.rules.Decide(who, access.Refer, thing).Allowed {
		if slices.ContainsFunc(r.Questions, func(q casework.Question) bool { return q.Answered.IsZero() }) {
			out = append(out, "answer")
		}
		if r.State == casework.ReferralOpen || r.State == casework.ReferralUnanswered {
			out = append(out, "withdraw")
		}
	}
	return out
}

func (d *Desk) refusals() []RefusalOption {
	var out []RefusalOption
	for _, r := range d.pack().Refusals {
		out = append(out, RefusalOption{ID: r.ID, Forbidden: r.Forbidden})
	}
	return out
}
