package app

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/testkit"
)

// note and account are what an operator types: neither may leave the call.
const (
	plantedNote    = "Шырқайлыұя аспазы"
	plantedAccount = "+7 700 909 17 23"
)

// callToPlace is the hotline's day: a sister rings, her call becomes a file, the
// file a referral, and the referral a bed.
func (s *story) callToPlace(p found, ask ...id.Service) {
	s.Helper()
	s.name = p.name
	with := s.r
	if s.listening != nil {
		s.r = s.listening
	}
	s.takeCall()
	s.r = with
	s.concernOfCall()
	s.addName(p)
	s.refer(ask...)
	s.r.Go("/calls/" + s.call)
	s.sees("data-outcome", "file")
	s.sees("href", "/file/"+s.file)
	s.must(!strings.Contains(s.r.HTML(), plantedNote) && !strings.Contains(s.r.HTML(), plantedAccount), "the call still shows what was typed")
	s.accept("/~2")
	s.must(!strings.Contains(s.r.HTML(), plantedNote), "who accepts reads what the hotline noted")
}

// takeCall fills the form while listening; a mistake gives it back whole.
func (s *story) takeCall() {
	s.Helper()
	enter(s.r, "", "hotline")
	s.r.Go("/calls")
	s.page("calls.title")
	s.r.Press("go", "silent")
	s.receipt()
	s.r.Tap("channel", "call")
	s.r.Tap("caller", "relative")
	s.r.Tap("safety", "not_safe")
	s.r.Tap("needs", "bed_tonight")
	s.r.Fill("language", "uz")
	s.r.Tap("ring", "never")
	s.r.Fill("call_number", plantedAccount)
	if s.region != "" {
		s.r.Fill("region", s.region)
	}
	if testkit.Sees(s.r, "name", "call_from") { // the hotline links its callers
		s.r.Fill("call_from", plantedAccount)
	}
	s.r.Tap("say", "survey")
	s.r.Tap("promised", "find_help")
	s.r.Fill("call_note", plantedNote)
	s.r.Press("go", "save", s.typed()...)
	s.sees("data-code", "field.never_ring")
	s.sees("data-code", "field.call_outcome")
	s.must(strings.Contains(s.r.HTML(), plantedNote), "the note is lost")
	s.r.Tap("ring", "daytime")
	s.r.Press("go", "concern", s.typed()...)
	s.page("concern.title.safety")
	s.call = regexp.MustCompile(`[?&]signal=(\w+)`).FindStringSubmatch(s.r.Path())[1]
	s.r.Go("/calls/handover")
	s.sees("data-open-call", s.call)
	s.must(!strings.Contains(s.r.HTML(), plantedNote) && !strings.Contains(s.r.HTML(), plantedAccount), "the hand-over has what was typed")
	s.r.Go("/calls/" + s.call)
	s.sees("data-ringing", "daytime")
	s.r.Go("/calls/" + s.call + "/amend") // she rings once more: no word to anybody
	s.must(strings.Contains(s.r.HTML(), plantedNote), "the form does not hold what was kept")
	s.r.Tap("say", "hang_up")
	s.r.Press("", "", s.keyed()...)
	s.receipt()
	s.r.Go("/calls/" + s.call)
	s.sees("data-amended", "")
	s.r.Go("/concern?signal=" + s.call)
}

// typed names the call's form by its key, beside the form of the quick buttons.
func (s *story) typed() []string {
	keys := regexp.MustCompile(`name="key" value="([^"]+)"`).FindAllStringSubmatch(s.r.HTML(), -1)
	s.must(len(keys) == 2, "%d forms with a key", len(keys))
	return []string{"key=" + keys[1][1]}
}

// concernOfCall records the concern: what the call had is there already.
func (s *story) concernOfCall() {
	s.Helper()
	s.page("concern.title.safety")
	s.r.Tap("age_known", "adult")
	s.r.Tap("sex", "female")
	s.r.Press("go", "next")
	s.r.Press("go", "next") // the needs came with the call
	s.page("concern.title.consent")
	s.must(strings.Contains(s.r.HTML(), strings.ReplaceAll(plantedAccount, "+", "&#43;")) || strings.Contains(s.r.HTML(), plantedAccount), "the safe number did not come with the call")
	s.r.Tap("consent", "yes")
	s.r.Press("go", "next")
	s.r.Tap("indicators", "excessive_hours")
	s.r.Tap("indicators", "documents_confiscated")
	s.r.Press("go", "next")
	s.r.Press("go", "record")
	s.page("result.title")
	s.file = regexp.MustCompile(`^/file/([^/]+)/concern`).FindStringSubmatch(s.r.Path())[1]
}

// TestACallBecomesAPlaceInABrowser tells it in Chromium. While somebody speaks
// the operator has no hand for a mouse: the console is filled with keys only.
// axe reads the pages of the call; those after it have stories of their own.
func TestACallBecomesAPlaceInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "en", true)
	seen := map[string]bool{}
	tab.Looked = func(b *testkit.Tab) {
		name := strings.Join(append(b.All("data-page"), b.All("data-code")...), "-")
		if !strings.HasPrefix(b.Path(), "/calls") || seen[name] {
			return
		}
		seen[name] = true
		lookAtCall(b, t, name)
	}
	s, ask := storyOf(t, l, tab)
	s.listening = testkit.Keyboard{Tab: tab}
	s.callToPlace(woman, ask...)
}

// lookAtCall reads a page with axe as a telephone shows it, where most is folded
// and stacked, and measures it in both widths.
func lookAtCall(b *testkit.Tab, t *testing.T, name string) {
	for _, width := range testkit.Widths {
		b.At(width, func() {
			if by := b.Wider(); by > 0 {
				t.Errorf("%s is %d px wider than a window of %d", name, by, width)
			}
			b.Picture(fmt.Sprintf("%s-%d", name, width))
			if width > 600 {
				return
			}
			for _, flaw := range testkit.Axe(b.Context(), t) {
				t.Errorf("%s: %s", name, flaw)
			}
		})
	}
}

// A hotline's call becomes a shelter's place, by a client that knows only links
// and forms; the note and the number are nowhere but on their own pages.
func TestACallBecomesAPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "kk")
	addresses := &walker{next: http.DefaultTransport}
	p.Client.Transport = addresses
	s, ask := storyOf(t, l, p)
	s.callToPlace(woman, ask...)

	for _, m := range []url.Values{
		{"key": {"c1"}, "channel": {plantedNote}, "call_outcome": {"open"}},
		{"key": {"c2"}, "channel": {"call"}, "call_note": {strings.Repeat(plantedNote, 40)}, "call_outcome": {"open"}},
		{"key": {plantedNote}, "channel": {"call"}, "call_words": {plantedNote}, "call_outcome": {plantedNote}},
		{"key": {plantedNote}, "channel": {"call"}, "call_note": {plantedNote}, "region": {plantedNote}, "needs": {plantedNote}},
	} {
		enter(p, "", "hotline")
		if p.Do("POST", "/calls", m); p.Status() != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", m, p.Status())
		}
	}
	where := map[string][]byte{"the log": []byte(l.log.String()), "addresses and headers": addresses.seen.Bytes()}
	for _, file := range []string{databaseFile, databaseFile + "-wal"} {
		content, err := os.ReadFile(filepath.Join(l.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		where[file] = content
	}
	for place, content := range where {
		for _, typed := range []string{plantedNote, strings.Fields(plantedNote)[0], url.QueryEscape(strings.Fields(plantedNote)[0]), plantedAccount, url.QueryEscape(plantedAccount), "9091723"} {
			if bytes.Contains(content, []byte(typed)) {
				t.Errorf("%s has what an operator typed", place)
				break
			}
		}
	}
	if !bytes.Contains(where["addresses and headers"], []byte("/calls/"+s.call)) || len(where["the log"]) == 0 {
		t.Error("nothing was kept to be searched")
	}
	if _, err := l.store.Verify(t.Context(), store.VerifyAll, nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}
