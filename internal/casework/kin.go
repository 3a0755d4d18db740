package casework

import (
	"maps"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
)

// Kin is who belongs together: a mother and her child, two who travelled. Each
// has a file of her own, and each file says it for itself, sealed: no table has
// it, so that whoever has the index cannot read who is whose. Saying it opens
// nothing to anybody: who may open the one file may not therefore open the other.

// KinSaid says what another person is to this one.
type KinSaid struct {
	Other id.File `json:"other"`
	Kind  string  `json:"kind"`            // of the pack's kin: the other is this one's parent
	Shown bool    `json:"shown,omitempty"` // whether this file leads to the other
}

// KinChanged says that it is over, that somebody contests it, or that it stands.
type KinChanged struct {
	Other  id.File `json:"other"`
	Kind   string  `json:"kind"`
	State  string  `json:"state"`
	Reason string  `json:"reason,omitempty"` // a code
}

// KinShown says whether this file leads to the other from now on.
type KinShown struct {
	Other id.File `json:"other"`
	Kind  string  `json:"kind"`
	Shown bool    `json:"shown"`
}

// KinHidden says that nobody's file leads to this one, whatever was said before:
// a woman in hiding is not found through her child.
type KinHidden struct {
	Hidden bool `json:"hidden"`
}

// KinRead brings what the law reads of relatives to what their own files record.
// Nobody did it. An empty value takes back what was read of somebody who turned
// out to be no relative.
type KinRead struct {
	Facts map[string]string `json:"facts"`
}

func (KinSaid) EventType() (string, int)    { return "kin.said", 1 }
func (KinChanged) EventType() (string, int) { return "kin.changed", 1 }
func (KinShown) EventType() (string, int)   { return "kin.shown", 1 }
func (KinHidden) EventType() (string, int)  { return "kin.hidden", 1 }
func (KinRead) EventType() (string, int)    { return "kin.read", 1 }

// OfKin says whether a type of event is about who belongs to whom: the timeline,
// which more people read, does not have it.
func OfKin(event string) bool {
	return slices.Contains([]string{"kin.said", "kin.changed", "kin.shown", "kin.hidden", "kin.read"}, event)
}

// Codes of faults of kin.
const (
	CodeKinSaid   = "kin.said"
	CodeKinNoFile = "kin.no_file"
)

// States of a relation between persons.
const (
	KinStands    = "stands"
	KinContested = "contested"
	KinEnded     = "ended"
)

// KinReasons are why a relation is no longer what it was.
var KinReasons = []string{"person_says", "document", "decision", "death", "mistake", KinSuspected}

// Kin is one relation as this person's file has it.
type Kin struct {
	Other  id.File
	Kind   string
	Shown  bool
	State  string
	Since  time.Time
	Reason string
	At     time.Time // of the last change
	Body   id.Body   // that said it
}

// KinInput says what another person is to the file's. Begin opens a file for
// somebody who has none.
type KinInput struct {
	Kind                  string
	ShownHere, ShownThere bool
	Begin                 *OpenFileInput
	OccurredAt            time.Time
}

// SayKin records in both files what the two persons are to each other. Each side
// says for itself whether it leads to the other.
func SayKin(f, other *File, in KinInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	kind := m.Laws.Pack().KinOf(in.Kind)
	var bad fields
	if kind == nil {
		bad.add("kin_kind", "not_a_choice")
	}
	bad.past("occurred_at", in.OccurredAt, m.At)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.at = occurred(in.OccurredAt, m)
	there, err := b.otherOf(f, other, in, m)
	if err != nil {
		return Decision{}, err
	}
	b.receipt(Receipt{Code: "receipt.kin", Args: map[string]string{"kin": in.Kind}})
	b.addTo(f.Ref(), CompartmentCore, KinSaid{id.File(there.ID), in.Kind, in.ShownHere}, "")
	b.addTo(there, CompartmentCore, KinSaid{f.ID, kind.Inverse, in.ShownThere}, "")
	return b.decision, nil
}

// otherOf is the other person's file: the one there is, or one begun now. An
// adult who wants no file gets none, whoever's relative she is.
func (b *builder) otherOf(f, other *File, in KinInput, m Moment) (Ref, error) {
	if in.Begin == nil {
		switch err := other.check(0); {
		case err != nil:
			return Ref{}, err
		case other.ID == f.ID:
			return Ref{}, fault.New(fault.Invalid, CodeSameSelf)
		case f.kin(other.ID, in.Kind) != nil:
			return Ref{}, fault.New(fault.Conflict, CodeKinSaid)
		}
		return other.Ref(), nil
	}
	if other != nil {
		return Ref{}, fault.New(fault.Conflict, CodeFileExists)
	}
	if err := in.Begin.check(m); err != nil {
		return Ref{}, err
	}
	created := in.Begin.created(m, b.at)
	if in.Begin.Consent == "no" && created.AgeKnown == AgeAdult {
		return Ref{}, fault.Form(fault.Field{Name: "consent", Code: CodeKinNoFile})
	}
	there := Ref{FileStream, string(in.Begin.File)}
	own := builder{m: m, stream: there, at: b.at}
	own.add(CompartmentCore, created)
	own.consent(*in.Begin)
	b.decision.Events = append(b.decision.Events, own.decision.Events...)
	return there, nil
}

// kin is the relation that stands or is contested with another file, or nil.
func (f *File) kin(other id.File, kind string) *Kin {
	i := slices.IndexFunc(f.Kin, func(k Kin) bool { return k.Other == other && k.Kind == kind && k.State != KinEnded })
	if i < 0 {
		return nil
	}
	return &f.Kin[i]
}

// ChangeKin ends a relation, says that it is contested, or that it stands after
// all; in both files.
func ChangeKin(f, other *File, kind, state, reason string, m Moment) (Decision, error) {
	inverse, err := f.checkKin(other, kind, m)
	if err != nil {
		return Decision{}, err
	}
	var bad fields
	bad.oneOf("kin_state", state, KinStands, KinContested, KinEnded)
	if state == "" {
		bad.add("kin_state", "required")
	}
	if !slices.Contains(KinReasons, reason) {
		bad.add("kin_reason", "required")
	}
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.kin_changed", Args: map[string]string{"kin": kind, "state": state}})
	b.addTo(f.Ref(), CompartmentCore, KinChanged{other.ID, kind, state, reason}, "")
	b.addTo(other.Ref(), CompartmentCore, KinChanged{f.ID, inverse, state, reason}, "")
	return b.decision, nil
}

// ShowKin says of each of the two files whether it leads to the other.
func ShowKin(f, other *File, kind string, here, there bool, m Moment) (Decision, error) {
	inverse, err := f.checkKin(other, kind, m)
	if err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.kin_shown", Args: map[string]string{"kin": kind}})
	b.addTo(f.Ref(), CompartmentCore, KinShown{other.ID, kind, here}, "")
	b.addTo(other.Ref(), CompartmentCore, KinShown{f.ID, inverse, there}, "")
	return b.decision, nil
}

func (f *File) checkKin(other *File, kind string, m Moment) (inverse string, err error) {
	if err := f.check(0); err != nil {
		return "", err
	}
	known := m.Laws.Pack().KinOf(kind)
	if other == nil || known == nil || f.kin(other.ID, kind) == nil {
		return "", fault.Withheld("no such relation")
	}
	return known.Inverse, nil
}

// HideKin says that nobody's file leads to this person, or may again. It is said
// in her file alone: whoever keeps her safe need not be able to open the others.
func HideKin(f *File, hidden bool, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.kin_shown"})
	if hidden {
		b.decision.Receipt.Code = "receipt.kin_hidden"
	}
	if f.Hidden == hidden {
		b.decision.Receipt.Code = "receipt.nothing_to_do"
		return b.decision, nil
	}
	b.add(CompartmentCore, KinHidden{hidden})
	return b.decision, nil
}

// LeadsTo says whether what one file has of another person may lead a body there.
// Who hides is found through nobody; who lives in a house, through nobody but
// that house: where she went is what her husband's friends ask first.
func (k Kin) LeadsTo(other *File, body id.Body) bool {
	return k.Shown && other.openTo(body)
}

func (f *File) openTo(body id.Body) bool {
	return f != nil && !f.Hidden && (f.Place == nil || f.Place.Body == body)
}

// TellsKin says whether events of a file change what relatives' rules read.
func TellsKin(f *File, events []Draft) []id.File {
	var out []id.File
	for _, e := range events {
		file := id.File(e.Stream.ID)
		if e.Stream.Kind != FileStream || slices.Contains(out, file) {
			continue
		}
		switch e.Payload.(type) {
		case KinSaid, KinChanged, KinShown, KinHidden:
			out = append(out, file)
		default:
			if _, read := e.Payload.(KinRead); !read && f != nil && f.ID == file && len(f.Kin) > 0 && makesSituation(Event{Payload: e.Payload}) {
				out = append(out, file)
			}
		}
	}
	return out
}

// ReadKin brings the facts about relatives to what the relatives' files record
// today. What a worker recorded by hand stays until the relative's own file says
// something new. Of who hides nothing is read: a fact that changes on the day she
// is heard of would tell that she was.
func ReadKin(f *File, others func(id.File) *File, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.nothing_to_do"})
	if facts := f.unread(m.Laws.Pack(), others); len(facts) > 0 {
		b.decision.Receipt.Code = "receipt.kin_read"
		b.add(CompartmentCore, KinRead{facts})
	}
	return b.decision, nil
}

// HasUnread says whether ReadKin would record anything.
func HasUnread(f *File, others func(id.File) *File, p *pack.Pack) bool {
	return f != nil && len(f.unread(p, others)) > 0
}

func (f *File) unread(p *pack.Pack, others func(id.File) *File) map[string]string {
	now, quiet := f.relativesSay(p, others)
	out := map[string]string{}
	for fact, value := range now {
		if f.kinRead[fact] != value {
			out[fact] = value
		}
	}
	for fact, value := range f.kinRead {
		if _, said := now[fact]; !said && !quiet[fact] && f.Situation.Value(fact) == value {
			out[fact] = "" // read of somebody who is no relative, or whose file no longer says it
		}
	}
	return out
}

// relativesSay is each fact as the relatives' files have it. Where two say
// otherwise, neither is taken. Quiet are the facts of relatives who are not to be
// found: they stay as they are.
func (f *File) relativesSay(p *pack.Pack, others func(id.File) *File) (says map[string]string, quiet map[string]bool) {
	says, quiet = map[string]string{}, map[string]bool{}
	for _, k := range f.Kin {
		kind := p.KinOf(k.Kind)
		if kind == nil || k.State != KinStands {
			continue
		}
		other := others(k.Other)
		for _, r := range kind.Reads {
			switch value, ok := readOf(other, r); {
			case !k.Shown || other == nil || other.Hidden || other.Place != nil:
				quiet[r.Fact] = true
			case !ok:
			case says[r.Fact] != "" && says[r.Fact] != value:
				quiet[r.Fact] = true
			default:
				says[r.Fact] = value
			}
		}
	}
	maps.DeleteFunc(says, func(fact, _ string) bool { return quiet[fact] })
	return says, quiet
}

// readOf is what a relative's own file records, in the words of the fact.
func readOf(other *File, r pack.KinRead) (string, bool) {
	if other == nil || r.Sex != "" && other.Sex != r.Sex {
		return "", false
	}
	value := other.Situation.Value(r.From)
	if len(r.Of) > 0 {
		value = r.Of[value]
	}
	return value, value != ""
}

func foldKin(f *File, e Event) bool {
	of := func(other id.File, kind string) func(*Kin) bool {
		return func(k *Kin) bool { return k.Other == other && k.Kind == kind && k.State != KinEnded }
	}
	switch v := e.Payload.(type) {
	case KinSaid:
		f.Kin = added(f.Kin, Kin{Other: v.Other, Kind: v.Kind, Shown: v.Shown, State: KinStands, Since: e.OccurredAt, At: e.RecordedAt, Body: e.Body})
	case KinChanged:
		f.Kin = edited(f.Kin, of(v.Other, v.Kind), func(k *Kin) { k.State, k.Reason, k.At = v.State, v.Reason, e.OccurredAt })
	case KinShown:
		f.Kin = edited(f.Kin, of(v.Other, v.Kind), func(k *Kin) { k.Shown, k.At = v.Shown, e.OccurredAt })
	case KinHidden:
		f.Hidden = v.Hidden
	case KinRead:
		read := maps.Clone(f.kinRead)
		if read == nil {
			read = map[string]string{}
		}
		for fact, value := range v.Facts {
			if read[fact] = value; value == "" {
				delete(read, fact)
			}
		}
		f.kinRead = read
	default:
		return false
	}
	return true
}
