package web

import (
	"context"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
)

type lawMoveDesk interface {
	LawMove(ctx context.Context, who access.Who) (desk.LawMoveView, error)
	LookAtLaw(ctx context.Context, who access.Who) error
	SignLaw(ctx context.Context, who access.Who, in desk.LawMoveInput) (casework.Receipt, error)
}

// lawMovePage is the move of running files to the pack that runs.
type lawMovePage struct {
	Frame
	M      desk.LawMoveView
	Parts  []lawMovePart
	Looked Field // one tap for each thing that is taken
	Reason Field
	Kept   []Kept
	Key    string
}

// lawMovePart is one list of what changes.
type lawMovePart struct {
	Name  string // its title is law_move.part.<Name>
	Lines []desk.LawMoveLine
}

// Percent is how far a look is.
func (p lawMovePage) Percent() int {
	if p.M.Total == 0 {
		return 0
	}
	return 100 * p.M.Done / p.M.Total
}

// Said names a line in the page's language.
func (p lawMovePage) Said(l desk.LawMoveLine) string { return l.Said(p.Lang) }

func newLawMovePage(f Frame, m desk.LawMoveView, typed url.Values) lawMovePage {
	p := lawMovePage{Frame: f, M: m, Key: newKey()}
	if m.Seen == nil {
		return p
	}
	s := m.Seen
	p.Parts = movedParts(s)
	p.MainForm = !s.Refused()
	fm := form{p.Frame, typed}
	var taken []string
	for _, l := range s.Lost {
		taken = append(taken, l.What)
	}
	p.Looked = fm.choose("choices", "looked", "", taken...)
	for i, l := range s.Lost {
		p.Looked.Options[i].Label = f.T("law_move.takes", "what", l.Said(f.Lang), "n", l.People)
	}
	p.Reason = fm.field("long_text", "move_reason")
	p.Reason.Optional = len(s.Lost) == 0
	p.Kept = keep(typed, "looked", "move_reason", "code", "key")
	if key := typed.Get("key"); key != "" {
		p.Key = key
	}
	return p
}

// movedParts are the lists that are not empty, what is taken before what is given.
func movedParts(s *desk.LawMove) (out []lawMovePart) {
	for _, part := range []lawMovePart{
		{"unsaid", s.Unsaid}, {"unread", s.Unread}, {"lost", s.Lost}, {"gained", s.Gained}, {"closed", s.Closed}, {"opened", s.Opened},
		{"ended", s.Ended}, {"started", s.Started}, {"moved", s.Moved}, {"read", s.Read}, {"procedures", s.Procedures},
	} {
		if len(part.Lines) > 0 {
			out = append(out, part)
		}
	}
	return out
}

func (c *call) drawLawMove(status int, f Frame, typed url.Values) error {
	m, err := c.site.Desk.LawMove(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "law_move", newLawMovePage(f, m, typed))
}

func lawMoveGet(c *call) error {
	return c.drawLawMove(200, c.frame("law_move.title"), url.Values{})
}

// lawMovePost looks, or signs for what was seen.
func lawMovePost(c *call) error {
	f := c.frame("law_move.title")
	redraw := func(f Frame) error { return c.drawLawMove(422, f, c.form) }
	if c.form.Get("go") == "look" {
		if err := c.site.Desk.LookAtLaw(c.ctx, c.who); err != nil {
			return err
		}
		return c.seeOther("/admin/law")
	}
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	receipt, err := c.site.Desk.SignLaw(c.ctx, c.who, desk.LawMoveInput{
		Key: c.form.Get("key"), Code: c.form.Get("code"), Looked: c.form["looked"], Reason: text(c.form, "move_reason"),
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "law_move.title", Link{"/admin/law", f.T("law_move.title")})
}
