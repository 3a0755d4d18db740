package app

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

const (
	herNumber    = "482915"
	forcedNumber = "730164"
)

// givenPage gives the person of a story a page, and is its code.
func givenPage(s *story, lang string) string {
	s.Helper()
	s.r.Go("/file/" + s.file + "/own-page")
	for name, value := range map[string]string{"page_device": "own_phone", "page_reader": "nobody", "page_safe": "yes", "page_holder": "person"} {
		s.r.Tap(name, value)
	}
	s.r.Fill("page_in", lang)
	s.r.Fill("page_pin", herNumber)
	s.r.Fill("page_again", herNumber)
	s.r.Fill("page_second", forcedNumber)
	s.r.Press("", "", s.keyed()...)
	m := regexp.MustCompile(`data-code[^>]*>([0-9A-Z ]+)<`).FindStringSubmatch(s.r.HTML())
	s.must(m != nil, "the code is not on the page")
	return m[1]
}

// TestHerPageInABrowser is her whole visit on a cheap telephone: a wrong number, the
// right one, a yes taken back after reading what follows, a complaint, the page on
// paper; what the second number opens; and after leaving, nothing.
func TestHerPageInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			s, _ := storyOf(t, l, l.plain(t, "en"))
			s.name = woman.name
			s.recordConcern(woman)
			code := givenPage(s, lang)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			open := func(number string) {
				t.Helper()
				v.Go("/p?l=" + lang)
				v.Fill("page_code", strings.ToLower(code))
				v.Fill("page_pin", number)
				v.Press("", "")
			}

			v.Go("/p?l=" + lang)
			v.lookHers("enter")
			open("000001")
			v.lookHers("wrong")
			if !testkit.Sees(v.Tab, "data-code", "her.wrong") {
				t.Fatalf("a wrong number: %v", v.All("data-code"))
			}
			open(herNumber)
			v.lookHers("open")
			v.At(paperWidth, func() { v.Printed(func() { v.onPaper("her-open") }) })
			v.Press("go", "back", "purpose=refer")
			v.lookHers("back")
			v.Press("go", "take_back")
			if !testkit.Sees(v.Tab, "data-state", "withdrawn") {
				t.Errorf("not taken back: %v", v.All("data-state"))
			}
			v.Fill("complaint_text", "They read my letters")
			v.Press("go", "complain")
			if len(v.All("data-complaint")) != 1 {
				t.Errorf("no complaint on her page: %v", v.All("data-complaint"))
			}
			v.lookHers("complained")
			v.leaves()

			open(forcedNumber)
			v.lookHers("second")
			if text := v.HTML(); strings.Contains(text, "data-agreed") || strings.Contains(text, "data-complain") {
				t.Error("the second number opens her page")
			}
			v.leaves()
		})
	}
}

// lookHers reads a page of hers: with axe in every language, and at the width of a
// cheap telephone and of a desk.
func (v *viewer) lookHers(name string) {
	v.Helper()
	for _, width := range testkit.Widths {
		v.At(width, func() { v.judge(fmt.Sprintf("her-%s-%d", name, width), true) })
	}
}

// leaves presses the exit, and looks for anything of hers: by going back, in the
// browser's stores and in its cookies.
func (v *viewer) leaves() {
	v.Helper()
	// The page that says so leads elsewhere at once; who opens another before it does is turned back.
	v.do(chromedp.Evaluate(`document.querySelector("header .exit").click()`, nil), chromedp.Sleep(2*time.Second))
	v.Go("/sign-in")
	v.do(chromedp.Evaluate(`history.back()`, nil), chromedp.Sleep(time.Second))
	if text := v.HTML(); strings.Contains(text, "data-agreed") || strings.Contains(text, "page_text") {
		v.Error("the back button shows her page")
	}
	v.Go("/p")
	if text := v.HTML(); !strings.Contains(text, "page_pin") {
		v.Error("who opens the address again is on her page")
	}
	var left []string
	v.do(chromedp.Evaluate(`(async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await caches.keys()), ...(await indexedDB.databases()).map(d => d.name), ...(document.cookie ? [document.cookie] : [])])()`, &left, awaited))
	for _, what := range left {
		if b, _ := json.Marshal(what); strings.Contains(string(b), "i=") || !strings.Contains(what, "=") {
			v.Errorf("left in the browser: %s", what)
		}
	}
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

func (v *viewer) do(actions ...chromedp.Action) {
	v.Helper()
	if err := chromedp.Run(v.Context(), actions...); err != nil {
		v.Fatal(err)
	}
}
