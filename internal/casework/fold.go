package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// Fold adds the next event of a stream to its state; s is nil before the first.
// It is the only place that knows what events add up to. What it returns shares
// nothing with s that it changed.
func Fold(laws Laws, s State, e Event) (State, error) {
	if err := follows(s, []Event{e}); err != nil {
		return nil, err
	}
	switch e.Stream.Kind {
	case FileStream:
		f, _ := s.(*File)
		return foldFile(laws, f, []Event{e})
	case PlaceStream:
		p, _ := s.(*Place)
		return foldPlace(p, e)
	case BodyStream:
		b, _ := s.(*Body)
		return foldBody(b, e)
	case AccountStream:
		a, _ := s.(*Account)
		return foldAccount(a, e)
	case MotionStream:
		o, _ := s.(*Motion)
		return foldMotion(o, e)
	case CredentialStream:
		c, _ := s.(*Credential)
		return foldCredential(c, e)
	case CheckStream:
		c, _ := s.(*Check)
		return foldCheck(c, e)
	case TallyStream:
		t, _ := s.(*Tally)
		return foldTally(t, e)
	case SignalStream:
		g, _ := s.(*Signal)
		return foldSignal(g, e)
	case OperationStream:
		o, _ := s.(*Operation)
		return foldOperation(o, e)
	case HouseholdStream:
		h, _ := s.(*Household)
		return foldHousehold(h, e)
	case TrackStream:
		t, _ := s.(*Track)
		return foldTrack(t, e)
	case ErasedStream:
		d, _ := s.(*Erased)
		return foldErased(d, e)
	case KeysStream:
		k, _ := s.(*Keys)
		return foldKeys(k, e)
	case ComplaintStream:
		c, _ := s.(*Complaint)
		return foldComplaint(c, e)
	case KeptStream:
		k, _ := s.(*Kept)
		return foldKept(k, e)
	case EstimateStream:
		x, _ := s.(*Estimate)
		return foldEstimate(x, e)
	case PackStream:
		if v, ok := e.Payload.(PackAdopted); ok {
			return foldAdoption(e, v), nil
		}
		if v, ok := e.Payload.(LawMoveSigned); ok {
			l, _ := s.(*LawMove)
			return foldLawMove(l, e, v), nil
		}
		if v, ok := e.Payload.(QuestionStated); ok {
			q, _ := s.(*StateQuestion)
			return foldQuestion(q, e, v), nil
		}
		d, _ := s.(*Dispute)
		return foldDispute(d, e)
	}
	return nil, unknown(e)
}

// Replay folds the next events of one stream; s is nil before the first. It
// gives what Fold gives one by one, and looks at the law's consequences only
// once: of a file that is read, most of the time went into what followed for a
// moment and was over with the next event.
func Replay(laws Laws, s State, events []Event) (State, error) {
	if len(events) == 0 {
		return s, nil
	}
	if err := follows(s, events); err != nil {
		return nil, err
	}
	if events[0].Stream.Kind == FileStream {
		f, _ := s.(*File)
		return foldFile(laws, f, events)
	}
	for _, e := range events {
		next, err := Fold(laws, s, e)
		if err != nil {
			return nil, err
		}
		s = next
	}
	return s, nil
}

// follows says that events are the next of the stream that s is of.
func follows(s State, events []Event) error {
	var last uint64
	stream := events[0].Stream
	if s != nil {
		last, stream = s.Seq(), s.Ref()
	}
	for i, e := range events {
		if e.Stream != stream || e.Seq != last+uint64(i)+1 {
			return outOfOrder(e)
		}
	}
	return nil
}

func outOfOrder(e Event) error {
	return fault.New(fault.Internal, CodeEventOrder, "stream", e.Stream.String(), "seq", strconv.FormatUint(e.Seq, 10))
}

func unknown(e Event) error {
	return fault.New(fault.Internal, CodeEventUnknown, "stream", e.Stream.String(), "type", e.Type)
}

func changeOf(e Event) LastChange { return LastChange{e.Seq, e.RecordedAt, e.Body, e.Type} }

// added and edited never write into what an earlier state still shows.
func added[T any](list []T, v T) []T { return append(slices.Clip(list), v) }

func edited[T any](list []T, is func(*T) bool, change func(*T)) []T {
	for i := range list {
		if is(&list[i]) {
			list = slices.Clone(list)
			change(&list[i])
			return list
		}
	}
	return list
}

func without[T comparable](list []T, v T) []T {
	i := slices.Index(list, v)
	if i < 0 {
		return list
	}
	return slices.Delete(slices.Clone(list), i, i+1)
}

func foldPlace(old *Place, e Event) (State, error) {
	p := Place{ID: id.Place(e.Stream.ID)}
	if old != nil {
		p = *old
	}
	switch v := e.Payload.(type) {
	case PlaceOpened:
		p.Body, p.Service, p.Name, p.Takes, p.Beds, p.Free, p.AsOf = v.Body, v.Service, v.Name, v.Takes, v.Beds, v.Free, e.OccurredAt
	case PlaceChanged:
		p.Name, p.Takes, p.Beds, p.Free, p.Closed, p.AsOf = v.Name, v.Takes, v.Beds, v.Free, v.Closed, e.OccurredAt
	case PlaceHeld:
		p.Held = added(p.Held, Hold{v.Referral, v.Until})
		p.Free--
	case PlaceReleased:
		if p.drop(v.Referral) {
			p.Free++
		}
	case PlaceTaken:
		if !p.drop(v.Referral) {
			p.Free--
		}
		p.Taken = added(p.Taken, v.Referral)
	case PlaceLeft:
		if slices.Contains(p.Taken, v.Referral) {
			p.Taken = without(p.Taken, v.Referral)
			p.Free++
		}
	default:
		return nil, unknown(e)
	}
	p.Free = max(0, min(p.Free, p.Beds))
	p.was = p.remembered(e.RecordedAt)
	p.seq, p.changed = e.Seq, changeOf(e)
	return &p, nil
}

// drop takes a hold away and says whether there was one.
func (p *Place) drop(ref id.Referral) bool {
	i := slices.IndexFunc(p.Held, func(h Hold) bool { return h.Referral == ref })
	if i < 0 {
		return false
	}
	p.Held = slices.Delete(slices.Clone(p.Held), i, i+1)
	return true
}

func foldBody(old *Body, e Event) (State, error) {
	b := Body{ID: id.Body(e.Stream.ID)}
	if old != nil {
		b = *old
	}
	of := func(sid id.Service) func(*Service) bool { return func(s *Service) bool { return s.ID == sid } }
	switch v := e.Payload.(type) {
	case BodyAdded:
		b.Kind, b.Name, b.Names, b.Region, b.Phone, b.Email, b.SMS = v.Kind, v.Name, v.Names, v.Region, v.Phone, v.Email, v.SMS
	case BodyChanged:
		if v.Name != b.Name {
			b.Names = nil // those were of the old name
		}
		b.Name, b.Region, b.Phone, b.Email, b.SMS = v.Name, v.Region, v.Phone, v.Email, v.SMS
	case BodyClosed:
		b.Closed = true
	case BodyLinking:
		b.Linking = v.On
	case FiguresPublished:
		b.Published = added(b.Published, PublishedFigures{FiguresPublished: v, At: e.OccurredAt, By: e.Worker})
	case ServiceOffered:
		b.Services = added(b.Services, Service{ID: v.Service, Offer: v.Offer, Since: e.OccurredAt})
	case ServiceChanged:
		b.Services = edited(b.Services, of(v.Service), func(s *Service) { s.Offer = v.Offer })
	case ServiceClosed:
		b.Services = edited(b.Services, of(v.Service), func(s *Service) { s.Closed = true })
	default:
		return nil, unknown(e)
	}
	b.seq = e.Seq
	return &b, nil
}

func foldAccount(old *Account, e Event) (State, error) {
	a := Account{ID: id.Worker(e.Stream.ID)}
	if old != nil {
		a = *old
	}
	switch v := e.Payload.(type) {
	case AccountOpened:
		a.Login, a.Name, a.Body, a.Role, a.Since = v.Login, v.Name, v.Body, v.Role, e.OccurredAt
	case RoleChanged:
		a.Role = v.Role
	case PasswordSet:
		a.Password, a.Once, a.CodeUntil = v.Hash, v.Once, v.Until
	case AccountLinked:
		a.Linked = v
	case AccountUnlinked:
		a.Linked = AccountLinked{}
	case LoginsSame:
		if !slices.Contains(a.Same, v.With) {
			a.Same = append(slices.Clone(a.Same), v.With)
		}
	case LoginsApart:
		a.Same = slices.DeleteFunc(slices.Clone(a.Same), func(w id.Worker) bool { return w == v.From })
	case AccountLeft:
		a.Left, a.LeftAt = true, e.OccurredAt
	case AccountSuspended:
		a.Suspended = true
	case AccountResumed:
		a.Suspended = false
	case SecondSet:
		if !v.Secret.Empty() {
			a.Second.Secret, a.Second.Since = v.Secret, e.OccurredAt
		}
		a.Second.Recovery = v.Recovery
	case RecoveryUsed:
		a.Second.Recovery = without(a.Second.Recovery, v.Hash)
	case PasskeyAdded:
		a.Passkeys = append(slices.Clone(a.Passkeys), Passkey{v.ID, v.Name, v.Credential, e.OccurredAt})
		if len(v.Recovery) > 0 {
			a.Second.Recovery = v.Recovery
		}
	case PasskeyRemoved:
		a.Passkeys = slices.DeleteFunc(slices.Clone(a.Passkeys), func(p Passkey) bool { return p.ID == v.ID })
		a.Second = a.Second.unless(a.HasSecond())
	case SecondDropped:
		if v.Reason == DroppedAsLost {
			a.Passkeys = nil
		}
		a.Second.Secret = withheld.Text{}
		a.Second = a.Second.unless(a.HasSecond())
	case WorkerAway:
		a.AwayFrom, a.AwayUntil = v.From, v.Until
	case WorkerBack:
		a.AwayFrom, a.AwayUntil = time.Time{}, time.Time{}
	case TableTaken:
		a.Taken = took(a.Taken, v.What, e.OccurredAt)
	default:
		return nil, unknown(e)
	}
	a.seq = e.Seq
	return &a, nil
}

func foldCheck(old *Check, e Event) (State, error) {
	switch v := e.Payload.(type) {
	case CheckAnswered:
		return &Check{
			ID: id.Check(e.Stream.ID), At: e.OccurredAt, Worker: e.Worker, Body: e.Body,
			Query: v.Query, Answer: v.Answer, Told: v.Told, Grounds: v.Grounds, Question: v.Question, Alarm: v.Alarm, seq: e.Seq,
		}, nil
	case CheckReviewed:
		if old == nil {
			break
		}
		c := *old
		c.Reviewed, c.Outcome, c.seq = e.OccurredAt, v.Outcome, e.Seq
		return &c, nil
	}
	return nil, unknown(e)
}

func foldTally(old *Tally, e Event) (State, error) {
	v, ok := e.Payload.(TallyCounted)
	if !ok {
		return nil, unknown(e)
	}
	t := Tally{ID: e.Stream.ID, Cells: map[Cell]int{}}
	if old != nil {
		t = *old
		t.Cells = make(map[Cell]int, len(old.Cells)+1)
		for c, n := range old.Cells {
			t.Cells[c] = n
		}
	}
	t.Cells[Cell{v.What, v.AgeBand, v.Sex}]++
	t.Few, t.seq = max(t.Few, v.Few), e.Seq
	return &t, nil
}
