package desk

import (
	"context"
	"maps"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
)

// TrackLine is one case in a list.
type TrackLine struct {
	ID       id.Track
	Number   string // as people read it to each other
	Kind     string
	State    string // open, ended
	Stage    string
	Outcome  string
	Trail    string
	Articles []string
	Accused  int
	At       time.Time
	ActOn    time.Time
	Parts    casework.TrackParts
}

// TrackForm is what the form of a new case needs to be drawn.
type TrackForm struct {
	Key      string
	Track    id.Track
	Kinds    []string
	Offences []pack.Offence // of every version of the codes
}

// Tracks is the list of the cases that this worker may see, the latest first.
type Tracks struct {
	Form  *TrackForm // nil: may look, and begins none
	Lines []TrackLine
	More  bool // there are more than a list holds
}

// TrackOffer is a step of the ladder that this worker may take now.
type TrackOffer struct {
	ID      string
	Reasons bool // a reason is asked
	Joins   bool // it goes on in another case
	Unclear []string
	Basis   []procedure.Basis
}

// MoneyLine is one kind of money: what stands of it, and whether this worker adds to it.
type MoneyLine struct {
	ID     string
	Sum    int
	Of     string
	Mine   bool
	Unsure string // question of law
	Basis  []procedure.Basis
}

// TrackFile is a file of the case that is open to this worker anyhow. Says is what
// her own procedure says of the case; Steps, those with which it would say what the
// case's record says, Decides those of them that are a decision of their own.
type TrackFile struct {
	Subject Subject
	Says    []Change
	Steps   []string
	Decides []string
}

// ChargeLine is an article, with that of another version of the code where a source
// says that it is the same.
type ChargeLine struct {
	Offence pack.Offence
	Same    *pack.Offence
}

// TrackEvent is one line of a case's record.
type TrackEvent struct {
	ID        id.Event
	Type      string
	Word      string // the step, or the kind of money
	Sum       int
	At        time.Time
	Recorded  time.Time
	By        string // body
	Reasons   withheld.Text
	Articles  []string
	Other     id.Track
	OtherNo   string
	Corrected bool
	May       bool               // may be corrected
	Took      []casework.TookSum // sums that came over with another case; each that stands may be corrected
}

// TrackView is a case as it stands.
type TrackView struct {
	TrackLine
	Version  uint64
	Key      string
	Register withheld.Text
	Body     string
	Region   string
	From     id.Track
	Into     id.Track
	Charges  []ChargeLine
	Groups   []casework.Accused
	Money    []MoneyLine
	Files    []TrackFile
	Log      []TrackEvent
	Keeps    bool // this worker may act on it
	Offers   []TrackOffer
	Joinable []TrackLine
	Waiting  []Subject // files that wait for what a case says, to be added
	Form     TrackForm
	Gaps     []string // questions of law about the ladder
}

// tracksListed is how many cases a list reads. A body has some hundreds a year.
const tracksListed = 1000

// Tracks lists the cases that this worker may see.
func (d *Desk) Tracks(ctx context.Context, who access.Who) (Tracks, error) {
	lines, more, err := d.trackLines(ctx, who, access.SeeTracks)
	if err != nil {
		return Tracks{}, err
	}
	out := Tracks{Lines: lines, More: more}
	if d.allowed(who, access.OpenTrack, "track") {
		out.Form = d.trackForm(who)
	}
	return out, nil
}

func (d *Desk) trackLines(ctx context.Context, who access.Who, act string, where ...store.Filter) ([]TrackLine, bool, error) {
	scope := d.rules.Scope(who, act, "track")
	if _, none := scope.(access.None); none {
		return nil, false, fault.Withheld("no cases for this role")
	}
	page, err := d.deps.Store.List(ctx, "tracks", store.Query{Scope: scope, Where: where, Sort: []store.Order{{Column: "at", Down: true}}, Limit: tracksListed})
	if err != nil {
		return nil, false, fault.At("cases", err)
	}
	out := make([]TrackLine, 0, len(page.Rows))
	for _, r := range page.Rows {
		out = append(out, d.trackLine(r))
	}
	return out, page.Next != "", nil
}

func (d *Desk) trackLine(r store.Found) TrackLine {
	t := id.Track(r.Text("track_id"))
	out := TrackLine{
		ID: t, Number: id.Number(t), Kind: r.Text("kind"), State: r.Text("state"), Stage: r.Text("stage"), Outcome: r.Text("outcome"), Trail: r.Text("trail"),
		Articles: casework.Listed(r.Text("articles")), Accused: int(r.Int("accused")), At: r.Time("at"), ActOn: r.Time("act_on"),
	}
	if kind := d.pack().Track(out.Kind); kind != nil {
		out.Parts = casework.TrackParts{Stage: kind.Track.Stage, Outcome: kind.Track.Outcome, Trail: kind.Track.Trail, Ended: kind.Track.Ended}
	}
	return out
}

func (d *Desk) trackForm(who access.Who) *TrackForm {
	at := d.now()
	out := &TrackForm{Key: string(id.New[id.Event](at)), Track: id.New[id.Track](at)}
	for i := range d.pack().Tracks {
		t := &d.pack().Tracks[i]
		if slices.Contains(t.Track.Kinds, who.BodyKind) {
			out.Kinds = append(out.Kinds, t.ID())
			out.Offences = append(out.Offences, d.offences(t)...)
		}
	}
	return out
}

// offences are the articles of a track's codes, of every version.
func (d *Desk) offences(t *pack.Track) []pack.Offence {
	return slices.DeleteFunc(slices.Clone(d.pack().Offences), func(o pack.Offence) bool { return !slices.Contains(t.Track.Codes, o.Code) })
}

// Track is one case as this worker may see it.
func (d *Desk) Track(ctx context.Context, who access.Who, track id.Track) (TrackView, error) {
	l, err := d.deps.Store.View(ctx, trackRef(track))
	if err != nil {
		return TrackView{}, fault.At("view case "+string(track), err)
	}
	t, err := d.mayTrack(who, access.SeeTracks, l, track)
	if err != nil {
		return TrackView{}, err
	}
	kind := d.pack().Track(t.Kind)
	if kind == nil {
		return TrackView{}, fault.New(fault.Internal, casework.CodeLawUnsaid, "what", t.Kind)
	}
	out := d.viewOf(t)
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return TrackView{}, err
	}
	out.Body = names.phone(t.Body).Name
	for i := range out.Log {
		out.Log[i].By = names.phone(id.Body(out.Log[i].By)).Name
	}
	out.Charges, out.Form.Offences = d.charges(t), d.offences(kind)
	out.Money = d.money(who, kind, t)
	for _, q := range kind.Questions {
		out.Gaps = append(out.Gaps, q.ID)
	}
	if out.Keeps = d.maySeeTrack(who, access.KeepTrack, t); out.Keeps {
		if err := d.trackActs(ctx, who, kind, t, &out); err != nil {
			return TrackView{}, err
		}
	}
	out.Files, err = d.trackFiles(ctx, who, kind, t, out.Keeps)
	return out, err
}

func (d *Desk) viewOf(t *casework.Track) TrackView {
	out := TrackView{
		TrackLine: TrackLine{
			ID: t.ID, Number: id.Number(t.ID), Kind: t.Kind, Stage: t.Stage(), Outcome: t.Outcome(), Trail: t.Trail(), Articles: t.Articles,
			Accused: t.CountAccused(), At: t.At, ActOn: t.ActOn, Parts: t.Parts, State: "open",
		},
		Version: t.Seq(), Key: string(id.New[id.Event](d.now())), Register: t.Number, Region: t.Region, From: t.From, Into: t.Into, Groups: t.Accused,
	}
	if t.Ended() {
		out.State = "ended"
	}
	for _, e := range t.Log {
		out.Log = append(out.Log, trackEvent(e))
	}
	return out
}

// trackEvent is a line of the record, without what another case or a file says.
func trackEvent(e casework.TrackEntry) TrackEvent {
	out := TrackEvent{ID: e.ID, Type: e.Type, Word: wordOf(e), At: e.OccurredAt, Recorded: e.RecordedAt, By: string(e.Body), Corrected: e.Corrected != "", May: e.Correctable()}
	switch v := e.Payload.(type) {
	case casework.TrackOpened:
		out.Articles, out.Other = v.Articles, v.From
	case casework.TrackMoved:
		out.Reasons, out.Other = v.Reasons, v.Into
	case casework.TrackCharged:
		out.Articles, out.Reasons = v.Articles, v.Reasons
	case casework.TrackMoney:
		out.Sum = v.Sum
	case casework.TrackTook:
		out.Other, out.Articles, out.Took = v.From, v.Articles, e.Took()
	case casework.TrackSeparated:
		out.Other = v.Into
	case casework.TrackCorrected:
		out.Reasons = v.Reasons
	}
	if out.Other != "" {
		out.OtherNo = id.Number(out.Other)
	}
	return out
}

// wordOf is what the pack calls an entry: a step of the ladder, a kind of money, or
// that the case was opened.
func wordOf(e casework.TrackEntry) string {
	switch v := e.Payload.(type) {
	case casework.TrackOpened:
		return pack.Opened
	case casework.TrackMoved:
		return v.Step
	case casework.TrackMoney:
		return v.Kind
	}
	return ""
}

func (d *Desk) charges(t *casework.Track) []ChargeLine {
	var out []ChargeLine
	for _, a := range t.Articles {
		o := d.pack().Offence(a)
		if o == nil {
			o = &pack.Offence{ID: a}
		}
		out = append(out, ChargeLine{Offence: *o, Same: d.pack().OtherVersion(a)})
	}
	return out
}

func (d *Desk) money(who access.Who, kind *pack.Track, t *casework.Track) []MoneyLine {
	by := d.moment(who, d.now()).By
	var out []MoneyLine
	for _, m := range kind.MoneyOn(d.pack().DayOf(d.now()).Time) {
		out = append(out, MoneyLine{ID: m.ID, Sum: t.Sum(m.ID), Of: m.Of, Mine: t.Into == "" && casework.MayRecord(m, by), Unsure: m.Exists, Basis: m.Basis})
	}
	return out
}

// trackActs are the acts that this worker may do on it.
func (d *Desk) trackActs(ctx context.Context, who access.Who, kind *pack.Track, t *casework.Track, out *TrackView) error {
	offers, err := t.Offers(d.moment(who, d.now()))
	if err != nil {
		return err
	}
	for _, o := range offers {
		out.Offers = append(out.Offers, TrackOffer{
			ID: o.Step.ID, Reasons: slices.Contains(kind.Track.Reasoned, o.Step.ID), Joins: o.Step.ID == kind.Track.Joins, Unclear: o.Questions, Basis: o.Step.Basis,
		})
	}
	if d.allowed(who, access.OpenTrack, "track") {
		out.Form = *d.trackForm(who)
	}
	if out.Waiting, err = d.awaitsCase(ctx, who, t); err != nil {
		return err
	}
	if slices.ContainsFunc(out.Offers, func(o TrackOffer) bool { return o.Joins }) {
		lines, _, err := d.trackLines(ctx, who, access.KeepTrack, store.Where("state", store.Is, "open"), store.Where("kind", store.Is, t.Kind))
		if err != nil {
			return err
		}
		out.Joinable = slices.DeleteFunc(lines, func(x TrackLine) bool { return x.ID == t.ID })
	}
	return nil
}

// trackFiles are the files of the case that are open to this worker anyhow. Of the
// others there is nothing here, not even a number: who may not open a file does not
// learn that this person is in the case.
func (d *Desk) trackFiles(ctx context.Context, who access.Who, kind *pack.Track, t *casework.Track, keeps bool) ([]TrackFile, error) {
	refs := make([]casework.Ref, len(t.Files))
	for i, f := range t.Files {
		refs[i] = fileRef(f)
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("files of a case", err)
	}
	var out []TrackFile
	for _, file := range t.Files {
		f := fileOf(l, file)
		if _, err := d.may(who, access.OpenFile, f); err != nil {
			continue
		}
		line, err := d.trackFile(ctx, who, kind, t, f, keeps)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (d *Desk) trackFile(ctx context.Context, who access.Who, kind *pack.Track, t *casework.Track, f *casework.File, keeps bool) (TrackFile, error) {
	out := TrackFile{Subject: subject(f)}
	if !d.inGroup(who, f, "situation") {
		return out, nil
	}
	l, err := d.lawFor(ctx, f.Situation, d.now())
	if err != nil {
		return out, err
	}
	vars := map[string]string{}
	for _, id := range kind.FileSteps() {
		if s := l.snap.Model.Step(id); s != nil {
			for name := range s.Set {
				if name == id+"_notice" {
					continue // whether she was told is her file's, and says nothing of the case
				}
				vars[name] = l.snap.Model.Read(l.now, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		out.Says = append(out.Says, Change{Var: name, To: vars[name]})
	}
	if !keeps {
		return out, nil
	}
	said := d.said(t)
	for _, o := range d.offers(who, f, l) {
		if _, told := said[o.ID]; !told || !o.Mine || o.State == "closed" || o.State == string(procedure.Held) || d.says(l, o.ID) {
			continue
		}
		if o.Adverse != nil || o.Form != "" {
			out.Decides = append(out.Decides, o.ID)
		} else {
			out.Steps = append(out.Steps, o.ID)
		}
	}
	return out, nil
}

// says is whether a step would change nothing: the file says so already.
func (d *Desk) says(l law, step string) bool {
	s := l.snap.Model.Step(step)
	for name, value := range s.Set {
		if l.snap.Model.Read(l.now, name) != value {
			return false
		}
	}
	return true
}
