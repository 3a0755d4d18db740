// Package access says who may do what with which thing. Rules are rows of the
// pack; each compiles to a function and to a Scope, and a property test proves
// that the two agree. What no rule allows is denied, and a base set of forbids
// in Go is above every rule. Its answer to "why not" is for us alone: from
// outside, withheld and not found are one.
package access

import (
	"slices"
	"time"

	"pana/internal/casework"
	"pana/internal/id"
)

// Who is asking. A machine is a service credential.
type Who struct {
	Worker   id.Worker
	Body     id.Body
	BodyKind string
	Role     string
	Region   string
	Machine  bool
	Lang     string
	// Self is the file of the person who is on her own page: she is of no body, and
	// everything but this file is not there for her.
	Self id.File
	// Ward is the file of the child whose guardian is on a page of their own: of no
	// body either, and with nothing but this file.
	Ward id.File
	// Compartment is the part of a file that this kind of body keeps; Powers
	// are what the kind may do in the mechanism. Both are the pack's, read at
	// each request, so that a changed pack changes them at once.
	Compartment string
	Powers      []string
}

// Administrator is the role that manages bodies and accounts and reads no file.
const Administrator = "administrator"

// Person is the role, and the kind of actor, of somebody on her own page.
const Person = casework.PersonKind

// Guardian is the role, and the kind of actor, of a child's guardian on the page that
// was given to them.
const Guardian = casework.GuardianKind

// Powers of kinds of body that may use force on a person, police and border
// guards: to hold her, or to take her out of the country.
const (
	Enforce = "enforce"
	Remove  = "remove"
)

func (w Who) mayUseForce() bool { return w.Can(Enforce) || w.Can(Remove) }

// Can says whether the asker's kind of body has a power.
func (w Who) Can(power string) bool { return slices.Contains(w.Powers, power) }

// Thing is what is touched: its kind, the clear columns that guards may read,
// and how the asker's body is related to it.
type Thing struct {
	Kind        string // file, referral, place, signal, account, body, check, ledger
	Columns     map[string]string
	Relations   []string
	Compartment string
	Group       string
}

// Verdict is an answer with the rule that gave it.
type Verdict struct {
	Allowed bool
	Rule    string // rule id, or the forbid's id
	Purpose string
}

// Scope is the same answer as a condition on index rows. It is one of the
// types below; the store renders it to SQL.
type Scope interface{ scope() }

type (
	// All lets every row through; None lets none.
	All  struct{}
	None struct{}
	// And and Or combine; an empty And is All, an empty Or is None.
	And []Scope
	Or  []Scope
	// Not turns round.
	Not struct{ Scope Scope }
	// In holds where the clear column of the listed thing has one of Values.
	In struct {
		Column string
		Values []string
	}
	// Related holds where Body has one of Relations to the thing.
	Related struct {
		Body      id.Body
		Relations []string
	}
)

func (All) scope()     {}
func (None) scope()    {}
func (And) scope()     {}
func (Or) scope()      {}
func (Not) scope()     {}
func (In) scope()      {}
func (Related) scope() {}

// Emergency is a running emergency access of one worker to one file.
type Emergency struct {
	File  id.File
	Until time.Time
}

// OnlyRelated says that a scope lets no row through but of things that the body has
// a relation to: a list may then begin at the body's relations.
func OnlyRelated(s Scope) bool {
	switch s := s.(type) {
	case None, Related:
		return true
	case And:
		return slices.ContainsFunc(s, OnlyRelated)
	case Or:
		return !slices.ContainsFunc(s, func(part Scope) bool { return !OnlyRelated(part) })
	}
	return false
}

// RelationsOf are the relations by which a scope lets something through.
func RelationsOf(s Scope) (out []string) {
	switch s := s.(type) {
	case Related:
		return slices.Clone(s.Relations)
	case And:
		for _, part := range s {
			out = append(out, RelationsOf(part)...)
		}
	case Or:
		for _, part := range s {
			out = append(out, RelationsOf(part)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
