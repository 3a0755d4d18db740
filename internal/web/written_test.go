package web

import (
	"net/url"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

var paperTyped = url.Values{
	"from_paper": {"yes"}, "paper_day": {"2026-03-01"}, "paper_hour": {" 14:30"}, "paper_by": {"Sergeant"}, "paper_where": {"Post 4"}, "foot_code": {"concern AAAA-1111"},
}

// TestTypedInFromPaper: every form that can be written on paper asks when, by
// whom and where, keeps that over its pages, and sends it.
func TestTypedInFromPaper(t *testing.T) {
	t.Parallel()
	file := "/file/" + string(fileID(1))
	for path, send := range map[string]url.Values{
		"/concern":                    with(concernTyped, "at", "check", "go", "record"),
		"/begin/say_fear":             {"key": {"k"}, "go": {"take"}, "to": {"b1"}, "f.grounds": {"other"}},
		file + "/refer":               {"key": {"k"}, "go": {"send"}, "services": {string(serviceID(1))}},
		file + "/step/not_identified": {"key": {"k"}, "go": {"take"}, "reasons": {"x"}, "language": {"ru"}, "to": {"b1"}, "f.grounds": {"other"}},
	} {
		d := &fakeDesk{}
		v := newVisitor(t, d).in("worker")
		page := v.get(path + "?paper=1").Body.String()
		for _, part := range []string{`name="paper_day"`, `name="paper_hour"`, `name="paper_by"`, `name="paper_where"`, `name="foot_code"`, `name="from_paper" value="yes"`, "data-paper"} {
			if !strings.Contains(page, part) {
				t.Errorf("%s lacks %s", path, part)
			}
		}
		if plain := v.get(path).Body.String(); strings.Contains(plain, "paper_day") || !strings.Contains(plain, path+"?paper=1") {
			t.Errorf("%s asks for a paper that nobody spoke of, or has no way to it", path)
		}
		for name, values := range paperTyped {
			send[name] = values
		}
		v.post(path, send)
		var got *desk.Written
		switch in := d.last.(type) {
		case desk.ConcernInput:
			got = in.Written
		case desk.BeginInput:
			got = in.Written
		case desk.ReferInput:
			got = in.Written
		case desk.StepInput:
			got = in.Written
		}
		if got == nil || got.Day != "2026-03-01" || got.Hour != "14:30" || got.By.Reveal() != "Sergeant" || got.Where.Reveal() != "Post 4" || got.Form != "concern AAAA-1111" {
			t.Errorf("%s sent %+v", path, got)
		}
	}
}

// TestNothingTypedIsLost: what is missing is said where it stands; a step that was
// not open then comes back whole, with a way to record it as what it was.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	page := v.post("/concern", url.Values{"key": {"k"}, "at": {"safety"}, "go": {"next"}, "from_paper": {"yes"}, "paper_where": {"Post <4>"}}).Body.String()
	if !strings.Contains(page, `data-code="field.required"`) || !strings.Contains(page, "Post &lt;4&gt;") || !strings.Contains(page, `href="#paper_by"`) {
		t.Error("a paper without a day or a writer goes on")
	}
	path := "/file/" + string(fileID(1)) + "/step/not_identified"
	d.fail = fault.New(fault.Invalid, casework.CodePaperNotOpen, "day", "2026-03-01T09:30:00Z")
	typed := with(paperTyped, "key", "k", "go", "take", "reasons", "because <it>", "language", "ru", "to", "b1", "f.grounds", "other")
	page = v.post(path, typed).Body.String()
	for _, part := range []string{`data-code="paper.not_open_then"`, `value="irregular"`, "because &lt;it&gt;", `value="2026-03-01"`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	page = v.post(path, with(typed, "go", "irregular")).Body.String()
	if !strings.Contains(page, `name="irregular" value="yes"`) || !strings.Contains(page, "because &lt;it&gt;") || !strings.Contains(page, `name="paper_by"`) {
		t.Error("on the way to what happened against the rules something is lost")
	}
}
