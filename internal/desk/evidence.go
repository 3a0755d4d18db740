package desk

import (
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/procedure"
)

// EvidenceNode is one part of what a step asks to be in the file, for the page: a
// group of parts, Need of which are enough, or what one thing shows.
type EvidenceNode struct {
	Says  string
	Need  int
	Parts []EvidenceNode
	State string // there, missing, unclear
	Paper bool   // a document would show it
	Step  string // this step would, if it is open
	Basis []procedure.Basis
}

// reads is what this worker may read of a file's documents.
func (d *Desk) reads(who access.Who, f *casework.File) func(casework.Attachment) bool {
	return func(a casework.Attachment) bool { _, err := d.maySeeDocument(who, f, a); return err == nil }
}

// evidenceTree is what the step asks for, as this worker sees it; nil for nothing.
func (d *Desk) evidenceTree(who access.Who, f *casework.File, step string, at time.Time) (*EvidenceNode, error) {
	proven, err := casework.Evidence(f, step, d.moment(who, at), at, d.reads(who, f))
	if err != nil || proven == nil {
		return nil, err
	}
	out := evidenceNode(*proven)
	return &out, nil
}

func evidenceNode(p casework.Proven) EvidenceNode {
	out := EvidenceNode{Says: p.Says, Need: p.Need, State: "missing", Paper: len(p.Proof.Document) > 0, Step: p.Proof.Step, Basis: p.Proof.Basis}
	switch p.State {
	case procedure.True:
		out.State = "there"
	case procedure.Depends:
		out.State = "unclear"
	}
	for _, part := range p.Parts {
		out.Parts = append(out.Parts, evidenceNode(part))
	}
	return out
}

// enough refuses a step whose evidence is not in the file.
func (d *Desk) enough(who access.Who, f *casework.File, in casework.TakeStepInput, m casework.Moment) error {
	at := in.OccurredAt
	if at.IsZero() {
		at = m.At
	}
	step := d.stepOn(in.Step, at)
	if step == nil {
		return nil
	}
	proven, err := casework.Evidence(f, in.Step, m, at, d.reads(who, f))
	if err != nil {
		return err
	}
	return proven.Enough(step)
}
