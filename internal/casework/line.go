package casework

import "strconv"

// Line is an event on the timeline: its wording key is "event." and the type,
// its args are codes and ids only. What it changed is filled in by the fold.
func Line(e Event) Entry {
	l := Entry{
		N: e.N, Event: e.ID, Seq: e.Seq, Type: e.Type, Occurred: e.OccurredAt, Recorded: e.RecordedAt, Worker: e.Worker,
		Body: e.Body, BodyKind: e.BodyKind, Compartment: e.Compartment, Args: args(e.Payload),
	}
	if s, ok := e.Payload.(StepTaken); ok {
		l.Step, l.Kind, l.Failed = s.Step, s.Kind, s.Failed
		l.Irregular, l.Heard = s.Kind != TakenStep, s.Heard
		if s.Proposed != nil {
			l.Proposer = s.Proposed.Worker
		}
	}
	if v, ok := e.Payload.(LawChanged); ok {
		l.Gained, l.Lost = v.Gained, v.Lost
	}
	return l
}

// Code is the wording key of the line. An irregular step has a sentence of its
// own: it must not read as if it were in order.
func (e Entry) Code() string {
	if e.Type == "step.taken" && e.Irregular {
		return "event.step.irregular"
	}
	return "event." + e.Type
}

func args(p Payload) map[string]string {
	switch v := p.(type) {
	case AgeReached:
		return pairs("age_band", v.AgeBand)
	case ClockEnded:
		return pairs("clock", v.Clock)
	case Screened:
		return pairs("result", v.Screening.Result, "rule", v.Screening.Rule)
	case StepTaken:
		return pairs("step", v.Step)
	case Corrected:
		return pairs("event", string(v.Event), "reason", v.Reason)
	case ConsentGiven:
		return pairs("purpose", v.Purpose)
	case ConsentRefused:
		return pairs("purpose", v.Purpose)
	case ConsentWithdrawn:
		return pairs("purpose", v.Purpose)
	case RightChanged:
		return pairs("right", v.Right, "state", v.State)
	case Disclosed:
		return pairs("body", string(v.To), "referral", string(v.Referral))
	case SameSaid:
		return pairs("file", v.Other)
	case SameUnsaid:
		return pairs("file", v.Other)
	case TaskAdded:
		return pairs("verb", v.Verb, "task", string(v.Task))
	case TaskDone:
		return pairs("task", string(v.Task), "outcome", v.Outcome)
	case Frozen:
		return pairs("frozen", strconv.FormatBool(v.Frozen), "reason", v.Reason)
	case LawChanged:
		return pairs("day", v.Day, "gained", strconv.Itoa(len(v.Gained)), "lost", strconv.Itoa(len(v.Lost)))
	case PaperIssued:
		return pairs("paper", v.Name)
	case AttachmentAdded:
		return pairs("attachment", v.Kind)
	case AttachmentScanned:
		return pairs("scan", v.Result)
	case AttachmentWithdrawn:
		return pairs("withdrawn", v.Reason)
	case EnteredFromPaper:
		return pairs("form", v.Form)
	case PaperRevoked:
		return pairs("why", v.Reason)
	case PaperUnsigned:
		return pairs("unsigned", v.Reason)
	case RelationAdded:
		return pairs("body", string(v.Body), "relation", v.Relation, "for", v.For)
	case HearingSet:
		return pairs("hearing_of", v.Of, "hears", v.Step)
	case HearingMoved:
		return pairs("hearing_of", v.Set.Of, "hears", v.Set.Step, "hearing_why", v.Why)
	case HearingClosed:
		return pairs("state", v.Outcome)
	case WorkGiven:
		return pairs("step", v.Step)
	case WorkReturned:
		return pairs("step", v.Step)
	case StepProposed:
		return pairs("step", v.Step)
	case ProposalReturned:
		return pairs("step", v.Step)
	case ProposalWithdrawn:
		return pairs("step", v.Step)
	case CareGiven:
		return pairs("service", v.Service, "minutes", strconv.Itoa(v.Minutes))
	case GoalSet:
		return pairs("service", v.Service)
	case GoalClosed:
		return pairs("outcome", v.Outcome)
	case IncidentRecorded:
		return pairs("what", v.What)
	case RelationEnded:
		return pairs("body", string(v.Body), "relation", v.Relation, "for", v.For)
	}
	return referralArgs(p)
}

func referralArgs(p Payload) map[string]string {
	switch v := p.(type) {
	case ReferralAsked:
		return pairs("referral", string(v.Referral), "priority", v.Priority, "n", strconv.Itoa(len(v.Asks)))
	case ReferralAcknowledged:
		return pairs("referral", string(v.Referral), "service", string(v.Service))
	case ReferralQuestion:
		return pairs("referral", string(v.Referral), "service", string(v.Service))
	case ReferralAnswer:
		return pairs("referral", v.Referral)
	case ReferralAccepted:
		return pairs("referral", string(v.Referral), "service", string(v.Service), "body", string(v.Body))
	case ReferralRefused:
		return pairs("referral", string(v.Referral), "service", string(v.Service), "reason", v.Reason)
	case ReferralUndone:
		return pairs("referral", string(v.Referral), "service", string(v.Service))
	case ReferralWithdrawn:
		return pairs("referral", string(v.Referral), "reason", v.Reason)
	case ReferralArrived:
		return pairs("referral", string(v.Referral), "service", string(v.Service))
	case ReferralLeft:
		return pairs("referral", string(v.Referral), "service", string(v.Service), "why", v.Why)
	case ReferralStayed:
		return pairs("referral", string(v.Referral), "service", string(v.Service))
	case ReferralEscalated:
		return pairs("referral", v.Referral)
	case Placed:
		return pairs("referral", string(v.Referral), "service", string(v.Service), "body", string(v.Body))
	}
	return nil
}

// pairs makes arguments of names and values; the names are constants.
func pairs[T ~string](list ...T) map[string]string {
	m := make(map[string]string, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		m[string(list[i])] = string(list[i+1])
	}
	return m
}
