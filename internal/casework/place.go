package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
)

// OpenPlace adds a room of the acting body's own service.
func OpenPlace(old *Place, place id.Place, body *Body, service id.Service, in PlaceInput, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodePlaceClosed)
	}
	if body == nil || body.ID != m.By.Body {
		return Decision{}, fault.Withheld(CodePlaceNotYours)
	}
	if s, ok := body.Service(service); !ok || s.Closed {
		return Decision{}, fault.New(fault.Invalid, CodeService)
	}
	if err := in.check(0); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: Ref{PlaceStream, string(place)}, at: m.At}
	b.receipt(Receipt{Code: "receipt.place_opened", Args: map[string]string{"place": string(place)}})
	b.add(m.own(), PlaceOpened{body.ID, service, in.Name, in.Takes, in.Beds, in.Free})
	return b.decision, nil
}

// ChangePlace states a place as it now is. Beds that are held or taken by a
// referral cannot be said to be free.
func ChangePlace(p *Place, in PlaceInput, m Moment) (Decision, error) {
	if p == nil || p.Body != m.By.Body {
		return Decision{}, fault.Withheld(CodePlaceNotYours)
	}
	if in.Version != 0 && in.Version != p.changed.Seq {
		return Decision{}, fault.New(fault.Conflict, CodeFileChanged, "by", string(p.changed.Body), "what", "event."+p.changed.Type,
			"at", timeArg(p.changed.At))
	}
	standing := slices.DeleteFunc(slices.Clone(p.Held), func(h Hold) bool { return !h.Until.After(m.At) })
	if err := in.check(len(standing) + len(p.Taken)); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: p.Ref(), at: m.At}
	b.receipt(Receipt{Code: "receipt.place_changed", Args: map[string]string{"place": string(p.ID)}})
	// Who states the figure has counted the beds: one that nobody came for in time
	// is among them, and must not be counted again when its hold is ended later.
	for _, h := range p.Held {
		if !h.Until.After(m.At) {
			b.addTo(p.Ref(), CompartmentCore, PlaceReleased{h.Referral, "expired"}, "expired")
		}
	}
	b.add(m.own(), PlaceChanged{in.Name, in.Takes, in.Beds, in.Free, in.Closed})
	return b.decision, nil
}

func (in PlaceInput) check(bound int) error {
	if in.Beds < 1 || in.Free < 0 || in.Free > in.Beds-bound {
		return fault.Form(fault.Field{Name: "free", Code: CodePlaceBeds})
	}
	return nil
}

// hold keeps a bed for two hours or what the standard says. Whoever comes a
// second later learns that it is taken, before anything is recorded.
func (b *builder) hold(p *Place, service id.Service, ref id.Referral, until time.Time) error {
	switch {
	case p.Body != b.m.By.Body || p.Service != service:
		return fault.Withheld(CodePlaceNotYours)
	case p.Closed:
		return fault.New(fault.Conflict, CodePlaceClosed)
	}
	free := p.Free
	for _, h := range p.Held {
		if h.Until.Before(b.m.At) {
			b.addTo(p.Ref(), CompartmentCore, PlaceReleased{h.Referral, "expired"}, "")
			free++
		}
	}
	if free < 1 {
		return fault.New(fault.Conflict, CodePlaceTaken, "place", string(p.ID))
	}
	b.addTo(p.Ref(), CompartmentCore, PlaceHeld{ref, until}, "")
	b.later(EffectHold, until, "hold/"+string(p.ID)+"/"+string(ref), "place", string(p.ID), "file", b.stream.ID, "referral", string(ref))
	return nil
}

func (b *builder) release(p *Place, ref id.Referral, reason string) {
	if p != nil && slices.ContainsFunc(p.Held, func(h Hold) bool { return h.Referral == ref }) {
		b.addTo(p.Ref(), CompartmentCore, PlaceReleased{ref, reason}, reason)
	}
}

// ExpireHold frees a bed whose hold is over. The referral stays accepted: the
// provider is told and may hold another.
func ExpireHold(p *Place, ref id.Referral, m Moment) (Decision, error) {
	if p == nil {
		return Decision{}, fault.Withheld("no place")
	}
	i := slices.IndexFunc(p.Held, func(h Hold) bool { return h.Referral == ref })
	if i < 0 || p.Held[i].Until.After(m.At) {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	b := builder{m: m, stream: p.Ref(), at: m.At}
	b.receipt(Receipt{Code: "receipt.hold_over", Args: map[string]string{"place": string(p.ID)}})
	b.release(p, ref, "expired")
	b.tell(p.Body, "notify.hold_over", "place", string(p.ID), "referral", string(ref))
	return b.decision, nil
}
