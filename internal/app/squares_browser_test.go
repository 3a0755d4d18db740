package app

import (
	"bytes"
	"context"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
	"pana/internal/wording"
)

// TestACodeOnPaperInABrowser gives a person a page and looks at what comes out of the
// printer: the code, the address and one harmless word, in words and as squares. Whoever
// finds it learns neither that there is a file nor which.
func TestACodeOnPaperInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			s, _ := storyOf(t, l, l.plain(t, "en"))
			s.name = woman.name
			s.recordConcern(woman)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			v.as("inspector")
			s.r = v.Tab
			code := givenPage(s, lang)
			v.look("own-page-code", "own_page.given")
			if got := v.squares(); got != l.url+"/p" {
				t.Errorf("a camera reads %q", got)
			}
			_, host, _ := strings.Cut(l.url, "://")
			want := []string{l.house.words.Say(wording.Lang(lang), "her.title"), host + "/p", code}
			if with, without := v.pdf(true), v.pdf(false); with != without {
				t.Errorf("the browser's own lines stand at the edge: %d bytes with them, %d without", with, without)
			}
			v.At(paperWidth, func() {
				v.Printed(func() {
					if got := v.printed(); strings.Join(got, "|") != strings.Join(want, "|") {
						t.Errorf("on the paper stands %q, not %q", got, want)
					}
					if got := v.squares(); got != l.url+"/p" {
						t.Errorf("printed, a camera reads %q", got)
					}
					v.Picture(lang + "-own-page-code-paper")
				})
			})
		})
	}
}

// printed are the lines that a page has on paper, but for the band of a demonstration.
func (v *viewer) printed() (lines []string) {
	v.Helper()
	text := ""
	v.do(chromedp.Evaluate(`document.querySelector(".demo")?.remove(), document.body.innerText`, &text))
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// pdf is how long what the printer gets is, with the browser's title and address at the
// edge of the page, as it prints if nobody switches them off, or without.
func (v *viewer) pdf(edge bool) (n int) {
	v.Helper()
	v.do(chromedp.ActionFunc(func(ctx context.Context) error {
		out, _, err := page.PrintToPDF().WithDisplayHeaderFooter(edge).Do(ctx)
		n = len(out)
		return err
	}))
	return n
}

// squares is what a telephone's camera reads on the page.
func (v *viewer) squares() string {
	v.Helper()
	picture, err := png.Decode(bytes.NewReader(v.PNG(".code svg")))
	if err != nil {
		v.Fatal(err)
	}
	found, err := testkit.SquaresIn(picture)
	if err != nil {
		v.Fatal(err)
	}
	text, err := found.Text()
	if err != nil {
		v.Error(err)
	}
	return text
}

// codeShown is the code that stands on a paper, as an address has it.
func (v *viewer) codeShown() string {
	m := regexp.MustCompile(`data-code[^>]*>([0-9A-F ]+)<`).FindStringSubmatch(v.HTML())
	if m == nil {
		v.Fatal("no code on the paper")
	}
	return strings.ReplaceAll(m[1], " ", "")
}
