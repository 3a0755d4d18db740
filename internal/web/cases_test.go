package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pana/internal/desk"
	"pana/internal/withheld"
)

// A table is sent to be looked at, travels along in the form, and is taken in from there;
// one that is too large, or none, is said at the field.
func TestATableIsSentAndKept(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, content string
		fields       url.Values
		status       int
		sees         string
	}{
		{"looked at", "prs_SecondName\nЛи\n", url.Values{"key": {"k"}}, 200, "data-cases"},
		{"none chosen", "", url.Values{"key": {"k"}}, 422, `data-code="document.none"`},
		{"too large", strings.Repeat("x", desk.CasesLimit+1), url.Values{"key": {"k"}}, 422, `data-code="cases.too_large"`},
		{"in another language, with nothing chosen yet", "", url.Values{"key": {"k"}, "set_lang": {"ru"}}, 200, "cases_content"},
	} {
		body, kind := multiFormAs(t, casesField, row.fields, row.content)
		w := newVisitor(t, &fakeDesk{}).in("worker").upload("/cases/in", body, kind, 0)
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.sees) {
			t.Errorf("%s: %d", row.why, w.Code)
		}
	}
	kept := desk.CasesInput{Text: withheld.New("prs_SecondName\nЛи =\n")}.Kept()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	if w := v.post("/cases/in", url.Values{"key": {"k"}, casesKept: {kept}, "set_lang": {"kk"}}); w.Code != 200 || !strings.Contains(w.Body.String(), kept) {
		t.Errorf("in another language what was looked at is gone: %d", w.Code)
	}
	if w := v.post("/cases/in", url.Values{"key": {"k"}, casesKept: {kept}, "go": {"take"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "receipt") {
		t.Errorf("taken in: %d", w.Code)
	}
}

// A file leaves in the standard's words only as a file, marked, and never with a name for
// a report.
func TestAFileLeavesInTheWordsOfTheStandard(t *testing.T) {
	t.Parallel()
	file := "/file/" + string(fileID(1)) + "/take-out"
	form := func(purpose, as, who string) url.Values {
		return url.Values{"go": {"take"}, "taken_for": {purpose}, "taken_as": {as}, "taken_who": {who}, "of": {"work"}, "key": {"k"}}
	}
	for _, row := range []struct {
		path, purpose, as, who string
		status                 int
		has                    string
	}{
		{file, "hand_over", "htcds", "covered", 200, "prs_SecondName,prs_Gender\n,Feminine\n\"# "},
		{file, "hand_over", "htcds", "named", 200, "Гүл,Feminine"},
		{file, "hand_over", "htcds_json", "named", 200, `"taken": `},
		{file, "report", "htcds", "covered", 200, ",Feminine"},
		{file, "report", "htcds", "named", 422, `data-code="take_out.report_named"`},
	} {
		w := newVisitor(t, &fakeDesk{}).in("worker").post(row.path, form(row.purpose, row.as, row.who))
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.has) {
			t.Errorf("%s as %s, %s: %d %q", row.purpose, row.as, row.who, w.Code, w.Body.String()[:min(200, w.Body.Len())])
		}
	}
	if w := newVisitor(t, &fakeDesk{}).in("worker").post("/take-out", form("hand_over", "htcds", "named")); w.Code == http.StatusOK && strings.Contains(w.Header().Get("Content-Disposition"), "htcds") {
		t.Error("a list leaves in words that are of one file")
	}
}
