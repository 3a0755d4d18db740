package desk_test

import (
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

// amended is the call's form with something put right.
func (w *world) amended(who access.Who, signal id.Signal, with func(*desk.AmendInput)) error {
	w.t.Helper()
	form, err := w.desk.ToAmend(w.t.Context(), who, signal)
	if err != nil {
		return err
	}
	in := desk.AmendInput{CallInput: waiting(), Signal: signal, Version: form.Version}
	in.Key = w.k()
	with(&in)
	_, err = w.desk.AmendCall(w.t.Context(), who, in)
	return err
}

func TestWhoMayPutACallRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.helpline("operator")
	colleague := operator
	colleague.Worker = id.New[id.Worker](w.now())
	other := w.helpline("operator")
	signal := w.call(operator, waiting())
	reason := func(in *desk.AmendInput) { in.Reason = "misheard" }
	none := func(*desk.AmendInput) {}
	for _, row := range []struct {
		why   string
		who   access.Who
		with  func(*desk.AmendInput)
		later time.Duration
		field string // that must be mended; none: it is put right, or nothing changed
	}{
		{"one's own, in the shift: nobody asks why", operator, none, 0, ""},
		{"a colleague says why", colleague, none, 0, "amend_reason"},
		{"a colleague who says why", colleague, reason, 0, ""},
		{"a reason no list has", colleague, func(in *desk.AmendInput) { in.Reason = "Ainur asked" }, 0, "amend_reason"},
		{"what may not be kept of a call may not be amended into it", operator, func(in *desk.AmendInput) { in.Words = withheld.New("they took my papers") }, 0, "call_words"},
		{"after the shift one says why", operator, none, casework.Shift + time.Minute, "amend_reason"},
		{"after the shift, with a reason", operator, reason, 0, ""},
	} {
		w.push(row.later)
		err := w.amended(row.who, signal, row.with)
		fields := fault.Of(err).Fields
		if row.field == "" && err != nil || row.field != "" && (len(fields) != 1 || fields[0].Name != row.field) {
			t.Errorf("%s: %v %v", row.why, err, fields)
		}
	}
	for name, who := range map[string]access.Who{"another hotline": other, "police": w.body("police", "Police", "officer"), "the administrator": w.admin} {
		in := desk.AmendInput{CallInput: waiting(), Signal: signal, Version: 1}
		in.Key = w.k()
		if _, err := w.desk.AmendCall(t.Context(), who, in); !isWithheld(err) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := w.desk.ToAmend(t.Context(), who, signal); !isWithheld(err) {
			t.Errorf("%s opens the form: %v", name, err)
		}
		if _, err := w.desk.RangBack(t.Context(), who, desk.RangInput{Key: w.k(), Signal: signal, What: casework.RangNobody}); !isWithheld(err) {
			t.Errorf("%s rings back: %v", name, err)
		}
		if _, err := w.desk.TakeOver(t.Context(), who, desk.TakeOverInput{Key: w.k(), Calls: []id.Signal{signal}}); !isWithheld(err) {
			t.Errorf("%s takes it over: %v", name, err)
		}
	}
}

// What a call said stays, for who may see it; what the caller took back is shown
// to nobody; and who comes second learns that somebody was first.
func TestWhatACallSaidBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	duty := operator
	duty.Worker, duty.Role = id.New[id.Worker](w.now()), "duty_officer"
	said := waiting()
	said.Words, said.Agreed = withheld.New("they took my papers"), true
	signal := w.call(operator, said)
	first, err := w.desk.ToAmend(ctx, operator, signal)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.amended(operator, signal, func(in *desk.AmendInput) { in.Note, in.Outcome = withheld.New("brother of the cook"), "silent" }); err != nil {
		t.Fatal(err)
	}
	late := desk.AmendInput{CallInput: waiting(), Signal: signal, Version: first.Version}
	late.Key = w.k()
	if _, err := w.desk.AmendCall(ctx, duty, late); !fault.Is(err, casework.CodeSignalChanged) {
		t.Errorf("the second overwrites the first: %v", err)
	}
	if err := w.amended(operator, signal, func(in *desk.AmendInput) { in.Number = withheld.Text{} }); err != nil {
		t.Fatal(err)
	}
	for who, may := range map[*access.Who]bool{&operator: false, &duty: true} {
		v, err := w.desk.Call(ctx, *who, signal)
		if err != nil || len(v.Amended) != 2 || v.Outcome != "" || !v.Closed.IsZero() {
			t.Fatalf("%s: %+v, %v", who.Role, v, err)
		}
		old := v.Amended[0]
		if old.Shown != may || (old.Note.Reveal() == "sister of the cook") != may || (v.Amended[1].Outcome == "silent") != may {
			t.Errorf("%s reads of what it said: %+v", who.Role, old)
		}
		for _, was := range v.Amended {
			if !was.Words.Empty() || !was.Contact.Empty() {
				t.Errorf("%s reads what the caller took back", who.Role)
			}
		}
	}
	file := desk.ConcernInput{Key: w.k(), Safety: "not_safe", AgeKnown: casework.AgeAdult, Consent: "yes", Signal: signal}
	w.must(w.desk.RecordConcern(ctx, operator, file))
	if v, err := w.desk.Call(ctx, duty, signal); err != nil || !v.Amended[0].Note.Empty() {
		t.Errorf("what went on in the file still stands in the history: %v", err)
	}
	if err := w.amended(operator, signal, func(*desk.AmendInput) {}); !fault.Is(err, casework.CodeSignalClosed) {
		t.Errorf("a call that is a file is put right: %v", err)
	}
	w.agrees()
}

// A time of ringing back stands in the list of whoever is on duty when it comes,
// and not before; who rings says what came of it.
func TestRingingBackIsATask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	colleague := operator
	colleague.Worker = id.New[id.Worker](w.now())
	other := w.helpline("operator")
	for _, row := range []struct {
		why  string
		with func(*desk.CallInput)
		code string
	}{
		{"nobody asked whether it is safe", func(in *desk.CallInput) { in.Ring = "" }, "field.ring_unsafe"},
		{"never", func(in *desk.CallInput) { in.Ring, in.Number = "never", withheld.Text{} }, "field.ring_unsafe"},
		{"a time that is over", func(in *desk.CallInput) { in.RingAt = w.now().Add(-time.Minute) }, "field.ring_past"},
	} {
		in := waiting()
		in.Key, in.RingAt = w.k(), w.now().Add(2*time.Hour)
		row.with(&in)
		if _, err := w.desk.TakeCall(ctx, operator, in); len(fault.Of(err).Fields) != 1 || fault.Of(err).Fields[0].Code != row.code {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	in := waiting()
	in.RingAt = w.now().Add(2 * time.Hour)
	signal := w.call(operator, in)
	waits := func(who access.Who) bool {
		t.Helper()
		work, err := w.desk.MyWork(ctx, who, desk.WorkFilter{}, "")
		if err != nil {
			t.Fatal(err)
		}
		return len(work.Lines) == 1 && work.Lines[0].Verb == "work.ring_back" && work.Lines[0].Target == "/calls/"+string(signal)
	}
	rang := func(in desk.RangInput) error {
		in.Key, in.Signal = w.k(), signal
		_, err := w.desk.RangBack(ctx, colleague, in)
		return err
	}
	if waits(colleague) {
		t.Error("the task is there two hours early")
	}
	w.push(2 * time.Hour)
	if !waits(colleague) || waits(other) {
		t.Errorf("at its time: colleague %v, another hotline %v", waits(colleague), waits(other))
	}
	if err := rang(desk.RangInput{What: "shouted"}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("an answer nobody offers: %v", err)
	}
	if err := rang(desk.RangInput{What: casework.RangNobody, Next: w.now().Add(time.Hour)}); err != nil || waits(colleague) {
		t.Errorf("tried again in an hour: %v, still in the list: %v", err, waits(colleague))
	}
	w.push(time.Hour)
	if err := rang(desk.RangInput{What: casework.RangOther, Next: w.now().Add(time.Hour)}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("somebody else answered, and it is to be tried again: %v", err)
	}
	if err := rang(desk.RangInput{What: casework.RangOther}); err != nil || waits(colleague) {
		t.Errorf("somebody else answered: %v, still in the list: %v", err, waits(colleague))
	}
	v, err := w.desk.Call(ctx, operator, signal)
	if err != nil || v.Ring != casework.RingNever || !v.Contact.Empty() || len(v.Rings) != 2 {
		t.Errorf("after somebody else answered the call says %+v, %v", v, err)
	}
}

// A shift is handed over by name: what was on the page is in the hands of who
// read it, and what came since is not.
func TestAShiftIsTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	night := w.helpline("operator")
	morning := night
	morning.Worker = w.colleague(night, "Ләззат Таңғы")
	var read []id.Signal
	for range 2 {
		read = append(read, w.call(night, waiting()))
	}
	since := w.call(night, waiting())
	w.must(w.desk.CloseCall(ctx, night, desk.CloseCallInput{Key: w.k(), Signal: read[1], Outcome: "ended"}))
	w.must(w.desk.TakeOver(ctx, morning, desk.TakeOverInput{Key: w.k(), Calls: read}))
	calls, err := w.desk.Calls(ctx, night)
	if err != nil || len(calls.Open) != 2 {
		t.Fatalf("%+v, %v", calls.Open, err)
	}
	for _, c := range calls.Open {
		if taken := c.Holder.Reveal() == "Ләззат Таңғы"; taken != (c.Signal == read[0]) || c.Mine != (c.Signal == since) {
			t.Errorf("%s is in the hands of %q, mine %v", c.Number, c.Holder.Reveal(), c.Mine)
		}
	}
	if again := w.must(w.desk.TakeOver(ctx, morning, desk.TakeOverInput{Key: w.k(), Calls: read})); again.Code != "receipt.nothing_to_do" {
		t.Errorf("taken over twice: %+v", again)
	}
	if _, err := w.desk.TakeOver(ctx, w.helpline("operator"), desk.TakeOverInput{Key: w.k(), Calls: read}); !isWithheld(err) {
		t.Errorf("another line's shift takes them over: %v", err)
	}
	if _, err := w.desk.TakeOver(ctx, morning, desk.TakeOverInput{Key: w.k()}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("nothing was on the page: %v", err)
	}
}

// colleague opens an account in the body of who, and gives its worker.
func (w *world) colleague(who access.Who, name string) id.Worker {
	w.t.Helper()
	w.admits(w.admin, desk.WorkerInput{Body: who.Body, Login: "colleague", Role: who.Role, Name: withheld.New(name)})
	page, err := w.store.List(w.t.Context(), "accounts", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body))}})
	if err != nil || len(page.Rows) != 1 {
		w.t.Fatalf("%d accounts, %v", len(page.Rows), err)
	}
	return id.Worker(page.Rows[0].Text("worker_id"))
}
