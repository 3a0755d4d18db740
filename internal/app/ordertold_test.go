package app

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var keyOfForm = regexp.MustCompile(`name="key" value="[^"]+"`)

// TestAnOrderIsNotToldWhereAFileIsErased: the region's prosecutor may be the second of
// two and may not know of an order of a court. The page is the same to the letter before
// and after one, and what refuses the signature is what a place would say.
func TestAnOrderIsNotToldWhereAFileIsErased(t *testing.T) {
	t.Parallel()
	m, _, town := newMatrix(t)
	s, _ := storyOf(t, m.l, m.l.plain(t, "en"))
	s.recordConcern(girl) // a second file
	free := id.File(s.file)
	p := m.l.plain(t, "en")
	sign := func(file id.File, role string, form url.Values) (int, string) {
		t.Helper()
		enter(p, "", role)
		form.Set("key", role+string(file))
		p.Do("POST", "/file/"+string(file)+"/erase", form)
		return p.Status(), p.HTML()
	}
	if status, said := sign(free, "coordinator", url.Values{"go": {"ask"}, "erasure_ground": {"danger"}, "erasure_reason": {"Looked for."}}); status != 200 {
		t.Fatalf("the first: %d %s", status, said)
	}
	reads := func(file id.File) string {
		t.Helper()
		enter(p, "", "prosecutor")
		p.Go("/file/" + string(file) + "/erase")
		if p.Status() != 200 {
			t.Fatalf("the second reads %d", p.Status())
		}
		page := strings.NewReplacer(string(file), "X", id.Number(file), "X").Replace(p.HTML())
		return timeOfDay.ReplaceAllString(keyOfForm.ReplaceAllString(page, "K"), "hh:mm")
	}
	before := reads(free)
	m.order(town, free)
	if after := reads(free); after != before {
		t.Errorf("the page tells of the order:\n%s\n%s", before, after)
	}
	words := func(code string) string { return m.l.words.Say(wording.English, code) }
	status, said := sign(free, "prosecutor", url.Values{"go": {"confirm"}})
	if status != 409 || strings.Contains(said, words("error.erasure.held")) || !strings.Contains(said, words("error.erasure.not_now")) {
		t.Errorf("the signature tells of the order: %d %s", status, said)
	}
	enter(p, "", "coordinator")
	if p.Go("/file/" + string(free) + "/erase"); !strings.Contains(p.HTML(), "data-held") {
		t.Error("who may know of the order is not told, so nothing is tried")
	}
}

// order is a court's, recorded by the region's coordinator.
func (m *matrix) order(town *town, file id.File) {
	m.Helper()
	in := desk.HoldInput{Key: "an-order", File: file, Go: desk.HoldPlace, By: "court", Paper: withheld.New("2-417/2026"), Until: m.l.local().Add(60 * 24 * time.Hour).Format(time.DateOnly)}
	if _, err := m.l.desk.Hold(m.Context(), town.workers["coordinator"], in); err != nil {
		m.Fatal(err)
	}
}
