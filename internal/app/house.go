package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"
	_ "time/tzdata" // the country's zone, on machines that have no zone files

	"pana/internal/api"
	"pana/internal/auth"
	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/jobs"
	"pana/internal/linkage"
	"pana/internal/notify"
	"pana/internal/openid"
	"pana/internal/pack"
	"pana/internal/rate"
	"pana/internal/seal"
	"pana/internal/serve"
	"pana/internal/store"
	"pana/internal/web"
	"pana/internal/wording"
)

// Stamps: a database is opened only by the mode that made it.
const (
	demoStamp  = "demo"
	serveStamp = "serve"
)

// plan is what a house is built from.
type plan struct {
	address string // SQLite file or postgres://…
	stamp   string
	origin  string // names the ledger in checkpoints
	master  seal.Master
	packDir string // empty: the pack inside the program
	// verifier, when given, must have signed the ledger's checkpoints.
	verifier string
	post     notify.Sender    // nil: nobody is told by e-mail
	ways     []notify.Channel // other ways to tell
	clock    *Clock
	watch    *jobs.Watch // of the machine's clock, one for every house of a node
	log      *slog.Logger
	group    int         // most acts in one transaction; 0: the store's own bound
	limits   auth.Limits // of sessions; zero: the service's own
	rates    rate.Limits // of requests; zero: none
	day      string      // on which a new demonstration begins; "": today
	// vfs and busy are a test's: a disk that can be full, a short patience.
	vfs  string
	busy time.Duration
	// witnesses are asked to sign each checkpoint; nil: none are.
	witnesses *witnesses
	scanner   desk.Scanner // nil: documents are not scanned
	// documentLimit is the longest document in bytes; 0: the desk's own.
	documentLimit int64
	second        desk.SecondFor // whose password is not enough
	elsewhere     *openid.Set    // ministries' own sign-ins; nil: none
	site          string         // the address that people type; passkeys are bound to it
	tombstones    string         // file of what was erased, kept apart; "": none
	// unindexed: the index is made anew by who opens the store.
	unindexed bool
	blind     bool         // the guarantees are not looked at
	unlinted  bool         // the pack is loaded and no more: openDemo looks at it meanwhile
	unadopted bool         // nothing is adopted yet: a past is lived first, or copied into a database without an act
	asGiven   bool         // the folder's pack is worked under, whatever was adopted: a move is looked at before it is adopted
	following bool         // only what was adopted is worked under, and a node that cannot read it says so
	profiled  func() error // ends a profile; nil when none is written
}

// house is a running installation: everything that stands behind the edges.
type house struct {
	plan
	opened *opened
	pack   *pack.Pack
	files  fs.FS
	laws   laws
	store  *store.Store
	auth   *auth.Auth
	desk   *desk.Desk
	words  *wording.Catalogue
	hash   *auth.Hasher
	rate   *rate.Gate // one for every edge

	counted *serve.Counted
}

// openStore opens only the database, for commands that serve nobody, and finds which
// edition of the pack it works under.
func openStore(ctx context.Context, p plan) (*opened, error) {
	given, bad := givenEdition(p.packDir)
	o := &opened{running: given, bad: bad}
	now := &nowLaws{}
	if given != nil {
		now.pack.Store(given.pack)
	}
	s, err := store.Open(ctx, store.Options{
		Address: p.address, Stamp: p.stamp, Origin: p.origin, Model: model{now}, Master: p.master, Verifier: p.verifier, Group: p.group,
		VFS: p.vfs, Busy: p.busy, Unindexed: p.unindexed,
	})
	if fault.Is(err, "store.stamp") {
		err = fmt.Errorf("%w\n%s", err, map[string]string{
			demoStamp:  "this database holds an office's own files, and pana demo leaves them alone: name another folder with --data",
			serveStamp: "this database is a demonstration of invented people, and pana serve refuses it: pana init makes a new one",
		}[p.stamp])
	}
	if err != nil {
		return nil, errors.Join(err, bad)
	}
	o.Store = s
	if p.asGiven {
		err = bad
	} else {
		err = o.choose(ctx)
	}
	if err == nil && p.following && o.unread {
		err = errors.New("this program cannot read it: a newer one is needed")
	}
	if err == nil && o.running == given && !p.unlinted {
		err = lookAtPack(p.packDir)
	}
	if err != nil {
		_ = s.Close()
		if fault.Is(err, CodeEditionNewer) {
			err = fmt.Errorf("%w\n(a newer program adopted the edition of the pack that runs, and this one cannot read it: put that program here too)", err)
		}
		return nil, err
	}
	now.pack.Store(o.running.pack)
	return o, nil
}

// givenEdition is what the folder holds, or why it cannot be read.
func givenEdition(dir string) (*edition, error) {
	p, files, err := loadPack(dir)
	if err != nil {
		return nil, err
	}
	return editionOf(p, files)
}

// passwordCost is lowered by tests only, which sign hundreds of workers in.
var passwordCost = auth.DefaultParams

// build opens the database and puts the desk on it.
func build(ctx context.Context, p plan) (*house, error) {
	hasher := make(chan *auth.Hasher, 1)
	go func() { hasher <- auth.NewHasher(passwordCost, max(1, runtime.NumCPU()/2)) }() // makes a hash nobody has: as long as a sign-in
	o, err := openStore(ctx, p)
	if err != nil {
		return nil, err
	}
	h := newHouse(p, o)
	h.hash = <-hasher
	err = h.setClock(ctx)
	if err == nil {
		err = h.furnish(ctx)
	}
	if err != nil {
		_ = h.close()
		return nil, err
	}
	return h, nil
}

func newHouse(p plan, o *opened) *house {
	if p.watch == nil {
		p.watch = jobs.NewWatch(p.clock.Wall)
	}
	return &house{plan: p, opened: o, pack: o.running.pack, files: o.running.files, laws: laws{o.running.pack}, store: o.Store, rate: rate.New(p.rates, time.Now), counted: new(serve.Counted)}
}

func (h *house) furnish(ctx context.Context) error {
	now := h.clock.Now()
	if err := knownRoles(h.second, h.pack); err != nil {
		return err
	}
	if err := h.prepareKeys(ctx, now); err != nil {
		return err
	}
	if err := pin(ctx, h.store, h.opened.running, now); err != nil {
		return err
	}
	if !h.unadopted {
		if err := h.adopt(ctx, now); err != nil {
			return err
		}
	}
	h.tellOffered()
	known, err := h.editions(now)
	if err != nil {
		return err
	}
	h.words = wording.Join(wording.Product(), h.pack.Words())
	signing, err := h.store.Keys().Secret(ctx, "devices", now)
	if err != nil {
		return fmt.Errorf("device key: %w", err)
	}
	names, err := h.store.Keys().Secret(ctx, "linkage", now)
	if err != nil {
		return fmt.Errorf("linkage key: %w", err)
	}
	tags, err := h.store.Keys().Secret(ctx, "checks", now)
	if err != nil {
		return fmt.Errorf("key of tags: %w", err)
	}
	papers, err := h.store.Keys().Secret(ctx, "papers", now)
	if err != nil {
		return fmt.Errorf("key of papers: %w", err)
	}
	h.auth = auth.New(desk.SignInStore{Store: h.store, Laws: h.laws, Now: h.clock.Now}, h.hash, h.limits, signing)
	h.desk, err = desk.New(desk.Deps{
		Store: h.store, Laws: h.laws, Kept: newKeptLaws(h.store, nil), Editions: known, Auth: h.auth, Hasher: h.hash, Second: h.second, Elsewhere: h.elsewhere,
		Names: linkage.NewIndex(names), Tags: tags, Papers: papers, Check: h.checker(), Post: h.post, Ways: h.ways, Scanner: h.scanner, Witnesses: h.witnesses.known, DocumentLimit: h.documentLimit, Now: h.clock.Now, Wall: h.clock.Wall, Unsure: h.watch.Unsure, Log: h.log,
	})
	if err != nil {
		return err
	}
	if err := h.eraseAgain(ctx); err != nil { // before a name is in memory, and long before a page
		return err
	}
	return h.desk.LoadNames(ctx)
}

// prepareKeys makes this quarter's key-encryption keys before anybody needs one.
func (h *house) prepareKeys(ctx context.Context, now time.Time) error {
	var kinds []string
	for _, k := range h.pack.BodyKinds {
		kinds = append(kinds, k.Compartment)
	}
	return h.store.Keys().Prepare(ctx, now, kinds...)
}

// lookForKeys finds the successor that another has made of a stolen key, so that
// no new data key is wrapped by that one, and the next quarter's keys.
func (h *house) lookForKeys(ctx context.Context) error {
	if err := h.store.Keys().Reload(ctx); err != nil {
		return err
	}
	return h.prepareKeys(ctx, h.clock.Now())
}

func (h *house) close() error { return h.store.Close() }

// atOnce is how many requests run at a time before the rest are told to come
// back: what two cores can answer in a breath.
const atOnce = 256

// handler is every page and the machine edge, with demo what a demonstration adds.
func (h *house) handler(demo web.Demo, secure bool) (http.Handler, error) {
	site, err := web.New(web.Options{
		Desk: h.desk, Words: h.words, Zone: h.pack.Location(), Now: h.clock.Now, Log: h.log,
		Demo: demo, Secure: secure, Origin: h.site, Hotline: h.pack.Head.Hotline, Rate: h.rate,
	})
	if err != nil {
		return nil, err
	}
	machines := http.NewServeMux()
	api.New(h.desk, h.words, h.log, h.rate).Register(machines)
	mux := http.NewServeMux()
	mux.Handle("/api/", machines)
	mux.HandleFunc("GET /healthz", h.health)
	mux.Handle("/", site.Handler())
	return h.counted.Count(serve.Chain(mux, h.log, atOnce, plain(http.StatusServiceUnavailable, "busy"), plain(http.StatusInternalServerError, "internal"))), nil
}

// plain answers with a code and nothing else; a removal check that gets it is
// told to hold, like every error.
func plain(status int, code string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(status)
		fmt.Fprintf(w, "{\"answer\":\"hold\",\"code\":%q}\n", code)
	})
}

// health says that the database can be read, and nothing more.
func (h *house) health(w http.ResponseWriter, r *http.Request) {
	if _, err := h.store.JobCounts(r.Context()); err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// checkpointEvery is the timetable of signed checkpoints.
const checkpointEvery = 10 * time.Minute

// jobEnds is how long the jobs at hand may take to end once no more are begun.
const jobEnds = 10 * time.Second

// afterwards is a context that ends so long after another.
func afterwards(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	later, cut := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(by, cut) })
	return later, cut
}

// checker looks at the guarantees, or nobody does.
func (h *house) checker() desk.Checker {
	if h.blind {
		return nil
	}
	return check.Run
}

// keepHouse runs jobs and signs checkpoints until ctx ends, and returns when all that it
// began has ended: the store can be closed then.
func (h *house) keepHouse(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { h.desk.KeepGuarantees(ctx) })
	all.Go(func() { h.desk.KeepEditions(ctx) })
	all.Go(func() { h.keepWitnesses(ctx) })
	all.Go(func() {
		atHand, cut := afterwards(ctx, jobEnds)
		defer cut()
		jobs.Run(atHand, h.store, h.desk, jobs.Options{Now: h.clock.Now, Log: h.log, Watch: h.watch, Stop: ctx.Done()})
	})
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		if _, err := h.store.Checkpoint(ctx, h.clock.Now()); err != nil && ctx.Err() == nil {
			h.log.Error("checkpoint not signed", "err", err)
		}
		if err := h.lookForKeys(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("keys not read again", "err", err)
		}
		if err := h.desk.ForgetCallers(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("old links of calls not forgotten", "err", err)
		}
		if err := h.keepTombstones(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("tombstones not kept apart", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
