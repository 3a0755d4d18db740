package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// Inputs of the deciding functions. Ids are made before the decision, because
// it may be taken twice. Version is File.Changed as the form showed it; 0 skips
// the check.

// OpenFileInput is a first concern: ten answers at most.
type OpenFileInput struct {
	File        id.File
	Safety      string
	Age         int
	AgeKnown    string
	Sex         string
	Language    string
	CallName    withheld.Text
	Needs       []string
	Consent     string // yes, no, child, not_able
	ConsentID   id.Consent
	Purpose     string // what the yes is for; with Recipients as the pack allows
	Indicators  []string
	Fear        string
	Citizenship withheld.Text
	Region      string
	Children    string
	Contact     *Contact
	OccurredAt  time.Time
}

// AddIdentityInput adds what has become known of who the person is.
type AddIdentityInput struct {
	Version  uint64
	Identity Identity
}

// Provider is one service asked, with its body as the directory has it.
type Provider struct {
	Body    *Body
	Service id.Service
}

// ReferInput is a need card with whom to ask. Priority and needs are ids of the pack.
type ReferInput struct {
	Referral  id.Referral
	Version   uint64
	Providers []Provider
	Needs     []string
	Health    []string
	Children  string
	Priority  string
	Purpose   string // consent purpose that must have been given
	Note      withheld.Text
}

// AskInput is a question between provider and sender, or its answer.
type AskInput struct {
	Referral id.Referral
	Question string // id made by the caller
	Text     withheld.Text
}

// TakeStepInput is one step of a procedure, with what its form records. OccurredAt
// decides the law; zero is now.
type TakeStepInput struct {
	Version    uint64
	Step       string
	Reasons    withheld.Text
	Language   string
	Understood time.Time
	Fields     map[string]withheld.Text
	OccurredAt time.Time
	// Irregular says: it happened although it may not. Set, with no Step, records
	// what no step describes.
	Irregular bool
	Set       map[string]string
	// Unproven says that its evidence is not in the file: an edge, which knows who may
	// read which document, has looked.
	Unproven bool
	To       id.Body // who receives what the step files, where the pack has it go to somebody by name
	// Indicators are the signs seen, of a step that screens. NoSigns says that
	// somebody looked and saw none: silence is not that.
	Indicators []string
	NoSigns    bool
}

// ConsentInput is a yes or a no for one purpose: who may be told, in which order,
// who never, and which groups of fields. No recipients: whoever the purpose allows.
type ConsentInput struct {
	Consent    id.Consent
	Purpose    string
	Yes        bool
	Recipients []string
	Excluded   []id.Body
	Groups     []string
}

// RightInput says where a right stands: due, offered, accepted, refused or denied;
// Reason is a code.
type RightInput struct {
	Right  string
	State  string
	By     id.Body
	Reason string
}

// TaskInput gives a body, or a kind of body, something to do. Verb is a wording key,
// About an id or a code.
type TaskInput struct {
	Task  id.Task
	Verb  string
	Body  id.Body
	Kind  string
	Due   time.Time
	About string
}

// PlaceInput is a room: its name, whom it takes, and how many beds are there and free.
type PlaceInput struct {
	Version uint64
	Name    withheld.Text
	Takes   []string
	Beds    int
	Free    int
	Closed  bool
}

// RefusedInput is all that is kept of an adult who wants no file.
type RefusedInput struct {
	Month   string // 2026-11
	Region  string
	AgeBand string
	Sex     string
}
