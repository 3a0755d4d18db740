package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var fullCall = desk.CallView{
	CallLine: desk.CallLine{Signal: id.Signal(fileID(7)), Number: id.Number(fileID(7)), At: noon, Channel: "call", Caller: "relative", Region: "KZ-75", Urgent: true, Ring: "daytime", RingAt: noon.Add(time.Hour), Promise: "ring_back", Holder: withheld.New("Colleague & Co")},
	Language: "uz", Safety: "not_safe", Needs: []string{"bed"}, Say: "survey", Contact: withheld.New("+7 700 <1>"), Note: withheld.New("find a bed & ring"),
	Words: withheld.New("“<b>help</b>”"), Ringing: []string{"calls.ringing.1"},
	Before:  desk.RangBefore{N: 2, Last: noon, Ring: "evening", Say: "survey"},
	Rings:   []casework.SignalRing{{At: noon, What: "nobody"}},
	Amended: []desk.CallVersion{{Until: noon, Reason: "misheard"}, {Until: noon, Shown: true, CallView: desk.CallView{CallLine: desk.CallLine{Channel: "call", Ring: "never"}, Note: withheld.New("an <old> note")}}},
}

var fullAmend = desk.AmendView{CallView: fullCall, Form: fullCalls.Form, Why: true, Version: 7}

var fullCalls = desk.Calls{
	Form: desk.CallForm{Key: "k", Region: "KZ-75", Lines: []string{"11616", "150"}, Regions: []string{"KZ-71", "KZ-75"}, Languages: []string{"kk", "uz"}, Needs: []string{"bed", "doctor"}, Emergency: "112",
		Danger: []string{"calls.danger.1"}, Script: []string{"calls.script.1"}},
	Links: true, Switch: true,
	Open:    []desk.CallLine{fullCall.CallLine, {Signal: id.Signal(fileID(8)), Number: id.Number(fileID(8)), At: noon, Channel: "message", RingAt: noon, Due: true, Mine: true}},
	Figures: desk.CallFigures{Month: noon, Calls: 3, Open: 2, Referrals: 1, Outcomes: []desk.CallCount{{Outcome: "file", N: 1}, {Outcome: "silent"}}},
}

var fullMonths = desk.FigureMonths{Few: 11, Outcomes: []string{"file", "silent"}, Rows: []desk.MonthRow{
	{Month: noon, As: desk.AsPublished, On: noon, Line: "150", Channel: "call", Calls: 40, Cells: []int{12, desk.Few}, Rest: 28, Referred: 12, Confirmed: desk.Few},
	{Month: noon, As: desk.AsNow, On: noon, Line: "150", Channel: "call", Calls: 60, Cells: []int{32, desk.Few}, Rest: 28, Referred: 12, Confirmed: desk.Few},
}, Months: []desk.MonthStanding{{Month: "2031-11", State: "other", Digest: "d"}, {Month: "2031-10", State: "wait"}, {Month: "2031-09", State: "same"}, {Month: "2031-08", State: "new"}}}

var fullPublished = []desk.PublishedBody{{
	Body: id.Body(fileID(3)), Name: "11616", Few: 11, Outcomes: fullMonths.Outcomes, Rows: fullMonths.Rows[:1],
	Versions: []desk.PublishedVersion{{Month: "2031-11", On: noon, Digest: strings.Repeat("0a", 32)}},
}, {
	Body: id.Body(fileID(4)), Name: "A <ministry>", Procedure: "asylum", Var: "claim", Few: 11, Rows: fullCourseMonths.Rows,
	Versions: []desk.PublishedVersion{{Month: "2031-11", On: noon, Digest: strings.Repeat("0b", 32)}},
}}

// callTyped is the console's form as a browser sends it, all of it filled.
var callTyped = url.Values{
	"key": {"k"}, "channel": {"message"}, "line": {"150"}, "caller": {"witness"}, "safety": {"not_sure"}, "needs": {"bed"}, "region": {"KZ-75"}, "language": {"uz"}, "ring": {"daytime"}, "ring_day": {"2031-11-22"}, "ring_time": {"18:30"},
	"call_number": {"+7 700"}, "call_from": {"+7 701 5"}, "say": {"survey"}, "promised": {"ring_back"}, "call_note": {"ask the clinic"}, "call_words": {"<locked in>"}, "agreed": {"yes"}, "call_outcome": {"open"},
}

var callPages = []page{{"calls", "the call form, with what must be at hand beside it", func(l wording.Lang) any {
	return newCallsPage(signed(l, "calls.title"), desk.Calls{}, url.Values{})
}, func(l wording.Lang) any {
	f := signed(l, "calls.title")
	f.Errors = []FieldError{{"call_words", f.T("error.field.words_not_agreed"), "field.words_not_agreed"}}
	p := newCallsPage(f, fullCalls, callTyped)
	p.Receipt = &fullReceipt
	return p
}}, {"call", "how to ring back stands above everything else", func(l wording.Lang) any {
	return newCallPage(signed(l, "call.title", "number", "X"), desk.CallView{CallLine: desk.CallLine{Channel: "call", At: noon}, Outcome: "file", Closed: noon, File: fileID(1)}, url.Values{})
}, func(l wording.Lang) any {
	return newCallPage(signed(l, "call.title", "number", "X"), fullCall, url.Values{"key": {"k"}})
}}, {"handover", "codes only: it may lie on a desk", func(l wording.Lang) any {
	return handoverView{Frame: signed(l, "handover.title")}
}, func(l wording.Lang) any {
	return handoverView{Frame: signed(l, "handover.title"), C: fullCalls, Key: "k", Receipt: &fullReceipt}
}}, {"callmonths", "what may be published: a number that is not given out is not nought", func(l wording.Lang) any {
	return callMonthsView{Frame: signed(l, "callmonths.title")}
}, func(l wording.Lang) any {
	return callMonthsView{Frame: signed(l, "callmonths.title"), M: fullMonths, Key: "k", Receipt: &fullReceipt}
}}, {"published", "anybody reads what was published, with the day", func(l wording.Lang) any {
	return publishedView{Frame: signed(l, "published.title")}
}, func(l wording.Lang) any { return publishedView{signed(l, "published.title"), fullPublished} }}, {"amend", "the call's own form once more", func(l wording.Lang) any {
	return newAmendPage(signed(l, "amend.title", "number", "X"), desk.AmendView{}, url.Values{})
}, func(l wording.Lang) any {
	f := signed(l, "amend.title", "number", "X")
	f.Errors = []FieldError{{"amend_reason", f.T("error.field.amend_reason"), "field.amend_reason"}}
	return newAmendPage(f, fullAmend, callTyped)
}}}

// Silent and abusive calls are one press each, and the console answers by
// itself, ready for the next call.
func TestOneKeyForASilentCall(t *testing.T) {
	t.Parallel()
	for _, button := range []string{"silent", "abusive"} {
		d := &fakeDesk{}
		v := newVisitor(t, d).in("operator")
		res := v.post("/calls", url.Values{"key": {"q"}, "channel": {"call"}, "go": {button}})
		in, _ := d.last.(desk.CallInput)
		if res.Code != 200 || in.Outcome != button || in.Key != "q" || !strings.Contains(res.Body.String(), `data-receipt`) {
			t.Errorf("%s: %d, %+v", button, res.Code, in)
		}
		for key, name := range map[string]string{"1": `value="silent"`, "2": `value="abusive"`, "3": "<summary", "4": "tel:112", "8": `value="concern"`, "9": `value="save"`} {
			before, _, ok := strings.Cut(res.Body.String(), `accesskey="`+key+`"`)
			if !ok || !strings.Contains(before[strings.LastIndex(before, "<"):], name) {
				t.Errorf("no control has the key %s (%s)", key, name)
			}
		}
	}
}

// What was typed while listening comes back whole when something must be mended,
// when the language is changed, and when the store is busy.
func TestNothingTypedInACallIsLost(t *testing.T) {
	t.Parallel()
	for why, row := range map[string]struct {
		fail error
		with []string
	}{
		"a field must be mended":  {fault.Form(fault.Field{Name: "call_words", Code: "field.words_not_agreed"}), []string{"go", "save"}},
		"the language is changed": {nil, []string{"set_lang", "ru"}},
		"the note is too long":    {nil, []string{"go", "save", "call_note", strings.Repeat("я", 281)}},
		"the store is busy":       {fault.New(fault.Busy, "busy"), []string{"go", "save"}},
	} {
		d := &fakeDesk{fail: row.fail}
		sent := with(callTyped, row.with...)
		body := newVisitor(t, d).in("operator").post("/calls", sent).Body.String()
		for name, values := range sent {
			if name == "go" || name == "set_lang" {
				continue
			}
			for _, value := range values {
				shown := strings.NewReplacer("<", "&lt;", ">", "&gt;", "+", "&#43;").Replace(value)
				if !strings.Contains(body, `name="`+name+`"`) || !strings.Contains(body, shown) {
					t.Errorf("%s: %s is lost", why, name)
				}
			}
		}
		if len(d.acts) != 0 {
			t.Errorf("%s: %v was done", why, d.acts)
		}
	}
}

// A call is put right with the form it was taken with: filled, with what must be
// mended, and with everything typed when a colleague was first.
func TestACallIsPutRight(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("operator")
	path := "/calls/" + string(fullCall.Signal) + "/amend"
	body := v.get(path).Body.String()
	for _, want := range []string{`name="version" value="7"`, `value="&#43;7 700 &lt;1&gt;"`, `find a bed &amp; ring`, `value="daytime" checked`, `name="agreed" value="yes" checked`, `type="time" id="ring_time" name="ring_time" value="`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form is without %s", want)
		}
	}
	if res := v.post(path, with(callTyped, "version", "7", "amend_reason", "misheard")); res.Code != 200 {
		t.Errorf("%d", res.Code)
	}
	in, _ := d.last.(desk.AmendInput)
	if in.Version != 7 || in.Reason != "misheard" || in.Note.Reveal() != "ask the clinic" || in.RingAt.Format("15:04") != "18:30" || in.Signal != fullCall.Signal {
		t.Errorf("sent: %+v", in)
	}
	d.fail = fault.New(fault.Conflict, casework.CodeSignalChanged)
	if res := v.post(path, with(callTyped, "version", "6")); res.Code != 409 || !strings.Contains(res.Body.String(), "ask the clinic") {
		t.Errorf("a colleague was first: %d, or what was typed is lost", res.Code)
	}
}

// A time alone is the next time that the clock shows it; half of one is mended.
func TestWhenToRing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, day, hour, want string }{
		{"nothing", "", "", "0001-01-01 00:00"},
		{"later today", "", "23:30", noon.Format("2006-01-02") + " 23:30"},
		{"a time that was today is tomorrow's", "", "00:10", noon.AddDate(0, 0, 1).Format("2006-01-02") + " 00:10"},
		{"a day and a time", "2031-11-22", "18:30", "2031-11-22 18:30"},
		{"a day without a time", "2031-11-22", "", ""},
		{"no time at all", "2031-11-22", "after tea", ""},
		{"no day at all", "Monday", "18:30", ""},
	} {
		c := &call{site: &Site{Options: Options{Zone: noon.Location()}}, now: noon, form: url.Values{"ring_day": {row.day}, "ring_time": {row.hour}}}
		at, mend := c.ringTime()
		if len(mend) == 0 != (row.want != "") || len(mend) == 0 && at.Format("2006-01-02 15:04") != row.want {
			t.Errorf("%s: %v %v", row.why, at, mend)
		}
	}
}

// In a table a number that is not given out is an empty cell: nobody adds it as none.
func TestFiguresOfCallsAsATable(t *testing.T) {
	t.Parallel()
	res := newVisitor(t, &fakeDesk{}).in("operator").get("/calls/figures.csv")
	month := noon.Format("2006-01")
	want := "month,line,kind,as,day,calls,file,silent,not_given_out_apart,referred,confirmed\n" + month + ",150,call,published," + noon.Format(time.DateOnly) + ",40,12,,28,12,\n" +
		month + ",150,call,now," + noon.Format(time.DateOnly) + ",60,32,,28,12,\n\"# Taken out by"
	if got := strings.TrimPrefix(res.Body.String(), "\ufeff"); res.Code != 200 || !strings.HasPrefix(got, want) {
		t.Errorf("%d\n%s\nwant\n%s", res.Code, got, want)
	}
}

// Ringing back and taking over a shift are one press each.
func TestAfterACall(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("operator")
	if res := v.post("/calls/"+string(fullCall.Signal), url.Values{"key": {"r"}, "go": {"rang"}, "rang": {"nobody"}, "ring_day": {"2031-11-22"}, "ring_time": {"18:30"}}); res.Code != 200 {
		t.Errorf("rang: %d", res.Code)
	}
	if in, _ := d.last.(desk.RangInput); in.What != "nobody" || in.Next.IsZero() || in.Signal != fullCall.Signal {
		t.Errorf("rang: %+v", d.last)
	}
	if res := v.post("/calls/"+string(fullCall.Signal), url.Values{"key": {"r"}, "go": {"rang"}, "rang": {"nobody"}, "ring_day": {"2031-11-22"}}); res.Code != 422 || !strings.Contains(res.Body.String(), `value="2031-11-22"`) {
		t.Errorf("half a time: %d, or the day is lost", res.Code)
	}
	if res := v.post("/calls/handover", url.Values{"key": {"h"}, "calls": {string(fullCall.Signal), "Ainur"}}); res.Code != 200 || !strings.Contains(res.Body.String(), "data-receipt") {
		t.Errorf("taken over: %d", res.Code)
	}
	if in, _ := d.last.(desk.TakeOverInput); len(in.Calls) != 1 || in.Calls[0] != fullCall.Signal {
		t.Errorf("taken over: %+v", d.last)
	}
}

// A call goes on as a concern: saved open first, then the concern begins with
// what was asked already.
func TestACallGoesOnAsAConcern(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("operator")
	res := v.post("/calls", with(callTyped, "go", "concern", "call_outcome", ""))
	in, _ := d.last.(desk.CallInput)
	to := res.Header().Get("Location")
	if res.Code != 303 || in.Outcome != casework.SignalOpen || to != "/concern?signal="+string(fullCall.Signal) {
		t.Fatalf("%d to %s, %+v", res.Code, to, in)
	}
	body := v.get(to).Body.String()
	for _, want := range []string{`name="signal" value="` + string(fullCall.Signal), `name="contact" value="&#43;7 700 &lt;1&gt;"`, `name="needs" value="bed"`, `name="contact_safe" value="daytime"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the concern does not begin with %s", want)
		}
	}
	v.post("/concern", url.Values{"at": {"check"}, "go": {"record"}, "key": {"k"}, "signal": {string(fullCall.Signal)}})
	if concern, _ := d.last.(desk.ConcernInput); concern.Signal != fullCall.Signal {
		t.Errorf("the concern has lost its call: %+v", d.last)
	}
	for _, path := range []string{"/concern?signal=Ainur", "/calls/Ainur"} {
		if res := v.get(path); res.Code != 404 {
			t.Errorf("%s: %d", path, res.Code)
		}
	}
}

// The hand-over has nothing that was typed, so that it may be printed.
func TestTheHandOverHasNoWords(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("operator")
	body := v.get("/calls/handover").Body.String()
	if !strings.Contains(body, fullCall.Number) || !strings.Contains(body, testWords.Say("en", "promise.ring_back")) {
		t.Error("the hand-over does not say what was promised")
	}
	for _, typed := range []withheld.Text{fullCall.Contact, fullCall.Note, fullCall.Words} {
		if strings.Contains(body, typed.Reveal()) {
			t.Error("the hand-over has something that was typed")
		}
	}
	if len(casework.SignalOutcomes) != 5 {
		t.Error("an outcome was added: say whether an operator types it")
	}
}
