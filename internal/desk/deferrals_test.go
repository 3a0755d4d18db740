package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// puts records something of a file as it stands in the record, without the act that
// leads there.
func (w *world) puts(who access.Who, file id.File, what casework.Payload) {
	w.t.Helper()
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	w.do(who, []casework.Ref{ref}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{{Stream: ref, Compartment: casework.CompartmentCore, Payload: what, OccurredAt: m.At}}}, nil
	})
}

// prosecuted is somebody with a page, and a prosecutor to whom her case went.
func (w *world) prosecuted() (file id.File, code string, prosecutor access.Who) {
	w.t.Helper()
	file, code = paged(w)
	w.must(w.desk.AddIdentity(w.t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn"}))
	prosecutor = w.body("prosecutor", "The prosecutor", "prosecutor")
	w.puts(w.inspector, file, casework.RelationAdded{Body: prosecutor.Body, Relation: casework.RelAddressed, For: "detain"})
	if _, err := w.desk.ShowIdentity(w.t.Context(), prosecutor, file); err != nil {
		w.t.Fatal(explain(err))
	}
	return file, code, prosecutor
}

// later has the newest opening that may be shown later, with what in leaves out.
func (w *world) later(who access.Who, file id.File, in desk.DeferralInput) error {
	w.t.Helper()
	if in.Opening == 0 {
		view, err := w.desk.Deferrals(w.t.Context(), who, file)
		if err != nil || len(view.Lines) == 0 {
			w.t.Fatalf("%d openings, %v", len(view.Lines), err)
		}
		in.Opening = view.Lines[0].Seq
	}
	in.Key, in.File = w.k(), file
	_, err := w.desk.DeferOpening(w.t.Context(), who, in)
	return err
}

func (w *world) dayIn(days int) string {
	return w.now().In(w.laws.p.Location()).AddDate(0, 0, days).Format(time.DateOnly)
}

func (w *world) byLaw(until string) desk.DeferralInput {
	return desk.DeferralInput{Act: "cpc", Article: withheld.New("art. 201"), Until: until}
}

// An opening that an officer has shown later is off her page, her copy and the list
// that is handed to her, which say how many there are and not whose; everybody else who
// reads openings sees it. On its day it is there, with the article.
func TestAnOpeningIsShownLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, code, prosecutor := w.prosecuted()
	token, page := w.onPage(code, herPIN)
	if !strings.Contains(textOf(page), "рокур") {
		t.Fatalf("before it is said she sees who opened it:\n%s", textOf(page))
	}
	before, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil {
		t.Fatal(err)
	}
	until := w.dayIn(40)
	if err := w.later(prosecutor, file, w.byLaw(until)); err != nil {
		t.Fatal(explain(err))
	}
	hers := func() map[string]string {
		t.Helper()
		page, err := w.desk.HerPage(ctx, token, "ru")
		if err != nil {
			t.Fatal(err)
		}
		form, err := w.desk.OwnCopyForm(ctx, w.shelter, file, "ru")
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := w.desk.TakeOpenings(ctx, w.inspector, desk.TakeOpeningsInput{Key: w.k(), File: file, Purpose: desk.ForThePerson})
		if err != nil {
			t.Fatal(err)
		}
		return map[string]string{"page": textOf(page), "copy": said(form.Document), "list": string(list)}
	}
	count := map[string]string{"page": "кажут позже", "copy": "кажут позже", "list": `"later": 1`}
	for where, text := range hers() {
		if strings.Contains(text, "рокур") || strings.Contains(text, "The prosecutor") || strings.Contains(text, "201") {
			t.Errorf("her %s says whose it is:\n%s", where, text)
		}
		if !strings.Contains(text, count[where]) {
			t.Errorf("her %s does not say that there is one:\n%s", where, text)
		}
	}
	court, _, err := w.desk.TakeOpenings(ctx, w.inspector, desk.TakeOpeningsInput{Key: w.k(), File: file, Purpose: "court"})
	if err != nil || !strings.Contains(string(court), "The prosecutor") || !strings.Contains(string(court), `"later": "`+until+`"`) {
		t.Errorf("a court's list leaves it out, %v", err)
	}
	after, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || after.Version != before.Version || len(after.Timeline) != len(before.Timeline) {
		t.Errorf("version %d, was %d; %v", after.Version, before.Version, err)
	}
	if !slices.ContainsFunc(after.Openings, func(o desk.OpeningLine) bool { return o.Body == "The prosecutor" && o.Later == until }) {
		t.Errorf("the file's openings lack it: %+v", after.Openings)
	}
	w.push(39 * 24 * time.Hour)
	token, page = w.onPage(code, herPIN)
	if strings.Contains(textOf(page), "рокур") {
		t.Error("shown a day early")
	}
	w.push(24 * time.Hour)
	token, _ = w.onPage(code, herPIN)
	for where, text := range hers() {
		if where != "list" && !(strings.Contains(text, "оказано Вам позже") && strings.Contains(text, "art. 201") && (strings.Contains(text, "рокур") || strings.Contains(text, "The prosecutor"))) {
			t.Errorf("on its day her %s lacks it:\n%s", where, text)
		}
		if where == "list" && (!strings.Contains(text, "The prosecutor") || strings.Contains(text, `"later"`)) {
			t.Error("on its day her list lacks it")
		}
	}
	view, err := w.desk.Deferrals(ctx, prosecutor, file)
	if err != nil || len(view.Lines) != 0 {
		t.Errorf("it may be said once more: %+v, %v", view.Lines, err)
	}
	w.agrees()
}

// What is asked of who has one shown later, and who it is.
func TestWhoHasAnOpeningShownLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, _, prosecutor := w.prosecuted()
	view, err := w.desk.Deferrals(ctx, prosecutor, file)
	if err != nil || len(view.Lines) != 1 || view.Latest == "" {
		t.Fatalf("%+v, %v", view, err)
	}
	seq := view.Lines[0].Seq
	good := w.byLaw(w.dayIn(10))
	for why, change := range map[string]func(*desk.DeferralInput){
		"no article":           func(in *desk.DeferralInput) { in.Article = withheld.Text{} },
		"words for an article": func(in *desk.DeferralInput) { in.Article = withheld.New("because") },
		"no law":               func(in *desk.DeferralInput) { in.Act = "" },
		"a law nobody knows":   func(in *desk.DeferralInput) { in.Act = "mine" },
		"no day":               func(in *desk.DeferralInput) { in.Until = "" },
		"today":                func(in *desk.DeferralInput) { in.Until = w.dayIn(0) },
		"after the longest":    func(in *desk.DeferralInput) { in.Until = w.dayIn(190) },
	} {
		in := good
		if change(&in); fault.Of(w.later(prosecutor, file, in)).Kind != fault.Invalid {
			t.Errorf("%s: taken", why)
		}
	}
	// A form that is sent empty comes back with all that it lacks, and is nobody's conflict.
	_, err = w.desk.DeferOpening(ctx, prosecutor, desk.DeferralInput{Key: w.k(), File: file})
	var lacks []string
	for _, f := range fault.Of(err).Fields {
		lacks = append(lacks, f.Name)
	}
	if want := []string{"deferral_opening", "deferral_act", "deferral_article", "deferral_until"}; !slices.Equal(lacks, want) {
		t.Errorf("an empty form lacks %v: %v", lacks, err)
	}
	if _, err := w.desk.ShowIdentity(ctx, w.inspector, file); err != nil {
		t.Fatal(err)
	}
	openings, err := w.desk.Openings(ctx, w.inspector, file)
	if err != nil {
		t.Fatal(err)
	}
	others := good
	others.Opening = openings.Lines[slices.IndexFunc(openings.Lines, func(o desk.NumberedOpening) bool { return o.Body != "The prosecutor" })].Seq
	if err := w.later(prosecutor, file, others); !fault.Is(err, casework.CodeDeferNone) {
		t.Errorf("another body's opening: %v", err)
	}
	near := w.body("prosecutor", "Her own side", "prosecutor")
	w.puts(w.inspector, file, casework.RelationAdded{Body: near.Body, Relation: casework.RelAddressed, For: "detain"})
	w.puts(w.inspector, file, casework.RelationAdded{Body: near.Body, Relation: casework.RelAdvocate})
	if _, err := w.desk.ShowIdentity(ctx, near, file); err != nil {
		t.Fatal(err)
	}
	far := w.coordinator
	far.Region = "KZ-75"
	own := good
	own.Opening = seq
	for why, who := range map[string]access.Who{"who found her": w.inspector, "who cares for her": w.shelter, "another house": w.shelter2, "her own side": near, "another region": far} {
		if err := w.later(who, file, own); !isWithheld(err) {
			t.Errorf("%s has it shown later: %v", why, err)
		}
		if _, err := w.desk.Deferrals(ctx, who, file); !isWithheld(err) {
			t.Errorf("%s reads it: %v", why, err)
		}
	}
	if err := w.later(w.coordinator, file, own); !isWithheld(err) {
		t.Errorf("who counts has one shown later: %v", err)
	}
	if err := w.later(prosecutor, file, own); err != nil {
		t.Fatal(explain(err))
	}
	seen, err := w.desk.Deferrals(ctx, w.coordinator, file)
	if err != nil || seen.N != 1 || len(seen.Lines) != 0 || seen.May || !slices.Equal(seen.Bodies, []desk.DeferredBody{{Body: "The prosecutor", N: 1}}) {
		t.Errorf("the coordinator counts %+v, %v", seen, err)
	}
	longer := own
	longer.Until = w.dayIn(30)
	if err := w.later(prosecutor, file, longer); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("another day without a reason: %v", err)
	}
	longer.Why = withheld.New("the other witnesses are heard in March")
	if err := w.later(prosecutor, file, longer); err != nil {
		t.Error(explain(err))
	}
}

// What she has been shown stays: an opening of which nobody said it in time, and one
// whose day has come. An emergency is hers to see at once.
func TestWhatWasShownStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, _, prosecutor := w.prosecuted()
	view, err := w.desk.Deferrals(t.Context(), prosecutor, file)
	if err != nil || len(view.Lines) != 1 {
		t.Fatalf("%+v, %v", view, err)
	}
	in := w.byLaw(w.dayIn(10))
	in.Opening = view.Lines[0].Seq
	w.push(3 * time.Hour)
	if err := w.later(prosecutor, file, in); !fault.Is(err, casework.CodeDeferShown) {
		t.Errorf("three hours after: %v", err)
	}
	w.puts(prosecutor, file, casework.Opened{What: "identity", Purpose: "justice"})
	in.Opening = 0
	if err := w.later(prosecutor, file, in); err != nil {
		t.Fatal(explain(err))
	}
	view, err = w.desk.Deferrals(t.Context(), prosecutor, file)
	if err != nil || len(view.Lines) != 1 {
		t.Fatalf("%+v, %v", view, err)
	}
	in.Opening, in.Why = view.Lines[0].Seq, withheld.New("once more")
	w.push(10 * 24 * time.Hour)
	in.Until = w.dayIn(10)
	if err := w.later(prosecutor, file, in); !fault.Is(err, casework.CodeDeferShown) {
		t.Errorf("after its day: %v", err)
	}
	// Within the hours, over midnight: its day has come, and it was shown.
	local := w.now().In(w.laws.p.Location())
	w.push(time.Date(local.Year(), local.Month(), local.Day()+1, 23, 30, 0, 0, local.Location()).Sub(local))
	w.puts(prosecutor, file, casework.Opened{What: "identity", Purpose: "justice"})
	if view, err = w.desk.Deferrals(t.Context(), prosecutor, file); err != nil || len(view.Lines) != 1 {
		t.Fatalf("%+v, %v", view, err)
	}
	in.Opening, in.Until = view.Lines[0].Seq, w.dayIn(1)
	if err := w.later(prosecutor, file, in); err != nil {
		t.Fatal(explain(err))
	}
	w.push(time.Hour)
	in.Until = w.dayIn(10)
	if err := w.later(prosecutor, file, in); !fault.Is(err, casework.CodeDeferShown) {
		t.Errorf("after midnight: %v", err)
	}
	w.puts(prosecutor, file, casework.Opened{What: "identity", Purpose: "emergency", Emergency: true, Until: w.now().Add(time.Hour), Reason: "danger"})
	openings, err := w.desk.Openings(t.Context(), w.inspector, file)
	if err != nil {
		t.Fatal(err)
	}
	in.Opening = openings.Lines[len(openings.Lines)-1].Seq
	if err := w.later(prosecutor, file, in); !fault.Is(err, casework.CodeDeferEmergency) {
		t.Errorf("an emergency: %v", err)
	}
}
