package access

import "slices"

// A forbid is above every rule: no pack can lift it. It either denies the whole
// of an act to somebody (denies), or the things that its scope describes
// (denied); both Decide and Scope read the same row.
type forbid struct {
	id     string
	denies func(w Who, a ask) bool
	denied func(w Who, a ask) Scope
}

// ask is what is asked, without the thing's columns.
type ask struct{ act, kind, compartment, group string }

// forbids are few, and each is a promise made to the person (DESIGN §7).
var forbids = []forbid{
	{
		// A stolen service credential must not be a way to a file.
		id:     "machine",
		denies: func(w Who, a ask) bool { return w.Machine && a.act != AskCheck && a.act != TellCheck },
	},
	{
		// Whoever manages accounts could make one that reads; so that one cannot be theirs.
		id: "administrator",
		denies: func(w Who, a ask) bool {
			return w.Role == Administrator && !slices.Contains([]string{"body", "account", "service", "ledger", "dispute", "law", "question"}, a.kind)
		},
	},
	{
		// Where a shelter is, is what a pimp's friend in uniform asks first.
		id: "whereabouts",
		denies: func(w Who, a ask) bool {
			return w.mayUseForce() && (a.group == Whereabouts || a.kind == "place")
		},
	},
	{
		// Nobody reads the complaint against their own body.
		id: "complaint",
		denied: func(w Who, a ask) Scope {
			if w.Body == "" { // or it would match what complains of nobody
				return None{}
			}
			return In{Column: AboutBody, Values: []string{string(w.Body)}}
		},
	},
	{
		// A page that fell into another's hands must lead nowhere: not to another file,
		// not to a place, and not to what would tell who she is or what somebody noted.
		id: "person",
		denies: func(w Who, a ask) bool {
			return w.isPerson() && (a.kind != "file" || !slices.Contains(pageActs, a.act) || a.compartment != "" || slices.Contains(neverOnPage, a.group))
		},
		denied: func(w Who, a ask) Scope {
			if !w.isPerson() {
				return None{}
			}
			return Not{Related{Body: w.Body, Relations: []string{Self}}}
		},
	},
	{
		// Who was appointed to look after a child reads what is due to it, and writes
		// nothing: the child's page stays the child's.
		id: "guardian",
		denies: func(w Who, a ask) bool {
			return w.isGuardian() && (a.kind != "file" || a.act != OpenFile || a.compartment != "" || slices.Contains(neverOnPage, a.group))
		},
		denied: func(w Who, a ask) Scope {
			if !w.isGuardian() {
				return None{}
			}
			return Not{Related{Body: w.Body, Relations: []string{Ward}}}
		},
	},
	{
		// An assailant recorded in the file gets nothing, whatever else they are to it.
		id: "assailant",
		denied: func(w Who, a ask) Scope {
			return Related{Body: w.Body, Relations: []string{Accused}}
		},
	},
}

// pageActs are all that a page can be used for, and neverOnPage what stands on none,
// whatever a pack says.
var (
	pageActs    = []string{OpenFile, UsePage, RecordConsent}
	neverOnPage = []string{"identity", "contact", "documents", "narrative", "notes", "indicators", Whereabouts, Complaint}
)

func (w Who) isGuardian() bool {
	return w.Ward != "" || w.Role == Guardian || w.BodyKind == Guardian
}

func (w Who) isPerson() bool { return w.Self != "" || w.Role == Person || w.BodyKind == Person }

// readable says whether rows of the thing have what a forbid's scope reads. A
// list whose table has no such column needs no condition on it: no row of it can
// be what the forbid is about.
func (f forbid) readable(a ask) bool {
	switch f.id {
	case "complaint":
		return tables[a.kind] == "" || hasColumn(a.kind, AboutBody)
	case "assailant":
		return a.kind == "file" || a.kind == "referral"
	}
	return true
}

// Forbids says each in one line, for the document of who may do what.
func Forbids() []string {
	return []string{
		"machine: a service credential asks removal checks and nothing else",
		"administrator: who manages bodies and accounts reads no file, referral, place or check",
		"whereabouts: kinds of body that may use force or remove people never see a place, nor where a person or shelter is",
		"complaint: nobody reads a complaint against their own body",
		"person: somebody on her own page reads and answers one file, hers; no name, contact, place, note or complaint of it",
		"guardian: a child's guardian on a page of their own reads one file, the child's, and writes nothing; no name, contact, place, note or complaint of it, nor what the child wrote",
		"assailant: a body recorded in a file as the assailant gets nothing of it",
	}
}
