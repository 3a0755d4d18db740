package web

import "pana/internal/access"

// Permissions that are not acts of a rule: anybody, and anybody signed in.
const (
	Public   = "public"
	SignedIn = "signed_in"
)

// Route is one row of the table: pattern, permission, page, handler. Act names
// the act of the access rules that desk decides on: the matrix of routes and
// roles reads it. Door, where one is named, keeps away roles that do not have
// it before anything is decoded.
type Route struct {
	Pattern string
	Act     string
	Door    string
	Page    string
	run     func(*call) error
}

// Routes is every address there is.
func Routes() []Route {
	return []Route{
		{"GET /{$}", Public, "", "front", front},
		{"GET /sign-in", Public, "", "signin", signInForm},
		{"POST /sign-in", Public, "", "signin", signIn},
		{"POST /sign-out", Public, "", "signin", signOut},
		{"POST /language", Public, "", "front", setLanguage},
		{"GET /exit", Public, "", "front", exit},
		{"POST /exit", Public, "", "front", leave},
		{"GET /sign-ins", SignedIn, "", "signins", signInsPage},
		{"POST /sign-ins", SignedIn, "", "signins", signInsPost},
		{"POST /demo/enter", Public, "", "signin", demoEnter},
		{"POST /demo/clock", Public, "", "front", demoClock},

		{"GET /guarantees", Public, "", "guarantees", guaranteesPage},
		{"GET /guarantees.csv", Public, "", "guarantees", guaranteesCSV},
		{"GET /guarantees.json", Public, "", "guarantees", guaranteesJSON},
		{"GET /guarantees/{property}/{snapshot}/{overlay}", Public, "", "story", storyPage},
		{"GET /guarantees/{property}/{snapshot}/{overlay}/dispute", Public, "", "dispute", disputeForm},
		{"POST /guarantees/{property}/{snapshot}/{overlay}/dispute", Public, "", "dispute", disputePost},
		{"GET /law", Public, "", "law", lawForm},
		{"GET /law/{procedure}", Public, "", "law", lawPage},
		{"GET /questions", Public, "", "questions", questionsPage},

		{"GET /ledger/checkpoint", Public, "", "ledger", ledgerCheckpoint},
		{"GET /ledger/tile/{tile...}", Public, "", "ledger", ledgerTile},
		{"GET /verify", Public, "", "verify", verifyForm},
		{"POST /verify", Public, "", "verify", verifyPost},

		{"GET /work", SignedIn, "", "work", myWork},
		{"GET /forms", SignedIn, "", "forms", formsList},
		{"GET /forms/print", SignedIn, "", "forms_print", formsPrint},
		{"GET /forms/print.pdf", SignedIn, "", "forms_print", formsPDF},
		{"GET /search", access.SeeWork, "work", "search", searchForm},
		{"POST /search", access.SeeWork, "work", "search", searchPost},
		{"POST /take-out", access.SeeWork, "work", "take_out", takeOut},

		{"GET /concern", access.RecordConcern, "concern", "concern", concernForm},
		{"POST /concern", access.RecordConcern, "concern", "concern", concernPost},
		{"GET /begin/{step}", access.RecordConcern, "concern", "begin", beginForm},
		{"POST /begin/{step}", access.RecordConcern, "concern", "begin", beginPost},
		{"GET /file/{file}/concern", access.OpenFile, "", "result", concernResult},

		{"GET /file/{file}/refer", access.Refer, "", "refer", referForm},
		{"POST /file/{file}/refer", access.Refer, "", "refer", referPost},
		{"GET /inbox", access.AnswerReferral, "inbox", "inbox", inbox},
		{"GET /referral/{referral}", access.SeeReferral, "", "referral", referralPage},
		{"POST /referral/{referral}", access.SeeReferral, "", "referral", referralPost},
		{"GET /referral/{referral}/sent", access.Refer, "", "receipt", referSent},
		{"GET /referral/{referral}/paper", access.SeeReferral, "", "card_new", cardForm},
		{"POST /referral/{referral}/paper", access.SeeReferral, "", "card_new", cardPost},
		{"GET /referral/{referral}/papers/{paper}", access.SeeReferral, "", "card", cardShow},
		{"GET /referral/{referral}/papers/{paper}/pdf", access.SeeReferral, "", "card", cardPDF},

		{"GET /file/{file}", access.OpenFile, "", "file", filePage},
		{"GET /file/{file}/take-out", access.OpenFile, "", "take_out", takeOutFile},
		{"POST /file/{file}/take-out", access.OpenFile, "", "take_out", takeOutFile},
		{"POST /file/{file}/show", access.ShowIdentity, "", "file", fileShow},
		{"POST /file/{file}/note", access.WriteNote, "", "receipt", fileNote},
		{"GET /file/{file}/identity", access.AddIdentity, "", "form", identityForm},
		{"POST /file/{file}/identity", access.AddIdentity, "", "form", identityPost},
		{"GET /file/{file}/contact", access.AddIdentity, "", "form", contactForm},
		{"POST /file/{file}/contact", access.AddIdentity, "", "form", contactPost},
		{"GET /file/{file}/consent", access.RecordConsent, "", "form", consentForm},
		{"POST /file/{file}/consent", access.RecordConsent, "", "form", consentPost},
		{"POST /file/{file}/consent/withdraw", access.RecordConsent, "", "receipt", consentWithdraw},
		{"POST /file/{file}/task/{task}", access.OpenFile, "", "receipt", taskDone},
		{"GET /file/{file}/right/{right}", access.RecordRight, "", "form", rightForm},
		{"POST /file/{file}/right/{right}", access.RecordRight, "", "form", rightPost},
		{"GET /file/{file}/correct/{event}", access.Correct, "", "form", correctForm},
		{"POST /file/{file}/correct/{event}", access.Correct, "", "form", correctPost},
		{"GET /file/{file}/freeze", access.Freeze, "", "form", freezeForm},
		{"POST /file/{file}/freeze", access.Freeze, "", "form", freezePost},
		{"GET /file/{file}/same", access.SaySame, "", "form", sameForm},
		{"POST /file/{file}/same", access.SaySame, "", "form", samePost},
		{"GET /file/{file}/family", access.SeeKin, "", "family", familyShow},
		{"POST /file/{file}/family", access.SayKin, "", "family", familyPost},
		{"GET /file/{file}/family/{step}", access.TakeStep, "", "familystep", familyStepForm},
		{"POST /file/{file}/family/{step}", access.TakeStep, "", "familystep", familyStepPost},
		{"GET /file/{file}/step/{step}", access.TakeStep, "", "step", stepForm},
		{"POST /file/{file}/step/{step}", access.TakeStep, "", "step", stepPost},
		{"GET /file/{file}/proposal/{step}", access.TakeStep, "", "proposal", proposalPage},
		{"POST /file/{file}/proposal/{step}", access.TakeStep, "", "proposal", proposalPost},
		{"GET /file/{file}/papers", access.SeePaper, "", "papers", papersList},
		{"GET /file/{file}/paper/{event}", access.IssuePaper, "", "paper_new", paperForm},
		{"POST /file/{file}/paper/{event}", access.IssuePaper, "", "paper_new", paperPost},
		{"GET /file/{file}/papers/{paper}", access.SeePaper, "", "paper", paperShow},
		{"GET /file/{file}/papers/{paper}/pdf", access.SeePaper, "", "paper", paperPDF},
		{"POST /file/{file}/papers/{paper}", access.IssuePaper, "", "paper", paperRevoke},
		{"GET /file/{file}/papers/{paper}/sign", access.IssuePaper, "", "sign", signForm},
		{"POST /file/{file}/papers/{paper}/sign", access.IssuePaper, "", "sign", signPost},
		{"GET /file/{file}/papers/{paper}/signatures/{signature}", access.SeePaper, "", "signature", signatureShow},
		{"POST /file/{file}/papers/{paper}/signatures/{signature}", access.IssuePaper, "", "signature", signatureWithdraw},
		{"GET /file/{file}/papers/{paper}/signatures/{signature}/content", access.SeePaper, "", "signature", signatureContent},
		{"GET /file/{file}/papers/{paper}/signatures/{signature}/pdf", access.SeePaper, "", "signature", signaturePDF},
		{"GET /file/{file}/papers/{paper}/signatures/{signature}/zip", access.SeePaper, "", "signature", signatureZip},
		{"GET /file/{file}/own-copy", access.CopyFile, "", "own_copy", ownCopyForm},
		{"POST /file/{file}/own-copy", access.CopyFile, "", "own_copy", ownCopyPost},
		{"GET /file/{file}/documents", access.SeeDocument, "", "documents", documentsList},
		{"POST /file/{file}/documents", access.AddDocument, "", "document_new", documentPost},
		{"GET /file/{file}/documents/new", access.AddDocument, "", "document_new", documentNew},
		{"GET /file/{file}/documents/{document}", access.SeeDocument, "", "document", documentShow},
		{"POST /file/{file}/documents/{document}", access.AddDocument, "", "document", documentWithdraw},
		{"GET /file/{file}/documents/{document}/content", access.SeeDocument, "", "document", documentContent},
		{"GET /file/{file}/hearing/{step}", access.SetHearing, "", "hearing_new", hearingForm},
		{"POST /file/{file}/hearing/{step}", access.SetHearing, "", "hearing_new", hearingPost},
		{"GET /file/{file}/hearings/{hearing}", access.SeeHearing, "", "hearing", hearingShow},
		{"POST /file/{file}/hearings/{hearing}", access.SetHearing, "", "hearing", hearingAct},
		{"GET /file/{file}/hearings/{hearing}/ics", access.SeeHearing, "", "hearing", hearingICS},
		{"GET /hearings", access.SetHearing, "hearings", "hearings", hearingsPage},
		{"GET /file/{file}/irregular", access.OpenFile, "", "irregular", irregularPage},

		{"GET /calls", access.TakeCall, "calls", "calls", callsPage},
		{"POST /calls", access.TakeCall, "calls", "calls", callsPost},
		{"POST /calls/linking", access.LinkCallers, "calls", "calls", linkingPost},
		{"GET /calls/figures", access.SeeCalls, "calls", "callmonths", callMonthsPage},
		{"GET /calls/figures.csv", access.SeeCalls, "calls", "callmonths", callMonthsCSV},
		{"GET /calls/handover", access.SeeCalls, "calls", "handover", handoverPage},
		{"POST /calls/handover", access.KeepCall, "calls", "handover", handoverPost},
		{"GET /calls/{signal}", access.SeeCalls, "", "call", callPage},
		{"POST /calls/{signal}", access.CloseCall, "", "call", callPost},
		{"GET /calls/{signal}/amend", access.KeepCall, "", "amend", amendPage},
		{"POST /calls/{signal}/amend", access.KeepCall, "", "amend", amendPost},

		{"GET /operations", access.KeepOperation, "operations", "operations", operationsPage},
		{"POST /operations", access.KeepOperation, "operations", "operations", operationsPost},
		{"GET /operations/{operation}", access.SeeOperations, "", "operation", operationPage},

		{"GET /households", access.KeepHousehold, "households", "households", householdsPage},
		{"POST /households", access.KeepHousehold, "households", "household", householdsPost},
		{"GET /households/areas", access.KeepHousehold, "households", "doorareas", doorAreasPage},
		{"GET /households/{household}", access.SeeHouseholds, "", "household", householdPage},
		{"GET /tracks", access.SeeTracks, "tracks", "tracks", tracksPage},
		{"GET /tracks/new", access.OpenTrack, "tracks", "track_new", trackForm},
		{"POST /tracks/new", access.OpenTrack, "tracks", "track_new", trackNewPost},
		{"GET /tracks/figures", access.SeeTracks, "tracks", "track_figures", trackFiguresPage},
		{"GET /tracks/figures.csv", access.SeeTracks, "tracks", "track_figures", trackFiguresCSV},
		{"GET /tracks/{track}", access.SeeTracks, "", "track", trackPage},
		{"POST /tracks/{track}", access.KeepTrack, "", "track", trackPost},

		{"GET /rolls", access.SeeRolls, "rolls", "roll", rollPage},
		{"GET /rolls/month", access.SeeRolls, "rolls", "rollmonth", rollMonthPage},
		{"GET /rolls/month.csv", access.SeeRolls, "rolls", "rollmonth", rollMonthCSV},

		{"GET /directory", access.SeeDirectory, "directory", "directory", directoryPage},
		{"GET /places", access.SeePlaces, "places", "places", placesPage},
		{"POST /places", access.ChangePlace, "places", "places", placePost},

		{"GET /house", access.SeePlaces, "places", "house", housePage},
		{"POST /house", access.SeePlaces, "places", "house", housePost},
		{"GET /house/month", access.SeePlaces, "places", "month", monthPage},
		{"GET /house/month.csv", access.SeePlaces, "places", "month", monthCSV},
		{"GET /house/{file}", access.KeepHouse, "places", "guest", guestPage},
		{"POST /house/{file}", access.KeepHouse, "places", "guest", guestPost},

		{"GET /check", access.AskCheck, "check", "check", checkForm},
		{"POST /check", access.AskCheck, "check", "answer", checkPost},
		{"GET /grounds", access.CheckGrounds, "grounds", "grounds", groundsForm},
		{"POST /grounds", access.CheckGrounds, "grounds", "grounds", groundsPost},
		{"GET /check/{check}/alarm", access.SeeCheck, "", "alarm", checkAlarm},
		{"POST /check/{check}/alarm", access.SeeCheck, "", "alarm", checkAlarmed},
		{"GET /emergency", access.OpenEmergency, "emergency", "emergency", emergencyForm},
		{"POST /emergency", access.OpenEmergency, "emergency", "emergency", emergencyPost},
		{"GET /emergency/{file}", access.OpenEmergency, "", "emergency_open", emergencyOpened},
		{"GET /file/{file}/emergency", access.OpenFile, "", "review", emergencyReview},
		{"POST /file/{file}/emergency", access.OpenFile, "", "review", emergencyReviewed},
		{"GET /file/{file}/follow-up", access.OpenFile, "", "followup", followUpForm},
		{"POST /file/{file}/follow-up", access.OpenFile, "", "followup", followUpPost},
		{"GET /docket", access.SeeDocket, "docket", "docket", docketPage},
		{"POST /docket", access.ShareWork, "docket", "docket", docketPost},
		{"GET /away", access.SeeWork, "work", "away", awayPage},
		{"POST /away", access.SeeWork, "work", "away", awayPost},
		{"GET /file/{file}/given/{step}", access.TakeStep, "", "given", givenPage},
		{"POST /file/{file}/given/{step}", access.TakeStep, "", "given", givenPost},

		{"GET /admin/bodies", access.ChangeBody, "admin", "bodies", bodiesPage},
		{"POST /admin/bodies", access.ChangeBody, "admin", "bodies", bodyPost},
		{"GET /admin/workers", access.ChangeAccount, "admin", "workers", workersPage},
		{"POST /admin/workers", access.ChangeAccount, "admin", "workers", workerPost},
		{"GET /admin/disputes", access.AnswerDispute, "disputes", "disputes", disputesPage},
		{"POST /admin/disputes", access.AnswerDispute, "disputes", "disputes", disputesPost},
		{"GET /admin/law", access.MoveLaw, "law_move", "law_move", lawMoveGet},
		{"POST /admin/law", access.MoveLaw, "law_move", "law_move", lawMovePost},
		{"GET /ledger", access.ReadLedger, "admin", "ledger", ledgerPage},
	}
}
