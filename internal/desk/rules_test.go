package desk_test

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/jobs"
	"pana/internal/withheld"
)

func TestAnAcceptanceIsUndoneWithinMinutes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		after time.Duration
		ok    bool
	}{
		{"a slip of the finger", 9 * time.Minute, true},
		{"later somebody relies on it", 11 * time.Minute, false},
	} {
		w := newWorld(t)
		answer := desk.AnswerInput{Referral: w.refer(w.named()), Place: w.bed}
		answer.Key = w.k()
		w.must(w.desk.Accept(t.Context(), w.shelter, answer))
		w.push(row.after)
		view, err := w.desk.Referral(t.Context(), w.shelter, answer.Referral)
		if err != nil || slices.Contains(view.Acts, "undo") != row.ok {
			t.Errorf("%s: buttons %v, %v", row.why, view.Acts, err)
		}
		answer.Key = w.k()
		if _, err := w.desk.UndoAccept(t.Context(), w.shelter, answer); (err == nil) != row.ok {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}

// A bed is kept for two hours; a figure is believed for a day.
func TestBedsAndFiguresAge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	referral := w.refer(w.named())
	w.must(w.desk.Accept(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	for _, row := range []struct {
		why   string
		push  time.Duration
		free  int
		stale bool
	}{
		{"kept", time.Hour + 59*time.Minute, 0, false},
		{"two hours", 2 * time.Minute, 1, false},
		{"a day old", 22 * time.Hour, 1, true},
	} {
		w.push(row.push)
		jobs.Once(t.Context(), w.store, w.desk, jobs.Options{Now: w.now, Log: discard})
		places, err := w.desk.MyPlaces(t.Context(), w.shelter)
		if err != nil || places[0].Free != row.free || places[0].Stale != row.stale {
			t.Errorf("%s: %+v, %v", row.why, places, err)
		}
	}
}

// Consent taken back, or a no to what had a yes: who waits is told and asked no more,
// who has her is told, what passed stays in the record, and nobody is asked any more.
func TestConsentTakenBack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why string
		how func(w *world, file id.File, c desk.ConsentLine) (casework.Receipt, error)
	}{
		{"the yes is taken back", func(w *world, file id.File, c desk.ConsentLine) (casework.Receipt, error) {
			return w.desk.WithdrawConsent(t.Context(), w.inspector, desk.ConsentInput{Key: w.k(), File: file, Consent: c.ID})
		}},
		{"she says no to the same", func(w *world, file id.File, c desk.ConsentLine) (casework.Receipt, error) {
			return w.desk.GiveConsent(t.Context(), w.inspector, desk.ConsentInput{Key: w.k(), File: file, Purpose: c.Purpose, Answer: "no"})
		}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			consentTakenBack(t, newWorld(t), row.how)
		})
	}
}

func consentTakenBack(t *testing.T, w *world, how func(*world, id.File, desk.ConsentLine) (casework.Receipt, error)) {
	ctx := t.Context()
	file := w.onRecord(person{age: "30"})
	page, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || len(page.Consents) == 0 {
		t.Fatalf("consents: %+v, %v", page.Consents, err)
	}
	send := func(need string) id.Referral {
		return id.Referral(w.must(w.desk.Refer(ctx, w.inspector, desk.ReferInput{
			Key: w.k(), File: file, Services: []id.Service{w.service, w.service2}, Needs: []string{need}, Priority: "emergency",
		})).Args["referral"])
	}
	taken := send("bed_tonight")
	w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: taken, Place: w.bed}))
	waiting := send("food_clothing")
	r := w.must(how(w, file, page.Consents[0]))
	for _, body := range []id.Body{w.shelter.Body, w.shelter2.Body} {
		if !slices.Contains(r.Told, string(body)) {
			t.Errorf("%s is not told: %v", body, r.Told)
		}
	}
	view, err := w.desk.Referral(ctx, w.inspector, waiting)
	if err != nil || view.State != casework.ReferralBack {
		t.Errorf("what waited: %q, %v", view.State, err)
	}
	if view, err = w.desk.Referral(ctx, w.inspector, taken); err != nil || view.State != casework.ReferralTaken {
		t.Errorf("what was accepted: %q, %v", view.State, err)
	}
	if page, err = w.desk.File(ctx, w.inspector, file, ""); err != nil || page.Consents[0].State != casework.ConsentBack {
		t.Errorf("the record: %+v, %v", page.Consents, err)
	}
	_, err = w.desk.Refer(ctx, w.inspector, desk.ReferInput{
		Key: w.k(), File: file, Services: []id.Service{w.service}, Needs: []string{"food_clothing"}, Priority: "emergency",
	})
	if !fault.Is(err, casework.CodeNoConsent) {
		t.Errorf("asked again afterwards: %v", err)
	}
}

func (w *world) helpline(role string) access.Who {
	w.t.Helper()
	return w.body("hotline", "Hotline", role)
}

func TestEmergencyAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	duty := w.helpline("duty_officer")
	if _, err := w.desk.File(ctx, duty, file, ""); !isWithheld(err) {
		t.Fatalf("without an emergency: %v", err)
	}
	if _, err := w.desk.EmergencyFile(ctx, duty, file); !isWithheld(err) {
		t.Errorf("before the bell: %v", err)
	}
	in := desk.EmergencyInput{Key: w.k(), File: id.Number(file)}
	if _, _, err := w.desk.OpenEmergency(ctx, duty, in); len(fault.Of(err).Fields) != 1 {
		t.Errorf("without a reason: %v", err)
	}
	in.Reason = "danger_to_life"
	for _, who := range []access.Who{w.shelter, w.border, w.admin, w.helpline("operator")} {
		if _, _, err := w.desk.OpenEmergency(ctx, who, in); !isWithheld(err) {
			t.Errorf("%s %s: %v", who.BodyKind, who.Role, err)
		}
	}
	view, receipt, err := w.desk.OpenEmergency(ctx, duty, in)
	if err != nil || view.Identity == nil || view.Until.Sub(w.now()) != time.Hour {
		t.Fatalf("%+v, %v", view, err)
	}
	if view.Contact != nil {
		t.Error("how to reach a child is where the child is")
	}
	for i := range reflect.TypeOf(view).NumField() {
		for _, never := range []string{"Place", "From", "Opened", "Referral", "Timeline"} {
			if strings.Contains(reflect.TypeOf(view).Field(i).Name, never) {
				t.Errorf("an emergency shows %s", never)
			}
		}
	}
	if receipt.N == 0 {
		t.Error("it is not in the ledger")
	}
	if lines := w.work(w.coordinator, "task"); len(lines) != 1 || lines[0].Verb != "task.emergency_access" {
		t.Errorf("the coordinator: %+v", lines)
	}
	page, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || len(page.Openings) == 0 || page.Openings[0].What != "emergency" {
		t.Errorf("who opened the file: %+v, %v", page.Openings, err)
	}
	w.push(61 * time.Minute)
	if after, err := w.desk.EmergencyFile(ctx, duty, file); err != nil || !after.Over || after.Identity != nil {
		t.Errorf("after the hour: %+v, %v", after, err)
	}
}

func TestATaskIsDoneByWhoseItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	w.must(w.desk.RecordRight(ctx, w.inspector, desk.RightInput{Key: w.k(), File: file, Right: w.laws.p.Rights[0].ID, State: casework.RightDenied}))
	page, err := w.desk.File(ctx, w.coordinator, file, "")
	ours := slices.DeleteFunc(page.Tasks, func(l desk.TaskLine) bool { return !l.Finish })
	if err != nil || len(ours) != 1 {
		t.Fatalf("the coordinator's task: %+v, %v", page.Tasks, err)
	}
	done := desk.TaskInput{File: file, Task: ours[0].ID}
	done.Key = w.k()
	if _, err := w.desk.FinishTask(ctx, w.inspector, done); !isWithheld(err) {
		t.Errorf("another's task: %v", err)
	}
	w.must(w.desk.FinishTask(ctx, w.coordinator, done))
	if lines := w.work(w.coordinator, "task"); len(lines) != 0 {
		t.Errorf("it is still there: %+v", lines)
	}
	if _, err := w.desk.File(ctx, w.coordinator, file, ""); !isWithheld(err) {
		t.Errorf("and the file with it: %v", err)
	}
}

// Law 110-VIII is in force from 3 September 2024. A file from before gets one
// event that lists what the person gained.
func TestALawTakesEffect(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2024, 8, 20, 6, 0, 0, 0, time.UTC))
	ctx := t.Context()
	file := w.named()
	changes := func() (out []desk.TimelineLine) {
		page, err := w.desk.File(ctx, w.inspector, file, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page.Timeline {
			if l.Code == "event.law.changed" {
				out = append(out, l)
			}
		}
		return out
	}
	sweep := func() {
		t.Helper()
		if err := w.desk.AllDaily(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if sweep(); len(changes()) != 0 {
		t.Fatalf("before the day: %+v", changes())
	}
	w.push(14 * 24 * time.Hour) // 3 September
	sweep()
	sweep()
	lines := changes()
	if len(lines) != 1 || lines[0].Args["gained"] == "" || lines[0].Args["gained"] == "0" {
		t.Fatalf("on the day: %+v", lines)
	}
	if g := lines[0].Gained; len(g) == 0 || len(g[0].Basis) == 0 || strconv.Itoa(len(g)) != lines[0].Args["gained"] {
		t.Errorf("the file does not say what she gained, and by which article: %+v", g)
	}
	if got := w.askOn(w.desk, func(in *desk.CheckInput) { in.Born = withheld.New("2011-05-01") }); got.Answer != desk.Hold {
		t.Errorf("the removal check under the new law: %q", got.Answer)
	}
	if _, err := w.store.Verify(ctx, 2, nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}
