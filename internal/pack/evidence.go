package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
)

// Evidence is what has to be in a file before a step is taken, in evidence.yaml: a
// tree of all of, one of and at least so many of, with what would do instead. No
// verdict reads it, since a search follows no papers: so a step that somebody owes,
// or that is the person's own, may ask for papers only where it stands on a question
// already (exists:), and its verdicts are unknown as they were.
type Evidence struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"` // the step's
	Dates Dates   `yaml:"dates"`
	Needs Proof   `yaml:"needs"`
	Basis []Basis `yaml:"basis"`
}

// Proof is one node of the tree: a group, or what one thing shows. It is exactly
// one of all_of, any_of, of (with at_least), document, step, when.
type Proof struct {
	// Says is the wording "evidence.SAYS" of a leaf: what it is, and of whom.
	Says  string  `yaml:"says"`
	AllOf []Proof `yaml:"all_of"`
	AnyOf []Proof `yaml:"any_of"`
	// AtLeast is how many of Of are needed.
	AtLeast int     `yaml:"at_least"`
	Of      []Proof `yaml:"of"`
	// Document is kinds of document, one of which lies in the file.
	Document []string `yaml:"document"`
	// Step is a step that was taken.
	Step string `yaml:"step"`
	// When is a guard over the situation: a fact, or that another State was asked
	// and its time has run out.
	When  string  `yaml:"when"`
	Basis []Basis `yaml:"basis"`
}

// DocumentKinds are what a document in a file can be.
var DocumentKinds = []string{"identity_paper", "photograph", "medical", "statement", "official_letter", "court", "contract", "travel", "other"}

var documentKinds = words("kind of document", strings.Join(DocumentKinds, " "))

// Group gives the parts of a node and how many of them it needs; none for a leaf.
func (p Proof) Group() (parts []Proof, need int) {
	switch {
	case len(p.AllOf) > 0:
		return p.AllOf, len(p.AllOf)
	case len(p.AnyOf) > 0:
		return p.AnyOf, 1
	}
	return p.Of, p.AtLeast
}

// EvidenceOn is what a step asks for on a day, nil when nothing.
func (p *Pack) EvidenceOn(step string, day Day) *Evidence {
	for i := range p.Evidence {
		if e := &p.Evidence[i]; e.ID == step && Contains(e.Dates, day.Time) {
			return e
		}
	}
	return nil
}

// evidence: each tree is of a step there is, can be satisfied, names what there is,
// and makes no duty or right hang on papers that the checker cannot see.
func (l *linter) evidence() {
	for i := range l.Evidence {
		e := &l.Evidence[i]
		whose := "evidence of " + e.ID
		l.refer(e.Pos, whose, e.ID, l.known.steps)
		l.proof(e, e.Needs, whose)
		l.owedOnPapers(e, whose)
	}
}

func (l *linter) proof(e *Evidence, p Proof, whose string) {
	kinds := 0
	for _, is := range []bool{len(p.AllOf) > 0, len(p.AnyOf) > 0, len(p.Of) > 0, len(p.Document) > 0, p.Step != "", p.When != ""} {
		if is {
			kinds++
		}
	}
	parts, need := p.Group()
	switch {
	case kinds != 1:
		l.add(e.Pos, "evidence.node", "write one of all_of, any_of, of, document, step, when", "a part of %s says %d things at once, and has to say one", whose, kinds)
	case len(parts) == 0 && p.Says == "":
		l.add(e.Pos, "evidence.says", "write says: and its wording evidence.SAYS", "a part of %s has no name that a worker could read", whose)
	case len(p.Of) > 0 && (need < 1 || need > len(p.Of)), len(p.Of) == 0 && p.AtLeast != 0:
		l.add(e.Pos, "evidence.at_least", "write at_least: from 1 to the number of parts of of:", "%s asks for %d of %d, which nobody can bring", whose, p.AtLeast, len(p.Of))
	case p.Step == e.ID:
		l.add(e.Pos, "evidence.self", "name a step that comes before it", "%s asks that the step itself was taken", whose)
	}
	for _, kind := range p.Document {
		l.refer(e.Pos, whose, kind, documentKinds)
	}
	if p.Step != "" {
		l.refer(e.Pos, whose, p.Step, l.known.steps)
		if !l.stands(p.Step, e.Dates) {
			l.add(e.Pos, "evidence.never", "name a step of those days, or end the row", "%s asks for step %s, which is not in force on any day of it", whose, p.Step)
		}
	}
	for _, part := range parts {
		l.proof(e, part, whose)
	}
}

// stands says that a step is in force on some day of a stretch.
func (l *linter) stands(step string, dates Dates) bool {
	return slices.ContainsFunc(l.Spec.Steps, func(s procedure.Step) bool { return s.ID == step && overlap(s.Dates, dates) })
}

// owedOnPapers: the checker takes a duty, and the person's own step, to be possible
// whenever its rule holds. One that hangs on papers besides must be a question.
func (l *linter) owedOnPapers(e *Evidence, whose string) {
	if !e.Needs.papers() {
		return
	}
	for _, s := range l.Spec.Steps {
		if s.ID == e.ID && overlap(s.Dates, e.Dates) && s.Exists == "" && s.Force != procedure.May {
			l.add(e.Pos, "evidence.owed", "let the step stand on a question (exists:), or ask for papers in a step that is may", "%s would make a duty or a right hang on papers that no verdict sees", whose)
		}
	}
}

// papers says that something in the tree is not in the situation.
func (p Proof) papers() bool {
	parts, _ := p.Group()
	return len(p.Document) > 0 || p.Step != "" || slices.ContainsFunc(parts, Proof.papers)
}

// guards are the guards of a tree, which the law of each of its days compiles.
func (p Proof) guards() (out []string) {
	if p.When != "" {
		out = append(out, p.When)
	}
	parts, _ := p.Group()
	for _, part := range parts {
		out = append(out, part.guards()...)
	}
	return out
}

// named are the wording names of a tree's leaves.
func (p Proof) named() (out []string) {
	if p.Says != "" {
		out = append(out, p.Says)
	}
	parts, _ := p.Group()
	for _, part := range parts {
		out = append(out, part.named()...)
	}
	return out
}
