package pack

import (
	"slices"
	"strings"
)

// Needed is a wording key that an element needs in every language of the pack.
type Needed struct {
	Key string
	Pos Pos
}

// Keys lists every wording key that the pack's elements need. This is the key
// scheme; docs/pack-authors.md has it as a table.
func (p *Pack) Keys() []Needed {
	k := &keys{seen: map[string]bool{}}
	k.need(at(p.Head.Pos, "pack.yaml"), "country.name", "country.status")
	k.each(at(p.Head.Pos, "pack.yaml"), "", []string{p.Head.EditionsRead})
	for _, e := range p.Acts {
		k.need(e.Pos, "act."+e.ID)
	}
	for _, e := range p.Regions {
		k.need(e.Pos, "region."+e.ID)
	}
	for _, e := range p.BodyKinds {
		k.need(e.Pos, "body."+e.ID)
		k.each(e.Pos, "role.", e.Roles)
		k.each(e.Pos, "compartment.", []string{e.Compartment})
	}
	for _, e := range p.Rules {
		k.each(e.Pos, "group.", e.Groups)
	}
	for _, e := range p.Services {
		k.need(e.Pos, "service."+e.ID)
	}
	for _, e := range p.Needs {
		k.need(e.Pos, "need."+e.ID)
	}
	k.criteria(p.Criteria)
	for _, e := range p.Forms {
		k.form(e)
	}
	for _, e := range p.Papers {
		k.need(e.Pos, "paper."+e.ID, "paper."+e.ID+".text")
	}
	for _, e := range p.Kin {
		k.need(e.Pos, "kin."+e.ID)
	}
	for _, e := range p.Operations {
		k.need(e.Pos, "operation."+e.ID)
	}
	for _, e := range p.FollowUps {
		k.need(e.Pos, "followup."+e.ID)
	}
	for _, e := range p.Keeping.Erasure.Grounds {
		k.need(e.Pos, "erasure.ground."+e.ID)
	}
	for _, e := range p.Keeping.Questions {
		k.need(e.Pos, "question."+e.ID, "question."+e.ID+".ask")
		k.each(e.Pos, "asked.", e.To)
	}
	for _, e := range p.Keeping.Retention {
		k.need(e.Pos, "retention."+e.ID)
	}
	for _, e := range p.Keeping.Holds {
		k.need(e.Pos, "hold.by."+e.ID)
	}
	for _, e := range p.Hearings {
		k.need(e.Pos, "hearing."+e.ID)
	}
	for _, e := range p.Rolls {
		k.need(e.Pos, "roll."+e.ID)
		for _, part := range slices.Concat(e.Stages, e.Wants) {
			k.need(e.Pos, "roll."+e.ID+"."+part.ID)
		}
	}
	for _, e := range p.Evidence {
		k.each(e.Pos, "evidence.", e.Needs.named())
	}
	for _, e := range p.Offences {
		k.need(e.Pos, "offence."+e.ID)
		k.each(e.Pos, "theme.", []string{e.Theme})
	}
	for _, e := range p.Standards.Priorities {
		k.need(e.Pos, "priority."+e.ID)
	}
	for _, e := range p.Refusals {
		k.need(e.Pos, "refusal."+e.ID)
	}
	for _, e := range p.Purposes {
		k.need(e.Pos, "purpose."+e.ID)
		if e.OnPage() {
			k.need(e.Pos, "purpose."+e.ID+".plain")
		}
		k.each(e.Pos, "group.", e.Groups)
	}
	for _, e := range p.Rights {
		k.need(e.Pos, "right."+e.ID)
	}
	for _, e := range p.Walls {
		k.need(e.Pos, "wall."+e.ID, "wall."+e.ID+".do")
	}
	for _, e := range p.Duties {
		k.need(e.Pos, "duty."+e.ID, "duty."+e.ID+".plain")
		k.each(e.Pos, "field.", e.Fields)
	}
	k.procedures(p)
	k.tracks(p)
	k.guarantees(p)
	return k.list
}

type keys struct {
	seen map[string]bool
	list []Needed
}

func (k *keys) need(pos Pos, names ...string) {
	for _, name := range names {
		if !k.seen[name] && !strings.HasSuffix(name, ".") { // an element without id is another rule's to report
			k.seen[name] = true
			k.list = append(k.list, Needed{name, pos})
		}
	}
}

func (k *keys) each(pos Pos, prefix string, ids []string) {
	for _, id := range ids {
		if id != "" {
			k.need(pos, prefix+id)
		}
	}
}

func (k *keys) criteria(c Criteria) {
	for _, s := range c.Sets {
		k.need(s.Pos, "dimension."+s.ID)
		for _, i := range s.Indicators {
			k.need(i.Pos, "indicator."+i.ID)
		}
	}
	for _, r := range c.Rules {
		k.need(r.Pos, "score."+r.ID)
	}
	for _, r := range c.Cases {
		k.need(r.Pos, "case."+r.ID)
	}
	if c.Child != "" {
		k.need(c.Pos, c.Child)
	}
}

// form needs a title, a label for each field, and a word for each option.
// Fields of one id in several forms ask the same and share their wording.
func (k *keys) form(f Form) {
	k.need(f.Pos, "form."+f.ID)
	for _, e := range f.Fields {
		k.need(e.Pos, "field."+e.ID)
		k.each(e.Pos, e.optionPrefix(), e.Options)
	}
}

// optionPrefix is where the words of a field's options are: languages, regions
// and countries have one name wherever they are offered.
func (e Field) optionPrefix() string {
	switch e.Kind {
	case "language", "region", "country":
		return e.Kind + "."
	}
	return "option." + e.ID + "."
}

func (k *keys) procedures(p *Pack) {
	for _, e := range p.Procedures {
		k.need(e.Procedure.Pos, "procedure."+e.Procedure.ID)
		k.each(e.Procedure.Pos, "export.", e.Procedure.Exports)
	}
	for _, e := range p.Spec.Facts {
		if e.Hidden {
			continue // nobody records or reads it at run time
		}
		k.need(e.Pos, "fact."+e.Name)
		k.each(e.Pos, "fact."+e.Name+".", e.Values)
	}
	for _, e := range p.Spec.Vars {
		k.need(e.Pos, "var."+e.Name)
		k.each(e.Pos, "var."+e.Name+".", e.Values)
	}
	for _, e := range p.Spec.Questions {
		k.need(e.Pos, "question."+e.ID, "question."+e.ID+".ask")
		k.each(e.Pos, "asked.", e.To)
	}
	for _, e := range p.Spec.Steps {
		k.need(e.Pos, "step."+e.ID)
		k.each(e.Pos, "effect.", []string{e.Effect})
		if e.Must != "" {
			k.need(e.Pos, "step."+e.ID+".must")
		}
	}
	for _, e := range p.Spec.Bars {
		k.need(e.Pos, "bar."+e.ID)
	}
	for _, e := range p.Spec.Entitlements {
		k.need(e.Pos, "entitlement."+e.ID)
	}
	for _, e := range p.Spec.Clocks {
		k.need(e.Pos, "clock."+e.ID)
	}
}

// tracks need of their variables, steps and questions what a procedure's do.
func (k *keys) tracks(p *Pack) {
	for _, t := range p.Tracks {
		k.need(t.Track.Pos, "track."+t.Track.ID, "country.money")
		for _, e := range t.Vars {
			k.need(e.Pos, "var."+e.Name)
			k.each(e.Pos, "var."+e.Name+".", e.Values)
		}
		for _, e := range t.Questions {
			k.need(e.Pos, "question."+e.ID, "question."+e.ID+".ask")
			k.each(e.Pos, "asked.", e.To)
		}
		for _, e := range t.Steps {
			k.need(e.Pos, "step."+e.ID)
		}
		for _, e := range t.Money {
			k.need(e.Pos, "track_money."+e.ID)
		}
	}
}

// guarantees are properties and overlays; what an overlay adds needs the words
// that it would need in the law.
func (k *keys) guarantees(p *Pack) {
	for _, e := range p.Properties {
		k.need(e.Pos, "property."+e.ID, "property."+e.ID+".short")
		k.each(e.Pos, "recommendation.", e.Recommendations)
		k.each(e.Pos, "theme.", []string{e.Theme})
	}
	for _, o := range p.Overlays {
		k.need(o.Pos, "overlay."+o.ID)
		for _, c := range o.Changes {
			if c.Op != OpAdd {
				continue
			}
			if t, ok := c.Target(); ok && t.Kind != "derived" {
				k.need(c.Pos, t.Kind+"."+t.ID)
			}
			if c.Var != nil {
				k.each(c.Pos, "var."+c.Var.Name+".", c.Var.Values)
			}
			if c.Question != nil {
				k.need(c.Pos, "question."+c.Question.ID+".ask")
			}
		}
	}
}

// mayAdd are endings that a needed key may have beside it.
var mayAdd = []string{"help", "done", "short", "plain"}

// kindsOfKey are the first words that belong to elements: a key that starts
// with one and names no element is a misspelling.
var kindsOfKey = strings.Fields(`act region body role compartment service need dimension indicator score case
	form field option offence theme priority refusal purpose group right duty procedure export fact var
	question step effect bar entitlement clock property overlay
	asked recommendation paper`)
