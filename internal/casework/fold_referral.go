package casework

import (
	"slices"
	"time"

	"pana/internal/id"
)

// addReferral applies an event of a referral and says whether it was one.
func (f *File) addReferral(e Event) bool {
	switch v := e.Payload.(type) {
	case ReferralAsked:
		f.Referrals = added(f.Referrals, askedReferral(e, v))
	case ReferralAcknowledged:
		f.ask(v.Referral, v.Service, func(a *Ask) {
			if a.State == Asked {
				a.State = Acknowledged
			}
		})
	case ReferralQuestion:
		f.referral(v.Referral, func(r *Referral) {
			r.Questions = added(r.Questions, Question{ID: v.Question, Service: v.Service, Body: e.Body, Text: v.Text, At: e.OccurredAt})
		})
	case ReferralAnswer:
		f.referral(v.Referral, func(r *Referral) {
			r.Questions = edited(r.Questions, func(q *Question) bool { return q.ID == v.Question },
				func(q *Question) { q.Answer, q.Answered = v.Text, e.OccurredAt })
		})
	case ReferralAccepted:
		f.accepted(e, v)
	case ReferralRefused:
		f.refused(e, v)
	case ReferralUndone:
		f.undone(e, v)
	case ReferralWithdrawn:
		f.withdrawn(e, v)
	case ReferralArrived:
		f.ask(v.Referral, v.Service, func(a *Ask) { a.Arrived = e.OccurredAt })
	case ReferralLeft:
		f.left(e, v)
	case ReferralStayed:
		f.stayed(v)
	case ReferralEscalated:
		f.referral(v.Referral, func(r *Referral) { r.Escalated, r.Told = e.OccurredAt, v.Told })
	case Placed:
		f.Place = &Placement{Referral: v.Referral, Service: v.Service, Body: v.Body, Place: v.Place, Since: e.OccurredAt}
		f.referral(v.Referral, func(r *Referral) { r.State = ReferralPlaced })
	default:
		return false
	}
	return true
}

func askedReferral(e Event, v ReferralAsked) Referral {
	r := Referral{
		ID: v.Referral, N: e.N, From: e.Body, By: e.Worker, State: ReferralOpen, Priority: v.Priority, Needs: v.Needs, Health: v.Health,
		Safety: v.Safety, Children: v.Children, Note: v.Note, Asked: e.OccurredAt, RingAt: v.RingAt, Ground: v.Ground, Consent: v.Consent,
		Asks: make([]Ask, 0, len(v.Asks)),
	}
	for _, a := range v.Asks {
		r.Asks = append(r.Asks, Ask{
			Service: a.Service, Body: a.Body, Kind: a.Kind, State: Asked, AckDue: a.AckDue, AnswerDue: a.AnswerDue,
		})
	}
	return r
}

func (f *File) accepted(e Event, v ReferralAccepted) {
	f.referral(v.Referral, func(r *Referral) {
		r.State, r.UndoUntil = ReferralTaken, v.UndoUntil
		r.Asks = slices.Clone(r.Asks)
		for i := range r.Asks {
			a := &r.Asks[i]
			switch {
			case a.Service == v.Service:
				a.State, a.Answered, a.Place, a.HeldUntil = Accepted, e.OccurredAt, v.Place, v.HeldUntil
			case slices.Contains(v.Closed, a.Service):
				a.State = Closed
			}
		}
	})
}

func (f *File) refused(e Event, v ReferralRefused) {
	f.ask(v.Referral, v.Service, func(a *Ask) {
		a.State, a.Answered, a.Refusal, a.Forbidden = Refused, e.OccurredAt, v.Reason, v.Forbidden
	})
	f.referral(v.Referral, func(r *Referral) {
		if r.State == ReferralOpen && !slices.ContainsFunc(r.Asks, Ask.waiting) {
			r.State = ReferralUnanswered
		}
	})
}

func (f *File) undone(e Event, v ReferralUndone) {
	f.referral(v.Referral, func(r *Referral) {
		r.State, r.Escalated = ReferralOpen, time.Time{} // nobody has her: the bell may ring again
		r.Asks = slices.Clone(r.Asks)
		for i := range r.Asks {
			a := &r.Asks[i]
			if a.Service == v.Service || slices.Contains(v.Reopened, a.Service) {
				*a = Ask{Service: a.Service, Body: a.Body, Kind: a.Kind, State: Asked, AckDue: a.AckDue, AnswerDue: a.AnswerDue}
			}
		}
	})
	f.endPassing(e, v.Referral)
}

func (f *File) withdrawn(e Event, v ReferralWithdrawn) {
	f.referral(v.Referral, func(r *Referral) {
		r.State = ReferralBack
		r.Asks = slices.Clone(r.Asks)
		for i := range r.Asks {
			if a := &r.Asks[i]; a.waiting() || a.State == Accepted {
				a.State = Closed
			}
		}
	})
	f.endPassing(e, v.Referral)
}

func (f *File) left(e Event, v ReferralLeft) {
	f.referral(v.Referral, func(r *Referral) { r.State, r.UndoUntil = ReferralEnded, v.UndoUntil })
	f.ask(v.Referral, v.Service, func(a *Ask) { a.State, a.Left = Gone, e.OccurredAt })
	if f.Place != nil && f.Place.Referral == v.Referral {
		f.Place = nil
	}
	f.endPassing(e, v.Referral)
}

func (f *File) stayed(v ReferralStayed) {
	f.referral(v.Referral, func(r *Referral) { r.State = ReferralPlaced })
	f.ask(v.Referral, v.Service, func(a *Ask) {
		a.State, a.Left = Accepted, time.Time{}
		f.Place = &Placement{Referral: v.Referral, Service: a.Service, Body: a.Body, Place: a.Place, Since: a.Arrived}
	})
}

// endPassing notes that the provider no longer has a ground to see who the
// person is. That it has seen it stays in the record.
func (f *File) endPassing(e Event, ref id.Referral) {
	f.Passed = edited(f.Passed, func(p *Passing) bool { return p.Referral == ref && p.Ended.IsZero() },
		func(p *Passing) { p.Ended = e.OccurredAt })
}

func (a Ask) waiting() bool { return a.State == Asked || a.State == Acknowledged }

func (f *File) referral(ref id.Referral, change func(*Referral)) {
	f.Referrals = edited(f.Referrals, func(r *Referral) bool { return r.ID == ref }, change)
}

func (f *File) ask(ref id.Referral, service id.Service, change func(*Ask)) {
	f.referral(ref, func(r *Referral) {
		r.Asks = edited(r.Asks, func(a *Ask) bool { return a.Service == service }, change)
	})
}

// Referral finds a referral of the file.
func (f *File) Referral(ref id.Referral) (Referral, bool) {
	for _, r := range f.Referrals {
		if r.ID == ref {
			return r, true
		}
	}
	return Referral{}, false
}
