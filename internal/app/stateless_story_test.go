package app

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pana/internal/testkit"
)

// beginOn serves a demonstration whose clock begins on a day, with nobody in it.
func beginOn(t *testing.T, day string) *live {
	t.Helper()
	l := &live{dir: t.TempDir(), log: &ears{}}
	var err error
	if l.demo, err = openDemo(t.Context(), l.dir, 0, io.Discard, slog.New(slog.DiscardHandler), onDay(day)); err != nil {
		t.Fatalf("open the demonstration of %s: %v", day, err)
	}
	l.serve(t)
	return l
}

// civil tells of births and of nationality in a demonstration of one day.
func civil(t *testing.T, l *live, r testkit.Reader) *story {
	windows := &story{T: t, r: r, name: "Ешкімов Белгісіз"}
	windows.now = l.local
	return windows
}

// begins begins a file with a step, from the first page of a role.
func (s *story) begins(role, step string, with answered) {
	s.Helper()
	window := windows[role]
	enter(s.r, window, role)
	s.sees("href", window+"/begin/"+step)
	s.r.Go(window + "/begin/" + step)
	s.page("begin.title")
	s.r.Fill("language", "ru")
	for name, value := range with {
		s.r.Tap(name, value)
	}
	s.r.Press("go", "check")
	s.sees("data-changes", "confirm")
	s.r.Press("go", "take")
	s.receipt()
	s.file, _, _ = strings.Cut(s.linked(window+"/file/"), "/")
}

// nobodys is a man whom no State knows, at the counter of the migration service.
var nobodys = answered{"age_known": "adult", "sex": "male", "f.document_held": "none", "f.writes": "able", "f.proof_asked": "no", "f.reached_sixteen": "sixteen_or_more"}

// asks: he applies, and the other State is asked.
func (s *story) asks() {
	s.Helper()
	s.begins("migration_officer", "find_undetermined", nobodys)
	s.takes("migration_officer", "apply_determination", nil, "hold.determination_pending", "")
	s.takes("migration_officer", "send_inquiries", nil, "", "no_reply")
}

// file opens the file as a role.
func (s *story) opens(role string) {
	s.Helper()
	enter(s.r, windows[role], role)
	s.r.Go(windows[role] + "/file/" + s.file + "?print=all&show=shut")
	s.page("file.title")
}

// TestNoStateAnswers2020: six months, as one secondary source reports, and then a
// certificate; until then silence opens nothing.
func TestNoStateAnswers2020(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := beginOn(t, "2020-10-01")
	s := civil(t, l, l.plain(t, "en"))
	s.noAnswer2020(l)
}

func (s *story) noAnswer2020(l *live) {
	s.asks()
	s.opens("migration_officer")
	s.sees("data-unknown", "q_607_six_months")
	s.sees("data-offer", "recognise_without_reply.closed")
	l.later(s.T, 183)
	s.opens("migration_decider")
	s.sees("data-offer", "recognise_without_reply.unclear")
	s.takes("migration_decider", "recognise_without_reply", nil, "", "")
	s.takes("migration_officer", "issue_stateless_paper", nil, "", "")
}

// later lets days go by.
func (l *live) later(t *testing.T, days int) {
	t.Helper()
	l.clock.Push(time.Duration(days-1) * 24 * time.Hour)
	if err := l.Push(t.Context(), "1d"); err != nil { // and what has become due is done
		t.Fatal(err)
	}
}

// TestNoStateAnswersToday: the time stands still, no limit to that was found, and
// the page says so, with what can be done; and what he may ask for, once recognised.
func TestNoStateAnswersToday(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := beginOn(t, "2024-06-03")
	s := civil(t, l, l.plain(t, "kk"))
	s.noAnswerToday(l)
	s.becomesACitizen(l)
}

func (s *story) noAnswerToday(l *live) {
	s.asks()
	l.later(s.T, 40)
	s.opens("migration_officer")
	s.sees("data-unknown", "q_no_reply_end")
	s.sees("data-wall", "no_reply_no_end")
	s.sees("data-way", "recognise_without_reply.unclear")
	s.silenceIsNotEnough()
}

// silenceIsNotEnough: that another State says nothing proves nothing. The page says
// what would, the step is refused until it is there, and one thing does for another.
func (s *story) silenceIsNotEnough() {
	s.Helper()
	here := windows["migration_decider"] + "/file/" + s.file + "/step/recognise_without_reply"
	enter(s.r, windows["migration_decider"], "migration_decider")
	s.r.Go(here)
	s.sees("data-evidence", "missing")
	s.sees("data-proof", "asked_again_silent.there")
	s.sees("data-proof", "known_by_photograph.missing")
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.sees("data-code", "step.evidence")
	s.takes("migration_officer", "identify_by_photograph", answered{"f.who_knew": "known_ten_years"}, "", "")
	s.r.Go(here)
	s.sees("data-proof", "known_by_photograph.there")
	s.takes("migration_decider", "recognise_without_reply", nil, "", "")
}

// becomesACitizen: with his document he asks, as far as the law was read. A refusal
// ends in a wall that says what stays his, and he may ask again.
func (s *story) becomesACitizen(l *live) {
	s.Helper()
	s.takes("migration_officer", "issue_stateless_paper", nil, "", "")
	s.takes("migration_officer", "ask_citizenship", answered{"to": s.body(l, "migration-61")}, "", "")
	s.takes("migration_decider", "refuse_citizenship", against(nil), "", "")
	s.opens("migration_officer")
	s.sees("data-wall", "citizenship_refused")
	s.sees("data-way", "ask_citizenship.open")
	s.takes("migration_officer", "ask_citizenship", answered{"to": s.body(l, "migration-61")}, "", "")
	s.takes("migration_decider", "grant_citizenship", nil, "", "")
}

// aBirth begins the file of a child born outside a hospital to a foreign mother
// without papers.
func (s *story) aBirth(role string) {
	s.Helper()
	s.begins(role, "note_birth", answered{"sex": "female", "f.born_where": "home", "f.mother_document": "none", "f.mother_nationality": "foreign", "f.father_nationality": "unknown"})
}

// atHome2016: attested by a doctor, declared, and then no registration without the
// mother's document, nor after a court.
func (s *story) atHome2016() {
	s.aBirth("clinic")
	s.takes("clinic", "attest_birth", nil, "", "")
	s.takes("clinic", "declare_birth", nil, "", "")
	s.opens("registrar")
	s.sees("data-wall", "birth_papers")
	s.r.Go(windows["registrar"] + "/file/" + s.file + "/step/register_birth")
	s.sees("data-wall", "birth_papers")
	s.sees("data-shut", "register_birth")
	s.must(!testkit.Sees(s.r, "data-changes", "form"), "a step that the law shuts asks for answers")
}

// atHomeSince2019: no certificate; the court finds the birth; whether the registry
// may then ask for a document that is not there is a question of law.
func (s *story) atHomeSince2019() {
	s.aBirth("registrar")
	s.opens("registrar")
	s.sees("data-wall", "birth_certificate_home")
	s.sees("data-way", "ask_court_birth.open")
	s.takes("registrar", "ask_court_birth", nil, "", "")
	s.waits("judge", "court_finds_birth")
	s.takes("judge", "court_finds_birth", nil, "", "")
	s.opens("registrar")
	s.sees("data-wall", "birth_court_papers")
	s.sees("data-offer", "register_after_court.unclear")
	s.takes("registrar", "register_after_court", nil, "entitlement.birth_certificate", "")
}

// inHospital: a mother without a document gives birth in a medical organisation. Since
// 2019 her words are enough; before, the registry wants a document that is not there.
func (s *story) inHospital(registered bool) {
	s.Helper()
	s.unseen(func() {
		s.begins("clinic", "note_birth", answered{"sex": "male", "f.born_where": "facility", "f.mother_document": "none", "f.mother_nationality": "foreign", "f.father_nationality": "unknown"})
		s.takes("clinic", "attest_birth", nil, "", "birth_limit")
		s.takes("clinic", "declare_birth", nil, "", "")
	})
	if !registered {
		s.opens("registrar")
		s.sees("data-wall", "birth_papers")
		return
	}
	s.waits("registrar", "register_birth")
	s.takes("registrar", "register_birth", nil, "entitlement.birth_certificate", "")
}

// foundling: nobody knows the parents, so nobody is asked for their papers. By 2021
// the article had not been read again, and the step says that it is a question.
func (s *story) foundling(read bool) {
	s.Helper()
	s.unseen(func() { s.begins("clinic", "note_birth", answered{"sex": "female", "f.born_where": "found"}) })
	s.opens("clinic")
	if !read {
		s.sees("data-offer", "attest_found_child.unclear")
	}
	s.takes("clinic", "attest_found_child", nil, "", "")
	s.waits("registrar", "register_birth")
	s.takes("registrar", "register_birth", nil, "entitlement.birth_certificate", "")
}

// TestABirthUnderThreeLaws: the same child, at home, in a hospital and found.
func TestABirthUnderThreeLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	for _, row := range []struct {
		day, why string
		tell     func(*story)
	}{
		{"2016-06-01", "no registration without the mother's document", (*story).atHome2016},
		{"2021-03-01", "no certificate; through the court", (*story).atHomeSince2019},
		{"2026-11-22", "as in 2021: no newer edition was read", (*story).atHomeSince2019},
	} {
		t.Run(row.day+" "+row.why, func(t *testing.T) {
			t.Parallel()
			l := beginOn(t, row.day)
			row.tell(civil(t, l, l.plain(t, "ru")))
			before := row.day < "2019-11-25"
			civil(t, l, l.plain(t, "kk")).inHospital(!before)
			civil(t, l, l.plain(t, "en")).foundling(before)
		})
	}
}

// TestStatelessnessAndBirthInABrowser tells what differs by the law of the day in
// Chromium, in one language each; axe reads every page.
func TestStatelessnessAndBirthInABrowser(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		day, lang string
		tell      func(*story, *live)
	}{
		{"2020-10-01", "en", (*story).noAnswer2020},
		{"2024-06-03", "kk", (*story).noAnswerToday},
		{"2016-06-01", "ru", func(s *story, _ *live) { s.atHome2016(); s.inHospital(false); s.foundling(true) }},
		{"2021-03-01", "en", func(s *story, _ *live) { s.atHomeSince2019(); s.inHospital(true); s.foundling(false) }},
		{"2026-11-22", "kk", func(s *story, _ *live) { s.inHospital(true); s.foundling(false) }}, // at home: as in 2021
	} {
		t.Run(row.day, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := beginOn(t, row.day)
			tab := testkit.NewTab(ctx, t, l.url, row.lang, true)
			tab.Looked = looker(t, row.lang)
			s := civil(t, l, tab)
			s.made = l.plain(t, row.lang)
			row.tell(s, l)
		})
	}
}
