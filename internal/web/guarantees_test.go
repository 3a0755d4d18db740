package web

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var guaranteePages = []page{
	{"guarantees", "properties down, dates and sources across", func(l wording.Lang) any {
		return newGuaranteesView(testFrame(l, "guarantees.title", false), desk.Guarantees{}, url.Values{})
	}, func(l wording.Lang) any {
		return newGuaranteesView(testFrame(l, "guarantees.title", false), fullGuarantees(), url.Values{"show": {"all"}, "at": {"2019-03-01/practice-a"}})
	}},
	{"overview", "today first, theme by theme; what the law turned and what sources found", func(l wording.Lang) any {
		return newOverview(testFrame(l, "guarantees.title", false), desk.Guarantees{})
	}, func(l wording.Lang) any {
		return newOverview(testFrame(l, "guarantees.title", false), fullGuarantees())
	}},
	{"story", "a cell that is not looked at yet", func(l wording.Lang) any {
		return newStoryView(testFrame(l, "story.title", false, "id", "A01", "day", "x"), desk.Story{Property: pack.Property{ID: "A01"}})
	}, func(l wording.Lang) any {
		return newStoryView(testFrame(l, "story.title", false, "id", "A01", "day", "x"), fullStory())
	}},
	{"story", "nothing happens: the rule itself fails", func(l wording.Lang) any {
		return newStoryView(testFrame(l, "story.title", false, "id", "A01", "day", "x"), desk.Story{Property: pack.Property{ID: "A01"}})
	}, func(l wording.Lang) any {
		s := fullStory()
		s.Cell = check.Cell{Property: "A01", Verdict: check.Fails, Published: check.Holds, Expected: check.Holds, Elements: []check.Element{{Kind: "step", ID: "identify", Why: "no appeal", Basis: failing.Trace[0].Basis}},
			Stuck: []check.Blocked{{Step: "identify", Guard: "claim == registered"}, {Step: "identify", Bar: "victim"}}, Other: &check.Other{Person: map[string]string{"age": "adult"}}}
		s.Lines, s.Other = nil, s.Lines
		return newStoryView(testFrame(l, "story.title", false, "id", "A01", "day", "x"), s)
	}},
	{"law", "what changed between two dates", func(l wording.Lang) any {
		return newLawView(testFrame(l, "law.title", false), desk.LawInTime{})
	}, func(l wording.Lang) any { return newLawView(testFrame(l, "law.title", false), fullLaw()) }},
	{"questions", "what to ask, and what hangs on it", func(l wording.Lang) any {
		return newQuestionsView(testFrame(l, "questions.title", false), desk.Questions{}, "")
	}, func(l wording.Lang) any {
		return newQuestionsView(testFrame(l, "questions.title", false), fullQuestions(), "")
	}},
	{"question_kept", "the list of who keeps it", func(l wording.Lang) any {
		return questionKeptView{Frame: signed(l, "questions.kept.title")}
	}, func(l wording.Lang) any {
		return questionKeptView{Frame: signed(l, "questions.kept.title"), List: fullQuestions().List}
	}},
	{"question_kept", "one, with what was said of it", func(l wording.Lang) any {
		return newQuestionKeptView(signed(l, "questions.kept.title"), desk.KeptQuestion{OpenQuestion: desk.OpenQuestion{ID: "q", Stands: desk.QuestionStands{State: "not_put"}}}, nil)
	}, func(l wording.Lang) any {
		f := signed(l, "questions.kept.title")
		f.Errors = []FieldError{{"question_why", f.T("error.field.question_why"), "field.question_why"}}
		return newQuestionKeptView(f, fullKept(), nil)
	}},
	{"dispute", "a short form", func(l wording.Lang) any {
		return newDisputeView(testFrame(l, "dispute.title", false), desk.Story{Property: pack.Property{ID: "A01"}}, url.Values{}, false)
	}, func(l wording.Lang) any {
		f := testFrame(l, "dispute.title", false)
		f.Errors = []FieldError{{"dispute_text", f.T("error.field.required"), "field.required"}}
		return newDisputeView(f, fullStory(), url.Values{"key": {"k"}, "dispute_source": {"<b>"}}, false)
	}},
	{"dispute", "what will be sent, before it is", func(l wording.Lang) any {
		return newDisputeView(testFrame(l, "dispute.title", false), fullStory(), url.Values{}, true)
	}, func(l wording.Lang) any {
		return newDisputeView(testFrame(l, "dispute.title", false), fullStory(), url.Values{"key": {"k"}, "dispute_text": {"<b>"}}, true)
	}},
	{"disputes", "who answers sees what nobody else does", func(l wording.Lang) any {
		return newDisputesView(testFrame(l, "disputes.title", true), nil, url.Values{})
	}, func(l wording.Lang) any {
		all := fullDisputes()
		return newDisputesView(testFrame(l, "disputes.title", true), append(all, all[0]), url.Values{"dispute": {string(all[0].ID)}, "reply": {"x"}})
	}},
}

// The matrix of an invented country: one cell of each verdict, one not looked
// at yet, one column that could not be put together.
func fullGuarantees() desk.Guarantees {
	column := func(day string, overlays ...string) desk.Column {
		return desk.Column{Snapshot: day, Overlays: overlays}
	}
	outside := column("2026-02-01", "practice-a")
	outside.Outside = true
	g := desk.Guarantees{
		Properties: []pack.Property{
			{ID: "A01", Theme: "asylum", Bodies: []string{"police"}, Sources: []string{"unhcr-2019 Issue 1 ¶1"}, Recommendations: []string{"UNHCR-1"}, Never: &pack.Never{When: "x"}},
			{ID: "E04", Theme: "trafficking", Bodies: []string{"police", "court"}, Sources: []string{"osce-2014 ¶33"}, Until: &pack.Until{After: "y"}},
		},
		Columns: []desk.Column{column("2019-03-01"), column("2019-03-01", "practice-a"), column("2026-02-01"), outside},
		Current: "2026-02-01/law", Done: 5, Total: 8,
		Disputed: map[string]int{"A01/2019-03-01/law": 1, "E04/2019-03-01/law": 0}, Editions: "pack.editions_read", Imprint: desk.Imprint{ID: "atl", Version: "2026.11", Pack: "a+b"},
	}
	return g.With(failing, check.Cell{Property: "A01", Snapshot: "2026-02-01", Verdict: check.Holds, Vacuous: true},
		check.Cell{Property: "E04", Snapshot: "2019-03-01", Verdict: check.Unknown, Bound: true, Questions: []string{"q_a"}},
		check.Cell{Property: "E04", Snapshot: "2019-03-01", Overlay: []string{"practice-a"}, Verdict: check.Fails})
}

var failing = check.Cell{
	Property: "A01", Snapshot: "2019-03-01", Verdict: check.Fails, Why: "a way to removal was found", Published: check.Fails, Expected: check.Fails, States: 4012,
	Kinds: []check.Kind{
		{Kind: map[string]string{"age": "adult"}, Verdict: check.Fails},
		{Kind: map[string]string{"age": "under_18"}, Verdict: check.Unknown, Questions: []string{"q_a"}},
		{Kind: map[string]string{"age": "under_14"}, Verdict: check.Holds},
	},
	Person: map[string]string{"age": "adult"},
	Trace: []check.Event{
		{Step: "say_fear", By: []string{"person"}, Set: map[string]string{"victim": "presumed"}, Basis: []pack.Basis{{Act: "atl", Art: "art. 16(2)", Edition: "2024-07-05", Says: "The joint body identifies."}}},
		{Step: "clock appeal", By: []string{"time"}},
		{Step: "identify", By: []string{"police"}, Set: map[string]string{"victim": "not_identified"}, Effect: "removal", Overlay: "practice-a", Basis: []pack.Basis{{Source: "unhcr-2019 Issue 1 ¶3"}}},
	},
	Questions: []string{"q_a"},
}

func TestGuaranteesAreFiltered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		q    url.Values
		want []string
	}{
		{"everything", url.Values{}, []string{"A01", "E04"}},
		{"by theme", url.Values{"theme": {"trafficking"}}, []string{"E04"}},
		{"by the document that asks, wherever in it", url.Values{"source": {"unhcr-2019"}}, []string{"A01"}},
		{"by body", url.Values{"body": {"court"}}, []string{"E04"}},
		{"by a verdict that some shown cell has", url.Values{"verdict": {"holds"}}, []string{"A01"}},
		{"a verdict under an overlay counts", url.Values{"verdict": {"fails"}}, []string{"A01", "E04"}},
		{"and not where the law alone is asked for", url.Values{"verdict": {"fails"}, "show": {"law"}}, []string{"A01"}},
		{"a verdict in the column asked for, and in no other", url.Values{"verdict": {"fails"}, "at": {"2019-03-01/practice-a"}}, []string{"E04"}},
		{"a column that is none is not asked for", url.Values{"verdict": {"fails"}, "at": {"1999-01-01/law"}}, []string{"A01", "E04"}},
		{"nothing", url.Values{"theme": {"elsewhere"}}, nil},
	} {
		p := newGuaranteesView(testFrame("en", "guarantees.title", false), fullGuarantees(), row.q)
		var got []string
		for _, theme := range p.Themes {
			for _, r := range theme.Rows {
				got = append(got, r.Property.ID)
			}
		}
		if strings.Join(got, " ") != strings.Join(row.want, " ") {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

func TestGuaranteesAreServed(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	page := v.get("/guarantees?view=matrix")
	body := page.Body.String()
	for _, want := range []string{
		`href="/guarantees/A01/2019-03-01/law"`, "fails\u00a01, unknown\u00a01, holds\u00a01", "not reviewed by a lawyer", "disputed", "5 of 8",
	} {
		if page.Code != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, and nothing says %q", page.Code, want)
		}
	}
	if strings.Contains(body, "2026-02-01/practice-a") {
		t.Error("a column that only holds if nothing changed is shown unasked")
	}
	for query, rows := range map[string]int{"?theme=trafficking": 2, "?verdict=holds": 2, "?at=2019-03-01/practice-a&verdict=fails": 2, "?theme=none": 0} {
		var some struct{ Cells []check.Cell }
		if err := json.Unmarshal(v.get("/guarantees.json"+query).Body.Bytes(), &some); err != nil || len(some.Cells) != rows || some.Cells == nil {
			t.Errorf("%s: %d cells, want %d, %v", query, len(some.Cells), rows, err)
		}
	}
	csvPage := v.get("/guarantees.csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(csvPage.Body.String(), "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 1+4+1 || rows[1][0] != "A01" || rows[1][6] != "fails" {
		t.Errorf("%v %v", rows, err)
	}
	var out struct {
		Caution string       `json:"caution"`
		Cells   []check.Cell `json:"cells"`
	}
	if err := json.Unmarshal(v.get("/guarantees.json").Body.Bytes(), &out); err != nil || len(out.Cells) != 4 || out.Caution == "" {
		t.Errorf("%d cells, caution %q, %v", len(out.Cells), out.Caution, err)
	}
}

func fullStory() desk.Story {
	g := fullGuarantees()
	lines := []desk.StoryLine{
		{Event: failing.Trace[0], Changed: []desk.Change{{Var: "victim", From: "none", To: "presumed"}, {Var: "nobody", To: "knows"}}, Gained: []desk.Safeguard{{ID: "victim", Kind: "bar"}}},
		{Event: failing.Trace[1], Clock: "appeal"},
		{Event: failing.Trace[2], Changed: []desk.Change{{Var: "victim", From: "presumed", To: "not_identified"}}, Lost: []desk.Safeguard{{ID: "victim", Kind: "bar"}}},
		{Event: check.Event{Step: "identify_given", By: []string{"world"}}, NoticeOf: "identify"},
		{Event: check.Event{Step: "birthday age", By: []string{"time"}}},
	}
	columns := []desk.StoryColumn{{Column: g.Columns[0], Known: true, Verdict: check.Fails}, {Column: g.Columns[1]},
		{Column: g.Columns[2], Known: true, Verdict: check.Holds, Turned: true, From: check.Fails, Was: g.Columns[0]}}
	property := g.Properties[0]
	property.Focus, property.Assume = []string{"identification"}, []string{"on_time"}
	return desk.Story{Property: property, Column: g.Columns[0], Cell: failing, Known: true, Lines: lines, Columns: columns, Source: "unhcr-2019",
		Pictures: []desk.Picture{lawDrawn("been", "path_end", "off_path")}, Disputes: fullDisputes(), Editions: "pack.editions_read", Imprint: g.Imprint}
}

// lawDrawn is a picture of the law whose boxes and arrows have these states.
func lawDrawn(states ...string) desk.Picture {
	p := desk.Picture{Procedure: "identification", Lanes: []string{"police"}}
	for i, s := range states {
		p.States = append(p.States, desk.PictureState{Value: "victim." + []string{"none", "presumed", "identified"}[i], Column: i, State: s})
		if i > 0 {
			p.Steps = append(p.Steps, desk.PictureStep{ID: "identify", From: []string{"none", "presumed"}[i-1], To: []string{"presumed", "identified"}[i-1], State: s})
		}
	}
	return p
}

func fullLaw() desk.LawInTime {
	added := pack.Difference{Kind: "entitlement", ID: "stay", Change: pack.Added, Basis: failing.Trace[0].Basis}
	gone := pack.Difference{Kind: "bar", ID: "victim", Change: pack.Removed, Lost: true, Instead: "stay", Basis: []pack.Basis{{Act: "atl", Art: "repealed 2024-09-03"}}}
	changed := pack.Difference{Kind: "step", ID: "identify", Change: pack.Changed, Uncited: true, Fields: []pack.FieldChange{{Field: "when", Was: "a", Now: "b"}, {Field: "adverse.limit", Now: "2"}, {Field: "again"}}}
	return desk.LawInTime{Imprint: fullGuarantees().Imprint, Procedures: []string{"identification"}, Days: []string{"2019-03-01", "2026-02-01"}, Procedure: "identification", From: "2019-03-01", To: "2026-02-01",
		Changes: []pack.Difference{added, gone, changed, {Kind: "clock", ID: "x", Change: pack.Removed}}, Gained: []pack.Difference{added}, Lost: []pack.Difference{gone}, Picture: lawDrawn("added", "removed", "same"), Drawn: true}
}

func fullQuestions() desk.Questions {
	columns := []desk.Column{{Snapshot: "2019-03-01", Overlays: []string{"practice-a"}}, {Snapshot: "2026-02-01"}}
	return desk.Questions{Imprint: fullGuarantees().Imprint, Cells: 2, List: []desk.OpenQuestion{{ID: "q_a", Procedure: "identification", Basis: failing.Trace[0].Basis, Hang: []desk.HangingOn{{Property: "A01", Columns: columns}, {Property: "E04", Columns: columns[:1]}}, Stands: fullStands}, {ID: "q_b", Stands: desk.QuestionStands{State: "not_put"}}}, States: map[string]int{"put": 3, "answered": 1}}
}

var fullStands = desk.QuestionStands{
	State: "answered", To: "interior", PutOn: "2026-09-01", Letter: withheld.New("=1-2/<345>"), Answered: "2026-10-05", Answer: withheld.New("<b>The limit is a month.</b>"), Source: withheld.New("Letter 7-8"),
}

func fullKept() desk.KeptQuestion {
	return desk.KeptQuestion{
		OpenQuestion: fullQuestions().List[0], Seq: 3, Asked: []string{"interior", "labour"},
		Past: []desk.QuestionPast{{QuestionStands: fullStands, At: noon, Body: "Министерство", Why: withheld.New("<b>wrong day</b>")}, {QuestionStands: desk.QuestionStands{State: "put", To: "labour", PutOn: "2026-09-01", Letter: withheld.New("1")}, At: noon, Body: "Министерство"}},
	}
}

func fullDisputes() []desk.DisputeView {
	open := desk.DisputeView{ID: id.Dispute(fileID(7)), Number: "AAAA-BBBB", Property: "A01", Column: "2019-03-01/law", Verdict: "fails", At: noon.AddDate(0, 0, -30), ReplyDue: noon.AddDate(0, 0, -2), Late: true}
	answered := open
	answered.ID, answered.Answered, answered.By, answered.Reply = id.Dispute(fileID(8)), noon, "Министерство", withheld.New("Art. 5 was read.")
	printed := answered
	printed.Text, printed.Source, printed.Speaker = withheld.New("<b>not so</b>"), withheld.New("art. 6"), withheld.New("an NGO")
	return []desk.DisputeView{open, answered, printed}
}

func TestADisputeIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d)
	const path = "/guarantees/A01/2019-03-01/law/dispute"
	if body := v.get(path).Body.String(); !strings.Contains(body, "Do not name anybody whose story this is.") {
		t.Error("who is about to write is not asked to name nobody")
	}
	if w := v.post(path, url.Values{"key": {"k"}}); w.Code != 422 || !strings.Contains(w.Body.String(), `data-code="field.required"`) {
		t.Errorf("an empty dispute answers %d", w.Code)
	}
	said := url.Values{"key": {"k"}, "dispute_text": {"Article 5 says more."}, "dispute_source": {"art. 5"}}
	if w := v.post(path, said); w.Code != 200 || !strings.Contains(w.Body.String(), `value="send"`) || len(d.acts) > 0 {
		t.Errorf("it was not shown first: %d, did %v", w.Code, d.acts)
	}
	if w := v.post(path, with(said, "go", "change")); !strings.Contains(w.Body.String(), "Article 5 says more.") || len(d.acts) > 0 {
		t.Error("what was typed is lost")
	}
	if w := v.post(path, with(said, "go", "send")); w.Code != 200 || !strings.Contains(w.Body.String(), "data-receipt") {
		t.Errorf("sent, and answered %d", w.Code)
	}
	in, ok := d.last.(desk.DisputeInput)
	if !ok || in.Property != "A01" || in.Column != "2019-03-01/law" || in.Text.Reveal() != "Article 5 says more." || in.Key != "k" {
		t.Errorf("desk was told %+v", d.last)
	}
	if w := v.post("/guarantees/none/2019-03-01/law/dispute", said); w.Code != 404 {
		t.Errorf("a cell that is none answers %d", w.Code)
	}
}

func TestWhatIsDisputedStaysUnread(t *testing.T) {
	t.Parallel()
	s := fullStory()
	if page := newStoryView(testFrame("en", "story.title", false), s); !page.Turns() || page.Compare(s.Columns[2]) != "/law/identification?from=2019-03-01&to=2026-02-01" {
		t.Errorf("the edition that turned it leads to %q", page.Compare(s.Columns[2]))
	}
	body := newVisitor(t, &fakeDesk{}).get("/guarantees/A01/2019-03-01/law").Body.String()
	for _, want := range []string{`data-verdict="fails"`, `data-step="say_fear"`, "the joint body identifies", `data-dispute="open"`, `data-dispute="answered"`, "Art. 5 was read.", "&lt;b&gt;not so"} {
		if !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
			t.Errorf("the story does not say %q", want)
		}
	}
	if strings.Count(body, "not so") != 1 {
		t.Error("a dispute is printed that no reply has released")
	}
}

func TestTheLawIsComparedByAddress(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	w := v.get("/law?procedure=identification&from=2019-03-01&to=2026-02-01")
	if got := w.Header().Get("Location"); w.Code != 303 || got != "/law/identification?from=2019-03-01&to=2026-02-01" {
		t.Errorf("%d %s", w.Code, got)
	}
	body := v.get("/law/identification?from=2019-03-01&to=2026-02-01").Body.String()
	for _, want := range []string{`data-change="entitlement.stay.added"`, `data-change="bar.victim.removed"`, `data-change="step.identify.changed"`, `class="arrow a-removed"`, "repealed on", "Nothing cited says when"} {
		if !strings.Contains(body, want) {
			t.Errorf("nothing says %s", want)
		}
	}
}

func TestADisputeIsAnswered(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("admin")
	dispute := string(fullDisputes()[0].ID)
	if w := v.post("/admin/disputes", url.Values{"key": {"k"}, "dispute": {dispute}}); w.Code != 422 {
		t.Errorf("an empty reply answers %d", w.Code)
	}
	if w := v.post("/admin/disputes", url.Values{"key": {"k"}, "dispute": {dispute}, "reply": {"Read again."}, "show": {"yes"}}); w.Code != 200 || len(d.acts) != 1 {
		t.Errorf("%d, did %v", w.Code, d.acts)
	}
	if in, ok := d.last.(desk.ReplyInput); !ok || string(in.Dispute) != dispute || !in.Show || in.Text.Reveal() != "Read again." {
		t.Errorf("desk was told %+v", d.last)
	}
}
