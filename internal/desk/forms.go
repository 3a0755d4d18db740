package desk

import (
	"time"

	"pana/internal/id"
	"pana/internal/pack"
)

// What a form needs to be drawn, and the grounds of an answer.

// ReferForm is what a referral needs to be drawn.
type ReferForm struct {
	Key        string
	File       id.File
	Version    uint64
	Subject    Subject
	Needs      []string // the person's own, from the concern
	AllNeeds   []string
	Health     []string
	Priorities []string
	Priority   string // proposed
	MaxAsked   int
	Providers  []ProviderOption
	NeedsYes   bool // an adult without a consent for referral
}

// StepForm is what a step needs to be drawn: the law beside the form.
type StepForm struct {
	Key       string
	File      id.File
	Version   uint64
	Subject   Subject
	Offer     StepOffer
	Fields    []pack.Field
	Known     map[string]string // what the file says already, by field, to who sees the situation
	Languages []string
	Regions   []string
	// Recipients are the bodies to one of which it goes, the usual one first.
	Recipients []Phone
	// Documents are those of the file that a field of the form may name.
	Documents []DocumentLine
	// Evidence is what has to be in the file first, and how much of it is.
	Evidence *EvidenceNode
	Walls    []Wall // that shut this step
	Family   bool   // it may be taken for several of the person's family at once
	Paper    bool   // the step has a paper for the person
	// Signs are the pack's indicators, where the step asks them.
	Signs []IndicatorGroup
	Two   *TwoTake // the step is taken by two
	Late  string   // the step that the law has for who was prevented from taking this one in time, open now
}

// DirectoryFilter is what to look for in the directory.
type DirectoryFilter struct{ Need, Type, Region string }

// CheckForm is what a removal check needs to be drawn.
type CheckForm struct {
	Key     string
	Grounds []string
	Duty    []Phone
}

// Grounds is why a removal check answered as it did, for those who may see it.
type Grounds struct {
	Check   id.Check
	At      time.Time
	Answer  string
	Asked   Identity // what the worker typed
	Files   []GroundsOf
	Unclear []string
}

// GroundsOf is one file found, with the bars that stood when it was asked.
type GroundsOf struct {
	File    id.File
	Number  string
	Bars    []Safeguard
	Unclear []string
}
