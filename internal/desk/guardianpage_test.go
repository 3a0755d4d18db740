package desk_test

import (
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

const guardianPIN = "305817"

// fostered is a child of fifteen with an aunt who was appointed to be her guardian.
type fostered struct {
	*world
	guardianship access.Who
	child, aunt  id.File
}

func fosteredAt(t *testing.T, at time.Time) fostered {
	t.Helper()
	w := fostered{world: newWorldAt(t, at)}
	w.guardianship = w.body("guardianship", "Guardianship", "specialist")
	w.child = id.File(w.must(w.desk.RecordConcern(t.Context(), w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "not_sure", Age: "15", AgeKnown: "under_18", Sex: "female", Consent: "child", Region: region,
	})).Args["file"])
	w.aunt = w.somebody(w.inspector, "female", "adult")
	if err := w.kin(w.inspector, w.child, w.aunt, "guardian", desk.SeenBoth); err != nil {
		t.Fatal(err)
	}
	return w
}

func newFostered(t *testing.T) fostered {
	t.Helper()
	w := fosteredAt(t, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
	w.take(w.guardianship, w.child, "appoint_guardian", nil)
	return w
}

// aGuardianPage is what the inspector asked, and what the guardian typed.
func (w fostered) aGuardianPage() desk.GuardianPageInput {
	return desk.GuardianPageInput{
		Key: w.k(), File: w.child, Guardian: string(w.aunt), Paper: withheld.New("order 12 of 1 November"), Child: casework.ChildYes, Harm: "no", Safe: "yes",
		Why: withheld.New("she asked for it"), Interest: withheld.New("school and papers"), Language: "ru", PIN: withheld.New(guardianPIN), Again: withheld.New(guardianPIN),
	}
}

func (w fostered) given(in desk.GuardianPageInput) string {
	w.t.Helper()
	code, err := w.desk.IssueGuardianPage(w.t.Context(), w.inspector, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

// herOwn is the child's own page, with its code.
func (w fostered) herOwn() string {
	w.t.Helper()
	in := aPage(w.world, w.child)
	code, err := w.desk.IssueOwnPage(w.t.Context(), w.inspector, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

func (w fostered) over(why string) {
	w.t.Helper()
	v, err := w.desk.GuardianPage(w.t.Context(), w.inspector, w.child)
	if err != nil || v.State != "closed" || v.Over != why {
		w.t.Errorf("want it over by %s: %s, %s, %v", why, v.State, v.Over, err)
	}
}

// The guardian reads what the pack lets a guardian see, and nothing that is the
// child's: not what she wrote or agreed to, nor who opened her file. She reads that
// there is such a page and when it was opened, and ends it.
func TestAGuardiansPage(t *testing.T) {
	t.Parallel()
	w := newFostered(t)
	ctx := t.Context()
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: w.child, Name: withheld.New(planted), Script: "latn"}))
	if _, err := w.desk.ShowIdentity(ctx, w.inspector, w.child); err != nil {
		t.Fatal(err)
	}
	hers := w.herOwn()
	token, own := w.onPage(hers, herPIN)
	if own.Guardian != nil {
		t.Errorf("there is no guardian's page yet: %+v", own.Guardian)
	}
	if err := w.desk.SayOnPage(ctx, token, "m", withheld.New("I am afraid of her")); err != nil {
		t.Fatal(err)
	}
	code := w.given(w.aGuardianPage())
	visit, page := w.onPage(strings.ToLower(code), guardianPIN)
	text := textOf(page)
	if !page.Ward || page.Harmless || !strings.Contains(text, "Что защищает ребенка") || page.Side.Title == "" {
		t.Errorf("%+v", page)
	}
	for _, never := range []string{planted, id.Number(w.child), "afraid", "Кто этот человек", "Запись", "Кто открывал", "На что Вы", "Что сделано", "Вы можете", "Labour inspectorate", "Инспекция труда –"} {
		if strings.Contains(text, never) {
			t.Errorf("the guardian reads %q:\n%s", never, text)
		}
	}
	if len(page.Messages) > 0 || len(page.Agreed) > 0 || len(page.Complaints) > 0 || page.Answers != "" || page.Papers || page.Guardian != nil || page.Key != "" {
		t.Errorf("what is the child's stands on the guardian's page: %+v", page)
	}
	for why, err := range map[string]error{
		"writes in her name":        w.desk.SayOnPage(ctx, visit, "g1", withheld.New("x")),
		"agrees for her":            w.desk.AgreeOnPage(ctx, visit, "g2", "refer"),
		"takes back for her":        w.desk.TakeBackOnPage(ctx, visit, "g3", "refer"),
		"closes her page":           w.desk.CloseHerPage(ctx, visit, "g4"),
		"complains in her name":     w.desk.ComplainOnPage(ctx, visit, "g5", desk.HerComplaintInput{Text: withheld.New("x")}),
		"ends the page as the girl": w.desk.CloseGuardianOnPage(ctx, visit, "g6"),
	} {
		if fault.Of(err).Kind != fault.NotFound {
			t.Errorf("the guardian %s: %v", why, err)
		}
	}
	own, err := w.desk.HerPage(ctx, token, "")
	if err != nil || own.Guardian == nil || !own.Guardian.Open || len(own.Guardian.Entered) != 1 || len(own.Messages) != 1 {
		t.Fatalf("%+v, %v", own, err)
	}
	v, err := w.desk.GuardianPage(ctx, w.inspector, w.child)
	if err != nil || v.State != "open" || v.To == nil || v.To.File != w.aunt || len(v.Entered) != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	file, err := w.desk.File(ctx, w.inspector, w.child, "")
	if err != nil || file.GuardianPage != "open" {
		t.Errorf("the file does not say that there is a code: %q, %v", file.GuardianPage, err)
	}
	police := w.body("police", "Police", "officer")
	if _, err := w.desk.GuardianPage(ctx, police, w.child); !isWithheld(err) {
		t.Errorf("the police: %v", err)
	}
	if _, err := w.desk.IssueGuardianPage(ctx, police, w.aGuardianPage()); !isWithheld(err) {
		t.Errorf("the police give one: %v", err)
	}
	if err := w.desk.CloseGuardianOnPage(ctx, token, "end"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.HerPage(ctx, visit, ""); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("she ended it, and the guardian is still there: %v", err)
	}
	if _, err := w.enter(code, guardianPIN, "net"); !fault.Is(err, "auth.wrong") {
		t.Errorf("she ended it, and the code opens it: %v", err)
	}
	w.over(casework.ClosedByPerson)
	work, err := w.desk.MyWork(ctx, w.inspector, desk.WorkFilter{}, "")
	told := false
	for _, l := range work.Lines {
		told = told || l.Verb == casework.TaskGuardianClosed && l.Target == "/file/"+string(w.child)+"/guardian-page"
	}
	if err != nil || !told {
		t.Errorf("who gave it is not told: %+v, %v", work.Lines, err)
	}
	if own, err = w.desk.HerPage(ctx, token, ""); err != nil || own.Guardian.Open {
		t.Errorf("%+v, %v", own.Guardian, err)
	}
	w.agrees()
}

// After her second PIN, which somebody made her use, nothing ends: neither page.
func TestASecondPINEndsNoGuardiansPage(t *testing.T) {
	t.Parallel()
	w := newFostered(t)
	code := w.given(w.aGuardianPage())
	token, _ := w.onPage(w.herOwn(), secondPIN)
	if err := w.desk.CloseGuardianOnPage(t.Context(), token, "end"); err != nil {
		t.Error(err)
	}
	if _, err := w.enter(code, guardianPIN, "net"); err != nil {
		t.Errorf("it was ended: %v", err)
	}
}

// It ends with what it hangs on, for the code and for whoever is on it, and nothing but
// asking everything anew opens one again.
func TestAGuardiansPageEnds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, over string
		end       func(w fostered, code string) error
		back      func(w fostered) error // what is put right afterwards opens nothing
	}{
		{"who works with the child", casework.ClosedByWorker, func(w fostered, _ string) error {
			return second(w.desk.CloseGuardianPage(w.t.Context(), w.inspector, w.k(), w.child))
		}, nil},
		{"the hotline", casework.ClosedByHotline, func(w fostered, code string) error {
			return w.desk.ClosePageByCode(w.t.Context(), w.body("hotline", "Hotline", "operator"), w.k(), code)
		}, nil},
		{"somebody contests that this is the guardian", casework.GuardianNoKin, func(w fostered, _ string) error {
			return w.related(casework.KinContested, "person_says")
		}, func(w fostered) error { return w.related(casework.KinStands, "mistake") }},
		{"the guardian may have harmed the child", casework.GuardianSuspected, func(w fostered, _ string) error {
			return w.related(casework.KinStands, casework.KinSuspected)
		}, func(w fostered) error { return w.related(casework.KinStands, "decision") }},
		{"the file is stopped", casework.GuardianFileStopped, func(w fostered, _ string) error {
			head := w.inspector
			head.Role = "head"
			return second(w.desk.Freeze(w.t.Context(), head, desk.FreezeInput{Key: w.k(), File: w.child, Reason: "mistake"}))
		}, nil},
		{"its last day has passed", casework.GuardianNoDays, func(w fostered, _ string) error {
			w.push(3 * 24 * time.Hour)
			return nil
		}, nil},
		{"the child is of age", casework.GuardianNoAge, func(w fostered, _ string) error {
			return second(w.desk.AddIdentity(w.t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: w.child, Born: withheld.New("2005-01-01")}))
		}, func(w fostered) error {
			return second(w.desk.AddIdentity(w.t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: w.child, Born: withheld.New("2011-01-01")}))
		}},
	} {
		t.Run(row.over, func(t *testing.T) {
			t.Parallel()
			w := newFostered(t)
			in := w.aGuardianPage()
			in.Until = "2026-11-24"
			code := w.given(in)
			visit, _ := w.onPage(code, guardianPIN)
			if err := row.end(w, code); err != nil {
				t.Fatalf("%s: %v", row.why, err)
			}
			if _, err := w.desk.HerPage(t.Context(), visit, ""); fault.Of(err).Kind != fault.Unauthenticated {
				t.Errorf("%s: who was on it still is: %v", row.why, err)
			}
			if _, err := w.enter(code, guardianPIN, "other"); !fault.Is(err, "auth.wrong") {
				t.Errorf("%s: the code still opens it: %v", row.why, err)
			}
			w.over(row.over)
			if row.back != nil {
				if err := row.back(w); err != nil {
					t.Fatal(err)
				}
				if _, err := w.enter(code, guardianPIN, "other"); !fault.Is(err, "auth.wrong") {
					t.Errorf("%s, and it was put right: the old code opens it: %v", row.why, err)
				}
				w.given(w.aGuardianPage())
			}
			w.agrees()
		})
	}
}

// related says from the child's file what the guardian is to her.
func (w fostered) related(state, reason string) error {
	return second(w.desk.ChangeKin(w.t.Context(), w.inspector, desk.KinChange{Key: w.k(), File: w.child, Other: w.aunt, Kind: "guardian", State: state, Reason: reason}))
}

// A birthday counts from its first minute, before the night's look has found it.
func TestAGuardiansPageEndsOnTheBirthday(t *testing.T) {
	t.Parallel()
	w := newFostered(t)
	w.must(w.desk.AddIdentity(t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: w.child, Born: withheld.New("2008-11-25")}))
	code := w.given(w.aGuardianPage())
	w.push(36 * time.Hour)
	if _, err := w.enter(code, guardianPIN, "net"); err != nil {
		t.Errorf("the day before: %v", err)
	}
	w.push(3 * time.Hour) // 02:00 in Almaty on the day
	if _, err := w.enter(code, guardianPIN, "net"); !fault.Is(err, "auth.wrong") {
		t.Errorf("she is of age: %v", err)
	}
	if err := w.desk.AllDaily(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.over(casework.GuardianNoAge)
	w.agrees()
}

// Another appointment is another guardianship, even of the same aunt: the old code does
// not come back with it.
func TestAnotherAppointmentIsAskedAboutAnew(t *testing.T) {
	t.Parallel()
	w := newFostered(t)
	code := w.given(w.aGuardianPage())
	v, err := w.desk.File(t.Context(), w.guardianship, w.child, "")
	if err != nil {
		t.Fatal(err)
	}
	var step id.Event
	for _, l := range v.Timeline {
		if l.Code == "step.appoint_guardian" {
			step = l.Event
		}
	}
	w.must(w.desk.Correct(t.Context(), w.guardianship, desk.CorrectInput{Key: w.k(), File: w.child, Event: step, Reason: "mistake"}))
	w.over(casework.GuardianNoStep)
	if e := fault.Of(second(w.desk.IssueGuardianPage(t.Context(), w.inspector, w.aGuardianPage()))); len(e.Fields) != 1 || e.Fields[0].Code != casework.CodeGuardianNone {
		t.Errorf("nobody was appointed: %+v", e)
	}
	w.take(w.guardianship, w.child, "appoint_guardian", nil)
	if _, err := w.enter(code, guardianPIN, "net"); !fault.Is(err, "auth.wrong") {
		t.Errorf("the code of the guardian before: %v", err)
	}
	newer := w.given(w.aGuardianPage())
	if _, err := w.enter(newer, guardianPIN, "net"); err != nil {
		t.Error(err)
	}
	newest := w.given(w.aGuardianPage())
	if _, err := w.enter(newer, guardianPIN, "net"); !fault.Is(err, "auth.wrong") || newest == newer {
		t.Errorf("a new code leaves the one before: %v", err)
	}
	w.agrees()
}

// There is none that is not safe for the child, that nobody asked about, or for somebody
// whom the file does not say to have been appointed.
func TestNoGuardiansPageThatIsNotSafe(t *testing.T) {
	t.Parallel()
	w := newFostered(t)
	aunt := w.somebody(w.inspector, "female", "adult")
	if err := w.kin(w.inspector, w.child, aunt, "sibling", desk.SeenBoth); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why, field, code string
		change           func(*desk.GuardianPageInput)
	}{
		{"the child says no", "guardian_child", casework.CodeGuardianNo, func(in *desk.GuardianPageInput) { in.Child = casework.ChildNo }},
		{"the child was not asked", "guardian_child", "field.required", func(in *desk.GuardianPageInput) { in.Child = "" }},
		{"something points at the guardian", "guardian_harm", casework.CodeGuardianUnsafe, func(in *desk.GuardianPageInput) { in.Harm = "yes" }},
		{"or may", "guardian_harm", casework.CodeGuardianUnsafe, func(in *desk.GuardianPageInput) { in.Harm = "not_sure" }},
		{"nobody looked", "guardian_harm", "field.required", func(in *desk.GuardianPageInput) { in.Harm = "" }},
		{"not safe", "guardian_safe", casework.CodeGuardianUnsafe, func(in *desk.GuardianPageInput) { in.Safe = "no" }},
		{"nobody says that it is", "guardian_safe", "field.required", func(in *desk.GuardianPageInput) { in.Safe = "" }},
		{"no reason", "guardian_why", "field.required", func(in *desk.GuardianPageInput) { in.Why = withheld.New("  ") }},
		{"nothing of best interests", "guardian_interest", "field.required", func(in *desk.GuardianPageInput) { in.Interest = withheld.Text{} }},
		{"no paper", "guardian_paper", "field.required", func(in *desk.GuardianPageInput) { in.Paper = withheld.Text{} }},
		{"over already", "guardian_until", "field.date", func(in *desk.GuardianPageInput) { in.Until = "2026-11-22" }},
		{"a relative who is no guardian", "guardian", "field.required", func(in *desk.GuardianPageInput) { in.Guardian = string(aunt) }},
		{"nobody", "guardian", "field.required", func(in *desk.GuardianPageInput) { in.Guardian = "" }},
		{"four digits", "page_pin", "page.pin", func(in *desk.GuardianPageInput) { in.PIN = withheld.New("4829") }},
		{"mistyped", "page_again", "page.again", func(in *desk.GuardianPageInput) { in.Again = withheld.New("482916") }},
		{"no words in the language", "page_in", "field.required", func(in *desk.GuardianPageInput) { in.Language = "uz" }},
	} {
		in := w.aGuardianPage()
		row.change(&in)
		_, err := w.desk.IssueGuardianPage(t.Context(), w.inspector, in)
		if fields := fault.Of(err).Fields; err == nil || len(fields) != 1 || fields[0].Name != row.field || fields[0].Code != row.code {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if err := w.related(casework.KinStands, casework.KinSuspected); err != nil {
		t.Fatal(err)
	}
	none := func(why string, w fostered) {
		t.Helper()
		v, err := w.desk.GuardianPage(t.Context(), w.inspector, w.child)
		if err != nil || len(v.Appointed) != 0 || v.State != "none" {
			t.Errorf("%s: %+v, %v", why, v, err)
		}
		if e := fault.Of(second(w.desk.IssueGuardianPage(t.Context(), w.inspector, w.aGuardianPage()))); len(e.Fields) == 0 || e.Fields[0].Code != casework.CodeGuardianNone {
			t.Errorf("%s: %+v", why, e)
		}
	}
	none("the file says that the guardian may have harmed the child", w)
	none("nobody was appointed", fosteredAt(t, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)))
}

// Wrong numbers at the guardian's page slow who types them, and keep nobody out of the
// child's own; a code that is closed waits like one that never was.
func TestAGuardiansPageLocksNobodyOut(t *testing.T) {
	t.Parallel()
	w := newFostered(t)
	hers, code := w.herOwn(), w.given(w.aGuardianPage())
	var last error
	for range 8 {
		_, last = w.enter(code, "999123", "his")
	}
	if !fault.Is(last, "auth.wait") {
		t.Errorf("who guesses does not wait: %v", last)
	}
	if _, err := w.enter(hers, herPIN, "home"); err != nil {
		t.Errorf("the child waits for it: %v", err)
	}
	if _, err := w.enter(code, herPIN, "home"); !fault.Is(err, "auth.wrong") {
		t.Errorf("the child's number opens the guardian's page: %v", err)
	}
	if _, err := w.enter(hers, guardianPIN, "third"); !fault.Is(err, "auth.wrong") {
		t.Errorf("the guardian's number opens the child's page: %v", err)
	}
	w.push(16 * time.Minute)
	if _, err := w.enter(code, guardianPIN, "his"); err != nil {
		t.Errorf("kept out after the longest wait: %v", err)
	}
}
