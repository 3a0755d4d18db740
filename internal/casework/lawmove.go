package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// A dated change of the law follows by itself: laws apply from their day, to
// everybody (docs/decisions/0015). Another edition of the pack is somebody's
// work, and may be wrong: what it takes from people is looked at and signed
// before any file is moved to it (docs/decisions/0023).

// ReasonNewerPack is the reason of a law.changed that a newer pack made.
const ReasonNewerPack = "newer_pack"

// LawMoveSigned says that files may be moved to the law of the stream, and what
// of it was seen to be taken, from how many people, by whoever signed.
type LawMoveSigned struct {
	Files  int           `json:"files"`
	Lost   []LawLoss     `json:"lost,omitempty"`
	Reason withheld.Text `json:"reason,omitzero"`
}

// LawLoss is one right or bar, and from how many people it is taken.
type LawLoss struct {
	What   string `json:"what"` // entitlement.shelter
	People int    `json:"people"`
}

func (LawMoveSigned) EventType() (string, int) { return "law.move_signed", 1 }

// LawMove is what was signed of one law.
type LawMove struct {
	Law    string
	At     time.Time
	Signed LawMoveSigned
	Lost   []string // of every signature: what may be taken
	seq    uint64
}

// LawMoveRef names the stream of the moves to a law: the law's digest.
func LawMoveRef(law string) Ref { return Ref{PackStream, lawMovePrefix + law} }

// lawMovePrefix keeps the streams of moves and of disputes apart.
const lawMovePrefix = "law-"

func (l *LawMove) Ref() Ref    { return LawMoveRef(l.Law) }
func (l *LawMove) Seq() uint64 { return l.seq }

func foldLawMove(old *LawMove, e Event, v LawMoveSigned) State {
	l := LawMove{Law: e.Stream.ID[len(lawMovePrefix):]}
	if old != nil {
		l = *old
	}
	l.At, l.Signed, l.seq = e.OccurredAt, v, e.Seq
	for _, loss := range v.Lost {
		if !slices.Contains(l.Lost, loss.What) {
			l.Lost = added(l.Lost, loss.What)
		}
	}
	return &l
}

const maxMoveReason = 2000

// SignLawMove records that files may be moved. Who takes something from people
// says why.
func SignLawMove(law string, in LawMoveSigned, m Moment) (Decision, error) {
	var f fields
	if len(in.Lost) > 0 && in.Reason.Empty() {
		f.add("move_reason", "field.move_reason")
	}
	f.said("move_reason", in.Reason, maxMoveReason, false)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	return single(m, LawMoveRef(law), in, "receipt.law_move_signed"), nil
}

// LawShift is what another edition of the pack changes for one person: the same
// record, read under both, at one moment.
type LawShift struct {
	Gained, Lost    []string // entitlement.…, bar.…, and step.… of the person's own
	Opened, Closed  []string // steps of bodies
	Started, Ended  []string // clocks that run under one of them only
	Moved           []string // clocks that run under both and end at another time
	Read            []string // variables that the record adds up to otherwise
	Procedures      []string // of the older edition, in which the file is
	Unsaid          []string // procedure.…, step.…, var.…: what the record holds and the newer has no word for
	was, is         reading
	before, current *File
}

// reading is a record under one edition.
type reading struct {
	laws  Laws
	pack  *pack.Pack
	model *procedure.Model
	now   procedure.Situation
	at    time.Time
}

// ShiftOf compares what a file adds up to under the edition it is pinned to with
// what it adds up to under m's.
func ShiftOf(f *File, older Laws, m Moment) (LawShift, error) {
	then, err := f.Known(older, m.At)
	if err != nil || then == nil {
		return LawShift{}, fault.At("read under the older pack", err)
	}
	was, err := readUnder(older, then, m.At)
	if err != nil {
		return LawShift{}, err
	}
	is, err := readUnder(m.Laws, f, m.At)
	if err != nil {
		return LawShift{}, err
	}
	s := LawShift{was: was, is: is, before: then, current: f}
	s.rights()
	s.steps()
	s.clocks()
	s.read()
	s.unsaid()
	return s, nil
}

func readUnder(laws Laws, f *File, at time.Time) (reading, error) {
	model, err := modelOn(laws, at)
	return reading{laws, laws.Pack(), model, f.Situation, at}, err
}

// How far something stands for a person: certainly, under some answer to a
// question of law or as a hold only, not at all.
const (
	standsNot = iota
	standsPerhaps
	standsSurely
)

func surely(yes bool) int {
	if yes {
		return standsSurely
	}
	return standsPerhaps
}

// safeguards are the entitlements and bars, and how far each stands.
func (r reading) safeguards() map[string]int {
	out := map[string]int{}
	for _, e := range r.model.Entitlements(r.now, r.at) {
		out["entitlement."+e.Entitlement.ID] = surely(len(e.Questions) == 0)
	}
	for _, b := range r.model.Removal(r.now, r.at).Bars {
		if b.Bar != nil {
			out["bar."+b.Bar.ID] = surely(b.Truth == procedure.True && b.Level != "hold")
		}
	}
	return out
}

// offers are the steps, and how far each is open. What is irregular is no offer.
func (r reading) offers(own bool) map[string]int {
	out := map[string]int{}
	for _, o := range r.model.Next(r.now, r.at) {
		if o.Step.Irregular || (o.Step.Force == procedure.Own) != own || o.State == procedure.Closed {
			continue
		}
		out["step."+o.Step.ID] = surely(o.State == procedure.Open)
	}
	return out
}

// rights are what the person has: entitlements, bars to removal, steps of her
// own. What stood surely and now only perhaps is lost too: doubt came to it.
func (s *LawShift) rights() {
	for _, pair := range [][2]map[string]int{
		{s.was.safeguards(), s.is.safeguards()}, {s.was.offers(true), s.is.offers(true)},
	} {
		s.Lost, s.Gained = append(s.Lost, less(pair[0], pair[1])...), append(s.Gained, less(pair[1], pair[0])...)
	}
}

// steps are what bodies may do: open means that it may happen, perhaps or surely.
func (s *LawShift) steps() {
	was, is := s.was.offers(false), s.is.offers(false)
	s.Closed, s.Opened = gone(was, is), gone(is, was)
}

// less lists in order what stands less in the second.
func less(a, b map[string]int) []string {
	return sortedWhere(a, func(key string, stands int) bool { return b[key] < stands })
}

func gone(a, b map[string]int) []string {
	return sortedWhere(a, func(key string, _ int) bool { return b[key] == standsNot })
}

func sortedWhere(in map[string]int, is func(string, int) bool) []string {
	var out []string
	for key, stands := range in {
		if is(key, stands) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

func (s *LawShift) clocks() {
	was, is := endsOf(s.was), endsOf(s.is)
	for id, due := range was {
		switch now, runs := is[id]; {
		case !runs:
			s.Ended = append(s.Ended, "clock."+id)
		case now != due:
			s.Moved = append(s.Moved, "clock."+id)
		}
	}
	for id := range is {
		if _, ran := was[id]; !ran {
			s.Started = append(s.Started, "clock."+id)
		}
	}
	slices.Sort(s.Started)
	slices.Sort(s.Ended)
	slices.Sort(s.Moved)
}

// endsOf are the clocks that run, and until when: the end, or the question that
// hides it.
func endsOf(r reading) map[string]string {
	out := map[string]string{}
	for _, c := range r.model.Clocks(r.now, r.at) {
		if c.State != procedure.ClockOff {
			out[c.Clock.ID] = string(c.State) + " " + c.Due.Format(time.RFC3339) + " " + c.Unknown
		}
	}
	return out
}

// read are the variables that both editions know and read otherwise.
func (s *LawShift) read() {
	for _, v := range s.was.pack.Spec.Vars {
		if s.is.pack.Var(v.Name) != nil && s.was.model.Read(s.was.now, v.Name) != s.is.model.Read(s.is.now, v.Name) {
			s.Read = append(s.Read, "var."+v.Name)
		}
	}
}

// unsaid is what the record holds and the newer edition has no word for. A file
// is not moved to a pack that cannot read it.
func (s *LawShift) unsaid() {
	old := s.was.pack
	in := map[string]bool{} // procedures
	for _, e := range s.before.Timeline {
		if e.Step == "" || e.Corrected != "" {
			continue
		}
		id := s.was.written(e)
		if step := old.Step(id); step != nil {
			in[step.Procedure] = true
		}
		if s.is.pack.Step(id) == nil {
			s.lacks("step." + id)
		}
	}
	for _, v := range old.Spec.Vars {
		value := s.was.now.Value(v.Name)
		if value == "" || slices.Contains(v.Start, value) {
			continue
		}
		in[v.Procedure] = true
		if now := s.is.pack.Var(v.Name); now == nil || !slices.Contains(now.Values, value) {
			s.lacks("var." + v.Name)
		}
	}
	for _, fact := range old.Spec.Facts {
		if s.was.now.Value(fact.Name) != "" && !slices.ContainsFunc(s.is.pack.Spec.Facts, func(f procedure.Fact) bool { return f.Name == fact.Name }) {
			s.lacks("fact." + fact.Name)
		}
	}
	for _, p := range old.Spec.Procedures {
		if !in[p.ID] {
			continue
		}
		s.Procedures = append(s.Procedures, p.ID)
		if s.is.pack.Procedure(p.ID) == nil {
			s.lacks("procedure." + p.ID)
		}
	}
}

// written is the step that a pack's author wrote: giving notice of a decision, and
// its being understood, are made of the decision.
func (r reading) written(e Entry) string {
	if m, err := modelOn(r.laws, e.Occurred); err == nil {
		if step := m.Step(e.Step); step != nil && step.NoticeOf != "" {
			return step.NoticeOf
		}
	}
	return e.Step
}

func (s *LawShift) lacks(what string) {
	if i, there := slices.BinarySearch(s.Unsaid, what); !there {
		s.Unsaid = slices.Insert(s.Unsaid, i, what)
	}
}

// MoveLaw pins a file to the law of m's pack and lists what the person gains and
// loses. Allowed are the losses that were signed; a file that would lose another
// stays where it is, and so does one that the pack has no words for.
func MoveLaw(f *File, older Laws, allowed []string, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	now, err := m.Laws.On(m.At)
	if err != nil {
		return Decision{}, fault.At("law of the day", err)
	}
	if m.Laws.Pack().Knows(f.Pinned) {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	s, err := ShiftOf(f, older, m)
	if err != nil {
		return Decision{}, err
	}
	unsigned := slices.DeleteFunc(slices.Clone(s.Lost), func(what string) bool { return slices.Contains(allowed, what) })
	switch {
	case len(s.Unsaid) > 0:
		return Decision{}, fault.New(fault.Conflict, CodeLawUnsaid, "what", s.Unsaid[0])
	case len(unsigned) > 0:
		return Decision{}, fault.New(fault.Conflict, CodeLawUnsigned, "what", unsigned[0])
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.law_changed"})
	v := LawChanged{Day: m.today(), From: f.Pinned, To: now.Law, Gained: s.Gained, Lost: s.Lost}
	b.addTo(b.stream, CompartmentCore, v, ReasonNewerPack)
	return b.decision, nil
}
