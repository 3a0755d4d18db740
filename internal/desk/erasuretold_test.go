package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A wish does not lie unread: who may sign first is told and has a line, then who may
// be the second; the line has a number and nothing of the person.
func TestWhoMustActOnAnErasingIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	first, second := w.erasers()
	w.letters()
	waits := func(who access.Who) (verbs []string) {
		for _, l := range w.work(who, "") {
			if l.Kind != "erasure" {
				continue
			}
			if l.Subject != (desk.Subject{Region: l.Subject.Region}) || l.Number != id.Number(file) || l.Target != "/file/"+string(file)+"/erase" {
				t.Errorf("the line tells more, or leads elsewhere: %+v", l)
			}
			verbs = append(verbs, l.Verb)
		}
		return verbs
	}
	expect := func(why string, told, ofFirst, ofSecond []string) {
		t.Helper()
		if got := w.letters(); !slices.Equal(got, told) {
			t.Errorf("%s: told %v, want %v", why, got, told)
		}
		if got := waits(first); !slices.Equal(got, ofFirst) {
			t.Errorf("%s: the first has %v, want %v", why, got, ofFirst)
		}
		if got := waits(second); !slices.Equal(got, ofSecond) {
			t.Errorf("%s: the second has %v, want %v", why, got, ofSecond)
		}
		if got := waits(w.inspector); len(got) > 0 {
			t.Errorf("%s: who is with her has %v", why, got)
		}
	}
	expect("nobody asked", nil, nil, nil)
	w.must(w.desk.WishErasure(t.Context(), w.inspector, desk.WishErasureInput{Key: w.k(), File: file}))
	expect("she asked", []string{"coordinator"}, []string{"work.erasure_wished"}, nil)
	w.must(w.desk.Erase(t.Context(), first, desk.EraseInput{Key: w.k(), File: file, Go: desk.ErasureAsk, Ground: "person_asked", Reason: withheld.New("She asked twice.")}))
	expect("one signed, and is not asked to be the second", []string{"commissioner", "coordinator"}, nil, []string{"work.erasure_asked"})
	w.must(w.desk.Erase(t.Context(), second, desk.EraseInput{Key: w.k(), File: file, Go: desk.ErasureAllow}))
	expect("two signed", nil, nil, nil)
}
