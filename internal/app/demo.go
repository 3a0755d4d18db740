package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/jobs"
	"pana/internal/serve"
	"pana/internal/store"
	"pana/internal/web"
	"pana/internal/withheld"
)

type demoCommand struct {
	Data  string `help:"Keep the demonstration in this folder; without it, a folder that goes at the end." type:"path" placeholder:"DIR"`
	Addr  string `help:"HOST:PORT on this machine." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Files int    `help:"How many invented files to make; 0: nobody has a file yet." default:"2000"`
	On    string `help:"Let the clock of a new demonstration begin on this day, to see another day's law at work." placeholder:"YYYY-MM-DD"`
	Pack  string `help:"Folder of a country pack; without it, the one inside the program." type:"path" placeholder:"DIR"`
	Debug bool   `help:"Log each request: method, route, status, time."`

	Profile string `hidden:"" type:"path" help:"Write a CPU profile of everything before ready here."`
}

// Run prepares, seeds when the database is new, and serves until it is stopped.
func (c demoCommand) Run(w *world) (err error) {
	start := time.Now()
	profiled := func() error { return nil }
	if c.Profile != "" {
		if profiled, err = profileTo(c.Profile); err != nil {
			return err
		}
	}
	// The address first: who cannot have it should not wait for people to be invented.
	l, err := serve.Listen(serve.Config{Addr: c.Addr})
	if err != nil {
		return fmt.Errorf("%w\n(another program has the address? try --addr 127.0.0.1:0, which takes a free one)", err)
	}
	defer l.Close()
	dir, temporary, err := c.folder()
	if err != nil {
		return err
	}
	if temporary {
		defer os.RemoveAll(dir)
	}
	d, err := openDemo(w.ctx, dir, c.Files, w.out, demoLogger(w, c.Debug), onDay(c.On), func(p *plan) { p.packDir = c.Pack })
	if err != nil {
		return err
	}
	closed := d.close
	defer func() { _ = closed() }()
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	s, err := d.takeStand(ctx)
	if err != nil {
		return err
	}
	closed = s.close
	if err := profiled(); err != nil {
		return err
	}
	s.following.Go(s.follow)
	d.tell(w.out, dir, temporary, time.Since(start))
	fmt.Fprintf(w.out, "ready http://%s\n", l.Addr())
	err = serve.Run(w.ctx, l, s, d.log)
	fmt.Fprintln(w.out, "\nstopped; nothing is half-written")
	return err
}

// demoLogger is quiet unless asked: a newcomer should see the table and the
// address, not every telephone that would have rung.
func demoLogger(w *world, debug bool) *slog.Logger {
	if debug {
		return logger(w, true)
	}
	return slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// folder is where the demonstration lives. A temporary one is memory-backed
// nowhere: it is a folder like any other, and goes at the end.
func (c demoCommand) folder() (dir string, temporary bool, err error) {
	if c.Data == "" {
		dir, err = os.MkdirTemp("", "pana-demo-")
		return dir, true, err
	}
	return c.Data, false, os.MkdirAll(c.Data, 0o700)
}

// demo is a house with invented people and a clock that can be pushed.
type demo struct {
	*house
	password string
	roles    []demoRole
	count    int            // files
	lives    []id.File      // the hand-written ones, when seeded by this run
	page     demoPage       // of one of them
	refused  map[string]int // acts that were not done while seeding; a test wants none
}

// takeStand has the demonstration answer, also in the house of an edition that is adopted
// in it. Its people and its clock are the same there.
func (d *demo) takeStand(ctx context.Context) (*inForce, error) {
	s := &inForce{ctx: ctx, keep: func(ctx context.Context, h *house) { h.keepHouse(ctx) }, every: lookForEdition}
	s.demo = func(h *house) web.Demo {
		there := *d
		there.house = h
		return &there
	}
	return s.stand(d.house)
}

// Roles are the buttons of the sign-in page.
func (d *demo) Roles() []web.DemoRole {
	out := make([]web.DemoRole, len(d.roles))
	for i, r := range d.roles {
		out[i] = web.DemoRole{ID: r.ID, Body: r.Body, Names: r.Names}
	}
	return out
}

// Enter signs in as a role, with this run's password, from where in says.
func (d *demo) Enter(ctx context.Context, role string, in desk.SignInInput) (desk.SignedIn, error) {
	i := slices.IndexFunc(d.roles, func(r demoRole) bool { return r.ID == role })
	if i < 0 {
		return desk.SignedIn{}, fault.Withheld("demo: no such role")
	}
	in.Login, in.Password, in.From = d.roles[i].Login, withheld.New(d.password), "demo"
	return d.desk.SignIn(ctx, in)
}

// Push moves the clock and does what has become due, so that the page that
// follows shows it.
func (d *demo) Push(ctx context.Context, by string) error {
	switch by {
	case "1h":
		d.clock.Push(time.Hour)
	case "1d":
		d.clock.Push(24 * time.Hour)
	case "next":
		at, err := d.store.NextJob(ctx, d.clock.Now())
		if err != nil {
			return err
		}
		if at.IsZero() {
			return fault.New(fault.Conflict, "demo.nothing_due")
		}
		d.clock.Push(at.Sub(d.clock.Now()) + time.Second)
	}
	if err := d.store.SetClockAhead(ctx, d.clock.Ahead()); err != nil {
		return err
	}
	jobs.Once(ctx, d.store, d.desk, jobs.Options{Now: d.clock.Now, Log: d.log})
	return errors.Join(d.desk.Sweep(ctx), d.desk.AllDaily(ctx))
}

// tell prints who can sign in and what can be tried on the command line.
func (d *demo) tell(out io.Writer, dir string, temporary bool, took time.Duration) {
	fmt.Fprintf(out, "DEMONSTRATION: everybody in it is invented. %d files, ready in %s.\n\n", d.count, took.Round(10*time.Millisecond))
	t := tabwriter.NewWriter(out, 2, 4, 2, ' ', 0)
	fmt.Fprintln(t, "login\tpassword\trole\tbody")
	for _, r := range d.roles {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Login, d.password, r.Role, r.Body)
	}
	_ = t.Flush()
	d.page.tell(out)
	fmt.Fprintf(out, "\nChange one bit behind its back, and see it found:\n  go run ./cmd/pana tamper --data %s && go run ./cmd/pana verify --data %s\n", dir, dir)
	if temporary {
		fmt.Fprintln(out, "The folder goes when you stop; --data DIR keeps it.")
	}
	fmt.Fprintln(out)
}

type tamperCommand struct {
	Data string `required:"" type:"path" help:"Folder of a demonstration."`
}

// Run changes one stored bit of a demonstration.
func (c tamperCommand) Run(w *world) error {
	s, err := database{Data: c.Data}.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	what, err := s.Tamper(w.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(w.out, "changed", what)
	return nil
}
