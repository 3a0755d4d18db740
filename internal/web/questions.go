package web

import (
	"cmp"
	"slices"

	"pana/internal/desk"
)

// questionsView is what must be asked of the State. A hundred questions are too
// many for one letter: those of one procedure can be chosen, and those on which
// no answer hangs come last.
type questionsView struct {
	Frame
	Q      desk.Questions
	Choose Field // of a procedure
	Decide []desk.OpenQuestion
	Idle   []desk.OpenQuestion // nothing found so far hangs on them
	Chosen bool
}

func questionsPage(c *call) error {
	q, err := c.site.Desk.Questions(c.ctx)
	if err != nil {
		return err
	}
	return c.show(newQuestionsView(c.frame("questions.title"), q, c.r.URL.Query().Get("procedure")))
}

func newQuestionsView(f Frame, q desk.Questions, procedure string) questionsView {
	p := questionsView{Frame: f, Q: q, Chosen: procedure != ""}
	n := map[string]int{}
	for _, one := range q.List {
		n[one.Procedure]++
		switch {
		case p.Chosen && one.Procedure != procedure:
		case len(one.Hang) == 0:
			p.Idle = append(p.Idle, one)
		default:
			p.Decide = append(p.Decide, one)
		}
	}
	p.Choose = Field{Frame: f, Kind: "select", Name: "procedure", ID: "procedure", Label: f.T("law.procedure"), None: f.T("guarantees.filter.any"), Value: procedure}
	for id := range n {
		label := f.T("questions.of", "procedure", f.Or("procedure."+id, "picture.title"), "n", n[id])
		p.Choose.Options = append(p.Choose.Options, Option{Value: id, Label: label, On: id == procedure})
	}
	slices.SortFunc(p.Choose.Options, func(a, b Option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	return p
}

// askedGroup are the questions of one procedure. A hundred and more in one list
// are fifty screens of a telephone, so that they are folded, but the first.
type askedGroup struct {
	Procedure string
	Open      bool
	List      []desk.OpenQuestion
}

// Deciding are the questions on which answers hang, those of the procedure with
// the weightiest first; Idling the others.
func (p questionsView) Deciding() []askedGroup { return p.grouped(p.Decide, true) }

func (p questionsView) Idling() []askedGroup { return p.grouped(p.Idle, len(p.Decide) == 0) }

func (p questionsView) grouped(list []desk.OpenQuestion, openFirst bool) []askedGroup {
	var out []askedGroup
	for _, q := range list {
		i := slices.IndexFunc(out, func(g askedGroup) bool { return g.Procedure == q.Procedure })
		if i < 0 {
			i = len(out)
			out = append(out, askedGroup{Procedure: q.Procedure, Open: p.Chosen || p.Whole() || openFirst && i == 0})
		}
		out[i].List = append(out[i].List, q)
	}
	return out
}

// Shown is how many questions are shown.
func (p questionsView) Shown() int { return len(p.Decide) + len(p.Idle) }

// Newest is the column of a hanging answer that is nearest to today.
func (questionsView) Newest(h desk.HangingOn) desk.Column {
	return slices.MaxFunc(h.Columns, func(a, b desk.Column) int {
		if a.Snapshot != b.Snapshot {
			return cmp.Compare(a.Snapshot, b.Snapshot)
		}
		return len(b.Overlays) - len(a.Overlays)
	})
}
