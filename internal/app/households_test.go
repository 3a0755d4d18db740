package app

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// atDoor is who lives in a house: a mother without nationality and her infant, their
// father who has one, an uncle who refuses, and a grandmother who was out.
var atDoor = []struct{ state, name, sex, age, held, writes, consent, kin string }{
	{"identified", "Тастанбаева Гүлдана", "female", "31", "none", "able", "yes", ""},
	{"identified", "Тастанбаев Жүсіп", "male", "0", "none", "unable", "child", "parent"},
	{"settled", "Тастанбаев Бақыт", "male", "1988", "", "", "", ""},
	{"refused", "Қарғабаев Рүстем", "male", "50", "", "", "", ""},
	{"not_met", "", "female", "", "", "", "", ""},
}

// household tells a campaign's visit: five lines typed in one go, two files with
// their own answers that know of each other, and a number for who refuses.
func (s *story) household() {
	s.Helper()
	s.name = atDoor[0].name
	enter(s.r, "", "ngo")
	s.r.Go("/households")
	s.page("households.title")
	s.r.Tap("visit", "met")
	s.r.Fill("area", "Сайрам")
	s.r.Fill("address", "Диірменнің артында")
	for i, p := range atDoor {
		s.line(i, p)
	}
	s.r.Fill("r1.line_age", "old")
	s.r.Press("go", "files")
	s.sees("data-code", "field.line_age")
	s.must(strings.Contains(s.r.HTML(), atDoor[3].name), "a line that was right is lost")
	s.r.Fill("r1.line_age", "0")
	s.r.Press("go", "files")
	s.sees("data-receipt", "receipt.household")
	for attr, n := range map[string]int{"data-contacted": 5, "data-identified": 2, "data-settled": 1, "data-refused": 1, "data-not_met": 1, "data-files": 2} {
		s.sees(attr, fmt.Sprint(n))
	}
	s.sees("data-unclear", "q_household_names")
	s.must(!strings.Contains(s.r.HTML(), atDoor[3].name), "of who refuses a name is kept")
	mother := s.fileAt("/file/")
	s.r.Go(mother + "/family")
	s.sees("data-kin", "child.stands")
	s.r.Go("/households/areas")
	s.sees("data-area", "0")
	s.must(!strings.Contains(s.r.HTML(), "Диірмен") && !strings.Contains(s.r.HTML(), atDoor[2].name), "the counts have a name")
}

// line types one person, field after field, as they stand on the page.
func (s *story) line(i int, p struct{ state, name, sex, age, held, writes, consent, kin string }) {
	s.Helper()
	at := func(name string) string { return fmt.Sprintf("r%d.%s", i, name) }
	for _, f := range []struct{ name, value string }{
		{"line_state", p.state}, {"line_name", p.name}, {"sex", p.sex}, {"line_age", p.age}, {"f.document_held", p.held}, {"f.writes", p.writes}, {"consent", p.consent}, {"line_kin", p.kin},
	} {
		if f.value != "" {
			s.r.Fill(at(f.name), f.value)
		}
	}
}

// fileAt is the first link to a file that the page shows.
func (s *story) fileAt(begin string) string {
	s.Helper()
	for _, href := range s.r.All("href") {
		if _, rest, ok := strings.Cut(href, begin); ok && len(rest) == 26 {
			return begin + rest
		}
	}
	s.Fatalf("no link begins with %s", begin)
	return ""
}

func TestAHouseholdAtItsDoor(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, _ := storyOf(t, l, l.plain(t, "ru"))
	s.household()
}

// TestAHouseholdAtItsDoorInABrowser tells it in Chromium, typed with keys alone; axe
// reads each page, in both widths.
func TestAHouseholdAtItsDoorInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "kk", true)
	tab.Looked = looker(t, "kk")
	s, _ := storyOf(t, l, testkit.Keyboard{Tab: tab})
	s.household()
}
