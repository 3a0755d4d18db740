package pack

import (
	"slices"
	"time"

	"pana/internal/procedure"
	"pana/internal/wording"
)

// The lookups give a pointer into the pack, or nil when there is no such
// element; nobody may write through it. Of several versions of one id they give
// the last in the list; what stood on a day is RegionsOn's and DutiesOn's to say.

func find[T any](list []T, is func(*T) bool) *T {
	for i := len(list) - 1; i >= 0; i-- {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// Act, and those below, find an element by its id, the newest version of it; nil
// when the pack has none.
func (p *Pack) Act(id string) *Act { return find(p.Acts, func(e *Act) bool { return e.ID == id }) }
func (p *Pack) Source(id string) *Source {
	return find(p.Sources, func(e *Source) bool { return e.ID == id })
}
func (p *Pack) Region(id string) *Region {
	return find(p.Regions, func(e *Region) bool { return e.ID == id })
}
func (p *Pack) BodyKind(id string) *BodyKind {
	if e, ok := p.bodyKinds.of(p.BodyKinds, id); ok {
		return e
	}
	return find(p.BodyKinds, func(e *BodyKind) bool { return e.ID == id })
}
func (p *Pack) Service(id string) *Service {
	return find(p.Services, func(e *Service) bool { return e.ID == id })
}
func (p *Pack) Form(id string) *Form { return find(p.Forms, func(e *Form) bool { return e.ID == id }) }

// HandlingOf is asked of every step each time a file is folded, so a loaded pack
// has it at hand.
func (p *Pack) HandlingOf(step string) *Handling {
	if e, ok := p.handling.of(p.Handling, step); ok {
		return e
	}
	return find(p.Handling, func(e *Handling) bool { return e.ID == step })
}

// atHand are the elements of a list by their ids, the last of each.
type atHand[T any] struct {
	list []T
	byID map[string]*T
}

func newAtHand[T any](list []T, name func(*T) string) atHand[T] {
	out := atHand[T]{list, make(map[string]*T, len(list))}
	for i := range list {
		out.byID[name(&list[i])] = &list[i]
	}
	return out
}

// of looks an element up, and says whether this is still the list that was read: who
// makes a pack by hand has another.
func (a *atHand[T]) of(list []T, id string) (*T, bool) {
	if len(list) != len(a.list) || len(list) == 0 || &list[0] != &a.list[0] {
		return nil, false
	}
	return a.byID[id], true
}

// PaperOf is the paper that is handed over after a step, or nil.
func (p *Pack) PaperOf(step string) *Paper {
	return find(p.Papers, func(e *Paper) bool { return slices.Contains(e.Steps, step) })
}

// HearingOf is the hearing that prepares a step, or nil.
func (p *Pack) HearingOf(step string) *Hearing {
	return find(p.Hearings, func(e *Hearing) bool { return slices.Contains(e.Steps, step) })
}
func (p *Pack) Operation(id string) *Operation {
	return find(p.Operations, func(e *Operation) bool { return e.ID == id })
}
func (p *Pack) Roll(id string) *Roll { return find(p.Rolls, func(e *Roll) bool { return e.ID == id }) }
func (p *Pack) KinOf(id string) *Kin { return find(p.Kin, func(e *Kin) bool { return e.ID == id }) }
func (p *Pack) FollowUp(id string) *FollowUp {
	return find(p.FollowUps, func(e *FollowUp) bool { return e.ID == id })
}
func (p *Pack) Offence(id string) *Offence {
	return find(p.Offences, func(e *Offence) bool { return e.ID == id })
}
func (p *Pack) Refusal(id string) *Refusal {
	return find(p.Refusals, func(e *Refusal) bool { return e.ID == id })
}
func (p *Pack) Purpose(id string) *ConsentPurpose {
	return find(p.Purposes, func(e *ConsentPurpose) bool { return e.ID == id })
}
func (p *Pack) Right(id string) *Right {
	return find(p.Rights, func(e *Right) bool { return e.ID == id })
}
func (p *Pack) Duty(id string) *InformDuty {
	return find(p.Duties, func(e *InformDuty) bool { return e.ID == id })
}
func (p *Pack) Need(id string) *Need { return find(p.Needs, func(e *Need) bool { return e.ID == id }) }
func (p *Pack) Priority(id string) *Priority {
	return find(p.Standards.Priorities, func(e *Priority) bool { return e.ID == id })
}
func (p *Pack) Step(id string) *procedure.Step {
	return find(p.Spec.Steps, func(e *procedure.Step) bool { return e.ID == id })
}
func (p *Pack) Var(name string) *procedure.Var {
	return find(p.Spec.Vars, func(e *procedure.Var) bool { return e.Name == name })
}
func (p *Pack) Procedure(id string) *procedure.Procedure {
	return find(p.Spec.Procedures, func(e *procedure.Procedure) bool { return e.ID == id })
}

// Location is the pack's zone.
func (p *Pack) Location() *time.Location { return p.location }

// Words is the pack's wording with the product's own beside it.
func (p *Pack) Words() *wording.Catalogue { return p.words }

// Languages are the pack's, in its order.
func (p *Pack) Languages() []wording.Lang {
	out := make([]wording.Lang, len(p.Head.Languages))
	for i, l := range p.Head.Languages {
		out[i] = wording.Lang(l)
	}
	return out
}

// Contains says whether a day is within dates.
func Contains(d Dates, day time.Time) bool {
	return (d.From.IsZero() || !day.Before(d.From.Time)) && (d.To.IsZero() || !day.After(d.To.Time))
}

// Property finds a property by its id, or nil.
func (p *Pack) Property(id string) *Property {
	return find(p.Properties, func(e *Property) bool { return e.ID == id })
}

// AllQuestions are the open questions of the law, then those that overlays add.
func (p *Pack) AllQuestions() []procedure.Question {
	out := slices.Clone(p.Spec.Questions)
	for _, o := range p.Overlays {
		for _, c := range o.Changes {
			if c.Op == OpAdd && c.Question != nil {
				out = append(out, *c.Question)
			}
		}
	}
	return out
}
