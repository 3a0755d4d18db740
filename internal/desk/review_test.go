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
	"pana/internal/withheld"
)

// An emergency opening waits at the coordinator's desk until another than the
// one who opened it says what it was.
func TestAnEmergencyIsReviewedByAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	if _, _, err := w.desk.OpenEmergency(ctx, w.coordinator, desk.EmergencyInput{Key: w.k(), File: id.Number(file), Reason: "missing"}); err != nil {
		t.Fatal(explain(err))
	}
	lines := w.work(w.coordinator, "task")
	if len(lines) != 1 || lines[0].Target != "/file/"+string(file)+"/emergency" {
		t.Fatalf("the coordinator: %+v", lines)
	}
	page, err := w.desk.EmergencyReview(ctx, w.coordinator, file)
	if err != nil || len(page.Openings) != 1 || !page.Openings[0].Mine || page.Openings[0].Reason != "missing" || page.Openings[0].By.Name != "Coordinator" {
		t.Fatalf("%+v, %v", page, err)
	}
	in := desk.ReviewInput{Key: w.k(), File: file, Task: page.Openings[0].Task, Outcome: casework.Justified}
	if _, err := w.desk.ReviewEmergency(ctx, w.coordinator, in); !fault.Is(err, casework.CodeEmergencyOwn) {
		t.Errorf("she judges herself: %v", err)
	}
	head := w.coordinator
	head.Worker, head.Role = id.New[id.Worker](w.at), "head"
	for _, row := range []struct {
		why  string
		who  access.Who
		code string
		mend func(*desk.ReviewInput)
	}{
		{"not whose desk it waits at", w.inspector, "", func(*desk.ReviewInput) {}},
		{"no answer", head, "field.required", func(in *desk.ReviewInput) { in.Outcome = "" }},
		{"an answer nobody offers", head, "field.required", func(in *desk.ReviewInput) { in.Outcome = "fine" }},
		{"no such task", head, casework.CodeTask, func(in *desk.ReviewInput) { in.Task = id.New[id.Task](w.at) }},
	} {
		bad := in
		bad.Key = w.k()
		row.mend(&bad)
		_, err := w.desk.ReviewEmergency(ctx, row.who, bad)
		f := fault.Of(err)
		said := err != nil && (row.code == "" && isWithheld(err) || f.Code == row.code || len(f.Fields) == 1 && f.Fields[0].Code == row.code)
		if !said {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if _, err := w.desk.FinishTask(ctx, head, desk.TaskInput{Key: w.k(), File: file, Task: in.Task}); !fault.Is(err, casework.CodeReviewNeeded) {
		t.Errorf("ticked off without an answer: %v", err)
	}
	in.Key, in.Outcome = w.k(), casework.NotJustified
	first := w.must(w.desk.ReviewEmergency(ctx, head, in))
	again, err := w.desk.ReviewEmergency(ctx, head, in)
	if err != nil || again.N != first.N || !again.Seen {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	if lines := w.work(w.coordinator, "task"); len(lines) != 0 {
		t.Errorf("it is still there: %+v", lines)
	}
	shown, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || len(shown.Openings) != 1 || shown.Openings[0].Outcome != casework.NotJustified {
		t.Errorf("in the file: %+v, %v", shown.Openings, err)
	}
}

// When the hour is over, who had it is told so; nobody else learns that there
// was one.
func TestTheHourEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	duty, other := w.helpline("duty_officer"), w.helpline("duty_officer")
	if _, _, err := w.desk.OpenEmergency(ctx, duty, desk.EmergencyInput{Key: w.k(), File: string(file), Reason: "medical"}); err != nil {
		t.Fatal(explain(err))
	}
	w.push(59 * time.Minute)
	if view, err := w.desk.EmergencyFile(ctx, duty, file); err != nil || view.Over || view.Identity == nil || len(view.Told) != 1 {
		t.Errorf("in the hour: %+v, %v", view, err)
	}
	w.push(time.Minute)
	view, err := w.desk.EmergencyFile(ctx, duty, file)
	if err != nil || !view.Over || view.Identity != nil || view.Contact != nil || len(view.Needs) > 0 {
		t.Errorf("after the hour: %+v, %v", view, err)
	}
	if _, err := w.desk.EmergencyFile(ctx, other, file); !isWithheld(err) {
		t.Errorf("a colleague: %v", err)
	}
}

// A body that asks again and again about one person rings at the coordinator's:
// one line, however often it asked, and not a word of whom.
func TestNearRepeatsWaitAtTheCoordinator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ask := func(custody string) {
		t.Helper()
		_, err := w.desk.RemovalCheck(ctx, w.border, desk.CheckInput{Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Custody: withheld.New(custody)})
		if err != nil {
			t.Fatal(explain(err))
		}
	}
	for _, custody := range []string{"1", "2", "3", "4"} {
		ask(custody)
	}
	if lines := w.work(w.coordinator, "call"); len(lines) != 0 {
		t.Fatalf("before the fifth: %+v", lines)
	}
	ask("5")
	ask("6")
	lines := w.work(w.coordinator, "call")
	if len(lines) != 1 || lines[0].Verb != "work.check_repeats" || lines[0].About != "Border post" || len(lines[0].Phones) != 1 {
		t.Fatalf("the coordinator: %+v", lines)
	}
	if lines := w.work(w.shelter, "call"); len(lines) != 0 {
		t.Errorf("a shelter: %+v", lines)
	}
	check := id.Check(strings.TrimSuffix(strings.TrimPrefix(lines[0].Target, "/check/"), "/alarm"))
	page, err := w.desk.Alarm(ctx, w.coordinator, check)
	if err != nil || page.Times != 2 || page.Kind != "repeats" {
		t.Fatalf("%+v, %v", page, err)
	}
	if _, err := w.desk.Alarm(ctx, w.dutyOfficer, check); !isWithheld(err) {
		t.Errorf("the body it is about: %v", err)
	}
	in := desk.ReviewInput{Key: w.k(), Check: check, Outcome: casework.Justified}
	if _, err := w.desk.ReviewAlarm(ctx, w.dutyOfficer, in); !isWithheld(err) {
		t.Errorf("the body answers for itself: %v", err)
	}
	w.must(w.desk.ReviewAlarm(ctx, w.coordinator, in))
	if again := w.must(w.desk.ReviewAlarm(ctx, w.coordinator, in)); !again.Seen {
		t.Error("the form sent twice is not one act")
	}
	in.Key = w.k()
	if _, err := w.desk.ReviewAlarm(ctx, w.coordinator, in); !fault.Is(err, casework.CodeCheckReviewed) {
		t.Errorf("answered before: %v", err)
	}
	if lines := w.work(w.coordinator, "call"); len(lines) != 0 {
		t.Errorf("it is still there: %+v", lines)
	}
	if _, err := w.store.Verify(ctx, 2, nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}

// A stopped file stands still; the coordinator is told, and lets it go on.
func TestAStoppedFileIsLookedInto(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	in := desk.FreezeInput{Key: w.k(), File: file, Reason: "wrong_person"}
	if _, err := w.desk.Freeze(ctx, w.inspector, in); !isWithheld(err) {
		t.Errorf("an inspector stops a file: %v", err)
	}
	head := w.inspector
	head.Role = "head"
	w.must(w.desk.Freeze(ctx, head, in))
	right := desk.RightInput{Key: w.k(), File: file, Right: w.laws.p.Rights[0].ID, State: casework.RightOffered}
	if _, err := w.desk.RecordRight(ctx, w.inspector, right); !fault.Is(err, casework.CodeFileFrozen) {
		t.Errorf("a change to a stopped file: %v", err)
	}
	shown, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || !shown.Frozen {
		t.Fatalf("the file says so: %v", err)
	}
	lines := w.work(w.coordinator, "task")
	if len(lines) != 1 || lines[0].Verb != casework.TaskFrozen || lines[0].Target != "/file/"+string(file)+"/freeze" {
		t.Fatalf("the coordinator: %+v", lines)
	}
	if acts, err := w.desk.FileActs(ctx, w.coordinator, file); err != nil || !slices.Equal(acts, []string{"freeze", "hold", "deferrals"}) {
		t.Errorf("what the coordinator may do: %v, %v", acts, err)
	}
	w.must(w.desk.Freeze(ctx, w.coordinator, desk.FreezeInput{Key: w.k(), File: file, Reason: "mistake", Undo: true}))
	if lines := w.work(w.coordinator, "task"); len(lines) != 0 {
		t.Errorf("it is still there: %+v", lines)
	}
	w.refer(file)
}
