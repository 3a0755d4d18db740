package casework

import (
	"slices"
	"testing"
	"time"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// paper and done are leaves: a document of a kind, a step that was taken.
func paper(says, kind string) pack.Proof { return pack.Proof{Says: says, Document: []string{kind}} }
func done(says, step string) pack.Proof  { return pack.Proof{Says: says, Step: step} }

func TestEvidenceIsAddedUp(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	file := &File{
		acts: []act{{step: "shown", occurred: at.Add(-time.Hour)}, {step: "later", occurred: at.Add(time.Hour)}},
		Attachments: []Attachment{
			{AttachmentAdded: AttachmentAdded{Kind: "travel"}},
			{AttachmentAdded: AttachmentAdded{Kind: "court"}, Withdrawn: at},
			{AttachmentAdded: AttachmentAdded{Kind: "photograph", Scan: ScanFound}},
			{AttachmentAdded: AttachmentAdded{Kind: "medical"}, Compartment: "health"},
		},
	}
	all := func(parts ...pack.Proof) pack.Proof { return pack.Proof{AllOf: parts} }
	one := func(parts ...pack.Proof) pack.Proof { return pack.Proof{AnyOf: parts} }
	two := func(parts ...pack.Proof) pack.Proof { return pack.Proof{AtLeast: 2, Of: parts} }
	passport, verdict, picture := paper("passport", "travel"), paper("verdict", "court"), paper("picture", "photograph")
	for _, row := range []struct {
		why     string
		needs   pack.Proof
		missing []string // none: it is enough
	}{
		{"a document that lies in the file", passport, nil},
		{"one that was withdrawn is not there", verdict, []string{"verdict"}},
		{"nor one in which a virus was found", picture, []string{"picture"}},
		{"what another body keeps neither proves nor shows itself", paper("letter", "medical"), []string{"letter"}},
		{"a step that was taken", done("seen", "shown"), nil},
		{"what happens later proves nothing now", done("after", "later"), []string{"after"}},
		{"one of them is enough", one(verdict, passport), nil},
		{"of one of them, each that would do is named", one(verdict, picture), []string{"verdict", "picture"}},
		{"all of them, and one is wanting", all(passport, verdict), []string{"verdict"}},
		{"two of three", two(passport, done("seen", "shown"), verdict), nil},
		{"one of the two that are needed", two(passport, verdict, picture), []string{"verdict", "picture"}},
		{"an alternative inside", all(passport, one(verdict, done("seen", "shown"))), nil},
		{"what is missing in a group that is satisfied is not missing", all(one(passport, verdict), picture), []string{"picture"}},
	} {
		e := evidence{file: file, at: at, reads: func(a Attachment) bool { return a.Compartment == "" }}
		proven := e.of(row.needs)
		if got := proven.Missing(); !slices.Equal(got, row.missing) {
			t.Errorf("%s: missing %v, not %v", row.why, got, row.missing)
		}
		if err := proven.Enough(&procedure.Step{ID: "decide"}); (err == nil) != (row.missing == nil) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}

// What hangs on a question of law is not read against the person.
func TestUnclearEvidenceStopsOnlyWhatIsAgainstThePerson(t *testing.T) {
	t.Parallel()
	unclear := &Proven{Says: "rule", State: procedure.Depends}
	if err := unclear.Enough(&procedure.Step{ID: "recognise"}); err != nil {
		t.Errorf("for the person: %v", err)
	}
	if unclear.Enough(&procedure.Step{ID: "refuse", Adverse: &procedure.Adverse{}}) == nil {
		t.Error("a refusal was taken on evidence that hangs on a question")
	}
	var none *Proven
	if err := none.Enough(&procedure.Step{}); err != nil {
		t.Errorf("a step that asks for nothing: %v", err)
	}
}
