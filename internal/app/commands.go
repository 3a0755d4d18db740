package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"pana/internal/seal"
	"pana/internal/serve"
	"pana/internal/store"
)

// database says where the files are: a folder made by demo or init, or an
// address with a master key.
type database struct {
	Data string `help:"Folder with pana.db and master.key." type:"path" placeholder:"DIR"`
	DB   string `help:"sqlite:PATH or postgres://… instead of a folder." placeholder:"ADDRESS"`
	keySource
	Pack string `help:"Folder of a country pack; without it, the one inside the program." type:"path" placeholder:"DIR"`

	trusted   string // the key that must have signed checkpoints, when it is known from elsewhere
	unindexed bool   // the index is made anew once it is open
}

// Names inside a data folder.
const (
	databaseFile = "pana.db"
	masterFile   = "master.key"
)

// address gives the store's address and the master key's file.
func (d database) address() (addr, master string, err error) {
	switch {
	case d.Data != "" && d.DB != "":
		return "", "", errors.New("give --data or --db, not both")
	case d.Data != "":
		addr, master = filepath.Join(d.Data, databaseFile), filepath.Join(d.Data, masterFile)
	case strings.HasPrefix(d.DB, "sqlite:"):
		addr = strings.TrimPrefix(d.DB, "sqlite:")
	case strings.HasPrefix(d.DB, "postgres://"), strings.HasPrefix(d.DB, "postgresql://"):
		addr = d.DB
	default:
		return "", "", errors.New("say where the database is: --data DIR, --db sqlite:PATH or --db postgres://…")
	}
	if d.Master != "" {
		master = d.Master
	}
	return addr, master, nil
}

// isFile says whether the address is a SQLite file, which must exist to be read.
func isFile(addr string) bool { return !strings.HasPrefix(addr, "postgres") }

// exists says whether a file that is to be read is there: the store would make it.
func exists(addr string) error {
	if !isFile(addr) {
		return nil
	}
	_, err := os.Stat(addr)
	return err
}

func (d database) open(ctx context.Context, stamp string) (*store.Store, error) {
	o, err := d.openWhole(ctx, stamp)
	if err != nil {
		return nil, err
	}
	return o.Store, nil
}

// openWhole opens the database and says which edition of the pack it works under.
func (d database) openWhole(ctx context.Context, stamp string) (*opened, error) {
	addr, master, err := d.address()
	if err != nil {
		return nil, err
	}
	if err := exists(addr); err != nil {
		return nil, err
	}
	p := plan{address: addr, stamp: stamp, packDir: d.Pack, verifier: d.trusted, unindexed: d.unindexed}
	if master != "" {
		if p.master, err = d.keySource.open(master); err != nil {
			return nil, err
		}
	}
	return openStore(ctx, p)
}

type verifyCommand struct {
	database
	Depth    int    `help:"1: events, order and ledger, without keys. 2: also content and index, with keys. 0: the deepest there are keys for." default:"0"`
	Verifier string `help:"Public key that must have signed the checkpoints." placeholder:"KEY"`
	Quiet    bool   `help:"No progress."`
}

// Run exits 0 only when everything agrees.
func (c verifyCommand) Run(w *world) error {
	c.trusted = c.Verifier
	s, err := c.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	depth := c.Depth
	if depth == 0 {
		depth = 1
		if s.Keys() != nil {
			depth = 2
		}
	}
	start := time.Now()
	report, err := s.Verify(w.ctx, depth, progress(w, c.Quiet, "verified"))
	var bad *store.Mismatch
	if errors.As(err, &bad) {
		fmt.Fprintf(w.out, "does not agree: %s\n", bad)
		return verdict(exitFailed)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "agrees: %d leaves, %d streams (%d erased), %d index rows, %d documents, %d checkpoints, depth %d, %s\nroot %s\n",
		report.Leaves, report.Streams, report.Erased, report.Rows, report.Blobs, report.Checkpoints, report.Depth, time.Since(start).Round(time.Millisecond), report.Root)
	if _, verifier, err := s.LatestCheckpoint(w.ctx); err == nil {
		fmt.Fprintf(w.out, "key of the ledger, for pana monitor --verifier: %s\n", verifier)
	}
	if depth == 1 {
		fmt.Fprintln(w.out, "without keys: content and index were not compared; give --master-key for that")
	}
	return nil
}

// progress tells how far a long run is, at most once a second.
func progress(w *world, quiet bool, what string) func(done, total int64) {
	var last time.Time
	return func(done, total int64) {
		if quiet || time.Since(last) < time.Second {
			return
		}
		last = time.Now()
		fmt.Fprintf(w.err, "%s %d of %d\n", what, done, total)
	}
}

type rebuildCommand struct {
	database
	Quiet   bool   `help:"No progress."`
	Profile string `hidden:"" type:"path" help:"Write a CPU profile here."`
}

func (c rebuildCommand) Run(w *world) (err error) {
	if c.Profile != "" {
		stop, err := profileTo(c.Profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	// It is done once and ends: memory that would be given back soon is worth less
	// than the processor that collecting it takes.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	c.unindexed = true
	s, err := c.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Rebuild(w.ctx, progress(w, c.Quiet, "events folded:")); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "the index was made anew from the events; run pana verify to compare")
	return nil
}

type packCommand struct {
	Lint    packLint    `cmd:"" help:"Print every problem of a pack: file:line, what, how to mend it."`
	Show    packShow    `cmd:"" help:"Print what a pack says on a day."`
	Migrate packMigrate `cmd:"" help:"Move running files to a newer pack: what each right lost and gained would be, and then, signed for, the move."`
}

type packLint struct {
	Dir     string `arg:"" type:"path" help:"The pack's folder."`
	Operate bool   `help:"Also ask for what running it needs (the product's own minimum)."`
}

func (c packLint) Run(w *world) error {
	profile := "check"
	if c.Operate {
		profile = "operate"
	}
	return exited(PackLint(w.out, c.Dir, profile))
}

type packShow struct {
	Dir      string `arg:"" type:"path" help:"The pack's folder."`
	On       string `help:"The day, 2026-11-21; without it, today." placeholder:"DAY"`
	Lang     string `help:"Language of the rules: en, ru, kk; without it, the pack's last." placeholder:"LANG"`
	Critical string `help:"Print the critical strings in a language, for a native reader." placeholder:"LANG"`
}

func (c packShow) Run(w *world) error {
	return exited(PackShow(w.out, c.Dir, c.On, c.Critical, c.Lang))
}

// exited turns an exit code of a command that told its story into an error.
func exited(code int) error {
	if code == exitOK {
		return nil
	}
	return verdict(code)
}

type serveCommand struct {
	database
	Old    string `name:"old-master-key" help:"A second master key, accepted while pana keys rotate exchanges the one for the other." placeholder:"KEY"`
	Addr   string `help:"HOST:PORT to listen on." default:"127.0.0.1:8080"`
	Cert   string `name:"tls-cert" help:"PEM certificate; with --tls-key, TLS." type:"path"`
	Key    string `name:"tls-key" help:"PEM key." type:"path"`
	Proxy  string `help:"Address of the proxy in front that ends TLS; its X-Forwarded-For is believed, nobody else's."`
	Stones string `name:"tombstones" type:"path" help:"File on another disk that keeps what was erased (pana tombstones list makes it): erased again before anything is served, and added to." placeholder:"FILE"`
	Beside string `name:"metrics" help:"HOST:PORT on this machine for GET /metrics; without it, there is none." placeholder:"HOST:PORT"`
	mailSettings
	scanSettings
	backupSettings
	secondSettings
	sessionSettings
	elsewhereSettings
	witnessSettings
	rateSettings
	Debug bool `help:"Log each request: method, route, status, time; never what was sent."`
	// For the bench.
	Group   int    `hidden:"" help:"Most acts in one transaction."`
	Profile string `hidden:"" type:"path" help:"Write a CPU profile of the whole run here."`
	Blind   bool   `hidden:"" help:"Do not look at the guarantees, which takes a processor for minutes after the first page that shows one."`

	clock *Clock // a test's
}

func (c serveCommand) Run(w *world) (err error) {
	addr, master, err := c.address()
	if err != nil {
		return err
	}
	if master == "" {
		return errors.New("serve needs a master key: --master-key FILE (pana init makes one)")
	}
	p := plan{address: addr, stamp: serveStamp, origin: "pana", packDir: c.Pack, clock: cmp.Or(c.clock, &Clock{}), log: logger(w, c.Debug), group: c.Group, blind: c.Blind}
	if p.rates, err = c.rateSettings.limits(); err != nil {
		return err
	}
	if p.master, err = c.masters(master); err != nil {
		return err
	}
	if c.Profile != "" {
		stop, err := profileTo(c.Profile)
		if err != nil {
			return err
		}
		p.profiled = sync.OnceValue(stop)
		defer func() { err = errors.Join(err, p.profiled()) }()
	}
	if p.post, err = c.sender(); err != nil {
		return err
	}
	if err := c.scanSettings.apply(&p); err != nil {
		return err
	}
	p.site, p.tombstones = c.Site, c.Stones
	if err := c.secondSettings.apply(&p); err != nil {
		return err
	}
	if err := c.sessionSettings.apply(&p); err != nil {
		return err
	}
	if err := c.elsewhereSettings.apply(&p); err != nil {
		return err
	}
	if err := c.witnessSettings.apply(&p); err != nil {
		return err
	}
	if p.ways, err = c.ways(); err != nil {
		return err
	}
	readers, err := c.backupSettings.check()
	if err != nil {
		return err
	}
	h, err := build(w.ctx, p)
	if err != nil {
		return err
	}
	closed := h.close
	defer func() { _ = closed() }()
	if p.profiled != nil {
		defer func() { err = errors.Join(err, p.profiled()) }() // before the house closes: what is in memory then says nothing
	}
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	s, err := takeStand(ctx, h, c.Cert != "" || c.Proxy != "", func(ctx context.Context, h *house) {
		var all sync.WaitGroup
		all.Go(func() { h.keepBackups(ctx, c.backupSettings, readers) })
		h.keepHouse(ctx)
		all.Wait()
	})
	if err != nil {
		return err
	}
	closed = s.close
	handler := serve.Forwarded(c.Proxy, s)
	if c.Cert != "" || c.Proxy != "" {
		handler = serve.Strict(handler)
	}
	if c.Beside != "" {
		beside, err := serve.ListenBeside(c.Beside)
		if err != nil {
			return err
		}
		go serve.RunBeside(w.ctx, beside, h.counted.Metrics(s.gauges), p.log)
	}
	l, err := serve.Listen(serve.Config{Addr: c.Addr, Cert: c.Cert, Key: c.Key, Proxy: c.Proxy})
	if err != nil {
		return err
	}
	go keepMemory(w.ctx)
	s.following.Go(s.follow)
	scheme := "http"
	if c.Cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(w.out, "ready %s://%s\n", scheme, l.Addr())
	return serve.Run(w.ctx, l, handler, p.log)
}

// masters is the master key, or both while one is exchanged for the other.
func (c serveCommand) masters(where string) (seal.Master, error) {
	m, err := c.keySource.open(where)
	if err != nil || c.Old == "" {
		return m, err
	}
	old, err := c.keySource.open(c.Old)
	if err != nil {
		return nil, fmt.Errorf("the old master key: %w", err)
	}
	return seal.Changing(m, old), nil
}

func logger(w *world, debug bool) *slog.Logger {
	level := slog.LevelInfo
	if debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{Level: level}))
}

type versionCommand struct{}

func (versionCommand) Run(w *world) error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	fmt.Fprintln(w.out, "pana", version)
	return nil
}
