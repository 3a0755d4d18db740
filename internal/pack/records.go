package pack

import (
	"slices"

	"pana/internal/procedure"
)

// Record is how long one kind of what is kept beside files is kept. The kinds are the
// program's (RecordKinds): it knows where each is and from what its time counts.
// Wording is the product's, record.ID.
type Record struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"`
	Keep  string  `yaml:"keep"` // "30 days", "12 months", "5 years" or unknown("question"): then nothing is ever due
	Basis []Basis `yaml:"basis"`
}

// RecordKind is a kind of what is kept beside files. Own is the product's own length,
// for what somebody is never helped or judged by; where there is none, only an act may
// give one. Least and most are what the program itself needs.
type RecordKind struct {
	ID          string
	Own         string
	Least, Most string
}

// What is kept beside files, with wording record.ID.
const (
	RecordCalls      = "calls"      // of which no file came; from their end
	RecordComplaints = "complaints" // from the answer
	RecordTracks     = "tracks"     // that have no further stage; from their last entry
	RecordAccounts   = "accounts"   // of workers who left; from that day
	RecordMotions    = "motions"    // what an administrator proposed to a second; from when it ended
	RecordChecks     = "checks"     // whom a removal check asked about; from the answer
	RecordLinks      = "call_links" // which calls are from one number
	RecordBrowsers   = "browsers"   // of a worker; from their last use
	RecordSignIns    = "sign_ins"   // sessions and counted failures; from when they count no more
	RecordUploads    = "uploads"    // that nothing names
	RecordJobs       = "jobs"       // letters and bells that were sent; from when they were made
)

// RecordKinds lists them in the order in which pages have them.
var RecordKinds = []RecordKind{
	{ID: RecordCalls}, {ID: RecordComplaints}, {ID: RecordTracks}, {ID: RecordAccounts}, {ID: RecordMotions},
	{ID: RecordChecks, Own: "12 months"},
	{ID: RecordLinks, Own: "90 days", Most: "90 days"},      // the keys of the days are made for so many
	{ID: RecordBrowsers, Own: "180 days", Most: "180 days"}, // the browser forgets then
	{ID: RecordSignIns, Own: "1 day", Least: "1 day"},       // a clock that is set back must not meet one that it ended
	{ID: RecordUploads, Own: "1 day", Least: "1 day"},       // longer than any upload takes
	{ID: RecordJobs, Own: "30 days", Least: "1 day"},
}

// Record is what the pack says of one kind. A pack that says nothing, as one adopted
// before there were such lines, leaves the product's own, and else a question.
func (k Keeping) Record(kind string) Record {
	if r := find(k.Records, func(r *Record) bool { return r.ID == kind }); r != nil {
		return *r
	}
	i := slices.IndexFunc(RecordKinds, func(r RecordKind) bool { return r.ID == kind })
	if i < 0 || RecordKinds[i].Own == "" {
		return Record{ID: kind, Keep: `unknown("q_retention")`}
	}
	return Record{ID: kind, Keep: RecordKinds[i].Own}
}

// keptBeside: every kind has its line, once; what tells of a person has an act or a
// question, and what the program needs longer or shorter is said.
func (l *linter) keptBeside() {
	k := &l.Keeping
	if len(k.Records) == 0 && len(k.Retention) == 0 && len(k.Erasure.Grounds) == 0 {
		return // a pack that nobody works with says nothing of keeping
	}
	pos, said := at(k.Pos, "keeping.yaml"), map[string]bool{}
	for _, r := range k.Records {
		i := slices.IndexFunc(RecordKinds, func(kind RecordKind) bool { return kind.ID == r.ID })
		if i < 0 || said[r.ID] {
			l.add(r.Pos, "keeping.kind", "write each kind of docs/pack-authors.md once", "kind %q is not one that the program keeps, or is there twice", r.ID)
			continue
		}
		said[r.ID] = true
		l.openLength(r.Pos, "record "+r.ID, r.Keep)
		if n, err := procedure.ParseLength(r.Keep); err == nil && n.Question == "" {
			l.record(RecordKinds[i], r, n)
		}
	}
	for _, kind := range RecordKinds {
		if !said[kind.ID] {
			l.add(pos, "keeping.silent", `write a line of records: with keep: and a basis, or keep: unknown("q_…")`, "nothing says how long %s are kept", kind.ID)
		}
	}
}

// record is a kind with a length.
func (l *linter) record(kind RecordKind, r Record, n procedure.Length) {
	act := slices.ContainsFunc(r.Basis, func(b Basis) bool { return b.Act != "" })
	if kind.Own == "" && !act {
		l.add(r.Pos, "keeping.act", `name the act and article in its basis, or write keep: unknown("q_…")`, "%s are erased after %s, and no act says so", r.ID, r.Keep)
	}
	days, ok := inDays(n)
	least, _ := inDays(lengthOf(kind.Least))
	most, bounded := inDays(lengthOf(kind.Most))
	if !ok || days < least || bounded && days > most {
		l.add(r.Pos, "keeping.bounds", "write it in days, months or years, within what docs/pack-authors.md says of the kind", "the program cannot keep %s for %s", r.ID, r.Keep)
	}
}

func lengthOf(s string) procedure.Length {
	n, _ := procedure.ParseLength(s) // of the table above; empty is none
	return n
}

// inDays is a length by the calendar, the month at its shortest.
func inDays(n procedure.Length) (int, bool) {
	switch n.Unit {
	case procedure.Days:
		return n.N, true
	case procedure.Months:
		return 28 * n.N, true
	case procedure.Years:
		return 365 * n.N, true
	}
	return 0, false
}
