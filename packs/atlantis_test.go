package packs_test

import (
	"context"
	"io/fs"
	"reflect"
	"slices"
	"testing"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/packs"
)

// Atlantis is what docs/pack-authors.md builds: it must lint without a word, in
// the profile of a pack that is only checked.
func TestAtlantisIsClean(t *testing.T) {
	t.Parallel()
	for _, problem := range atlantis(t).problems {
		t.Error(problem)
	}
}

type country struct {
	*pack.Pack
	problems []pack.Problem
}

func atlantis(t *testing.T) country {
	t.Helper()
	dir, err := fs.Sub(packs.FS, "atlantis")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := pack.Load(dir)
	return country{p, append(problems, pack.Lint(p, pack.Checked)...)}
}

// What the checker finds in Atlantis is what its author expects, in the law and
// under each overlay.
func TestAtlantisIsAsExpected(t *testing.T) {
	t.Parallel()
	cells, err := check.Run(context.Background(), atlantis(t).Pack, check.Query{}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	expected, found := 0, map[check.Verdict]int{}
	for _, c := range cells {
		found[c.Verdict]++
		if c.Expected != "" || len(c.OfKinds) > 0 {
			expected++
		}
		if !c.Agrees() || c.Bound {
			t.Errorf("%s %s %v: %s, expected %s: %s", c.Property, c.Snapshot, c.Overlay, c.Verdict, c.Expected, c.Why)
		}
	}
	if expected < 38 || found[check.Holds] == 0 || found[check.Fails] == 0 || found[check.Unknown] == 0 {
		t.Errorf("%d cells are expected to be something; verdicts %v", expected, found)
	}
}

// How many work at it changes nothing in what is found: not the kinds of person,
// not the stories, not what was looked at.
func TestWorkersChangeNothing(t *testing.T) {
	t.Parallel()
	p := atlantis(t).Pack
	alone, err := check.Run(context.Background(), p, check.Query{}, check.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		many, err := check.Run(context.Background(), p, check.Query{}, check.Options{Workers: 8})
		if err != nil {
			t.Fatal(err)
		}
		for i := range alone {
			if !reflect.DeepEqual(alone[i], many[i]) {
				t.Errorf("%s %s %v: alone\n%+v\nand by many\n%+v", alone[i].Property, alone[i].Snapshot, alone[i].Overlay, alone[i], many[i])
			}
		}
	}
}

// Each property form has a row that holds and one that does not, and each
// operation of an overlay is shown once at least.
func TestAtlantisShowsEverything(t *testing.T) {
	t.Parallel()
	p := atlantis(t)
	forms, ops := map[string]int{}, map[string]bool{}
	for _, row := range p.Properties {
		forms[row.Form()]++
	}
	for _, form := range []string{"never", "until", "possible", "limbo", "independent", "bounded", "declared", "conserved"} {
		if forms[form] < 2 {
			t.Errorf("%d properties of the form %s: one that holds and one that does not", forms[form], form)
		}
	}
	for _, o := range p.Overlays {
		for _, c := range o.Changes {
			ops[c.Op] = true
		}
	}
	for _, op := range []string{pack.OpReplace, pack.OpAdd, pack.OpDrop, pack.OpWeaken, pack.OpIgnore} {
		if !ops[op] {
			t.Errorf("no overlay shows %s", op)
		}
	}
	if len(p.Head.Snapshots) != 2 || len(p.Spec.Questions) != 1 || !slices.Equal(p.Head.Languages, []string{"en", "ru", "kk"}) {
		t.Error("two snapshots, one question, three languages")
	}
}
