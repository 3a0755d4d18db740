package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
)

// AnswerConsent records a yes or a no to one purpose. A no closes that purpose, takes
// back each yes to it, and nothing else: safety and services do not hang on it.
func AnswerConsent(f *File, in ConsentInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	purpose := m.Laws.Pack().Purpose(in.Purpose)
	if purpose == nil {
		return Decision{}, fault.Form(fault.Field{Name: "purpose", Code: CodePurpose})
	}
	b := f.building(m)
	if !in.Yes {
		b.receipt(Receipt{Code: "receipt.consent_refused", Args: map[string]string{"purpose": in.Purpose}})
		for _, c := range f.Consents {
			if c.Purpose == in.Purpose && c.State == ConsentYes { // she may not know that she would have to take it back
				b.takeBack(f, c)
			}
		}
		b.add(CompartmentCore, ConsentRefused{in.Consent, in.Purpose})
		b.noFollowUps(f, in.Purpose)
		return b.decision, nil
	}
	given := ConsentGiven{in.Consent, in.Purpose, in.Recipients, in.Excluded, in.Groups}
	var fs fields
	fs.each("recipients", in.Recipients, func(k string) bool { return slices.Contains(purpose.Recipients, k) })
	fs.each("groups", in.Groups, func(g string) bool { return slices.Contains(purpose.Groups, g) })
	if err := fault.Form(fs...); err != nil {
		return Decision{}, err
	}
	if len(given.Recipients) == 0 {
		given.Recipients = purpose.Recipients
	}
	if len(given.Groups) == 0 {
		given.Groups = purpose.Groups
	}
	b.receipt(Receipt{Code: "receipt.consent_given", Args: map[string]string{"purpose": in.Purpose, "consent": string(in.Consent)}})
	b.add(CompartmentCore, given)
	return b.decision, nil
}

// WithdrawConsent takes a yes back. Bodies asked on that ground are told, those
// that wait and those that have her already; what passed is listed for the
// person, not unsaid.
func WithdrawConsent(f *File, consent id.Consent, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	i := slices.IndexFunc(f.Consents, func(c Consent) bool { return c.ID == consent && c.State == ConsentYes })
	if i < 0 {
		return Decision{}, fault.New(fault.Conflict, CodeConsent)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.consent_withdrawn", Args: map[string]string{"purpose": f.Consents[i].Purpose}})
	b.takeBack(f, f.Consents[i])
	b.noFollowUps(f, f.Consents[i].Purpose)
	return b.decision, nil
}

// takeBack ends one yes, and what was asked on the ground of it.
func (b *builder) takeBack(f *File, c Consent) {
	b.add(CompartmentCore, ConsentWithdrawn{c.ID, c.Purpose})
	for _, r := range f.Referrals {
		if r.Consent != c.ID {
			continue
		}
		for _, a := range r.Asks {
			if a.State == Accepted {
				b.tell(a.Body, "notify.consent_withdrawn", "referral", string(r.ID))
			}
		}
		if r.State != ReferralOpen && r.State != ReferralUnanswered {
			continue
		}
		b.add(CompartmentCore, ReferralWithdrawn{r.ID, "consent_withdrawn"})
		for _, a := range r.Asks {
			if a.waiting() {
				b.tell(a.Body, "notify.referral_withdrawn", "referral", string(r.ID))
			}
		}
	}
}

// RecordRight says what became of something owed to the person. A denial is
// recorded with who denied it and reaches the coordinator.
func RecordRight(f *File, in RightInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	if m.Laws.Pack().Right(in.Right) == nil {
		return Decision{}, fault.Form(fault.Field{Name: "right", Code: CodeRight})
	}
	switch in.State {
	case RightOffered, RightAccepted, RightRefused, RightDenied, RightNotDue, RightDue:
	default:
		return Decision{}, fault.Form(fault.Field{Name: "state", Code: CodeRightState})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.right", Args: map[string]string{"right": in.Right, "state": in.State}})
	b.add(CompartmentCore, RightChanged{in.Right, in.State, in.By, in.Reason})
	if in.State == RightDenied {
		b.taskFor("coordinate", f.Region, "task.right_denied", in.Right, time.Time{})
	}
	return b.decision, nil
}

// AddTask gives a body something to do.
func AddTask(f *File, in TaskInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.task", Args: map[string]string{"task": string(in.Task)}, Due: in.Due})
	b.add(CompartmentCore, TaskAdded(in))
	b.tell(in.Body, in.Verb, "file", string(f.ID))
	return b.decision, nil
}

// FinishTask says that it is done.
func FinishTask(f *File, task id.Task, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	i := slices.IndexFunc(f.Tasks, func(t Task) bool { return t.ID == task && t.Done.IsZero() })
	if i < 0 {
		return Decision{}, fault.New(fault.Conflict, CodeTask)
	}
	if EndsWithAnswer(f.Tasks[i].Verb) {
		return Decision{}, fault.New(fault.Invalid, CodeReviewNeeded)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.task_done", Args: map[string]string{"verb": f.Tasks[i].Verb}})
	b.add(CompartmentCore, TaskDone{Task: task})
	return b.decision, nil
}

// TaskLikelySame is the coordinator's task about a file that may be of somebody who
// has one.
const TaskLikelySame = "task.likely_same"

// OfWhoseTask says of a task's verb that it stands for those whose task it is, and
// that nobody else reads of it: it tells that there is a document, another file, or
// what the person did on her page.
func OfWhoseTask(verb string) bool {
	return verb == TaskVirus || verb == TaskLikelySame || OfPageTask(verb)
}

// OfSame says of a type of event that it names another file of the same person, which
// is read by who may open that one.
func OfSame(eventType string) bool { return eventType == "same.said" || eventType == "same.unsaid" }

// SaySame says that two files are one person's, in both. They stay two files;
// they are joined only in view, and it can be taken back.
func SaySame(f, other *File, reason string, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	switch {
	case other == nil:
		return Decision{}, fault.Withheld("no other file")
	case other.ID == f.ID:
		return Decision{}, fault.New(fault.Invalid, CodeSameSelf)
	case slices.Contains(f.Same, other.ID):
		return Decision{}, fault.New(fault.Conflict, CodeSameSaid)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.same", Args: map[string]string{"file": string(other.ID)}})
	b.addTo(f.Ref(), CompartmentCore, SameSaid{other.ID, reason}, reason)
	b.addTo(other.Ref(), CompartmentCore, SameSaid{f.ID, reason}, reason)
	return b.decision, nil
}

// UnsaySame takes it back, in both.
func UnsaySame(f, other *File, reason string, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	if other == nil || !slices.Contains(f.Same, other.ID) {
		return Decision{}, fault.New(fault.Conflict, CodeSameNotSaid)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.not_same", Args: map[string]string{"file": string(other.ID)}})
	b.addTo(f.Ref(), CompartmentCore, SameUnsaid{other.ID, reason}, reason)
	b.addTo(other.Ref(), CompartmentCore, SameUnsaid{f.ID, reason}, reason)
	return b.decision, nil
}

// Joined is the situation of one person with several files: the more protective
// value of each variable. Steps are taken in a file; bars and rights are read
// from the join.
func Joined(laws Laws, at time.Time, files ...*File) (procedure.Situation, error) {
	all := make([]procedure.Situation, len(files))
	for i, f := range files {
		all[i] = f.Situation
	}
	return JoinedSituation(laws, at, all...)
}

// JoinedSituation is Joined for who has the situations and not the files.
func JoinedSituation(laws Laws, at time.Time, all ...procedure.Situation) (procedure.Situation, error) {
	m, err := modelOn(laws, at)
	if err != nil || len(all) == 0 {
		return procedure.Situation{}, err
	}
	s := all[0]
	for _, more := range all[1:] {
		s = m.Join(s, more)
	}
	return s, nil
}

// Freeze stops changes to a file, or lets them go on. A stopped file is the
// coordinator's to look into at once: nobody else can do anything for the person
// while it stands still.
func Freeze(f *File, frozen bool, reason string, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	code := "receipt.frozen"
	if !frozen {
		code = "receipt.unfrozen"
	}
	b := f.building(m)
	b.receipt(Receipt{Code: code})
	if f.Frozen == frozen {
		return b.decision, nil
	}
	b.addTo(b.stream, CompartmentCore, Frozen{frozen, reason}, reason)
	if frozen {
		b.taskFor("coordinate", f.Region, TaskFrozen, timeArg(m.At), time.Time{})
		return b.decision, nil
	}
	for _, t := range f.Tasks {
		b.settle(f, t.About, TaskFrozen)
	}
	return b.decision, nil
}

// TakenOut is what an opening shows when it left Pana. Each taking out is a leaf of
// its own, whose number stands on what was taken.
const TakenOut = "taken_out"

// Open records that restricted content is about to be shown: one event for a
// worker, what is shown, and hour. The page is not sent if it cannot be
// recorded. A frozen file may still be read. An emergency rings at the coordinator's desk
// and at those of her advocates.
func Open(f *File, in Opened, m Moment, advocates ...id.Body) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	if f.opened(in, m) && !in.Emergency && in.What != TakenOut {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.opened"})
	b.addTo(b.stream, CompartmentCore, in, in.Reason)
	if in.Emergency {
		// A bell that cannot be switched off: somebody must ask why, every time.
		b.taskFor("coordinate", f.Region, TaskEmergency, emergencyAbout(m.By.Worker, m.At), in.Until)
		for _, kind := range m.kindsThat("coordinate") {
			b.tellKind(kind, f.Region, "notify.emergency_access", "file", string(f.ID), "body", string(m.By.Body))
		}
		// The person's own side too: they know whether there was a danger.
		for _, body := range advocates {
			if body != m.By.Body {
				about := emergencyAbout(m.By.Worker, m.At)
				b.add(CompartmentCore, TaskAdded{Task: derived[id.Task](m.At, b.stream.ID, TaskEmergencyTold, string(body), about), Verb: TaskEmergencyTold, Body: body, About: about})
				b.tell(body, "notify.emergency_access", "file", string(f.ID))
			}
		}
	}
	return b.decision, nil
}

// opened says that the same worker opened the same for the same purpose in this hour.
func (f *File) opened(in Opened, m Moment) bool {
	hour := m.At.Truncate(time.Hour)
	for _, o := range slices.Backward(f.Openings) {
		if o.At.Before(hour) {
			return false
		}
		if o.Worker == m.By.Worker && o.Body == m.By.Body && o.What == in.What && o.Purpose == in.Purpose {
			return true
		}
	}
	return false
}

// ChangeLaw pins the file to today's law and lists what the person gains and
// loses by it. Before is a day under the law that the file was pinned to.
func ChangeLaw(f *File, before time.Time, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	now, err := m.Laws.On(m.At)
	if err != nil {
		return Decision{}, fault.At("law of the day", err)
	}
	if now.Law == f.Pinned {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	old, err := standing(m.Laws, f, before, m.At)
	if err != nil {
		return Decision{}, err
	}
	stands, err := standing(m.Laws, f, m.At, m.At)
	if err != nil {
		return Decision{}, err
	}
	v := LawChanged{Day: m.today(), From: f.Pinned, To: now.Law}
	v.Gained, v.Lost = missing(stands, old), missing(old, stands)
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.law_changed"})
	b.add(CompartmentCore, v)
	return b.decision, nil
}

// standing lists the entitlements and bars that stand for a person under the
// law of a day: "entitlement.shelter", "bar.child".
func standing(laws Laws, f *File, law, at time.Time) ([]string, error) {
	m, err := modelOn(laws, law)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range m.Entitlements(f.Situation, at) {
		out = append(out, "entitlement."+e.Entitlement.ID)
	}
	for _, b := range m.Removal(f.Situation, at).Bars {
		if b.Bar != nil {
			out = append(out, "bar."+b.Bar.ID)
		}
	}
	return out, nil
}

func missing(in, from []string) []string {
	var out []string
	for _, s := range in {
		if !slices.Contains(from, s) {
			out = append(out, s)
		}
	}
	return out
}

// Relations lists how each body is related to a file: opened, asked, provider,
// decider, coordinator, advocate, cared, follows, formerly.
func Relations(f *File) map[id.Body][]string {
	out := map[id.Body][]string{}
	for _, r := range relations(f) {
		if !slices.Contains(out[r.Body], r.Relation) {
			out[r.Body] = append(out[r.Body], r.Relation)
		}
	}
	return out
}

func relations(f *File) []Relation {
	out := append([]Relation{{f.OpenedBy, RelOpened, "", f.Opened, f.openedKind}}, f.Relations...)
	for _, t := range f.Tasks {
		if t.Verb == TaskFollowUp && t.Done.IsZero() {
			out = append(out, Relation{t.Body, RelFollows, "", t.Added, f.kindOf(t.Body)})
		}
	}
	for _, r := range f.Referrals {
		for _, a := range r.Asks {
			switch {
			case a.State == Accepted:
				out = append(out, Relation{a.Body, RelProvider, "", a.Answered, a.Kind})
			case a.State == Gone:
				out = append(out, Relation{a.Body, RelCared, "", a.Left, a.Kind})
			case r.State == ReferralOpen && a.waiting():
				out = append(out, Relation{a.Body, RelAsked, "", r.Asked, a.Kind})
			default:
				out = append(out, Relation{a.Body, RelFormerly, "", r.Asked, a.Kind})
			}
		}
	}
	return out
}
