package web

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
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

// Everybody reads how a question stands, on the page and as a table in which a letter's
// number is no formula; who recorded it stands in neither.
func TestEverybodyReadsWhatBecameOfAQuestion(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	page := v.get("/questions").Body.String()
	for _, want := range []string{`data-state="answered"`, `data-state="not_put"`, "1\u00a0September 2026", "&lt;b&gt;The limit", "only by an edition with its source", `href="/questions.csv"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page says no %s", want)
		}
	}
	table := v.get("/questions.csv").Body.String()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, letters)))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	at := func(name string) string { return rows[1][slices.Index(rows[0], name)] }
	if at("state") != "answered" || at("put_on") != "2026-09-01" || at("letter") != "'=1-2/<345>" || at("answered_on") != "2026-10-05" {
		t.Errorf("the table says %q", rows[1])
	}
	for _, text := range []string{page, table} {
		if strings.Contains(text, "Министерство") || strings.Contains(text, "wrong day") {
			t.Error("who recorded it, or why it was put right, is published")
		}
	}
}

// The form sends what the page showed, and keeps what was typed when it is refused.
func TestHowAQuestionStandsIsRecorded(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	if w := v.get("/admin/questions?question=none"); w.Code != 404 {
		t.Errorf("a question that is none answers %d", w.Code)
	}
	if body := v.get("/admin/questions?question=q_a").Body.String(); !strings.Contains(body, `name="seq" value="3"`) || !strings.Contains(body, "&lt;b&gt;wrong day") {
		t.Error("the form does not say what it was drawn from, or what was said before")
	}
	typed := url.Values{"key": {"k"}, "question": {"q_a"}, "seq": {"2"}, "question_state": {"put"}, "asked_to": {"labour"}, "put_on": {"2026-10-01"}, "question_letter": {strings.Repeat("1", 121)}}
	if w := v.post("/admin/questions", typed); w.Code != 422 || !strings.Contains(w.Body.String(), `name="seq" value="2"`) || len(d.acts) != 0 {
		t.Errorf("a letter's number that is too long answers %d", w.Code)
	}
	typed.Set("question_letter", " 1-2 ")
	if w := v.post("/admin/questions", typed); w.Code != 200 {
		t.Fatalf("%d", w.Code)
	}
	in, ok := d.last.(desk.QuestionInput)
	if !ok || in.Question != "q_a" || in.Seq != 2 || in.State != "put" || in.To != "labour" || in.PutOn != "2026-10-01" || in.Letter.Reveal() != "1-2" {
		t.Errorf("sent was %+v", d.last)
	}
}

func (d *fakeDesk) KeptQuestions(fakeCtx, fakeWho) (desk.Questions, error) {
	return fullQuestions(), nil
}
func (d *fakeDesk) KeptQuestion(_ fakeCtx, _ fakeWho, question string) (desk.KeptQuestion, error) {
	if question != "q_a" {
		return desk.KeptQuestion{}, fault.Withheld("no such question")
	}
	return fullKept(), nil
}
func (d *fakeDesk) SayQuestion(_ fakeCtx, _ fakeWho, in desk.QuestionInput) (casework.Receipt, error) {
	return d.done("say question", in)
}
