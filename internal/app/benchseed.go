package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/store"
)

// A large database is made in two steps. Some thousand files are lived through at
// the desk, in a small database beside it: bodies, workers, concerns, referrals,
// answers, steps, under the rules of access and the law of the day. Then the store
// multiplies them (store.Multiply): each copy has ids, a name and keys of its own,
// each of its events is sealed, hashed and a leaf. At the end the index is made from
// the events and a sample is verified.

type seedCommand struct {
	database
	Files   int    `help:"How many files." default:"100000"`
	Events  int    `help:"About how many events they have in all; 0: as many as their lives have, some ten each." default:"0"`
	Lives   int    `help:"How many of them are lived at the desk, and copied." default:"4000"`
	Workers int    `help:"How many workers there are at least." default:"1000"`
	Sample  int    `help:"How many files are verified at the end." default:"1000"`
	Dir     string `help:"Where the lived files and the list of workers are kept; without it, beside the master key." type:"path" placeholder:"DIR"`
}

// seededBench is what pana bench day must know of a seeded database. Everybody in
// it is invented, and so is the password.
type seededBench struct {
	Password string         `json:"password"`
	Workers  []seededWorker `json:"workers"`
	Files    int            `json:"files"`
	Events   int64          `json:"events"`
}

type seededWorker struct {
	Login  string `json:"login"`
	Kind   string `json:"kind"`
	Region string `json:"region"`
	Role   string `json:"role"`
}

const (
	livedFolder = "lived"
	seededFile  = "bench.json"
)

// Run seeds a new database, or goes on with one whose seeding was interrupted.
func (c seedCommand) Run(w *world) error {
	address, keyFile, err := c.address()
	if err != nil {
		return err
	}
	if keyFile == "" {
		return errors.New("say where the master key is, or shall be: --master-key FILE")
	}
	if c.Dir == "" {
		c.Dir = filepath.Dir(keyFile)
	}
	if err := os.MkdirAll(filepath.Dir(keyFile), 0o700); err != nil {
		return err
	}
	master, err := openOrMakeMaster(keyFile)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	start := time.Now()
	s := &seeding{seedCommand: c, w: w, about: seededBench{Files: c.Files}}
	from, err := s.live(w.ctx)
	if err != nil {
		return err
	}
	defer from.close()
	to, err := build(w.ctx, plan{address: address, stamp: serveStamp, origin: "pana-bench", master: master, packDir: c.Pack, unadopted: true, clock: &Clock{}, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer to.close()
	if err := s.multiply(w.ctx, from, to); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%d files, %d events in %s, %.0f events a second\n", s.about.Files, s.about.Events, time.Since(start).Round(time.Second), float64(s.about.Events)/time.Since(start).Seconds())
	if err := s.verify(w.ctx, to); err != nil {
		return err
	}
	return s.keep()
}

// seeding is one run.
type seeding struct {
	seedCommand
	w     *world
	about seededBench
}

// live makes the small database, or opens the one that an interrupted run made: the
// copies must come from the same lives.
func (s *seeding) live(ctx context.Context) (*demo, error) {
	dir := filepath.Join(s.Dir, livedFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	master, err := openOrMakeMaster(filepath.Join(dir, masterFile))
	if err != nil {
		return nil, err
	}
	h, err := build(ctx, plan{address: filepath.Join(dir, databaseFile), stamp: demoStamp, origin: "pana-bench-lived", master: master, packDir: s.Pack, unadopted: true, clock: &Clock{}, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	d := &demo{house: h}
	if err := s.settle(ctx, d); err != nil {
		_ = h.close()
		return nil, err
	}
	return d, nil
}

func (s *seeding) settle(ctx context.Context, d *demo) error {
	data, err := readDemo(d.files)
	if err != nil {
		return err
	}
	s.staff(data)
	s.about.Password = newPassword()
	whole, err := d.isSeeded(ctx)
	if err != nil || whole {
		return errors.Join(err, s.recall())
	}
	hash, err := d.hash.Hash(ctx, s.about.Password)
	if err != nil {
		return err
	}
	if err := s.keep(); err != nil {
		return err
	}
	data.Stay = []int{7, 14, 30, 45, 60, 90} // or a house has everybody in it whom it ever took in
	data.Lives, data.Calls = nil, nil        // they hold beds and speak of each other, and nobody has a copy of a bed
	data.Cases, data.Doors = nil, nil        // they are of the lives' bodies, and open files of their own
	if err := d.seed(ctx, newTown(data, d.pack), hash, min(s.Lives, s.Files), s.w.err); err != nil {
		return err
	}
	return d.desk.AllDaily(ctx) // what is due in them is done, in each of their copies
}

// staff gives the country as many workers as there shall be, the same in every run.
// A region's bodies get others of their kind beside them, as a region has districts,
// with whom they take turns; each has twice the workers that it has in the
// demonstration, and a body of the whole country has them all.
func (s *seeding) staff(data *demoData) {
	all := 0
	for _, b := range data.Bodies {
		all += len(b.Workers)
	}
	times := 1
	if all > 0 {
		times = (s.Workers + all - 1) / all
	}
	var bodies []demoBody
	for _, b := range data.Bodies {
		alike, each := 1, times
		if b.Region != "" {
			alike, each = (times+1)/2, min(times, 2)
		}
		for n := 1; n <= alike; n++ {
			bodies = append(bodies, b.another(n, each))
		}
	}
	data.Bodies = bodies
	for _, b := range bodies {
		for _, w := range b.Workers {
			s.about.Workers = append(s.about.Workers, seededWorker{w.Login, b.Kind, b.Region, w.Role})
		}
	}
}

// another is the n-th of bodies that are alike, each of its workers so many times.
func (b demoBody) another(n, times int) demoBody {
	there := b.Workers
	b.Workers = nil
	if n > 1 {
		b.ID, b.Like, b.Name = fmt.Sprintf("%s-%d", b.ID, n), b.ID, maps.Clone(b.Name)
		for language, name := range b.Name {
			b.Name[language] = fmt.Sprintf("%s %d", name, n)
		}
	}
	for k := 1; k <= times; k++ {
		for _, w := range there {
			if more := (n-1)*times + k; more > 1 {
				w.Login, w.Name, w.Button = fmt.Sprintf("%s.bench%d", w.Login, more), fmt.Sprintf("%s %d", w.Name, more), ""
			}
			b.Workers = append(b.Workers, w)
		}
	}
	return b
}

func (s *seeding) multiply(ctx context.Context, from *demo, to *house) error {
	fmt.Fprintf(s.w.err, "copying to %d files\n", s.Files)
	done, err := to.store.Multiply(ctx, store.Multiplying{
		From: from.store, Kind: casework.FileStream, Files: s.Files, Events: s.Events,
		Whole: []casework.Kind{casework.BodyStream, casework.AccountStream, casework.PlaceStream},
		Rare:  goesOn(to.clock.Now()), Texts: otherName, Progress: remaining(s.w.err),
	})
	s.about.Events = done.Events
	if err != nil {
		return err
	}
	fmt.Fprintf(s.w.err, "copied from %d lives; %d had a part in another's act and were left out\n", done.Templates, done.LeftOut)
	_, err = to.store.Checkpoint(ctx, to.clock.Now())
	return err
}

// verify looks at a sample and says what it all takes.
func (s *seeding) verify(ctx context.Context, to *house) error {
	start := time.Now()
	got, err := to.store.VerifySample(ctx, casework.FileStream, s.Sample, seeded(uint64(s.Files)))
	var bad *store.Mismatch
	if errors.As(err, &bad) {
		fmt.Fprintf(s.w.out, "does not agree: %s\n", bad)
		return verdict(exitFailed)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.w.out, "verified %d files drawn by chance in %s: %d events proved to be in the ledger and opened, %d index rows as they fold\n",
		got.Streams, time.Since(start).Round(time.Millisecond), got.Leaves, got.Rows)
	all, tables, err := to.store.Disk(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.w.out, "disk %.2f GB, %.1f KB a file\n", float64(all)/1e9, float64(all)/1e3/float64(s.Files))
	for _, t := range tables {
		fmt.Fprintf(s.w.out, "  %-12s %8.2f GB\n", t.Name, float64(t.Bytes)/1e9)
	}
	return nil
}

// keep writes down for pana bench day who can sign in.
func (s *seeding) keep() error {
	text, err := json.MarshalIndent(s.about, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.Dir, seededFile), text, 0o600)
}

// recall takes the password of the run that made the lives.
func (s *seeding) recall() error {
	was, err := readSeeded(s.Dir)
	s.about.Password = was.Password
	return err
}

func readSeeded(dir string) (out seededBench, err error) {
	text, err := os.ReadFile(filepath.Join(dir, seededFile))
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	return out, err
}

// goesOn says of a file that it was opened these weeks, or that somebody has the person
// in the house or was asked to: of those there are as many as there are workers and
// beds, and not as many as there were people in years.
func goesOn(now time.Time) func(casework.State) bool {
	return func(s casework.State) bool {
		f, _ := s.(*casework.File)
		if f == nil {
			return false
		}
		for _, has := range casework.Relations(f) {
			if slices.Contains(has, casework.RelProvider) || slices.Contains(has, casework.RelAsked) {
				return true
			}
		}
		return now.Sub(f.Opened) < 60*24*time.Hour
	}
}

// syllables make surnames that nobody has, some of them alike.
var syllables = strings.Fields("ба бо да до жа за зу ка ки ку ла ло лу ма ми мо на ни но па ра ри ру са со су та ти то туш ша шо ур ан ел ил ок юр яр эм")

// otherName gives a copy a surname of its own; the given name stays, and with it
// what she is called.
func otherName(s casework.State, r *rand.Rand) (out []string) {
	f, _ := s.(*casework.File)
	if f == nil {
		return nil
	}
	surname := ""
	for range 3 {
		surname += one(r, syllables)
	}
	first := []rune(surname)
	surname = strings.ToUpper(string(first[0])) + string(first[1:])
	for _, name := range f.KnownAs().Names {
		_, given, _ := strings.Cut(name.Reveal(), " ")
		if given != "" {
			out = append(out, quoted(name.Reveal()), quoted(surname+" "+given))
		}
	}
	return out
}

// quoted is a text as it stands in an event.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string only
	return string(text)
}

// remaining tells how far a long run is, how fast, and how long it will take,
// at most each other second.
func remaining(out io.Writer) func(done, total int64) {
	start, told, first := time.Now(), time.Now(), int64(-1)
	return func(done, total int64) {
		if first < 0 || done < first {
			first, start = done, time.Now() // another part of the work begins
		}
		if time.Since(told) < 2*time.Second || done == first {
			return
		}
		told = time.Now()
		rate := float64(done-first) / time.Since(start).Seconds()
		fmt.Fprintf(out, "  %d of %d events, %.0f a second, %s to go\n", done, total, rate, time.Duration(float64(total-done)/rate*float64(time.Second)).Round(time.Second))
	}
}
