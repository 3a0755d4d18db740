package web

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/desk"
)

// Questions on which answers hang come first, and those of one procedure can be
// had alone, to be sent to the body that it is about.
func TestQuestionsAreChosenByProcedure(t *testing.T) {
	t.Parallel()
	q := fullQuestions()
	q.List = append([]desk.OpenQuestion{{ID: "q_idle", Procedure: "asylum"}}, q.List...)
	for _, row := range []struct{ why, procedure, decide, idle string }{
		{"all", "", "q_a", "q_idle q_b"},
		{"one procedure", "identification", "q_a", ""},
		{"one on which nothing hangs", "asylum", "", "q_idle"},
		{"a procedure that is none", "<b>", "", ""},
	} {
		p := newQuestionsView(testFrame("en", "questions.title", false), q, row.procedure)
		ids := func(list []desk.OpenQuestion) string {
			var out []string
			for _, one := range list {
				out = append(out, one.ID)
			}
			return strings.Join(out, " ")
		}
		if ids(p.Decide) != row.decide || ids(p.Idle) != row.idle {
			t.Errorf("%s: %q decide, %q do not", row.why, ids(p.Decide), ids(p.Idle))
		}
		if len(p.Choose.Options) != 3 {
			t.Errorf("%s: %d procedures to choose from", row.why, len(p.Choose.Options))
		}
	}
	v := newVisitor(t, &fakeDesk{})
	if body := v.get("/questions?procedure=%3Cb%3E").Body.String(); !strings.Contains(body, `class="empty"`) || strings.Contains(body, "<b>") {
		t.Error("a procedure that is none is not said to have no question")
	}
	if body := v.get("/questions?procedure=identification").Body.String(); !strings.Contains(body, `id="q_a"`) || strings.Contains(body, `id="q_b"`) {
		t.Error("the questions of one procedure are not shown alone")
	}
}

// A hundred questions in one list are fifty screens of a telephone: they are
// folded by procedure, the weightiest open, and nothing is folded where one
// procedure was chosen or the page is to be printed.
func TestQuestionsAreFoldedByProcedure(t *testing.T) {
	t.Parallel()
	q := desk.Questions{List: []desk.OpenQuestion{
		{ID: "a", Procedure: "asylum", Hang: []desk.HangingOn{{Property: "A01"}}},
		{ID: "b", Procedure: "border", Hang: []desk.HangingOn{{Property: "A01"}}},
		{ID: "c", Procedure: "asylum", Hang: []desk.HangingOn{{Property: "A02"}}},
		{ID: "d", Procedure: "border"},
	}}
	for _, row := range []struct{ why, path, procedure, decide, idle string }{
		{"as it opens", "/questions", "", "asylum:2:true border:1:false", "border:1:false"},
		{"one procedure", "/questions?procedure=border", "border", "border:1:true", "border:1:true"},
		{"to be printed", "/questions?print=all", "", "asylum:2:true border:1:true", "border:1:true"},
	} {
		f := testFrame("en", "questions.title", false)
		f.Path = row.path
		p := newQuestionsView(f, q, row.procedure)
		said := func(list []askedGroup) string {
			var out []string
			for _, g := range list {
				out = append(out, fmt.Sprintf("%s:%d:%v", g.Procedure, len(g.List), g.Open))
			}
			return strings.Join(out, " ")
		}
		if got, rest := said(p.Deciding()), said(p.Idling()); got != row.decide || rest != row.idle {
			t.Errorf("%s: %q and %q, want %q and %q", row.why, got, rest, row.decide, row.idle)
		}
	}
}
