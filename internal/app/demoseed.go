package app

import (
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
	over chan struct{} // closed when it is done; nil: nobody waits for it
}

// Deeds begin in the order of their time, none before the one so many places ahead
// of it is done, which is some weeks of the invented past: within those the files go
// abreast and fill the committer's groups. The ledger's order is true within a file
// and, to those weeks, between files.
const (
	abreast   = 384
	pastLanes = 128 // the most acts of one group
	lifeLanes = 8
)

// seeder does deeds in the order of their time.
type seeder struct {
	d    *demo
	t    *town
	past chan *lane // desks for the invented many
	live chan *lane // desks for the hand-written lives, which notice likely duplicates

	mu      sync.Mutex
	refused map[string]int
	coming  []deed         // by time
	begun   map[int][]deed // by file that somebody is at: what waits for the act before it
	done    int
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
	s := &seeder{d: d, t: t, refused: map[string]int{}, begun: map[int][]deed{}}
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
	if err := d.store.Hurry(ctx); err != nil {
		return err
	}
	now := d.clock.Now()
	fmt.Fprintf(progress, "seeding %d invented files, each act by a worker at the desk\n", files)
	if err := d.found(ctx, t, hash, now.Add(-seedStart)); err != nil {
		return err
	}
	s, err := d.newSeeder(t)
	if err != nil {
		return err
	}
	deeds := s.lives(now, files)
	most := files
	if lived := len(t.data.Lives) + t.data.atDoors(); files >= lived { // with fewer, there are lives alone
		deeds, most = append(deeds, s.beside(now)...), files-t.data.atDoors()
	}
	for n := len(t.data.Lives); n < most; n++ {
		deeds = append(deeds, s.invent(n, now)...)
	}
	if files > 0 {
		deeds = append(deeds, s.calls(now)...)
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
	if err := d.store.Settle(ctx); err != nil {
		return err
	}
	return d.store.MarkSeeded(ctx)
}

// run does the deeds up to now, and those that come of them.
func (s *seeder) run(ctx context.Context, deeds []deed, now time.Time, progress io.Writer) error {
	s.coming = deeds
	slices.SortStableFunc(s.coming, byTime)
	for s.waits(now) {
		if err := s.together(ctx, now, progress); err != nil {
			return err
		}
	}
	return nil
}

func byTime(a, b deed) int { return a.at.Compare(b.at) }

// together begins every deed that waits, and returns when all are done; what came
// of the last of them then waits.
func (s *seeder) together(ctx context.Context, now time.Time, progress io.Writer) error {
	told := time.Now()
	var window []<-chan struct{}
	all, shared := errgroup.WithContext(ctx)
	for shared.Err() == nil && s.waits(now) {
		if len(window) == abreast {
			select {
			case <-window[0]:
				window = window[1:]
			case <-shared.Done():
				continue
			}
		}
		d, idle := s.begin()
		window = append(window, d.over)
		if idle {
			all.Go(func() error { return s.chain(shared, d.file, now) })
		}
		if time.Since(told) > time.Second {
			told = time.Now()
			s.tell(progress)
		}
	}
	if err := all.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

func (s *seeder) tell(progress io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(progress, "  %d acts done, %d to do\n", s.done, len(s.coming))
}

// waits says whether a deed of before now has not begun.
func (s *seeder) waits(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.coming) > 0 && s.coming[0].at.Before(now)
}

// begin puts the first deed behind what its file is at, and says whether nobody
// is at it.
func (s *seeder) begin() (d deed, idle bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, s.coming = s.coming[0], s.coming[1:]
	d.over = make(chan struct{})
	_, busy := s.begun[d.file]
	s.begun[d.file] = append(s.begun[d.file], d)
	return d, !busy
}

// chain does what has begun of a file, one after the other.
func (s *seeder) chain(ctx context.Context, file int, now time.Time) error {
	pool := s.past
	if file < len(s.t.data.Lives) {
		pool = s.live
	}
	for d, ok := s.next(file); ok; d, ok = s.next(file) {
		l := <-pool
		err := s.one(ctx, l, d, now)
		pool <- l
		if err != nil {
			return err
		}
		if d.over != nil {
			close(d.over)
		}
	}
	return nil
}

// next is the file's deed to do now; without one, nobody is at the file any more.
func (s *seeder) next(file int) (d deed, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.begun[file]) == 0 {
		delete(s.begun, file)
		return d, false
	}
	d, s.begun[file] = s.begun[file][0], s.begun[file][1:]
	s.done++
	return d, true
}

// after adds what an act of a file has set going. It is done in its time; or at
// once, when something later of the file has begun already.
func (s *seeder) after(d deed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun := s.begun[d.file]
	if len(begun) > 0 && begun[len(begun)-1].at.After(d.at) {
		s.begun[d.file] = inTime(begun, d)
		return
	}
	s.coming = inTime(s.coming, d)
}

// inTime puts a deed behind those of its time and before.
func inTime(list []deed, d deed) []deed {
	i, _ := slices.BinarySearchFunc(list, d, func(a, b deed) int {
		if a.at.After(b.at) {
			return 1
		}
		return -1
	})
	return slices.Insert(list, i, d)
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
	var all []deed
	for _, b := range s.t.data.Bodies {
		place := 0
		for _, offer := range b.Services {
			for _, p := range offer.Places {
				ref, who := s.t.places[b.ID][place], s.t.workers[b.ID]
				place++
				in := desk.PlaceInput{Key: "seed-place-" + string(ref), Place: ref, Name: p.Name, Takes: p.Takes, Beds: strconv.Itoa(p.Beds), Free: strconv.Itoa(p.Free), State: "open"}
				all = append(all, deed{at: now.Add(-time.Duration(p.AsOf) * time.Hour), what: "place", do: func(ctx context.Context, d *desk.Desk) error {
					_, err := d.ChangePlace(ctx, who, in)
					return err
				}})
			}
		}
	}
	slices.SortStableFunc(all, byTime)
	group, ctx := errgroup.WithContext(ctx)
	for _, d := range all {
		l := <-s.past
		group.Go(func() error {
			defer func() { s.past <- l }()
			return s.one(ctx, l, d, now.Add(1)) // what is as of now is done
		})
	}
	return group.Wait()
}
