package desk

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Hearings: a body that decides sets the day on which it hears a person. Which
// steps have one, how long before she has to be told and who must be there is the
// pack's. The interpreter is told time, place and language and nothing else.

// HearingLine is a hearing in a file's list: no room, no name.
type HearingLine struct {
	Hearing      id.Hearing
	Of, Step     string
	At           time.Time
	State        string
	Interpreting string
	Late         bool // its hour is over, and nobody said what became of it
	Body         string
	Mine         bool // of this body
}

// Colleague is somebody of the worker's own body.
type Colleague struct {
	Worker id.Worker
	Name   string
	Role   string
}

// Attending is somebody who must be there, and by which rule.
type Attending struct {
	Who   string
	Basis []pack.Basis
}

// HearingForm is a hearing before it is set, or before it is set anew.
type HearingForm struct {
	Key       string
	Subject   Subject
	Step      string
	Of        string
	Minutes   int
	Due       time.Time // by when the step itself is owed
	Language  string    // hers
	Languages []string
	Deciders  []Colleague
	Attends   []Attending
	Notice    string // length; "": no text that was read says
	NoticeOf  []pack.Basis
	Basis     []pack.Basis
	Seen      id.Event
	Now       *HearingDetail // when it is set anew
}

// HearingDetail is a hearing in full.
type HearingDetail struct {
	HearingLine
	Until       time.Time
	Minutes     int
	Remote      bool
	Room        withheld.Text
	Decider     id.Worker
	DecidedBy   string
	Language    string
	Interpreter casework.Interpreter
	Attends     []string
	Why         string
	Moved       int
	Text        withheld.Text
	Event       id.Event
}

// HearingView is the page of a hearing.
type HearingView struct {
	HearingForm
	Detail   HearingDetail
	MaySet   bool // and it is open
	MayPaper bool
	Summons  id.Paper // that was handed over and stands
	StepOpen bool
}

// HearingInput sets a hearing or sets it anew.
type HearingInput struct {
	Key         string
	File        id.File
	Hearing     id.Hearing // of one that is set anew
	Seen        id.Event
	Step        string
	At          string // as a date and time field sends it
	Minutes     int
	Remote      bool
	Room        withheld.Text
	Decider     id.Worker
	Language    string
	Interpreter casework.Interpreter
	Why         string
	Despite     bool
}

// InterpreterInput says how it stands with the interpreter. With Despite it was read
// that the same one is booked elsewhere at that hour.
type InterpreterInput struct {
	Key         string
	File        id.File
	Hearing     id.Hearing
	Interpreter casework.Interpreter
	Despite     bool
}

// CloseHearingInput says what became of a hearing.
type CloseHearingInput struct {
	Key     string
	File    id.File
	Hearing id.Hearing
	Seen    id.Event
	Outcome string
	Why     string
	Text    withheld.Text
}

// HearingForm is the form for a hearing of a step that is open.
func (d *Desk) HearingForm(ctx context.Context, who access.Who, file id.File, step string) (HearingForm, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return HearingForm{}, err
	}
	if _, err := d.may(who, access.SetHearing, f); err != nil {
		return HearingForm{}, err
	}
	if !casework.MayBeHeard(f, step, d.moment(who, d.now())) {
		return HearingForm{}, fault.Withheld("no hearing of this step")
	}
	return d.hearingForm(ctx, who, f, step)
}

func (d *Desk) hearingForm(ctx context.Context, who access.Who, f *casework.File, step string) (HearingForm, error) {
	kind := d.pack().HearingOf(step)
	out := HearingForm{
		Key: string(id.New[id.Event](d.now())), Subject: subject(f), Step: step, Of: kind.ID, Minutes: kind.Minutes, Language: f.Language,
		Languages: d.spoken(), Basis: kind.Basis, Attends: d.attending(f, kind),
	}
	for _, due := range f.Due {
		if due.Step == step {
			out.Due = due.Due
		}
	}
	for _, n := range kind.Notice {
		if pack.Contains(n.Dates, d.now()) {
			out.Notice, out.NoticeOf = n.Length, n.Basis
		}
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return out, err
	}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return out, err
	}
	for _, a := range staff {
		if s := d.stepOn(step, d.now()); s != nil && casework.MayDecide(f, s, a, m) {
			out.Deciders = append(out.Deciders, colleague(a))
		}
	}
	return out, nil
}

// attending are those whom the pack asks for in this person's situation. A guard
// that hangs on an open question asks for them.
func (d *Desk) attending(f *casework.File, kind *pack.Hearing) []Attending {
	l, err := d.lawOf(f.Situation, d.now())
	if err != nil {
		return nil
	}
	var out []Attending
	for _, a := range kind.Attends {
		if a.When != "" {
			when, problems := l.snap.Model.Guard(a.When, kind.Pos)
			if len(problems) == 0 && when.Eval(l.now, l.at) == 0 {
				continue
			}
		}
		out = append(out, Attending{a.Who, a.Basis})
	}
	return out
}

// staff are those who work in the worker's own body, by name.
func (d *Desk) staff(ctx context.Context, who access.Who) ([]*casework.Account, error) {
	all, err := folded[*casework.Account](ctx, d, "accounts", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body))}, Limit: maxBodies,
	})
	if err != nil {
		return nil, fault.At("staff", err)
	}
	all = slices.DeleteFunc(all, func(a *casework.Account) bool { return a.Out() })
	slices.SortFunc(all, func(a, b *casework.Account) int {
		return cmp.Or(cmp.Compare(a.Name.Reveal(), b.Name.Reveal()), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// colleague is an account as those of the same body call it.
func colleague(a *casework.Account) Colleague {
	return Colleague{Worker: a.ID, Name: cmp.Or(a.Name.Reveal(), a.Login.Reveal()), Role: a.Role}
}

// Hearing is the page of one hearing. It says where she will be at which hour: an
// opening of it is a leaf, except by the body that hears her.
func (d *Desk) Hearing(ctx context.Context, who access.Who, file id.File, hearing id.Hearing) (HearingView, error) {
	f, err := d.disclose(ctx, who, file, "hearings", func(f *casework.File) (access.Verdict, error) {
		if f == nil {
			return access.Verdict{}, fault.Withheld("no such file")
		}
		if _, ok := f.HearingOf(hearing); !ok {
			return access.Verdict{}, fault.Withheld("no such hearing")
		}
		return d.may(who, access.SeeHearing, f)
	})
	if err != nil {
		return HearingView{}, err
	}
	h, _ := f.HearingOf(hearing)
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return HearingView{}, err
	}
	form, err := d.hearingForm(ctx, who, f, h.Step)
	if err != nil {
		return HearingView{}, err
	}
	out := HearingView{HearingForm: form, Detail: d.hearingDetail(who, h, names)}
	out.Seen, out.Now = h.Event, &out.Detail
	_, err = d.may(who, access.SetHearing, f)
	out.MaySet = err == nil && out.Detail.Mine && h.State == casework.HearingOpen && !f.Frozen
	_, err = d.mayIn(who, access.IssuePaper, f, who.Compartment, "")
	out.MayPaper = err == nil && out.MaySet
	out.StepOpen = out.Detail.Mine && casework.MayBeHeard(f, h.Step, d.moment(who, d.now()))
	for _, p := range f.Papers {
		if p.Of == h.Event && f.Stands(p) {
			out.Summons = p.Paper
		}
	}
	if !out.Detail.Mine { // who decides is the body's own to say
		out.Detail.Decider, out.Detail.DecidedBy, out.Deciders, out.Detail.Text = "", "", nil, withheld.Text{}
	}
	for _, c := range out.Deciders {
		if c.Worker == h.Decider {
			out.Detail.DecidedBy = c.Name
		}
	}
	return out, nil
}

func (d *Desk) hearingLine(who access.Who, h casework.Hearing, names bodyNames) HearingLine {
	return HearingLine{
		Hearing: h.Hearing, Of: h.Of, Step: h.Step, At: h.At, State: h.State, Interpreting: h.Interpreter.State, Body: names.of(h.Body),
		Mine: h.Body == who.Body, Late: h.State == casework.HearingOpen && h.Until().Before(d.now()),
	}
}

func (d *Desk) hearingDetail(who access.Who, h casework.Hearing, names bodyNames) HearingDetail {
	return HearingDetail{
		HearingLine: d.hearingLine(who, h, names), Until: h.Until(), Minutes: h.Minutes, Remote: h.Remote, Room: h.Room, Decider: h.Decider,
		Language: h.Language, Interpreter: h.Interpreter, Attends: h.Attends, Why: h.Why, Moved: h.Moved, Text: h.Text, Event: h.Event,
	}
}

// hearingLines are the hearings of a file, the next first, and the steps of which
// one can be set.
func (d *Desk) hearingLines(who access.Who, f *casework.File, names bodyNames) (lines []HearingLine, steps []string) {
	if _, err := d.may(who, access.SeeHearing, f); err != nil {
		return nil, nil
	}
	for _, h := range f.Hearings {
		lines = append(lines, d.hearingLine(who, h, names))
	}
	slices.SortStableFunc(lines, func(a, b HearingLine) int {
		return cmp.Or(compareBool(a.State == casework.HearingOpen, b.State == casework.HearingOpen), b.At.Compare(a.At))
	})
	if _, err := d.may(who, access.SetHearing, f); err == nil && !f.Frozen {
		steps = casework.MayHear(f, d.moment(who, d.now()))
	}
	return lines, steps
}

// SetHearing sets a hearing, or sets one anew.
func (d *Desk) SetHearing(ctx context.Context, who access.Who, in HearingInput) (casework.Receipt, error) {
	at := d.now()
	f, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	if _, err := d.may(who, access.SetHearing, f); err != nil {
		return casework.Receipt{}, err
	}
	set, err := d.checkHearing(who, f, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	if set.Clashes, err = d.clashes(ctx, who, f, set.HearingSet); err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{fileRef(in.File)}
	if in.Decider != "" {
		refs = append(refs, accountRef(in.Decider))
	}
	return d.change(ctx, who, in.Key, in, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.may(who, access.SetHearing, f); err != nil {
			return casework.Decision{}, err
		}
		with := set
		if in.Decider != "" {
			if with.Decider = store.As[*casework.Account](l, accountRef(in.Decider)); with.Decider == nil {
				return casework.Decision{}, fault.Form(fault.Field{Name: "decider", Code: casework.CodeHearingDecider})
			}
		}
		if in.Hearing != "" {
			return casework.MoveHearing(f, with, m)
		}
		return casework.SetHearing(f, with, m)
	})
}

// checkHearing decodes what a form sent. Who must be there is not asked: the pack
// says it for her situation.
func (d *Desk) checkHearing(who access.Who, f *casework.File, in HearingInput) (casework.HearingInput, error) {
	step := in.Step
	if h, ok := f.HearingOf(in.Hearing); ok {
		step = h.Step
	}
	out := casework.HearingInput{Seen: in.Seen, Why: in.Why, Despite: in.Despite}
	out.HearingSet = casework.HearingSet{
		Hearing: in.Hearing, Step: step, Minutes: in.Minutes, Remote: in.Remote, Room: in.Room, Language: in.Language,
		Interpreter: d.tagged(in.Interpreter),
	}
	out.HearingSet.Decider = in.Decider
	if out.Hearing == "" {
		out.Hearing = id.New[id.Hearing](d.now())
	}
	bad := slices.Concat(tooLong("room", in.Room, maxLine), tooLong("interpreter_name", in.Interpreter.Name, maxLine), tooLong("interpreter_contact", in.Interpreter.Contact, maxLine))
	at, ok := d.readTime(in.At)
	if !ok || at.IsZero() {
		bad = append(bad, fault.Field{Name: "hearing_at", Code: "field.date"})
	}
	out.At = at
	if out.Remote {
		out.Room = withheld.Text{}
	}
	out.RoomTag = d.tag("room", string(who.Body), out.Room.Reveal())
	if kind := d.pack().HearingOf(step); kind != nil {
		for _, a := range d.attending(f, kind) {
			out.Attends = append(out.Attends, a.Who)
		}
	}
	return out, fault.Form(bad...)
}

// tagged is an interpreter with the tag by which two hours of the same one are seen.
func (d *Desk) tagged(i casework.Interpreter) casework.Interpreter {
	i.Tag = ""
	if i.State == casework.InterpreterBooked || i.State == casework.InterpreterConfirmed {
		i.Tag = d.tag("interpreter", i.Name.Reveal())
	}
	return i
}

// tag of something that is only compared: keyed, so that nobody who has the
// database can try names. Nothing has no tag.
func (d *Desk) tag(what string, parts ...string) string {
	last := strings.Join(strings.Fields(strings.ToLower(parts[len(parts)-1])), " ")
	if last == "" {
		return ""
	}
	mac := hmac.New(sha256.New, d.deps.Tags[:])
	mac.Write([]byte(strings.Join(append([]string{what}, append(slices.Clone(parts[:len(parts)-1]), last)...), "\x00")))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// clashes says what else is at that hour: the room, who decides, the interpreter,
// and she herself. Of what another body does at that hour it says only that there
// is something: she cannot be in two places, and more is not this body's to know.
func (d *Desk) clashes(ctx context.Context, who access.Who, f *casework.File, set casework.HearingSet) ([]fault.Field, error) {
	rows, err := d.hearingsBetween(ctx, set.At, set.Until(), store.Where("body_id", store.Is, string(who.Body)))
	if err != nil {
		return nil, err
	}
	var out []fault.Field
	add := func(field, code string, at time.Time) {
		if !slices.ContainsFunc(out, func(f fault.Field) bool { return f.Code == code }) {
			out = append(out, fault.Field{Name: field, Code: code, Args: map[string]string{"at": at.Format(time.RFC3339)}})
		}
	}
	for _, r := range rows {
		switch {
		case r.Text("hearing_id") == string(set.Hearing):
			continue
		case set.RoomTag != "" && r.Text("room") == set.RoomTag:
			add("room", "hearing.room_taken", r.Time("at"))
		}
		if set.Decider != "" && r.Text("decider") == string(set.Decider) {
			add("decider", "hearing.decider_busy", r.Time("at"))
		}
	}
	busy, err := d.interpretsElsewhere(ctx, set)
	if err != nil {
		return nil, err
	}
	out = append(out, busy...)
	hers, err := d.allHearings(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, h := range hers {
		if h.Hearing != set.Hearing && h.State == casework.HearingOpen && h.At.Before(set.Until()) && set.At.Before(h.Until()) {
			add("hearing_at", "hearing.person_busy", h.At)
		}
	}
	return out, nil
}

// interpretsElsewhere says whether the interpreter of a hearing is booked for another
// one at that hour, whichever body's it is: an interpreter cannot be in two places.
func (d *Desk) interpretsElsewhere(ctx context.Context, set casework.HearingSet) ([]fault.Field, error) {
	if set.Interpreter.Tag == "" {
		return nil, nil
	}
	rows, err := d.hearingsBetween(ctx, set.At, set.Until(), store.Where("interpreter", store.Is, set.Interpreter.Tag))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.Text("hearing_id") != string(set.Hearing) {
			return []fault.Field{{Name: "interpreter_name", Code: "hearing.interpreter_busy", Args: map[string]string{"at": r.Time("at").Format(time.RFC3339)}}}, nil
		}
	}
	return nil, nil
}

// allHearings are those of the person, in each of her files.
func (d *Desk) allHearings(ctx context.Context, f *casework.File) ([]casework.Hearing, error) {
	refs := make([]casework.Ref, len(f.Same))
	for i, other := range f.Same {
		refs[i] = fileRef(other)
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("her other files", err)
	}
	out := slices.Clone(f.Hearings)
	for _, other := range f.Same {
		if o := fileOf(l, other); o != nil { // erased meanwhile
			out = append(out, o.Hearings...)
		}
	}
	return out, nil
}

// hearingsBetween are the open hearings that touch the time between. None lasts
// longer than a day.
func (d *Desk) hearingsBetween(ctx context.Context, from, to time.Time, where ...store.Filter) ([]store.Found, error) {
	page, err := d.deps.Store.List(ctx, "hearings", store.Query{
		Scope: everything, Limit: workLimit, NoTotal: true, Sort: []store.Order{{Column: "at"}},
		Where: append(where, store.Where("at", store.Before, to), store.Where("at", store.From, from.AddDate(0, 0, -1)),
			store.Where("state", store.Is, casework.HearingOpen)),
	})
	if err != nil {
		return nil, fault.At("hearings between", err)
	}
	return slices.DeleteFunc(page.Rows, func(r store.Found) bool { return !r.Time("until").After(from) }), nil
}

// SayInterpreter says how it stands with the interpreter. Most are found after the day
// was set: that this one is booked elsewhere at that hour is said here as well.
func (d *Desk) SayInterpreter(ctx context.Context, who access.Who, in InterpreterInput) (casework.Receipt, error) {
	if err := fault.Form(slices.Concat(tooLong("interpreter_name", in.Interpreter.Name, maxLine), tooLong("interpreter_contact", in.Interpreter.Contact, maxLine))...); err != nil {
		return casework.Receipt{}, err
	}
	said := d.tagged(in.Interpreter)
	if !in.Despite {
		if err := d.interpreterFree(ctx, who, in, said); err != nil {
			return casework.Receipt{}, err
		}
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.SetHearing, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.SayInterpreter(f, in.Hearing, said, m)
	})
}

// interpreterFree says so to who sets the hearing, and to nobody else: at which hours
// an interpreter works is not everybody's to ask.
func (d *Desk) interpreterFree(ctx context.Context, who access.Who, in InterpreterInput, said casework.Interpreter) error {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return err
	}
	if _, err := d.may(who, access.SetHearing, f); err != nil {
		return err
	}
	h, ok := f.HearingOf(in.Hearing)
	if !ok || h.Body != who.Body || h.State != casework.HearingOpen {
		return nil // refused below, with the reason
	}
	h.Interpreter = said
	busy, err := d.interpretsElsewhere(ctx, h.HearingSet)
	if err != nil {
		return err
	}
	return fault.Form(busy...)
}

// CloseHearing says that a hearing was held, or was not and why.
func (d *Desk) CloseHearing(ctx context.Context, who access.Who, in CloseHearingInput) (casework.Receipt, error) {
	if err := fault.Form(tooLong("hearing_note", in.Text, maxNote)...); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.SetHearing, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.CloseHearing(f, casework.HearingClosed{Hearing: in.Hearing, Outcome: in.Outcome, Why: in.Why, Text: in.Text}, in.Seen, m)
	})
}
