package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pana/internal/store"
	"pana/internal/testkit/pgserver"
)

// A day of a thousand workers, as a server meets it. Each is signed in with a
// session of her own and looks at what she may see; of ten things she does one
// changes something. Requests come when they come, whether or not those before them
// are answered, and the time of each begins when it was due: a server that stands
// still for a second makes everybody wait who came in that second, and it shows.

type dayCommand struct {
	database
	Dir     string        `help:"Where pana bench seed left its list of workers; without it, beside the master key." type:"path" placeholder:"DIR"`
	Workers int           `help:"How many are at work." default:"1000"`
	Rate    float64       `help:"What they ask for in a second, together: 1,000 workers, each once in 40 seconds." default:"25"`
	For     time.Duration `name:"for" help:"How long it is measured." default:"60s"`
	Files   int           `help:"Without a database: how many files those have that are made for it, and forgotten." default:"100000"`
	JSON    bool          `help:"Print a list of figures for another program."`
	Profile string        `help:"Write a CPU profile of the server into this folder." type:"path" placeholder:"DIR"`
}

// Run starts the program on the database, signs everybody in, and measures.
func (c dayCommand) Run(w *world) error {
	dir, err := os.MkdirTemp("", "pana-day-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{benchCommand: benchCommand{Dir: dir, For: c.For, JSON: c.JSON, Profile: c.Profile, Files: c.Files}, w: w}
	if c.DB == "" && c.Data == "" {
		return errors.Join(b.days(w.ctx), b.print())
	}
	_, keyFile, err := c.address()
	if err != nil {
		return err
	}
	if c.Dir == "" {
		c.Dir = filepath.Dir(keyFile)
	}
	address := c.DB
	if c.Data != "" {
		address = "sqlite:" + filepath.Join(c.Data, databaseFile)
	}
	failed, err := b.day(w.ctx, &benchTown{address: address, master: keyFile}, c)
	if err != nil {
		return err
	}
	if err := b.print(); err != nil {
		return err
	}
	if failed > 0 {
		return verdict(exitFailed)
	}
	return nil
}

// days seeds a database of each kind, as many files in both, and lives a day on it.
func (b *bench) days(ctx context.Context) error {
	dir, err := b.folder()
	if err != nil {
		return err
	}
	if err := b.seededDay(ctx, dir, "sqlite:"+filepath.Join(dir, databaseFile)); err != nil {
		return err
	}
	pg, err := pgserver.Start("shared_buffers=1GB", "max_wal_size=4GB", "maintenance_work_mem=256MB")
	if err != nil {
		b.figures = append(b.figures, figure{Name: "a day on PostgreSQL", Unit: "not measured", Note: err.Error()})
		return nil
	}
	defer pg.Stop()
	address, err := pg.Database()
	if err != nil {
		return err
	}
	if dir, err = b.folder(); err != nil {
		return err
	}
	return b.seededDay(ctx, dir, address)
}

func (b *bench) seededDay(ctx context.Context, dir, address string) error {
	const people, lives, sample = 1000, 2000, 500
	where := database{DB: address, keySource: keySource{Master: filepath.Join(dir, masterFile)}}
	aside := &world{ctx: ctx, out: b.w.err, err: b.w.err} // the result is for figures
	if err := (seedCommand{database: where, Files: b.Files, Lives: lives, Workers: people, Sample: sample}).Run(aside); err != nil {
		return err
	}
	failed, err := b.day(ctx, &benchTown{address: address, master: where.Master}, dayCommand{database: where, Dir: dir, Workers: people, Rate: 25, For: dayLength})
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d requests of the day were answered with an error", failed)
	}
	return errors.Join(err, b.verified(ctx, address))
}

// verified is how long who has no keys takes to verify the ledger, as anybody may.
func (b *bench) verified(ctx context.Context, address string) error {
	s, err := database{DB: address}.open(ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	start := time.Now()
	report, err := s.Verify(ctx, 1, nil)
	if err != nil {
		return err
	}
	took := time.Since(start).Seconds()
	b.add(figure{Name: "a million leaves verified without keys", Value: took * 1e6 / float64(report.Leaves), Unit: "s", Note: fmt.Sprintf("bound 60; %d leaves in %.1f s", report.Leaves, took)})
	return nil
}

// dayLength is how long a day is measured among other figures.
const dayLength = time.Minute

// day is a day's figures; failed is how many requests were answered with an error.
func (b *bench) day(ctx context.Context, t *benchTown, c dayCommand) (failed int, err error) {
	about, err := readSeeded(c.Dir)
	if err != nil {
		return 0, fmt.Errorf("%w\n(pana bench seed makes such a database, and writes down who can sign in)", err)
	}
	words, err := dayWords(c.Pack)
	if err != nil {
		return 0, err
	}
	s, err := b.serve(ctx, t, "day")
	if err != nil {
		return 0, err
	}
	defer s.end()
	b.add(figure{Name: "start until the first page", Value: s.up.Seconds(), Unit: "s", Note: fmt.Sprintf("%d files, %d events", about.Files, about.Events)})
	d := &workday{bench: b, dayCommand: c, server: s, words: words}
	if err := d.morning(ctx, about); err != nil {
		return 0, err
	}
	b.add(figure{Name: "then until the day's sweep is done", Value: s.idle(ctx).Seconds(), Unit: "s"})
	before, start := s.cpu(), time.Now()
	d.work(ctx)
	took := time.Since(start)
	used := s.cpu() - before
	failed = d.report(took)
	b.add(figure{Name: "processor of the server, of one core", Value: 100 * used.Seconds() / took.Seconds(), Unit: "%", Note: "without the database's own processes"})
	b.add(figure{Name: "resident memory of the server", Value: s.resident(), Unit: "MB"})
	return failed, nil
}

// workday is one run.
type workday struct {
	*bench
	dayCommand
	*server
	words *demoData
	staff []*atWork
	able  map[string][]*atWork // by what they can do
	mu    sync.Mutex
	took  map[string][]time.Duration
	gone  map[string]int // refused as it should be: somebody was first, the step is shut, or the file is not hers any more
	wrong map[string]int // by what was answered
	late  atomic.Int64   // the most the bench itself was late, in nanoseconds
}

// atWork is somebody signed in, and what lay before her in the morning.
type atWork struct {
	*visitor
	seededWorker
	nav, files, referrals, guests []string
}

// morning signs everybody in and looks at what each can do.
func (d *workday) morning(ctx context.Context, about seededBench) error {
	r := seeded(uint64(d.dayCommand.Workers))
	list := slices.Clone(about.Workers)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	list = list[:min(d.dayCommand.Workers, len(list))]
	d.able, d.took, d.gone, d.wrong = map[string][]*atWork{}, map[string][]time.Duration{}, map[string]int{}, map[string]int{}
	start := time.Now()
	var mu sync.Mutex
	var bad error
	var all sync.WaitGroup
	todo := make(chan seededWorker)
	for range readers {
		all.Go(func() {
			for one := range todo {
				worker, err := d.arrive(ctx, one, about.Password)
				mu.Lock()
				if err != nil {
					bad = errors.Join(bad, err)
				} else {
					d.staff = append(d.staff, worker)
				}
				mu.Unlock()
			}
		})
	}
	for _, one := range list {
		todo <- one
	}
	close(todo)
	all.Wait()
	if bad != nil {
		return bad
	}
	slices.SortFunc(d.staff, func(a, b *atWork) int { return cmpLogin(a, b) })
	for _, worker := range d.staff {
		for _, k := range kinds {
			if k.can(worker) {
				d.able[k.name] = append(d.able[k.name], worker)
			}
		}
	}
	d.bench.add(figure{Name: fmt.Sprintf("%d workers sign in and look at their work", len(d.staff)), Value: time.Since(start).Seconds(), Unit: "s"})
	return ctx.Err()
}

func cmpLogin(a, b *atWork) int {
	if a.Login < b.Login {
		return -1
	}
	return 1
}

// arrive signs one in and notes what lies before her.
func (d *workday) arrive(ctx context.Context, one seededWorker, password string) (*atWork, error) {
	v, err := signIn(ctx, d.base, one.Login, password)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", one.Kind, err)
	}
	a := &atWork{visitor: v, seededWorker: one}
	page, err := v.page(ctx, "/work")
	var none *badAnswer
	if errors.As(err, &none) && none.status == 404 { // who keeps accounts or reads figures has no work of this kind
		page, err = v.page(ctx, "/guarantees")
	}
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", one.Kind, one.Role, err)
	}
	a.nav = linksTo(page, "/")
	if bytes.Contains(page, []byte(`action="/search"`)) { // a box on every page, and no link
		a.nav = append(a.nav, "/search")
	}
	return a, a.looks(ctx, page)
}

// looks notes what lies before her: what My work leads to, and her lists.
func (a *atWork) looks(ctx context.Context, work []byte) error {
	for _, step := range linksTo(mainOf(work), "/file/") { // My work leads to steps of files that are hers
		a.files = append(a.files, step[:min(len(step), len("/file/")+idLength)])
	}
	for _, look := range []struct {
		at     string
		prefix string
		into   *[]string
	}{{"/docket", "/file/", &a.files}, {"/inbox", "/referral/", &a.referrals}, {"/house", "/house/01", &a.guests}} {
		if !slices.Contains(a.nav, look.at) {
			continue
		}
		page, err := a.page(ctx, look.at)
		if err != nil {
			return err
		}
		*look.into = append(*look.into, linksTo(mainOf(page), look.prefix)...)
	}
	// A step that a kind of body owes is not yet a way to the whole file.
	a.files = slices.DeleteFunc(a.files, func(path string) bool { return len(path) != len("/file/")+idLength })
	slices.Sort(a.files)
	a.files = slices.Compact(a.files)
	return nil
}

// left says what became of an address that lay before her in the morning and that
// answers 404 now: another has acted since, and none of her lists leads there any more.
// Where one still does, or another thing went wrong, the answer stands as it is.
func (a *atWork) left(ctx context.Context, at string, said error) error {
	var none *badAnswer
	if !errors.As(said, &none) || none.status != 404 {
		return said
	}
	work, err := a.page(ctx, "/work")
	if err != nil {
		return said
	}
	now := &atWork{visitor: a.visitor, nav: a.nav}
	if now.looks(ctx, work) != nil {
		return said
	}
	leads := func(to string) bool { return at == to || strings.HasPrefix(at, to+"/") }
	if slices.ContainsFunc(slices.Concat(now.files, now.referrals, now.guests), leads) {
		return said
	}
	return &badAnswer{none.status, none.route, true}
}

// dayDeed is one thing that somebody does at a moment of the day.
type dayDeed struct {
	at   time.Duration
	kind *kind
	who  *atWork
	r    *rand.Rand
}

// plan draws the day: moments as they come to a server that many use at once, nine
// of ten to look, one to act.
func (d *workday) plan() (out []dayDeed) {
	r := seeded(uint64(len(d.staff)))
	for at := time.Duration(0); at < d.dayCommand.For; at += time.Duration(r.ExpFloat64() / d.Rate * float64(time.Second)) {
		k := pick(r, r.Float64() < actShare)
		able := d.able[k.name]
		if len(able) == 0 {
			k = &kinds[0] // on a small day nobody may be able to
			able = d.able[k.name]
		}
		out = append(out, dayDeed{at, k, one(r, able), seeded(r.Uint64())})
	}
	return out
}

// actShare is how many of all things change something.
const actShare = .1

func pick(r *rand.Rand, act bool) *kind {
	all := 0
	for _, k := range kinds {
		if k.act == act {
			all += k.share
		}
	}
	at := r.IntN(all)
	for i := range kinds {
		if k := &kinds[i]; k.act == act {
			if at -= k.share; at < 0 {
				return k
			}
		}
	}
	return &kinds[0]
}

// work does the plan.
func (d *workday) work(ctx context.Context) {
	plan := d.plan()
	start := time.Now()
	var all sync.WaitGroup
	for _, deed := range plan {
		due := start.Add(deed.at)
		time.Sleep(time.Until(due))
		if ctx.Err() != nil {
			break
		}
		if late := int64(time.Since(due)); late > d.late.Load() {
			d.late.Store(late)
		}
		all.Go(func() {
			if deed.kind.act {
				deed.kind.do(ctx, d, deed, due)
				return
			}
			err := deed.kind.read(ctx, d, deed)
			d.note(deed.kind.name, time.Since(due), err)
		})
	}
	all.Wait()
}

// note keeps how long something took and how it ended.
func (d *workday) note(kind string, took time.Duration, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var said *badAnswer
	switch {
	case err == nil:
		d.took[kind] = append(d.took[kind], took)
	case errors.As(err, &said) && (said.status == 409 || said.status == 422 || said.left):
		d.took[kind] = append(d.took[kind], took)
		d.gone[kind+", "+said.Error()]++
	default:
		d.wrong[kind+": "+err.Error()]++
	}
}

// report adds the figures, of each kind and of all that look and all that act, and
// gives how many went wrong.
func (d *workday) report(took time.Duration) (failed int) {
	all := map[bool][]time.Duration{}
	for _, act := range []bool{false, true} {
		for _, k := range kinds {
			if k.act == act && len(d.took[k.name]) > 0 {
				all[act] = append(all[act], d.took[k.name]...)
				d.bench.add(d.of(k.name, d.took[k.name], took))
			}
		}
		if form := d.took[formPage]; !act && len(form) > 0 {
			all[act] = append(all[act], form...)
			d.bench.add(d.of(formPage, form, took))
		}
	}
	d.bench.add(d.of("all pages", all[false], took))
	d.bench.add(d.of("all acts", all[true], took))
	for _, what := range sortedKeys(d.wrong) {
		failed += d.wrong[what]
		d.say("  went wrong %d times: %s", d.wrong[what], what)
	}
	refused := 0
	for _, what := range sortedKeys(d.gone) {
		refused += d.gone[what]
		d.say("  refused %d times: %s", d.gone[what], what)
	}
	d.bench.add(figure{Name: "errors", Value: float64(failed), Unit: "of all", Note: fmt.Sprintf("%d more were refused as they should be: somebody was first, or something was not said", refused)})
	d.bench.add(figure{Name: "the bench itself was late by at most", Value: float64(d.late.Load()) / 1e6, Unit: "ms"})
	return failed
}

func (d *workday) of(name string, took []time.Duration, all time.Duration) figure {
	f := summarise("day: "+name, slices.Clone(took), all)
	f.Note = fmt.Sprint(len(took))
	return f
}

func sortedKeys(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
