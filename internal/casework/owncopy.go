package casework

import (
	"slices"

	"pana/internal/fault"
)

// OwnCopyPaper is the name, among papers, of a person's own copy of the file.
const OwnCopyPaper = "own_copy"

// Who may ask for the person's own copy: she herself, the guardian of a child, or
// whom she named to speak for her.
const (
	AskedPerson   = "person"
	AskedGuardian = "guardian"
	AskedAdvocate = "advocate"
	// AskedOther is anybody else, a parent too: they are told no, and the worker what to do.
	AskedOther = "other"
)

// CopyAskers are those who may ask. A parent is not among them: a child's copy is
// the child's, and who speaks for her is who was appointed to.
func (f *File) CopyAskers() []string {
	if f.Child() {
		return []string{AskedPerson, AskedGuardian, AskedAdvocate}
	}
	return []string{AskedPerson, AskedAdvocate}
}

// IssueOwnCopy records that the person was handed what is in the file about her,
// and who asked. Earlier copies stay genuine: each says what was so on its day.
func IssueOwnCopy(f *File, in IssueInput, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	if !slices.Contains(f.CopyAskers(), in.Asked) {
		return Decision{}, fault.Form(fault.Field{Name: "copy_asked", Code: "field.choice"})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.paper", Args: map[string]string{"paper": string(in.Paper)}})
	in.Of, in.Name = "", OwnCopyPaper
	b.add(m.compartment(), in.PaperIssued)
	return b.decision, nil
}
