package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A pack names questions that its sources leave open. What became of one is a stream
// about the pack: it was put to somebody, on a day, in a letter; it was answered. Each
// event states the whole, so that a later one corrects an earlier, and the earlier
// stays. An answer is no law: nothing of the pack changes by it.

// States of a question to the State.
const (
	QuestionNotPut   = "not_put"
	QuestionPut      = "put"
	QuestionAnswered = "answered"
)

// QuestionStates are in the order in which they come.
var QuestionStates = []string{QuestionNotPut, QuestionPut, QuestionAnswered}

// Longest texts of a question's state, in characters.
const (
	maxLetter = 120
	maxAnswer = 2000
	maxCited  = 500
	maxWhy    = 500
)

// QuestionStated says how a question stands. Everything but Why is for everybody to
// read, and who records it is told so before; it is sealed all the same, for people
// type names into everything.
type QuestionStated struct {
	State    string        `json:"state"`
	To       string        `json:"to,omitempty"`     // code of who was asked: wording asked.X
	PutOn    string        `json:"put_on,omitempty"` // 2026-11-02, a day of the country
	Letter   withheld.Text `json:"letter,omitzero"`
	Answered string        `json:"answered,omitempty"`
	Answer   withheld.Text `json:"answer,omitzero"` // in short
	Source   withheld.Text `json:"source,omitzero"` // where the answer is to be read
	Why      withheld.Text `json:"why,omitzero"`    // of a correction
}

func (QuestionStated) EventType() (string, int) { return "question.stated", 1 }

// StateQuestion is a question as it stands, with what was said of it before.
type StateQuestion struct {
	Question string
	Now      QuestionStated
	Past     []QuestionSaid // all, the last included
	seq      uint64
}

// QuestionSaid is one statement, with who made it.
type QuestionSaid struct {
	QuestionStated
	At     time.Time
	Body   id.Body
	Worker id.Worker
}

// StateQuestionRef names the stream of a question by its id in the pack.
func StateQuestionRef(question string) Ref { return Ref{PackStream, questionPrefix + question} }

// questionPrefix keeps these streams apart from disputes and moves of law.
const questionPrefix = "question-"

func (q *StateQuestion) Ref() Ref    { return StateQuestionRef(q.Question) }
func (q *StateQuestion) Seq() uint64 { return q.seq }

// SayQuestion records how a question stands. Seq is what the page showed. To go on, from
// not put to put to answered, needs no reason; to change what was said does.
func SayQuestion(question string, old *StateQuestion, seq uint64, in QuestionStated, m Moment) (Decision, error) {
	was := QuestionStated{State: QuestionNotPut}
	if old != nil {
		was = old.Now
	}
	if old.seen() != seq {
		return Decision{}, fault.New(fault.Conflict, CodeQuestionChanged)
	}
	today := m.today()
	if err := fault.Form(in.faults(today)...); err != nil {
		return Decision{}, err
	}
	said := in
	said.Why = withheld.Text{}
	was.Why = withheld.Text{}
	switch {
	case said == was:
		return Decision{}, fault.New(fault.Invalid, CodeQuestionSame)
	case said.corrects(was) && in.Why.Empty():
		return Decision{}, fault.Form(fault.Field{Name: "question_why", Code: "field.question_why"})
	case !said.corrects(was):
		in.Why = withheld.Text{}
	}
	return single(m, StateQuestionRef(question), in, "receipt.question_stated"), nil
}

func (q *StateQuestion) seen() uint64 {
	if q == nil {
		return 0
	}
	return q.seq
}

// faults are what is missing, too much or on no possible day. Days are compared as
// they are written.
func (q QuestionStated) faults(today string) []fault.Field {
	var f fields
	put, answered := q.State != QuestionNotPut, q.State == QuestionAnswered
	need := func(name string, needed, there bool) {
		switch {
		case needed && !there:
			f.add(name, "field.required")
		case !needed && there:
			f.add(name, "field.question_early")
		}
	}
	need("asked_to", put, q.To != "")
	need("put_on", put, q.PutOn != "")
	need("question_letter", put, !q.Letter.Empty())
	need("answered_on", answered, q.Answered != "")
	need("question_answer", answered, !q.Answer.Empty())
	need("question_source", answered, !q.Source.Empty())
	if q.PutOn > today {
		f.add("put_on", "field.future")
	}
	switch {
	case q.Answered > today:
		f.add("answered_on", "field.future")
	case q.Answered != "" && q.Answered < q.PutOn:
		f.add("answered_on", "field.question_before")
	}
	f.said("question_letter", q.Letter, maxLetter, false)
	f.said("question_answer", q.Answer, maxAnswer, false)
	f.said("question_source", q.Source, maxCited, false)
	f.said("question_why", q.Why, maxWhy, false)
	return f
}

// corrects says that something which was said is said otherwise, or no more.
func (q QuestionStated) corrects(was QuestionStated) bool {
	switch was.State {
	case QuestionPut:
		return q.State == QuestionNotPut || q.To != was.To || q.PutOn != was.PutOn || q.Letter != was.Letter
	case QuestionAnswered:
		return q != was
	}
	return false
}

func foldQuestion(old *StateQuestion, e Event, v QuestionStated) State {
	q := StateQuestion{Question: e.Stream.ID[len(questionPrefix):]}
	if old != nil {
		q = *old
	}
	q.Now, q.seq = v, e.Seq
	q.Past = added(q.Past, QuestionSaid{v, e.RecordedAt, e.Body, e.Worker})
	return &q
}
