package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// benchTown is a database with the demonstration's bodies and many files,
// closed again, ready to be served.
type benchTown struct {
	address, master string
	login, password string   // of the worker who is measured
	decider         string   // who owes most decisions, by login
	owed            string   // a step of those
	credentials     []string // of machines that ask about removal
	services        []id.Service
	needs           []string
	priority        string
	files           []benchFile   // the measured worker's
	people          []benchPerson // whom to ask about
	took            time.Duration
}

type benchFile struct {
	id      id.File
	version uint64
}

type benchPerson struct{ name, born, sex, citizenship string }

// abatch is how many files one act of the bench opens: writing costs what it
// costs, but keys, receipts and commits are shared.
const abatch = 100

// machines ask about removal in each of the figures that do: enough that none asks
// more in an hour than one may.
const (
	machines     = 20
	checkFigures = 2
)

// founder makes a town.
type founder struct {
	*demo
	t      *town
	s      *seeder
	out    *benchTown
	mine   access.Who
	kept   []casework.Ref // the measured worker's files
	spread bool           // files of all bodies, as the published shares have it
	from   time.Time      // the first file's day; the last is shortly before until
	until  time.Time
	files  int
}

// town makes a database. With spread, its files lie with many bodies, have
// names, and some have referrals; without, they are all the measured worker's
// and wait for their referral.
func (b *bench) town(ctx context.Context, dir, address string, files int, spread bool) (*benchTown, error) {
	start := time.Now()
	master, path, err := b.master(dir)
	if err != nil {
		return nil, err
	}
	clock := &Clock{}
	h, err := build(ctx, plan{address: address, stamp: serveStamp, origin: "pana-bench", master: master, unadopted: true, clock: clock, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer h.close()
	out := &benchTown{address: address, master: path, password: newPassword()}
	if isFile(address) {
		out.address = "sqlite:" + address
	}
	f := &founder{demo: &demo{house: h, password: out.password}, out: out, spread: spread, files: files, until: clock.Now()}
	if f.from, err = underTodaysLaw(h, f.until); err != nil {
		return nil, err
	}
	if err := f.found(ctx); err != nil {
		return nil, err
	}
	if err := f.fill(ctx, b.say); err != nil {
		return nil, err
	}
	if err := errors.Join(f.keepMine(ctx), f.busiest(ctx)); err != nil {
		return nil, err
	}
	out.took = time.Since(start)
	return out, nil
}

// underTodaysLaw is the earliest day, of the demonstration's, on which today's
// law was in force. On the day of a new law the sweep brings every file to it;
// what is measured is a day when that is done.
func underTodaysLaw(h *house, now time.Time) (time.Time, error) {
	from := now.Add(-seedStart)
	today, err := h.laws.On(now)
	if err != nil {
		return from, err
	}
	y, m, d := today.Day.Date()
	if began := time.Date(y, m, d, 0, 0, 0, 0, h.pack.Location()); began.After(from) {
		from = began
	}
	return from, nil
}

// found puts up the bodies and chooses who is measured and whom they ask.
func (f *founder) found(ctx context.Context) error {
	data, err := readDemo(f.demo.files)
	if err != nil {
		return err
	}
	hash, err := f.hash.Hash(ctx, f.password)
	if err != nil {
		return err
	}
	f.t = newTown(data, f.pack)
	if err := f.demo.found(ctx, f.t, hash, f.from); err != nil {
		return err
	}
	f.s = &seeder{d: f.demo, t: f.t, refused: map[string]int{}}
	f.choose()
	body, ok := f.asksChecks()
	if !ok {
		return nil
	}
	for range machines * checkFigures {
		secret, err := f.installer(f.clock.Now()).issueCredential(ctx, body, []string{access.AskCheck}, f.clock.Now().Add(time.Hour))
		if err != nil {
			return err
		}
		f.out.credentials = append(f.out.credentials, secret.Reveal())
	}
	return nil
}

// choose takes the first worker who may open files and ask a provider, as the
// pack's powers have it, and the first services with beds.
func (f *founder) choose() {
	kind := f.s.t.data.Dist["found_by"].Shares
	most := 0
	for name, n := range kind {
		if who := f.s.worker(name, "", 0); n > most && who.Worker != "" {
			most, f.mine = n, who
		}
	}
	for login, w := range f.t.logins {
		if w == f.mine.Worker {
			f.out.login = login
		}
	}
	for _, b := range f.t.data.Bodies {
		for _, offer := range b.Services {
			s := f.pack.Service(offer.Type)
			if s == nil || !s.Beds || len(s.Needs) == 0 || len(f.out.services) == f.pack.Standards.MaxAsked {
				continue
			}
			f.out.services, f.out.needs = append(f.out.services, f.t.offers[b.ID+"/"+offer.Type][0]), s.Needs[:1]
		}
	}
	f.out.priority = f.pack.Standards.Priorities[0].ID
}

// asksChecks is a body whose machine the pack's rules let ask about removal.
func (f *founder) asksChecks() (id.Body, bool) {
	rules, problems := access.Compile(f.pack.Rules)
	if len(problems) > 0 {
		return "", false
	}
	for _, b := range f.t.data.Bodies {
		who := access.Who{Worker: "m", Body: f.t.bodies[b.ID], BodyKind: b.Kind, Role: "machine", Machine: true}
		if rules.Decide(who, access.AskCheck, access.Thing{Kind: "check", Relations: []string{"own"}}).Allowed {
			return who.Body, true
		}
	}
	return "", false
}

// fill opens the files, many by one act.
func (f *founder) fill(ctx context.Context, say func(string, ...any)) error {
	told := time.Now()
	step := f.until.Sub(f.from) * 9 / 10 / time.Duration(f.files/abatch+1)
	for first := 0; first < f.files; first += abatch {
		at := f.from.Add(time.Duration(first/abatch) * step)
		if err := f.batch(ctx, first, min(f.files, first+abatch), at); err != nil {
			return err
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			say("  %d of %d files", first, f.files)
		}
	}
	return nil
}

// opening is one file of a batch.
type opening struct {
	in       casework.OpenFileInput
	identity casework.Identity
}

func (f *founder) batch(ctx context.Context, first, last int, at time.Time) error {
	r := seeded(uint64(first))
	who := f.mine
	if f.spread {
		who = f.s.worker(f.s.draw("found_by", r), f.s.draw("region", r), 0)
	}
	var all []opening
	var refs []casework.Ref
	for n := first; n < last; n++ {
		o := f.opening(n, who, at)
		all, refs = append(all, o), append(refs, casework.Ref{Kind: casework.FileStream, ID: string(o.in.File)})
	}
	decide := func(each func(f *casework.File, o opening, m casework.Moment) (casework.Decision, error)) func(*store.Loaded, casework.Moment) (casework.Decision, error) {
		return func(l *store.Loaded, m casework.Moment) (out casework.Decision, err error) {
			for i, o := range all {
				d, err := each(store.As[*casework.File](l, refs[i]), o, m)
				if err != nil {
					return out, err
				}
				out.Events, out.Receipt = append(out.Events, d.Events...), d.Receipt
			}
			return out, nil
		}
	}
	i := f.installer(at)
	i.who = who
	if who.Worker == f.mine.Worker {
		f.kept = append(f.kept, refs...)
	}
	err := i.act(ctx, fmt.Sprint("open/", first), refs, decide(func(old *casework.File, o opening, m casework.Moment) (casework.Decision, error) {
		return casework.OpenFile(old, o.in, m)
	}))
	if err != nil || !f.spread {
		return err
	}
	return i.act(ctx, fmt.Sprint("name/", first), refs, decide(func(file *casework.File, o opening, m casework.Moment) (casework.Decision, error) {
		return casework.AddIdentity(file, casework.AddIdentityInput{Identity: o.identity}, m)
	}))
}

// keepMine remembers the measured worker's files with what a form would carry,
// once what was due in them meanwhile is done: who was sixteen then has grown.
func (f *founder) keepMine(ctx context.Context) error {
	if err := errors.Join(f.desk.Sweep(ctx), f.desk.AllDaily(ctx)); err != nil {
		return err
	}
	for refs := range slices.Chunk(f.kept, abatch) {
		l, err := f.store.View(ctx, refs...)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if file := store.As[*casework.File](l, ref); file != nil {
				f.out.files = append(f.out.files, benchFile{file.ID, file.Changed()})
			}
		}
	}
	return nil
}

// busiest finds the worker whose docket is the longest.
func (f *founder) busiest(ctx context.Context) error {
	most := -1
	for login, worker := range f.t.logins {
		for _, who := range f.t.workers {
			if who.Worker != worker || !who.Can("decide") {
				continue
			}
			docket, err := f.desk.Docket(ctx, who, desk.DocketFilter{}, "")
			if err == nil && docket.Pages.Total > most && len(docket.Lines) > 0 {
				most, f.out.decider, f.out.owed = docket.Pages.Total, login, docket.Lines[0].Step
			}
		}
	}
	return nil
}

// opening is an invented person, the same in every run.
func (f *founder) opening(n int, who access.Who, at time.Time) opening {
	r := seeded(uint64(n))
	p := f.s.person(n, r, at)
	p.finder, p.region = who, who.Region
	in, names := f.s.concern(p, f.t.data.path(f.s.draw("status", r)))
	o := opening{in: casework.OpenFileInput{
		File: in.File, Safety: in.Safety, Age: number(in.Age), AgeKnown: in.AgeKnown, Sex: in.Sex, Language: in.Language, CallName: in.CallName,
		Needs: in.Needs, Consent: in.Consent, ConsentID: id.From[id.Consent](at, source{r}), Purpose: casework.ReferralPurpose(f.pack, ""),
		Indicators: in.Indicators, Fear: in.Fear, Citizenship: withheld.New(in.Citizenship), Region: in.Region, Children: in.Children,
	}}
	if len(names) > 0 {
		told := names[0]
		o.identity = casework.Identity{
			Names: []casework.Name{{Script: told.Script, Full: told.Name, Use: told.Use}}, Born: casework.Born{Date: told.Born, About: told.BornAbout},
			Sex: told.Sex, Citizen: []withheld.Text{told.Citizenship},
		}
		if n%20 == 0 {
			f.out.people = append(f.out.people, benchPerson{told.Name.Reveal(), told.Born.Reveal(), told.Sex, told.Citizenship.Reveal()})
		}
	}
	return o
}

func number(s string) (n int) {
	_, _ = fmt.Sscan(s, &n)
	return n
}
