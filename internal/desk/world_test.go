package desk_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/notify"
	"pana/internal/pack"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/withheld"
	"pana/packs"
)

// country is the pack that ships; it is read once and never written.
var country = sync.OnceValues(func() (*pack.Pack, error) {
	dir, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		return nil, err
	}
	return loaded(dir)
})

func loaded(dir fs.FS) (*pack.Pack, error) {
	p, problems := pack.Load(dir)
	if bad := pack.Errors(problems); len(bad) > 0 {
		return nil, errors.New(bad[0].String())
	}
	return p, nil
}

type laws struct{ p *pack.Pack }

func (l laws) Pack() *pack.Pack { return l.p }
func (l laws) On(day time.Time) (*pack.Snapshot, error) {
	s, problems := l.p.At(day)
	if bad := pack.Errors(problems); len(bad) > 0 {
		return nil, errors.New(bad[0].String())
	}
	return s, nil
}

type model struct{ laws laws }

func (m model) Fold(s casework.State, events ...casework.Event) (casework.State, error) {
	return casework.Replay(m.laws, s, events)
}
func (model) Rows(s casework.State) []casework.Row      { return casework.Rows(s) }
func (model) Tables() []casework.Table                  { return casework.Tables() }
func (model) Encode(p casework.Payload) ([]byte, error) { return casework.Encode(p) }
func (model) Decode(t string, v int, b []byte) (casework.Payload, error) {
	return casework.Decode(t, v, b)
}

// world is an installation with a few bodies, on a database of its own.
type world struct {
	path  string // of the database, for tests that write behind the store's back
	t     *testing.T
	desk  *desk.Desk
	store *store.Store
	// What another desk on the same record is made with.
	master seal.Master
	names  *linkage.Index
	laws   laws
	log    *bytes.Buffer
	post   *notify.Outbox
	deaf   string        // an address that takes no letters now
	sms    notify.Sender // nil: there is none
	mail   notify.Sender // nil: the outbox
	read   int           // how many letters were looked at
	unsure bool          // the machine's clock may be far ahead

	mu  sync.Mutex
	at  time.Time
	key int

	inspector, shelter, shelter2, identifiers, coordinator, border, dutyOfficer, admin, judge access.Who
	bed, bed2                                                                                 id.Place
	service, service2                                                                         id.Service
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) push(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// agrees verifies the whole record.
func (w *world) agrees() {
	w.t.Helper()
	if _, err := w.store.Verify(w.t.Context(), store.VerifyAll, nil); err != nil {
		w.t.Errorf("verify: %v", err)
	}
}

// k makes the key of a form.
func (w *world) k() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.key++
	return "form-" + time.Duration(w.key).String()
}

const region = "KZ-61"

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
}

func newWorldAt(t *testing.T, at time.Time) *world {
	t.Helper()
	return newWorldIn(t, filepath.Join(t.TempDir(), "pana.db"), at)
}

// newWorldIn is a world in the database of an address.
func newWorldIn(t *testing.T, address string, at time.Time) *world {
	t.Helper()
	p, err := country()
	if err != nil {
		t.Fatal(err)
	}
	return newWorldOf(t, address, at, p)
}

// newWorldOf is a world under another pack.
func newWorldOf(t *testing.T, address string, at time.Time, p *pack.Pack) *world {
	t.Helper()
	var err error
	w := &world{t: t, laws: laws{p}, at: at, log: &bytes.Buffer{}, post: &notify.Outbox{}, path: address, master: seal.NewMaster(), names: linkage.NewIndex([32]byte{1})}
	w.store, err = store.Open(t.Context(), store.Options{
		Address: w.path, Stamp: "demo", Origin: "pana.test", Model: model{w.laws}, Master: w.master,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	hasher := auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Threads: 1}, 2)
	w.desk, err = desk.New(desk.Deps{
		Store: w.store, Laws: w.laws, Hasher: hasher, Names: w.names, Post: postman{w}, Ways: []notify.Channel{{Name: "sms", Sender: smsMan{w}}}, Now: w.now, Unsure: func() bool { return w.unsure },
		Second: desk.SecondFor{Roles: []string{"duty_officer"}, From: at.AddDate(0, 0, 1)},
		Auth:   auth.New(desk.SignInStore{Store: w.store, Laws: w.laws, Now: w.now}, hasher, auth.Limits{}, [32]byte{2}),
		Log:    slog.New(slog.NewTextHandler(w.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.furnish()
	if err := w.desk.LoadNames(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) furnish() {
	w.inspector = w.body("labour_inspectorate", "Labour inspectorate", "inspector")
	w.shelter, w.service, w.bed = w.provider("Shelter One")
	w.shelter2, w.service2, w.bed2 = w.provider("Shelter Two")
	w.identifiers = w.body("joint_identification", "Joint identification", "secretary")
	w.identifiers.Role = "decider"
	w.coordinator = w.body("coordinator", "Coordinator", "coordinator")
	w.border = w.body("border_service", "Border post", "officer")
	w.dutyOfficer = w.border
	w.dutyOfficer.Role, w.dutyOfficer.Worker = "duty_officer", id.New[id.Worker](w.at)
	w.admin = w.body("administrator", "Administration", "administrator")
	w.judge = w.body("court", "Court", "judge")
}

// do records what a test needs and no desk offers.
func (w *world) do(who access.Who, refs []casework.Ref, decide func(*store.Loaded, casework.Moment) (casework.Decision, error)) {
	w.t.Helper()
	at := w.now()
	m := casework.Moment{At: at, Laws: w.laws, By: casework.Actor{Worker: who.Worker, Body: who.Body, Kind: who.BodyKind, Role: who.Role, Region: who.Region}}
	_, err := w.store.Change(context.Background(), store.Act{Key: w.k(), Who: who, At: at, Streams: refs}, func(l *store.Loaded) (casework.Decision, error) { return decide(l, m) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) body(kind, name, role string) access.Who {
	w.t.Helper()
	body := id.New[id.Body](w.at)
	ref := casework.Ref{Kind: casework.BodyStream, ID: string(body)}
	w.do(access.Who{BodyKind: "product"}, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.AddBody(nil, body, casework.BodyAdded{Kind: kind, Name: name, Region: region, Phone: "+7 700 000 00 00",
			Email: strings.ToLower(strings.ReplaceAll(name, " ", "-")) + "@example.org"}, m)
	})
	k := w.laws.p.BodyKind(kind)
	return access.Who{
		Worker: id.New[id.Worker](w.at), Body: body, BodyKind: kind, Role: role, Region: region, Lang: "en", Compartment: k.Compartment, Powers: k.Can,
	}
}

func (w *world) provider(name string) (access.Who, id.Service, id.Place) {
	w.t.Helper()
	who := w.body("shelter", name, "worker")
	service, place := id.New[id.Service](w.at), id.New[id.Place](w.at)
	body := casework.Ref{Kind: casework.BodyStream, ID: string(who.Body)}
	w.do(who, []casework.Ref{body}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OfferService(store.As[*casework.Body](l, body), service, casework.Offering{
			Type: "shelter", Region: region, Takes: []string{"women", "girls"}, Phone: "+7 700 000 00 01",
		}, m)
	})
	room := casework.Ref{Kind: casework.PlaceStream, ID: string(place)}
	w.do(who, []casework.Ref{body, room}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OpenPlace(nil, place, store.As[*casework.Body](l, body), service, casework.PlaceInput{
			Name: withheld.New("Room under the roof"), Takes: []string{"women", "girls"}, Beds: 1, Free: 1,
		}, m)
	})
	return who, service, place
}

var discard = slog.New(slog.DiscardHandler)
