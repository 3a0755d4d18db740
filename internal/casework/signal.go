package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A signal is a call or notice before there is a person: signal, situation and
// person are kept apart. Nobody is asked for a name, and none has a field.
// What is kept is coded answers and a short note of what to do. The caller's
// own words are kept only with their yes: what was never written down cannot be
// held against her as a contradiction later.

// Channels, callers, answers about ringing back, what to say when somebody else
// answers, and what the operator promised: codes, all of them, so that a list
// and a hand-over can be read without anybody's words.
var (
	SignalChannels = []string{"call", "message", "messenger", "letter", "visit"}
	SignalCallers  = []string{"person", "relative", "witness", "body", "foreign_state", "international_organisation", "not_said"}
	SignalSafety   = []string{"safe_now", "not_safe", "not_sure"}
	SignalRings    = []string{RingAnyTime, RingDaytime, "evening", RingNever}
	SignalSays     = []string{"wrong_number", "survey", "agreed_word", "hang_up"}
	SignalPromises = []string{"ring_back", "find_help", "ask_body", "nothing"}
)

// Outcomes of a signal. One without an outcome is open. A file is what the
// concern makes of it, and nobody chooses it by hand.
const (
	SignalOpen        = "open" // said when a call is taken; never recorded
	SignalSilent      = "silent"
	SignalAbusive     = "abusive"
	SignalInformation = "information"
	SignalEmergency   = "emergency"
	SignalEnded       = "ended"
	SignalFile        = "file"
)

// SignalOutcomes are those that an operator chooses.
var SignalOutcomes = []string{SignalSilent, SignalAbusive, SignalInformation, SignalEmergency, SignalEnded}

// Limits of what is typed into a signal, in letters. The note is for what to do.
const (
	maxSignalNote   = 280
	maxSignalWords  = 2000
	maxSignalNumber = 120
)

// SignalReceived is what the operator kept of a call.
type SignalReceived struct {
	Channel  string        `json:"channel"`
	Line     string        `json:"line,omitempty"` // the number that was rung, of the pack's
	Region   string        `json:"region,omitempty"`
	Urgent   bool          `json:"urgent,omitempty"` // not safe now
	Text     withheld.Text `json:"text,omitzero"`    // the note: what to do, not what was said
	Caller   string        `json:"caller,omitempty"`
	Language string        `json:"language,omitempty"`
	Safety   string        `json:"safety,omitempty"`
	Needs    []string      `json:"needs,omitempty"`
	Ring     string        `json:"ring,omitempty"` // when ringing back is safe; never
	Say      string        `json:"say,omitempty"`  // what to say when somebody else answers
	Number   withheld.Text `json:"number,omitzero"`
	RingAt   time.Time     `json:"ring_at,omitzero"` // when it was said that somebody would ring
	Promise  string        `json:"promise,omitempty"`
	Words    withheld.Text `json:"words,omitzero"` // the caller's own, with their yes
	Agreed   bool          `json:"agreed,omitempty"`
}

// SignalOpened says that somebody read what is sealed of it.
type SignalOpened struct {
	Rule string `json:"rule"`
}

// SignalClosed says what became of it.
type SignalClosed struct {
	Outcome string  `json:"outcome"`
	File    id.File `json:"file,omitempty"`
}

func (SignalReceived) EventType() (string, int) { return "signal.received", 1 }
func (SignalOpened) EventType() (string, int)   { return "signal.opened", 1 }
func (SignalClosed) EventType() (string, int)   { return "signal.closed", 1 }

// Signal is a call or notice as it stands. When it became a file it keeps the
// link and the coded answers: what was typed goes on in the file, under the
// file's rules and not under the hotline's.
type Signal struct {
	ID       id.Signal
	At       time.Time
	Worker   id.Worker
	Body     id.Body
	Kept     SignalReceived
	Earlier  []SignalVersion // as it stood before it was amended, the oldest first
	Rings    []SignalRing
	Holder   SignalHolder // in whose hands it is
	Openings []SignalOpening
	Outcome  string
	File     id.File
	Closed   time.Time
	changed  uint64 // the last event that was not a reading
	seq      uint64
}

// SignalOpening is one reading of what is sealed.
type SignalOpening struct {
	At     time.Time
	Worker id.Worker
}

func (s *Signal) Ref() Ref    { return Ref{SignalStream, string(s.ID)} }
func (s *Signal) Seq() uint64 { return s.seq }

// Changed is the number of the last event that changed it: a reading does not.
func (s *Signal) Changed() uint64 { return s.changed }

// Row is the signal's row of the index, by which access decides. Nothing that
// was typed is in it.
func (s *Signal) Row() Row {
	k := s.Kept
	return row("signals", string(s.ID), s.At, string(s.Body), k.Region, k.Urgent, s.Outcome, k.Channel, k.Caller, k.Ring, k.Promise, s.Closed, string(s.File),
		k.RingAt, string(s.Holder.Worker), k.Line)
}

// ReceiveSignal keeps a call or notice. With an outcome other than open it is
// over at once: a silent or abusive call is one act.
func ReceiveSignal(signal id.Signal, in SignalReceived, outcome string, m Moment) (Decision, error) {
	if err := in.check(outcome, time.Time{}, m); err != nil {
		return Decision{}, err
	}
	in.Urgent = in.Safety == "not_safe"
	d := single(m, Ref{SignalStream, string(signal)}, in, "receipt.signal")
	d.Receipt.Args = map[string]string{"signal": string(signal)}
	if outcome != SignalOpen {
		d.Receipt.Code = "receipt.signal_over"
		d.Events = append(d.Events, Draft{Stream: Ref{SignalStream, string(signal)}, Compartment: CompartmentCore, Payload: SignalClosed{Outcome: outcome}, OccurredAt: m.At})
	}
	return d, nil
}

// check finds what must be mended. A time of ringing back that was kept before
// may have passed since; a new one may not.
func (in SignalReceived) check(outcome string, kept time.Time, m Moment) error {
	p := m.Laws.Pack()
	var f fields
	if in.Channel == "" {
		f.add("channel", "field.required")
	}
	f.oneOf("channel", in.Channel, SignalChannels...)
	f.oneOf("line", in.Line, p.Head.Lines...)
	f.oneOf("caller", in.Caller, SignalCallers...)
	f.oneOf("safety", in.Safety, SignalSafety...)
	f.oneOf("ring", in.Ring, SignalRings...)
	f.oneOf("say", in.Say, SignalSays...)
	f.oneOf("promised", in.Promise, SignalPromises...)
	if outcome == "" {
		f.add("call_outcome", "field.call_outcome")
	}
	f.oneOf("call_outcome", outcome, append([]string{SignalOpen}, SignalOutcomes...)...)
	f.each("needs", in.Needs, func(n string) bool { return p.Need(n) != nil })
	if in.Region != "" && p.Region(in.Region) == nil {
		f.add("region", "not_a_choice")
	}
	f.said("call_note", in.Text, maxSignalNote, false)
	f.said("call_words", in.Words, maxSignalWords, false)
	f.said("call_number", in.Number, maxSignalNumber, false)
	if !in.Words.Empty() && !in.Agreed {
		f.add("call_words", "field.words_not_agreed")
	}
	if !in.Number.Empty() && in.Ring == RingNever {
		f.add("call_number", "field.never_ring") // a number that nobody may ring is only a danger
	}
	f.ringing(in, kept, m)
	return fault.Form(f...)
}

// ringing: a time is a task for whoever is on duty then, and nobody rings on a
// task of which nobody asked whether it is safe.
func (f *fields) ringing(in SignalReceived, kept time.Time, m Moment) {
	switch {
	case in.RingAt.IsZero():
	case in.Ring == "" || in.Ring == RingNever:
		f.add("ring", "field.ring_unsafe")
	case !in.RingAt.After(m.At) && !in.RingAt.Equal(kept):
		f.add("ring_time", "field.ring_past")
	}
}

// Contact is how the person said that she may be reached, as her file keeps it:
// only a number with an answer that a file has too.
func (s *Signal) Contact() *Contact {
	if s.Kept.Number.Empty() || s.Kept.Ring != RingAnyTime && s.Kept.Ring != RingDaytime {
		return nil
	}
	return &Contact{Kind: "phone", Value: s.Kept.Number, SafeAt: s.Kept.Ring}
}

// OpenSignal records that somebody reads what is sealed of it: one leaf for each
// worker and hour, before the page is sent.
func OpenSignal(s *Signal, rule string, m Moment) (Decision, error) {
	if s == nil {
		return Decision{}, fault.Withheld("no signal")
	}
	hour := m.At.Truncate(time.Hour)
	if slices.ContainsFunc(s.Openings, func(o SignalOpening) bool { return o.Worker == m.By.Worker && !o.At.Before(hour) }) {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, s.Ref(), SignalOpened{rule}, "receipt.opened"), nil
}

// CloseSignal says what became of it. A call is closed once: who comes second
// learns that it is over.
func CloseSignal(s *Signal, in SignalClosed, m Moment) (Decision, error) {
	switch {
	case s == nil:
		return Decision{}, fault.Withheld("no signal")
	case s.Outcome != "":
		return Decision{}, fault.New(fault.Conflict, CodeSignalClosed)
	case in.Outcome == "":
		return Decision{}, fault.Form(fault.Field{Name: "call_outcome", Code: "field.call_outcome"})
	case !slices.Contains(SignalOutcomes, in.Outcome) || in.File != "":
		return Decision{}, fault.Form(fault.Field{Name: "call_outcome", Code: "not_a_choice"})
	}
	return single(m, s.Ref(), in, "receipt.signal_closed"), nil
}

// FileOfSignal closes a signal into the file that a concern has just opened.
// What the operator noted goes on as a note of the file's, in the part that the
// hotline keeps, so that who accepts the person does not read it.
func FileOfSignal(s *Signal, file id.File, compartment string, m Moment) ([]Draft, error) {
	switch {
	case s == nil:
		return nil, fault.Withheld("no signal")
	case s.Outcome != "":
		return nil, fault.New(fault.Conflict, CodeSignalClosed)
	}
	var out []Draft
	for _, text := range []withheld.Text{s.Kept.Text, s.Kept.Words} {
		if !text.Empty() {
			out = append(out, Draft{Stream: Ref{FileStream, string(file)}, Compartment: compartment, Payload: NoteWritten{text}, OccurredAt: m.At})
		}
	}
	return append(out, Draft{Stream: s.Ref(), Compartment: CompartmentCore, Payload: SignalClosed{SignalFile, file}, OccurredAt: m.At}), nil
}

func foldSignal(old *Signal, e Event) (State, error) {
	s := Signal{ID: id.Signal(e.Stream.ID)}
	if old != nil {
		s = *old
	}
	switch v := e.Payload.(type) {
	case SignalReceived:
		s.At, s.Worker, s.Body, s.Kept, s.Holder = e.OccurredAt, e.Worker, e.Body, v, SignalHolder{e.Worker, e.OccurredAt}
	case SignalOpened:
		s.Openings, s.seq = added(s.Openings, SignalOpening{e.OccurredAt, e.Worker}), e.Seq
		return &s, nil
	case SignalClosed:
		s.Outcome, s.File, s.Closed = v.Outcome, v.File, e.OccurredAt
		if v.Outcome == SignalFile {
			s.forgetTyped()
		}
	case SignalAmended:
		s.amend(v, e)
	case SignalRang:
		s.rang(v, e)
	case SignalUnlinked:
	case SignalTaken:
		s.Holder = SignalHolder{e.Worker, e.OccurredAt}
	default:
		return nil, unknown(e)
	}
	s.changed, s.seq = e.Seq, e.Seq
	return &s, nil
}

// forgetTyped leaves the coded answers: what was typed goes on in the file.
func (s *Signal) forgetTyped() {
	s.Kept.Text, s.Kept.Number, s.Kept.Words = withheld.Text{}, withheld.Text{}, withheld.Text{}
	s.Earlier = slices.Clone(s.Earlier)
	for i := range s.Earlier {
		k := &s.Earlier[i].Kept
		k.Text, k.Number, k.Words = withheld.Text{}, withheld.Text{}, withheld.Text{}
	}
}
