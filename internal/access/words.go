package access

import (
	"slices"

	"pana/internal/casework"
)

// Acts are what rules of a pack may allow. A pack that names another act does
// not load.
const (
	RecordConcern = "concern.record" // open a file with a first concern
	ListFiles     = "file.list"      // see that a file exists, with its clear columns
	OpenFile      = "file.see"       // open its page; with a group, that part of it
	WriteFile     = "file.write"     // keep the own compartment of it
	ShowIdentity  = "identity.show"  // uncover who the person is
	AddIdentity   = "identity.write"
	KeepHouse     = "care.record" // write, and so read, the house's log of the person's days
	WriteNote     = "note.write"  // write, and so read, the notes of the own compartment
	Refer         = "referral.make"
	TakeStep      = "step.take"
	RecordRight   = "right.record"
	RecordConsent = "consent.record"
	Correct       = "event.correct"
	SaySame       = "file.same"
	Freeze        = "file.freeze"
	SeeKin        = "kin.see"           // see who belongs to the person, as far as the other's file may be opened too
	SayKin        = "kin.say"           // record it, end it, say who may be led where
	SeePaper      = "paper.see"         // read what was handed to the person, and print it again
	IssuePaper    = "paper.issue"       // hand it over; with a group, that part of her on it
	CopyFile      = "file.copy"         // hand the person her own copy of what is in the file about her
	SeeDocument   = "document.see"      // open what was put into the own compartment
	SeeEvidence   = "document.evidence" // open what a step names as evidence
	AddDocument   = "document.add"      // put one in, and withdraw one of the own body
	KeepPage      = "page.keep"         // give the person a page of her own, answer what she writes there, close it
	KeepGuardian  = "page.guardian"     // give a child's guardian a page of their own, when that is safe for the child, and close it
	UsePage       = "page.use"          // of the person on it: write to who gave it, close it
	OpenEmergency = "file.emergency"    // open one file for an hour, with a reason and a bell
	SeeErasure    = "erasure.see"       // see where the erasing of a file stands, and say a part of it
	WishErasure   = "erasure.wish"      // record that the person asked to be erased
	AskErasure    = "erasure.ask"       // be the first of two
	AllowErasure  = "erasure.confirm"   // be the second
	ListErased    = "erasure.list"      // the receipts of what was erased
	SeeRetention  = "retention.see"     // see which files' time is over, and say what becomes of them as far as one may
	KeepHold      = "hold.keep"         // see and record, by two, the order of a court or prosecutor that keeps a file
	HoldRecord    = "hold.record"       // the same of one call, complaint, case, account or proposal that no file has
	DeferOpening  = "opening.defer"     // have an opening of the own body shown to the person later, with an article and a day
	SeeDeferred   = "opening.deferred"  // see what is shown to the person later: one's own, or how many by body
	SetHearing    = "hearing.set"       // set, move and close a hearing of the own body
	SeeHearing    = "hearing.see"       // see when and where she is heard
	SeeDocket     = "docket.see"
	SeeWork       = "work.see"
	ShareWork     = "work.share" // give the steps of the own body's docket to its workers, and take them back

	SeeReferral    = "referral.see"       // the need card and its answers
	AnswerReferral = "referral.answer"    // as the provider asked
	WatchReferral  = "referral.escalated" // see that it is unanswered, and telephone

	SeeDirectory = "directory.see"
	SeePlaces    = "place.see"
	ChangePlace  = "place.change"

	TakeCall  = "signal.receive" // keep a call, before there is a person
	SeeCalls  = "signal.see"     // list the calls of the own body, and open one
	CloseCall = "signal.close"   // say what became of one, or open a file with it
	KeepCall  = "signal.keep"    // put one right, say that somebody rang back, take it over from a shift
	// SeeCallHistory is reading what a call said before it was put right.
	SeeCallHistory = "signal.history"
	PublishCalls   = "signal.publish" // give out a month of the own body's figures, as it stands then
	LinkCallers    = "signal.link"    // switch on or off that calls from one number are said to be alike

	KeepOperation = "operation.keep" // record whom an operation met, one row each
	SeeOperations = "operation.see"  // list the operations of the own body, and open one

	KeepHousehold = "household.keep" // record a visit to a door, with a line for each person of the household
	SeeHouseholds = "household.see"  // list the households of the own body, open one, count them
	OpenTrack     = "track.open"     // begin a case beside files
	KeepTrack     = "track.keep"     // move one along its ladder, count its money
	SeeTracks     = "track.see"      // list cases, open one, and read their figures

	SeeOverdue = "overdue.see" // how much the bodies that one oversees leave overdue; lines only of files that may be listed anyhow

	SeeFigures = "figures.see" // count how persons passed through procedures, with no number of a few
	// PublishFigures is giving out a month of them for the whole country, as it stands then.
	PublishFigures = "figures.publish"

	KeepEstimate    = "estimate.keep"    // have it estimated how many are on no list, and read those of the own body
	PublishEstimate = "estimate.publish" // give one out that another of the body asked for

	ClosePage = "page.close" // close the page of a person who rings and reads her code out

	SeeRolls = "roll.see" // list who came to the own body by a step of a roll, and went: counts, and what may be opened anyhow

	AskCheck      = "check.ask"   // may this person be removed?
	TellCheck     = "check.apart" // be told which of the cautious answers it is
	SeeCheck      = "check.see"
	CheckGrounds  = "check.grounds" // see why
	ChangeBody    = "body.change"
	ChangeAccount = "account.change"
	// ConfirmAccount is being the second for what an administrator proposed; see desk's motions.
	ConfirmAccount  = "account.confirm"
	KeepCredentials = "credential.keep" // propose and revoke credentials of machines
	ReadLedger      = "ledger.see"
	AnswerDispute   = "dispute.answer"   // reply to who holds a cell of the guarantees to be wrong
	KeepQuestion    = "question.keep"    // say that a question of the pack was put to the State, and what came
	AnswerComplaint = "complaint.answer" // read and answer what a person complains of on her own page
	AdoptPack       = "pack.adopt"       // move that another edition of the pack runs, or second it
	MoveLaw         = "law.move"         // see what a newer pack changes for whom, sign for it, move the files
)

// Acts lists them all. "file.open" is the older word for concern.record.
var Acts = []string{
	RecordConcern, "file.open", ListFiles, OpenFile, WriteFile, ShowIdentity, AddIdentity, WriteNote, Refer, TakeStep, RecordRight,
	RecordConsent, Correct, SaySame, Freeze, OpenEmergency, SeeDocket, SeeWork, SeeReferral, AnswerReferral, WatchReferral,
	SeeDirectory, SeePlaces, ChangePlace, AskCheck, TellCheck, SeeCheck, CheckGrounds, ChangeBody, ChangeAccount, ConfirmAccount, KeepCredentials, ReadLedger,
	KeepHouse, AnswerDispute, KeepQuestion, AdoptPack, MoveLaw, SeePaper, IssuePaper, CopyFile, TakeCall, SeeCalls, CloseCall, KeepCall, SeeCallHistory, LinkCallers, PublishCalls, KeepOperation, SeeOperations,
	SeeKin, SayKin, SeeRolls, KeepHousehold, SeeHouseholds, OpenTrack, KeepTrack, SeeTracks,
	SeeDocument, SeeEvidence, AddDocument,
	SetHearing, SeeHearing,
	ShareWork, SeeOverdue, SeeFigures, PublishFigures, KeepEstimate, PublishEstimate,
	KeepPage, KeepGuardian, UsePage, ClosePage, AnswerComplaint,
	SeeErasure, WishErasure, AskErasure, AllowErasure, ListErased, SeeRetention, KeepHold, HoldRecord, DeferOpening, SeeDeferred,
}

// listed are the acts that lists ask for, with the index table of each thing.
// Their guards may read that table's clear text columns and nothing else,
// because the same guard becomes part of the query.
var (
	listed = []string{ListFiles, SeeReferral, AnswerReferral, Refer, WatchReferral, SeePlaces, SeeDirectory, SeeCalls, SeeOperations, SeeHouseholds, KeepTrack, SeeTracks, SeeFigures, PublishFigures, AnswerComplaint, AskErasure, AllowErasure, ListErased, SeeRetention, KeepHold, HoldRecord}
	tables = map[string]string{"file": "files", "referral": "referrals", "place": "places", "service": "services", "signal": "signals", "operation": "operations", "track": "tracks", "complaint": "complaints", "erasure": "erased", "course": "courses", "record": "kept"}
)

// Things are the kinds of thing.
var Things = []string{"file", "referral", "service", "place", "signal", "account", "body", "check", "ledger", "work", "dispute", "operation", "track", "roll", "law", "page", "complaint", "erasure", "course", "question", "estimate", "record"}

// Relations are how the asker's body may be related to a thing. Own is a body's
// to its own services, places, accounts and to itself.
var Relations = []string{Own, "opened", "asked", "provider", "decider", "decided", "coordinator", "advocate", "addressed", "cared", "follows", "formerly", Self, Ward, Accused}

// Accused is the relation of a body to a file in which it, or somebody of it,
// is recorded as the assailant or is complained of. No rule may name it.
const Accused = "accused"

// Self is the relation of a person, on her own page, to the one file that is hers. It
// is no body's: no row of the record has it.
const Self = "self"

// Ward is the relation of a guardian, on the guardian's page, to the child's file. It is
// no body's either.
const Ward = "ward"

// Own stands in a rule's compartments for the one that the asker's kind keeps.
const Own = "own"

// Groups of fields that a rule may let through one by one. A rule without
// groups lets through what belongs to no group.
var Groups = []string{
	"subject", "need", "safety", "situation", "timeline", "rights", "consents", "openings", "referrals", "clocks", "indicators",
	"identity", "contact", "documents", "narrative", "notes", Whereabouts, Complaint,
}

const (
	// Whereabouts is where a person or a shelter is.
	Whereabouts = "whereabouts"
	// Complaint is a complaint against a body.
	Complaint = "complaint"
)

// AboutBody is the clear column with the body a thing complains of.
const AboutBody = "about_body"

// columns are the clear text columns of a thing's index table.
func columns(thing string) []string {
	var out []string
	for _, t := range casework.Tables() {
		if t.Name != tables[thing] {
			continue
		}
		for _, c := range t.Columns {
			if c.Type == casework.TextColumn && !c.Sealed {
				out = append(out, c.Name)
			}
		}
	}
	return out
}

func hasColumn(thing, name string) bool { return slices.Contains(columns(thing), name) }
