package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
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

// abreast is how many deeds are done at once: enough to fill a group.
const abreast = 64

// seeder does deeds in the order of their time.
type seeder struct {
	d       *demo
	t       *town
	now     stand
	desk    *desk.Desk
	refused map[string]int
	mu      sync.Mutex
}

// stand is a clock that stands where it is put.
type stand struct {
	mu sync.Mutex
	at time.Time
}

// Now is where the clock stands.
func (s *stand) Now() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.at }

func (s *stand) put(at time.Time) { s.mu.Lock(); defer s.mu.Unlock(); s.at = at }

func (d *demo) seed(ctx context.Context, t *town, hash string, files int, progress io.Writer) error {
	now := d.clock.Now()
	fmt.Fprintf(progress, "seeding %d invented files\n", files)
	if err := d.found(ctx, t, hash, now.Add(-seedStart)); err != nil {
		return err
	}
	s := &seeder{d: d, t: t, refused: map[string]int{}}
	var err error
	if s.desk, err = d.scribe(s.now.Now); err != nil {
		return err
	}
	deeds := s.lives(now)
	for n := len(t.data.Lives); n < files; n++ {
		deeds = append(deeds, s.invent(n, now)...)
	}
	if err := s.run(ctx, deeds, progress); err != nil {
		return err
	}
	if err := s.refreshPlaces(ctx, now); err != nil {
		return err
	}
	for what, n := range s.refused {
		d.log.Debug("not done while seeding", "what", what, "times", n)
	}
	return d.desk.LoadNames(ctx)
}

// run does the deeds by time, many abreast, never two of one file at once.
func (s *seeder) run(ctx context.Context, deeds []deed, progress io.Writer) error {
	slices.SortStableFunc(deeds, func(a, b deed) int { return a.at.Compare(b.at) })
	start := time.Now()
	for first := 0; first < len(deeds); {
		last := window(deeds, first)
		if err := s.together(ctx, deeds[first:last]); err != nil {
			return err
		}
		if time.Since(start) > time.Second {
			start = time.Now()
			fmt.Fprintf(progress, "  %d of %d acts\n", last, len(deeds))
		}
		first = last
	}
	return nil
}

// window ends before a deed of a file that is already in it.
func window(deeds []deed, first int) int {
	in := map[int]bool{}
	for i := first; i < len(deeds); i++ {
		if in[deeds[i].file] || i-first == abreast {
			return i
		}
		in[deeds[i].file] = true
	}
	return len(deeds)
}

func (s *seeder) together(ctx context.Context, deeds []deed) error {
	s.now.put(deeds[len(deeds)-1].at)
	errs := make([]error, len(deeds))
	var all sync.WaitGroup
	for i, d := range deeds {
		all.Go(func() { errs[i] = d.do(ctx, s.desk) })
	}
	all.Wait()
	for i, err := range errs {
		if err == nil {
			continue
		}
		if fault.Of(err).Kind == fault.Internal || ctx.Err() != nil {
			return fmt.Errorf("%s: %w", deeds[i].what, err)
		}
		s.refuse(deeds[i].what + ": " + reason(err))
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

// person is one invented person with the file's ids.
type person struct {
	n       int
	r       *rand.Rand
	file    id.File
	finder  access.Who
	region  string
	country string
	sex     string
	needs   []string
}

// key makes an act happen once in a file.
func (p *person) key(act string) string { return "seed/" + string(p.file) + "/" + act }

// invent makes the past of one file from the published shares.
func (s *seeder) invent(n int, now time.Time) []deed {
	r := seeded(uint64(n))
	opened := now.Add(-time.Duration(24+r.IntN(int((seedStart-30*24*time.Hour)/time.Hour))) * time.Hour)
	p := s.person(n, r, opened)
	status := s.draw("status", r)
	path := s.t.data.path(status)
	in, names := s.concern(p, path)
	p.needs = in.Needs
	deeds := []deed{s.doing(p, opened, "concern", func(ctx context.Context, d *desk.Desk) error {
		_, err := d.RecordConcern(ctx, p.finder, in)
		return err
	}), s.doing(p, opened.Add(5*time.Minute), "identity", func(ctx context.Context, d *desk.Desk) error {
		return addNames(ctx, d, p, names)
	})}
	deeds = append(deeds, s.referral(p, opened.Add(10*time.Minute), s.draw("referral", r))...)
	at := opened.Add(time.Hour)
	for i, act := range path.Acts {
		at = at.Add(time.Duration(act.After+r.IntN(72)) * time.Hour)
		if at.Before(now) {
			deeds = append(deeds, s.step(p, i, at, act))
		}
	}
	return deeds
}

func (s *seeder) draw(list string, r *rand.Rand) string { return s.t.data.Dist[list].Shares.pick(r) }

func (s *seeder) doing(p *person, at time.Time, what string, do func(context.Context, *desk.Desk) error) deed {
	return deed{at: at, file: p.n, what: what, do: do}
}

func (s *seeder) person(n int, r *rand.Rand, opened time.Time) *person {
	p := &person{n: n, r: r, region: s.draw("region", r), country: s.draw("citizenship", r), file: id.From[id.File](opened, source{r})}
	p.finder = s.worker(s.draw("found_by", r), p.region)
	return p
}

// seeded gives the same numbers for the same file in every run.
func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(2026, n)) }

type source struct{ r *rand.Rand }

func (s source) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.r.Uint64())
	}
	return len(b), nil
}

// worker is somebody of a kind of body, of the region when there is one.
func (s *seeder) worker(kind, region string) access.Who {
	slugs := s.t.byKind[kind]
	for _, slug := range slugs {
		if s.t.workers[slug].Region == region {
			return s.t.workers[slug]
		}
	}
	if len(slugs) == 0 {
		return access.Who{}
	}
	return s.t.workers[slugs[0]]
}

// concern is the first concern's answers, and the names that come to be known.
func (s *seeder) concern(p *person, path demoPath) (desk.ConcernInput, []desk.IdentityInput) {
	r := p.r
	who := s.draw("sex_age", r)
	p.sex = map[string]string{"man": "male", "boy": "male"}[who]
	if p.sex == "" {
		p.sex = "female"
	}
	age, known := 18+r.IntN(37), casework.AgeAdult
	if who == "girl" || who == "boy" {
		switch s.draw("age_child", r) {
		case "under_14":
			age, known = 7+r.IntN(7), casework.AgeUnder18
		case "under_18":
			age, known = 14+r.IntN(4), casework.AgeUnder18
		default:
			age, known = 15+r.IntN(4), casework.AgeNotSure
		}
	}
	consent := "yes"
	if known != casework.AgeAdult {
		consent = "child"
	}
	names := s.names(p, age)
	in := desk.ConcernInput{
		Key: p.key("concern"), File: p.file, Safety: one(r, path.Safety), Age: strconv.Itoa(age), AgeKnown: known, Sex: p.sex,
		Language: s.t.data.Dist["language"].By[p.country].pick(r), Needs: one(r, path.Needs), Consent: consent,
		Indicators: one(r, path.Indicators), Fear: one(r, []string{"yes", "no", "not_sure"}), Citizenship: p.country, Region: p.region, Children: "0",
	}
	if len(names) > 0 {
		in.CallName = withheld.New(strings.Fields(names[0].Name.Reveal())[1])
	}
	return in, names
}

// names are an invented name as told, and for half of the people one from a paper.
func (s *seeder) names(p *person, age int) []desk.IdentityInput {
	n, ok := s.t.data.Names[p.country]
	if !ok {
		n = s.t.data.Names["other"]
	}
	given := n.Male
	if p.sex == "female" {
		given = n.Female
	}
	full := one(p.r, n.Surname[p.sex]) + " " + one(p.r, given)
	return []desk.IdentityInput{{
		Key: p.key("name"), File: p.file, Name: withheld.New(full), Script: "cyrl", Use: "given", Sex: p.sex,
		Born: withheld.New(strconv.Itoa(s.d.clock.Now().Year() - age)), BornAbout: true, Citizenship: withheld.New(p.country),
	}}
}

func addNames(ctx context.Context, d *desk.Desk, p *person, names []desk.IdentityInput) error {
	for _, in := range names {
		if _, err := d.AddIdentity(ctx, p.finder, in); err != nil {
			return err
		}
	}
	return nil
}

// step is one step of the pack by a worker of the kind that takes it.
func (s *seeder) step(p *person, n int, at time.Time, act demoAct) deed {
	return s.stepBy(p, at, "step "+act.Step, s.worker(act.By, p.region), s.stepInput(p, n, at, act))
}

func (s *seeder) stepInput(p *person, n int, at time.Time, act demoAct) desk.StepInput {
	in := desk.StepInput{Key: p.key("step-" + strconv.Itoa(n)), File: p.file, Step: act.Step, Irregular: act.Irregular, Fields: map[string]withheld.Text{}}
	for name, value := range act.Fields {
		in.Fields[name] = withheld.New(value)
	}
	if act.Adverse {
		in.Reasons, in.Language = withheld.New("Invented reasons of a demonstration."), "ru"
		in.Understood = at.In(s.d.pack.Location()).Format("2006-01-02T15:04")
	}
	return in
}

func (s *seeder) stepBy(p *person, at time.Time, what string, who access.Who, in desk.StepInput) deed {
	return s.doing(p, at, what, func(ctx context.Context, d *desk.Desk) error {
		_, err := d.TakeStep(ctx, who, in)
		return err
	})
}

func one[T any](r *rand.Rand, list []T) (v T) {
	if len(list) == 0 {
		return v
	}
	return list[r.IntN(len(list))]
}

// refreshPlaces puts the free beds as the data has them, some of them stale.
func (s *seeder) refreshPlaces(ctx context.Context, now time.Time) error {
	type update struct {
		at time.Time
		do func() error
	}
	var all []update
	for _, b := range s.t.data.Bodies {
		place := 0
		for _, offer := range b.Services {
			for _, p := range offer.Places {
				ref, who := s.t.places[b.ID][place], s.t.workers[b.ID]
				place++
				in := desk.PlaceInput{Key: "seed-place-" + string(ref), Place: ref, Name: p.Name, Takes: p.Takes, Beds: strconv.Itoa(p.Beds), Free: strconv.Itoa(p.Free), State: "open"}
				all = append(all, update{now.Add(-time.Duration(p.AsOf) * time.Hour), func() error {
					_, err := s.desk.ChangePlace(ctx, who, in)
					return err
				}})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b update) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, u := range all {
		s.now.put(u.at)
		if err := u.do(); err != nil && fault.Of(err).Kind == fault.Internal {
			return err
		} else if err != nil {
			s.refuse("place: " + reason(err))
		}
	}
	return nil
}
