package web

import (
	"context"
	"net/url"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

type checkDesk interface {
	CheckForm(ctx context.Context, who access.Who) (desk.CheckForm, error)
	RemovalCheck(ctx context.Context, who access.Who, in desk.CheckInput) (desk.CheckAnswer, error)
}

// checkPage is the removal check: one field set about a person in this body's
// hands.
type checkPage struct {
	Frame
	Fields []Field
	Key    string
	Duty   []desk.Phone
}

// answerPage fills the screen with one answer and a telephone. It gives no
// reason, no name and no file, and cannot be printed as a clearance.
type answerPage struct {
	Frame
	A         desk.CheckAnswer
	Questions []Field
	Kept      []Kept
}

// theThree are the questions to ask before anybody believes that silence is a
// permission; each in the person's own language.
var theThree = []string{"afraid", "forced", "under_18"}

func checkForm(c *call) error {
	form, err := c.site.Desk.CheckForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(newCheckPage(c.frame("check.title"), form, url.Values{"key": {form.Key}}))
}

func newCheckPage(f Frame, choices desk.CheckForm, typed url.Values) checkPage {
	f.MainForm = true
	fm := form{f, typed}
	p := checkPage{Frame: f, Key: typed.Get("key"), Duty: choices.Duty}
	more := fm.field("text", "name_2")
	more.Max, more.Optional = limitOf("name"), true
	born, sex := fm.field("date", "born"), fm.choose("choice", "sex", "sex", "female", "male", "unknown")
	sex.Why = "" // the reason given elsewhere is about shelters
	p.Fields = []Field{
		fm.field("text", "name"), more, born, sex, fm.country("citizenship"),
		fm.field("text", "document"), fm.field("text", "custody"), fm.field("text", "where"),
	}
	if len(choices.Grounds) > 0 {
		p.Fields = append(p.Fields, fm.choose("choice", "ground", "step", choices.Grounds...))
	}
	p.Fields[5].Optional = true
	return p
}

// checkPost asks. Whatever goes wrong on the way, the page says hold: an error
// is never read as an answer.
func checkPost(c *call) error {
	f := c.frame("check.title")
	redraw := func(f Frame) error {
		choices, err := c.site.Desk.CheckForm(c.ctx, c.who)
		if err != nil {
			return c.hold()
		}
		return c.render(422, "check", newCheckPage(f, choices, c.form))
	}
	if c.turning() {
		return redraw(f)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return redraw(f)
	}
	answer, err := c.site.Desk.RemovalCheck(c.ctx, c.who, checkInput(c.form))
	switch e := fault.Of(err); {
	case err == nil:
		return c.show(newAnswerPage(c.frame("answer.title"), answer, c.form))
	case e.Kind == fault.Invalid && len(e.Fields) > 0:
		return c.again(renamed(err, "names", "name", "place", "where"), redraw, f)
	case e.Kind == fault.NotFound || e.Kind == fault.Unauthenticated:
		return err
	default:
		c.log(e)
		return c.hold()
	}
}

// hold is the answer to every error.
func (c *call) hold() error {
	return c.render(503, "answer", newAnswerPage(c.frame("answer.title"), desk.CheckAnswer{Answer: "hold", At: c.now}, nil))
}

func checkInput(v url.Values) desk.CheckInput {
	in := desk.CheckInput{
		Key: v.Get("key"), Born: text(v, "born"), Sex: v.Get("sex"), Citizenship: text(v, "citizenship"), Document: text(v, "document"),
		Custody: text(v, "custody"), Ground: v.Get("ground"), Place: text(v, "where"),
		Afraid: asked(v, "afraid"), Forced: asked(v, "forced"), Under18: asked(v, "under_18"),
	}
	for _, name := range []withheld.Text{text(v, "name"), text(v, "name_2")} {
		if !name.Empty() {
			in.Names = append(in.Names, name)
		}
	}
	return in
}

func asked(v url.Values, name string) string {
	if s := v.Get(name); s != "" {
		return s
	}
	return "not_asked"
}

func newAnswerPage(f Frame, answer desk.CheckAnswer, typed url.Values) answerPage {
	f.Wide = true
	p := answerPage{Frame: f, A: answer}
	if answer.Answer != "no_bar_on_record" {
		return p
	}
	fm := form{f, url.Values{}}
	for _, q := range theThree {
		p.Questions = append(p.Questions, fm.choose("choice", q, "check.said", "yes", "no", "not_sure"))
	}
	// The same person is asked about once more, with the answers: a new act.
	p.Kept = append(keep(typed, append([]string{"key"}, theThree...)...), Kept{"key", newKey()})
	return p
}
