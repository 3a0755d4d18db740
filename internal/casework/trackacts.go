package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// Bounds of what a case may say.
const (
	maxTrackNumber = 60
	maxTrackReason = 2000
	maxAccused     = 500
	maxArticles    = 12
	maxSum         = 1_000_000_000_000 // more than any case here: a slip of the finger
)

// OpenTrackInput is a case as its form has it.
type OpenTrackInput struct {
	Track      id.Track
	Kind       string
	Region     string
	Number     withheld.Text
	ActOn      time.Time
	Articles   []string
	Accused    []Accused
	OccurredAt time.Time
}

// OpenTrack begins a case on the first stage of its ladder; from is the case that a
// part is taken out of, where it is one.
func OpenTrack(old, from *Track, in OpenTrackInput, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodeTrackExists)
	}
	t := m.Laws.Pack().Track(in.Kind)
	if t == nil || !slices.Contains(t.Track.Kinds, m.By.Kind) {
		return Decision{}, fault.Form(fault.Field{Name: "track_kind", Code: "not_a_choice"})
	}
	at := occurred(in.OccurredAt, m)
	var f fields
	f.past("occurred_at", at, m.At)
	f.said("track_number", in.Number, maxTrackNumber, false)
	f.charged(t, in.ActOn, in.Articles, m)
	f.accused(in.Accused)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: Ref{TrackStream, string(in.Track)}, at: at}
	opened := TrackOpened{
		Track: in.Kind, Region: in.Region, Number: in.Number, ActOn: in.ActOn.Format(time.DateOnly), Articles: in.Articles, Accused: in.Accused,
		Sets: t.Starts(), Parts: TrackParts{t.Track.Stage, t.Track.Outcome, t.Track.Trail, t.Track.Ended},
	}
	receipt := Receipt{Code: "receipt.track_opened", Args: map[string]string{"track": string(in.Track)}}
	if from != nil {
		if from.Ended() {
			return Decision{}, fault.New(fault.Conflict, CodeTrackEnded)
		}
		opened.From, receipt.Code = from.ID, "receipt.track_separated"
		b.addTo(from.Ref(), CompartmentCore, TrackSeparated{in.Track}, "")
	}
	b.add(CompartmentCore, opened)
	b.receipt(receipt)
	return b.decision, nil
}

// charged: at least one article, each of the code that was in force on the day of
// the act. Whoever has the article of another version is told which it is now, as
// far as a source says so.
func (f *fields) charged(t *pack.Track, actOn time.Time, articles []string, m Moment) {
	p := m.Laws.Pack()
	switch {
	case actOn.IsZero():
		f.add("act_on", "field.required")
		return
	case actOn.After(p.DayOf(m.At).Time):
		f.add("act_on", "future")
		return
	case len(articles) == 0:
		f.add("articles", CodeTrackNoArticle)
	case len(articles) > maxArticles:
		f.add("articles", CodeTrackManyArticles, "max", strconv.Itoa(maxArticles))
	}
	there := p.OffencesOn(t, actOn)
	for i, a := range articles {
		switch {
		case slices.ContainsFunc(there, func(o pack.Offence) bool { return o.ID == a }):
			if slices.Contains(articles[:i], a) {
				f.add("articles", "not_a_choice")
			}
		case p.Offence(a) == nil || !slices.Contains(t.Track.Codes, p.Offence(a).Code):
			f.add("articles", "not_a_choice")
		default:
			if same := p.SameOffence(a, actOn); same != nil {
				f.add("articles", CodeTrackOtherCode, "offence", a, "same", same.ID)
			} else {
				f.add("articles", CodeTrackNotInForce, "offence", a)
			}
		}
	}
}

func (f *fields) accused(groups []Accused) {
	total := 0
	for i, a := range groups {
		if a.N < 1 || a.N > maxAccused {
			f.add(rowField(i, "accused_n"), "field.number")
		}
		f.oneOf(rowField(i, "accused_sex"), a.Sex, "female", "male", "unknown")
		f.oneOf(rowField(i, "accused_age"), a.Age, "under_18", "adult", "unknown")
		total += a.N
	}
	if total > maxAccused {
		f.add(rowField(0, "accused_n"), "field.number")
	}
}

// check refuses an act on a case that somebody changed since the page was shown.
func (t *Track) check(version uint64) error {
	if t == nil {
		return fault.Withheld("no case")
	}
	if version != 0 && version != t.seq {
		last := t.Log[len(t.Log)-1]
		return fault.New(fault.Conflict, CodeTrackChanged, "by", string(last.Body), "what", "event."+last.Type, "at", last.RecordedAt.Format(time.RFC3339))
	}
	return nil
}

// stillHere refuses besides what would be counted nowhere: a case that goes on in
// another is counted there, and so is what is recorded of it from then on.
func (t *Track) stillHere(version uint64) error {
	if err := t.check(version); err != nil {
		return err
	}
	if t.Into != "" {
		return fault.New(fault.Conflict, CodeTrackGoesOn)
	}
	return nil
}

// Situation is the ladder's, as the engine reads it.
func (t *Track) Situation() procedure.Situation {
	var s procedure.Situation
	for name, value := range t.Values {
		s, _ = s.With(name, value) // both were the pack's when they were written
	}
	return s
}

// MoveTrackInput is one step of the ladder.
type MoveTrackInput struct {
	Version    uint64
	Step       string
	Reasons    withheld.Text
	OccurredAt time.Time
}

// MoveTrack takes a step that the law of the day leaves open. into is the case in
// which it goes on, where the step says so.
func MoveTrack(t, into *Track, in MoveTrackInput, m Moment) (Decision, error) {
	if err := t.stillHere(in.Version); err != nil {
		return Decision{}, err
	}
	at := occurred(in.OccurredAt, m)
	var f fields
	f.past("moved_at", at, m.At)
	if at.Before(t.At) {
		f.add("moved_at", CodeTrackBefore)
	}
	kind := m.Laws.Pack().Track(t.Kind)
	f.said("track_reasons", in.Reasons, maxTrackReason, kind != nil && slices.Contains(kind.Track.Reasoned, in.Step))
	if in.Step == "" {
		f.add("track_step", "field.required")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	step, err := t.open(in.Step, at, m)
	if err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: t.Ref(), at: at}
	moved := TrackMoved{Step: in.Step, Sets: step.Set, Reasons: in.Reasons}
	if in.Step == kind.Track.Joins {
		if err := t.joins(into); err != nil {
			return Decision{}, err
		}
		moved.Into = into.ID
		b.addTo(into.Ref(), CompartmentCore, TrackTook{From: t.ID, Articles: t.Articles, Accused: t.Accused, Money: t.Money(), Files: t.Files}, "")
	}
	b.add(CompartmentCore, moved)
	b.receipt(Receipt{Code: "receipt.track_moved", Args: map[string]string{"track": string(t.ID), "step": in.Step}})
	return b.decision, nil
}

// open is the step, if the law of the day leaves it open to who acts.
func (t *Track) open(id string, at time.Time, m Moment) (*procedure.Step, error) {
	model, err := t.model(at, m.Laws)
	if err != nil {
		return nil, err
	}
	offer, ok := model.Offer(t.Situation(), id, at)
	switch {
	case !ok:
		return nil, fault.New(fault.Invalid, CodeStepUnknown, "step", id)
	case !mayTake(offer.Step, m.By):
		return nil, fault.New(fault.Invalid, CodeStepNotYours, "step", id)
	case offer.State == procedure.Closed:
		return nil, fault.New(fault.Conflict, CodeTrackNotOpen, "step", id, "stage", "var."+t.Parts.Stage+"."+t.Stage())
	}
	return offer.Step, nil
}

func (t *Track) model(at time.Time, laws Laws) (*procedure.Model, error) {
	snapshot, err := laws.On(at)
	if err != nil {
		return nil, fault.At("law of the day", err)
	}
	model := snapshot.Track(t.Kind)
	if model == nil {
		return nil, fault.New(fault.Internal, CodeLawBroken)
	}
	return model, nil
}

// Offers are the steps of the ladder that this worker may take now.
func (t *Track) Offers(m Moment) ([]procedure.Offer, error) {
	if t.Into != "" {
		return nil, nil
	}
	model, err := t.model(m.At, m.Laws)
	if err != nil {
		return nil, err
	}
	var out []procedure.Offer
	for _, o := range model.Next(t.Situation(), m.At) {
		if o.State != procedure.Closed && mayTake(o.Step, m.By) {
			out = append(out, o)
		}
	}
	return out, nil
}

func (t *Track) joins(into *Track) error {
	switch {
	case into == nil || into.Kind != t.Kind:
		return fault.Form(fault.Field{Name: "into", Code: CodeTrackInto})
	case into.ID == t.ID || into.Ended():
		return fault.Form(fault.Field{Name: "into", Code: CodeTrackIntoEnded})
	}
	return nil
}

// ChargeTrack says what the case is about from now on: another article, one more,
// another day of the act.
func ChargeTrack(t *Track, version uint64, in TrackCharged, actOn time.Time, m Moment) (Decision, error) {
	if err := t.check(version); err != nil {
		return Decision{}, err
	}
	var f fields
	if kind := m.Laws.Pack().Track(t.Kind); kind != nil {
		f.charged(kind, actOn, in.Articles, m)
	}
	f.said("charge_reasons", in.Reasons, maxTrackReason, true)
	if err := t.running(f); err != nil {
		return Decision{}, err
	}
	in.ActOn = actOn.Format(time.DateOnly)
	return t.single(m, in, "receipt.track_charged"), nil
}

// CountAccused says anew how many are accused.
func CountAccused(t *Track, version uint64, groups []Accused, m Moment) (Decision, error) {
	if err := t.check(version); err != nil {
		return Decision{}, err
	}
	var f fields
	f.accused(groups)
	if err := t.running(f); err != nil {
		return Decision{}, err
	}
	return t.single(m, TrackAccused{groups}, "receipt.track_accused"), nil
}

// AddMoney records a sum. Money moves after the end of a case too. What is a part
// of another kind is never more than that.
func AddMoney(t *Track, version uint64, in TrackMoney, at time.Time, m Moment) (Decision, error) {
	if err := t.stillHere(version); err != nil {
		return Decision{}, err
	}
	at = occurred(at, m)
	var f fields
	f.past("money_at", at, m.At)
	if in.Sum < 1 || in.Sum > maxSum {
		f.add("money_sum", "field.number")
	}
	kind := m.Laws.Pack().Track(t.Kind)
	if kind == nil {
		return Decision{}, fault.New(fault.Internal, CodeLawBroken)
	}
	on := kind.MoneyOn(m.Laws.Pack().DayOf(at).Time)
	i := slices.IndexFunc(on, func(x pack.TrackMoney) bool { return x.ID == in.Kind })
	switch {
	case i < 0:
		f.add("money_kind", "not_a_choice")
	case !MayRecord(on[i], m.By):
		f.add("money_kind", CodeTrackMoneyWhose)
	case on[i].Of != "" && t.Sum(in.Kind)+in.Sum > t.Sum(on[i].Of):
		f.add("money_sum", CodeTrackMoneyPart, "of", "track_money."+on[i].Of)
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	d := t.single(m, in, "receipt.track_money")
	d.Events[0].OccurredAt = at
	return d, nil
}

// MayRecord says whether a body records a kind of money.
func MayRecord(kind pack.TrackMoney, by Actor) bool {
	return mayTake(&procedure.Step{By: kind.By, Force: procedure.May}, by)
}

// LinkTrack says that a file belongs to the case.
func LinkTrack(t *Track, f *File, m Moment) (Decision, error) {
	switch {
	case t == nil || f == nil:
		return Decision{}, fault.Withheld("no case, or no file")
	case slices.Contains(t.Files, f.ID):
		return Decision{}, fault.New(fault.Conflict, CodeTrackLinked)
	}
	return t.single(m, TrackLinked{f.ID}, "receipt.track_linked"), nil
}

// UnlinkTrack says that a file does not belong to the case.
func UnlinkTrack(t *Track, file id.File, m Moment) (Decision, error) {
	if t == nil || !slices.Contains(t.Files, file) {
		return Decision{}, fault.Withheld("no such file in the case")
	}
	return t.single(m, TrackUnlinked{file}, "receipt.track_unlinked"), nil
}

// CorrectTrack takes an earlier entry out of what the case adds up to, not out of
// the record. What another case took over stands there, and a sum of it is put right
// there, where it is counted.
func CorrectTrack(t *Track, version uint64, in TrackCorrected, m Moment) (Decision, error) {
	if err := t.check(version); err != nil {
		return Decision{}, err
	}
	var f fields
	f.said("correct_reasons", in.Reasons, maxTrackReason, true)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	i := slices.IndexFunc(t.Log, func(e TrackEntry) bool { return e.ID == in.Event })
	if i < 0 {
		return Decision{}, fault.New(fault.Invalid, CodeCorrect)
	}
	gone, ok := t.Log[i].correctable(in.Sum)
	if !ok {
		return Decision{}, fault.New(fault.Invalid, CodeCorrect)
	}
	if in.Sum > 0 && t.Into != "" {
		return Decision{}, fault.New(fault.Conflict, CodeTrackGoesOn) // it went on from here
	}
	if !t.holds(gone, m) {
		return Decision{}, fault.Form(fault.Field{Name: "correct_event", Code: CodeTrackMoneyRests})
	}
	return t.single(m, in, "receipt.corrected"), nil
}

// Correctable says whether a later event may take this one out.
func (e TrackEntry) Correctable() bool {
	if e.Corrected != "" {
		return false
	}
	switch v := e.Payload.(type) {
	case TrackMoved:
		return v.Into == ""
	case TrackCharged, TrackAccused, TrackMoney:
		return true
	}
	return false
}

// correctable says whether an entry, or one sum of what it took over, can be taken
// out, and which sum would go.
func (e TrackEntry) correctable(sum int) (TrackMoney, bool) {
	if took := e.Took(); sum > 0 {
		if sum > len(took) || took[sum-1].Corrected {
			return TrackMoney{}, false
		}
		return took[sum-1].TrackMoney, true
	}
	money, _ := e.Payload.(TrackMoney)
	return money, e.Correctable()
}

// holds says whether, without a sum, no part would be more than its whole.
func (t *Track) holds(gone TrackMoney, m Moment) bool {
	kind := m.Laws.Pack().Track(t.Kind)
	if gone.Sum == 0 || kind == nil {
		return true
	}
	for _, x := range kind.Money {
		if x.Of == gone.Kind && t.Sum(x.ID) > t.Sum(gone.Kind)-gone.Sum {
			return false
		}
	}
	return true
}

// running refuses with what must be mended, and a case that has ended.
func (t *Track) running(f fields) error {
	if t.Ended() {
		return fault.New(fault.Conflict, CodeTrackEnded)
	}
	return fault.Form(f...)
}

func (t *Track) single(m Moment, p Payload, code string) Decision {
	d := single(m, t.Ref(), p, code)
	d.Receipt.Args = map[string]string{"track": string(t.ID)}
	return d
}
