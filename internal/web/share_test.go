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
	asqar       = desk.Colleague{Worker: id.Worker(fileID(3)), Name: "<Асқар>", Role: "decider"}
	fullSharing = desk.Sharing{
		Lines: []desk.ShareLine{
			{Piece: desk.Piece{File: fileID(1), Step: "identify"}, Subject: girl, Waiting: 99 * time.Hour, From: "Жанна", To: asqar},
			{Piece: desk.Piece{File: fileID(2), Step: "identify"}, Subject: girl, Nobody: "work.nobody"},
		},
		Staff: []desk.ShareLoad{{Colleague: asqar, Has: 2, Gets: 1}},
	}
	fullGiven = []desk.GiveDone{
		{File: fileID(1), Number: "ABCD-2345", Step: "identify", To: "Асқар", Receipt: casework.Receipt{Code: "receipt.work_given", N: 7}},
		{File: fileID(2), Number: "ABCD-2346", Step: "identify", Refused: fault.New(fault.Conflict, "work.changed")},
	}
	fullAway = desk.AwayView{
		Key: "k", Share: true, Self: desk.AwayLine{Colleague: asqar, From: noon, Until: noon.Add(99 * time.Hour), Now: true},
		Staff: []desk.AwayLine{
			{Colleague: asqar, From: noon, Until: noon.Add(99 * time.Hour), Now: true, Has: []desk.AwayPiece{{Piece: desk.Piece{File: fileID(1), Step: "identify"}, Subject: girl, Due: noon, Falls: true}}},
			{Colleague: desk.Colleague{Worker: id.Worker(fileID(4)), Name: "Жанна"}, From: noon.Add(50 * time.Hour), Until: noon.Add(99 * time.Hour)},
		},
		Handed: []desk.HandedLine{{Subject: girl, Step: "identify", At: noon}},
	}
	givenToMe = desk.GivenView{Key: "k", Subject: girl, Step: "identify", By: "<Асқар>", From: "Жанна", How: "by_hand", At: noon, Due: noon.Add(time.Hour), Note: withheld.New("<позвонить>")}
	fullShare = desk.Docket{
		Share: true, Seconds: 2, Staff: []desk.Load{{Colleague: asqar, Has: 3, Overdue: 1}}, Counts: map[string]int{"overdue": 1},
		Back: []desk.Returned{{Subject: girl, Step: "identify", By: "Жанна", At: noon, Why: withheld.New("<знакома>")}},
		Lines: []desk.DocketLine{
			{Subject: girl, Step: "identify", State: "overdue", Opens: true, Held: desk.Holder{Worker: asqar.Worker, Name: asqar.Name, State: "colleague"}},
			{Subject: girl, Step: "not_identify", State: "new", Held: desk.Holder{State: "back"}, Two: []desk.WorkLine{
				{Kind: "proposal", Verb: "work.confirm", Step: "not_identify", By: "<Асқар>", Due: noon, Target: "/file/" + string(fileID(1)) + "/proposal/not_identify"},
				{Kind: "proposal", Verb: "work.waits_second", Step: "no_such"}, {Kind: "proposal", Verb: "work.sent_back", Step: "not_identify"}, {Kind: "proposal", Verb: "work.second_late", Due: noon, Target: "/docket"},
			}},
		},
	}
)

// What is chosen is given to whom is chosen, each with who had it as the page showed.
func TestWhatIsChosenIsGiven(t *testing.T) {
	t.Parallel()
	had, free := string(fileID(1))+"/identify/"+string(asqar.Worker), string(fileID(2))+"/identify/"
	for _, row := range []struct {
		form  url.Values
		code  int
		gives int
		to    id.Worker
		how   string
		why   string
	}{
		{url.Values{"go": {"give"}, "give_to": {string(asqar.Worker)}, "piece": {had, free}}, 200, 2, asqar.Worker, casework.GivenByHand, "each to the colleague chosen"},
		{url.Values{"go": {"back"}, "piece": {had, free}}, 200, 1, "", casework.GivenByHand, "what nobody has is not taken back"},
		{url.Values{"go": {"share"}, "give": {free + "/" + string(asqar.Worker), had + "/" + string(asqar.Worker), "no line"}}, 200, 2, asqar.Worker, casework.GivenShared, "the plan as it was shown"},
		{url.Values{"go": {"give"}, "piece": {free}}, 422, 0, "", "", "nobody is chosen"},
		{url.Values{"go": {"fair"}}, 422, 0, "", "", "nothing is chosen"},
	} {
		d := &fakeDesk{}
		row.form.Set("key", "k")
		w := newVisitor(t, d).in("worker").post("/docket", row.form)
		in, _ := d.last.(desk.GiveInput)
		if w.Code != row.code || len(in.Gives) != row.gives || in.How != row.how {
			t.Errorf("%s: %d, %+v", row.why, w.Code, in)
		}
		if row.gives > 0 && in.Gives[0].To != row.to {
			t.Errorf("%s: to %q", row.why, in.Gives[0].To)
		}
	}
}

// A plan that cannot be made is said on the docket, and nothing chosen is lost.
func TestThePlanIsShownBeforeItIsDone(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	w := v.post("/docket", url.Values{"go": {"fair_all"}})
	if w.Code != http.StatusOK || len(d.acts) > 0 || strings.Count(w.Body.String(), `name="give"`) != 1 {
		t.Errorf("%d %v: a plan with one line to give, and nothing done", w.Code, d.acts)
	}
	d.fail = fault.New(fault.Invalid, "work.nothing")
	if w := v.post("/docket", url.Values{"go": {"fair_all"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing to share out answered %d", w.Code)
	}
}

// Days that cannot be are said, and stay in the form.
func TestAnAbsenceComesBackToBeMended(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{fail: fault.Form(fault.Field{Name: "away_until", Code: "away.order"})}
	w := newVisitor(t, d).in("worker").post("/away", url.Values{"key": {"k"}, "away_from": {"2026-03-05"}, "away_until": {"2026-03-01"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="2026-03-05"`) {
		t.Errorf("answered %d", w.Code)
	}
}

func TestGivingBackKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{fail: fault.Form(fault.Field{Name: "back_why", Code: "field.required"})}
	path := "/file/" + string(fileID(1)) + "/given/identify"
	w := newVisitor(t, d).in("worker").post(path, url.Values{"key": {"k"}, "back_why": {"знакома <с ней>"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="знакома &lt;с ней&gt;"`) {
		t.Errorf("answered %d", w.Code)
	}
}
