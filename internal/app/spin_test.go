package app

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/testkit"
	"pana/packs"
)

// columns that Spin is asked about: the law before and after, and practice.
var spinColumns = []struct {
	pack, day string
	overlays  []string
}{
	{"kz", "2016-06-01", nil},
	{"kz", "2019-03-01", []string{"practice-unhcr-2019"}},
	{"kz", "2026-02-01", nil},
}

// TestSpinAgrees: of every invariant, and every property about the reach of a
// step, Spin gives the same verdict on the plain model and counts the same
// situations, from the guards' text.
func TestSpinAgrees(t *testing.T) {
	t.Parallel()
	testkit.NeedsSpin(t)
	for _, column := range spinColumns {
		name := strings.Join(append([]string{column.pack, column.day}, column.overlays...), " ")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, m := columnOf(t, column.pack, column.day, column.overlays)
			asked := 0
			for i := range p.Properties {
				if askSpin(t, m, &p.Properties[i]) {
					asked++
				}
			}
			if asked == 0 {
				t.Error("no property was asked about")
			}
		})
	}
}

func askSpin(t *testing.T, m *procedure.Model, prop *pack.Property) bool {
	t.Helper()
	var model bytes.Buffer
	want, err := check.Promela(t.Context(), &model, m, prop)
	switch {
	case errors.Is(err, check.ErrNoSafety):
		return false
	case err != nil:
		t.Errorf("%s: %v", prop.ID, err)
		return false
	}
	got := testkit.Spin(t, model.Bytes())
	if got.Violated != want.Broken || got.States != want.States+1 {
		t.Errorf("%s: Spin finds %d situations, violated %v; check finds %d and one before, violated %v", prop.ID, got.States, got.Violated, want.States, want.Broken)
	}
	return true
}

func columnOf(t *testing.T, name, day string, overlays []string) (*pack.Pack, *procedure.Model) {
	t.Helper()
	files, err := fs.Sub(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := pack.Load(files)
	if bad := pack.Errors(problems); len(bad) > 0 {
		t.Fatal(bad[0])
	}
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	m, problems := p.Compose(pack.Day{Time: on}, overlays)
	if bad := pack.Errors(problems); len(bad) > 0 {
		t.Fatal(bad[0])
	}
	return p, m
}
