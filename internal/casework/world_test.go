package casework

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// world is an invented country with its streams, driven through decisions as
// the store drives them.
type world struct {
	t      testing.TB
	laws   Laws
	at     time.Time
	n      uint64
	events map[Ref][]Event
	states map[Ref]State
	last   Decision
}

var loadHill = sync.OnceValues(func() (*pack.Pack, error) {
	data, err := os.ReadFile("testdata/hill.txtar")
	if err != nil {
		return nil, err
	}
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse(data).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	p, problems := pack.Load(fsys)
	if bad := pack.Errors(problems); len(bad) > 0 {
		return nil, fmt.Errorf("hill does not load: %v", bad)
	}
	return p, nil
})

type hillLaws struct{ p *pack.Pack }

func (l hillLaws) Pack() *pack.Pack { return l.p }

func (l hillLaws) On(day time.Time) (*pack.Snapshot, error) {
	s, problems := l.p.At(day)
	if bad := pack.Errors(problems); len(bad) > 0 {
		return nil, fmt.Errorf("%v", bad)
	}
	return s, nil
}

// Tuesday, 10:00 in the hills.
var morning = time.Date(2026, 3, 3, 5, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	p, err := loadHill()
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, laws: hillLaws{p}, at: morning, events: map[Ref][]Event{}, states: map[Ref]State{}}
}

func fixed[T ~string](name string) T { return derived[T](morning, name) }

var (
	inspector = Actor{Worker: fixed[id.Worker]("inspector"), Body: fixed[id.Body]("inspectorate"), Kind: "inspectorate", Role: "inspector", Region: "H-1"}
	decider   = Actor{Worker: fixed[id.Worker]("decider"), Body: fixed[id.Body]("commission"), Kind: "commission", Role: "decider", Region: "H-1"}
	officer   = Actor{Worker: fixed[id.Worker]("officer"), Body: fixed[id.Body]("border"), Kind: "border", Role: "officer", Region: "H-1"}
	girl      = fixed[id.File]("girl")
	refOne    = fixed[id.Referral]("one")
)

func shelter(n int) Actor {
	name := fmt.Sprint("shelter ", n)
	return Actor{Worker: fixed[id.Worker](name), Body: fixed[id.Body](name), Kind: "shelter", Role: "worker", Region: "H-1"}
}

func beds(n int) id.Service  { return fixed[id.Service](fmt.Sprint("beds ", n)) }
func bedroom(n int) id.Place { return fixed[id.Place](fmt.Sprint("room ", n)) }

func (w *world) moment(by Actor) Moment { return Moment{At: w.at, By: by, Laws: w.laws} }

// do records a decision, as the store would.
func (w *world) do(by Actor, decide func(Moment) (Decision, error)) error {
	w.t.Helper()
	d, err := decide(w.moment(by))
	if err != nil {
		return err
	}
	w.last = d
	key := fmt.Sprintf("act %d", w.n) // one for the act, as the store has it: what is of one act goes with it
	for _, draft := range d.Events {
		typ, version := draft.Payload.EventType()
		e := Event{
			N: w.n, ID: id.Event(fmt.Sprintf("%026d", w.n)), Stream: draft.Stream, Seq: uint64(len(w.events[draft.Stream]) + 1),
			Type: typ, Version: version, OccurredAt: draft.OccurredAt, RecordedAt: w.at, Worker: by.Worker, Body: by.Body, BodyKind: by.Kind, Key: key,
			Reason: draft.Reason, Compartment: draft.Compartment, Payload: w.sealed(draft.Payload),
		}
		if draft.OccurredAt.IsZero() {
			e.OccurredAt = w.at
		}
		next, err := Fold(w.laws, w.states[draft.Stream], e)
		if err != nil {
			w.t.Fatalf("fold %s: %v", typ, err)
		}
		w.n++
		w.events[draft.Stream] = append(w.events[draft.Stream], e)
		w.states[draft.Stream] = next
	}
	return nil
}

// sealed takes the payload through its stored form.
func (w *world) sealed(p Payload) Payload {
	b, err := Encode(p)
	if err != nil {
		w.t.Fatal(err)
	}
	typ, version := p.EventType()
	back, err := Decode(typ, version, b)
	if err != nil {
		w.t.Fatal(err)
	}
	return back
}

func (w *world) must(by Actor, decide func(Moment) (Decision, error)) {
	w.t.Helper()
	if err := w.do(by, decide); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) file(f id.File) *File {
	s, _ := w.states[Ref{FileStream, string(f)}].(*File)
	return s
}

func (w *world) place(p id.Place) *Place {
	s, _ := w.states[Ref{PlaceStream, string(p)}].(*Place)
	return s
}

func (w *world) body(b id.Body) *Body {
	s, _ := w.states[Ref{BodyStream, string(b)}].(*Body)
	return s
}

// open records a girl of about fifteen, exploited, nobody sure of her age.
func (w *world) open() {
	w.t.Helper()
	w.openWith(func(*OpenFileInput) {})
}

func (w *world) openWith(change func(*OpenFileInput)) {
	w.t.Helper()
	in := OpenFileInput{
		File: girl, Safety: "not_safe", Age: 15, AgeKnown: AgeNotSure, Sex: "female", Language: "uz", CallName: withheld.New("Planted"),
		Needs: []string{"bed"}, Consent: "child", Indicators: []string{"long_hours", "no_pay"}, Region: "H-1",
	}
	change(&in)
	w.must(inspector, func(m Moment) (Decision, error) { return OpenFile(w.file(in.File), in, m) })
}

// shelters sets up n shelters with one bed each.
func (w *world) shelters(n int) []Provider {
	w.t.Helper()
	var out []Provider
	for i := range n {
		who := shelter(i)
		w.must(who, func(m Moment) (Decision, error) {
			return AddBody(nil, who.Body, BodyAdded{Kind: "shelter", Name: fmt.Sprint("Shelter ", i), Region: "H-1", Phone: "100"}, m)
		})
		w.must(who, func(m Moment) (Decision, error) {
			return OfferService(w.body(who.Body), beds(i), Offering{Type: "shelter", Takes: []string{"girls"}}, m)
		})
		w.must(who, func(m Moment) (Decision, error) {
			return OpenPlace(nil, bedroom(i), w.body(who.Body), beds(i), PlaceInput{Beds: 1, Free: 1}, m)
		})
		out = append(out, Provider{w.body(who.Body), beds(i)})
	}
	return out
}

func (w *world) refer(providers []Provider) error {
	w.t.Helper()
	return w.do(inspector, func(m Moment) (Decision, error) {
		return Refer(w.file(girl), ReferInput{Referral: refOne, Providers: providers, Needs: []string{"bed"}, Priority: "emergency"}, m)
	})
}

// referredWorld has a file and a referral that so many shelters were asked.
func referredWorld(t testing.TB, shelters int) *world {
	t.Helper()
	w := newWorld(t)
	w.open()
	if err := w.refer(w.shelters(shelters)); err != nil {
		t.Fatal(err)
	}
	return w
}

// acceptedWorld is one in which the first shelter has said yes.
func acceptedWorld(t testing.TB, shelters int) *world {
	t.Helper()
	w := referredWorld(t, shelters)
	if err := accept(w, 0); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) referral() Referral {
	w.t.Helper()
	r, ok := w.file(girl).Referral(refOne)
	if !ok {
		w.t.Fatal("no referral")
	}
	return r
}
