package web

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type docketDesk interface {
	Docket(ctx context.Context, who access.Who, filter desk.DocketFilter, page string) (desk.Docket, error)
	ShareOut(ctx context.Context, who access.Who, pieces []desk.Piece) (desk.Sharing, error)
	Staff(ctx context.Context, who access.Who) ([]desk.Load, error)
	GiveWork(ctx context.Context, who access.Who, in desk.GiveInput) ([]desk.GiveDone, error)
}

// docketPageView is what a decider owes today, and how long people have waited. For
// who shares out the work it is a form: steps are chosen by boxes, and given.
type docketPageView struct {
	Frame
	D      desk.Docket
	List   listing
	Counts []stateCount
	Lines  []docketRow
	Here   template.URL // this list as it stands
	Key    string
	To     Field
	Note   Field
}

type docketRow struct {
	desk.DocketLine
	Box     string
	Chosen  bool
	Element string
}

// docketStates: what is owed here waits for nobody else.
var docketStates = []string{"overdue", "due", "new"}

// docketWhose is whose steps of a docket are looked at.
var docketWhose = []string{"mine", "nobody", "colleague"}

func docketPage(c *call) error { return c.drawDocket(200, c.frame("docket.title"), url.Values{}) }

func (c *call) drawDocket(status int, f Frame, typed url.Values) error {
	q := c.listQuery("docket", "state", "step", "region", "held", "sort")
	d, err := c.site.Desk.Docket(c.ctx, c.who, docketFilter(q), q.Get("after"))
	if err != nil {
		return err
	}
	return c.render(status, "docket", newDocketPage(f, d, q, typed))
}

func docketFilter(q url.Values) desk.DocketFilter {
	return desk.DocketFilter{State: q.Get("state"), Step: q.Get("step"), Region: q.Get("region"), Whose: q.Get("held"), Sort: q.Get("sort")}
}

func newDocketPage(f Frame, d desk.Docket, q, typed url.Values) docketPageView {
	fm := form{f, q}
	var filters []Field
	if len(d.Steps) > 1 {
		filters = append(filters, fm.pick("step", "step", d.Steps...))
	}
	if len(d.Regions) > 1 {
		filters = append(filters, fm.pick("region", "region", d.Regions...))
	}
	filters = append(filters, fm.pick("held", "held", docketWhose...))
	p := docketPageView{Frame: f, D: d, List: newListing(f, q, "/docket", append(filters, fm.order("due", "since"))...), Key: typed.Get("key")}
	p.List.Pages = d.Pages
	p.Counts = counted(&p.List, q, d.Counts, docketStates)
	p.Path, p.Here = "/docket", p.List.Turn(q.Get("after"))
	for i, l := range d.Lines {
		box := desk.Piece{File: l.Subject.File, Step: l.Step, Held: l.Held.Worker}.String()
		p.Lines = append(p.Lines, docketRow{l, box, slices.Contains(typed["piece"], box), "piece-" + strconv.Itoa(i)})
	}
	if !d.Share {
		return p
	}
	if p.Key == "" {
		p.Key = newKey()
	}
	ask := form{f, typed}
	p.To, p.Note = ask.field("select", "give_to"), ask.field("text", "hand_note")
	for _, l := range d.Staff {
		p.To.Options = append(p.To.Options, Option{Value: string(l.Worker), Label: f.workerHas(l), On: typed.Get("give_to") == string(l.Worker)})
	}
	p.Note.Optional = true
	return p
}

// workerHas is a worker of the body in a list to choose from, with what she has.
func (f Frame) workerHas(l desk.Load) string {
	said := l.Name + " · " + f.Or("role."+l.Role, "frame.worker") + " · " + f.T("share.has", "n", l.Has)
	if !l.Away.IsZero() {
		said += " · " + f.T("share.away", "until", f.At(l.Away))
	}
	return said
}

// sharePageView shows who would get what, or what became of it.
type sharePageView struct {
	Frame
	Key  string
	S    desk.Sharing
	Done []desk.GiveDone
	How  string
	Note string // said at the hand-over, sent along
}

// Why says a refusal in words.
func (p sharePageView) Why(e *fault.Error) string { return p.sentence(e) }

// Give is a line of the plan as its form sends it.
func (p sharePageView) Give(l desk.ShareLine) string {
	return l.Piece.String() + "/" + string(l.To.Worker)
}

// Gets is how many steps of the plan somebody gets.
func (p sharePageView) Gets() int {
	n := 0
	for _, l := range p.S.Lines {
		if l.Nobody == "" {
			n++
		}
	}
	return n
}

func docketPost(c *call) error {
	f := c.frame("docket.title")
	draw := func(f Frame) error { return c.drawDocket(422, f, c.form) }
	pieces := chosenPieces(c.form)
	switch verb := c.form.Get("go"); {
	case c.turning():
		return c.drawDocket(200, f, c.form)
	case verb == "share":
		return c.give(desk.GiveInput{How: howGiven(c.form, casework.GivenShared), Note: text(c.form, "hand_note"), Gives: plannedGives(c.form)}, draw, f)
	case verb == "fair" && len(pieces) == 0:
		return c.again(fault.New(fault.Invalid, "work.nothing"), draw, f)
	case verb == "fair" || verb == "fair_all":
		return c.plan(pieces, draw, f)
	case verb != "give" && verb != "back":
		return c.give(desk.GiveInput{}, draw, f)
	case verb == "back":
		return c.give(desk.GiveInput{How: casework.GivenByHand, Gives: givesTo(pieces, "")}, draw, f)
	}
	to, ok := id.Parse[id.Worker](c.form.Get("give_to"))
	if mend := tooLong(c.form); !ok || len(mend) > 0 {
		if !ok {
			mend = append(mend, fault.Field{Name: "give_to", Code: "field.choice"})
		}
		return c.again(fault.Form(mend...), draw, f)
	}
	return c.give(desk.GiveInput{How: howGiven(c.form, casework.GivenByHand), Note: text(c.form, "hand_note"), Gives: givesTo(pieces, to)}, draw, f)
}

// plan shows how the chosen would be shared out; with none chosen, all that nobody has.
func (c *call) plan(pieces []desk.Piece, draw func(Frame) error, f Frame) error {
	s, err := c.site.Desk.ShareOut(c.ctx, c.who, pieces)
	if err != nil {
		return c.again(err, draw, f)
	}
	return c.render(200, "share", sharePageView{Frame: c.shareFrame("share.title"), Key: newKey(), S: s, How: c.form.Get("how"), Note: c.form.Get("hand_note")})
}

func (c *call) shareFrame(title string) Frame {
	f := c.frame(title)
	f.Path = "/docket"
	return f
}

func (c *call) give(in desk.GiveInput, draw func(Frame) error, f Frame) error {
	in.Key = c.form.Get("key")
	done, err := c.site.Desk.GiveWork(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, draw, f)
	}
	return c.render(200, "share", sharePageView{Frame: c.shareFrame("share.done"), Done: done})
}

// howGiven is how the form says that work changes hands: handed over, or as usual.
func howGiven(v url.Values, usual string) string {
	if v.Get("how") == casework.GivenHandover {
		return casework.GivenHandover
	}
	return usual
}

func chosenPieces(v url.Values) (out []desk.Piece) {
	for _, s := range v["piece"] {
		if p, ok := desk.ParsePiece(s); ok {
			out = append(out, p)
		}
	}
	return out
}

func givesTo(pieces []desk.Piece, to id.Worker) (out []desk.Give) {
	for _, p := range pieces {
		if to != "" || p.Held != "" { // what nobody has cannot be taken back
			out = append(out, desk.Give{Piece: p, To: to})
		}
	}
	return out
}

// plannedGives are the lines of the plan that was shown.
func plannedGives(v url.Values) (out []desk.Give) {
	for _, s := range v["give"] {
		if g, ok := desk.ParseGive(s); ok {
			out = append(out, g)
		}
	}
	return out
}
