package casework

import "pana/internal/withheld"

// Identity is who the person is. Nobody sees it but the bodies it was disclosed
// to; showing it is itself recorded.
type Identity struct {
	Names     []Name          `json:"names,omitempty"`
	Born      Born            `json:"born,omitzero"`
	Sex       string          `json:"sex,omitempty"`
	Citizen   []withheld.Text `json:"citizen,omitempty"` // ISO 3166 alpha-3; XXA stateless, XXX unknown
	Documents []Document      `json:"documents,omitempty"`
}

// Name is a name in one script, as given.
type Name struct {
	Script string        `json:"script"` // cyrl, latn, arab
	Full   withheld.Text `json:"full"`
	Use    string        `json:"use,omitempty"` // given, document, former
}

// Born is a birth date as far as it is known.
type Born struct {
	Date    withheld.Text `json:"date,omitzero"` // 2011-05-01, 2011-05, 2011 or empty
	About   bool          `json:"about,omitempty"`
	SaidAge int           `json:"said_age,omitempty"`
}

// Document is a paper that names the person.
type Document struct {
	Kind   string        `json:"kind"`
	Number withheld.Text `json:"number,omitzero"`
}

// Contact is a way to reach the person, with what makes it safe.
type Contact struct {
	Kind   string        `json:"kind"` // phone, message, through_worker, none
	Value  withheld.Text `json:"value,omitzero"`
	SafeAt string        `json:"safe_at,omitempty"` // any_time, daytime, never_leave_word
}

// Empty says that nothing is known but perhaps a sex.
func (i Identity) Empty() bool {
	return len(i.Names) == 0 && i.Born.Date.Empty() && len(i.Citizen) == 0 && len(i.Documents) == 0
}

// IdentityEvents are the types of event that may change who a file is of: what
// finds people by name reads a file again after one of them.
var IdentityEvents = []string{"file.opened_new", "identity.added", "corrected"}
