package web

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/wording"
)

var operationLine = desk.OperationLine{ID: id.Operation(fileID(9)), Number: id.Number(fileID(9)), Kind: "raid", At: noon, Found: 4}

var fullOperations = desk.Operations{
	Form:  desk.OperationForm{Key: "k", Operation: id.Operation(fileID(8)), Kinds: []string{"raid"}},
	Lines: []desk.OperationLine{operationLine},
}

var fullOperation = desk.OperationView{
	OperationLine: operationLine, Region: "KZ-75", Waiting: 2, Screened: 1, Gone: 1, Form: fullOperations.Form,
	Persons: []desk.MetLine{
		{No: 1, State: desk.MetWaiting, Subject: girl, Screen: "ask", Removal: desk.Hold},
		{No: 2, State: desk.MetScreened, Subject: girl, Removal: desk.NoBar},
		{No: 3, State: desk.MetWaiting, Hidden: true},
		{No: 4, State: desk.MetGone, Hidden: true},
	},
}

// metTyped is a form with two persons, and an empty row between them.
var metTyped = url.Values{
	"key": {"k"}, "operation": {string(fileID(8))}, "operation_kind": {"raid"},
	"r0.file": {string(fileID(21))}, "r0.call_name": {"<Gul>"}, "r0.sex": {"female"}, "r0.age_known": {"under_18"}, "r0.age": {"9"},
	"r1.file": {string(fileID(22))},
	"r2.file": {string(fileID(23))}, "r2.age_known": {"not_sure"},
}

var operationPages = []page{{"operations", "a row for each person, empty rows are nobody", func(l wording.Lang) any {
	return newOperationsView(signed(l, "operations.title"), desk.Operations{}, nil, 0)
}, func(l wording.Lang) any {
	f := signed(l, "operations.title")
	f.Errors = []FieldError{{"r0.age", f.T("error.field.age"), "field.age"}}
	return newOperationsView(f, fullOperations, metTyped, moreRows)
}}, {"operation", "everybody is counted, whoever looks", func(l wording.Lang) any {
	return newOperationView(signed(l, "operation.title", "number", "X"), desk.OperationView{OperationLine: desk.OperationLine{Kind: "raid", At: noon}})
}, func(l wording.Lang) any {
	p := newOperationView(signed(l, "operation.title", "number", "X"), fullOperation)
	p.Receipt = &fullReceipt
	return p
}}}

// Empty rows are nobody, and a row keeps the id it was drawn with.
func TestRowsOfAnOperation(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("officer")
	res := v.post("/operations", with(metTyped, "go", "record"))
	in, _ := d.last.(desk.OperationInput)
	if res.Code != 200 || len(in.Rows) != 2 || in.Rows[0].File != fileID(21) || in.Rows[1].File != fileID(23) || in.Rows[0].Age != "9" || in.Key != "k" {
		t.Fatalf("%d, %+v", res.Code, in)
	}
	if !strings.Contains(res.Body.String(), `data-receipt="receipt.operation"`) && !strings.Contains(res.Body.String(), `data-receipt`) {
		t.Error("no receipt")
	}
	if v.get("/operations/Ainur").Code != 404 {
		t.Error("what is no identifier is found")
	}
}

// What was typed comes back whole: when something must be mended, when rows are
// added, and when the language changes.
func TestNothingTypedInAnOperationIsLost(t *testing.T) {
	t.Parallel()
	for why, row := range map[string]struct {
		fail error
		with []string
	}{
		"a row must be mended":    {fault.Form(fault.Field{Name: "r1.age_known", Code: "operation.no_step"}), []string{"go", "record"}},
		"more rows are asked for": {nil, []string{"go", "rows"}},
		"the language is changed": {nil, []string{"set_lang", "ru"}},
		"a name is too long":      {nil, []string{"go", "record", "r0.call_name", strings.Repeat("я", 61)}},
	} {
		d := &fakeDesk{fail: row.fail}
		sent := with(metTyped, row.with...)
		body := newVisitor(t, d).in("officer").post("/operations", sent).Body.String()
		for _, want := range []string{string(fileID(21)), string(fileID(23)), strings.ReplaceAll(strings.ReplaceAll(sent.Get("r0.call_name"), "<", "&lt;"), ">", "&gt;"), `value="9"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %s is lost", why, want)
			}
		}
		if strings.Contains(body, string(fileID(22))) || len(d.acts) != 0 {
			t.Errorf("%s: an empty row is kept, or %v was done", why, d.acts)
		}
		if n := strings.Count(body, `class="metrow"`); n < firstRows {
			t.Errorf("%s: %s rows", why, strconv.Itoa(n))
		}
	}
}

// A step that screens is held to an answer before it is confirmed, and sends
// along what was seen.
func TestAStepThatScreens(t *testing.T) {
	t.Parallel()
	form := adverseStep
	form.Offer.Adverse, form.Fields, form.Recipients = nil, nil, nil
	form.Signs = []desk.IndicatorGroup{{Set: "exploitation", IDs: []string{"papers", "unpaid"}}}
	if mend := stepMend(form, url.Values{}); len(mend) != 1 || mend[0].Code != casework.CodeSigns {
		t.Errorf("sent empty: %v", mend)
	}
	for _, v := range []url.Values{{"no_signs": {"yes"}}, {"indicators": {"papers"}}} {
		if mend := stepMend(form, v); len(mend) != 0 {
			t.Errorf("%v: %v", v, mend)
		}
		in := stepInput(form, v)
		if in.NoSigns == (len(in.Indicators) > 0) {
			t.Errorf("%v becomes %+v", v, in)
		}
		p := newStepPage(signed("en", "step.title", "number", "X"), form, desk.Effects{}, v, true)
		if len(p.Answers) != 2 || len(p.Answers[1].Said) != 1 {
			t.Errorf("%v is said as %+v", v, p.Answers)
		}
	}
}
