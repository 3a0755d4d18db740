package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/linkage"
)

// The files of a demonstration are made the way real ones are: by workers at
// the desk, under the rules of access and the law of the day, one act after the
// other. Nothing is written behind the desk's back. What a rule forbids is not
// done, and is counted.

// deed is one act of the invented past.
type deed struct {
	at   time.Time
	file int // deeds of one file are done in their order
	what string
	do   func(ctx context.Context, s *desk.Desk) error
}

// A window is a few weeks of the invented past. The files in it go abreast,
// which fills the committer's groups; the acts of one file go in their order,
// each at its own time. So the ledger's order is true within a file and, to a
// window, between files.
const (
	windowDeeds = 384
	pastLanes   = 96
	lifeLanes   = 8
)

// seeder does deeds in the order of their time.
type seeder struct {
	d    *demo
	t    *town
	past chan *lane // desks for the invented many
	live chan *lane // desks for the hand-written lives, which notice likely duplicates

	mu      sync.Mutex
	refused map[string]int
	later   map[int][]deed // by file, what an act has set going: a telephone that will ring
}

// lane is a desk of the past, with a clock that stands where its deed is.
type lane struct {
	desk *desk.Desk
	now  time.Time
}

func (s *seeder) lanes(n int, names *linkage.Index) (chan *lane, error) {
	out := make(chan *lane, n)
	for range n {
		l := &lane{}
		var err error
		if l.desk, err = s.d.scribe(func() time.Time { return l.now }, names); err != nil {
			return nil, err
		}
		out <- l
	}
	return out, nil
}

func (d *demo) newSeeder(t *town) (*seeder, error) {
	s := &seeder{d: d, t: t, refused: map[string]int{}, later: map[int][]deed{}}
	var err error
	if s.past, err = s.lanes(pastLanes, nil); err != nil {
		return nil, err
	}
	s.live, err = s.lanes(lifeLanes, linkage.NewIndex([32]byte{}))
	return s, err
}

func (d *demo) seed(ctx context.Context, t *town, hash string, files int, progress io.Writer) error {
	// The past is made once and in a hurry: let garbage wait for it.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	now := d.clock.Now()
	fmt.Fprintf(progress, "seeding %d invented files, each act by a worker at the desk\n", files)
	if err := d.found(ctx, t, hash, now.Add(-seedStart)); err != nil {
		return err
	}
	s, err := d.newSeeder(t)
	if err != nil {
		return err
	}
	deeds := s.lives(now)
	for n := len(t.data.Lives); n < files; n++ {
		deeds = append(deeds, s.invent(n, now)...)
	}
	if err := s.run(ctx, deeds, now, progress); err != nil {
		return err
	}
	if err := s.refreshPlaces(ctx, now); err != nil {
		return err
	}
	d.refused = s.refused
	for what, n := range s.refused {
		d.log.Debug("not done while seeding", "what", what, "times", n)
	}
	if err := d.store.SettlePast(ctx, now); err != nil {
		return err
	}
	if err := d.desk.Sweep(ctx); err != nil {
		return err
	}
	if err := d.desk.LoadNames(ctx); err != nil {
		return err
	}
	return d.store.MarkSeeded(ctx)
}

// run does the deeds by time up to now, a window of them at once.
func (s *seeder) run(ctx context.Context, deeds []deed, now time.Time, progress io.Writer) error {
	start, done := time.Now(), 0
	byTime := func(a, b deed) int { return a.at.Compare(b.at) }
	slices.SortStableFunc(deeds, byTime)
	for len(deeds) > 0 && deeds[0].at.Before(now) {
		n := min(windowDeeds, len(deeds))
		if err := s.together(ctx, deeds[:n], now); err != nil {
			return err
		}
		deeds, done = deeds[n:], done+n
		for file := range s.later {
			deeds = append(deeds, s.due(file, now)...)
		}
		slices.SortStableFunc(deeds, byTime)
		if time.Since(start) > time.Second {
			start = time.Now()
			fmt.Fprintf(progress, "  %d acts done, %d to do\n", done, len(deeds))
		}
	}
	return nil
}

// together does a window: each file's deeds one after the other, files abreast.
func (s *seeder) together(ctx context.Context, deeds []deed, now time.Time) error {
	var order []int
	chains := map[int][]deed{}
	for _, d := range deeds {
		if len(chains[d.file]) == 0 {
			order = append(order, d.file)
		}
		chains[d.file] = append(chains[d.file], d)
	}
	all, ctx := errgroup.WithContext(ctx)
	for _, file := range order {
		all.Go(func() error { return s.chain(ctx, chains[file], now) })
	}
	return all.Wait()
}

func (s *seeder) chain(ctx context.Context, deeds []deed, now time.Time) error {
	pool := s.past
	if deeds[0].file < len(s.t.data.Lives) {
		pool = s.live
	}
	l := <-pool
	defer func() { pool <- l }()
	for _, d := range deeds {
		for _, ring := range s.due(d.file, d.at) {
			if err := s.one(ctx, l, ring, now); err != nil {
				return err
			}
		}
		if err := s.one(ctx, l, d, now); err != nil {
			return err
		}
	}
	return nil
}

// one does a deed at its time. What is refused is counted; what cannot be
// written ends the seeding.
func (s *seeder) one(ctx context.Context, l *lane, d deed, now time.Time) error {
	if !d.at.Before(now) {
		return nil // it has not happened yet
	}
	l.now = d.at
	err := d.do(ctx, l.desk)
	switch {
	case err == nil:
	case fault.Of(err).Kind == fault.Internal || ctx.Err() != nil:
		return fmt.Errorf("%s: %w", d.what, err)
	default:
		s.refuse(d.what + ": " + reason(err))
	}
	return nil
}

func (s *seeder) after(d deed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.later[d.file] = append(s.later[d.file], d)
}

// due takes what a file's acts have set going up to a moment.
func (s *seeder) due(file int, until time.Time) (out []deed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	keep := s.later[file][:0]
	for _, d := range s.later[file] {
		if d.at.After(until) {
			keep = append(keep, d)
		} else {
			out = append(out, d)
		}
	}
	if s.later[file] = keep; len(keep) == 0 {
		delete(s.later, file)
	}
	return out
}

// reason is the fault's code with the first field that must be mended.
func reason(err error) string {
	f := fault.Of(err)
	if len(f.Fields) > 0 {
		return f.Code + " " + f.Fields[0].Name + " " + f.Fields[0].Code
	}
	return f.Code
}

func (s *seeder) refuse(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[what]++
}

// refreshPlaces puts the free beds as the data has them, some of them stale.
func (s *seeder) refreshPlaces(ctx context.Context, now time.Time) error {
	type update struct {
		at time.Time
		do func() error
	}
	var all []update
	l := <-s.past
	defer func() { s.past <- l }()
	for _, b := range s.t.data.Bodies {
		place := 0
		for _, offer := range b.Services {
			for _, p := range offer.Places {
				ref, who := s.t.places[b.ID][place], s.t.workers[b.ID]
				place++
				in := desk.PlaceInput{Key: "seed-place-" + string(ref), Place: ref, Name: p.Name, Takes: p.Takes, Beds: strconv.Itoa(p.Beds), Free: strconv.Itoa(p.Free), State: "open"}
				all = append(all, update{now.Add(-time.Duration(p.AsOf) * time.Hour), func() error {
					_, err := l.desk.ChangePlace(ctx, who, in)
					return err
				}})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b update) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, u := range all {
		l.now = u.at
		if err := u.do(); err != nil && fault.Of(err).Kind == fault.Internal {
			return err
		} else if err != nil {
			s.refuse("place: " + reason(err))
		}
	}
	return nil
}
