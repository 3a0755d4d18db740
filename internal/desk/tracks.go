package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Cases that stand beside people's files, on the pack's tracks. A case opens no file:
// of those that belong to it a worker sees the ones that are open to them anyhow, and
// of the others not even how many. And no file knows of a case.

// AccusedRow is one row of whoever is accused, as it was typed.
type AccusedRow struct{ N, Sex, Age string }

// TrackInput is the form of a new case as it was sent; From is the case that a part
// is taken out of.
type TrackInput struct {
	Key        string
	Track      id.Track
	Kind       string
	Number     withheld.Text
	ActOn      string
	OccurredAt string
	Articles   []string
	Accused    []AccusedRow
	From       id.Track
}

// TrackAct is one of the acts on a case, as its form was sent. What an act does not
// ask is empty.
type TrackAct struct {
	Key     string
	Track   id.Track
	Version uint64
	Do      string // move, charge, accused, money, link, unlink, correct, file_step
	Step    string // of the ladder; of file_step, of the person's procedure
	At      string
	Reasons withheld.Text
	Into    id.Track

	ActOn    string
	Articles []string
	Accused  []AccusedRow

	Money string
	Sum   string

	Number string  // of a file, as people read it to each other
	File   id.File // of unlink and file_step
	Event  id.Event
	Took   int // of a correction: which sum of a case that was taken over, from 1
}

// OpenTrack begins a case.
func (d *Desk) OpenTrack(ctx context.Context, who access.Who, in TrackInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.OpenTrack, "track"); err != nil {
		return casework.Receipt{}, err
	}
	open, err := d.checkTrack(who, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{trackRef(in.Track)}
	if in.From != "" {
		refs = append(refs, trackRef(in.From))
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		from, err := d.fromTrack(who, l, in.From)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.OpenTrack(trackOf(l, in.Track), from, open, m)
	})
}

func (d *Desk) checkTrack(who access.Who, in TrackInput) (casework.OpenTrackInput, error) {
	out := casework.OpenTrackInput{Track: in.Track, Kind: in.Kind, Region: who.Region, Number: in.Number, Articles: in.Articles}
	var bad []fault.Field
	if _, ok := id.Parse[id.Track](string(in.Track)); !ok {
		bad = append(bad, fault.Field{Name: "track_kind", Code: "field.id"})
	}
	if out.ActOn, bad = typedDay(bad, "act_on", in.ActOn); in.OccurredAt != "" {
		var ok bool
		if out.OccurredAt, ok = d.readTime(in.OccurredAt); !ok {
			bad = append(bad, fault.Field{Name: "occurred_at", Code: "field.date"})
		}
	}
	out.Accused, bad = typedAccused(bad, in.Accused)
	return out, fault.Form(bad...)
}

// typedDay reads a calendar day; nothing typed is the zero day.
func typedDay(bad []fault.Field, name, s string) (time.Time, []fault.Field) {
	if s == "" {
		return time.Time{}, bad
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, append(bad, fault.Field{Name: name, Code: "field.date"})
	}
	return day, bad
}

// typedAccused reads the rows with something in them. A row of nobody is nobody.
func typedAccused(bad []fault.Field, rows []AccusedRow) ([]casework.Accused, []fault.Field) {
	var out []casework.Accused
	for i, r := range rows {
		n, err := strconv.Atoi(strings.TrimSpace(r.N))
		if err != nil {
			bad = append(bad, fault.Field{Name: "r" + strconv.Itoa(i) + ".accused_n", Code: "field.number"})
		}
		out = append(out, casework.Accused{N: n, Sex: r.Sex, Age: r.Age})
	}
	return out, bad
}

// ActOnTrack does one act on a case.
func (d *Desk) ActOnTrack(ctx context.Context, who access.Who, in TrackAct) (casework.Receipt, error) {
	act, err := d.checkAct(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{trackRef(in.Track)}
	switch {
	case in.Do == "link":
		if act.File, err = d.fileNumbered(ctx, who, in.Track, in.Number); err != nil {
			return casework.Receipt{}, err
		}
		refs = append(refs, fileRef(act.File))
	case in.Do == "file_step":
		refs = append(refs, fileRef(in.File))
	case in.Into != "":
		refs = append(refs, trackRef(in.Into))
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		t, err := d.mayTrack(who, access.KeepTrack, l, in.Track)
		if err != nil {
			return casework.Decision{}, err
		}
		return d.decideTrack(who, l, t, act, m)
	})
}

// readAct is an act with its texts read.
type readAct struct {
	TrackAct
	at, actOn time.Time
	accused   []casework.Accused
	sum       int
}

func (d *Desk) checkAct(in TrackAct) (readAct, error) {
	out := readAct{TrackAct: in}
	var bad []fault.Field
	var ok bool
	if out.at, ok = d.readTime(in.At); !ok {
		bad = append(bad, fault.Field{Name: map[string]string{"money": "money_at"}[in.Do], Code: "field.date"})
		if in.Do != "money" {
			bad[0].Name = "moved_at"
		}
	}
	out.actOn, bad = typedDay(bad, "act_on", in.ActOn)
	out.accused, bad = typedAccused(bad, in.Accused)
	if in.Do == "money" {
		sum, err := strconv.Atoi(strings.Map(digitsOnly, in.Sum))
		if err != nil {
			bad = append(bad, fault.Field{Name: "money_sum", Code: "field.number"})
		}
		out.sum = sum
	}
	return out, fault.Form(bad...)
}

// digitsOnly drops the spaces with which people write large sums. Anything else
// stays, and is then no number.
func digitsOnly(r rune) rune {
	if strings.ContainsRune(" \u00a0\u202f", r) {
		return -1
	}
	return r
}

// decideTrack is the act's own decision. It may be taken twice.
func (d *Desk) decideTrack(who access.Who, l *store.Loaded, t *casework.Track, in readAct, m casework.Moment) (casework.Decision, error) {
	switch in.Do {
	case "move":
		into, err := d.intoTrack(who, l, in.Into)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.MoveTrack(t, into, casework.MoveTrackInput{Version: in.Version, Step: in.Step, Reasons: in.Reasons, OccurredAt: in.at}, m)
	case "charge":
		return casework.ChargeTrack(t, in.Version, casework.TrackCharged{Articles: in.Articles, Reasons: in.Reasons}, in.actOn, m)
	case "accused":
		return casework.CountAccused(t, in.Version, in.accused, m)
	case "money":
		return casework.AddMoney(t, in.Version, casework.TrackMoney{Kind: in.Money, Sum: in.sum}, in.at, m)
	case "link":
		f := fileOf(l, in.File)
		if _, err := d.may(who, access.OpenFile, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.LinkTrack(t, f, m)
	case "unlink":
		return casework.UnlinkTrack(t, in.File, m)
	case "correct":
		return casework.CorrectTrack(t, in.Version, casework.TrackCorrected{Event: in.Event, Sum: in.Took, Reasons: in.Reasons}, m)
	case "file_step":
		return d.inFile(who, fileOf(l, in.File), t, in.Step, m)
	}
	return casework.Decision{}, fault.New(fault.Invalid, "form.malformed")
}

// fromTrack is the case that a part is taken out of; none, where it is a new one.
func (d *Desk) fromTrack(who access.Who, l *store.Loaded, from id.Track) (*casework.Track, error) {
	if from == "" {
		return nil, nil
	}
	return d.mayTrack(who, access.KeepTrack, l, from)
}

// intoTrack is the case to go on in, which who joins must keep too.
func (d *Desk) intoTrack(who access.Who, l *store.Loaded, into id.Track) (*casework.Track, error) {
	if into == "" {
		return nil, nil
	}
	t, err := d.mayTrack(who, access.KeepTrack, l, into)
	if err != nil {
		return nil, fault.Form(fault.Field{Name: "into", Code: casework.CodeTrackInto})
	}
	return t, nil
}

// inFile takes in a person's file the step that says of her what the case says. It
// is her own procedure's step, under its own rules: the case only carries its day.
func (d *Desk) inFile(who access.Who, f *casework.File, t *casework.Track, step string, m casework.Moment) (casework.Decision, error) {
	if f == nil || !slices.Contains(t.Files, f.ID) {
		return casework.Decision{}, fault.Withheld("no such file in the case")
	}
	if _, err := d.may(who, access.TakeStep, f); err != nil {
		return casework.Decision{}, err
	}
	at, told := d.said(t)[step]
	if !told {
		return casework.Decision{}, fault.New(fault.Conflict, casework.CodeStepUnknown, "step", step)
	}
	if after := f.Situation.AsOf(); at.Before(after) {
		at = after // she came to us later than that
	}
	if at.Before(f.Opened) {
		at = f.Opened
	}
	return casework.TakeStep(f, casework.TakeStepInput{Step: step, OccurredAt: at}, m)
}

// said is which steps of people's procedures the case's own record says, and since when.
func (d *Desk) said(t *casework.Track) map[string]time.Time {
	kind := d.pack().Track(t.Kind)
	out := map[string]time.Time{}
	if kind == nil {
		return out
	}
	for _, e := range t.Log {
		if step := kind.Track.Files[wordOf(e)]; step != "" && e.Corrected == "" {
			out[step] = e.OccurredAt
		}
	}
	return out
}

// fileNumbered is the file that was typed, by its number or its id, among those that
// this worker may open. No other is found, nor said to exist.
func (d *Desk) fileNumbered(ctx context.Context, who access.Who, track id.Track, typed string) (id.File, error) {
	if strings.TrimSpace(typed) == "" {
		return "", fault.Form(fault.Field{Name: "case_file", Code: "field.required"})
	}
	if f, err := d.otherFile(ctx, who, typed); err == nil {
		return f, nil
	}
	l, err := d.deps.Store.View(ctx, trackRef(track))
	if err != nil {
		return "", fault.At("view case "+string(track), err)
	}
	waiting, err := d.awaitsCase(ctx, who, trackOf(l, track))
	if err != nil {
		return "", err
	}
	for _, s := range waiting {
		if s.Number == strings.ToUpper(strings.TrimSpace(typed)) {
			return s.File, nil
		}
	}
	return "", fault.Form(fault.Field{Name: "case_file", Code: "track.no_file"})
}

// awaitsCase are the files, not of the case yet, that wait for this kind of body to say
// in them what cases of this kind say, as its docket has them: each is opened only as
// far as access says.
func (d *Desk) awaitsCase(ctx context.Context, who access.Who, t *casework.Track) ([]Subject, error) {
	if t == nil || d.pack().Track(t.Kind) == nil {
		return nil, nil
	}
	var steps []any
	for _, step := range d.pack().Track(t.Kind).FileSteps() {
		steps = append(steps, step)
	}
	page, err := d.deps.Store.List(ctx, "decisions", store.Query{
		Scope: everything, Limit: waitingListed, NoTotal: true, Sort: []store.Order{{Column: "since", Down: true}},
		Where: []store.Filter{store.Where("step", store.OneOf, steps...), store.Where("by_kind", store.OneOf, who.BodyKind, who.BodyKind+":"+who.Role), store.Where("region", store.Is, who.Region)},
	})
	if err != nil {
		return nil, fault.At("files that wait for a case", err)
	}
	files, err := d.views(ctx, page.Rows)
	if err != nil {
		return nil, err
	}
	var out []Subject
	for _, file := range filesOf(page.Rows) {
		f := files[file]
		if _, err := d.may(who, access.OpenFile, f); err == nil && !slices.Contains(t.Files, file) {
			out = append(out, subject(f))
		}
	}
	return out, nil
}

// waitingListed is how many files are offered to be added to a case.
const waitingListed = 40

// mayTrack is the case, if access lets this worker do that with it, by the clear
// columns of its row: the list and this decision can never differ.
func (d *Desk) mayTrack(who access.Who, act string, l *store.Loaded, track id.Track) (*casework.Track, error) {
	t := trackOf(l, track)
	if t == nil || !d.maySeeTrack(who, act, t) {
		return nil, fault.Withheld("no such case")
	}
	return t, nil
}

func (d *Desk) maySeeTrack(who access.Who, act string, t *casework.Track) bool {
	return d.rules.Decide(who, act, access.Thing{Kind: "track", Columns: clearText("tracks", t.Row())}).Allowed
}

func trackRef(t id.Track) casework.Ref {
	return casework.Ref{Kind: casework.TrackStream, ID: string(t)}
}

func trackOf(l *store.Loaded, t id.Track) *casework.Track {
	return store.As[*casework.Track](l, trackRef(t))
}
