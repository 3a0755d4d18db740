package web

import (
	"net/url"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var pages = slices.Concat(framePages, casePages, listPages, guaranteePages, callPages, paperPages, ownPagePages, documentPages, signaturePages, blankPages, operationPages, householdPages, trackPages, rollPages, familyPages, proposalPages, estimatePages, referralFigurePages, []page{
	concernRow("safety"), concernRow("needs"), concernRow("consent"), concernRow("indicators"), concernRow("check"),
	answerOf("barred"), answerOf("hold"), answerOf("possible_match"), answerOf("no_bar_on_record"), answerOf("stop"),
})

var casePages = []page{
	{"result", "the result explains itself", func(l wording.Lang) any {
		return resultPage{Frame: signed(l, "result.title", "number", "A"), Result: desk.ConcernResult{Result: desk.Screening{Result: "not_screened"}}}
	}, func(l wording.Lang) any {
		return resultPage{Frame: signed(l, "result.title", "number", "ABCD-2345"), Result: desk.ConcernResult{
			Receipt: fullReceipt, Subject: girl, Result: screening, Safeguards: guards, Providers: providers, Duties: concernChoices.Duties, Tonight: tonight, MayRefer: true,
		}}
	}},
	{"refer", "who has room, and why others do not fit", func(l wording.Lang) any {
		return newReferPage(signed(l, "refer.title", "number", "A"), desk.ReferForm{}, url.Values{}, false)
	}, func(l wording.Lang) any {
		f := signed(l, "refer.title", "number", "ABCD-2345")
		f.Errors = []FieldError{{"services", f.T("error.choose_provider"), "choose_provider"}}
		return newReferPage(f, refer, url.Values{"services": {string(serviceID(1))}, "needs": {"bed"}}, false)
	}},
	{"refer", "check before others see it", func(l wording.Lang) any {
		return newReferPage(signed(l, "refer.title", "number", "A"), desk.ReferForm{}, url.Values{}, true)
	}, func(l wording.Lang) any {
		return newReferPage(signed(l, "refer.title", "number", "ABCD-2345"), refer, url.Values{"services": {string(serviceID(1)), string(serviceID(2))}, "needs": {"bed"}, "priority": {"emergency"}, "note": {"x"}, "health": {"none"}}, true)
	}},
	{"referral", "clocks, telephones, the articles that forbid a refusal", func(l wording.Lang) any {
		return newReferralPage(signed(l, "referral.title", "number", "A"), desk.ReferralView{State: "open"}, url.Values{})
	}, func(l wording.Lang) any {
		return newReferralPage(signed(l, "referral.title", "number", "R-1042"), referral(), url.Values{"go": {"refuse"}, "reason": {"full"}})
	}},
	{"form", "a small form about a file", func(l wording.Lang) any {
		return formPage{Frame: signed(l, "same.title", "number", "A"), Action: "/file/x/same", Button: "x", Back: "/file/x"}
	}, func(l wording.Lang) any {
		f := signed(l, "same.title", "number", "A")
		f.MainForm = true
		return formPage{Frame: f, Lead: f.T("same.lead"), Action: "/file/x/same", Button: f.T("same.button"), Back: "/file/x", Kept: []Kept{{"key", "k"}},
			Fields: []Field{formOf(f, nil).field("text", "other"), formOf(f, nil).field("yes", "born_about"), formOf(f, nil).choose("choice", "undo", "same.answer", "same", "not_same")}}
	}},
	{"file", "what protects the person, what may happen, who looked", func(l wording.Lang) any {
		return newFilePage(signed(l, "file.title", "number", "A"), desk.FileView{ID: fileID(1)}, url.Values{})
	}, func(l wording.Lang) any {
		return newFilePage(signed(l, "file.title", "number", "ABCD-2345"), fullFile(), url.Values{"key": {"k"}})
	}},
	{"file", "all that is folded, unfolded", func(l wording.Lang) any {
		f := signed(l, "file.title", "number", "A")
		f.Path = "/file/x?show=quiet&show=shut"
		return newFilePage(f, desk.FileView{ID: fileID(1)}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "file.title", "number", "ABCD-2345")
		f.Path = "/file/x?show=quiet&show=shut"
		return newFilePage(f, fullFile(), url.Values{"key": {"k"}})
	}},
	{"file", "names shown after asking", func(l wording.Lang) any {
		return newFilePage(signed(l, "file.title", "number", "A"), desk.FileView{ID: fileID(1), CallName: who.CallName}, url.Values{})
	}, func(l wording.Lang) any {
		view := fullFile()
		view.Covered, view.Identity = false, &who
		return newFilePage(signed(l, "file.title", "number", "ABCD-2345"), view, url.Values{"key": {"k"}})
	}},
	{"hearing_new", "a clash is said and can be set all the same", func(l wording.Lang) any {
		return newHearingForm(signed(l, "hearing.title", "number", "ABCD-2345"), fileID(1), desk.HearingForm{}, nil)
	}, func(l wording.Lang) any {
		f := signed(l, "hearing.title", "number", "ABCD-2345")
		f.Errors = []FieldError{{"room", f.T("error.hearing.room_taken", "at", f.At(noon)), "hearing.room_taken"}}
		return newHearingForm(f, fileID(1), hearingToSet, url.Values{"key": {"k"}, "hearing_at": {"2026-03-05"}, "room": {"<4>"}})
	}},
	{"hearing", "moved, held, not held; the interpreter's slip says time, place and language", func(l wording.Lang) any {
		return newHearingPage(signed(l, "hearing.title", "number", "ABCD-2345"), fileID(1), desk.HearingView{Detail: desk.HearingDetail{HearingLine: desk.HearingLine{State: "not_held"}, Interpreter: casework.Interpreter{State: "none"}}}, nil)
	}, func(l wording.Lang) any {
		f := signed(l, "hearing.title", "number", "ABCD-2345")
		f.Errors = []FieldError{{"hearing_why", f.T("error.choose_why"), "choose_why"}}
		return newHearingPage(f, fileID(1), fullHearing, url.Values{"go": {"close"}, "key": {"k"}, "hearing_outcome": {"not_held"}})
	}},
	{"hearings", "a week by rooms, clashes seen, a closed file only an hour", func(l wording.Lang) any {
		return newCalendarPage(signed(l, "hearings.title"), desk.HearingCalendar{From: noon, To: noon.AddDate(0, 0, 1), Prev: noon, Next: noon})
	}, func(l wording.Lang) any { return newCalendarPage(signed(l, "hearings.title"), fullCalendar) }},
	{"house", "nobody in it, and a full one", func(l wording.Lang) any {
		return newHousePage(signed(l, "house.title"), desk.House{}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "house.title")
		f.mend([]fault.Field{{Name: "files", Code: "field.required"}})
		return newHousePage(f, fullHouse(), url.Values{"key": {"k"}, "service": {"legal"}})
	}},
	{"guest", "a plan, a log, what went wrong", func(l wording.Lang) any {
		return newGuestPage(signed(l, "guest.title", "number", "A"), desk.GuestView{Here: true}, url.Values{})
	}, func(l wording.Lang) any {
		return newGuestPage(signed(l, "guest.title", "number", "ABCD-2345"), fullGuest(), url.Values{"key": {"k"}, "go": {"goal"}})
	}},
	{"month", "counts, and nobody", func(l wording.Lang) any {
		return newMonthPage(signed(l, "month.title"), desk.Month{From: noon, To: noon.AddDate(0, 1, 0)})
	}, func(l wording.Lang) any {
		return newMonthPage(signed(l, "month.title"), fullMonth)
	}},
	{"step", "the legal frame stands beside the form", func(l wording.Lang) any {
		return newStepPage(signed(l, "step.title", "number", "A"), desk.StepForm{File: fileID(1)}, desk.Effects{}, url.Values{}, false)
	}, func(l wording.Lang) any {
		f := signed(l, "step.title", "number", "ABCD-2345")
		f.mend(stepMend(adverseStep, url.Values{}))
		return newStepPage(f, adverseStep, stepEffects, url.Values{"key": {"k"}}, false)
	}},
	{"begin", "a minute at a counter", func(l wording.Lang) any {
		return newBeginPage(signed(l, "begin.title"), desk.BeginForm{Step: "x"}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "begin.title")
		f.mend(append(fieldsMend(beginning.Fields, url.Values{}), recipientMend(beginning.Recipients, url.Values{})...))
		return newBeginPage(f, beginning, url.Values{"key": {"k"}})
	}},
	{"begin", "what it changes, before a file is opened", func(l wording.Lang) any {
		p := newBeginPage(signed(l, "begin.title"), desk.BeginForm{Step: "x"}, url.Values{})
		p.Confirm = true
		return p
	}, func(l wording.Lang) any {
		p := newBeginPage(signed(l, "begin.title"), beginning, url.Values{"key": {"k"}, "to": {"b1"}, "f.grounds": {"other"}, "where": {"at_quay"}})
		p.Confirm, p.Effects = true, stepEffects
		return p
	}},
	{"step", "what it changes, before it is confirmed", func(l wording.Lang) any {
		return newStepPage(signed(l, "step.title", "number", "A"), desk.StepForm{File: fileID(1)}, desk.Effects{}, url.Values{"irregular": {"yes"}}, true)
	}, func(l wording.Lang) any {
		return newStepPage(signed(l, "step.title", "number", "ABCD-2345"), adverseStep, stepEffects, url.Values{"key": {"k"}, "reasons": {"a"}, "f.grounds": {"other"}}, true)
	}},
	{"irregular", "what happens in life is recorded", func(l wording.Lang) any {
		return irregularPageView{signed(l, "irregular.title", "number", "A"), desk.FileView{}}
	}, func(l wording.Lang) any {
		return irregularPageView{signed(l, "irregular.title", "number", "A"), fullFile()}
	}},
}

var listPages = []page{
	{"inbox", "what waits for an answer, with its clock", func(l wording.Lang) any {
		return newInboxPage(signed(l, "inbox.title"), nil, url.Values{})
	}, func(l wording.Lang) any {
		return newInboxPage(signed(l, "inbox.title"), []desk.ReferralView{referral()}, url.Values{"sort": {"since"}})
	}},
	{"directory", "a map of tiles and the same as a list", func(l wording.Lang) any {
		return newDirectoryPage(signed(l, "directory.title"), desk.Directory{}, url.Values{})
	}, func(l wording.Lang) any {
		return newDirectoryPage(signed(l, "directory.title"), desk.Directory{Region: "KZ-75", Services: providers, Total: 3, AsOf: noon.AddDate(0, 0, -8), Step: 5, Tiles: []desk.Tile{{Region: "KZ-75", Col: 2, Row: 1, Services: 3, Free: 5}, {Region: "KZ-71", Col: 1, Row: 0, Free: -1}}}, url.Values{"sort": {"name"}})
	}},
	{"places", "beds, and how old the figure is", func(l wording.Lang) any {
		return newPlacesPage(signed(l, "places.title"), nil, url.Values{})
	}, func(l wording.Lang) any {
		places := []desk.PlaceView{{ID: id.Place(fileID(6)), Name: "2-бөлме", Takes: []string{"women", "girls"}, State: "held", Until: noon.Add(time.Hour), Beds: 4, Free: 2, AsOf: noon.Add(-30 * time.Hour), Stale: true}}
		return newPlacesPage(signed(l, "places.title"), places, url.Values{"place": {string(places[0].ID)}})
	}},
	{"check", "one field set", func(l wording.Lang) any {
		return newCheckPage(signed(l, "check.title"), desk.CheckForm{}, url.Values{})
	}, func(l wording.Lang) any {
		return newCheckPage(signed(l, "check.title"), desk.CheckForm{Grounds: []string{"other"}, Duty: tonight.Coordinator}, url.Values{"name": {"<x>"}})
	}},
	{"grounds", "a receipt opens them", func(l wording.Lang) any {
		return newGroundsPage(signed(l, "grounds.title"), url.Values{}, nil)
	}, func(l wording.Lang) any {
		asked := desk.Identity{Names: []desk.Name{{Full: withheld.New("<x>"), Use: "given"}}, Citizen: []withheld.Text{withheld.New("UZB")}}
		bars := []desk.Safeguard{{ID: "victim", Kind: "bar"}}
		grounds := desk.Grounds{Check: id.Check(fileID(9)), At: noon, Answer: "barred", Asked: asked, Files: []desk.GroundsOf{{File: fileID(1), Number: "7Q4M-2PXA", Bars: bars}, {Bars: bars}}}
		return newGroundsPage(signed(l, "grounds.title"), url.Values{"check_receipt": {string(grounds.Check)}}, &grounds)
	}},
	{"emergency", "who will be told stands before anything is opened", func(l wording.Lang) any {
		return newEmergencyPage(signed(l, "emergency.title"), desk.EmergencyForm{}, url.Values{}, false)
	}, func(l wording.Lang) any {
		return newEmergencyPage(signed(l, "emergency.title"), emergencyChoices, url.Values{"key": {"k"}, "file_number": {"<x>"}, "reason": {"medical"}}, true)
	}},
	{"emergency_open", "the hour is over, and the hour runs", func(l wording.Lang) any {
		return newOpenedPage(signed(l, "emergency.opened", "number", "7Q4M-2PXA"), desk.EmergencyView{Over: true, Until: noon})
	}, func(l wording.Lang) any {
		return newOpenedPage(signed(l, "emergency.opened", "number", "7Q4M-2PXA"), emergencyShown)
	}},
	{"review", "who opened, when and why; nobody judges their own", func(l wording.Lang) any {
		return newReviewPage(signed(l, "review.title", "number", "7Q4M-2PXA"), desk.EmergencyReview{}, url.Values{})
	}, func(l wording.Lang) any {
		return newReviewPage(signed(l, "review.title", "number", "7Q4M-2PXA"), openingsToReview, url.Values{"key": {"k"}})
	}},
	{"followup", "how to reach her only with her yes, and what came of it before", func(l wording.Lang) any {
		return newFollowUpPage(signed(l, "followup.title", "number", "7Q4M-2PXA"), desk.FollowUps{}, url.Values{})
	}, func(l wording.Lang) any {
		return newFollowUpPage(signed(l, "followup.title", "number", "7Q4M-2PXA"), toFollowUp, url.Values{"key": {"k"}, "how_it_went": {"not_reached"}, "try_next": {"2027-01-01"}})
	}},
	{"alarm", "which body to telephone, and never whom it asked about", func(l wording.Lang) any {
		return newAlarmPage(signed(l, "alarm.title"), desk.Alarm{}, url.Values{})
	}, func(l wording.Lang) any {
		return newAlarmPage(signed(l, "alarm.title"), alarm, url.Values{"key": {"k"}, "outcome": {"justified"}})
	}},
	{"docket", "what a decider owes today", func(l wording.Lang) any {
		return newDocketPage(signed(l, "docket.title"), desk.Docket{}, url.Values{}, url.Values{})
	}, func(l wording.Lang) any {
		return newDocketPage(signed(l, "docket.title"), desk.Docket{Counts: map[string]int{"overdue": 1}, Pages: desk.Paging{Prev: "p", Total: 1},
			Lines: []desk.DocketLine{{Subject: girl, Step: "identify", Due: noon.Add(-time.Hour), State: "overdue", Waiting: 99 * time.Hour, Unclear: []string{"q"}}}}, url.Values{}, url.Values{})
	}},
	{"overdue", "how much the bodies that one oversees leave overdue", func(l wording.Lang) any {
		return overdueView{signed(l, "overdue.title"), desk.Overseen{}}
	}, func(l wording.Lang) any {
		return overdueView{signed(l, "overdue.title"), fullOverseen}
	}},
	{"figures", "the procedures that have figures; a number of a few is not nought", func(l wording.Lang) any {
		return figureListView{signed(l, "figures.title"), desk.FigureList{Whose: "body"}}
	}, func(l wording.Lang) any {
		return figureListView{signed(l, "figures.title"), fullFigureList}
	}},
	{"figuremonths", "months as they were published and as they are counted", func(l wording.Lang) any {
		return figureMonthsView{callMonthsView{Frame: signed(l, "figuremonths.title")}}
	}, func(l wording.Lang) any {
		return figureMonthsView{callMonthsView{Frame: signed(l, "figuremonths.title"), M: fullCourseMonths, Key: "k", Receipt: &fullReceipt}}
	}},
	{"figure", "one procedure, with what is kept back", func(l wording.Lang) any {
		return newFiguresView(signed(l, "figures.title"), desk.Figures{Whose: "all", Procedure: "asylum"})
	}, func(l wording.Lang) any {
		return newFiguresView(signed(l, "figures.title"), fullFigures)
	}},
	{"docket", "who shares it out chooses and gives; what was given back is on top", func(l wording.Lang) any {
		return newDocketPage(signed(l, "docket.title"), desk.Docket{Share: true}, url.Values{}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "docket.title")
		f.Errors = []FieldError{{"give_to", f.T("error.field.choice"), "field.choice"}}
		return newDocketPage(f, fullShare, url.Values{"held": {"mine"}}, url.Values{"key": {"k"}, "piece": {string(fileID(1)) + "/not_identify/"}, "hand_note": {"<позвонить>"}})
	}},
	{"share", "the plan: who would have how many, and whom nobody can take", func(l wording.Lang) any {
		return sharePageView{Frame: signed(l, "share.title")}
	}, func(l wording.Lang) any {
		return sharePageView{Frame: signed(l, "share.title"), Key: "k", S: fullSharing}
	}},
	{"share", "what became of it, with what was refused and why", func(l wording.Lang) any {
		return sharePageView{Frame: signed(l, "share.done")}
	}, func(l wording.Lang) any {
		return sharePageView{Frame: signed(l, "share.done"), Done: fullGiven}
	}},
	{"away", "who is away, what she has, and what was handed over", func(l wording.Lang) any {
		return newAwayPage(signed(l, "away.title"), desk.AwayView{}, nil, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "away.title")
		f.Errors = []FieldError{{"away_until", f.T("error.away.order"), "away.order"}}
		return newAwayPage(f, fullAway, fullShare.Staff, url.Values{"away_until": {"2026-03-05"}})
	}},
	{"given", "what a colleague said, and a way to give it back", func(l wording.Lang) any {
		return newGivenPage(signed(l, "given.title", "number", "ABCD-2345"), desk.GivenView{}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "given.title", "number", "ABCD-2345")
		f.Errors = []FieldError{{"back_why", f.T("error.field.required"), "field.required"}}
		return newGivenPage(f, givenToMe, url.Values{"back_why": {"<x>"}})
	}},
	{"search", "files that a worker may open, and why each was found", func(l wording.Lang) any {
		return newSearchPage(signed(l, "search.title"), desk.Found{}, url.Values{"q": {"Кунимай"}})
	}, func(l wording.Lang) any {
		return newSearchPage(signed(l, "search.title"), desk.Found{Next: "20", Regions: []string{"KZ-75"}, Steps: []string{"identify"}, Relations: []string{"opened"},
			Lines: []desk.FoundFile{{Subject: girl, Opened: noon, Frozen: true, Why: []string{"same_name", "birth_fits"}, Steps: []desk.FoundStep{{Step: "identify", State: "overdue", Due: noon.Add(-time.Hour)}}}}},
			url.Values{"q": {"Кунимай 2011"}, "with_state": {"overdue"}})
	}},
	{"openings", "who opened it, with numbers", func(l wording.Lang) any {
		return openingsView{Frame: signed(l, "openings.title"), O: desk.OpeningsView{File: fileID(1), Number: "7Q4M-2PXA", Subject: girl}}
	}, func(l wording.Lang) any {
		f := signed(l, "openings.title")
		return openingsView{Frame: f, O: fullOpenings, Key: "k", Fields: []Field{form{f, url.Values{}}.choose("choice", "taken_for", "take_out.for", desk.TakeOutPurposes...)}}
	}},
	{"take_out", "what for, and then what the page shows", func(l wording.Lang) any {
		return takenPage{Frame: signed(l, "take_out.title"), Action: "/take-out", Fields: []Field{form{signed(l, "take_out.title"), url.Values{}}.choose("choice", "taken_for", "take_out.for", desk.TakeOutPurposes...)}}
	}, func(l wording.Lang) any {
		f := signed(l, "take_out.title")
		return takenPage{Frame: f, Done: true, Mark: f.taken(desk.Mark{N: 4711, At: noon, Body: "019dcd4tvw7rtc1g3qvyvpxq7e"}), T0: docketTaken(f, desk.Docket{Lines: []desk.DocketLine{{Subject: girl, Step: "identify", State: "overdue", Due: noon, Waiting: 99 * time.Hour, Two: []desk.WorkLine{{Verb: "work.confirm", Step: "identify", Subject: girl}}}}})}
	}},
	{"cases_in", "cases of another system, looked at before they come", func(l wording.Lang) any {
		return newCasesPage(signed(l, "cases.title"), "k", nil)
	}, func(l wording.Lang) any {
		read := desk.CasesRead{Key: "k", Kept: "YQ", Rows: []desk.CaseRow{{Line: 2, Name: withheld.New("<Гүл>"), Born: withheld.New("2011-05-01"), Sex: "female", Signs: []string{"isolation"}, Words: "HTCDS 2.0.", Alike: []desk.Subject{girl}}}}
		for _, code := range []string{"unreadable", "no_column", "unknown", "twice", "not_carried", "one_way", "not_a_day", "not_a_code", "sex_not_kept", "no_sign", "too_long", "nothing_said", "same_before", "too_many"} {
			read.Found = append(read.Found, desk.CaseFinding{Line: 1, Column: 3, Field: "prs_Gender", Code: code, Stops: code == "twice"})
		}
		f := signed(l, "cases.title")
		f.Errors = []FieldError{{casesField, f.T("error.cases.too_large", "max", 128), "cases.too_large"}}
		return newCasesPage(f, "k", &read)
	}},
	{"bodies", "the administrator's bodies", func(l wording.Lang) any {
		return newBodiesPage(signed(l, "bodies.title"), desk.Bodies{}, url.Values{}, url.Values{})
	}, func(l wording.Lang) any {
		line := desk.BodyLine{ID: id.Body(fileID(3)), Kind: "police", Name: "Полиция", Region: "KZ-75", Phone: "+7", Workers: 4, Closed: true}
		return newBodiesPage(signed(l, "bodies.title"), desk.Bodies{
			Lines: []desk.BodyLine{line}, Kinds: []string{"police"}, Regions: []string{"KZ-75"}, Trouble: []desk.Trouble{{Code: "notify.unreachable", N: 2, Since: noon}},
			GaveUp: []desk.GaveUp{{Bodies: string(line.ID), Names: []string{line.Name}, Code: "notify.rejected", N: 3, Since: noon}},
		}, url.Values{"body": {string(line.ID)}}, url.Values{"sort": {"workers"}})
	}},
	{"workers", "the administrator's workers", func(l wording.Lang) any {
		return newWorkersPage(signed(l, "workers.title"), desk.Workers{}, url.Values{}, url.Values{})
	}, func(l wording.Lang) any {
		line := desk.WorkerLine{ID: id.Worker(fileID(5)), Body: id.Body(fileID(3)), BodyName: "Полиция", Login: "p1", Role: "worker", State: "active", Same: []string{"p2", "p3"}, Alike: []string{"p4"}, AlikeHere: true}
		return newWorkersPage(signed(l, "workers.title"), desk.Workers{Lines: []desk.WorkerLine{line}, Bodies: []desk.BodyLine{{ID: line.Body, Kind: "police", Name: "Полиция"}}, Roles: map[string][]string{"police": {"worker"}}}, url.Values{"worker": {string(line.ID)}}, url.Values{"role": {"worker"}})
	}},
	{"signin_code", "the code on paper", func(l wording.Lang) any {
		return signInCodePage{Frame: signed(l, "signincode.title")}
	}, func(l wording.Lang) any {
		return signInCodePage{Frame: signed(l, "signincode.title"), D: desk.WorkerDone{Login: "aliya", Code: withheld.New("AAAA-BBBB-CCCC"), Until: noon}, Address: "https://pana.example"}
	}},
	{"motions", "what waits for a second administrator", func(l wording.Lang) any {
		return newMotionsPage(signed(l, "motions.title"), desk.Motions{}, url.Values{})
	}, func(l wording.Lang) any {
		line := desk.MotionLine{ID: "m1", Act: casework.MotionOpen, BodyName: "Полиция", Login: "aliya", Role: "head", By: "rosa", At: noon, Until: noon, State: "open", Confirms: true}
		mine, machine, old := line, line, line
		mine.Mine, mine.Confirms = true, false
		machine.ID, machine.Act, machine.Machine, machine.Scopes, machine.Expires = "m2", casework.MotionCredential, "mabc", []string{"check.ask", "check.apart"}, noon
		old.State, old.Why = "refused", withheld.New("not she")
		return newMotionsPage(signed(l, "motions.title"), desk.Motions{Key: "k", Waits: []desk.MotionLine{line, mine, machine}, Ended: []desk.MotionLine{old}}, url.Values{})
	}},
	{"machines", "credentials of machines", func(l wording.Lang) any {
		return newMachinesPage(signed(l, "machines.title"), desk.Machines{}, url.Values{})
	}, func(l wording.Lang) any {
		line := desk.MachineLine{ID: "mabc", BodyName: "Шекара", Scopes: []string{"check.ask"}, At: noon, Expires: noon, State: "active"}
		b := desk.BodyLine{ID: id.Body(fileID(3)), Kind: "border_service", Name: "Шекара"}
		return newMachinesPage(signed(l, "machines.title"), desk.Machines{Lines: []desk.MachineLine{line}, Bodies: []desk.BodyLine{b}, Apart: []id.Body{b.ID}}, url.Values{"days": {"90"}})
	}},
	{"machine_secret", "a secret, once", func(l wording.Lang) any {
		return machineSecretPage{Frame: signed(l, "machine.title")}
	}, func(l wording.Lang) any {
		return machineSecretPage{Frame: signed(l, "machine.title"), D: desk.MachineDone{ID: "mabc", Secret: withheld.New("mabc.secret"), Expires: noon}, Address: "https://pana.example"}
	}},
	{"own_password", "a password of one's own", func(l wording.Lang) any {
		return ownPasswordPage{Frame: signed(l, "ownpassword.title")}
	}, func(l wording.Lang) any {
		f := signed(l, "ownpassword.title")
		return ownPasswordPage{f, "k", true, []Field{form{f, url.Values{}}.field("password", "new_password"), form{f, url.Values{}}.field("password", "new_password_again")}}
	}},
	{"law_move", "what it takes from how many, before the button", func(l wording.Lang) any {
		return newLawMovePage(signed(l, "law_move.title"), desk.LawMoveView{Pack: "kz 1", Waiting: 3, Looking: true, Done: 1, Total: 3}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "law_move.title")
		f.mend([]fault.Field{{Name: "looked", Code: "field.move_looked"}})
		return newLawMovePage(f, fullMove, url.Values{"key": {"k"}})
	}},
	{"law_move", "what cannot be moved is said, and there is no button", func(l wording.Lang) any {
		return newLawMovePage(signed(l, "law_move.title"), desk.LawMoveView{Pack: "kz 1"}, url.Values{})
	}, func(l wording.Lang) any {
		refused := *fullMove.Seen
		refused.Unsaid = refused.Lost
		return newLawMovePage(signed(l, "law_move.title"), desk.LawMoveView{Pack: "kz 1", Waiting: 3, Seen: &refused, Failed: "internal"}, url.Values{})
	}},
	{"adoption", "who may do more comes first, and the tick before the button", func(l wording.Lang) any {
		return newAdoptionPage(signed(l, "adoption.title"), desk.AdoptionView{Running: runs}, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "adoption.title")
		f.mend([]fault.Field{{Name: "adopt_looked", Code: "field.adopt_looked"}})
		return newAdoptionPage(f, fullAdoption, url.Values{})
	}},
	{"adoption", "what cannot be moved says why; what waits, for whom", func(l wording.Lang) any {
		return newAdoptionPage(signed(l, "adoption.title"), desk.AdoptionView{Running: runs, Broken: []string{"pack.yaml:3: no zone"}, Restart: true, Adopted: &casework.Adoption{PackAdopted: casework.PackAdopted{Edition: runs, How: casework.AdoptedFirst}, At: noon}}, url.Values{})
	}, func(l wording.Lang) any {
		v, c := fullAdoption, *fullAdoption.Change
		c.Errors, c.LockedOut = c.Warnings, true
		v.Change, v.Waits = &c, &desk.AdoptionMotion{ID: id.Motion(fileID(4)), By: "admin", At: noon, Until: noon}
		return newAdoptionPage(signed(l, "adoption.title"), v, url.Values{})
	}},
	{"erase", "who may only record the wish sees no ground", func(l wording.Lang) any {
		return newEraseView(signed(l, "erase.title", "number", "X"), desk.ErasureView{Wishes: true}, url.Values{})
	}, func(l wording.Lang) any {
		return newEraseView(signed(l, "erase.title", "number", "X"), fullErasure(casework.ErasureIsConfirmed), url.Values{})
	}},
	{"erase", "the second of two, and a form for the first", func(l wording.Lang) any {
		return newEraseView(signed(l, "erase.title", "number", "X"), fullErasure(casework.ErasureIsWished), url.Values{})
	}, func(l wording.Lang) any {
		return newEraseView(signed(l, "erase.title", "number", "X"), fullErasure(casework.ErasureIsAsked), url.Values{})
	}},
	{"erase", "what keeps it is said", func(l wording.Lang) any {
		return newEraseView(signed(l, "erase.title", "number", "X"), fullErasure(casework.ErasureIsRefused), url.Values{})
	}, func(l wording.Lang) any {
		e := fullErasure(casework.ErasureIsAsked)
		e.Held, e.Placed, e.First = true, true, true
		return newEraseView(signed(l, "erase.title", "number", "X"), e, url.Values{})
	}},
	{"erasures", "what waits, is kept, and is gone", func(l wording.Lang) any {
		return erasuresView{signed(l, "erasures.title"), desk.Erasures{}}
	}, func(l wording.Lang) any { return erasuresView{signed(l, "erasures.title"), fullErasures} }},
	{"retention", "what is over, and what is kept", func(l wording.Lang) any {
		return newRetentionView(signed(l, "retention.title"), desk.Retentions{}, url.Values{})
	}, func(l wording.Lang) any {
		return newRetentionView(signed(l, "retention.title"), fullRetentions, url.Values{})
	}},
	{"retained", "what became of each", func(l wording.Lang) any { return retainedView{signed(l, "retention.done"), nil} }, func(l wording.Lang) any {
		return retainedView{signed(l, "retention.done"), retained}
	}},
	{"erased", "the receipt is in the person's language", func(l wording.Lang) any {
		return newErasedView(signed(l, "erased.title", "number", "X"), desk.ErasedView{})
	}, func(l wording.Lang) any {
		return newErasedView(signed(l, "erased.title", "number", "X"), fullErased)
	}},
	{"hold", "orders in each state", func(l wording.Lang) any {
		return newHoldView(signed(l, "hold.title", "number", "X"), desk.HoldView{}, url.Values{})
	}, func(l wording.Lang) any {
		return newHoldView(signed(l, "hold.title", "number", "X"), fullHolds, url.Values{})
	}},
	{"kept", "no order on a record; and one in each state", func(l wording.Lang) any {
		return newKeptView(signed(l, "kept.title"), desk.KeptView{Kinds: []string{"calls"}}, url.Values{})
	}, func(l wording.Lang) any {
		return newKeptView(signed(l, "kept.title"), keptOrders(), url.Values{"kept_kind": {"calls"}})
	}},
	{"deferrals", "one that stands and one that may be", func(l wording.Lang) any {
		return newDeferralView(signed(l, "deferral.title", "number", "X"), desk.DeferralView{}, url.Values{})
	}, func(l wording.Lang) any {
		return newDeferralView(signed(l, "deferral.title", "number", "X"), fullDeferrals, url.Values{})
	}},
	{"deferrals", "counts by body, and no article", func(l wording.Lang) any {
		return newDeferralView(signed(l, "deferral.title", "number", "X"), desk.DeferralView{}, url.Values{})
	}, func(l wording.Lang) any {
		return newDeferralView(signed(l, "deferral.title", "number", "X"), desk.DeferralView{N: 2, Until: "2027-01-10", Bodies: []desk.DeferredBody{{Body: "Полиция", N: 2}}}, url.Values{})
	}},
	{"ledger", "counts and how to verify", func(l wording.Lang) any {
		return ledgerPageView{signed(l, "ledger.title"), desk.LedgerView{}}
	}, func(l wording.Lang) any {
		return ledgerPageView{signed(l, "ledger.title"), desk.LedgerView{Leaves: 40211, Files: 2000, Signed: noon, Checkpoint: "pana\n40211\n", Verifier: "pana/c0ffee+0a0b0c0d+AQIDBAUGBwgJ", Witnesses: []desk.WitnessLine{{Name: "watch.test", State: "signed", Signed: noon}, {Name: "b.test", State: "down", Since: noon}, {Name: "c.test", State: "conflict", Since: noon}, {Name: "d.test", State: "asked"}}, Command: "pana verify --data DIR"}}
	}},
}

var runs = casework.Edition{Digest: "0123456789abcdef", Bytes: "fedcba9876543210", Pack: "kz", Version: "1"}

// fullAdoption is an edition in the folder that changes everything that one can.
var fullAdoption = desk.AdoptionView{
	Key: "k", Running: runs, Seconds: 1, Moved: "admin", Seconded: "admin-second", Effect: fullEffect,
	Adopted: &casework.Adoption{PackAdopted: casework.PackAdopted{Edition: runs, How: casework.AdoptedByTwo}, At: noon},
	Change: &desk.PackChange{
		Edition: casework.Edition{Digest: "abc", Bytes: "def", Pack: "kz", Version: "2"}, OtherDays: true, Parts: []string{"access.yaml"},
		More:  []desk.GrantLine{{Grant: access.Grant{Kind: "police", Role: "investigator", Act: "file.read", Thing: "file", Groups: []string{"identity"}, When: []string{"region == who.region"}}, Basis: []pack.Basis{{Source: "pana", Says: "Sees it."}}}},
		Other: []desk.GrantLine{{Grant: access.Grant{Kind: "police", Role: "head", Act: "file.read", Thing: "file", When: []string{"a == b"}, Was: []string{"a == c"}}}},
		New:   []pack.Problem{{Pos: pack.Pos{File: "access.yaml", Line: 4}, Code: "y", What: "another", Mend: "mend it"}},
		Less:  []desk.GrantLine{{Grant: access.Grant{Kind: "court", Role: "judge", Act: "file.read", Thing: "file"}}},
		Law: []pack.Difference{
			{Procedure: "p", Kind: "entitlement", ID: "x", Change: pack.Removed, Lost: true, Instead: "y"},
			{Procedure: "p", Kind: "clock", ID: "x", Change: pack.Changed, Fields: []pack.FieldChange{{Field: "length", Was: "3 days", Now: "5 days"}}},
		},
		Warnings: []pack.Problem{{Pos: pack.Pos{File: "access.yaml", Line: 3}, Code: "x", What: "a rule", Mend: "mend it"}},
	},
}

// fullEffect has a guarantee that turns in two columns, one that is new, and one that
// took too long.
var fullEffect = desk.PackEffect{
	Looking: true, Done: 1, Total: 3, Slow: []string{"E05"}, Failed: "internal", Move: fullMove.Seen,
	Guarantees: []desk.GuaranteeChange{
		{Property: "E04", Columns: []desk.VerdictChange{
			{Column: desk.Column{Snapshot: "2026-11-21"}, Was: &check.Cell{Verdict: check.Holds}, Is: &check.Cell{Verdict: check.Fails}, Path: []desk.StoryLine{{Event: check.Event{Step: "refuse", By: []string{"police"}}, Lost: []desk.Safeguard{{Kind: "entitlement", ID: "x"}}}}},
			{Column: desk.Column{Snapshot: "2019-03-01", Overlays: []string{"o"}}, Was: &check.Cell{Verdict: check.Holds}},
		}},
		{Property: "E99", Columns: []desk.VerdictChange{{Column: desk.Column{Snapshot: "2026-11-21"}, Is: &check.Cell{Verdict: check.Unknown, Bound: true}}}},
	},
}

// fullMove is a move with everything in it.
var fullMove = desk.LawMoveView{Pack: "kz 2", Waiting: 3, Signed: &casework.LawMove{At: noon, Signed: casework.LawMoveSigned{Files: 2}}, Seen: &desk.LawMove{
	At: noon, Files: 3, Untouched: 1, Code: "abc",
	Lost:   []desk.LawMoveLine{{What: "entitlement.x", People: 2, Files: []desk.Subject{{File: fileID(1), Number: "ABCD-2345"}}}},
	Gained: []desk.LawMoveLine{{What: "bar.x", People: 1}}, Moved: []desk.LawMoveLine{{What: "clock.x", People: 1}},
}}

// fullOverseen has a kind of which more is overdue than anybody counted.
var fullOverseen = desk.Overseen{
	After: "1 working day",
	Kinds: []desk.OverseenKind{
		{Kind: "police", Late: desk.ManyLines, Bodies: []desk.OverseenBody{{Phone: desk.Phone{Body: "b", Name: "=Полиция", Number: "+7"}, Region: "KZ-61", Late: 7}}},
		{Kind: "court"},
	},
	Lines: []desk.DocketLine{{Subject: girl, Step: "identify", Due: noon.Add(-time.Hour), State: "overdue"}},
}
