package casework

import (
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// What a step asks to be in the file before it is taken, and how much of it is
// there: the pack's evidence.yaml as one file answers it. It is asked of whoever
// takes the step, by what that worker may read: a paper in another body's part of
// the file neither proves nor shows itself.

// Proven is one node of the tree with its answer. For a leaf, Says is its wording;
// for a group, Need of Parts are needed.
type Proven struct {
	Says  string
	Need  int
	Parts []Proven
	State procedure.Truth // True: there. False: missing. Depends: hangs on a question
	Proof pack.Proof
}

// Evidence answers the tree of a step at a time; nil when the step asks for nothing.
func Evidence(f *File, step string, m Moment, at time.Time, reads func(Attachment) bool) (*Proven, error) {
	p := m.Laws.Pack()
	row := p.EvidenceOn(step, p.DayOf(at))
	if row == nil {
		return nil, nil
	}
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return nil, err
	}
	e := evidence{file: f, model: model, now: f.before(at), at: at, reads: reads}
	out := e.of(row.Needs)
	return &out, nil
}

type evidence struct {
	file  *File
	model *procedure.Model
	now   procedure.Situation
	at    time.Time
	reads func(Attachment) bool
}

func (e evidence) of(p pack.Proof) Proven {
	parts, need := p.Group()
	out := Proven{Says: p.Says, Need: need, Proof: p}
	if len(parts) == 0 {
		out.State = e.leaf(p)
		return out
	}
	there, perhaps := 0, 0
	for _, part := range parts {
		one := e.of(part)
		out.Parts = append(out.Parts, one)
		switch one.State {
		case procedure.True:
			there++
		case procedure.Depends:
			perhaps++
		}
	}
	switch {
	case there >= need:
		out.State = procedure.True
	case there+perhaps >= need:
		out.State = procedure.Depends
	default:
		out.State = procedure.False
	}
	return out
}

func (e evidence) leaf(p pack.Proof) procedure.Truth {
	switch {
	case p.When != "":
		guard, problems := e.model.Guard(p.When, pack.Pos{})
		if len(procedure.Errors(problems)) > 0 {
			return procedure.False // lint says so where the pack is written
		}
		return guard.Eval(e.now, e.at)
	case p.Step != "":
		return truth(e.file.taken(p.Step, e.at))
	}
	return truth(e.file.holds(p.Document, e.reads))
}

func truth(b bool) procedure.Truth {
	if b {
		return procedure.True
	}
	return procedure.False
}

// taken says that a step was taken by then, in order or not.
func (f *File) taken(step string, at time.Time) bool {
	for _, a := range f.acts {
		if a.step == step && !a.occurred.After(at) {
			return true
		}
	}
	return false
}

// holds says that a document of one of the kinds lies open in the file, for who reads it.
func (f *File) holds(kinds []string, reads func(Attachment) bool) bool {
	for _, a := range f.Attachments {
		for _, kind := range kinds {
			if a.Kind == kind && a.State() == AttachmentOpen && reads(a) {
				return true
			}
		}
	}
	return false
}

// Enough refuses a step whose evidence is not there. What hangs on a question of law
// is not read against the person: it stops a step against her, and no other.
func (p *Proven) Enough(step *procedure.Step) error {
	if p == nil || p.State == procedure.True || p.State == procedure.Depends && step.Adverse == nil {
		return nil
	}
	return fault.New(fault.Invalid, CodeStepEvidence, "step", step.ID, "missing", strings.Join(p.Missing(), " "))
}

// Missing names the leaves that are not there, of the groups that want them.
func (p Proven) Missing() (out []string) {
	if p.State == procedure.True {
		return nil
	}
	if len(p.Parts) == 0 {
		return []string{p.Says}
	}
	for _, part := range p.Parts {
		out = append(out, part.Missing()...)
	}
	return out
}
