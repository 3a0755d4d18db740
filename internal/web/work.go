package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/id"
)

type workDesk interface {
	MyWork(ctx context.Context, who access.Who, filter desk.WorkFilter, page string) (desk.Work, error)
}

// frontPage is the four doors, each with one live sentence.
type frontPage struct {
	Frame
	Doors []door
}

type door struct{ ID, Path, Live string }

func front(c *call) error {
	f := c.frame("front.title")
	live := f.T("door.protect.live")
	if f.Signed {
		if work, err := c.site.Desk.MyWork(c.ctx, c.who, desk.WorkFilter{}, ""); err == nil {
			live = f.T("door.protect.work", "overdue", work.Counts["overdue"], "due", work.Counts["due"])
		}
	}
	g, err := c.site.Desk.Guarantees(c.ctx)
	if err != nil {
		return err
	}
	return c.show(frontPage{f, doors(f, live, f.promised(g))})
}

// promised is the live sentence of Guarantee: how many requirements today's law
// meets, or how far the search for that is.
func (f Frame) promised(g desk.Guarantees) string {
	day, _, _ := strings.Cut(g.Current, "/")
	n := g.Count(g.Current)
	switch found := n[check.Holds] + n[check.Fails] + n[check.Unknown]; {
	case len(g.Properties) == 0:
		return f.T("guarantees.none")
	case found < len(g.Properties):
		return f.T("door.guarantee.working", "done", found, "total", len(g.Properties))
	}
	return f.T("door.guarantee.cells", "day", f.Snapshot(day), "fails", n[check.Fails], "unknown", n[check.Unknown], "holds", n[check.Holds])
}

// doors are the four: Protect leads to work, Guarantee to what the law promises,
// the others say when they open.
func doors(f Frame, live, promised string) []door {
	protect := door{ID: "protect", Path: "/sign-in", Live: live}
	if f.Signed && len(f.Nav) > 0 {
		protect.Path = f.Nav[0].Path
	}
	return []door{
		protect,
		{ID: "guarantee", Path: "/guarantees", Live: promised},
		{ID: "count", Live: f.T("door.count.live")},
		{ID: "answer", Live: f.T("door.answer.live")},
	}
}

// workPage is My work: overdue first, then due, then new.
type workPage struct {
	Frame
	Work   desk.Work
	List   listing
	Counts []stateCount
}

type stateCount struct {
	State string
	N     int
	Many  bool // and more, which nobody counted
}

// workStates are in the order of need.
var workStates = []string{"overdue", "due", "new", "waiting"}

func myWork(c *call) error {
	q := c.listQuery("work", "state", "kind", "region", "held", "sort")
	work, err := c.site.Desk.MyWork(c.ctx, c.who, workFilter(q), q.Get("after"))
	if err != nil {
		return err
	}
	return c.show(newWorkPage(c.frame("work.title"), work, q))
}

func workFilter(q url.Values) desk.WorkFilter {
	return desk.WorkFilter{State: q.Get("state"), Kind: q.Get("kind"), Region: q.Get("region"), Whose: q.Get("held"), Sort: q.Get("sort")}
}

func newWorkPage(f Frame, work desk.Work, q url.Values) workPage {
	fm := form{f, q}
	filters := []Field{fm.pick("kind", "work.kind", "referral", "task", "step", "proposal", "hearing", "call", "erasure")}
	if len(work.Regions) > 1 {
		filters = append(filters, fm.pick("region", "region", work.Regions...))
	}
	filters = append(filters, fm.pick("held", "held", "mine"))
	p := workPage{Frame: f, Work: work, List: newListing(f, q, "/work", append(filters, fm.order("due", "since"))...)}
	p.List.Pages = work.Pages
	p.Counts = counted(&p.List, q, work.Counts, workStates)
	return p
}

// counted are the states with how many lines each has; the one that was chosen
// is sent along by the form.
func counted(l *listing, q url.Values, n map[string]int, states []string) (out []stateCount) {
	for _, s := range states {
		out = append(out, stateCount{s, n[s], n[s] >= desk.ManyLines})
	}
	if state := q.Get("state"); state != "" {
		l.Carry = append(l.Carry, Kept{"state", state})
	}
	return out
}

// Says is whether the clock beside a line already says its state.
func (f Frame) Says(state string, due time.Time) bool {
	return !due.IsZero() && (state == "overdue" || state == "due")
}

// Line is the verb, whom it is about, and what they need.
func (p workPage) Line(l desk.WorkLine) string {
	line := p.Owed(l.Verb)
	if l.Number != "" {
		line += " " + l.Number
	}
	if l.About != "" {
		return line + ": " + l.About
	}
	if l.Subject == (desk.Subject{Region: l.Subject.Region}) {
		return line // a call: there is nobody yet
	}
	if l.Step != "" {
		line += ": " + inside(p.Or("step."+l.Step, "step.other"))
	}
	if l.Filed != "" {
		line += ": " + inside(p.Or("step."+l.Filed+".done", "step."+l.Filed, "step.other"))
	}
	line += ": " + p.Say(l.Subject)
	for _, n := range l.Needs {
		line += ", " + inside(p.Or("need."+n+".short", "need."+n))
	}
	return line
}

// StepOf is the step of a line that is one.
func (p workPage) StepOf(l desk.WorkLine) string { return strings.TrimPrefix(l.Verb, "step.") }

// Owed says what is to be done. Of a decision that hangs on a truth nobody can
// record it says on which: "recognise, where the person would be persecuted", so
// that the list does not decide before the decider has.
func (f Frame) Owed(verb string) string {
	said := f.Or(verb, "work.task")
	if f.Has(verb + ".must") {
		said += ", " + inside(f.T(verb+".must"))
	}
	return said
}

// inside writes a label as it stands inside a sentence. An abbreviation keeps
// its capitals.
func inside(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	second, _ := utf8.DecodeRuneInString(label[size:])
	if unicode.IsUpper(second) {
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}

// Say describes a person without saying who: "girl, about 15, Uzbek".
func (f Frame) Say(s desk.Subject) string {
	grown := "adult"
	if s.ChildPath {
		grown = "child"
	}
	parts := []string{f.T("subject." + known(s.Sex, "female", "male") + "." + grown)}
	switch {
	case s.Age > 0:
		parts = append(parts, f.T("subject.about", "n", s.Age))
	case s.AgeBand != "" && !s.ChildPath:
		// "man", "woman": the word says it.
	case s.AgeBand != "":
		// The band is what the rules read, and they read "not known" as the safest.
		parts = append(parts, f.T("subject.age_child"))
	default:
		parts = append(parts, f.T("subject.age_unknown"))
	}
	if s.Language != "" {
		parts = append(parts, f.Or("language."+s.Language, "subject.language_other"))
	}
	return strings.Join(parts, ", ")
}

// known is the value when it is one of the listed, else "unknown".
func known(v string, values ...string) string {
	for _, k := range values {
		if v == k {
			return v
		}
	}
	return "unknown"
}

// receiptPage is the answer to an act: what happened, who has been told, what
// happens next and by when.
type receiptPage struct {
	Frame
	told
	Receipt casework.Receipt
	Links   []Link
}

// Link is somewhere to go on to; the first is the main button.
type Link struct{ Path, Label string }

// told knows the names of the bodies that were told.
type told struct {
	names map[id.Body]string
	kinds []string // kinds of body told where none is named
	n     string   // how many, when their names cannot be read
}

// ToldNames lists who has been told, by name.
func (t told) ToldNames(r casework.Receipt) []string {
	var out []string
	for _, b := range r.Told {
		if name := t.names[id.Body(b)]; name != "" {
			out = append(out, name)
		}
	}
	if len(out) == 0 && t.n != "" {
		out = append(out, t.n)
	}
	return append(out, t.kinds...)
}

// ReceiptText says a receipt's code, with its times in words.
func (f Frame) ReceiptText(r casework.Receipt) string {
	args := f.arguments(r.Args)
	if f.words.Has(f.Lang, r.Code) {
		return f.T(r.Code, args...)
	}
	if f.words.Has(f.Lang, "receipt."+r.Code) {
		return f.T("receipt."+r.Code, args...)
	}
	return f.T("receipt.done")
}

func (c *call) told(r casework.Receipt) told {
	bodies := make([]id.Body, 0, len(r.Told))
	for _, b := range r.Told {
		bodies = append(bodies, id.Body(b))
	}
	var kinds []string
	for _, kind := range r.Kinds {
		kinds = append(kinds, c.frame("").Or("body."+kind, "body_kind.other"))
	}
	if len(bodies) == 0 {
		return told{kinds: kinds}
	}
	names, err := c.site.Desk.BodyNames(c.ctx, c.who, bodies...)
	if err != nil {
		names = nil // the act is done; a name missing from its receipt must not look like a failure
	}
	return told{names: names, kinds: kinds, n: c.site.Words.Say(c.lang, "receipt.told.n", "n", len(bodies))}
}

// receipt answers an act. The page is the answer to the POST itself: sending it
// again is the same act, by its key.
func (c *call) receipt(r casework.Receipt, titleKey string, links ...Link) error {
	f := c.frame(titleKey)
	if len(links) > 0 {
		f.Path = links[0].Path // the act's own address cannot be asked for again
	}
	return c.render(http.StatusOK, "receipt", receiptPage{Frame: f, told: c.told(r), Receipt: r, Links: links})
}
