package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/access"
	"pana/internal/store"
	"pana/internal/store/storetest"
)

// The SQL of a scope against a slow, obvious reading of it, row by row.
func TestScopeListsWhatItSays(t *testing.T) {
	t.Parallel()
	const n = 12
	s := sqliteWorld(t).Open(t, storetest.Options())
	lines := make([]storetest.Wrote, n)
	for i := range lines {
		lines[i] = storetest.Wrote{Name: fmt.Sprint("l", i), Region: fmt.Sprint("r", i%3), Body: fmt.Sprint("b", i%4)}
		if _, err := storetest.Write(s, lines[i].Name, storetest.Ref(i), lines[i]); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		scope := drawScope(t, 3)
		var want []string
		for _, l := range lines {
			if holds(scope, l) {
				want = append(want, l.Name)
			}
		}
		page, err := s.List(context.Background(), "pad_lines", store.Query{Scope: scope, Limit: n})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range page.Rows {
			got = append(got, r.Text("name"))
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) || page.Total != len(want) {
			t.Fatalf("%#v lists %v (total %d), want %v", scope, got, page.Total, want)
		}
	})
}

func drawScope(t *rapid.T, depth int) access.Scope {
	kind := rapid.IntRange(0, 3).Draw(t, "leaf")
	if depth > 0 {
		kind = rapid.IntRange(0, 6).Draw(t, "kind")
	}
	switch kind {
	case 0:
		return access.All{}
	case 1:
		return access.None{}
	case 2:
		return access.In{Column: "region", Values: rapid.SliceOfN(rapid.SampledFrom([]string{"r0", "r1", "r2", "r3"}), 0, 3).Draw(t, "regions")}
	case 3:
		return access.Related{Body: "b1", Relations: rapid.SliceOfN(rapid.SampledFrom([]string{"asked", "provider"}), 0, 2).Draw(t, "relations")}
	case 4:
		return access.Not{Scope: drawScope(t, depth-1)}
	}
	var parts []access.Scope
	for range rapid.IntRange(0, 3).Draw(t, "parts") {
		parts = append(parts, drawScope(t, depth-1))
	}
	if kind == 5 {
		return access.And(parts)
	}
	return access.Or(parts)
}

func holds(s access.Scope, l storetest.Wrote) bool {
	switch s := s.(type) {
	case access.All:
		return true
	case access.In:
		return slices.Contains(s.Values, l.Region)
	case access.Related:
		return string(s.Body) == l.Body && slices.Contains(s.Relations, "asked")
	case access.Not:
		return !holds(s.Scope, l)
	case access.And:
		return !slices.ContainsFunc(s, func(p access.Scope) bool { return !holds(p, l) })
	case access.Or:
		return slices.ContainsFunc(s, func(p access.Scope) bool { return holds(p, l) })
	}
	return false
}
