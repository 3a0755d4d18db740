package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// A guardian's page. A child's page is the child's, and stays so: whoever was appointed
// to look after the child may be given a code and a PIN of their own, to a page that
// shows what the pack lets a guardian see. It hangs on what the file says: that this
// person is the guardian, that a step appointed one, that nobody says the guardian may
// have harmed the child. When one of these goes the page is over, and the next guardian
// is asked about anew.

// GuardianKind is the kind of actor of who reads a guardian's page: of no body.
const GuardianKind = "guardian"

// KinSuspected is why a relation is looked at: this relative may have harmed the person.
const KinSuspected = "suspected"

// What the child says, asked alone.
const (
	ChildYes      = "yes"
	ChildNo       = "no"
	ChildTooSmall = "too_small"
)

// ChildSays are the answers as they are asked.
var ChildSays = []string{ChildYes, ChildNo, ChildTooSmall}

// Why a guardian's page is over, beside who closed it.
const (
	GuardianNoAge       = "age"         // the child is of age
	GuardianNoKin       = "relation"    // the file no longer says that this is the guardian
	GuardianSuspected   = "suspected"   // or says that the guardian may have harmed the child
	GuardianNoStep      = "appointment" // the step that appointed does not stand, or another came
	GuardianNoDays      = "until"       // its last day has passed
	GuardianFileStopped = "stopped"     // while the file is
)

// TaskGuardianClosed asks who gave a guardian's page why it was closed.
const TaskGuardianClosed = "task.guardian_page_closed"

// Codes of guardians' pages.
const (
	CodeGuardianNone   = "guardian_page.none"   // nobody in the file may have one
	CodeGuardianUnsafe = "guardian_page.unsafe" // not safe for the child
	CodeGuardianNo     = "guardian_page.child_no"
)

const maxGuardianWords = 500

type (
	// GuardianPageIssued says that a page of the guardian's own is safe for the child,
	// and why, and gives one. Step appointed the guardian; it is one of Steps, by which
	// the pack of that day says it is done.
	GuardianPageIssued struct {
		Page     id.Page       `json:"page"`
		Tag      string        `json:"tag"`
		PIN      withheld.Text `json:"pin"`
		Language string        `json:"language"`
		Guardian id.File       `json:"guardian"`
		Kin      string        `json:"kin"`
		Step     id.Event      `json:"step"`
		Steps    []string      `json:"steps"`
		Paper    withheld.Text `json:"paper"` // the decision: whose, its number and day
		Until    string        `json:"until,omitempty"`
		Child    string        `json:"child"` // of ChildSays
		Safe     withheld.Text `json:"safe"`  // why it is safe for the child
		Interest withheld.Text `json:"interest"`
	}
	// GuardianPageEntered is a right code with a right PIN.
	GuardianPageEntered struct {
		Page id.Page `json:"page"`
	}
	// GuardianPageClosed ends it. Only issuing one anew gives the guardian another.
	GuardianPageClosed struct {
		Page id.Page `json:"page"`
		By   string  `json:"by"`
	}
)

func (GuardianPageIssued) EventType() (string, int)  { return "page.guardian_issued", 1 }
func (GuardianPageEntered) EventType() (string, int) { return "page.guardian_entered", 1 }
func (GuardianPageClosed) EventType() (string, int)  { return "page.guardian_closed", 1 }

// GuardianPage is the page that a guardian of this child has, or had last.
type GuardianPage struct {
	GuardianPageIssued
	At          time.Time
	Body        id.Body // that gave it
	Compartment string
	Closed      time.Time
	ClosedBy    string
	Entered     []time.Time
}

// Appointed is a guardian who may be given a page, with the step that appointed one.
type Appointed struct {
	Guardian id.File
	Kin      string
	By       Entry
	steps    []string
}

// Appointed are those in the file who may have one: the relation stands, nobody says
// that they may have harmed the child, and the step that appoints is on record, taken by
// the body whose step it is.
func (f *File) Appointed(p *pack.Pack) (out []Appointed) {
	if !f.Child() || f.Frozen {
		return nil
	}
	for _, k := range f.Kin {
		kind := p.KinOf(k.Kind)
		if kind == nil || k.State != KinStands || f.suspects(k.Other) {
			continue
		}
		if by := f.appointment(kind.PageAfter); by != nil {
			out = append(out, Appointed{Guardian: k.Other, Kin: k.Kind, By: *by, steps: kind.PageAfter})
		}
	}
	return out
}

// appointment is the last of these steps that stands. One that somebody else wrote
// down, or that was recorded as against the law, appoints nobody here.
func (f *File) appointment(steps []string) *Entry {
	for i := len(f.Timeline) - 1; i >= 0; i-- {
		e := &f.Timeline[i]
		if e.Step != "" && slices.Contains(steps, e.Step) && e.Corrected == "" && !e.Irregular && !e.Heard && !e.Overtaken {
			return e
		}
	}
	return nil
}

// suspects says whether the file says of a relative, whatever else they are to the
// child, that they may have harmed it.
func (f *File) suspects(other id.File) bool {
	return slices.ContainsFunc(f.Kin, func(k Kin) bool { return k.Other == other && k.Reason == KinSuspected })
}

// guardianOver is why the page is over by what the file says; empty: it is not.
func (f *File) guardianOver() string {
	p := f.GuardianPage
	switch {
	case !p.Closed.IsZero():
		return p.ClosedBy
	case f.Frozen:
		return GuardianFileStopped
	case !f.Child():
		return GuardianNoAge
	case f.suspects(p.Guardian):
		return GuardianSuspected
	}
	if k := f.kin(p.Guardian, p.Kin); k == nil || k.State != KinStands {
		return GuardianNoKin
	}
	if by := f.appointment(p.Steps); by == nil || by.Event != p.Step {
		return GuardianNoStep
	}
	return ""
}

// GuardianPageOver is why nobody enters it now; empty: it is open. A birthday counts
// from its first minute, and not from when the night's look finds it.
func (f *File) GuardianPageOver(m Moment) string {
	if why := f.guardianOver(); why != "" {
		return why
	}
	if reached, moved := f.reached(m); moved && reached.AgeKnown == AgeAdult {
		return GuardianNoAge
	}
	if until := f.GuardianPage.Until; until != "" && m.today() > until {
		return GuardianNoDays
	}
	return ""
}

// GuardianPageOpen says whether it can be entered.
func (f *File) GuardianPageOpen(m Moment) bool {
	return f != nil && f.GuardianPage != nil && f.GuardianPageOver(m) == ""
}

// GuardianPageInput is what was asked before a guardian is given a page. Harm and OK
// are answers that give none unless they are the right one, and are not kept.
type GuardianPageInput struct {
	GuardianPageIssued
	Harm string // no: nothing in the file or in what the child says points at the guardian
	OK   string // yes: safe for the child
}

// IssueGuardianPage gives the guardian of a child a page. Against the child's word there
// is none: the child could close it the next minute, and would have to.
func IssueGuardianPage(f *File, in GuardianPageInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	list := f.Appointed(m.Laws.Pack())
	i := slices.IndexFunc(list, func(a Appointed) bool { return a.Guardian == in.Guardian })
	var bad fields
	switch {
	case len(list) == 0:
		bad.add("guardian", CodeGuardianNone)
	case i < 0:
		bad.add("guardian", "field.required")
	}
	bad.said("guardian_paper", in.Paper, maxGuardianWords, true)
	if in.Until != "" {
		if day, err := time.Parse(time.DateOnly, in.Until); err != nil || day.Format(time.DateOnly) < m.today() {
			bad.add("guardian_until", "field.date")
		}
	}
	answer := func(name, v string, list []string, refused map[string]string) {
		switch {
		case refused[v] != "":
			bad.add(name, refused[v])
		case !slices.Contains(list, v):
			bad.add(name, "field.required")
		}
	}
	answer("guardian_child", in.Child, ChildSays, map[string]string{ChildNo: CodeGuardianNo})
	answer("guardian_harm", in.Harm, []string{"no"}, map[string]string{"yes": CodeGuardianUnsafe, "not_sure": CodeGuardianUnsafe})
	answer("guardian_safe", in.OK, []string{"yes"}, map[string]string{"no": CodeGuardianUnsafe, "not_sure": CodeGuardianUnsafe})
	bad.said("guardian_why", in.Safe, maxGuardianWords, true)
	bad.said("guardian_interest", in.Interest, maxGuardianWords, true)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	issued := in.GuardianPageIssued
	issued.Kin, issued.Step, issued.Steps = list[i].Kin, list[i].By.Event, list[i].steps
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.guardian_page_issued", Args: map[string]string{"page": string(in.Page)}})
	b.add(m.compartment(), issued)
	return b.decision, nil
}

// EnterGuardianPage records that the guardian came in.
func EnterGuardianPage(f *File, page id.Page, m Moment) (Decision, error) {
	if !f.GuardianPageOpen(m) || f.GuardianPage.Page != page {
		return Decision{}, fault.Withheld("no such page")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.page_entered"})
	b.add(f.GuardianPage.Compartment, GuardianPageEntered{page})
	return b.decision, nil
}

// CloseGuardianPage closes it; one that is closed already stays as it is.
func CloseGuardianPage(f *File, by string, m Moment) (Decision, error) {
	if f == nil || f.GuardianPage == nil {
		return Decision{}, fault.Withheld("no page")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.guardian_page_closed"})
	if f.GuardianPage.Closed.IsZero() {
		b.add(f.GuardianPage.Compartment, GuardianPageClosed{f.GuardianPage.Page, by})
	}
	return b.decision, nil
}

// addGuardianPage applies what is about it, and the task that follows.
func (f *File) addGuardianPage(e Event) bool {
	switch v := e.Payload.(type) {
	case GuardianPageIssued:
		f.pageTasksDone(e.OccurredAt, TaskGuardianClosed)
		f.GuardianPage = &GuardianPage{GuardianPageIssued: v, At: e.RecordedAt, Body: e.Body, Compartment: e.Compartment}
	case GuardianPageEntered:
		f.onGuardianPage(func(p *GuardianPage) { p.Entered = added(p.Entered, e.RecordedAt) })
	case GuardianPageClosed:
		f.endGuardianPage(e, v.By)
		if p := f.GuardianPage; p != nil && v.By != ClosedByWorker {
			f.Tasks = added(f.Tasks, Task{
				ID: derived[id.Task](e.RecordedAt, f.Ref().ID, TaskGuardianClosed, string(e.ID)), Verb: TaskGuardianClosed, Body: p.Body, Added: e.OccurredAt,
			})
		}
	default:
		return false
	}
	return true
}

// afterGuardian ends the page with what it hung on. What is only said to be so later
// again, an age put right or a relation that stands after all, opens nothing: somebody
// looks anew.
func (f *File) afterGuardian(e Event) {
	if f.GuardianPage == nil {
		return
	}
	switch v := e.Payload.(type) {
	case KinChanged:
		if v.Other != f.GuardianPage.Guardian {
			return
		}
		if v.Reason == KinSuspected {
			f.endGuardianPage(e, GuardianSuspected)
		} else if v.Kind == f.GuardianPage.Kin && v.State != KinStands {
			f.endGuardianPage(e, GuardianNoKin)
		}
	case AgeReached, IdentityAdded:
		if !f.Child() {
			f.endGuardianPage(e, GuardianNoAge)
		}
	}
}

func (f *File) endGuardianPage(e Event, by string) {
	f.onGuardianPage(func(p *GuardianPage) {
		if p.Closed.IsZero() {
			p.Closed, p.ClosedBy = e.RecordedAt, by
		}
	})
}

// onGuardianPage changes a copy: who read the file before keeps what they read.
func (f *File) onGuardianPage(change func(*GuardianPage)) {
	if f.GuardianPage == nil {
		return
	}
	p := *f.GuardianPage
	change(&p)
	f.GuardianPage = &p
}
