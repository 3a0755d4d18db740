package casework

import (
	"slices"
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// A track is a case that stands beside people's files: its articles, its stage, its
// outcome and its money, on a ladder that the pack declares (tracks/). Of whoever is
// accused it knows how many, of which sex and whether a child, and no name. Files
// that belong to it are named in it and never the other way round: a file knows
// nothing of a track, so that nothing that happens to a case can change what a
// person has. See docs/decisions/0024-two-ladders.md.

// TrackOpened begins a case. Sets is where its ladder begins; Parts, which of its
// variables are the columns of the index. Number is the register's, and sealed.
type TrackOpened struct {
	Track    string            `json:"track"` // of the pack
	Region   string            `json:"region,omitempty"`
	Number   withheld.Text     `json:"number,omitzero"`
	ActOn    string            `json:"act_on"` // 2026-11-02: the day of the act, which decides the code
	Articles []string          `json:"articles"`
	Accused  []Accused         `json:"accused,omitempty"`
	Sets     map[string]string `json:"sets"`
	Parts    TrackParts        `json:"parts"`
	From     id.Track          `json:"from,omitempty"` // the case that it was separated from
}

// TrackParts names the variables of a ladder.
type TrackParts struct {
	Stage   string `json:"stage"`
	Outcome string `json:"outcome"`
	Trail   string `json:"trail"`
	Ended   string `json:"ended"`
}

// Accused is so many of one kind. Nothing else is kept of anybody who is accused.
type Accused struct {
	N   int    `json:"n"`
	Sex string `json:"sex,omitempty"`
	Age string `json:"age,omitempty"` // under_18, adult, unknown
}

// TrackMoved is a step of the ladder; Into is the case in which this one goes on.
type TrackMoved struct {
	Step    string            `json:"step"`
	Sets    map[string]string `json:"sets"`
	Reasons withheld.Text     `json:"reasons,omitzero"`
	Into    id.Track          `json:"into,omitempty"`
}

// TrackCharged says which articles the case is about from now on, of the code of
// the day of the act.
type TrackCharged struct {
	ActOn    string        `json:"act_on"`
	Articles []string      `json:"articles"`
	Reasons  withheld.Text `json:"reasons,omitzero"`
}

// TrackAccused counts anew who is accused.
type TrackAccused struct {
	Accused []Accused `json:"accused,omitempty"`
}

// TrackMoney is a sum: frozen, confiscated, paid. In the money of the country, whole.
type TrackMoney struct {
	Kind string `json:"kind"`
	Sum  int    `json:"sum"`
}

// TrackLinked says that a person's file belongs to the case.
type TrackLinked struct {
	File id.File `json:"file"`
}

// TrackUnlinked says that it does not.
type TrackUnlinked struct {
	File id.File `json:"file"`
}

// TrackTook is what came over from a case that goes on in this one.
type TrackTook struct {
	From     id.Track     `json:"from"`
	Articles []string     `json:"articles,omitempty"`
	Accused  []Accused    `json:"accused,omitempty"`
	Money    []TrackMoney `json:"money,omitempty"`
	Files    []id.File    `json:"files,omitempty"`
}

// TrackSeparated says that a part of it goes on in a case of its own.
type TrackSeparated struct {
	Into id.Track `json:"into"`
}

// TrackCorrected takes an earlier event out of what the case adds up to; or, of a
// case that was taken over, one of its sums: Sum is which, from 1.
type TrackCorrected struct {
	Event   id.Event      `json:"event"`
	Sum     int           `json:"sum,omitempty"`
	Reasons withheld.Text `json:"reasons"`
}

func (TrackOpened) EventType() (string, int)    { return "track.opened", 1 }
func (TrackMoved) EventType() (string, int)     { return "track.moved", 1 }
func (TrackCharged) EventType() (string, int)   { return "track.charged", 1 }
func (TrackAccused) EventType() (string, int)   { return "track.accused", 1 }
func (TrackMoney) EventType() (string, int)     { return "track.money", 1 }
func (TrackLinked) EventType() (string, int)    { return "track.linked", 1 }
func (TrackUnlinked) EventType() (string, int)  { return "track.unlinked", 1 }
func (TrackTook) EventType() (string, int)      { return "track.took", 1 }
func (TrackSeparated) EventType() (string, int) { return "track.separated", 1 }
func (TrackCorrected) EventType() (string, int) { return "track.corrected", 1 }

// Track is a case as it stands.
type Track struct {
	ID       id.Track
	Kind     string // of the pack's tracks
	At       time.Time
	ActOn    time.Time
	Body     id.Body
	Region   string
	Number   withheld.Text
	Parts    TrackParts
	Values   map[string]string
	Articles []string
	Accused  []Accused
	Files    []id.File
	From     id.Track
	Into     id.Track
	Log      []TrackEntry
	seq      uint64
	last     time.Time
}

// TrackEntry is one event as the case tells it. Corrected names the event that took
// it out.
type TrackEntry struct {
	Event
	Corrected id.Event
	Out       []int // of a case that was taken over: which of its sums were corrected, from 1
}

// Took are the sums that came over with another case, each with whether it stands.
func (e TrackEntry) Took() []TookSum {
	v, _ := e.Payload.(TrackTook)
	out := make([]TookSum, len(v.Money))
	for i, m := range v.Money {
		out[i] = TookSum{m, slices.Contains(e.Out, i+1)}
	}
	return out
}

// TookSum is a sum that came over.
type TookSum struct {
	TrackMoney
	Corrected bool
}

func (t *Track) Ref() Ref    { return Ref{TrackStream, string(t.ID)} }
func (t *Track) Seq() uint64 { return t.seq }

// Stage, Outcome and Trail are how far it is, how it ended, whether the money is followed.
func (t *Track) Stage() string   { return t.Values[t.Parts.Stage] }
func (t *Track) Outcome() string { return t.Values[t.Parts.Outcome] }
func (t *Track) Trail() string   { return t.Values[t.Parts.Trail] }

// Ended says that there is no further stage.
func (t *Track) Ended() bool { return t.Stage() == t.Parts.Ended }

// CountAccused is how many are accused.
func (t *Track) CountAccused() int {
	n := 0
	for _, a := range t.Accused {
		n += a.N
	}
	return n
}

// Money are the sums that stand, oldest first.
func (t *Track) Money() []TrackMoney {
	var out []TrackMoney
	for _, e := range t.Log {
		if v, ok := e.Payload.(TrackMoney); ok && e.Corrected == "" {
			out = append(out, v)
		}
		for _, m := range e.Took() {
			if !m.Corrected {
				out = append(out, m.TrackMoney)
			}
		}
	}
	return out
}

// Sum is how much of one kind stands.
func (t *Track) Sum(kind string) int {
	n := 0
	for _, m := range t.Money() {
		if m.Kind == kind {
			n += m.Sum
		}
	}
	return n
}

// Row is the case's row of the index, by which access decides and figures count.
func (t *Track) Row() Row {
	state := "open"
	if t.Ended() {
		state = "ended"
	}
	return row("tracks", string(t.ID), t.At, string(t.Body), t.Region, t.Kind, state, t.Stage(), t.Outcome(), t.Trail(), list(t.Articles), t.ActOn,
		int64(t.CountAccused()), t.last)
}

// rows are the case's own row and one for each kind of money.
func (t *Track) rows() []Row {
	out := []Row{t.Row()}
	seen := map[string]bool{}
	for _, m := range t.Money() {
		if !seen[m.Kind] {
			seen[m.Kind] = true
			out = append(out, row("track_money", string(t.ID), m.Kind, int64(t.Sum(m.Kind)), string(t.Body), t.Region, t.At))
		}
	}
	return out
}

// foldTrack adds the next event. A correction takes an event out, so that the rest
// is added up again: a case has some dozens.
func foldTrack(old *Track, e Event) (State, error) {
	var log []TrackEntry
	if old != nil {
		log = old.Log
	}
	if v, ok := e.Payload.(TrackCorrected); ok {
		log = edited(log, func(x *TrackEntry) bool { return x.ID == v.Event }, func(x *TrackEntry) {
			if v.Sum > 0 {
				x.Out = added(x.Out, v.Sum)
				return
			}
			x.Corrected = e.ID
		})
	}
	t := &Track{ID: id.Track(e.Stream.ID), Log: added(log, TrackEntry{Event: e}), Values: map[string]string{}, seq: e.Seq, last: e.RecordedAt}
	for _, x := range t.Log {
		if x.Corrected != "" {
			continue
		}
		if err := t.add(x.Event); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Track) add(e Event) error {
	switch v := e.Payload.(type) {
	case TrackOpened:
		t.Kind, t.Region, t.Number, t.Parts, t.From, t.At, t.Body = v.Track, v.Region, v.Number, v.Parts, v.From, e.OccurredAt, e.Body
		t.Articles, t.Accused = v.Articles, v.Accused
		t.ActOn = dayWritten(v.ActOn)
		t.set(v.Sets)
	case TrackMoved:
		t.set(v.Sets)
		t.Into = v.Into
	case TrackCharged:
		t.ActOn, t.Articles = dayWritten(v.ActOn), v.Articles
	case TrackAccused:
		t.Accused = v.Accused
	case TrackLinked:
		if !slices.Contains(t.Files, v.File) {
			t.Files = added(t.Files, v.File)
		}
	case TrackUnlinked:
		t.Files = without(t.Files, v.File)
	case TrackTook:
		t.take(v)
	case TrackMoney, TrackSeparated, TrackCorrected: // the log has them
	default:
		return unknown(e)
	}
	return nil
}

func (t *Track) set(values map[string]string) {
	for name, v := range values {
		t.Values[name] = v
	}
}

func (t *Track) take(v TrackTook) {
	for _, a := range v.Articles {
		if !slices.Contains(t.Articles, a) {
			t.Articles = added(t.Articles, a)
		}
	}
	t.Accused = slices.Concat(t.Accused, v.Accused)
	for _, f := range v.Files {
		if !slices.Contains(t.Files, f) {
			t.Files = added(t.Files, f)
		}
	}
}

// dayWritten reads what a decision wrote; it was a day when it was decided.
func dayWritten(s string) time.Time {
	day, _ := time.Parse(time.DateOnly, s)
	return day
}
