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

type AddIdentityInput struct {
	Version  uint64
	Identity Identity
}

// Provider is one service asked, with its body as the directory has it.
type Provider struct {
	Body    *Body
	Service id.Service
}

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

type AskInput struct {
	Referral id.Referral
	Question string // id made by the caller
	Text     withheld.Text
}

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
}

type ConsentInput struct {
	Consent    id.Consent
	Purpose    string
	Yes        bool
	Recipients []string
	Excluded   []id.Body
	Groups     []string
}

type RightInput struct {
	Right  string
	State  string
	By     id.Body
	Reason string
}

type TaskInput struct {
	Task  id.Task
	Verb  string
	Body  id.Body
	Kind  string
	Due   time.Time
	About string
}

type PlaceInput struct {
	Version uint64
	Name    withheld.Text
	Takes   []string
	Beds    int
	Free    int
	Closed  bool
}

type RefusedInput struct {
	Month   string // 2026-11
	Region  string
	AgeBand string
	Sex     string
}
