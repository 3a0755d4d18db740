package web

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/pack"
	"pana/internal/wording"
)

func storyHTML(t *testing.T, lang wording.Lang, path string, s desk.Story) string {
	t.Helper()
	f := testFrame(lang, "story.title", false, "id", "A01", "day", "x")
	f.Path = path
	var out bytes.Buffer
	if err := testSite(t).pages["story"].ExecuteTemplate(&out, "layout", newStoryView(f, s)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// manyKinds is a story of a property that tells sixty kinds of person apart.
func manyKinds() desk.Story {
	s := fullStory()
	s.Cell.Kinds = nil
	for range 60 {
		s.Cell.Kinds = append(s.Cell.Kinds, check.Kind{Kind: map[string]string{"age": "adult"}, Verdict: check.Fails})
	}
	s.Columns = append(s.Columns, desk.StoryColumn{Column: desk.Column{Snapshot: "2013-07-01", Overlays: []string{"practice-a"}, Outside: true}, Known: true, Verdict: check.Fails})
	return s
}

// What a story folds away, and the kinds it leaves to the file, are all there
// when it is to be printed, without script and whatever the browser does.
func TestAStoryIsPrintedWhole(t *testing.T) {
	t.Parallel()
	const path = "/guarantees/A01/2019-03-01/law"
	for _, lang := range Langs {
		folded := storyHTML(t, lang, path, manyKinds())
		whole := storyHTML(t, lang, path+"?print=all", manyKinds())
		if strings.Count(folded, "<details") != strings.Count(whole, "<details") || strings.Count(folded, "<details open") == strings.Count(folded, "<details") {
			t.Errorf("%s: nothing is folded, or the whole has other parts", lang)
		}
		if n := strings.Count(whole, "<details") - strings.Count(whole, "<details open") - strings.Count(whole, `<details class="gist" open`); n != 0 {
			t.Errorf("%s: %d parts stay folded", lang, n)
		}
		const verdicts = `<span class="verdict v-fails">`
		if got := strings.Count(whole, verdicts) - strings.Count(folded, verdicts); got != 60-mostKinds {
			t.Errorf("%s: the whole has %d kinds more, want %d", lang, got, 60-mostKinds)
		}
		link := `href="` + path + `?print=all"`
		if !strings.Contains(folded, link) || strings.Contains(whole, link) {
			t.Errorf("%s: the way to the whole is missing, or leads on to itself", lang)
		}
	}
}

// On paper a page is held against the pack it was made from.
func TestPagesAboutTheLawSayFromWhichPack(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	for _, path := range []string{"/guarantees", "/guarantees?view=matrix", "/guarantees/A01/2019-03-01/law", "/law", "/questions"} {
		body := v.get(path).Body.String()
		for _, want := range []string{"2026.11", "<code>a&#43;b</code>", "not reviewed by a lawyer"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %s", path, want)
			}
		}
	}
}

// A rule that hangs on a question says which in the reader's language; what the
// checker writes for itself, ids and guards, stays out of the page.
func TestAStoryHasNoWordsOfTheProgram(t *testing.T) {
	t.Parallel()
	s := fullStory()
	s.Property.Declared = &pack.Declared{Each: "adverse"}
	s.Lines, s.Pictures = nil, []desk.Picture{lawDrawn("plain", "plain", "plain")}
	s.Cell = check.Cell{
		Property: "A01", Verdict: check.Unknown, States: 7, Why: "1 of 7 elements do not state it", Assumed: []string{"limit ends before suit"},
		Taken: []check.Taken{{Kind: check.TakenMet}, {Kind: check.TakenOnTime}, {Kind: check.TakenOrder, First: "limit", Then: "suit", Basis: []pack.Basis{{Act: "atl", Art: "art. 16(2)"}}},
			{Kind: check.TakenAnswer, Of: "q_a", Answer: "yes"}, {Kind: check.TakenIs, Guard: `claim == "registered"`}},
		Elements: []check.Element{{Kind: "step", ID: "identify", Why: "hangs on q_a", Questions: []string{"q_a"}}},
	}
	for _, lang := range Langs {
		body := storyHTML(t, lang, "/guarantees/A01/2019-03-01/law", s)
		for _, not := range []string{"elements do not", "hangs on q_a", ">q_a<", "ends before"} {
			if strings.Contains(body, not) {
				t.Errorf("%s: the page says %q", lang, not)
			}
		}
		w := testFrame(lang, "story.title", false)
		for _, want := range []string{w.T("story.elements.of", "n", 1, "of", 7), w.T("story.elements.hangs"), w.T("story.read", "n", 7), w.T("picture.plain.desc"), w.T("story.assumed"), w.T("story.taken.met"),
			w.T("story.taken.order", "first", w.T("clock.other"), "then", w.T("clock.other")) + "; " + w.T("act.atl") + ", " + w.T("basis.art", "art", "16(2)"),
			w.T("story.taken.answer.yes", "question", w.T("question.other"))} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page does not say %q", lang, want)
			}
		}
		if strings.Contains(body, w.T("picture.path.desc")) || strings.Contains(body, w.T("state.off_path")) {
			t.Errorf("%s: a picture without a story speaks of its path", lang)
		}
	}
}

// What an article says stands open in the reader's language, and waits to be
// opened only where it is in English and the reader's language is another.
func TestWhatTheLawSaysIsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	const says, alone = "The joint body identifies.", "Nobody translated this."
	translated := map[wording.Lang]string{"en": says, "ru": "Идентифицирует совместный орган.", "kk": "Бірлескен орган сәйкестендіреді."}
	s := fullStory()
	s.Cell.Published, s.Cell.Verdict, s.Cell.Because = check.Holds, check.Fails, says
	s.Lines = s.Lines[:2]
	s.Lines[0].Basis = []pack.Basis{{Act: "atl", Art: "art. 16(2)", Says: says}}
	s.Lines[1].Basis = []pack.Basis{{Act: "atl", Art: "art. 17", Says: alone}}
	for _, lang := range Langs {
		body := storyHTML(t, lang, "/guarantees/A01/2019-03-01/law", s)
		open := `<q lang="` + string(lang) + `">` + translated[lang] + `</q>`
		if strings.Count(body, open) != 2 {
			t.Errorf("%s: what the article says, and why a source differs, do not both stand in the page as %s", lang, open)
		}
		folded := `<details class="gist"><summary>` + testWords.Say(lang, "basis.gist") + `</summary><q lang="en">` + alone + `</q></details>`
		if strings.Contains(body, folded) == (lang == "en") {
			t.Errorf("%s: what is in English is not folded, or folded for who reads it", lang)
		}
	}
}

// Who takes a step reads beside the form what its article says.
func TestAStepSaysWhatItsArticleSays(t *testing.T) {
	t.Parallel()
	const says = "The joint body identifies."
	for _, lang := range Langs {
		form := adverseStep
		form.Offer.Basis = []pack.Basis{{Act: "atl", Art: "art. 16(2)", Says: says}, {Act: "atl", Art: "art. 17"}}
		var out bytes.Buffer
		page := newStepPage(signed(lang, "step.title", "number", "A"), form, stepEffects, url.Values{"key": {"k"}}, false)
		if err := testSite(t).pages["step"].ExecuteTemplate(&out, "layout", page); err != nil {
			t.Fatal(err)
		}
		said, _ := testWords.Sentence(lang, says)
		if body := out.String(); strings.Count(body, "<q") != 1 || !strings.Contains(body, `<q lang="`+string(lang)+`">`+said+`</q>`) {
			t.Errorf("%s: the step does not say once what its article says", lang)
		}
	}
}
