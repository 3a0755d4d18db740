package web

import (
	"context"
	"net/url"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

type questionDesk interface {
	KeptQuestions(ctx context.Context, who access.Who) (desk.Questions, error)
	KeptQuestion(ctx context.Context, who access.Who, question string) (desk.KeptQuestion, error)
	SayQuestion(ctx context.Context, who access.Who, in desk.QuestionInput) (casework.Receipt, error)
}

// questionKeptView is the list of questions to whoever keeps how they stand, or one of
// them with its form.
type questionKeptView struct {
	Frame
	List   []desk.OpenQuestion
	One    *desk.KeptQuestion
	Key    string
	Fields []Field
}

func keptQuestionsPage(c *call) error {
	return c.drawKeptQuestion(200, c.frame("questions.kept.title"), c.r.URL.Query().Get("question"), nil)
}

// drawKeptQuestion draws the form as it was typed or, with nothing typed, as the
// question stands.
func (c *call) drawKeptQuestion(status int, f Frame, question string, typed url.Values) error {
	if question == "" {
		all, err := c.site.Desk.KeptQuestions(c.ctx, c.who)
		if err != nil {
			return err
		}
		return c.render(status, "question_kept", questionKeptView{Frame: f, List: all.List})
	}
	one, err := c.site.Desk.KeptQuestion(c.ctx, c.who, question)
	if err != nil {
		return err
	}
	return c.render(status, "question_kept", newQuestionKeptView(f, one, typed))
}

func newQuestionKeptView(f Frame, one desk.KeptQuestion, typed url.Values) questionKeptView {
	v := questionKeptView{Frame: f, One: &one, Key: typed.Get("key")}
	if typed == nil {
		v.Key = newKey()
		s := one.Stands
		typed = url.Values{
			"question_state": {s.State}, "asked_to": {s.To}, "put_on": {s.PutOn}, "question_letter": {s.Letter.Reveal()},
			"answered_on": {s.Answered}, "question_answer": {s.Answer.Reveal()}, "question_source": {s.Source.Reveal()},
		}
	} else if seq, err := strconv.ParseUint(typed.Get("seq"), 10, 64); err == nil {
		one.Seq = seq // what the form was drawn from: drawn again, it does not learn of what came since
	}
	fm := form{f, typed}
	v.Fields = []Field{
		fm.choose("choice", "question_state", "questions.state", casework.QuestionStates...), fm.asked(one.Asked),
		fm.field("day", "put_on"), fm.field("text", "question_letter"), fm.field("day", "answered_on"), fm.field("long_text", "question_answer"),
		fm.field("text", "question_source"), fm.field("text", "question_why"),
	}
	for i := 4; i < len(v.Fields); i++ { // an answer, and why something is put right
		v.Fields[i].Optional = true
	}
	return v
}

// asked is the choice of whom a question was put to, in the pack's words.
func (f form) asked(who []string) Field {
	out := f.field("select", "asked_to")
	for _, to := range who {
		out.Options = append(out.Options, Option{Value: to, Label: f.frame.Or("asked."+to, "questions.ask"), On: f.typed.Get("asked_to") == to})
	}
	return out
}

func keptQuestionPost(c *call) error {
	f := c.frame("questions.kept.title")
	question := c.form.Get("question")
	if question == "" { // no form of ours
		return fault.New(fault.Invalid, "form.malformed")
	}
	redraw := func(f Frame) error { return c.drawKeptQuestion(422, f, question, c.form) }
	if c.turning() {
		return c.drawKeptQuestion(200, f, question, c.form)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		return c.again(fault.Form(mend...), redraw, f)
	}
	seq, _ := strconv.ParseUint(c.form.Get("seq"), 10, 64)
	receipt, err := c.site.Desk.SayQuestion(c.ctx, c.who, desk.QuestionInput{
		Key: c.form.Get("key"), Question: question, Seq: seq, State: c.form.Get("question_state"), To: c.form.Get("asked_to"),
		PutOn: c.form.Get("put_on"), Letter: text(c.form, "question_letter"), Answered: c.form.Get("answered_on"),
		Answer: text(c.form, "question_answer"), Source: text(c.form, "question_source"), Why: text(c.form, "question_why"),
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "questions.kept.title", Link{"/questions#" + question, f.T("questions.title")}, Link{"/admin/questions", f.T("questions.kept.title")})
}

// questionsCSV is the list for a spreadsheet: what everybody reads, and nobody's name.
func questionsCSV(c *call) error {
	q, err := c.site.Desk.Questions(c.ctx)
	if err != nil {
		return err
	}
	f := c.frame("questions.title")
	rows := [][]string{{"question", "procedure", "unclear", "ask", "answers_hanging", "state", "put_to", "put_on", "letter", "answered_on", "answer", "source"}}
	for _, one := range q.List {
		ask, to, s := "", "", one.Stands
		if f.Has("question." + one.ID + ".ask") {
			ask = f.T("question." + one.ID + ".ask")
		}
		if s.To != "" {
			to = f.Or("asked."+s.To, "questions.ask")
		}
		rows = append(rows, []string{
			one.ID, one.Procedure, f.Or("question."+one.ID, "question.other"), ask, strconv.Itoa(one.Answers()), s.State, to, s.PutOn, s.Letter.Reveal(),
			s.Answered, s.Answer.Reveal(), s.Source.Reveal(),
		})
	}
	rows = append(rows, []string{"# " + f.T("questions.no_law") + " " + f.T("guarantees.caution") + " " + q.Imprint.ID + " " + q.Imprint.Version + " " + q.Imprint.Pack})
	return c.publishCSV("questions", letters, rows, f.T("questions.lead"))
}
