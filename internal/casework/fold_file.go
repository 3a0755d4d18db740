package casework

import (
	"slices"

	"pana/internal/id"
)

// quiet events change nothing that a form shows, so that a page opened, an
// acknowledgement or a bell does not make a worker's half-filled form stale.
var quiet = map[string]bool{
	"file.opened": true, "referral.acknowledged": true, "referral.escalated": true, "task.added": true, "task.done": true,
	"paper.issued": true, "paper.revoked": true, "paper.signed": true, "paper.unsigned": true, "clock.ended": true,
	"document.added": true, "document.scanned": true, "document.withdrawn": true,
	// A form made stale by it would tell its reader of a relation, or of another file, that they may not see.
	"kin.said": true, "kin.changed": true, "kin.shown": true, "kin.hidden": true, "same.said": true, "same.unsaid": true,
	"work.given": true, "work.returned": true, "step.proposed": true, "step.sent_back": true, "step.withdrawn": true,
	"page.issued": true, "page.entered": true, "page.closed": true, "page.said": true, "page.answered": true,
	"page.guardian_issued": true, "page.guardian_entered": true, "page.guardian_closed": true,
	"hearing.set": true, "hearing.moved": true, "hearing.interpreter": true, "hearing.closed": true,
}

func foldFile(laws Laws, old *File, events []Event) (State, error) {
	if old == nil {
		return replayFile(laws, events)
	}
	all := append(slices.Clip(old.events), events...)
	if slices.ContainsFunc(events, isCorrection) {
		// Rare, and it may touch anything: fold anew without what left the fold.
		return replayFile(laws, all)
	}
	f := *old
	f.events = all
	f.Timeline = slices.Grow(slices.Clip(f.Timeline), len(events)) // a copy: what old shows stays as it is
	for _, e := range events {
		if err := f.add(laws, e, ""); err != nil {
			return nil, err
		}
	}
	switch {
	case slices.ContainsFunc(events, makesSituation):
		if err := f.derive(laws); err != nil {
			return nil, err
		}
	case slices.ContainsFunc(events, names):
		f.Rolls = f.rollsOf(laws.Pack().Rolls) // read one by one, the step came before the body that it names
		var err error
		if f.Courses, err = f.coursesOf(laws); err != nil {
			return nil, err
		}
	}
	return &f, nil
}

// names says whether an event names the body that receives what a step filed.
func names(e Event) bool {
	r, is := e.Payload.(RelationAdded)
	return is && r.For != ""
}

func isCorrection(e Event) bool {
	_, is := e.Payload.(Corrected)
	return is
}

// replayFile folds all events in recorded order, leaving out those that a
// standing correction took out of the fold.
func replayFile(laws Laws, events []Event) (*File, error) {
	f := &File{ID: id.File(events[0].Stream.ID), events: events, Timeline: make([]Entry, 0, len(events))}
	gone := corrections(events)
	for _, e := range events {
		if err := f.add(laws, e, gone[e.ID]); err != nil {
			return nil, err
		}
	}
	return f, f.derive(laws)
}

// corrections maps each event out of the fold to the correction that took it
// out. A correction that was itself corrected takes nothing out, so the last is
// looked at first.
func corrections(events []Event) map[id.Event]id.Event {
	var gone map[id.Event]id.Event
	for _, e := range slices.Backward(events) {
		c, ok := e.Payload.(Corrected)
		if !ok || gone[e.ID] != "" {
			continue
		}
		if gone == nil {
			gone = map[id.Event]id.Event{}
		}
		gone[c.Event] = e.ID
	}
	return withStep(events, gone)
}

// withStep takes out with a step what the same act brought about by it: the body it
// named to receive something loses what that opened, and the body to which a
// judgment had closed the file has it again, with its task.
func withStep(events []Event, gone map[id.Event]id.Event) map[id.Event]id.Event {
	type act struct {
		worker id.Worker
		key    string
	}
	steps := map[act]id.Event{}
	for _, e := range events {
		if c := gone[e.ID]; c != "" && e.Type == "step.taken" {
			steps[act{e.Worker, e.Key}] = c
		}
	}
	if len(steps) == 0 {
		return gone
	}
	for _, e := range events {
		if c := steps[act{e.Worker, e.Key}]; c != "" && broughtAbout(e) {
			gone[e.ID] = c
		}
	}
	return gone
}

// broughtAbout says of an event beside a step's whether it holds only with the step.
func broughtAbout(e Event) bool {
	switch v := e.Payload.(type) {
	case RelationEnded, TaskDone:
		return true
	case RelationAdded:
		return v.Relation == RelAddressed
	case TaskAdded:
		return v.Verb == TaskAddressed
	}
	return false
}

// add applies one event; corrected names the correction that took it out of the
// fold, when one did: then it is shown and nothing else.
func (f *File) add(laws Laws, e Event, corrected id.Event) error {
	f.seq = e.Seq
	if OfKeeping(e.Type) {
		f.addKeeping(e)
		return nil
	}
	if ofLife(e) {
		f.lives(e)
	}
	if !quiet[e.Type] {
		f.changed = changeOf(e)
	}
	if o, opening := e.Payload.(Opened); opening {
		f.Openings = added(f.Openings, Opening{
			Seq: e.Seq, At: e.RecordedAt, Worker: e.Worker, Body: e.Body, What: o.What, Purpose: o.Purpose, Emergency: o.Emergency, Until: o.Until, Reason: o.Reason,
		})
		return nil
	}
	line := Line(e)
	line.Corrected = corrected
	f.Timeline = append(f.Timeline, line)                     // with room that is this file's own
	if makesSituation(e) && e.RecordedAt.After(f.derivedAt) { // a node with a slow clock takes nothing back
		f.derivedAt = e.RecordedAt
	}
	f.confirmed(e)
	if corrected != "" {
		return nil
	}
	if f.addReferral(e) {
		return nil
	}
	if f.addAttachment(e) || f.addSignature(e) || f.addPerson(e) || f.addCare(e) || f.addPaper(e) || f.addHearing(e) || f.addGiven(e) || f.addProposal(e) || f.addPage(e) {
		f.afterGuardian(e)
		return f.addAct(laws, e)
	}
	return unknown(e)
}

// makesSituation says whether what follows from the situation may change.
func makesSituation(e Event) bool {
	switch e.Payload.(type) {
	case FileCreated, IdentityAdded, AgeReached, ClockEnded, StepTaken, Corrected, LawChanged, RightChanged, KinRead:
		return true
	}
	return false
}

// addAct brings what an event says to the situation, if it says anything.
func (f *File) addAct(laws Laws, e Event) error {
	a := act{
		event: e.ID, occurred: e.OccurredAt, recorded: e.RecordedAt, body: e.Body, worker: e.Worker, entry: len(f.Timeline) - 1,
	}
	switch v := e.Payload.(type) {
	case FileCreated:
		a.begin, a.facts = true, v.Facts
	case IdentityAdded:
		if len(v.Facts) == 0 {
			return nil
		}
		a.facts = v.Facts
	case AgeReached:
		a.facts = v.Facts
	case KinRead:
		a.facts = v.Facts
	case StepTaken:
		a.step, a.kind, a.facts, a.set, a.heard = v.Step, v.Kind, v.Facts, v.Set, v.Heard
		if v.Proposed != nil {
			a.proposer = v.Proposed.Worker
		}
	default:
		return nil
	}
	return f.happened(laws, a)
}

// addPerson applies what is about who the person is.
func (f *File) addPerson(e Event) bool {
	switch v := e.Payload.(type) {
	case FileCreated:
		f.Opened, f.OpenedBy, f.openedKind, f.Pinned = e.OccurredAt, e.Body, e.BodyKind, e.Pack
		f.CallName, f.Sex, f.Language, f.Region = v.CallName, v.Sex, v.Language, v.Region
		f.SaidAge, f.AgeKnown, f.AgeBand = v.Age, v.AgeKnown, v.AgeBand
		f.Citizen, f.Safety, f.Needs, f.Children, f.Fear = v.Citizenship, v.Safety, v.Needs, v.Children, v.Fear
	case IdentityAdded:
		f.addIdentity(v)
	case AgeReached:
		f.AgeBand, f.AgeKnown = v.AgeBand, v.AgeKnown
	case ContactSet:
		contact := v.Contact
		f.Contact = &contact
	case Screened:
		screening := v.Screening
		f.Screening = &screening
	case SameSaid:
		f.Same = added(without(f.Same, v.Other), v.Other)
	case SameUnsaid:
		f.Same = without(f.Same, v.Other)
	default:
		return f.addStanding(e)
	}
	return true
}

func (f *File) addIdentity(v IdentityAdded) {
	i := v.Identity
	f.Identity.Names = append(slices.Clip(f.Identity.Names), i.Names...)
	f.Identity.Documents = append(slices.Clip(f.Identity.Documents), i.Documents...)
	if !i.Born.Date.Empty() || i.Born.SaidAge > 0 {
		f.Identity.Born = i.Born
	}
	if i.Sex != "" {
		f.Identity.Sex, f.Sex = i.Sex, i.Sex
	}
	if len(i.Citizen) > 0 {
		f.Identity.Citizen = i.Citizen
	}
	if v.AgeBand != "" {
		f.AgeBand, f.AgeKnown = v.AgeBand, v.AgeKnown
	}
}

// addStanding applies what is about the file and who stands in what relation.
func (f *File) addStanding(e Event) bool {
	switch v := e.Payload.(type) {
	case StepTaken:
		f.givenOver(v.Step)
	case Corrected, ClockEnded:
	case Frozen:
		f.Frozen = v.Frozen
	case LawChanged:
		f.Pinned = v.To
	case RelationAdded:
		r := Relation{Body: v.Body, Relation: v.Relation, For: v.For, Since: e.OccurredAt}
		if v.Body == e.Body {
			r.Kind = e.BodyKind
		}
		f.Relations = added(f.Relations, r)
		if v.For != "" {
			f.named = added(f.named, r)
		}
	case RelationEnded:
		f.Relations = slices.DeleteFunc(slices.Clone(f.Relations), func(r Relation) bool {
			return r.Body == v.Body && r.Relation == v.Relation && r.For == v.For
		})
	default:
		return foldKin(f, e)
	}
	return true
}

// addCare applies what is done with and for the person.
func (f *File) addCare(e Event) bool {
	f.addOwnConsent(e)
	switch v := e.Payload.(type) {
	case NoteWritten:
		f.Notes = added(f.Notes, Note{e.ID, e.OccurredAt, e.Body, e.Worker, e.Compartment, v.Text})
	case ConsentGiven:
		f.Consents = added(f.Consents, Consent{
			ID: v.Consent, Purpose: v.Purpose, State: ConsentYes, Recipients: v.Recipients, Excluded: v.Excluded, Groups: v.Groups,
			At: e.OccurredAt, Body: e.Body,
		})
	case ConsentRefused:
		f.Consents = added(f.Consents, Consent{ID: v.Consent, Purpose: v.Purpose, State: ConsentNo, At: e.OccurredAt, Body: e.Body})
	case ConsentWithdrawn:
		f.Consents = edited(f.Consents, func(c *Consent) bool { return c.ID == v.Consent },
			func(c *Consent) { c.State, c.Withdrawn = ConsentBack, e.OccurredAt })
	case RightChanged:
		f.ledger = slices.DeleteFunc(slices.Clone(f.ledger), func(r RightState) bool { return r.Right == v.Right })
		f.ledger = append(f.ledger, RightState{Right: v.Right, State: v.State, By: firstBody(v.By, e.Body), At: e.OccurredAt, Reason: v.Reason})
	case Disclosed:
		f.Passed = added(f.Passed, Passing{At: e.OccurredAt, To: v.To, Groups: v.Groups, Purpose: v.Purpose, Referral: v.Referral})
	case TaskAdded:
		f.Tasks = added(f.Tasks, Task{
			ID: v.Task, Verb: v.Verb, Body: v.Body, Kind: v.Kind, Due: v.Due, About: v.About, Added: e.OccurredAt,
		})
	case TaskDone:
		f.Tasks = edited(f.Tasks, func(t *Task) bool { return t.ID == v.Task }, func(t *Task) { t.Done, t.Outcome = e.OccurredAt, v.Outcome })
	default:
		return f.addDay(e)
	}
	return true
}

func firstBody(ids ...id.Body) id.Body {
	for _, b := range ids {
		if b != "" {
			return b
		}
	}
	return ""
}
