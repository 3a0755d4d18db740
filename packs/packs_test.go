package packs_test

import (
	"io/fs"
	"testing"

	"pana/internal/access"
	"pana/internal/pack"
	"pana/packs"
)

func countries(t *testing.T) map[string]fs.FS {
	t.Helper()
	entries, err := fs.ReadDir(packs.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]fs.FS{}
	for _, e := range entries {
		sub, err := fs.Sub(packs.FS, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = sub
	}
	return out
}

// Every country that comes with Pana can be operated: no error of any rule, in
// its lists, its procedures on every date they change, and its access rules.
func TestCountriesCanBeOperated(t *testing.T) {
	t.Parallel()
	for name, dir := range countries(t) {
		p, problems := pack.Load(dir)
		problems = append(problems, pack.Lint(p, pack.Operated)...)
		for _, problem := range pack.Errors(problems) {
			t.Errorf("%s/%s", name, problem)
		}
		_, rules := access.Compile(p.Rules)
		for _, problem := range rules {
			t.Errorf("%s/%s", name, problem)
		}
		if p.Head.ID != name {
			t.Errorf("the pack in %s is called %s", name, p.Head.ID)
		}
	}
}

// Every story of every country holds on the engine.
func TestStories(t *testing.T) {
	t.Parallel()
	for name, dir := range countries(t) {
		p, _ := pack.Load(dir)
		for _, problem := range pack.RunStories(p, dir) {
			t.Errorf("%s/%s", name, problem)
		}
		stories, _ := fs.Glob(dir, "stories/*.txtar")
		if len(stories) == 0 {
			t.Errorf("%s has no stories", name)
		}
	}
}
