package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/notify"
	"pana/internal/pack"
	"pana/internal/rate"
	"pana/internal/store"
	"pana/internal/withheld"
)

// demoRole is a worker who has a button on the sign-in page.
type demoRole struct {
	ID, Login, Role, Body string
	Names                 map[string]string // of the body, by language
}

// town is the invented installation: bodies by their slug, workers to act for them.
type town struct {
	data    *demoData
	bodies  map[string]id.Body
	workers map[string]access.Who // by body slug the first worker, and each by login
	byKind  map[string][]string   // slugs
	logins  map[string]id.Worker
	offers  map[string][]id.Service // by body slug and type: slug/type
	places  map[string][]id.Place   // by body slug
	bedless map[string]id.Service   // by body slug: its first service without beds
	bedded  map[string]bool         // by slug/type: has beds
	near    map[string][]string     // by region: bodies with a bedless service, near ones first
	alike   map[string][]string     // by slug: the body itself and those that take turns with it
}

// seedStart is how long before now the invented record begins.
const seedStart = 730 * 24 * time.Hour

// demoLimits keep a session alive while the clock is pushed: whoever presses
// "+1 day" wants to see what became due, not the sign-in page. Many may try one role.
var demoLimits = auth.Limits{Idle: 365 * 24 * time.Hour, Absolute: 365 * 24 * time.Hour, Live: -1}

// openDemo opens the demonstration in a folder, seeding it when it is new.
func openDemo(ctx context.Context, dir string, files int, progress io.Writer, log *slog.Logger, tune ...func(*plan)) (*demo, error) {
	master, err := openOrMakeMaster(filepath.Join(dir, masterFile))
	if err != nil {
		return nil, err
	}
	clock := &Clock{}
	p := plan{address: filepath.Join(dir, databaseFile), stamp: demoStamp, origin: "pana-demo", master: master, clock: clock, log: log, limits: demoLimits, rates: rate.Default, post: &notify.Outbox{}, unlinted: true, unadopted: true}
	for _, with := range tune {
		with(&p)
	}
	h, err := build(ctx, p)
	if err != nil {
		return nil, err
	}
	d := &demo{house: h, password: newPassword()}
	looked := make(chan error, 1)
	go func() { looked <- h.lookUnlinted() }()
	err = d.settle(ctx, files, progress)
	if err == nil { // recorded time does not go back: first the past
		err = d.adopt(ctx, d.clock.Now())
	}
	if bad := <-looked; bad != nil {
		err = bad // what went wrong in the settling came of it
	}
	if err != nil {
		_ = h.close()
		return nil, err
	}
	return d, nil
}

// settle brings the town to life: made when new, given this run's passwords.
func (d *demo) settle(ctx context.Context, files int, progress io.Writer) error {
	data, err := readDemo(d.files)
	if err != nil {
		return err
	}
	hash, err := d.hash.Hash(ctx, d.password)
	if err != nil {
		return err
	}
	t := newTown(data, d.pack)
	seeded, err := d.isSeeded(ctx)
	if err != nil {
		return err
	}
	if !seeded {
		if err := data.lacks(files, d.pack); err != nil {
			return fmt.Errorf("no demonstration can be made of this pack:\n%w", err)
		}
		if err := d.seed(ctx, t, hash, files, progress); err != nil {
			return fmt.Errorf("seeding: %w", err)
		}
	} else if err := d.renewPasswords(ctx, t, hash); err != nil {
		return err
	}
	d.roles = t.roles()
	if d.page, err = d.givePage(ctx, t); err != nil {
		return err
	}
	d.count, err = d.store.Count(ctx, "files", store.Query{Scope: access.All{}})
	return err
}

// colleague is another worker of the same body and role, who confirms what two take.
func (t *town) colleague(who access.Who) access.Who {
	for _, b := range t.data.Bodies {
		for _, w := range b.Workers {
			if other := t.workers[w.Login]; other.Body == who.Body && other.Role == who.Role && other.Worker != who.Worker {
				return other
			}
		}
	}
	return access.Who{}
}

// newTown gives every invented body, service, place and worker an id that is
// the same in every run, made from its name in the data.
func newTown(data *demoData, p *pack.Pack) *town {
	t := &town{
		data: data, bodies: map[string]id.Body{}, workers: map[string]access.Who{}, byKind: map[string][]string{},
		logins: map[string]id.Worker{}, offers: map[string][]id.Service{}, places: map[string][]id.Place{},
		bedless: map[string]id.Service{}, bedded: map[string]bool{}, near: map[string][]string{}, alike: map[string][]string{},
	}
	for n, b := range data.Bodies {
		r := &fixed{rand.NewPCG(7, uint64(n))}
		t.bodies[b.ID] = id.From[id.Body](epoch, r)
		like := cmp.Or(b.Like, b.ID)
		if t.alike[like] = append(t.alike[like], b.ID); b.Like == "" {
			t.byKind[b.Kind] = append(t.byKind[b.Kind], b.ID)
		}
		for i, w := range b.Workers {
			worker := id.From[id.Worker](epoch, r)
			t.logins[w.Login] = worker
			who := access.Who{Worker: worker, Body: t.bodies[b.ID], BodyKind: b.Kind, Role: w.Role, Region: b.Region}
			if kind := p.BodyKind(b.Kind); kind != nil {
				who.Compartment, who.Powers = kind.Compartment, kind.Can
			}
			if t.workers[w.Login] = who; i == 0 {
				t.workers[b.ID] = who
			}
		}
		for _, s := range b.Services {
			key := b.ID + "/" + s.Type
			service := id.From[id.Service](epoch, r)
			t.offers[key] = append(t.offers[key], service)
			if t.bedded[key] = len(s.Places) > 0; !t.bedded[key] && t.bedless[b.ID] == "" {
				t.bedless[b.ID] = service
			}
			for range s.Places {
				t.places[b.ID] = append(t.places[b.ID], id.From[id.Place](epoch, r))
			}
		}
	}
	return t
}

// turn is which of the bodies that are alike has to do with the file of a number.
func (t *town) turn(slug string, file int) string {
	if alike := t.alike[slug]; len(alike) > 0 {
		return alike[file%len(alike)]
	}
	return slug
}

// epoch is the time part of the town's ids.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// fixed is a reader of the same bytes in every run.
type fixed struct{ src *rand.PCG }

func (f *fixed) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(f.src.Uint64())
	}
	return len(b), nil
}

func (t *town) roles() (out []demoRole) {
	for _, b := range t.data.Bodies {
		for _, w := range b.Workers {
			if w.Button != "" {
				out = append(out, demoRole{ID: w.Button, Login: w.Login, Role: w.Role, Body: b.Name["en"], Names: b.Name})
			}
		}
	}
	return out
}

// isSeeded says whether the demonstration is whole, or refuses half of one.
func (d *demo) isSeeded(ctx context.Context) (bool, error) {
	whole, err := d.store.Seeded(ctx)
	if err != nil || whole {
		return whole, err
	}
	n, err := d.store.Count(ctx, "bodies", store.Query{Scope: access.All{}})
	if err == nil && n > 0 {
		err = errors.New("the making of this demonstration was interrupted: delete its folder, or name another with --data")
	}
	return false, err
}

// renewPasswords gives everybody this run's password.
func (d *demo) renewPasswords(ctx context.Context, t *town, hash string) error {
	now := d.clock.Now()
	i := d.installer(now)
	all, ctx := errgroup.WithContext(ctx)
	for _, w := range t.logins {
		all.Go(func() error { return i.setPassword(ctx, w, now.Format(time.RFC3339Nano), hash) })
	}
	return all.Wait()
}

// found puts up the bodies with their services, places and workers.
func (d *demo) found(ctx context.Context, t *town, hash string, at time.Time) error {
	i := d.installer(at)
	all, ctx := errgroup.WithContext(ctx)
	for _, b := range t.data.Bodies {
		all.Go(func() error { return d.foundBody(ctx, i, t, b, hash) })
	}
	return all.Wait()
}

func (d *demo) foundBody(ctx context.Context, i *installer, t *town, b demoBody, hash string) error {
	body := t.bodies[b.ID]
	if err := i.addBody(ctx, body, casework.BodyAdded{Kind: b.Kind, Name: b.Name["en"], Names: b.Name, Region: b.Region, Phone: b.Phone, Email: b.ID + "@example.org"}); err != nil {
		return err
	}
	for _, w := range b.Workers {
		if err := i.openAccount(ctx, t.logins[w.Login], body, w.Login, w.Role, w.Name, hash); err != nil {
			return err
		}
	}
	place := 0
	used := map[string]int{}
	for _, s := range b.Services {
		key := b.ID + "/" + s.Type
		service := t.offers[key][used[key]]
		used[key]++
		if err := i.as(body, b.Kind).offerService(ctx, body, service, casework.Offering{Type: s.Type, Region: b.Region, Takes: s.Takes, Phone: b.Phone}); err != nil {
			return err
		}
		for _, p := range s.Places {
			in := casework.PlaceInput{Name: withheld.New(p.Name), Takes: p.Takes, Beds: p.Beds, Free: p.Beds}
			if err := i.as(body, b.Kind).openPlace(ctx, body, service, t.places[b.ID][place], in); err != nil {
				return err
			}
			place++
		}
	}
	return nil
}

// scribe is a desk whose clock stands where the story is.
func (d *demo) scribe(now func() time.Time, names *linkage.Index) (*desk.Desk, error) {
	return desk.New(desk.Deps{Store: d.store, Laws: d.laws, Auth: d.auth, Hasher: d.hash, Names: names, Now: now, Log: slog.New(slog.DiscardHandler)})
}
