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
	"pana/internal/store"
	"pana/internal/withheld"
)

// call takes one call and gives its id.
func (w *world) call(who access.Who, in desk.CallInput) id.Signal {
	w.t.Helper()
	in.Key = w.k()
	r, err := w.desk.TakeCall(w.t.Context(), who, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return id.Signal(r.Args["signal"])
}

// waiting is a call that stays open, with everything in it that can be typed.
func waiting() desk.CallInput {
	return desk.CallInput{
		Channel: "call", Caller: "relative", Region: region, Language: "uz", Safety: "not_safe", Needs: []string{"bed_tonight"}, Ring: "daytime",
		Say: "survey", Number: withheld.New("+7 700 123 45 67"), Promise: "ring_back", Note: withheld.New("sister of the cook"), Outcome: casework.SignalOpen,
	}
}

func TestWhatACallMayHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.helpline("operator")
	for _, row := range []struct {
		why   string
		with  func(*desk.CallInput)
		field string // that must be mended; none: it is taken
		code  string
	}{
		{"everything may be empty but the outcome", func(in *desk.CallInput) { *in = desk.CallInput{Channel: "call", Outcome: casework.SignalOpen} }, "", ""},
		{"nobody said what became of it", func(in *desk.CallInput) { in.Outcome = "" }, "call_outcome", "field.call_outcome"},
		{"an outcome that nobody offers", func(in *desk.CallInput) { in.Outcome = "forgotten" }, "call_outcome", "not_a_choice"},
		{"a file is made by a concern and never said", func(in *desk.CallInput) { in.Outcome = casework.SignalFile }, "call_outcome", "not_a_choice"},
		{"a caller no list has: a name, perhaps", func(in *desk.CallInput) { in.Caller = "Ainur" }, "caller", "not_a_choice"},
		{"a channel no list has", func(in *desk.CallInput) { in.Channel = "pigeon" }, "channel", "not_a_choice"},
		{"a region of another country", func(in *desk.CallInput) { in.Region = "UZ-TK" }, "region", "not_a_choice"},
		{"a note that is a record of what was said", func(in *desk.CallInput) { in.Note = withheld.New(strings.Repeat("a", 281)) }, "call_note", "field.too_long"},
		{"her own words without her yes", func(in *desk.CallInput) { in.Words = withheld.New("they took my papers") }, "call_words", "field.words_not_agreed"},
		{"her own words with her yes", func(in *desk.CallInput) { in.Words, in.Agreed = withheld.New("they took my papers"), true }, "", ""},
		{"a number that nobody may ring", func(in *desk.CallInput) { in.Ring = "never" }, "call_number", "field.never_ring"},
		{"never ring, and no number", func(in *desk.CallInput) { in.Ring, in.Number = "never", withheld.Text{} }, "", ""},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			in := waiting()
			row.with(&in)
			in.Key = w.k()
			_, err := w.desk.TakeCall(t.Context(), operator, in)
			fields := fault.Of(err).Fields
			switch {
			case row.field == "" && err != nil:
				t.Errorf("refused: %v", err)
			case row.field != "" && (len(fields) != 1 || fields[0].Name != row.field || fields[0].Code != row.code):
				t.Errorf("mend %v (%v), want %s %s", fields, err, row.field, row.code)
			}
		})
	}
}

// A call belongs to the body that took it: to its operators, and to nobody else.
func TestCallsAreTheirBodysOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	colleague := operator
	colleague.Worker, colleague.Role = id.New[id.Worker](w.now()), "duty_officer"
	other := w.helpline("operator")
	police := w.body("police", "Police", "officer")
	signal := w.call(operator, waiting())
	never := id.New[id.Signal](w.now())

	for _, who := range []access.Who{operator, colleague} {
		list, err := w.desk.Calls(ctx, who)
		if err != nil || len(list.Open) != 1 || list.Open[0].Signal != signal || !list.Open[0].Urgent || list.Open[0].Promise != "ring_back" {
			t.Errorf("%s lists %+v, %v", who.Role, list.Open, err)
		}
		view, err := w.desk.Call(ctx, who, signal)
		if err != nil || view.Note.Reveal() != "sister of the cook" || view.Contact.Reveal() != "+7 700 123 45 67" {
			t.Errorf("%s reads %+v, %v", who.Role, view, err)
		}
	}
	list, err := w.desk.Calls(ctx, other)
	if err != nil || len(list.Open) != 0 || list.Figures.Calls != 0 {
		t.Errorf("another hotline lists %+v, %v", list, err)
	}
	for name, who := range map[string]access.Who{
		"another hotline": other, "police": police, "the coordinator": w.coordinator, "a shelter": w.shelter, "an inspector": w.inspector, "the administrator": w.admin,
	} {
		_, err := w.desk.Call(ctx, who, signal)
		_, none := w.desk.Call(ctx, who, never)
		if !isWithheld(err) || !isWithheld(none) || err.Error() == "" {
			t.Errorf("%s opens it: %v; one nobody made: %v", name, err, none)
		}
		if _, err := w.desk.CloseCall(ctx, who, desk.CloseCallInput{Key: w.k(), Signal: signal, Outcome: "ended"}); !isWithheld(err) {
			t.Errorf("%s closes it: %v", name, err)
		}
		if name == "another hotline" {
			continue
		}
		if _, err := w.desk.Calls(ctx, who); !isWithheld(err) {
			t.Errorf("%s has the console: %v", name, err)
		}
		if _, err := w.desk.TakeCall(ctx, who, desk.CallInput{Key: w.k(), Channel: "call", Outcome: casework.SignalOpen}); !isWithheld(err) {
			t.Errorf("%s takes a call: %v", name, err)
		}
	}
	// A stranger's concern must not end somebody else's call.
	in := desk.ConcernInput{Key: w.k(), Safety: "not_safe", AgeKnown: casework.AgeNotSure, Consent: "child", Signal: signal}
	if _, err := w.desk.RecordConcern(ctx, w.inspector, in); !isWithheld(err) {
		t.Errorf("an inspector makes a file of the hotline's call: %v", err)
	}
}

// A call becomes a file in one act: the call keeps the link, and what was typed
// goes on in the file.
func TestACallBecomesAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	signal := w.call(operator, waiting())
	in := desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", AgeKnown: casework.AgeAdult, Sex: "female", Consent: "yes", Needs: []string{"bed_tonight"},
		Contact: withheld.New("+7 700 123 45 67"), ContactSafe: "daytime", Signal: signal,
	}
	receipt, err := w.desk.RecordConcern(ctx, operator, in)
	if err != nil {
		t.Fatal(err)
	}
	file := id.File(receipt.Args["file"])
	view, err := w.desk.Call(ctx, operator, signal)
	if err != nil || view.Outcome != casework.SignalFile || view.File != file {
		t.Errorf("the call: %+v, %v", view, err)
	}
	if !view.Note.Empty() || !view.Contact.Empty() || !view.Words.Empty() {
		t.Error("the call still shows what was typed")
	}
	page, err := w.desk.File(ctx, operator, file, operator.Compartment)
	if err != nil || len(page.Notes) != 1 || page.Notes[0].Text.Reveal() != "sister of the cook" {
		t.Errorf("the file's notes: %+v, %v", page.Notes, err)
	}
	again := in
	again.Key = w.k()
	if _, err := w.desk.RecordConcern(ctx, operator, again); !fault.Is(err, casework.CodeSignalClosed) {
		t.Errorf("a second file of one call: %v", err)
	}
	if n, _ := w.store.Count(ctx, "files", store.Query{Scope: access.All{}}); n != 1 {
		t.Errorf("%d files", n)
	}
	if sent, err := w.desk.RecordConcern(ctx, operator, in); err != nil || !sent.Seen || sent.Args["file"] != string(file) {
		t.Errorf("the same form again: %+v, %v", sent, err)
	}
	w.agrees()
}

// Reading a call is a leaf before it is shown, one for each worker and hour;
// closing it is said once, and the figures of the month are its rows.
func TestCallsAreCountedAndTheirReadingRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	for _, outcome := range []string{"silent", "silent", "abusive"} {
		w.call(operator, desk.CallInput{Channel: "call", Outcome: outcome})
	}
	signal := w.call(operator, waiting())
	leaves := func() int {
		t.Helper()
		head, err := w.desk.Ledger(ctx, w.admin)
		if err != nil {
			t.Fatal(err)
		}
		return head.Leaves
	}
	before := leaves()
	for range 2 {
		if _, err := w.desk.Call(ctx, operator, signal); err != nil {
			t.Fatal(err)
		}
	}
	if n := leaves() - before; n != 1 {
		t.Errorf("two readings in an hour left %d leaves", n)
	}
	w.push(time.Hour)
	if _, err := w.desk.Call(ctx, operator, signal); err != nil || leaves()-before != 2 {
		t.Errorf("an hour later: %d leaves, %v", leaves()-before, err)
	}
	if _, err := w.desk.CloseCall(ctx, operator, desk.CloseCallInput{Key: w.k(), Signal: signal, Outcome: "silent!"}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("an outcome nobody offers: %v", err)
	}
	w.must(w.desk.CloseCall(ctx, operator, desk.CloseCallInput{Key: w.k(), Signal: signal, Outcome: "information"}))
	if _, err := w.desk.CloseCall(ctx, operator, desk.CloseCallInput{Key: w.k(), Signal: signal, Outcome: "ended"}); !fault.Is(err, casework.CodeSignalClosed) {
		t.Errorf("closed twice: %v", err)
	}
	list, err := w.desk.Calls(ctx, operator)
	if err != nil || len(list.Open) != 0 {
		t.Errorf("still open: %+v, %v", list.Open, err)
	}
	got := map[string]int{"calls": list.Figures.Calls, "open": list.Figures.Open}
	for _, c := range list.Figures.Outcomes {
		got[c.Outcome] = c.N
	}
	for what, want := range map[string]int{"calls": 4, "silent": 2, "abusive": 1, "information": 1, "file": 0, "open": 0} {
		if got[what] != want {
			t.Errorf("%s: %d, want %d", what, got[what], want)
		}
	}
	w.push(31 * 24 * time.Hour)
	if list, err = w.desk.Calls(ctx, operator); err != nil || list.Figures.Calls != 0 {
		t.Errorf("next month: %+v, %v", list.Figures, err)
	}
	w.agrees()
}
