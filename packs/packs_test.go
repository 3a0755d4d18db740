package packs_test

import (
	"io/fs"
	"slices"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/strict"
	"pana/packs"
)

func kazakhstan(t *testing.T) (*pack.Pack, fs.FS) {
	t.Helper()
	kz, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := pack.Load(kz)
	for _, problem := range problems {
		t.Error(problem)
	}
	return p, kz
}

// The pack that ships can be worked with: it lints for operation on every day
// its law changes, with warnings only, and its stories hold.
func TestKazakhstanOperates(t *testing.T) {
	t.Parallel()
	p, kz := kazakhstan(t)
	for _, problem := range slices.Concat(pack.Lint(p, pack.Operated), pack.RunStories(p, kz)) {
		if !problem.Warning {
			t.Error(problem)
		}
	}
}

// Sixty sentences are named for a native reader, as the issue asks.
func TestCriticalSentences(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	if len(p.Critical) != 60 {
		t.Errorf("%d critical sentences, not 60", len(p.Critical))
	}
}

// The indicators are complete: a source counts them by dimension.
func TestIndicatorCounts(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	want := []int{10, 10, 16, 9, 15, 7} // the independent description that the standards file names
	for i, s := range p.Criteria.Sets {
		if len(s.Indicators) != want[i] {
			t.Errorf("%s has %d indicators, not %d", s.ID, len(s.Indicators), want[i])
		}
	}
}

// Sixteen regions before 2018, then seventeen, then twenty; no two share a tile.
func TestRegionsByDate(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	for day, want := range map[string]int{"2016-06-27": 16, "2021-06-27": 17, "2024-09-03": 20} {
		at, _ := time.Parse(time.DateOnly, day)
		n, tiles := 0, map[pack.Tile]string{}
		for _, r := range p.Regions {
			if other := tiles[r.Tile]; other != "" {
				t.Errorf("%s and %s share a tile", r.ID, other)
			}
			tiles[r.Tile] = r.ID
			if pack.Contains(r.Dates, at) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d regions on %s, not %d", n, day, want)
		}
	}
}

type demoBody struct {
	ID       string            `yaml:"id"`
	Kind     string            `yaml:"kind"`
	Region   string            `yaml:"region"`
	Name     map[string]string `yaml:"name"`
	Phone    string            `yaml:"phone"`
	Services []struct {
		Type   string   `yaml:"type"`
		Takes  []string `yaml:"takes"`
		Places []struct {
			Name  string   `yaml:"name"`
			Beds  int      `yaml:"beds"`
			Free  int      `yaml:"free"`
			Takes []string `yaml:"takes"`
			AsOf  int      `yaml:"as_of"`
		} `yaml:"places"`
	} `yaml:"services"`
	Workers []struct {
		Login  string `yaml:"login"`
		Role   string `yaml:"role"`
		Name   string `yaml:"name"`
		Button string `yaml:"role_button"`
	} `yaml:"workers"`
}

type demoLife struct {
	ID          string              `yaml:"id"`
	From        string              `yaml:"from"`
	FoundBy     string              `yaml:"found_by"`
	Ago         int                 `yaml:"ago"`
	CallName    string              `yaml:"call_name"`
	Names       []map[string]string `yaml:"names"`
	Age         int                 `yaml:"age"`
	AgeKnown    string              `yaml:"age_known"`
	Sex         string              `yaml:"sex"`
	Citizenship string              `yaml:"citizenship"`
	Language    string              `yaml:"language"`
	Region      string              `yaml:"region"`
	Safety      string              `yaml:"safety"`
	Fear        string              `yaml:"fear"`
	Children    string              `yaml:"children"`
	Needs       []string            `yaml:"needs"`
	Indicators  []string            `yaml:"indicators"`
	Result      string              `yaml:"result"`
	Acts        []demoAct           `yaml:"acts"`
}

type demoAct struct {
	After    int               `yaml:"after"`
	By       string            `yaml:"by"`
	Do       string            `yaml:"do"`
	Step     string            `yaml:"step"`
	With     map[string]string `yaml:"with"`
	To       []string          `yaml:"to"`
	Priority string            `yaml:"priority"`
	Service  string            `yaml:"service"`
	Reason   string            `yaml:"reason"`
	Purpose  string            `yaml:"purpose"`
	Answer   string            `yaml:"answer"`
}

func read[T any](t *testing.T, kz fs.FS, name string) []T {
	t.Helper()
	data, err := fs.ReadFile(kz, name)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	for _, problem := range strict.Read(name, data, &out) {
		t.Error(problem)
	}
	return out
}

// The invented bodies name kinds, roles, regions and services of the pack.
func TestDemoBodies(t *testing.T) {
	t.Parallel()
	p, kz := kazakhstan(t)
	logins := map[string]bool{}
	for _, b := range read[demoBody](t, kz, "demo/bodies.yaml") {
		kind := p.BodyKind(b.Kind)
		if kind == nil || b.Region != "" && p.Region(b.Region) == nil {
			t.Errorf("%s: kind %s, region %s", b.ID, b.Kind, b.Region)
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
			if w.Button != "" && !p.Words().Has("ru", "demo.role."+w.Button+".try") {
				t.Errorf("%s: nothing says what to try as %s", b.ID, w.Button)
			}
		}
	}
}

// The hand-written lives could have been lived: the screening gives what they
// say, and their steps are lawful but where the life is about that.
func TestDemoLives(t *testing.T) {
	t.Parallel()
	p, kz := kazakhstan(t)
	bodies := map[string]string{"person": "person", "investigator": "police"}
	for _, b := range read[demoBody](t, kz, "demo/bodies.yaml") {
		bodies[b.ID] = b.Kind
	}
	lives := read[demoLife](t, kz, "demo/lives.yaml")
	if len(lives) != 30 {
		t.Errorf("%d lives, not 30", len(lives))
	}
	for _, life := range lives {
		t.Run(life.ID, func(t *testing.T) {
			t.Parallel()
			live(t, p, bodies, life)
		})
	}
}

func live(t *testing.T, p *pack.Pack, bodies map[string]string, life demoLife) {
	t.Helper()
	if bodies[life.FoundBy] == "" {
		t.Errorf("nobody is called %s", life.FoundBy)
	}
	child := life.AgeKnown != "adult"
	screening := casework.Screen(p.Criteria, child, life.Indicators)
	if screening.Result != life.Result {
		t.Errorf("screened %s (%s), not %s", screening.Result, screening.Rule, life.Result)
	}
	for _, need := range life.Needs {
		if p.Need(need) == nil {
			t.Errorf("no need %s", need)
		}
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, p.Location())
	opened := now.Add(-time.Duration(life.Ago) * time.Hour)
	s, problems := p.At(opened)
	if s.Model == nil {
		t.Fatal(problems)
	}
	facts := map[string]string{"fear": life.Fear, "age": "adult", "nat": "foreign", "residence": "temporary"}
	if child {
		facts["age"] = "under_18"
	}
	if life.Citizenship == "KAZ" {
		facts["nat"], facts["residence"] = "citizen", "permanent"
	}
	situation := s.Model.Begin(facts)
	if life.Result == casework.ResultPresumed {
		situation, _ = s.Model.Take(situation, "presume", opened)
	}
	for _, act := range life.Acts {
		situation = do(t, p, bodies, act, situation, opened, now)
	}
}

func do(t *testing.T, p *pack.Pack, bodies map[string]string, act demoAct, situation procedure.Situation, opened, now time.Time) procedure.Situation {
	t.Helper()
	at := opened.Add(time.Duration(act.After) * time.Hour)
	if bodies[act.By] == "" || at.After(now) {
		t.Errorf("%s after %d h by %s: nobody, or not yet", act.Do, act.After, act.By)
	}
	for _, to := range act.To {
		if bodies[to] == "" {
			t.Errorf("referred to nobody: %s", to)
		}
	}
	if act.Reason != "" && p.Refusal(act.Reason) == nil {
		t.Errorf("no refusal %s", act.Reason)
	}
	if act.Step == "" {
		return situation
	}
	s, _ := p.At(at)
	next, outcome := s.Model.TakeWith(situation, act.Step, act.With, at)
	if outcome.Irregular() != (act.Do == "irregular") {
		t.Errorf("step %s: irregular %v (%v)", act.Step, outcome.Irregular(), outcome.Why)
	}
	return next
}
