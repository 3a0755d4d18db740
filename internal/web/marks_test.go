package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pana/internal/delimited"
	"pana/internal/id"
)

// notTaken are the routes that answer with something other than a page and take
// nothing out of Pana, each with why.
var notTaken = map[string]string{
	"GET /guarantees.csv":                           "published: of nobody, for anybody",
	"GET /published.csv":                            "published: of nobody, for anybody",
	"GET /published.json":                           "published: of nobody, for anybody",
	"GET /published/referrals.csv":                  "published: of nobody, for anybody",
	"GET /published/referrals.json":                 "published: of nobody, for anybody",
	"GET /published/estimates.csv":                  "published: of nobody, for anybody",
	"GET /published/estimates.json":                 "published: of nobody, for anybody",
	"GET /questions.csv":                            "published: of nobody, for anybody",
	"GET /guarantees.json":                          "published: of nobody, for anybody",
	"GET /hsds":                                     "published: of nobody, for anybody",
	"GET /hsds/services":                            "published: of nobody, for anybody",
	"GET /hsds/package.zip":                         "published: of nobody, for anybody",
	"GET /ledger/checkpoint":                        "published and signed: hashes, which a mark would break",
	"GET /ledger/tile/{tile...}":                    "published: hashes, which a mark would break",
	"GET /forms/print.pdf":                          "an empty form is of nobody; its foot has the edition",
	"GET /file/{file}/documents/{document}/content": "a picture on the document's page, which is an opening; saving it is tried below",
}

// onlyByName are those whose bytes were signed, or have a known hash: the mark stands
// in the name of the file.
var onlyByName = []string{
	"GET /file/{file}/documents/{document}/content?save=yes",
	"GET /file/{file}/papers/{paper}/signatures/{signature}/content",
	"GET /file/{file}/papers/{paper}/signatures/{signature}/pdf",
	"GET /file/{file}/papers/{paper}/pdf?to=sign",
}

// TestWhatLeavesIsMarked asks for every address in every way there is: whatever is not
// a page was recorded as taken before, and says so itself. A new export that forgets
// is found here.
func TestWhatLeavesIsMarked(t *testing.T) {
	t.Parallel()
	found := 0
	try := func(pattern string, d *fakeDesk, w *httptest.ResponseRecorder) {
		media, how := w.Header().Get("Content-Type"), w.Header().Get("Content-Disposition")
		if w.Code != http.StatusOK || how == "" && (media == "" || strings.HasPrefix(media, "text/html")) {
			return
		}
		if plain, _, _ := strings.Cut(pattern, "?as="); notTaken[plain] != "" {
			return
		}
		found++
		if len(d.taken) != 1 {
			t.Errorf("%s gives %s and records %v", pattern, media, d.taken)
		}
		const code, words = "n4096-2026-03-03-", "Number 4096"
		if !strings.HasPrefix(how, "attachment") || !strings.Contains(how, code) {
			t.Errorf("%s: the name of the file is %q", pattern, how)
		}
		body := w.Body.String()
		if media == delimited.XLSX {
			body = strings.Join(slices.Concat(sheetsOf(t, w.Body.Bytes())...), "\n")
		}
		inside := strings.Contains(body, code) || strings.Contains(body, words) || strings.Contains(body, `"taken_as": 4096`)
		if inside == slices.Contains(onlyByName, pattern) {
			t.Errorf("%s: the mark inside is %v", pattern, inside)
		}
	}
	extra := []string{"GET /file/{file}/documents/{document}/content?save=yes", "GET /file/{file}/papers/{paper}/pdf?to=sign"}
	for _, r := range Routes() {
		extra = append(extra, r.Pattern)
		if strings.HasSuffix(r.Pattern, "csv") {
			extra = append(extra, r.Pattern+"?as=xlsx")
		}
	}
	for _, pattern := range extra {
		method, _, _ := strings.Cut(pattern, " ")
		if method == http.MethodGet {
			d := &fakeDesk{}
			try(pattern, d, newVisitor(t, d).in("worker").get(address(pattern)))
			continue
		}
		for _, as := range slices.Concat(takenForms, caseForms) {
			d := &fakeDesk{}
			form := url.Values{"go": {"take"}, "taken_for": {"court"}, "taken_as": {as}, "of": {"work"}, "key": {"k"}}
			try(pattern, d, newVisitor(t, d).in("worker").post(address(pattern), form))
		}
	}
	if found < 20 {
		t.Errorf("%d files leave Pana: does this test still see them?", found)
	}
}

// What cannot be recorded is not given.
func TestWhatIsNotRecordedDoesNotLeave(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/overdue.csv", address("GET /file/{file}/papers/{paper}/pdf"), address("GET /file/{file}/hearings/{hearing}/ics"), address("GET /file/{file}/papers/{paper}/signatures/{signature}/zip")} {
		w := newVisitor(t, &fakeDesk{deaf: true}).in("worker").get(path)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %d, %q", path, w.Code, w.Header().Get("Content-Disposition"))
		}
	}
}

// A mark outlives the day: it has the date, and the body by its number.
func TestAMarkIsReadLater(t *testing.T) {
	t.Parallel()
	m, _ := (&fakeDesk{}).take("calls")
	for _, lang := range Langs {
		f := signed(lang, "take_out.title")
		f.BodyName = "House of the quiet"
		said := f.taken(m)
		if strings.Contains(said, f.BodyName) || !strings.Contains(said, id.Number(m.Body)) || !strings.Contains(said, "2026") || !strings.Contains(said, "4096") {
			t.Errorf("%s: %s", lang, said)
		}
	}
}
