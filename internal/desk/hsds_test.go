package desk_test

import (
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// The public directory has who gives legal help, in each language, and is the same to the
// byte when a house is opened beside it, or its body says that it has beds no more.
func TestThePublicDirectoryHasNoHouse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	offer := func(body id.Body, kind, phone string) (service id.Service) {
		ref := casework.Ref{Kind: casework.BodyStream, ID: string(body)}
		service = id.New[id.Service](w.at)
		w.do(w.admin, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
			return casework.OfferService(store.As[*casework.Body](l, ref), service, casework.Offering{Type: kind, Region: region, Takes: []string{"women"}, Phone: phone}, m)
		})
		return service
	}
	feed := func(lang string) string {
		d, err := w.desk.PublicDirectory(t.Context(), lang)
		if err != nil {
			t.Fatal(err)
		}
		out := string(d.Services)
		for _, f := range d.Files {
			out += string(f.Text)
		}
		return out
	}
	lawyers := w.body("ngo", "Lawyers of the south", "worker")
	offer(lawyers.Body, "legal", "+7 727 111 11 11")
	before := feed("en")
	for _, want := range []string{"Lawyers of the south", "+7 727 111 11 11", "Legal help", w.laws.p.Head.Hotline} {
		if !strings.Contains(before, want) {
			t.Errorf("%q is not in the feed", want)
		}
	}
	for _, never := range []string{"Shelter One", "Shelter Two", "+7 700 000 00 01", "Room under the roof"} {
		if strings.Contains(before, never) {
			t.Errorf("%q is in the feed", never)
		}
	}
	if kk := feed("kk"); !strings.Contains(kk, "Заңгердің көмегі") {
		t.Error("not in Kazakh")
	}
	house, service, _ := w.provider("Quiet house")
	offer(house.Body, "legal", "+7 727 999 99 99")
	if feed("en") != before {
		t.Error("a house that was opened is seen in the feed")
	}
	ref := casework.Ref{Kind: casework.BodyStream, ID: string(house.Body)}
	w.do(w.admin, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OfferService(store.As[*casework.Body](l, ref), service, casework.Offering{Type: "legal", Region: region}, m)
	})
	if feed("en") != before {
		t.Error("a body that has rooms is in the feed")
	}
	// One of another kind, whose service has beds no more and whose room is still there.
	flat := w.body("ngo", "Flat of the north", "worker")
	service = offer(flat.Body, "shelter", "+7 727 777 77 77")
	room, flatRef := id.New[id.Place](w.at), casework.Ref{Kind: casework.BodyStream, ID: string(flat.Body)}
	w.do(flat, []casework.Ref{flatRef, {Kind: casework.PlaceStream, ID: string(room)}}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OpenPlace(nil, room, store.As[*casework.Body](l, flatRef), service, casework.PlaceInput{Name: withheld.New("Room"), Takes: []string{"women"}, Beds: 1, Free: 1}, m)
	})
	w.do(w.admin, []casework.Ref{flatRef}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OfferService(store.As[*casework.Body](l, flatRef), service, casework.Offering{Type: "legal", Region: region}, m)
	})
	if feed("en") != before {
		t.Error("an organisation with a room is in the feed")
	}
	ngo := w.body("shelter", "House without beds yet", "worker")
	offer(ngo.Body, "legal", "+7 727 888 88 88")
	if feed("en") != before {
		t.Error("a body of the kind that runs houses is in the feed")
	}
}
