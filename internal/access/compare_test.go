package access_test

import (
	"testing"

	"pana/internal/access"
	"pana/internal/pack"
)

// TestCompareTellsWhatChanged: more, less, and the same under another condition are
// three things, and a condition in the place of another is the third only.
func TestCompareTellsWhatChanged(t *testing.T) {
	t.Parallel()
	under := func(whens ...string) *pack.Pack {
		p := &pack.Pack{BodyKinds: []pack.BodyKind{{ID: "police", Roles: []string{"head"}}}}
		for i, when := range whens {
			p.Rules = append(p.Rules, pack.Rule{ID: string(rune('a' + i)), Kinds: []string{"police"}, Roles: []string{"head"}, Acts: []string{"file.list"}, Things: []string{"file"}, When: when})
		}
		return p
	}
	const here, open = "region == who.region", "status == open"
	for _, row := range []struct {
		why               string
		before, after     *pack.Pack
		more, less, other int
	}{
		{"the same", under(here), under(here), 0, 0, 0},
		{"a condition in the place of another", under(here), under(open), 0, 0, 1},
		{"a condition is taken away", under(here), under(""), 1, 0, 0},
		{"a condition is added", under(""), under(here), 0, 1, 0},
		{"a second way to it", under(here), under(here, open), 1, 0, 0},
		{"one of two ways goes", under(here, open), under(open), 0, 1, 0},
		{"nothing before", under(), under(here), 1, 0, 0},
		{"nothing after", under(here), under(), 0, 1, 0},
	} {
		more, less, other := access.Compare(row.before, row.after)
		if len(more) != row.more || len(less) != row.less || len(other) != row.other {
			t.Errorf("%s: more %v, less %v, other %v", row.why, more, less, other)
		}
		if row.other == 1 && len(other) == 1 && (len(other[0].Was) != 1 || other[0].Was[0] != here || len(other[0].When) != 1 || other[0].When[0] != open) {
			t.Errorf("%s: %+v", row.why, other[0])
		}
	}
}
