package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// The person's own page. It is off until a worker has asked how she reads and who
// else does, and has recorded that a page is safe. It opens with a code on paper and a
// PIN that she chose herself; a second PIN opens a page that says nothing, and tells
// the body that gave her the page. Whoever issues a page anew, because the paper was
// lost or the page was closed, kills the code before it.

// PersonKind is the kind of actor of what a person does herself: she is of no body.
const PersonKind = "person"

// How a page will be read, as the person said it. A page is for who reads it alone.
const (
	PageOwnPhone = "own_phone" // nobody else uses it
	PageHouse    = "house"     // a device of the house where she is
	PageShared   = "shared"    // somebody else has it too
	PageNobody   = "nobody"    // nobody else would read the page or find the paper
	PageSomebody = "somebody"
	PageNotSure  = "not_sure"
)

// PageDevices and PageReaders are the answers as they are asked.
var (
	PageDevices = []string{PageOwnPhone, PageHouse, PageShared}
	PageReaders = []string{PageNobody, PageSomebody, PageNotSure}
)

// Who keeps the paper.
const (
	HeldByPerson   = "person"
	HeldByGuardian = "guardian"
)

// PageHolders are those who may keep the paper of this person's page: she, and for a
// child the guardian who was appointed to her. A parent is not among them: a child's
// page is the child's.
func (f *File) PageHolders() []string {
	if f.Child() {
		return []string{HeldByPerson, HeldByGuardian}
	}
	return []string{HeldByPerson}
}

// Who may close a page: she, the body that gave it, and the hotline when she rings.
const (
	ClosedByPerson  = "person"
	ClosedByWorker  = "worker"
	ClosedByHotline = "hotline"
)

// Tasks that a page makes. They are made by folding what the person did, not by an
// event of their own, which would show what she did to who reads the history.
const (
	TaskPageAlarm   = "task.page_alarm"
	TaskPageClosed  = "task.page_closed"
	TaskPageMessage = "task.page_message"
	TaskPageConsent = "task.page_consent"
)

type (
	// PageIssued says that a page is safe, as the person said, and gives her one. PIN
	// and Second are argon2id strings.
	PageIssued struct {
		Page     id.Page       `json:"page"`
		Tag      string        `json:"tag"`
		PIN      withheld.Text `json:"pin"`
		Second   withheld.Text `json:"second,omitzero"`
		Language string        `json:"language"`
		Device   string        `json:"device"`
		Reader   string        `json:"reader"`
		Holder   string        `json:"holder"`
	}
	// PageEntered is a right code with a right PIN. Which of the two is sealed: the
	// clear header is the same for both.
	PageEntered struct {
		Page   id.Page `json:"page"`
		Second bool    `json:"second,omitempty"`
	}
	// PageClosed ends a page. Only issuing it anew gives her one again.
	PageClosed struct {
		Page id.Page `json:"page"`
		By   string  `json:"by"`
	}
	// PageSaid is what the person writes to the body that gave her the page.
	PageSaid struct {
		Message id.Message    `json:"message"`
		Text    withheld.Text `json:"text"`
	}
	// PageAnswered is its answer.
	PageAnswered struct {
		Message id.Message    `json:"message"`
		Text    withheld.Text `json:"text"`
	}
)

func (PageIssued) EventType() (string, int)   { return "page.issued", 1 }
func (PageEntered) EventType() (string, int)  { return "page.entered", 1 }
func (PageClosed) EventType() (string, int)   { return "page.closed", 1 }
func (PageSaid) EventType() (string, int)     { return "page.said", 1 }
func (PageAnswered) EventType() (string, int) { return "page.answered", 1 }

// PageOpening is what opening her messages is called in the list of openings.
const PageOpening = "own_page"

// OfPage says of an event's type that it is about the person's own page, which is read
// by who keeps the page and stands in nobody else's history.
func OfPage(typ string) bool {
	return slices.Contains([]string{"page.issued", "page.entered", "page.closed", "page.said", "page.answered", "page.guardian_issued", "page.guardian_entered", "page.guardian_closed"}, typ)
}

// OfPageTask says of a task's verb that it follows from what she did there.
func OfPageTask(verb string) bool {
	return slices.Contains([]string{TaskPageAlarm, TaskPageClosed, TaskPageMessage, TaskPageConsent, TaskGuardianClosed}, verb)
}

// OwnPage is the page that a person has, or had last.
type OwnPage struct {
	PageIssued
	At          time.Time
	Body        id.Body // that gave it: her caseworker's
	Compartment string
	Closed      time.Time
	ClosedBy    string
	Entered     time.Time // last, with the right PIN
	Alarms      []time.Time
}

// Open says whether the page can be entered.
func (p *OwnPage) Open() bool { return p != nil && p.Closed.IsZero() }

// PageMessage is a message with its answer.
type PageMessage struct {
	ID       id.Message
	Text     withheld.Text
	At       time.Time
	Answer   withheld.Text
	Answered time.Time
}

// Codes of pages.
const (
	CodePageUnsafe  = "page.unsafe"
	CodePageMessage = "page.message_gone"
)

// maxPageText bounds a message, in characters.
const maxPageText = 2000

// IssuePage gives the person a page. Where somebody else might read it there is none:
// what she asked for would be what betrays her.
func IssuePage(f *File, in PageIssued, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	var bad fields
	oneOf := func(name, v string, list []string) {
		if !slices.Contains(list, v) {
			bad.add(name, "field.required")
		}
	}
	oneOf("page_device", in.Device, PageDevices)
	oneOf("page_reader", in.Reader, PageReaders)
	oneOf("page_holder", in.Holder, f.PageHolders())
	if in.Device == PageShared {
		bad.add("page_device", CodePageUnsafe)
	}
	if in.Reader == PageSomebody || in.Reader == PageNotSure {
		bad.add("page_reader", CodePageUnsafe)
	}
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.page_issued", Args: map[string]string{"page": string(in.Page)}})
	b.add(m.compartment(), in)
	return b.decision, nil
}

// EnterPage records that the person came in, or that somebody made her come in.
func EnterPage(f *File, in PageEntered, m Moment) (Decision, error) {
	if f == nil || !f.Page.Open() || f.Page.Page != in.Page {
		return Decision{}, fault.Withheld("no such page")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.page_entered"})
	b.add(f.Page.Compartment, in)
	return b.decision, nil
}

// ClosePage closes the page; one that is closed already stays as it is.
func ClosePage(f *File, by string, m Moment) (Decision, error) {
	if f == nil || f.Page == nil {
		return Decision{}, fault.Withheld("no page")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.page_closed"})
	if f.Page.Open() {
		b.add(f.Page.Compartment, PageClosed{f.Page.Page, by})
	}
	return b.decision, nil
}

// SayOnPage is a message of the person. A frozen file takes it: who stopped the file
// must not have stopped her mouth.
func SayOnPage(f *File, in PageSaid, m Moment) (Decision, error) {
	if f == nil || !f.Page.Open() {
		return Decision{}, fault.Withheld("no page")
	}
	var bad fields
	bad.said("page_text", in.Text, maxPageText, true)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.page_said"})
	b.add(f.Page.Compartment, in)
	return b.decision, nil
}

// AnswerOnPage answers it, once.
func AnswerOnPage(f *File, in PageAnswered, m Moment) (Decision, error) {
	if f == nil || f.Page == nil {
		return Decision{}, fault.Withheld("no page")
	}
	i := slices.IndexFunc(f.Messages, func(s PageMessage) bool { return s.ID == in.Message })
	switch {
	case i < 0:
		return Decision{}, fault.Withheld("no such message")
	case !f.Messages[i].Answered.IsZero():
		return Decision{}, fault.New(fault.Conflict, CodePageMessage)
	}
	var bad fields
	bad.said("reply", in.Text, maxPageText, true)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.page_answered"})
	b.add(f.Page.Compartment, in)
	return b.decision, nil
}

// addPage applies what is about the page, and the tasks that follow from it.
func (f *File) addPage(e Event) bool {
	switch v := e.Payload.(type) {
	case PageIssued:
		f.pageTasksDone(e.OccurredAt, TaskPageClosed)
		f.Page = &OwnPage{PageIssued: v, At: e.RecordedAt, Body: e.Body, Compartment: e.Compartment}
	case PageEntered:
		f.onPage(func(p *OwnPage) {
			if v.Second {
				p.Alarms = added(p.Alarms, e.RecordedAt)
			} else {
				p.Entered = e.RecordedAt
			}
		})
		if v.Second {
			f.pageTask(e, TaskPageAlarm, "")
		}
	case PageClosed:
		f.onPage(func(p *OwnPage) { p.Closed, p.ClosedBy = e.RecordedAt, v.By })
		if v.By != ClosedByWorker {
			f.pageTask(e, TaskPageClosed, "")
		}
	case PageSaid:
		f.Messages = added(f.Messages, PageMessage{ID: v.Message, Text: v.Text, At: e.RecordedAt})
		f.pageTask(e, TaskPageMessage, string(v.Message))
	case PageAnswered:
		f.Messages = edited(f.Messages, func(s *PageMessage) bool { return s.ID == v.Message },
			func(s *PageMessage) { s.Answer, s.Answered = v.Text, e.RecordedAt })
		f.Tasks = edited(f.Tasks, func(t *Task) bool { return t.Verb == TaskPageMessage && t.About == string(v.Message) },
			func(t *Task) { t.Done = e.OccurredAt })
	default:
		return f.addGuardianPage(e)
	}
	return true
}

// onPage changes a copy: who read the file before keeps what they read.
func (f *File) onPage(change func(*OwnPage)) {
	if f.Page == nil {
		return
	}
	p := *f.Page
	change(&p)
	f.Page = &p
}

// pageTask is for the body that gave the page.
func (f *File) pageTask(e Event, verb, about string) {
	if f.Page == nil {
		return
	}
	f.Tasks = added(f.Tasks, Task{
		ID: derived[id.Task](e.RecordedAt, f.Ref().ID, verb, string(e.ID)), Verb: verb, Body: f.Page.Body, About: about, Added: e.OccurredAt,
	})
}

func (f *File) pageTasksDone(at time.Time, verb string) {
	f.Tasks = edited(f.Tasks, func(t *Task) bool { return t.Verb == verb && t.Done.IsZero() }, func(t *Task) { t.Done = at })
}

// pageRows are the pages that can be entered: a code that is not here opens nothing.
func (f *File) pageRows() (out []Row) {
	if f.Page.Open() {
		out = append(out, row(PagesTable, string(f.Page.Page), string(f.ID), f.Page.Tag))
	}
	if f.GuardianPage != nil && f.guardianOver() == "" {
		out = append(out, row(PagesTable, string(f.GuardianPage.Page), string(f.ID), f.GuardianPage.Tag))
	}
	return out
}

// PagesTable has every page that is open, by the tag of its code.
const PagesTable = "pages"
