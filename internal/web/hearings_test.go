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

var (
	hearingToSet = desk.HearingForm{
		Key: "k", Subject: girl, Step: "interview", Of: "asylum_interview", Minutes: 60, Due: noon.Add(50 * time.Hour), Language: "uz", Languages: []string{"kk", "uz"},
		Deciders: []desk.Colleague{{Worker: id.Worker(fileID(3)), Name: "Асқар", Role: "decider"}},
		Attends:  []desk.Attending{{Who: "guardian", Basis: law}}, Notice: "3 working days", NoticeOf: law, Basis: law, Seen: id.Event(fileID(4)),
	}
	heard = desk.HearingDetail{
		HearingLine: desk.HearingLine{Hearing: id.Hearing(fileID(5)), Of: "asylum_interview", Step: "interview", At: noon.Add(24 * time.Hour), State: "set", Interpreting: "booked", Body: "Әкімдік", Mine: true},
		Until:       noon.Add(25 * time.Hour), Minutes: 60, Room: withheld.New("4-бөлме"), Decider: id.Worker(fileID(3)), DecidedBy: "Асқар", Language: "uz",
		Interpreter: casework.Interpreter{State: "booked", Sex: "female", Origin: "not_own", Name: withheld.New("Гүлнар"), Contact: withheld.New("+7")},
		Attends:     []string{"guardian"}, Why: "person_asked", Moved: 2, Event: id.Event(fileID(4)),
	}
	fullHearing  = desk.HearingView{HearingForm: hearingToSet, Detail: heard, MaySet: true, MayPaper: true, StepOpen: true}
	fullCalendar = desk.HearingCalendar{
		From: noon.Add(-12 * time.Hour), To: noon.Add(36 * time.Hour), Week: true, Prev: noon, Next: noon, N: 3,
		Days: []desk.HearingDay{
			{Day: noon.Add(-12 * time.Hour), Off: true},
			{Day: noon.Add(12 * time.Hour), Slots: []desk.HearingSlot{
				{HearingLine: heard.HearingLine, File: fileID(1), Subject: girl, Until: heard.Until, Room: heard.Room, DecidedBy: "Асқар", Language: "uz", Clashes: []string{"room", "decider", "interpreter"}},
				{HearingLine: desk.HearingLine{At: noon, State: "set", Interpreting: "none", Late: true}, Until: noon, Shut: true},
			}},
		},
	}
)

// A calendar that others read says that there is an appointment: not whose, nor where.
func TestTheFileForACalendarSaysNothing(t *testing.T) {
	t.Parallel()
	w := newVisitor(t, &fakeDesk{}).in("worker").get("/file/" + string(fileID(1)) + "/hearings/" + string(heard.Hearing) + "/ics")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "DTSTART:20260304T070000Z") {
		t.Fatalf("answered %d: %s", w.Code, w.Body)
	}
	for _, part := range []string{"бөлме", "ABCD", "Гүлнар", string(fileID(1))} {
		if strings.Contains(w.Body.String(), part) {
			t.Errorf("it says %q", part)
		}
	}
}

// What clashes comes back with everything typed, and a box to set it all the same.
func TestAClashComesBackWithEverythingTyped(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{fail: fault.Form(fault.Field{Name: "room", Code: "hearing.room_taken", Args: map[string]string{"at": noon.Format(time.RFC3339)}})}
	v := newVisitor(t, d).in("worker")
	path, typed := "/file/"+string(fileID(1))+"/hearing/interview", url.Values{"key": {"k"}, "hearing_at": {"2026-03-05"}, "hearing_hour": {"10:00"}, "hearing_minutes": {"60"}, "room": {"4-бөлме"}}
	w := v.post(path, typed)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="4-бөлме"`) || !strings.Contains(w.Body.String(), `name="despite"`) {
		t.Errorf("answered %d", w.Code)
	}
	if typed.Set("hearing_hour", "noon"); v.post(path, typed).Code != http.StatusUnprocessableEntity {
		t.Error("an hour that is none was taken")
	}
}

// An interpreter who is booked elsewhere comes back in the form that named them, with
// the box, and not in the form beside it.
func TestAnInterpreterWhoIsBusyComesBackInItsForm(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{fail: fault.Form(fault.Field{Name: "interpreter_name", Code: "hearing.interpreter_busy", Args: map[string]string{"at": noon.Format(time.RFC3339)}})}
	v := newVisitor(t, d).in("worker")
	typed := url.Values{"key": {"k"}, "go": {"interpreter"}, "interpreter_state": {"booked"}, "interpreter_name": {"Сабина"}}
	w := v.post("/file/"+string(fileID(1))+"/hearings/"+string(heard.Hearing), typed)
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="Сабина"`) || strings.Count(body, `name="despite"`) != 1 {
		t.Errorf("answered %d with %d boxes", w.Code, strings.Count(body, `name="despite"`))
	}
}
