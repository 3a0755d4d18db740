package app

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pana/internal/id"
	"pana/internal/testkit"
)

// told is what a reader is told of a mistake: the status, the code and the
// sentence.
type told struct {
	status         int
	code, sentence string
}

var sentence = regexp.MustCompile(`(?s)data-code="([^"]*)"[^>]*>(.*?)</(?:li|p)>`)

func whatIsTold(p *testkit.Plain) told {
	m := sentence.FindStringSubmatch(p.HTML())
	if m == nil {
		return told{status: p.Status()}
	}
	return told{p.Status(), m[1], regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[2], "")}
}

// TestBadInputIsMended: what is wrong is said with a code that stays the same
// and a sentence in the reader's language, and what was typed is still there.
func TestBadInputIsMended(t *testing.T) {
	t.Parallel()
	l := begin(t)
	file := concernOf(t, l, "en")
	long := strings.Repeat("ы", 61)
	for _, row := range []struct {
		why, path string
		form      url.Values
		status    int
		code      string
		keeps     [2]string
	}{
		{"bytes that are no text", "/concern", url.Values{"call_name": {"\xff\xfe"}}, 422, "form.malformed", [2]string{}},
		{"a zero byte", "/concern", url.Values{"call_name": {"a\x00b"}}, 422, "form.malformed", [2]string{}},
		{"a form of a megabyte", "/concern", url.Values{"call_name": {strings.Repeat("x", 1<<20)}}, 422, "form.too_large", [2]string{}},
		{"too long a name to call her by", "/concern", url.Values{"at": {"consent"}, "go": {"next"}, "call_name": {long}}, 422, "field.too_long", [2]string{"call_name", long}},
		{"an age that is no figure", "/concern", url.Values{"at": {"safety"}, "go": {"next"}, "age": {"xv"}}, 422, "field.age", [2]string{"age", "xv"}},
		{"an age nobody has", "/concern", url.Values{"at": {"safety"}, "go": {"next"}, "age": {"150"}}, 422, "field.age", [2]string{"age", "150"}},
		{"the thirtieth of February", "/file/" + file + "/identity", url.Values{"key": {"bad-1"}, "name": {"Айгүл"}, "born": {"2009-02-30"}}, 422, "field.date", [2]string{"born", "2009-02-30"}},
		{"Latin letters among Cyrillic ones", "/file/" + file + "/identity", url.Values{"key": {"bad-2"}, "name": {"Гулнaрa"}}, 422, "field.mixed", [2]string{"name", "Гулнaрa"}},
		{"nobody to ask", "/file/" + file + "/refer", url.Values{"key": {"bad-3"}, "go": {"check"}, "note": {"after dark"}}, 422, "choose_provider", [2]string{"note", "after dark"}},
		{"an act that is none", "/demo/clock", url.Values{"by": {"yesterday"}}, 422, "form.malformed", [2]string{}},
		{"an address that is none", "/file/" + file + "/step/fly", url.Values{}, 404, "not_found", [2]string{}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			var sentences []string
			for _, lang := range []string{"kk", "ru", "en"} {
				p := l.plain(t, lang)
				p.Do("POST", "/demo/enter", url.Values{"role": {"inspector"}})
				p.Do("POST", row.path, row.form)
				got := whatIsTold(p)
				if got.status != row.status || got.code != row.code {
					t.Errorf("%s: %d %s, want %d %s", lang, got.status, got.code, row.status, row.code)
				}
				if row.keeps[0] != "" && p.Typed(row.keeps[0]) != row.keeps[1] {
					t.Errorf("%s: what was typed in %s is lost", lang, row.keeps[0])
				}
				if !testkit.Sees(p, "lang", lang) || got.sentence == "" || strings.Contains(got.sentence, "⟦") || slices.Contains(sentences, got.sentence) {
					t.Errorf("%s: no sentence of its own: %q", lang, got.sentence)
				}
				sentences = append(sentences, got.sentence)
			}
		})
	}
}

// concernOf records a concern and gives its file.
func concernOf(t *testing.T, l *live, lang string) string {
	t.Helper()
	s, _ := storyOf(t, l, l.plain(t, lang))
	s.recordConcern(girl)
	return s.file
}

// TestAnActSentTwiceIsOneAct: the second sending answers as the first did.
func TestAnActSentTwiceIsOneAct(t *testing.T) {
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "ru")
	p.Do("POST", "/demo/enter", url.Values{"role": {"inspector"}})
	form := url.Values{
		"key": {string(id.New[id.Event](l.clock.Now()))}, "at": {"check"}, "go": {"record"}, "safety": {"not_safe"}, "age_known": {"under_18"},
		"sex": {"female"}, "consent": {"child"}, "needs": {"bed_tonight"}, "indicators": {"excessive_hours"}, "region": {"KZ-61"},
	}
	p.Do("POST", "/concern", form)
	first := p.Path()
	p.Do("POST", "/concern", form)
	if p.Path() != first || p.Status() != http.StatusOK || !strings.HasSuffix(first, "/concern") {
		t.Errorf("first %s, then %s (%d)", first, p.Path(), p.Status())
	}
	form.Set("sex", "male")
	p.Do("POST", "/concern", form)
	if got := whatIsTold(p); got.status != http.StatusConflict && got.status != http.StatusUnprocessableEntity {
		t.Errorf("another concern under the same key: %+v at %s", got, p.Path())
	}
}

// TestTheSecondSeesWhatChanged: workers write to one file from the same page.
// Who comes second is told so in their language, keeps what was typed, and sends
// it again knowingly.
func TestTheSecondSeesWhatChanged(t *testing.T) {
	t.Parallel()
	l := begin(t)
	s, ask := storyOf(t, l, l.plain(t, "en"))
	s.recordConcern(girl)
	var windows []*testkit.Plain
	for i, lang := range []string{"en", "kk", "ru", "en"} {
		w := l.plain(t, lang)
		enter(w, "", "inspector")
		w.Go("/file/" + s.file + "/refer")
		w.Tap("services", string(ask[min(i, 1)]))
		w.Tap("priority", "emergency")
		w.Fill("note", "typed by hand")
		w.Press("go", "check")
		windows = append(windows, w)
	}
	windows[0].Press("go", "send")
	if len(windows[0].All("data-receipt")) != 1 {
		t.Fatalf("the first: %+v", whatIsTold(windows[0]))
	}
	var sentences []string
	for _, second := range windows[1:] {
		second.Press("go", "send")
		got := whatIsTold(second)
		if got.status != http.StatusConflict || got.code != "file.changed" || slices.Contains(sentences, got.sentence) {
			t.Errorf("the second: %+v", got)
		}
		sentences = append(sentences, got.sentence)
		second.Press("resume", "1")
		if second.Status() != http.StatusOK || second.Typed("note") != "typed by hand" {
			t.Errorf("what the second typed is lost: %d %q", second.Status(), second.Typed("note"))
		}
	}
}

// TestABedTakenASecondEarlier: one bed, and four referrals whose pages are open
// before any is answered.
func TestABedTakenASecondEarlier(t *testing.T) {
	t.Parallel()
	l := begin(t)
	s, ask := storyOf(t, l, l.plain(t, "en"))
	last := s.placeWithOneBed(l)
	var pages []*testkit.Plain
	var refs []string
	for _, lang := range []string{"en", "kk", "ru", "en"} {
		s.recordConcern(girl)
		s.refer(ask[0])
		refs = append(refs, s.referral)
		w := l.plain(t, lang)
		enter(w, "", "shelter")
		w.Go("/referral/" + s.referral)
		w.Tap("place", last)
		pages = append(pages, w)
	}
	pages[0].Press("go", "accept")
	if len(pages[0].All("data-receipt")) != 1 {
		t.Fatalf("the first: %+v", whatIsTold(pages[0]))
	}
	var sentences []string
	for i, w := range pages[1:] {
		w.Press("go", "accept")
		got := whatIsTold(w)
		if got.status != http.StatusConflict || got.code != "place.taken" || got.sentence == "" || slices.Contains(sentences, got.sentence) {
			t.Errorf("the next: %+v", got)
		}
		sentences = append(sentences, got.sentence)
		w.Go("/referral/" + refs[i+1])
		if testkit.Sees(w, "data-identity", "shown") || !testkit.Sees(w, "data-card", "need") {
			t.Error("the identity passed without a bed, or the card is gone")
		}
	}
}

// placeWithOneBed is the demonstration shelter's room with one free bed.
func (s *story) placeWithOneBed(l *live) string {
	s.Helper()
	data, err := readDemo(l.files)
	if err != nil {
		s.Fatal(err)
	}
	return string(newTown(data, l.house.pack).places["yellow-umbrella"][1])
}

// TestASessionThatEndedKeepsTheForm: signing in anew gives back the form with
// what was typed in it.
func TestASessionThatEndedKeepsTheForm(t *testing.T) {
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "ru")
	enter(p, "", "inspector")
	p.Go("/concern")
	p.Tap("safety", "not_safe")
	p.Press("go", "next")
	p.Tap("needs", "bed_tonight")
	p.Press("go", "next")
	p.Fill("call_name", "Айгүл")
	p.Behind(func(other *testkit.Plain) { other.Do("POST", "/sign-out", url.Values{}) })
	p.Press("go", "next")
	if p.Status() != http.StatusUnauthorized {
		t.Fatalf("an ended session answers %d", p.Status())
	}
	p.Press("", "", "role=inspector")
	p.Press("", "", "resume=1")
	if p.Status() != http.StatusOK || p.Typed("call_name") != "Айгүл" || p.Typed("safety") != "not_safe" || p.Typed("needs") != "bed_tonight" {
		t.Errorf("%s (%d): call_name %q safety %q needs %q", p.Path(), p.Status(), p.Typed("call_name"), p.Typed("safety"), p.Typed("needs"))
	}
}

// TestAPushedClockSignsNobodyOut: whoever pushes the clock stays to see what
// became due.
func TestAPushedClockSignsNobodyOut(t *testing.T) {
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "kk")
	enter(p, "", "coordinator")
	for _, by := range []string{"1h", "1d", "next", "1d"} {
		p.Press("by", by)
		if p.Status() != http.StatusOK || !testkit.Sees(p, "data-page", "work.title") {
			t.Fatalf("after %s: %d %v", by, p.Status(), p.All("data-page"))
		}
	}
}
