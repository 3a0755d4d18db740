package desk

import (
	"context"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// MyPlaces are the rooms and beds of the worker's own body.
func (d *Desk) MyPlaces(ctx context.Context, who access.Who) ([]PlaceView, error) {
	if err := d.mayDo(who, access.SeePlaces, "place"); err != nil {
		return nil, err
	}
	return d.placesFor(ctx, who, "")
}

// placesFor are the places of the worker's own body, of one service if named.
// Another body's are never listed, whatever the rules.
func (d *Desk) placesFor(ctx context.Context, who access.Who, service id.Service) ([]PlaceView, error) {
	if d.mayDo(who, access.SeePlaces, "place") != nil {
		return nil, nil
	}
	where := []store.Filter{store.Where("body_id", store.Is, string(who.Body))}
	if service != "" {
		where = append(where, store.Where("service_id", store.Is, string(service)))
	}
	places, err := folded[*casework.Place](ctx, d, "places", store.Query{Scope: everything, Where: where, Limit: 1000})
	if err != nil {
		return nil, err
	}
	var out []PlaceView
	for _, p := range places {
		if p.Body != who.Body {
			continue
		}
		view := PlaceView{
			ID: p.ID, Name: p.Name.Reveal(), Takes: p.Takes, State: p.State(), Beds: p.Beds, Free: p.Free, AsOf: p.AsOf,
			Stale: d.isStale(p.AsOf), Version: p.Changed(),
		}
		for _, h := range p.Held {
			if view.Until.IsZero() || h.Until.Before(view.Until) {
				view.Until = h.Until
			}
		}
		out = append(out, view)
	}
	return out, nil
}

// ChangePlace adds or changes a place of the worker's own body.
func (d *Desk) ChangePlace(ctx context.Context, who access.Who, in PlaceInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.ChangePlace, "place"); err != nil {
		return casework.Receipt{}, err
	}
	beds, free, err := checkPlace(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	change := casework.PlaceInput{
		Version: in.Version, Name: withheld.New(in.Name), Takes: in.Takes, Beds: beds, Free: free, Closed: in.State == "closed",
	}
	place, isNew := in.Place, in.Place == ""
	if isNew {
		place = id.New[id.Place](at)
	}
	refs := []casework.Ref{placeRef(place), bodyRef(who.Body)}
	return d.change(ctx, who, in.Key, in, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		p, body := store.As[*casework.Place](l, placeRef(place)), store.As[*casework.Body](l, bodyRef(who.Body))
		if isNew {
			return casework.OpenPlace(p, place, body, serviceWithBeds(d, body), change, m)
		}
		if p == nil || p.Body != who.Body {
			return casework.Decision{}, fault.Withheld("place")
		}
		return casework.ChangePlace(p, change, m)
	})
}

// serviceWithBeds is the service that a new room belongs to: the body's first
// that has beds.
func serviceWithBeds(d *Desk, body *casework.Body) id.Service {
	if body == nil {
		return ""
	}
	i := slices.IndexFunc(body.Services, func(s casework.Service) bool {
		t := d.pack().Service(s.Offer.Type)
		return !s.Closed && t != nil && t.Beds
	})
	if i < 0 {
		return ""
	}
	return body.Services[i].ID
}

func checkPlace(in PlaceInput) (beds, free int, err error) {
	var bad []fault.Field
	if beds, err = strconv.Atoi(in.Beds); err != nil || beds < 0 || beds > 500 {
		bad = append(bad, fault.Field{Name: "beds", Code: "field.number"})
	}
	if free, err = strconv.Atoi(in.Free); err != nil || free < 0 || free > beds {
		bad = append(bad, fault.Field{Name: "free", Code: casework.CodePlaceBeds})
	}
	bad = append(bad, tooLong("name", withheld.New(in.Name), maxName)...)
	return beds, free, fault.Form(bad...)
}
