package app

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestWithAPersonInABrowser tells what workers do with a person day by day, in one
// demonstration and one tab; axe reads each page. What has no pages of its own in
// the other stories is here: the house, search, family, taking out.
func TestWithAPersonInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	s, ask := storyOf(t, l, l.plain(t, "en")) // what the pages show is made without the browser
	s.now, s.name = l.clock.Now, girl.name
	s.recordConcern(girl)
	s.addName(girl)
	tab, plain := testkit.NewTab(ctx, t, l.url, "en", true), s.r
	tab.Looked = looker(t, "en")
	s.r = tab
	s.sister() // before she is in a house: then no file leads to her at all
	s.r = plain
	s.refer(ask...)
	s.accept(windows["shelter"])
	s.r = tab
	s.inTheHouse()
	s.foundAgain()
	s.takenOut()
	s.r = plain
	s.renamed(l, "yellow-umbrella", "=HYPERLINK(1)") // who accepted, and opened the file
	s.r = tab
	s.inASpreadsheet(tab)
}

// inTheHouse: she arrives, somebody speaks with her for forty-five minutes, and the
// month counts the minutes without a name.
func (s *story) inTheHouse() {
	s.Helper()
	w := windows["shelter"]
	enter(s.r, w, "shelter")
	s.r.Go(w + "/referral/" + s.referral)
	s.r.Press("go", "arrived")
	s.receipt()
	s.r.Go(w + "/house")
	s.page("house.title")
	s.sees("data-guest", s.file)
	s.r.Go(w + "/house/" + s.file)
	s.r.Tap("service", "psychological")
	s.r.Fill("minutes", "4500")
	s.r.Press("go", "care")
	s.must(len(s.r.All("data-code")) > 0 && len(s.r.All("data-care")) == 0, "a conversation of three days is recorded")
	s.r.Fill("minutes", "45")
	s.r.Press("go", "care")
	s.receipt()
	s.must(len(s.r.All("data-care")) == 1, "the log has %d entries", len(s.r.All("data-care")))
	s.r.Go(w + "/house/month")
	s.page("month.title")
	s.sees("data-service", "psychological")
	s.anonymous()
}

// foundAgain: who has her finds her by the name in another script; the police, who
// may not open her file, find nothing that says she is here.
func (s *story) foundAgain() {
	s.Helper()
	w := windows["shelter"]
	s.search(w, "Tastanbaeva Kunimay")
	s.sees("href", w+"/file/"+s.file)
	w = windows["police"]
	enter(s.r, w, "police")
	s.search(w, girl.name)
	s.must(!strings.Contains(s.r.HTML(), s.file), "the police find a file that they may not open")
	s.must(len(s.r.All("data-found")) == 0, "the police find somebody: %v", s.r.All("data-why"))
}

func (s *story) search(window, words string) {
	s.Helper()
	s.r.Go(window + "/search")
	s.page("search.title")
	s.r.Fill("q", words)
	s.r.Press("", "", "q="+words)
	s.page("search.title")
}

// sister: a sister gets a file of her own, and then nobody is led from there to her.
func (s *story) sister() {
	s.Helper()
	enter(s.r, "", "inspector")
	family := "/file/" + s.file + "/family"
	s.r.Go(family)
	s.page("family.title")
	s.r.Fill("kin_kind", "sibling")
	s.r.Tap("kin_seen", "both")
	s.r.Fill("call_name", "Апа")
	s.r.Tap("sex", "female")
	s.r.Tap("age_known", "under_18")
	s.r.Fill("age", "9")
	s.r.Tap("consent", "child")
	s.r.Press("go", "add")
	s.receipt()
	s.sees("data-kin", "sibling.stands")
	var other string
	for _, href := range s.r.All("href") {
		if file, ok := strings.CutPrefix(href, "/file/"); ok && len(file) == len(s.file) && file != s.file {
			other = file
		}
	}
	s.must(other != "", "the sister has no file")
	s.r.Go("/file/" + other + "/family")
	s.sees("data-kin", "sibling.stands")
	s.r.Go(family)
	s.r.Press("go", "hide")
	s.sees("data-hidden", "yes")
	s.r.Go("/file/" + other + "/family")
	s.must(len(s.r.All("data-kin")) == 0, "the sister's file still leads to her")
}

// takenOut: a file is taken out for a purpose, which is asked first and stands in it.
func (s *story) takenOut() {
	s.Helper()
	enter(s.r, "", "inspector")
	s.r.Go("/file/" + s.file + "/take-out")
	s.page("take_out.title")
	s.r.Press("go", "take")
	s.sees("data-code", "field.required")
	s.r.Tap("taken_for", "hand_over")
	s.r.Tap("taken_as", "html")
	s.r.Press("go", "take")
	s.must(len(s.r.All("data-taken")) == 1, "nothing is taken out: %v", s.r.All("data-code"))
	s.anonymous() // who she is stays where it is opened and recorded
}

// renamed gives a body a name that a spreadsheet would run.
func (s *story) renamed(l *live, slug, name string) {
	s.Helper()
	enter(s.r, "", "administrator")
	s.r.Go("/admin/bodies?body=" + string(l.bodyOf(s.T, slug)))
	s.r.Fill("body_name", name)
	s.r.Press("", "", s.keyed()...)
	s.receipt()
}

// inASpreadsheet: the file in a table, as the browser keeps it. What somebody typed
// is a text there, and who she is stays out of it.
func (s *story) inASpreadsheet(tab *testkit.Tab) {
	s.Helper()
	s.r.Go("/file/" + s.file + "/take-out")
	s.r.Tap("taken_for", "hand_over")
	s.r.Tap("taken_as", "csv")
	name, text := tab.Downloads("go", "take")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	s.must(err == nil && strings.HasSuffix(name, ".csv"), "%s: %v", name, err)
	cells := slices.Concat(rows...)
	s.must(slices.Contains(cells, "'=HYPERLINK(1)"), "the body's name is not there as a text")
	for _, cell := range cells {
		s.must(!strings.HasPrefix(cell, "="), "a spreadsheet runs a cell")
	}
	for _, part := range strings.Fields(s.name) {
		s.must(!strings.Contains(text, part), "the table has the name")
	}
}

// TestPapersAndHearingsInABrowser: a man says that he asks for asylum, in a language
// without words for papers; he is given one all the same, and it can be checked; the
// day of his interview is set, on a day off only when that was read, and moved.
func TestPapersAndHearingsInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	s, _ := claimOf(t, l, l.plain(t, "en"))
	s.name = claimant.name
	s.says()
	s.addName(claimant)
	tab, plain := testkit.NewTab(ctx, t, l.url, "ru", true), s.r
	tab.Looked = looker(t, "ru")
	s.r = tab
	s.handed()
	s.r = plain
	s.takes("border_officer", "register_at_crossing", answered{"f.writes": "able"}, "", "")
	s.r = tab
	s.heardOn()
}

// printedCode is how a paper's code is printed.
var printedCode = regexp.MustCompile(`[0-9A-Z]{4}( [0-9A-Z]{4}){7}`)

func (s *story) handed() {
	s.Helper()
	enter(s.r, "", "border_officer")
	s.r.Go("/file/" + s.file + "/papers")
	s.page("papers.title")
	s.sees("data-paper", "due")
	due := "/file/" + s.file + "/paper/" + s.linked("/file/"+s.file+"/paper/")
	s.r.Go(due)
	s.sees("data-blocked", "fa") // and says what to do
	s.r.Fill("paper_in", "ru")
	s.r.Press("", "", "paper_in=ru")
	s.must(len(s.r.All("data-blocked")) == 0, "Russian is blocked too")
	s.r.Tap("read", "interpreter")
	s.r.Press("", "", s.keyed()...)
	s.receipt()
	s.r.Go("/file/" + s.file + "/papers")
	s.r.Go("/file/" + s.file + "/papers/" + s.linked("/file/"+s.file+"/papers/"))
	printed := printedCode.FindString(s.r.HTML())
	s.must(printed != "", "the paper has no code")
	s.genuine(printed, "true")
	s.genuine(strings.Repeat("0000 ", 7)+"0000", "false")
}

// genuine asks, as anybody may, whether a paper is: the answer is one word.
func (s *story) genuine(code, want string) {
	s.Helper()
	s.r.Go("/verify")
	s.r.Fill("code", code)
	s.r.Press("", "", "code="+code)
	s.sees("data-genuine", want)
	s.anonymous()
}

func (s *story) heardOn() {
	s.Helper()
	w := windows["asylum_decider"]
	enter(s.r, w, "asylum_decider")
	s.r.Go(w + "/file/" + s.file + "/hearing/interview")
	day := s.now().AddDate(0, 0, 7)
	for day.Weekday() != 0 { // a Sunday
		day = day.AddDate(0, 0, 1)
	}
	s.r.Fill("hearing_at", day.Format("2006-01-02"))
	s.r.Fill("hearing_hour", "10:00")
	s.r.Fill("room", "12")
	s.r.Tap("interpreter_state", "asked")
	s.r.Tap("interpreter_sex", "any")
	s.r.Tap("interpreter_origin", "any")
	s.r.Press("", "", s.keyed()...)
	s.sees("data-code", "hearing.day_off") // said once; nothing typed is lost
	s.r.Tap("despite", "yes")
	s.r.Press("", "", s.keyed()...)
	s.receipt()
	hearing := s.linked(w + "/file/" + s.file + "/hearings/")
	s.r.Go(w + "/file/" + s.file + "/hearings/" + hearing)
	s.sees("data-hearing", "set")
	s.r.Tap("hearing_why", "person_asked")
	s.r.Fill("hearing_at", day.AddDate(0, 0, 1).Format("2006-01-02"))
	s.r.Press("", "", "go=move")
	s.receipt() // a Monday: nothing to say first
	s.r.Go(w + "/hearings")
	s.page("hearings.title")
}
