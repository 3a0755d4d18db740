package app

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pana/internal/rate"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/testkit"
)

// shorterLimit is the country's pack with another length of one limit: another law of
// today.
func shorterLimit(t *testing.T) (string, *edition) {
	t.Helper()
	dir := packFolder(t, "procedures/identification.yaml", "length: 3 months", "length: 4 months")
	e, err := givenEdition(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, e
}

// underLoad is a house that answers, and workers who refer people to shelters without a
// pause.
type underLoad struct {
	*testing.T
	s      *inForce
	town   *benchTown
	staff  []*visitor
	turned atomic.Bool     // the other edition answers
	done   atomic.Int64    // acts that were acknowledged
	after  map[string]bool // files whose act began when it was
	mu     sync.Mutex
}

func (l *underLoad) node(address string, ctx context.Context) *inForce {
	l.Helper()
	master, err := openOrMakeMaster(l.town.master)
	if err != nil {
		l.Fatal(err)
	}
	h, err := build(l.Context(), plan{address: address, stamp: serveStamp, origin: "pana-bench", master: master, clock: &Clock{}, log: slog.New(slog.DiscardHandler), rates: rate.Default, blind: true, unlinted: true})
	if err != nil {
		l.Fatal(err)
	}
	s, err := takeStand(ctx, h, false, func(ctx context.Context, h *house) { h.keepHouse(ctx) })
	if err != nil {
		l.Fatal(err)
	}
	return s
}

func (l *underLoad) refer(ctx context.Context, files []benchFile) error {
	_, _, err := during(ctx, len(l.staff), len(files), time.Minute, func(ctx context.Context, client, n int) error {
		l.pace(n, len(files))
		turned := l.turned.Load()
		if err := l.staff[client].done(ctx, "/file/"+string(files[n].id)+"/refer", strings.NewReader(l.town.card(files[n]).Encode()), "/sent"); err != nil {
			return err
		}
		l.done.Add(1)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.after[string(files[n].id)] = turned
		return nil
	})
	return err
}

// pace leaves acts to do while the other house is built and when it stands: half of them
// go as fast as they are answered, then slowly, and the last third when it answers.
func (l *underLoad) pace(n, of int) {
	if n < of/2 || l.turned.Load() {
		return
	}
	time.Sleep(100 * time.Millisecond)
	for n > of*2/3 && !l.turned.Load() && l.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
}

// TestAnEditionComesIntoForceUnderLoad: while workers record one act after the other an
// edition is adopted. Nobody is answered with an error, every act that was acknowledged is
// there once, each names the edition it was decided under, and what begins afterwards is
// decided under the new one.
func TestAnEditionComesIntoForceUnderLoad(t *testing.T) {
	t.Parallel()
	_, newer := shorterLimit(t)
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dir := t.TempDir()
			address, driver, source := filepath.Join(dir, databaseFile), "sqlite3", "file:"+filepath.Join(dir, databaseFile)
			if engine == "postgres" {
				address = testkit.Postgres(t)
				driver, source = "pgx", address
			}
			const files = 360
			w := &world{ctx: t.Context(), out: io.Discard, err: io.Discard}
			b := &bench{benchCommand: benchCommand{Dir: dir}, w: w}
			l := &underLoad{T: t, after: map[string]bool{}}
			var err error
			if l.town, err = b.town(t.Context(), dir, address, files, false); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			l.s = l.node(address, ctx)
			var other *inForce // a second node, which finds the edition by itself
			if engine == "postgres" {
				other = l.node(address, ctx)
				other.every = 20 * time.Millisecond
				other.following.Go(other.follow)
				t.Cleanup(func() { stop(); _ = other.close() })
			}
			site := httptest.NewServer(l.s)
			t.Cleanup(func() {
				site.Close()
				stop()
				if err := l.s.close(); err != nil {
					t.Error(err)
				}
			})
			if l.staff, err = l.town.visitors(t.Context(), &server{base: site.URL}, 6); err != nil {
				t.Fatal(err)
			}
			first := l.s.now.house
			was, err := first.opened.running.on(first.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			is, err := newer.on(first.clock.Now())
			if err != nil || is.Law == was.Law {
				t.Fatalf("the other edition is no other law: %v", err)
			}
			var all sync.WaitGroup
			all.Go(func() {
				if err := l.refer(t.Context(), l.town.files); err != nil {
					t.Errorf("an act was not acknowledged: %v", err)
				}
			})
			for l.done.Load() < files/6 {
				time.Sleep(time.Millisecond)
			}
			if err := adoptsBy(t.Context(), first.store, newer, first.laws); err != nil {
				t.Fatal(err)
			}
			if err := l.s.look(); err != nil {
				t.Fatal(err)
			}
			l.turned.Store(true)
			all.Wait()
			if engine == "postgres" {
				l.followed(other, newer)
			}
			second := l.s.now.house
			if second == first || !second.opened.running.Is(newer.Edition) || second.rate != first.rate || second.counted != first.counted {
				t.Fatal("the adopted edition is not in force")
			}
			l.judge(driver, source, files, was.Law, is.Law)
			if _, err := second.store.Verify(t.Context(), store.VerifyAll, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// followed: another node has taken the edition up by itself.
func (l *underLoad) followed(other *inForce, newer *edition) {
	l.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		one := other.enter()
		is := one.house.opened.running.Is(newer.Edition)
		one.busy.Done()
		if is {
			return
		}
	}
	l.Error("the other node goes on with the edition before")
}

// TestWhatWasBegunEnds: the house of the edition before is not closed while a request or
// a job of it goes on; no new one enters it.
func TestWhatWasBegunEnds(t *testing.T) {
	t.Parallel()
	for _, last := range []string{"request", "job"} {
		t.Run(last+" ends last", func(t *testing.T) { t.Parallel(); endsLast(t, last) })
	}
}

func endsLast(t *testing.T, last string) {
	o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster()}
	ctx, stop := context.WithCancel(t.Context())
	jobEnded := make(chan struct{})
	s, err := takeStand(ctx, o.open(""), false, func(ctx context.Context, _ *house) { <-ctx.Done(); <-jobEnded })
	if err != nil {
		t.Fatal(err)
	}
	request := s.enter()
	_, newer := shorterLimit(t)
	if err := adoptsBy(t.Context(), request.house.store, newer, request.house.laws); err != nil {
		t.Fatal(err)
	}
	looked := make(chan error, 1)
	go func() { looked <- s.look() }()
	next := s.enter()
	for ; next == request; next = s.enter() {
		next.busy.Done()
		time.Sleep(time.Millisecond)
	}
	next.busy.Done()
	still := func(what string) {
		t.Helper()
		time.Sleep(50 * time.Millisecond)
		if _, err := lastAdopted(t.Context(), request.house.store); err != nil {
			t.Errorf("%s lost its house: %v", what, err)
		}
	}
	still("the request and the job")
	if last == "job" {
		request.busy.Done()
		still("the job")
		close(jobEnded)
	} else {
		close(jobEnded)
		still("the request")
		request.busy.Done()
	}
	if err := <-looked; err != nil {
		t.Error(err)
	}
	if _, err := lastAdopted(t.Context(), request.house.store); err == nil {
		t.Error("the house before stays open for ever")
	}
	stop()
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestServeTakesUpWhatWasAdopted: the command itself looks for what was adopted, and goes
// on answering.
func TestServeTakesUpWhatWasAdopted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "office")
	if exit := Main([]string{"init", "--data", dir}, io.Discard, io.Discard); exit != exitOK {
		t.Fatal("init failed")
	}
	ctx, stop := context.WithCancel(t.Context())
	out, ended := newLines(), make(chan error, 1)
	go func() {
		ended <- serveCommand{database: database{Data: dir}, Addr: "127.0.0.1:0", scanSettings: scanSettings{DocumentLimit: 1}, Blind: true}.Run(&world{ctx: ctx, out: out, err: out})
	}()
	said := out.wait(t, "ready http://")
	aside, err := database{Data: dir}.openWhole(t.Context(), serveStamp)
	if err != nil {
		t.Fatal(err)
	}
	defer aside.Close()
	_, newer := shorterLimit(t)
	if err := adoptsBy(t.Context(), aside.Store, newer, laws{aside.running.pack}); err != nil {
		t.Fatal(err)
	}
	out.wait(t, "edition of the pack is in force")
	r := testkit.NewPlain(t, strings.TrimSpace(said[strings.Index(said, "http://"):]))
	if r.Do("GET", "/guarantees", nil); r.Status() != 200 {
		t.Errorf("after it the site answers %d", r.Status())
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// TestTheDemoTakesUpWhatWasAdopted: so does a demonstration, with its people at the buttons
// and its clock where somebody pushed it, also away from the day that it was begun on.
func TestTheDemoTakesUpWhatWasAdopted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	out, ended := newLines(), make(chan error, 1)
	go func() {
		ended <- demoCommand{Data: dir, Addr: "127.0.0.1:0", On: "2026-11-20", Debug: true}.Run(&world{ctx: ctx, out: out, err: out})
	}()
	said := out.wait(t, "ready http://")
	r := testkit.NewPlain(t, strings.TrimSpace(said[strings.Index(said, "http://"):]))
	enter(r, "", "coordinator")
	r.Do("POST", "/demo/clock", url.Values{"by": {"1d"}})
	aside, err := database{Data: dir}.openWhole(t.Context(), demoStamp)
	if err != nil {
		t.Fatal(err)
	}
	defer aside.Close()
	_, newer := shorterLimit(t)
	if err := adoptsBy(t.Context(), aside.Store, newer, laws{aside.running.pack}); err != nil {
		t.Fatal(err)
	}
	out.wait(t, "edition of the pack is in force")
	enter(r, "", "administrator")
	if r.Go("/admin/pack"); r.Status() != 200 || !strings.Contains(r.HTML(), `data-running="`+newer.Bytes+`"`) || strings.Contains(r.HTML(), "data-restart") {
		t.Errorf("the page of editions answers %d, and does not say that the edition is in force", r.Status())
	}
	if !strings.Contains(r.HTML(), `action="/demo/clock"`) {
		t.Error("the house of the new edition is no demonstration")
	}
	if ahead, err := aside.ClockAhead(t.Context()); err != nil || time.Now().Add(ahead).Format(time.DateOnly) != "2026-11-21" {
		t.Errorf("the clock is %v ahead: %v", ahead, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// judge reads the record itself: one referral of every file, under which law.
func (l *underLoad) judge(driver, source string, files int, was, is string) {
	l.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		l.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`select stream_id, pack from events where type = 'referral.asked'`)
	if err != nil {
		l.Fatal(err)
	}
	defer rows.Close()
	times, under, begunAfter := map[string]int{}, map[string]int{}, 0
	for rows.Next() {
		var file, law string
		if err := rows.Scan(&file, &law); err != nil {
			l.Fatal(err)
		}
		times[file]++
		under[law]++
		if l.after[file] {
			begunAfter++
			if law != is {
				l.Errorf("an act that began when the new edition was in force was decided under the old")
			}
		}
	}
	for file := range l.after {
		if times[file] != 1 {
			l.Errorf("an acknowledged act is there %d times", times[file])
		}
	}
	if len(l.after) != files || under[was] == 0 || under[is] == 0 || under[was]+under[is] != files || begunAfter == 0 {
		l.Errorf("%d acknowledged; %d under the old edition, %d under the new, %d of them begun afterwards", len(l.after), under[was], under[is], begunAfter)
	}
}

// TestJobsAtHandOutliveTheStop: what jobs work under goes on for a while when their house
// stops, and not for ever.
func TestJobsAtHandOutliveTheStop(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	later, cut := afterwards(ctx, 200*time.Millisecond)
	defer cut()
	stop()
	if later.Err() != nil {
		t.Error("jobs are cut short")
	}
	select {
	case <-later.Done():
	case <-time.After(10 * time.Second):
		t.Error("a job that hangs is never cut")
	}
}
