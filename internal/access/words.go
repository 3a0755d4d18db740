package access

// Acts are what rules of a pack may allow. A pack that names another act does
// not load. The part before the dot is the kind of thing it is done to.
const (
	RecordConcern = "file.record"   // open a file with a first concern
	ListFiles     = "file.list"     // see that a file exists, with its clear columns
	OpenFile      = "file.open"     // open a compartment of it
	ShowIdentity  = "file.identity" // uncover who the person is
	AddIdentity   = "file.identify" // record who the person is
	WriteNote     = "file.note"
	Refer         = "file.refer"
	TakeStep      = "file.step"
	RecordRight   = "file.right"
	RecordConsent = "file.consent"
	Correct       = "file.correct"
	SaySame       = "file.same"
	Freeze        = "file.freeze"

	ListReferrals  = "referral.list"
	AnswerReferral = "referral.answer" // as the provider asked
	SendReferral   = "referral.send"   // as its sender: answer a question, withdraw
	WatchReferral  = "referral.watch"  // see that it is unanswered, and telephone

	ListServices = "service.list"
	ListPlaces   = "place.list"
	ChangePlace  = "place.change"

	AskCheck      = "check.ask"     // may this person be removed?
	TellCheck     = "check.tell"    // be told which of the cautious answers it is
	CheckGrounds  = "check.grounds" // see why
	ListBodies    = "body.list"
	ChangeBody    = "body.change"
	ListAccounts  = "account.list"
	ChangeAccount = "account.change"
	ReadLedger    = "ledger.read"
)

// Acts lists them all.
var Acts = []string{
	RecordConcern, ListFiles, OpenFile, ShowIdentity, AddIdentity, WriteNote, Refer, TakeStep, RecordRight,
	RecordConsent, Correct, SaySame, Freeze, ListReferrals, AnswerReferral, SendReferral, WatchReferral,
	ListServices, ListPlaces, ChangePlace, AskCheck, TellCheck, CheckGrounds, ListBodies, ChangeBody,
	ListAccounts, ChangeAccount, ReadLedger,
}

// Things are the kinds of thing.
var Things = []string{"file", "referral", "service", "place", "signal", "account", "body", "check", "ledger"}

// Relations are how the asker's body may be related to a thing. Own is a body's
// to its own services, places, accounts and to itself.
var Relations = []string{"own", "opened", "asked", "provider", "decider", "coordinator", "advocate", "formerly", Accused}

// Accused is the relation of a body to a file in which it, or somebody of it,
// is recorded as the assailant or is complained of. No rule may name it.
const Accused = "accused"

// Own stands in a rule's compartments for the one that the asker's kind keeps.
const Own = "own"

// Groups of fields that a rule may let through one by one. A rule without
// groups lets through what belongs to no group.
var Groups = []string{"identity", "contact", Whereabouts, "indicators", "narrative", Complaint}

const (
	// Whereabouts is where a person or a shelter is.
	Whereabouts = "whereabouts"
	// Complaint is a complaint against a body.
	Complaint = "complaint"
)

// AboutBody is the clear column with the body a thing complains of.
const AboutBody = "about_body"
