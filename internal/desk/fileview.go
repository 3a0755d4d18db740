package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// File is a file's page. Without a tab it shows no restricted content; a tab is
// a compartment, and opening one is a leaf in the ledger before it is shown.
func (d *Desk) File(ctx context.Context, who access.Who, file id.File, tab string) (FileView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return FileView{}, err
	}
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return FileView{}, err
	}
	if tab != "" {
		f, err = d.disclose(ctx, who, file, tab, func(f *casework.File) (access.Verdict, error) {
			return d.mayTab(who, f, tab)
		})
		if err != nil {
			return FileView{}, err
		}
	}
	return d.fileView(ctx, who, f, tab)
}

// ShowIdentity is the page with the person uncovered. Nothing is shown when the
// disclosure could not be recorded.
func (d *Desk) ShowIdentity(ctx context.Context, who access.Who, file id.File) (FileView, error) {
	f, err := d.discloseIdentity(ctx, who, file)
	if err != nil {
		return FileView{}, err
	}
	out, err := d.fileView(ctx, who, f, "")
	if err != nil {
		return FileView{}, err
	}
	out.Covered, out.CallName, out.Identity, out.DisclosureRecorded = false, f.CallName, identityView(f), true
	if _, err := d.mayShow(who, f, "contact"); err == nil && f.Contact != nil {
		out.Contact = contactView(f.Contact)
	}
	return out, nil
}

// mayShow says whether a group of who the person is may be shown: by a rule, and
// to a provider only what passed to it, for she may have said no to that.
func (d *Desk) mayShow(who access.Who, f *casework.File, group string) (access.Verdict, error) {
	v, err := d.mayIn(who, access.ShowIdentity, f, "", group)
	if err != nil {
		return v, err
	}
	related := relations(who, f)
	if !slices.Contains(related, casework.RelProvider) || slices.Contains(related, casework.RelOpened) {
		return v, nil
	}
	if !f.PassedTo(who.Body, group) {
		return v, fault.Withheld(group + " did not pass")
	}
	return v, nil
}

func (d *Desk) discloseIdentity(ctx context.Context, who access.Who, file id.File) (*casework.File, error) {
	return d.disclose(ctx, who, file, "identity", func(f *casework.File) (access.Verdict, error) { return d.mayShow(who, f, "identity") })
}

func (d *Desk) fileView(ctx context.Context, who access.Who, f *casework.File, tab string) (FileView, error) {
	at := d.now()
	l, err := d.lawFor(ctx, f.Situation, at)
	if err != nil {
		return FileView{}, err
	}
	whole, shown, err := d.joined(ctx, who, f, l)
	if err != nil {
		return FileView{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return FileView{}, err
	}
	out := FileView{
		ID: f.ID, Number: f.Number(), Version: f.Changed(), Opened: f.Opened, Frozen: f.Frozen, Subject: subject(f), Covered: true, Acts: d.fileActs(who, f),
		Tasks: taskLines(who, f, names, at), Tabs: d.tabs(who, f), Tab: tab, Same: d.same(ctx, who, f), DisclosureRecorded: tab != "",
	}
	out.GuardianPage = d.guardianState(who, f)
	seen := d.everSame(ctx, who, f)
	// Each section stands only for those whom a rule gives its group of fields.
	for _, section := range []struct {
		group string
		fill  func()
	}{
		{"situation", func() {
			out.Situation, out.Safeguards, out.Offers, out.Picture = shown.now.Map(), whole.safeguards(), d.offers(who, f, l), l.pictures(who, stepsTaken(f))
			out.Gaps = d.gaps(shown, stepsTaken(f))
			out.Walls, err = d.walls(ctx, who, f, l, out.Offers)
		}},
		{"clocks", func() { out.Clocks = l.clocks() }},
		{"timeline", func() { out.Timeline = d.timeline(who, f, names, seen, func(casework.Entry) bool { return true }) }},
		{"rights", func() { out.Rights = d.rightLines(f, l, names) }},
		{"consents", func() { out.Consents = consentLines(f, names) }},
		{"openings", func() { out.Openings = d.openingLines(who, f, names) }},
		{"indicators", func() {
			if f.Screening != nil {
				s := screeningView(*f.Screening)
				out.Screening = &s
			}
		}},
	} {
		if d.inGroup(who, f, section.group) {
			out.Sections = append(out.Sections, section.group)
			section.fill()
		}
	}
	if err != nil {
		return FileView{}, err
	}
	if out.Proposals, err = d.proposalsOf(ctx, who, f); err != nil {
		return FileView{}, err
	}
	out.Hearings, out.MayHear = d.hearingLines(who, f, names)
	if !slices.Contains(out.Sections, "timeline") {
		out.Timeline = d.ownLines(who, f, names)
	}
	if err := d.nameTwo(ctx, who, f, out.Timeline); err != nil {
		return FileView{}, err
	}
	if tab != "" {
		out.Notes = noteLines(f, tab, names)
	}
	for _, r := range f.Referrals {
		if d.seesReferral(who, f, r) {
			out.Referrals = append(out.Referrals, d.referralView(who, f, r, names, at))
		}
	}
	return out, nil
}

// joined is the law over all files said to be of this person, and over those of
// them that this worker may open: the more protective value of each variable.
// What protects her stands whichever file it was recorded in; what another file
// says stands only where that file may be opened. Steps stay a file's own.
func (d *Desk) joined(ctx context.Context, who access.Who, f *casework.File, own law) (whole, shown law, err error) {
	whole, shown = own, own
	if len(f.Same) == 0 {
		return whole, shown, nil
	}
	all, open := []*casework.File{f}, []*casework.File{f}
	for _, other := range f.Same {
		o, err := d.view(ctx, other)
		if gone(err) != nil {
			return whole, shown, err
		}
		if o == nil || err != nil {
			continue // erased
		}
		all = append(all, o)
		if _, err := d.may(who, access.OpenFile, o); err == nil {
			open = append(open, o)
		}
	}
	if whole.now, err = casework.Joined(d.deps.Laws, own.at, all...); err != nil {
		return whole, shown, err
	}
	shown.now, err = casework.Joined(d.deps.Laws, own.at, open...)
	return whole, shown, err
}

func (d *Desk) inGroup(who access.Who, f *casework.File, group string) bool {
	_, err := d.mayIn(who, access.OpenFile, f, "", group)
	return err == nil
}

// mayTab says whether a compartment may be opened: the own one by whoever may
// write in it, another's only by a rule that names it.
func (d *Desk) mayTab(who access.Who, f *casework.File, compartment string) (access.Verdict, error) {
	if compartment != "" && compartment == who.Compartment {
		return d.mayIn(who, access.WriteNote, f, "", "notes")
	}
	return d.mayIn(who, access.OpenFile, f, compartment, "notes")
}

// tabs are the compartments this worker may open in this file.
func (d *Desk) tabs(who access.Who, f *casework.File) []string {
	var out []string
	for _, kind := range d.pack().BodyKinds {
		if slices.Contains(out, kind.Compartment) || kind.Compartment == "" {
			continue
		}
		if _, err := d.mayTab(who, f, kind.Compartment); err == nil {
			out = append(out, kind.Compartment)
		}
	}
	return out
}

// FileActs are what this worker may do with a file, for a form that asks one
// thing about it: nothing of the file is opened for that.
func (d *Desk) FileActs(ctx context.Context, who access.Who, file id.File) ([]string, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return nil, err
	}
	return d.fileActs(who, f), nil
}

// fileActs are what this worker may do with the file; the page draws no button
// for anything else.
func (d *Desk) fileActs(who access.Who, f *casework.File) []string {
	var out []string
	for _, a := range []struct{ act, word string }{
		{access.Refer, "refer"}, {access.WriteNote, "note"}, {access.RecordConsent, "consent"}, {access.RecordRight, "right"},
		{access.Correct, "correct"}, {access.SaySame, "same"}, {access.TakeStep, "step"}, {access.TakeStep, "irregular"},
		{access.AddIdentity, "identity"}, {access.SeePaper, "papers"}, {access.SeeKin, "family"}, {access.Freeze, "freeze"},
		{access.SeeErasure, "erase"}, {access.KeepHold, "hold"}, {access.SeeDeferred, "deferrals"},
	} {
		if f.Frozen && a.word != "freeze" && a.word != "papers" && a.word != "family" && a.word != "hold" && a.word != "deferrals" {
			continue
		}
		if _, err := d.may(who, a.act, f); err == nil {
			out = append(out, a.word)
		}
	}
	if _, err := d.mayListDocuments(who, f); err == nil {
		out = append(out, "documents")
	}
	if _, err := d.mayShow(who, f, "identity"); err == nil {
		out = append(out, "show")
	}
	return out
}

// same are the other files of this person that this worker may open.
func (d *Desk) same(ctx context.Context, who access.Who, f *casework.File) []id.File {
	return d.openOf(ctx, who, f.Same)
}

// everSame are the files that were ever said to be this person's, as far as this
// worker may open them.
func (d *Desk) everSame(ctx context.Context, who access.Who, f *casework.File) []id.File {
	var all []id.File
	for _, e := range f.Timeline {
		if other := id.File(e.Args["file"]); casework.OfSame(e.Type) && !slices.Contains(all, other) {
			all = append(all, other)
		}
	}
	return d.openOf(ctx, who, all)
}

func (d *Desk) openOf(ctx context.Context, who access.Who, files []id.File) []id.File {
	var out []id.File
	for _, other := range files {
		if o, err := d.view(ctx, other); err == nil {
			if _, err := d.may(who, access.OpenFile, o); err == nil {
				out = append(out, other)
			}
		}
	}
	return out
}

// timeline leaves out what belongs to another kind's compartment; steps and
// referrals are the procedure's and stand for all who may open the file. Who of a
// body does what is that body's own.
func (d *Desk) timeline(who access.Who, f *casework.File, names bodyNames, same []id.File, stands func(casework.Entry) bool) []TimelineLine {
	var out []TimelineLine
	corrects, clocks, sees := false, d.inGroup(who, f, "clocks"), d.inGroup(who, f, "situation")
	if _, err := d.may(who, access.Correct, f); err == nil {
		corrects = true
	}
	_, kept := d.mayKeepPage(who, f)
	keeps := kept == nil
	for _, e := range f.Timeline {
		if !stands(e) || casework.OfTheHouse(e.Type) || casework.OfKin(e.Type) || casework.OfWork(e.Type) && e.Body != who.Body || e.Type == "clock.ended" && !clocks {
			continue // a house's log is read in the house, a relation by who may open both files
		}
		if (casework.OfPage(e.Type) || e.BodyKind == casework.PersonKind || e.BodyKind == casework.GuardianKind) && !keeps {
			continue // what she does on her page is between her and who gave it
		}
		if casework.OfDocuments(e.Type) && d.maySeePart(who, f, e.Compartment) != nil {
			continue // who may not read the part that it lies in does not learn that it is there
		}
		if casework.OfSignatures(e.Type) && d.maySeePaper(who, f, e.Compartment) != nil {
			continue // nor of a signature beside a paper that they do not read
		}
		if d.ofOthersTask(who, f, e) || casework.OfSame(e.Type) && e.Body != who.Body && !slices.Contains(same, id.File(e.Args["file"])) {
			continue // nor of another file, or of what only somebody else is to look into
		}
		if e.Type == "note.written" {
			if _, err := d.mayTab(who, f, e.Compartment); err != nil {
				continue
			}
		}
		code := "event." + e.Type
		if e.Step != "" {
			code = "step." + e.Step
		}
		out = append(out, TimelineLine{
			Event: e.Event, At: e.Occurred, Recorded: e.Recorded, Code: code, Args: e.Args, Body: names.of(e.Body), Kind: e.BodyKind,
			Irregular: e.Irregular, Overtaken: e.Overtaken, Corrected: e.Corrected != "",
			MayCorrect: corrects && e.Body == who.Body && e.Corrected == "" && e.Correctable() && e.Type != "corrected",
			Basis:      d.basisOf(e),
		})
		if e.Heard {
			last := &out[len(out)-1]
			if last.Of = d.whoseStep(e); d.isAgainst(who, e) {
				last.Body, last.Kind = "", ""
			}
		}
		if e.Proposer != "" {
			out[len(out)-1].Two = &TookTwo{}
		}
		if sees { // rights and bars are what the situation gives
			last := &out[len(out)-1]
			last.Gained, last.Lost = d.guardsNamed(e.Gained, e.Recorded), d.guardsNamed(e.Lost, e.Recorded.AddDate(0, 0, -1))
		}
	}
	slices.Reverse(out)
	return out
}

// guardsNamed are the bars and entitlements that a change of law gave or took, with
// where the law of a day says so; without, where this pack does not know them.
func (d *Desk) guardsNamed(names []string, on time.Time) (out []Safeguard) {
	spec := &d.pack().Spec
	for _, name := range names {
		kind, id, _ := strings.Cut(name, ".")
		s := Safeguard{ID: id, Kind: kind}
		for _, e := range spec.Entitlements {
			if kind == "entitlement" && e.ID == id && pack.Contains(e.Dates, on) {
				s.Basis, s.OwedBy = e.Basis, e.OwedBy
			}
		}
		for _, b := range spec.Bars {
			if kind == "bar" && b.ID == id && pack.Contains(b.Dates, on) {
				s.Basis = b.Basis
			}
		}
		out = append(out, s)
	}
	return out
}

// ownLines are what this body itself recorded, for who may correct it: a decider
// whose decision is taken sees it, and nothing of what others did before or since.
func (d *Desk) ownLines(who access.Who, f *casework.File, names bodyNames) []TimelineLine {
	if _, err := d.may(who, access.Correct, f); err != nil {
		return nil
	}
	return d.timeline(who, f, names, nil, func(e casework.Entry) bool { return e.Body == who.Body })
}

// ofOthersTask says of an entry that it is about a task of which only those read whose
// it is.
func (d *Desk) ofOthersTask(who access.Who, f *casework.File, e casework.Entry) bool {
	if e.Type != "task.added" && e.Type != "task.done" {
		return false
	}
	return slices.ContainsFunc(f.Tasks, func(t casework.Task) bool {
		return string(t.ID) == e.Args["task"] && casework.OfWhoseTask(t.Verb) && !isTaskOf(who, t)
	})
}

func (d *Desk) basisOf(e casework.Entry) []pack.Basis {
	if s := d.stepThen(e); s != nil {
		return s.Basis
	}
	return nil
}

// whoseStep are the kinds of body whose step an entry is.
func (d *Desk) whoseStep(e casework.Entry) []string {
	if s := d.stepThen(e); s != nil {
		return s.By
	}
	return nil
}

// isAgainst says whether an entry is what somebody else wrote down of a step of this
// worker's kind of body. Such a reader learns that it was written down and when, and
// not by whom: who speaks for her must not answer for it to whom they spoke of.
func (d *Desk) isAgainst(who access.Who, e casework.Entry) bool {
	return e.Heard && e.Body != who.Body && slices.ContainsFunc(d.whoseStep(e), func(by string) bool {
		kind, _, _ := strings.Cut(by, ":")
		return kind == who.BodyKind
	})
}

// stepThen is the step of an entry as the law of its day has it.
func (d *Desk) stepThen(e casework.Entry) *procedure.Step {
	for i := range d.pack().Spec.Steps {
		s := &d.pack().Spec.Steps[i]
		if e.Step != "" && s.ID == e.Step && pack.Contains(s.Dates, e.Occurred) {
			return s
		}
	}
	return nil
}

func stepsTaken(f *casework.File) []string {
	var out []string
	for _, e := range f.Timeline {
		if e.Step != "" && e.Corrected == "" {
			out = append(out, e.Step)
		}
	}
	return out
}

func subject(f *casework.File) Subject {
	return Subject{
		File: f.ID, Number: f.Number(), Sex: f.Sex, AgeBand: f.AgeBand, Age: f.SaidAge, ChildPath: f.Child(), Language: f.Language, Region: f.Region,
	}
}

func identityView(f *casework.File) *Identity {
	out := &Identity{CallName: f.CallName, Sex: f.Identity.Sex, Citizen: f.Identity.Citizen, Born: Born(f.Identity.Born)}
	for _, n := range f.Identity.Names {
		out.Names = append(out.Names, Name(n))
	}
	for _, doc := range f.Identity.Documents {
		out.Documents = append(out.Documents, Document(doc))
	}
	return out
}

func contactView(c *casework.Contact) *Contact {
	out := Contact(*c)
	return &out
}

func screeningView(s casework.Screening) Screening {
	out := Screening{Result: s.Result, Rule: s.Rule, Child: s.Child, ByDoubt: s.ByDoubt}
	for _, dim := range s.Dimensions {
		line := DimensionResult{Set: dim.Set, Positive: dim.Positive, Rule: dim.Rule}
		for _, c := range dim.Counted {
			line.Counted = append(line.Counted, CountedIndicator(c))
		}
		out.Dimensions = append(out.Dimensions, line)
	}
	return out
}

func (d *Desk) rightLines(f *casework.File, l law, names bodyNames) []RightLine {
	var out []RightLine
	clocks := l.clocks()
	for _, r := range f.Rights {
		line := RightLine{ID: r.Right, State: r.State, By: names.of(r.By), At: r.At, OwedBy: r.OwedBy}
		if right := d.pack().Right(r.Right); right != nil {
			line.Basis = right.Basis
		}
		line.dueBy(clocks, r, l.at)
		out = append(out, line)
	}
	return out
}

// dueBy says until when it is due, and that the day is past. What was offered, or given
// up, waits for no day any more.
func (r *RightLine) dueBy(clocks []ClockLine, of casework.RightState, at time.Time) {
	i := slices.IndexFunc(clocks, func(c ClockLine) bool { return c.ID == of.Clock })
	if i < 0 || of.State != casework.RightDue {
		return
	}
	r.Until = &clocks[i]
	if due := r.Until.Due; !due.IsZero() && r.Until.Paused.IsZero() && !due.After(at) {
		r.State = "overdue"
	}
}

func consentLines(f *casework.File, names bodyNames) []ConsentLine {
	var out []ConsentLine
	for _, c := range f.Consents {
		line := ConsentLine{ID: c.ID, Purpose: c.Purpose, Recipients: c.Recipients, State: c.State, At: c.At, MayWithdraw: c.State == casework.ConsentYes}
		for _, b := range c.Excluded {
			line.Excluded = append(line.Excluded, names.of(b))
		}
		out = append(out, line)
	}
	return out
}

func (d *Desk) openingLines(who access.Who, f *casework.File, names bodyNames) []OpeningLine {
	var out []OpeningLine
	for _, o := range f.Openings {
		o = d.openingFor(who, f, o)
		line := OpeningLine{At: o.At, Body: names.of(o.Body), What: o.What, Purpose: o.Purpose, Reason: o.Reason}
		if o.Deferred(d.today()) {
			line.Later = o.Later.Until
		}
		if o.Emergency {
			line.Outcome = f.OutcomeOf(o)
		}
		out = append(out, line)
	}
	slices.Reverse(out)
	return out
}

func taskLines(who access.Who, f *casework.File, names bodyNames, at time.Time) []TaskLine {
	var out []TaskLine
	for _, t := range f.Tasks {
		if casework.OfWhoseTask(t.Verb) && !isTaskOf(who, t) {
			continue
		}
		line := TaskLine{ID: t.ID, Verb: t.Verb, Body: names.of(t.Body), Kind: t.Kind, Due: t.Due, State: "open", Finish: t.Done.IsZero() && isTaskOf(who, t) && !casework.EndsWithAnswer(t.Verb)}
		switch {
		case !t.Done.IsZero():
			line.State = "done"
		case !t.Due.IsZero() && t.Due.Before(at):
			line.State = "overdue"
		}
		out = append(out, line)
	}
	return out
}

func noteLines(f *casework.File, compartment string, names bodyNames) []NoteLine {
	var out []NoteLine
	for _, n := range f.Notes {
		if n.Compartment == compartment {
			out = append(out, NoteLine{At: n.At, Body: names.of(n.Body), Text: n.Text})
		}
	}
	for _, w := range f.Written {
		if w.Compartment == compartment {
			out = append(out, NoteLine{At: w.Recorded, Body: names.of(w.Body), Paper: &PaperNote{w.At, w.By, w.Where, w.Form}})
		}
	}
	slices.SortStableFunc(out, func(a, b NoteLine) int { return a.At.Compare(b.At) })
	slices.Reverse(out)
	return out
}

// disclose records that this worker opens restricted content, once an hour, and
// gives the file as it stands after. Only then may anything be shown.
func (d *Desk) disclose(ctx context.Context, who access.Who, file id.File, what string, may func(*casework.File) (access.Verdict, error)) (*casework.File, error) {
	at := d.now()
	_, err := d.change(ctx, who, openingKey(who, file, what, at), what, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		v, err := may(f)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.Open(f, casework.Opened{What: what, Purpose: v.Purpose, Rule: v.Rule}, m)
	})
	if err != nil {
		return nil, fault.At("disclose "+string(file), err)
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return nil, err
	}
	// The receipt may be an earlier one of this hour; the right may have gone since.
	_, err = may(f)
	return f, err
}

// openingKey makes all openings of one worker, file, compartment and hour one act.
func openingKey(who access.Who, file id.File, what string, at time.Time) string {
	return "open/" + string(who.Worker) + "/" + string(file) + "/" + what + "/" + at.Format("2006010215")
}
