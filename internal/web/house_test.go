package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

var guestOne = desk.Guest{Subject: girl, Referral: fileReferral, Place: "2-бөлме", Since: noon.Add(-80 * time.Hour), Nights: 3, Open: 2, Late: 1, Last: noon.Add(-time.Hour)}

const fileReferral = id.Referral("01dxf6dt00m6dezqbf7qczzm7q")

func fullHouse() desk.House {
	return desk.House{
		Guests:    []desk.Guest{guestOne, {Subject: girl, Referral: fileReferral, Since: noon}},
		Expected:  []desk.Guest{{Subject: girl, Referral: fileReferral, Place: "1-бөлме", Since: noon}},
		Left:      []desk.Guest{{Subject: girl, Referral: fileReferral, Left: noon}},
		Incidents: []desk.HouseIncident{{File: fileID(1), Number: "ABCD-2345", What: "visitor_refused", At: noon}},
		Services:  []string{"legal", "medical"}, Key: "k",
	}
}

func fullGuest() desk.GuestView {
	return desk.GuestView{
		Guest: guestOne, Here: true, Services: []string{"legal", "medical"}, Key: "k",
		Goals: []casework.Goal{
			{Event: id.Event(fileID(3)), At: noon, GoalSet: casework.GoalSet{Service: "legal", Whose: "person", Until: noon.Add(48 * time.Hour), Text: withheld.New("Үйге хат")}},
			{Event: id.Event(fileID(4)), At: noon, GoalSet: casework.GoalSet{Service: "medical", Whose: "provider", Text: withheld.New("Дәрігер")}, Outcome: "reached", Closed: noon},
		},
		Care: []casework.CareEntry{
			{Event: id.Event(fileID(5)), At: noon, CareGiven: casework.CareGiven{Service: "legal", Minutes: 40, Gave: []string{"travel"}, Text: withheld.New("Сотқа бірге бардық")}},
			{Event: id.Event(fileID(6)), At: noon, CareGiven: casework.CareGiven{Gave: []string{"clothing"}}},
		},
		Incidents: []casework.Incident{{Event: id.Event(fileID(7)), At: noon, IncidentRecorded: casework.IncidentRecorded{What: "threat", Text: withheld.New("Қоңырау")}}},
	}
}

var fullMonth = desk.Month{
	From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Running: true,
	Persons: 4, Arrived: 2, Left: 1, Nights: 61, Things: 3,
	Lines: []desk.MonthLine{{Service: "legal", Entries: 4, Minutes: 160, Persons: 2}, {Service: "medical"}},
	Wrong: []desk.MonthWrong{{What: "threat", N: 1}},
}

// The month's table is for adding up: codes, and nobody's name.
func TestMonthIsATableOfCodes(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	w := v.get("/house/month.csv?month=2026-10")
	if w.Code != http.StatusOK {
		t.Fatalf("answered %d", w.Code)
	}
	for _, want := range []string{"month,what,kind,entries,minutes,persons", "2026-10,nights,,61,,", "2026-10,service,legal,4,160,2", "2026-10,incident,threat,1,,"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q is not in it", want)
		}
	}
	if w := v.get("/house/month?month=nonsense"); w.Code != http.StatusNotFound {
		t.Errorf("a month that is none answered %d", w.Code)
	}
}

// What is wrong stands at its field in the form that was sent, and nothing is done.
func TestAGuestsFormsSayWhatToMend(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		sent   url.Values
		fail   error
		status int
		says   string
		acts   int
	}{
		{"minutes are a number", url.Values{"go": {"care"}, "service": {"legal"}, "minutes": {"an hour"}}, nil, http.StatusUnprocessableEntity, "#minutes", 0},
		{"a day is a day", url.Values{"go": {"goal"}, "goal_text": {"x"}, "until": {"soon"}}, nil, http.StatusUnprocessableEntity, "#until", 0},
		{"an aim without words", url.Values{"go": {"goal"}}, fault.Form(fault.Field{Name: "text", Code: "field.required"}), http.StatusUnprocessableEntity, "#goal_text", 0},
		{"closed by another a second ago", url.Values{"go": {"close"}, "goal": {string(fileID(3))}, "goal_outcome": {"reached"}}, fault.New(fault.Conflict, "goal.closed"), http.StatusConflict, "goal.closed", 0},
		{"a button nobody drew", url.Values{"go": {"delete"}}, nil, http.StatusUnprocessableEntity, "form.malformed", 0},
		{"an entry", url.Values{"go": {"care"}, "service": {"legal"}, "minutes": {"40"}}, nil, http.StatusOK, "data-receipt", 1},
	} {
		d := &fakeDesk{fail: row.fail}
		w := newVisitor(t, d).in("worker").post("/house/"+string(fileID(1)), with(row.sent, "key", "k"))
		if w.Code != row.status || len(d.acts) != row.acts || !strings.Contains(w.Body.String(), row.says) {
			t.Errorf("%s: answered %d, did %v", row.why, w.Code, d.acts)
		}
	}
}
