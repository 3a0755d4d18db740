package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// speaksFor gives a body the relation of somebody who speaks for her.
func (w *world) speaksFor(file id.File, body id.Body) {
	w.t.Helper()
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	w.do(w.coordinator, []casework.Ref{ref}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{{Stream: ref, Compartment: casework.CompartmentCore, Payload: casework.RelationAdded{Body: body, Relation: casework.RelAdvocate}, OccurredAt: m.At}}}, nil
	})
}

func (w *world) timelineOf(who access.Who, file id.File, code string) desk.TimelineLine {
	w.t.Helper()
	v, err := w.desk.File(w.t.Context(), who, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(v.Timeline, func(l desk.TimelineLine) bool { return l.Code == code })
	if i < 0 {
		w.t.Fatalf("%s does not read of %s", who.BodyKind, code)
	}
	return v.Timeline[i]
}

// A removal that no order allows is recorded by whoever hears of it, whatever protects
// her: that she has no bar on record does not make it in order, and that it happened
// does not clear her. It stands as theirs whose step it is, the coordinator is told,
// and whoever reads the file reads who wrote it down, but for those it is said of.
func TestARemovalIsWrittenDownByWhoHeardOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	police, lawyer, other := w.body("police", "Police", "officer"), w.body("ngo", "Planted Lawyers", "advocate"), w.body("ngo", "Other Lawyers", "advocate")
	file := id.File(w.must(w.desk.RecordConcern(ctx, police, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", Sex: "female", Language: "uz", AgeKnown: "adult", Age: "30", Consent: "yes", Indicators: theMany, Fear: "not_sure", Region: region,
	})).Args["file"])
	w.must(w.desk.AddIdentity(ctx, police, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Sex: "female", Born: withheld.New("1996-05-01")}))
	w.speaksFor(file, lawyer.Body)
	w.speaksFor(file, other.Body)
	writes := desk.StepInput{Key: w.k(), File: file, Step: "removed_without_order", Reasons: withheld.New("over the border at night")}
	if _, err := w.desk.TakeStep(ctx, lawyer, writes); err == nil {
		t.Error("as a step in order")
	}
	writes.Key, writes.Irregular = w.k(), true
	r := w.must(w.desk.TakeStep(ctx, lawyer, writes))
	if r.Next != "next.coordinator_told" || w.file(file).Situation.Value("presence") != "removed" {
		t.Errorf("%+v: she is %s", r, w.file(file).Situation.Value("presence"))
	}
	if len(w.work(w.coordinator, "task")) == 0 {
		t.Error("the coordinator has no task of it")
	}
	for _, row := range []struct {
		who  access.Who
		body string
	}{{lawyer, "Planted Lawyers"}, {other, "Planted Lawyers"}, {police, ""}} {
		l := w.timelineOf(row.who, file, "step.removed_without_order")
		if !l.Irregular || !slices.Contains(l.Of, "police") || slices.Contains(l.Of, "ngo") || l.Body != row.body || (l.Kind == "") != (row.body == "") {
			t.Errorf("%s reads %+v", row.who.BodyKind, l)
		}
	}
	copied := func(who access.Who) string {
		p := id.Paper(w.must(w.desk.MakeOwnCopy(ctx, who, aCopy(w, file))).Args["paper"])
		v, err := w.desk.Paper(ctx, who, file, p)
		if err != nil {
			t.Fatal(err)
		}
		return said(v.Document)
	}
	if text := copied(police); strings.Contains(text, "Planted Lawyers") || !strings.Contains(text, "записано теми") {
		t.Errorf("the copy that police hand over says who wrote it down, or not that somebody did:\n%s", text)
	}
	if text := copied(other); !strings.Contains(text, "Planted Lawyers") {
		t.Errorf("her copy from who speaks for her does not say who wrote it down:\n%s", text)
	}
	got, err := w.desk.RemovalCheck(ctx, w.dutyOfficer, desk.CheckInput{
		Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Sex: "female", Born: withheld.New("1996-05-01"), Custody: withheld.New("17-A"), Afraid: "no", Forced: "no", Under18: "no",
	})
	if err != nil || got.Answer == desk.NoBar {
		t.Errorf("found again, she is %q: %v", got.Answer, err)
	}
	w.verifies()
}

// The list of who opened a file says that a part of it was opened, and which part only
// to who reads that part: or it would say that there is a document, a paper, an hour at
// which she is heard, or a page of her own.
func TestOpeningsDoNotTellWhatIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	police := w.body("police", "Police", "officer")
	file := w.girl()
	w.speaksFor(file, police.Body)
	which := w.added(w.inspector, file, pdfText)
	if _, err := w.content(w.inspector, file, which); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.File(ctx, w.inspector, file, w.inspector.Compartment); err != nil {
		t.Fatal(err)
	}
	w.must(w.desk.MakeOwnCopy(ctx, w.inspector, aCopy(w, file)))
	parts := func(who access.Who) (out []string) {
		t.Helper()
		v, err := w.desk.File(ctx, who, file, "")
		if err != nil {
			t.Fatal(err)
		}
		listed, err := w.desk.Openings(ctx, who, file)
		if err != nil || len(listed.Lines) != len(v.Openings) {
			t.Fatalf("%d on the page, %d in the list: %v", len(v.Openings), len(listed.Lines), err)
		}
		for i, o := range v.Openings {
			if line := listed.Lines[len(listed.Lines)-1-i]; line.What != o.What || o.Body == "" || o.At.IsZero() {
				t.Errorf("the list says %+v, the page %+v", line, o)
			}
			out = append(out, o.What)
		}
		return out
	}
	own, theirs := parts(w.inspector), parts(police)
	if len(own) != len(theirs) || len(own) < 2 || slices.Contains(own, desk.OtherPart) {
		t.Errorf("who opened them reads %q, others %q", own, theirs)
	}
	for _, what := range []string{"attachments", "papers", w.inspector.Compartment} {
		if slices.Contains(theirs, what) {
			t.Errorf("who does not read it learns that %s was opened: %q", what, theirs)
		}
	}
}
