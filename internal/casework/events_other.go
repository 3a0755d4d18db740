package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// The payloads of places, bodies, accounts, checks and tallies.

// PlaceOpened adds a room of a service. Its name is the provider's own and is
// sealed: it may tell where the place is.
type PlaceOpened struct {
	Body    id.Body       `json:"body"`
	Service id.Service    `json:"service"`
	Name    withheld.Text `json:"name,omitzero"`
	Takes   []string      `json:"takes,omitempty"`
	Beds    int           `json:"beds"`
	Free    int           `json:"free"`
}

// PlaceChanged states the place as it now is; the figure is fresh from then.
type PlaceChanged struct {
	Name   withheld.Text `json:"name,omitzero"`
	Takes  []string      `json:"takes,omitempty"`
	Beds   int           `json:"beds"`
	Free   int           `json:"free"`
	Closed bool          `json:"closed,omitempty"`
}

// PlaceHeld keeps a bed for a person who has been accepted.
type PlaceHeld struct {
	Referral id.Referral `json:"referral"`
	Until    time.Time   `json:"until"`
}

// PlaceReleased frees a bed that was held.
type PlaceReleased struct {
	Referral id.Referral `json:"referral"`
	Reason   string      `json:"reason"` // expired, undone, withdrawn
}

// PlaceTaken says that who the bed was held for has come.
type PlaceTaken struct {
	Referral id.Referral `json:"referral"`
}

// PlaceLeft says that the person has gone.
type PlaceLeft struct {
	Referral id.Referral `json:"referral"`
}

// BodyAdded makes an organisation known to the installation.
type BodyAdded struct {
	Kind   string            `json:"kind"`
	Name   string            `json:"name"`
	Names  map[string]string `json:"names,omitempty"` // by language, where it is called otherwise
	Region string            `json:"region,omitempty"`
	Phone  string            `json:"phone,omitempty"`
	Email  string            `json:"email,omitempty"` // where it is told that something waits; an office's, never a person's
	SMS    SMS               `json:"sms,omitzero"`
}

// BodyChanged replaces what is known of a body; its kind stays.
type BodyChanged struct {
	Name   string `json:"name"`
	Region string `json:"region,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Email  string `json:"email,omitempty"`
	SMS    SMS    `json:"sms,omitzero"`
}

// SMS is the telephone of an office that takes short messages, and when: whose it
// is has said so.
type SMS struct {
	Number string `json:"number,omitempty"`
	When   string `json:"when,omitempty"`
}

// When a telephone may be told. One that several people read is told nothing.
const (
	SMSAnyTime = "any_time"
	SMSDaytime = "daytime"
	SMSShared  = "shared"
)

// SMSWhens are the choices, the careful one first.
var SMSWhens = []string{SMSDaytime, SMSAnyTime, SMSShared}

// BodyClosed ends a body: it is asked for nothing more and its workers are out.
type BodyClosed struct {
	Reason string `json:"reason,omitempty"`
}

// ServiceOffered says what a body provides and for whom.
type ServiceOffered struct {
	Service id.Service `json:"service"`
	Offer   Offering   `json:"offer"`
}

// ServiceChanged replaces an offer.
type ServiceChanged struct {
	Service id.Service `json:"service"`
	Offer   Offering   `json:"offer"`
}

// ServiceClosed ends a service: no referral can be sent to it.
type ServiceClosed struct {
	Service id.Service `json:"service"`
	Reason  string     `json:"reason,omitempty"`
}

// AccountOpened makes a worker.
type AccountOpened struct {
	Login withheld.Text `json:"login"`
	Name  withheld.Text `json:"name,omitzero"`
	Body  id.Body       `json:"body"`
	Role  string        `json:"role"`
}

// RoleChanged gives a worker another role, from that second.
type RoleChanged struct {
	Role string `json:"role"`
}

// PasswordSet keeps an argon2id string, never a password. Once is said of a code on
// paper, which serves until then to set a password and for nothing else.
type PasswordSet struct {
	Hash  withheld.Text `json:"hash"`
	Once  bool          `json:"once,omitempty"`
	Until time.Time     `json:"until,omitzero"`
}

// SecondSet keeps a second factor: the secret of a telephone, and hashes of codes
// on paper. Without a secret the codes are new ones beside the telephone there is.
type SecondSet struct {
	Secret   withheld.Text   `json:"secret,omitzero"`
	Recovery []withheld.Text `json:"recovery"`
}

// PasskeyAdded keeps a passkey. Recovery is given with the first thing beside the
// password: codes on paper for the day on which it is lost.
type PasskeyAdded struct {
	ID         string          `json:"id"`
	Name       withheld.Text   `json:"name"`
	Credential withheld.Text   `json:"credential"`
	Recovery   []withheld.Text `json:"recovery,omitempty"`
}

// PasskeyRemoved ends a passkey.
type PasskeyRemoved struct {
	ID string `json:"id"`
}

// RecoveryUsed says that a code on paper was used; it is good once.
type RecoveryUsed struct {
	Hash withheld.Text `json:"hash"`
}

// SecondDropped ends a second factor: another telephone follows (own), or an
// administrator was told that it is lost.
type SecondDropped struct {
	Reason string `json:"reason"`
}

// Why a second factor ended.
const (
	DroppedByOwner = "own"
	DroppedAsLost  = "lost"
)

// AccountLinked lets a provider sign a worker in: whom its issuer calls by this subject.
// The tag is keyed and finds the account again.
type AccountLinked struct {
	Issuer  string        `json:"issuer"`
	Subject withheld.Text `json:"subject"`
	Tag     string        `json:"tag"`
}

// AccountUnlinked ends that.
type AccountUnlinked struct {
	Issuer string `json:"issuer"`
}

// AccountLeft says that a worker has left: all their sessions are over.
type AccountLeft struct {
	Reason string `json:"reason,omitempty"`
}

// AccountSuspended keeps a worker out for a time.
type AccountSuspended struct {
	Role string `json:"role"` // that they had then
}

// AccountResumed lets a suspended worker in again, with what they had.
type AccountResumed struct {
	Role string `json:"role"`
}

// CheckAnswered is a removal check: who was asked about and why is sealed, the
// answer is clear. The grounds are for a judge.
type CheckAnswered struct {
	Query   CheckQuery    `json:"query"`
	Answer  string        `json:"answer"` // barred, hold, possible_match, no_bar_on_record
	Told    string        `json:"told"`   // what the asker was shown: the answer, or stop
	Grounds []CheckGround `json:"grounds,omitempty"`
	// Question is a keyed tag of whom a body asked about: it tells that nearly the
	// same was asked again, and neither who it was nor that two bodies asked.
	Question string `json:"question,omitempty"`
	// Alarm is why somebody must ask this body about it: repeats, over_quota.
	Alarm string `json:"alarm,omitempty"`
}

// CheckReviewed says what an alarm turned out to be.
type CheckReviewed struct {
	Outcome string `json:"outcome"`
}

// CheckQuery is what was asked. The three questions go to the person herself.
type CheckQuery struct {
	Names       []withheld.Text `json:"names,omitempty"`
	Born        withheld.Text   `json:"born,omitzero"`
	Sex         string          `json:"sex,omitempty"`
	Citizenship withheld.Text   `json:"citizenship,omitzero"`
	Document    withheld.Text   `json:"document,omitzero"`
	Custody     withheld.Text   `json:"custody,omitzero"`
	Place       withheld.Text   `json:"place,omitzero"`
	Ground      string          `json:"ground,omitempty"`
	Afraid      string          `json:"afraid,omitempty"`
	Forced      string          `json:"forced,omitempty"`
	Under18     string          `json:"under_18,omitempty"`
}

// CheckGround is one bar or hold that stood in one candidate's file.
type CheckGround struct {
	File      id.File  `json:"file,omitempty"`
	Bar       string   `json:"bar,omitempty"`
	Level     string   `json:"level"` // bar, hold
	Code      string   `json:"code,omitempty"`
	Questions []string `json:"questions,omitempty"`
}

// TallyCounted is all that is left of a person who refused: one more, in a cell
// wide enough to hide in. Few is the standard of that day.
type TallyCounted struct {
	What    string `json:"what"` // refused
	AgeBand string `json:"age_band,omitempty"`
	Sex     string `json:"sex,omitempty"`
	Few     int    `json:"few"`
}

func (PlaceOpened) EventType() (string, int)      { return "place.opened", 1 }
func (PlaceChanged) EventType() (string, int)     { return "place.changed", 1 }
func (PlaceHeld) EventType() (string, int)        { return "place.held", 1 }
func (PlaceReleased) EventType() (string, int)    { return "place.released", 1 }
func (PlaceTaken) EventType() (string, int)       { return "place.taken", 1 }
func (PlaceLeft) EventType() (string, int)        { return "place.left", 1 }
func (BodyAdded) EventType() (string, int)        { return "body.added", 1 }
func (BodyChanged) EventType() (string, int)      { return "body.changed", 1 }
func (BodyClosed) EventType() (string, int)       { return "body.closed", 1 }
func (ServiceOffered) EventType() (string, int)   { return "service.offered", 1 }
func (ServiceChanged) EventType() (string, int)   { return "service.changed", 1 }
func (ServiceClosed) EventType() (string, int)    { return "service.closed", 1 }
func (AccountOpened) EventType() (string, int)    { return "account.opened", 1 }
func (RoleChanged) EventType() (string, int)      { return "account.role_changed", 1 }
func (PasswordSet) EventType() (string, int)      { return "account.password_set", 1 }
func (SecondSet) EventType() (string, int)        { return "account.second_set", 1 }
func (PasskeyAdded) EventType() (string, int)     { return "account.passkey_added", 1 }
func (PasskeyRemoved) EventType() (string, int)   { return "account.passkey_removed", 1 }
func (RecoveryUsed) EventType() (string, int)     { return "account.recovery_used", 1 }
func (SecondDropped) EventType() (string, int)    { return "account.second_dropped", 1 }
func (AccountLinked) EventType() (string, int)    { return "account.linked", 1 }
func (AccountUnlinked) EventType() (string, int)  { return "account.unlinked", 1 }
func (AccountLeft) EventType() (string, int)      { return "account.left", 1 }
func (AccountSuspended) EventType() (string, int) { return "account.suspended", 1 }
func (AccountResumed) EventType() (string, int)   { return "account.resumed", 1 }
func (CheckAnswered) EventType() (string, int)    { return "check.answered", 1 }
func (CheckReviewed) EventType() (string, int)    { return "check.reviewed", 1 }
func (TallyCounted) EventType() (string, int)     { return "tally.counted", 1 }

// payloads is one of each, for the codec.
var payloads = []Payload{
	FileCreated{}, IdentityAdded{}, AgeReached{}, ClockEnded{}, ContactSet{}, Screened{}, StepTaken{}, Corrected{}, NoteWritten{},
	ConsentGiven{}, ConsentRefused{}, ConsentWithdrawn{}, RightChanged{}, Opened{}, Disclosed{},
	SameSaid{}, SameUnsaid{}, TaskAdded{}, TaskDone{}, Frozen{}, LawChanged{}, RelationAdded{}, RelationEnded{},
	ReferralAsked{}, ReferralAcknowledged{}, ReferralQuestion{}, ReferralAnswer{}, ReferralAccepted{},
	ReferralRefused{}, ReferralUndone{}, ReferralWithdrawn{}, ReferralArrived{}, ReferralLeft{}, ReferralStayed{}, ReferralEscalated{}, Placed{},
	PlaceOpened{}, PlaceChanged{}, PlaceHeld{}, PlaceReleased{}, PlaceTaken{}, PlaceLeft{},
	BodyAdded{}, BodyChanged{}, BodyClosed{}, ServiceOffered{}, ServiceChanged{}, ServiceClosed{},
	AccountOpened{}, RoleChanged{}, PasswordSet{}, AccountLinked{}, AccountUnlinked{}, LoginsSame{}, LoginsApart{}, AccountLeft{}, AccountSuspended{}, AccountResumed{},
	MotionMade{}, MotionConfirmed{}, MotionRefused{}, MotionWithdrawn{}, CredentialIssued{}, CredentialRevoked{}, SecondSet{}, RecoveryUsed{}, SecondDropped{}, PasskeyAdded{}, PasskeyRemoved{},
	CheckAnswered{}, CheckReviewed{}, TallyCounted{}, SignalReceived{}, SignalOpened{}, SignalClosed{},
	SignalAmended{}, SignalRang{}, SignalTaken{}, SignalUnlinked{}, BodyLinking{}, FiguresPublished{},
	DisputeMade{}, DisputeAnswered{}, LawMoveSigned{}, PackAdopted{}, QuestionStated{}, EstimateAsked{}, EstimateCounted{}, EstimateStopped{}, EstimatePublished{}, EstimateWithdrawn{}, PaperIssued{}, PaperRevoked{}, PaperSigned{}, PaperUnsigned{}, EnteredFromPaper{}, AttachmentAdded{}, AttachmentScanned{}, AttachmentWithdrawn{},
	CareGiven{}, GoalSet{}, GoalClosed{}, IncidentRecorded{},
	OperationOpened{}, PersonFound{}, DoorVisited{}, LineCounted{}, HouseholdWritten{}, HouseholdOpened{},
	TrackOpened{}, TrackMoved{}, TrackCharged{}, TrackAccused{}, TrackMoney{}, TrackLinked{}, TrackUnlinked{}, TrackTook{}, TrackSeparated{}, TrackCorrected{},
	KinSaid{}, KinChanged{}, KinShown{}, KinHidden{}, KinRead{},
	HearingSet{}, HearingMoved{}, InterpreterSaid{}, HearingClosed{},
	WorkGiven{}, WorkReturned{}, WorkerAway{}, WorkerBack{}, TableTaken{},
	StepProposed{}, ProposalReturned{}, ProposalWithdrawn{},
	KeysWrapped{},
	ErasureWished{}, ErasureAsked{}, ErasureConfirmed{}, ErasureRefused{}, ErasureDone{}, HoldPlaced{}, HoldConfirmed{}, HoldReleaseAsked{}, HoldReleased{}, OpeningDeferred{},
	RetentionFound{}, RetentionKept{},
	PageIssued{}, PageEntered{}, PageClosed{}, PageSaid{}, PageAnswered{}, GuardianPageIssued{}, GuardianPageEntered{}, GuardianPageClosed{}, ComplaintMade{}, ComplaintAnswered{},
}
