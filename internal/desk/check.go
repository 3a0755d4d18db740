package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Answers of a removal check. Stop is what those hear who may not tell the
// cautious ones apart.
const (
	Barred        = "barred"
	Hold          = "hold"
	PossibleMatch = "possible_match"
	NoBar         = "no_bar_on_record"
	Stop          = "stop"
)

// CheckForm is what a removal check needs to be drawn.
func (d *Desk) CheckForm(ctx context.Context, who access.Who) (CheckForm, error) {
	if err := d.mayDo(who, access.AskCheck, "check"); err != nil {
		return CheckForm{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return CheckForm{}, err
	}
	out := CheckForm{Key: string(id.New[id.Event](d.now())), Duty: d.dutyOfficers(names, who.Region)}
	for _, step := range d.pack().Spec.Steps {
		if step.Effect == "removal" && !step.Irregular && !slices.Contains(out.Grounds, step.ID) {
			out.Grounds = append(out.Grounds, step.ID)
		}
	}
	return out, nil
}

// RemovalCheck asks whether a person in this body's hands may be removed. Only
// what the asker can mend, and not being let in, are errors; whatever else goes
// wrong answers hold, for a mistake here cannot be taken back.
func (d *Desk) RemovalCheck(ctx context.Context, who access.Who, in CheckInput) (CheckAnswer, error) {
	if err := d.mayDo(who, access.AskCheck, "check"); err != nil {
		return CheckAnswer{}, err
	}
	if err := checkAsked(in); err != nil {
		return CheckAnswer{}, err
	}
	at := d.now()
	out, err := d.answerCheck(ctx, who, in, at)
	if err != nil {
		d.deps.Log.Error("removal check held", "code", fault.Of(err).Code)
		out = CheckAnswer{Answer: d.told(who, Hold), At: at, Duty: d.anyDuty(ctx, who)}
	}
	return out, nil
}

func checkAsked(in CheckInput) error {
	var bad []fault.Field
	if len(texts(in.Names)) == 0 && in.Document.Empty() {
		bad = append(bad, fault.Field{Name: "names", Code: "field.required"})
	}
	if in.Custody.Empty() {
		bad = append(bad, fault.Field{Name: "custody", Code: "field.required"})
	}
	if !in.Born.Empty() && !isBirth(in.Born.Reveal()) {
		bad = append(bad, fault.Field{Name: "born", Code: "field.date"})
	}
	for _, n := range in.Names {
		bad = append(bad, tooLong("names", n, maxName)...)
	}
	bad = append(bad, tooLong("custody", in.Custody, maxLine)...)
	bad = append(bad, tooLong("document", in.Document, maxLine)...)
	return fault.Form(bad...)
}

// attempts at a check whose names were overtaken while it was prepared.
const attempts = 3

func (d *Desk) answerCheck(ctx context.Context, who access.Who, in CheckInput, at time.Time) (CheckAnswer, error) {
	q := question{who: who, in: in, at: at, check: id.New[id.Check](at), file: id.New[id.File](at)}
	for try := 1; ; try++ {
		if err := d.Follow(ctx); err != nil {
			d.deps.Log.Error("names are behind", "code", fault.Of(err).Code)
			q.behind = true
		}
		q.behind = q.behind || try == attempts
		out, err := d.tryCheck(ctx, q)
		if !fault.Is(err, codeNamesBehind) {
			return out, err
		}
	}
}

// codeNamesBehind never leaves the desk: the names are read on and the check is
// tried again.
const codeNamesBehind = "names.behind"

// question is a removal check on its way to an answer.
type question struct {
	who    access.Who
	in     CheckInput
	at     time.Time
	check  id.Check
	file   id.File // of the concern that a yes opens
	behind bool    // the names could not be brought to the end of the ledger
}

func (q question) yes() bool {
	return q.in.Afraid == "yes" || q.in.Forced == "yes" || q.in.Under18 == "yes"
}

func (d *Desk) tryCheck(ctx context.Context, q question) (CheckAnswer, error) {
	seen, candidates := d.candidates(q.in)
	about, err := d.toWeigh(ctx, candidates, q.at)
	if err != nil {
		return CheckAnswer{}, err
	}
	counted, err := d.countAsked(ctx, q.who, q.in, candidates, q.at)
	if err != nil {
		return CheckAnswer{}, err
	}
	var found checked
	decide := func(l *store.Loaded, m casework.Moment) (out casework.Decision, err error) {
		behind := !d.namesReady.Load() || l.Came(casework.IdentityEvents...)
		if behind && !q.behind {
			return out, fault.New(fault.Busy, codeNamesBehind)
		}
		if found, err = d.weigh(l, m, about); err != nil {
			return out, err
		}
		found.hold(counted.over, "over_quota")
		found.hold(behind, "names_behind")
		found.hold(q.yes(), "said_so")
		return d.recordCheck(q, counted, found, m)
	}
	receipt, err := d.change(ctx, q.who, q.in.Key, q.in, q.at, slices.Concat(about.fold, []casework.Ref{checkRef(q.check), fileRef(q.file)}), decide, func(a *store.Act) {
		a.Seen, a.Rows = &seen, about.rows
	})
	if err != nil {
		return CheckAnswer{}, err
	}
	return d.checkAnswer(ctx, q.who, receipt, found, q.at)
}

// recordCheck keeps the answer with what stood behind it, and what it sets off.
func (d *Desk) recordCheck(q question, counted asked, found checked, m casework.Moment) (casework.Decision, error) {
	out := casework.RecordCheck(q.check, casework.CheckAnswered{
		Query: queryOf(q.in), Answer: found.answer, Told: d.told(q.who, found.answer), Grounds: found.grounds,
		Question: counted.question, Alarm: counted.alarm(),
	}, m)
	if counted.alarm() != "" {
		out.Effects = append(out.Effects, d.alarmsOf(q.who, q.check, counted)...)
	}
	if !q.yes() {
		return out, nil
	}
	return withConcern(out, q.file, q.in, m)
}

// checkAnswer is what the asker sees: the word that was recorded, so that an
// answer asked for twice is the same answer.
func (d *Desk) checkAnswer(ctx context.Context, who access.Who, r casework.Receipt, found checked, at time.Time) (CheckAnswer, error) {
	out := CheckAnswer{Answer: r.Args["told"], Receipt: r.Args["check"], Number: id.Number(id.Check(r.Args["check"])), At: at, Duty: d.anyDuty(ctx, who)}
	if out.Answer == "" {
		return CheckAnswer{}, fault.New(fault.Internal, "check.no_answer")
	}
	if d.allowed(who, access.CheckGrounds, "check") && !r.Seen {
		out.Unclear = found.unclear
	}
	return out, nil
}

// told is one word for the three cautious answers, for those without the right
// to tell them apart.
func (d *Desk) told(who access.Who, answer string) string {
	if answer == NoBar || d.allowed(who, access.TellCheck, "check") {
		return answer
	}
	return Stop
}

// candidates are the files the names may belong to, the likeliest first, and how
// much of the ledger they were found in. Six are read: more would make the
// answer slow and no safer.
func (d *Desk) candidates(in CheckInput) (seen uint64, found []linkage.Candidate) {
	if d.names == nil {
		return 0, nil
	}
	seen = d.names.Seen() // before: what comes while we look is not in what we found
	born, _ := linkage.ParseBorn(in.Born, false)
	q := linkage.Query{Identity: linkage.Identity{Names: texts(in.Names), Born: born, Sex: in.Sex, Citizenship: in.Citizenship}, In: linkage.Everywhere}
	if !in.Document.Empty() {
		q.Documents = []withheld.Text{in.Document}
	}
	return seen, d.names.Find(q, 6)
}

func queryOf(in CheckInput) casework.CheckQuery {
	return casework.CheckQuery{
		Names: texts(in.Names), Born: in.Born, Sex: in.Sex, Citizenship: in.Citizenship, Document: in.Document, Custody: in.Custody,
		Place: in.Place, Ground: in.Ground, Afraid: in.Afraid, Forced: in.Forced, Under18: in.Under18,
	}
}

// alarmsOf tell the coordinators of the region, once while they have not read it.
func (d *Desk) alarmsOf(who access.Who, check id.Check, counted asked) (out []casework.Effect) {
	for _, kind := range d.kindsThat("coordinate") {
		out = append(out, casework.Effect{
			Kind: casework.EffectNotify, Unique: "check/" + kind + "/" + string(who.Body) + "/" + counted.question,
			Args: map[string]string{"kind": kind, "region": who.Region, "code": "notify.check_repeats", "check": string(check), "body": string(who.Body)},
		})
	}
	return out
}

// withConcern opens a concern in the same act: whoever says yes to one of the
// three questions has asked for protection, whatever becomes of the check.
func withConcern(d casework.Decision, file id.File, in CheckInput, m casework.Moment) (casework.Decision, error) {
	open := casework.OpenFileInput{
		File: file, Safety: "not_sure", AgeKnown: casework.AgeNotSure, Sex: orElse(in.Sex, "unknown"), Fear: fearOf(in.Afraid), Region: m.By.Region,
		Citizenship: in.Citizenship, Consent: "not_able",
	}
	if names := texts(in.Names); len(names) > 0 {
		open.CallName = names[0]
	}
	concern, err := casework.OpenFile(nil, open, m)
	if err != nil {
		return casework.Decision{}, err
	}
	d.Events = append(d.Events, concern.Events...)
	d.Effects = append(d.Effects, concern.Effects...)
	d.Receipt.Args["file"] = string(file)
	return d, nil
}

func fearOf(afraid string) string {
	if afraid == "yes" || afraid == "no" {
		return afraid
	}
	return "not_sure"
}

// dutyKinds are the kinds of body whose telephone says which answer it was.
func (d *Desk) dutyKinds() []string {
	return append(d.kindsThat("coordinate"), d.kindsThat("hotline")...)
}

// dutyOfficers are the telephones where somebody may say which answer it was.
func (d *Desk) dutyOfficers(names bodyNames, region string) []Phone {
	var out []Phone
	for _, b := range names.that(d.dutyKinds(), region) {
		if b.Phone != "" && len(out) < 3 {
			out = append(out, names.phone(b.ID))
		}
	}
	if len(out) == 0 {
		out = append(out, Phone{Number: d.pack().Head.Hotline})
	}
	return out
}

// CheckGrounds opens why a check answered as it did, for a judge or who else the
// rules name. It is a disclosure in every file that stood behind the answer.
func (d *Desk) CheckGrounds(ctx context.Context, who access.Who, check id.Check) (Grounds, error) {
	if err := d.mayDo(who, access.CheckGrounds, "check"); err != nil {
		return Grounds{}, err
	}
	l, err := d.deps.Store.View(ctx, checkRef(check))
	if err != nil {
		return Grounds{}, err
	}
	c := store.As[*casework.Check](l, checkRef(check))
	if c == nil {
		return Grounds{}, fault.Withheld("no such check")
	}
	if err := d.discloseGrounds(ctx, who, c); err != nil {
		return Grounds{}, err
	}
	return groundsView(c), nil
}

func (d *Desk) discloseGrounds(ctx context.Context, who access.Who, c *casework.Check) error {
	at := d.now()
	what := "check_grounds"
	var seen []id.File
	for _, g := range c.Grounds {
		if g.File == "" || slices.Contains(seen, g.File) {
			continue
		}
		seen = append(seen, g.File)
		file := g.File
		_, err := d.change(ctx, who, openingKey(who, file, what, at), what, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
			return casework.Open(fileOf(l, file), casework.Opened{What: what, Purpose: "justice", Rule: access.CheckGrounds}, m)
		})
		if err != nil && fault.Of(err).Kind != fault.NotFound {
			return fault.At("disclose grounds", err)
		}
	}
	return nil
}

func groundsView(c *casework.Check) Grounds {
	out := Grounds{Check: c.ID, At: c.At, Answer: c.Answer, Asked: Identity{
		Born: Born{Date: c.Query.Born}, Sex: c.Query.Sex, Citizen: texts([]withheld.Text{c.Query.Citizenship}),
	}}
	for _, n := range c.Query.Names {
		out.Asked.Names = append(out.Asked.Names, Name{Full: n, Use: "given"})
	}
	for _, g := range c.Grounds {
		i := slices.IndexFunc(out.Files, func(f GroundsOf) bool { return f.File == g.File })
		if i < 0 {
			out.Files = append(out.Files, GroundsOf{File: g.File, Number: id.Number(g.File)})
			i = len(out.Files) - 1
		}
		bar := orElse(g.Bar, g.Code)
		out.Files[i].Bars = append(out.Files[i].Bars, Safeguard{ID: bar, Kind: g.Level, Unclear: g.Questions})
		for _, q := range g.Questions {
			if !slices.Contains(out.Unclear, q) {
				out.Unclear = append(out.Unclear, q)
			}
		}
	}
	return out
}
