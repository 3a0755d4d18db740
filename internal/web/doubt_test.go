package web

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"pana/internal/desk"
	"pana/internal/procedure"
)

// What the law leaves open is told apart from what is certain, and folded: who
// promises a bed that is perhaps owed has promised too much.
func TestWhatIsDoubtfulIsFolded(t *testing.T) {
	t.Parallel()
	site := testSite(t)
	for _, row := range []struct {
		why, page       string
		view            any
		certain, folded []string
	}{
		{"what is owed", "result", pageOf(t, "result"), []string{"entitlement.shelter", "hold.presumed", "bar.child"}, []string{"entitlement.stay"}},
		{"what the law does not guarantee", "file", newFilePage(signed("en", "file.title", "number", "A"), fullFile(), url.Values{}), []string{"A01"}, []string{"E04"}},
	} {
		var out bytes.Buffer
		if err := site.pages[row.page].ExecuteTemplate(&out, "layout", row.view); err != nil {
			t.Fatal(err)
		}
		_, main, _ := strings.Cut(out.String(), "<main")
		for _, want := range row.certain {
			if n := foldedAt(main, want); n != 0 {
				t.Errorf("%s: %s is folded or missing (%d)", row.why, want, n)
			}
		}
		for _, want := range row.folded {
			if n := foldedAt(main, want); n != 1 {
				t.Errorf("%s: %s is not folded (%d)", row.why, want, n)
			}
		}
	}
}

// pageOf is the full sample of a page.
func pageOf(t *testing.T, name string) any {
	t.Helper()
	for _, p := range pages {
		if p.name == name {
			return p.full("en")
		}
	}
	t.Fatalf("no page %s", name)
	return nil
}

// foldedAt is in how many open details the mark of a thing stands, -1 if nowhere.
func foldedAt(html, mark string) int {
	before, _, found := strings.Cut(html, `="`+mark+`"`)
	if !found {
		return -1
	}
	return strings.Count(before, "<details") - strings.Count(before, "</details>")
}

// What the reader must do stands before what they may, then the procedures in which the
// person is, and the others keep their order.
func TestDutiesComeFirst(t *testing.T) {
	t.Parallel()
	p := &filePageView{}
	p.F.Picture = []desk.Picture{
		{Procedure: "births", Steps: []desk.PictureStep{{ID: "b", State: "been"}}}, {Procedure: "asylum", Steps: []desk.PictureStep{{ID: "a", State: "possible"}}},
	}
	var got []string
	for _, g := range p.ByProcedure([]desk.StepOffer{
		{ID: "a", Of: "asylum", Force: procedure.Own, Mine: true}, {ID: "b", Of: "births", Force: procedure.Must},
		{ID: "c", Of: "crime", Force: procedure.May, Mine: true}, {ID: "d", Of: "crime", Force: procedure.Must, Mine: true},
	}) {
		for _, s := range g.Steps {
			got = append(got, g.Procedure+"."+s.ID)
		}
	}
	if want := "crime.d crime.c births.b asylum.a"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// The person's own steps are many and stand apart, where whoever is with the person
// may record them; one that a limit ends stands with what the reader must do.
func TestTheirOwnStepsStandApart(t *testing.T) {
	t.Parallel()
	p := &filePageView{}
	p.sort([]desk.StepOffer{
		{ID: "duty", State: "open", Force: procedure.Must, Mine: true}, {ID: "call", State: "open", Force: procedure.Own, Mine: true, ForHer: true},
		{ID: "appeal", State: "open", Force: procedure.Own, Mine: true, ForHer: true, Due: noon}, {ID: "other", State: "open", Force: procedure.May},
	})
	var got []string
	for _, list := range [][]desk.StepOffer{p.My, p.Own, p.Their} {
		for _, o := range list {
			got = append(got, o.ID)
		}
		got = append(got, "|")
	}
	if want := "duty appeal | call | other |"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// A section that a rule withholds is left out: "no right is due" would be said of
// a person of whom the reader may not know it.
func TestWhatIsWithheldIsNotCalledNone(t *testing.T) {
	t.Parallel()
	site := testSite(t)
	for _, row := range []struct {
		why      string
		sections []string
		says     bool
	}{
		{"withheld", nil, false}, {"none", []string{"rights", "consents", "openings", "situation"}, true},
	} {
		f := signed("en", "file.title", "number", "A")
		var out bytes.Buffer
		if err := site.pages["file"].ExecuteTemplate(&out, "layout", newFilePage(f, desk.FileView{ID: fileID(1), Sections: row.sections}, url.Values{})); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"file.rights.none", "file.consents.none", "file.openings.none", "file.next.none"} {
			if got := strings.Contains(out.String(), f.T(key)); got != row.says {
				t.Errorf("%s: %s said: %t", row.why, key, got)
			}
		}
	}
}
