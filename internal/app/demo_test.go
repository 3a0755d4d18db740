package app

import (
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// seededDemo is a demonstration in a folder of the test's own.
func seededDemo(t *testing.T, files int) *demo {
	t.Helper()
	d, err := openDemo(t.Context(), t.TempDir(), files, io.Discard, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.close() })
	return d
}

func count(t *testing.T, d *demo, table string, where ...store.Filter) int {
	t.Helper()
	n, err := d.store.Count(t.Context(), table, store.Query{Scope: access.All{}, Where: where})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Nothing of the invented past is refused: every act of the lives and of
// the files beside them is one that the desk, access and the law allow.
func TestDemoPastIsLived(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	d := seededDemo(t, 120)
	for what, n := range d.refused {
		t.Errorf("%s (%d times)", what, n)
	}
	if n := count(t, d, "files"); n != 120 {
		t.Errorf("%d files", n)
	}
	if len(d.roles) == 0 {
		t.Error("no role has a button")
	}
}

// The bodies name kinds, roles, regions and services of the pack; each button
// says in three languages what to try.
func TestDemoBodies(t *testing.T) {
	t.Parallel()
	p, data := demoOf(t)
	logins := map[string]bool{}
	for _, b := range data.Bodies {
		kind := p.BodyKind(b.Kind)
		if kind == nil || b.Region != "" && p.Region(b.Region) == nil || len(b.Name) != len(p.Head.Languages) {
			t.Errorf("%s: kind %s, region %s, names %v", b.ID, b.Kind, b.Region, b.Name)
			continue
		}
		for _, s := range b.Services {
			if p.Service(s.Type) == nil {
				t.Errorf("%s: service %s", b.ID, s.Type)
			}
		}
		for _, w := range b.Workers {
			if logins[w.Login] || !slices.Contains(kind.Roles, w.Role) {
				t.Errorf("%s: login %s twice, or no role %s", b.ID, w.Login, w.Role)
			}
			logins[w.Login] = true
			for _, key := range []string{"demo.role." + w.Button, "demo.try." + w.Button + ".1", "demo.try." + w.Button + ".2"} {
				if w.Button != "" && !p.Words().Has("ru", key) {
					t.Errorf("%s: no %s", b.ID, key)
				}
			}
		}
	}
}

func demoOf(t *testing.T) (*pack.Pack, *demoData) {
	t.Helper()
	p, files, err := readPack("")
	if err != nil {
		t.Fatal(err)
	}
	data, err := readDemo(files)
	if err != nil {
		t.Fatal(err)
	}
	return p, data
}

// The lives are screened as they say, and end before now.
func TestDemoLives(t *testing.T) {
	t.Parallel()
	p, data := demoOf(t)
	if len(data.Lives) != 45 {
		t.Errorf("%d lives, not 45", len(data.Lives))
	}
	for _, life := range data.Lives {
		s := casework.Screen(p.Criteria, life.AgeKnown != casework.AgeAdult, life.Indicators)
		if s.Result != life.Result {
			t.Errorf("%s is screened %s (%s), not %s", life.ID, s.Result, s.Rule, life.Result)
		}
		for _, act := range life.Acts {
			if act.After > life.Ago {
				t.Errorf("%s: %s %s has not happened yet", life.ID, act.Do, act.Step)
			}
		}
	}
}

// The seeded files are near the shares of distribution.yaml; what began lately
// may still be on its way.
func TestDemoDistribution(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	const files = 400
	d := seededDemo(t, files)
	_, data := demoOf(t)
	invented := float64(files - len(data.Lives))
	near := func(what string, n int, perMille int) {
		t.Helper()
		got := float64(n) * 1000 / invented
		if slack := 25 + 3*math.Sqrt(float64(perMille)*(1000-float64(perMille))/invented); math.Abs(got-float64(perMille)) > slack {
			t.Errorf("%s: %.0f of a thousand, not about %d", what, got, perMille)
		}
	}
	status := map[string]int{}
	for _, f := range others(t, d, len(data.Lives)) {
		status[f.Situation.Value("victim")]++
	}
	s := data.Dist["status"].Shares
	near("presumed", status["presumed"], s["presumed"])
	near("identified", status["identified"], s["identified"])
	near("not identified", status["not_identified"], s["not_identified"])
	near("in review", status["review"], s["review"])
	near("no victim", status["none"], s["labour_rights"]+s["none"])

	r := data.Dist["referral"].Shares
	lives := 25 // referrals of the lives, about
	near("referred", count(t, d, "referrals")-lives, 1000-r["none"])
	near("unanswered in time", count(t, d, "referrals", store.Where("escalated_at", store.Set)), r["unanswered"])
	near("refused by somebody", count(t, d, "asks", store.Where("state", store.Is, casework.Refused)), r["refused"])
}

// others are the states of the files that are not lives.
func others(t *testing.T, d *demo, lives int) (out []*casework.File) {
	t.Helper()
	page, err := d.store.List(t.Context(), "files", store.Query{Scope: access.All{}, Limit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for n := range lives {
		own[string(d.lives[n])] = true
	}
	for _, row := range page.Rows {
		if own[row.Ref.ID] {
			continue
		}
		l, err := d.store.View(t.Context(), row.Ref)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, store.As[*casework.File](l, row.Ref))
	}
	return out
}

// Each role's list of work opens on the lives: something to do where the role
// has a list of its own, nothing of hundreds of old lines; who may open a
// concern is invited to.
func TestDemoFirstScreens(t *testing.T) {
	t.Parallel()
	d := seededDemo(t, 200)
	for role, want := range map[string]struct{ atLeast, atMost int }{
		"inspector": {1, 5}, "shelter": {1, 10}, "ngo": {1, 20}, "hotline": {5, 40}, "identification": {3, 40}, "coordinator": {3, 30},
		"police": {1, 30}, "migration_decider": {1, 20}, "social_worker": {1, 30}, "guardianship": {1, 40}, "clinic": {1, 10},
		"border_officer": {1, 20}, "border_duty": {1, 20}, "asylum_decider": {3, 30}, "complaints": {1, 10}, "judge": {1, 20},
	} {
		in, err := d.Enter(t.Context(), role, desk.SignInInput{})
		if err != nil {
			t.Errorf("%s: %v", role, err)
			continue
		}
		work, err := d.desk.MyWork(t.Context(), in.Who, desk.WorkFilter{}, "")
		if err != nil {
			t.Errorf("%s: %v", role, err)
			continue
		}
		if n := work.Pages.Total; n < want.atLeast || n > want.atMost {
			t.Errorf("%s: %d lines, not %d to %d", role, n, want.atLeast, want.atMost)
		}
		lines := slices.Clone(work.Lines)
		for _, l := range work.Lines {
			lines = append(lines, l.Also...)
		}
		d.opens(t, in, lines)
		if opens := !slices.Contains([]string{"identification", "coordinator", "complaints", "judge"}, role); work.CanOpen != opens {
			t.Errorf("%s: invited to record a concern: %v", role, work.CanOpen)
		}
	}
}

// The pages of what stands beside the files show one of each kind: a case that is
// investigated, one in court and one that ended with money for its victims; a household
// that refused, one where nobody was and one with files.
func TestDemoBesideTheFiles(t *testing.T) {
	t.Parallel()
	d := seededDemo(t, 50)
	for what := range d.refused {
		if strings.HasPrefix(what, "case ") || strings.HasPrefix(what, "door ") {
			t.Errorf("not done: %s", what)
		}
	}
	in, err := d.Enter(t.Context(), "investigator", desk.SignInInput{})
	if err != nil {
		t.Fatal(err)
	}
	cases, err := d.desk.Tracks(t.Context(), in.Who)
	if err != nil {
		t.Fatal(err)
	}
	var stages []string
	for _, line := range cases.Lines {
		stages = append(stages, line.Stage+"."+line.Outcome)
	}
	slices.Sort(stages)
	if want := []string{"ended.convicted", "in_court.no_outcome", "investigated.no_outcome"}; !slices.Equal(stages, want) {
		t.Errorf("cases %v, not %v", stages, want)
	}
	if in, err = d.Enter(t.Context(), "ngo", desk.SignInInput{}); err != nil {
		t.Fatal(err)
	}
	doors, err := d.desk.Households(t.Context(), in.Who)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int{}
	for _, line := range doors.Lines {
		files[line.Last.Outcome] = line.Counted.Files
	}
	if want := map[string]int{"refused": 0, "not_home": 0, "met": 2}; !maps.Equal(files, want) {
		t.Errorf("households %v, not %v", files, want)
	}
	if d.count != 50 {
		t.Errorf("%d files, not the 50 that were asked for", d.count)
	}
}

// opens follows each line of somebody's work: none leads to a page that is not
// there for them.
func (d *demo) opens(t *testing.T, in desk.SignedIn, lines []desk.WorkLine) {
	t.Helper()
	handler, err := d.handler(d, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		r := httptest.NewRequest(http.MethodGet, line.Target, nil)
		r.AddCookie(&http.Cookie{Name: "pana_s1", Value: in.Token.Reveal()})
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%s %s answers %d to %s of %s", line.Verb, line.State, w.Code, in.Who.Role, in.Who.BodyKind)
		}
	}
}

// The inspector's girl finds three shelters with room for a minor: the first
// three the page offers fit, and are near or free.
func TestDemoSheltersForTheGirl(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	d := seededDemo(t, 30)
	in, err := d.Enter(t.Context(), "inspector", desk.SignInInput{})
	if err != nil {
		t.Fatal(err)
	}
	girl := d.lives[0]
	options, err := d.desk.Providers(t.Context(), in.Who, girl, []string{"bed_tonight"})
	if err != nil {
		t.Fatal(err)
	}
	free := 0
	for _, o := range options[:min(len(options), 3)] {
		if o.Fits && o.Free > 0 {
			free++
		}
	}
	if free != 3 {
		t.Errorf("%d of the first three shelters have room for her: %+v", free, options[:min(len(options), 3)])
	}
}

// The free places that the directory shows are those that were last stated, less
// whom each house has taken in since: told from the people's files, not from the
// places' own record.
func TestDemoFreePlaces(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	d := seededDemo(t, 150)
	_, data := demoOf(t)
	town, now := newTown(data, d.pack), d.clock.Now()
	came := map[id.Place][]time.Time{}
	for _, f := range others(t, d, 0) {
		for _, r := range f.Referrals {
			for _, a := range r.Asks {
				// A bed is free again when nobody came in time.
				if a.State == casework.Accepted && a.Place != "" && (!a.Arrived.IsZero() || a.HeldUntil.After(now)) {
					came[a.Place] = append(came[a.Place], a.Answered)
				}
			}
		}
	}
	looked := 0
	for _, b := range data.Bodies {
		n := 0
		for _, offer := range b.Services {
			for _, stated := range offer.Places {
				place := town.places[b.ID][n]
				n++
				ref := casework.Ref{Kind: casework.PlaceStream, ID: string(place)}
				l, err := d.store.View(t.Context(), ref)
				if err != nil {
					t.Fatal(err)
				}
				p := store.As[*casework.Place](l, ref)
				want := stated.Free
				for _, at := range came[place] {
					if at.After(p.AsOf) {
						want--
					}
				}
				if p.Free != max(0, want) || p.Free+len(p.Held) > p.Beds {
					t.Errorf("%s %s: %d free and %d held of %d, not %d", b.ID, stated.Name, p.Free, len(p.Held), p.Beds, want)
				}
				if rows := count(t, d, "places", store.Where("place_id", store.Is, string(place)), store.Where("free", store.Is, int64(p.Free))); rows != 1 {
					t.Errorf("%s %s: the index says another figure", b.ID, stated.Name)
				}
				looked++
			}
		}
	}
	if looked < 10 || len(came) == 0 {
		t.Errorf("%d places, %d of them taken: this test shows little", looked, len(came))
	}
	if _, err := d.store.Verify(t.Context(), store.VerifyAll, nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}

// One of the people has a page that its printed code and number open, and another
// number opens nothing of hers; a kept folder gives one anew.
func TestDemoPage(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	d := seededDemo(t, 60)
	enter := func(p demoPage, pin withheld.Text) (desk.HerPage, error) {
		token, err := d.desk.EnterPage(t.Context(), desk.PageEntry{Code: p.code, PIN: pin, From: "demo"})
		if err != nil {
			return desk.HerPage{}, err
		}
		return d.desk.HerPage(t.Context(), token, "ru")
	}
	first := d.page
	if page, err := enter(first, first.pin); err != nil || page.Harmless {
		t.Fatalf("her number: harmless %v, %v", page.Harmless, err)
	}
	if page, err := enter(first, first.second); err != nil || !page.Harmless {
		t.Errorf("the other number: harmless %v, %v", page.Harmless, err)
	}
	_, data := demoOf(t)
	again, err := d.givePage(t.Context(), newTown(data, d.pack))
	if err != nil || again.code == first.code {
		t.Fatalf("given anew: the same code %v, %v", again.code == first.code, err)
	}
	if _, err := enter(first, first.pin); err == nil {
		t.Error("the code of before still opens it")
	}
	if page, err := enter(again, again.pin); err != nil || page.Harmless {
		t.Errorf("given anew: harmless %v, %v", page.Harmless, err)
	}
}
