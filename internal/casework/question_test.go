package casework

import (
	"testing"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// A question goes on without a reason and is put right with one; each statement is
// whole, on days that can be, and what was said before stays.
func TestWhatBecameOfAQuestion(t *testing.T) {
	t.Parallel()
	text := withheld.New
	put := QuestionStated{State: QuestionPut, To: "interior", PutOn: "2026-03-01", Letter: text("1-2/345")}
	answered := put
	answered.State, answered.Answered, answered.Answer, answered.Source = QuestionAnswered, "2026-03-02", text("A month."), text("Letter 7")
	with := func(q QuestionStated, change func(*QuestionStated)) QuestionStated {
		change(&q)
		return q
	}
	none := QuestionStated{}
	for _, row := range []struct {
		why       string
		was, says QuestionStated
		code      string // of the fault, or field.code
	}{
		{"it is put", none, put, ""},
		{"and answered", put, answered, ""},
		{"answered at once: both days are said", none, answered, ""},
		{"nothing new", put, put, CodeQuestionSame},
		{"nobody put it, and nobody says so", none, QuestionStated{State: QuestionNotPut}, CodeQuestionSame},
		{"a reason is nothing new", put, with(put, func(q *QuestionStated) { q.Why = text("x") }), CodeQuestionSame},
		{"put, to nobody", none, with(put, func(q *QuestionStated) { q.To = "" }), "asked_to field.required"},
		{"put, on no day", none, with(put, func(q *QuestionStated) { q.PutOn = "" }), "put_on field.required"},
		{"put, in no letter", none, with(put, func(q *QuestionStated) { q.Letter = withheld.Text{} }), "question_letter field.required"},
		{"an answer to what was not answered", none, with(put, func(q *QuestionStated) { q.Answer = text("Yes.") }), "question_answer field.question_early"},
		{"a letter of what was not put", put, QuestionStated{State: QuestionNotPut, Letter: text("1"), Why: text("x")}, "question_letter field.question_early"},
		{"an answer without where it is to be read", put, with(answered, func(q *QuestionStated) { q.Source = withheld.Text{} }), "question_source field.required"},
		{"put tomorrow", none, with(put, func(q *QuestionStated) { q.PutOn = "2026-03-04" }), "put_on field.future"},
		{"answered tomorrow", put, with(answered, func(q *QuestionStated) { q.Answered = "2026-03-04" }), "answered_on field.future"},
		{"answered before it was put", put, with(answered, func(q *QuestionStated) { q.Answered = "2026-02-28" }), "answered_on field.question_before"},
		{"another letter, and no reason", put, with(put, func(q *QuestionStated) { q.Letter = text("1-2/346") }), "question_why field.question_why"},
		{"another letter, with one", put, with(put, func(q *QuestionStated) { q.Letter, q.Why = text("1-2/346"), text("typed wrongly") }), ""},
		{"the answer changes the day it was put, and no reason", put, with(answered, func(q *QuestionStated) { q.PutOn = "2026-02-20" }), "question_why field.question_why"},
		{"another answer, and no reason", answered, with(answered, func(q *QuestionStated) { q.Answer = text("Two months.") }), "question_why field.question_why"},
		{"the answer was none, with a reason", answered, with(put, func(q *QuestionStated) { q.Why = text("it was of another question") }), ""},
		{"it was never put, and no reason", put, QuestionStated{State: QuestionNotPut}, "question_why field.question_why"},
	} {
		m := newWorld(t).moment(inspector)
		var old *StateQuestion
		seq := uint64(0)
		if row.was.State != "" {
			old = foldQuestion(nil, Event{Stream: StateQuestionRef("q"), Seq: 1}, row.was).(*StateQuestion)
			seq = 1
		}
		d, err := SayQuestion("q", old, seq, row.says, m)
		if got := codeOf(err); got != row.code {
			t.Errorf("%s: %q, not %q", row.why, got, row.code)
		}
		if err != nil {
			continue
		}
		next := foldQuestion(old, Event{Stream: StateQuestionRef("q"), Seq: seq + 1}, d.Events[0].Payload.(QuestionStated)).(*StateQuestion)
		if len(next.Past) != int(seq)+1 || next.Now.State != row.says.State || next.Ref() != StateQuestionRef("q") {
			t.Errorf("%s: it adds up to %+v", row.why, next)
		}
		if _, err := SayQuestion("q", next, seq, put, m); !fault.Is(err, CodeQuestionChanged) {
			t.Errorf("%s: a page from before says %v", row.why, err)
		}
	}
}

// codeOf is a fault's code, or its first field with its code.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	if len(f.Fields) > 0 {
		return f.Fields[0].Name + " " + f.Fields[0].Code
	}
	return f.Code
}
