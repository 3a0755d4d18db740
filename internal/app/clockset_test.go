package app

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/rate"
	"pana/internal/testkit"
)

// TestServeWhileTheClockIsSet: the whole of pana serve, with the machine's clock an hour
// back, and a day ahead and set right. Whoever is signed in works on where the session's own
// limits allow, every act that was answered is there, nobody is asked for a proof less or
// answered 500, and the log, the metrics and the doctor say what was done to the clock.
func TestServeWhileTheClockIsSet(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "office")
	var made strings.Builder
	if exit := Main([]string{"init", "--data", dir}, &made, io.Discard); exit != exitOK {
		t.Fatal("init failed")
	}
	password := regexp.MustCompile(`password: (\S+)`).FindStringSubmatch(made.String())[1]
	ctx, stop := context.WithCancel(t.Context())
	out, ended, clock := newLines(), make(chan error, 1), &Clock{}
	go func() {
		ended <- serveCommand{database: database{Data: dir}, Addr: "127.0.0.1:0", scanSettings: scanSettings{DocumentLimit: 1}, Blind: true, clock: clock}.Run(&world{ctx: ctx, out: out, err: out})
	}()
	said := out.wait(t, "ready http://")
	r := testkit.NewPlain(t, strings.TrimSpace(said[strings.Index(said, "http://"):]))
	o := &inCharge{T: t, r: r, password: password}

	const half = time.Second / 2
	o.enters()
	o.opens("Before")
	clock.set.Store(-int64(time.Hour + half)) // the log says whole seconds
	out.wait(t, "seconds=-3600")
	if r.Go("/admin/bodies"); !testkit.Sees(r, "data-page", "bodies.title") {
		t.Errorf("an hour back: %d %v", r.Status(), r.All("data-page"))
	}
	o.proves()
	o.opens("An hour back")

	clock.set.Store(int64(24*time.Hour + half/2))
	out.wait(t, "seconds=90000 erasing_waits=true")
	if r.Go("/admin/bodies"); !testkit.Sees(r, "data-page", "signin.title") {
		t.Errorf("after a day unused: %d %v", r.Status(), r.All("data-page"))
	}
	o.enters()
	o.opens("A day ahead")

	clock.set.Store(-int64(half))
	out.wait(t, "seconds=-86400 erasing_waits=false")
	o.proves()
	o.opens("Set right")
	r.Go("/admin/bodies")
	for _, name := range []string{"Before", "An hour back", "A day ahead", "Set right"} {
		if !strings.Contains(r.HTML(), name) {
			t.Errorf("what was answered is not there: %s", name)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
	for _, row := range [][3]string{
		{"all that is stored agrees", "verify --quiet", "agrees:"},
		{"the doctor tells", "doctor", "set"},
	} {
		command, flags, _ := strings.Cut(row[1], " ")
		var says strings.Builder
		Main(append([]string{command, "--data", dir}, strings.Fields(flags)...), &says, &says)
		if !strings.Contains(says.String(), row[2]) || command == "doctor" && !regexp.MustCompile(`WRONG +no clock was set while a node ran.*-24h0m`).MatchString(says.String()) {
			t.Errorf("%s: %s", row[0], says.String())
		}
	}
	if strings.Contains(out.said.String(), "level=ERROR") {
		t.Errorf("something failed: %s", out.said.String())
	}
}

// inCharge is its administrator at a browser.
type inCharge struct {
	*testing.T
	r        *testkit.Plain
	password string
}

func (o *inCharge) enters() {
	o.Helper()
	o.r.Do("POST", "/sign-in", url.Values{"login": {"admin"}, "password": {o.password}})
	if o.r.Status() != http.StatusOK || testkit.Sees(o.r, "data-page", "signin.title") {
		o.Fatalf("not in: %d %v", o.r.Status(), o.r.All("data-code"))
	}
}

// proves shows who it is, which a proof of another hour does not.
func (o *inCharge) proves() {
	o.Helper()
	o.r.Do("POST", "/admin/bodies", o.form("Unproved"))
	if !testkit.Sees(o.r, "data-page", "prove.title") {
		o.Errorf("a proof of another hour counts: %d %v %v", o.r.Status(), o.r.All("data-page"), o.r.All("data-code"))
	}
	o.r.Do("POST", "/prove", url.Values{"password": {o.password}, "next": {"/admin/bodies"}})
}

func (o *inCharge) opens(name string) {
	o.Helper()
	o.r.Do("POST", "/admin/bodies", o.form(name))
	if o.r.Status() != http.StatusOK || len(o.r.All("data-receipt")) != 1 {
		o.Fatalf("%s is not recorded: %d %v %v", name, o.r.Status(), o.r.All("data-page"), o.r.All("data-code"))
	}
}

func (o *inCharge) form(name string) url.Values {
	return url.Values{"key": {"form of " + name}, "body_kind": {"ngo"}, "body_name": {name}, "region": {"KZ-61"}}
}

// TestABrowserKeepsASessionAsLongAsItCanLast: twelve hours, not the half hour after which it
// is over unused, or who works without a break is signed out by their own browser; nor by
// the clock of a demonstration that was pushed.
func TestABrowserKeepsASessionAsLongAsItCanLast(t *testing.T) {
	t.Parallel()
	l := begin(t, func(p *plan) { p.limits = auth.Limits{} })
	l.clock.Push(48 * time.Hour)
	p := l.plain(t, "en")
	kept := &keptCookies{age: map[string]int{}}
	p.Client.Transport = kept
	enter(p, "", "inspector")
	if age := time.Duration(kept.age["pana_s1"]) * time.Second; age < 11*time.Hour || age > 12*time.Hour {
		t.Errorf("kept for %v", age)
	}
}

// keptCookies is how long a browser is to keep each.
type keptCookies struct{ age map[string]int }

func (k *keptCookies) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		for _, c := range answer.Cookies() {
			k.age[c.Name] = c.MaxAge
		}
	}
	return answer, err
}

// TestLimitsGoByWhatRunsEvenly: setting the machine's clock gives nobody a new allowance
// and keeps nobody waiting.
func TestLimitsGoByWhatRunsEvenly(t *testing.T) {
	t.Parallel()
	for _, set := range []time.Duration{-time.Hour, 24 * time.Hour} {
		l := begin(t, func(p *plan) { p.rates = rate.Limits{Worker: 4} })
		greedy, other := l.plain(t, "en"), l.plain(t, "en")
		enter(greedy, "", "coordinator")
		enter(other, "", "shelter")
		for range 2 * 4 * rate.Ahead {
			if greedy.Do("GET", "/work", nil); greedy.Status() == http.StatusTooManyRequests {
				break
			}
		}
		other.Do("GET", "/work", nil)
		l.clock.ahead.Add(int64(set))
		if greedy.Do("GET", "/work", nil); greedy.Status() != http.StatusTooManyRequests {
			t.Errorf("%v: who had sent too much may send anew: %d", set, greedy.Status())
		}
		if other.Do("GET", "/work", nil); other.Status() != http.StatusOK {
			t.Errorf("%v: who had not is kept waiting: %d", set, other.Status())
		}
	}
}
