package web

import (
	"context"
	"slices"
	"strings"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/procedure"
	"pana/internal/wording"
)

type storyDesk interface {
	Story(ctx context.Context, property, column string) (desk.Story, error)
}

// storyView is one cell told: the statement, the answer, why, the steps beside
// the picture, and what others say of it.
type storyView struct {
	Frame
	S        desk.Story
	Lines    []toldLine
	Other    []toldLine
	Pictures []drawing
	Kinds    []toldKind
	MoreKind int // kinds that are not listed
}

// toldLine is one line of a trace in words.
type toldLine struct {
	N       int
	What    string
	Who     string
	L       desk.StoryLine
	Changed []string
	Lost    []string
	Gained  []string
	Overlay string
	Removal bool
}

type toldKind struct {
	Words   string
	Verdict check.Verdict
	Asks    []string
	Vacuous bool // nobody of them comes to what the property speaks of
}

func storyPage(c *call) error {
	property, column := cellOf(c)
	s, err := c.site.Desk.Story(c.ctx, property, column)
	if err != nil {
		return err
	}
	f := c.frame("story.title", "id", property, "day", s.Column.Snapshot)
	f.TitleArgs[3] = f.Snapshot(s.Column.Snapshot)
	return c.show(newStoryView(f, s))
}

// Rule is a guard in words.
func (p storyView) Rule(guard string) string {
	if p.S.Rule == nil {
		return guard
	}
	return p.S.Rule(p.Lang, guard)
}

// cellOf reads a cell from the address. What is none is not found by desk.
func cellOf(c *call) (property, column string) {
	return c.r.PathValue("property"), c.r.PathValue("snapshot") + "/" + c.r.PathValue("overlay")
}

// mostKinds keeps the page light: a property that reads many facts has hundreds
// of kinds, and the first of each answer tell what matters.
const mostKinds = 40

func newStoryView(f Frame, s desk.Story) storyView {
	f.Wide = true
	p := storyView{Frame: f, S: s, Lines: f.tell(s.Lines), Other: f.tell(s.Other)}
	for i, picture := range s.Pictures {
		d := draw(f, picture, i)
		if d.Desc = f.T("picture.plain.desc"); len(s.Cell.Trace) > 0 {
			d.Desc = f.T("picture.path.desc")
		}
		p.Pictures = append(p.Pictures, d)
	}
	kinds := slices.Clone(s.Cell.Kinds)
	rank := map[check.Verdict]int{check.Fails: 0, check.Unknown: 1, check.Holds: 2}
	slices.SortStableFunc(kinds, func(a, b check.Kind) int { return rank[a.Verdict] - rank[b.Verdict] })
	for i, k := range kinds {
		if i == mostKinds && !f.Whole() {
			p.MoreKind = len(kinds) - i
			break
		}
		p.Kinds = append(p.Kinds, toldKind{f.Person(k.Kind), k.Verdict, k.Questions, k.Vacuous})
	}
	return p
}

// tell says each line in words.
func (f Frame) tell(lines []desk.StoryLine) []toldLine {
	var out []toldLine
	for i, l := range lines {
		line := toldLine{N: i + 1, L: l, What: f.happened(l), Who: f.who(l), Removal: l.Effect == "removal"}
		for _, c := range l.Changed {
			if said := f.became(c); said != "" {
				line.Changed = append(line.Changed, said)
			}
		}
		line.Lost, line.Gained = f.safeguardNames(l.Lost), f.safeguardNames(l.Gained)
		if l.Overlay != "" {
			line.Overlay = f.T("story.of_overlay", "source", f.Or("overlay."+l.Overlay, "overlay.other"))
		}
		out = append(out, line)
	}
	return out
}

// happened is what was done, or which time ran out.
func (f Frame) happened(l desk.StoryLine) string {
	kind, name, _ := strings.Cut(l.Step, " ")
	switch {
	case l.Clock != "":
		return f.T("story.time") + " " + f.Or("clock."+l.Clock, "clock.other")
	case kind == "birthday":
		return f.T("story.birthday", "what", f.Or("fact."+name, "var.other"))
	case l.NoticeOf != "":
		return f.T("story.notice", "step", f.Step(l.NoticeOf))
	}
	return f.Step(l.Step)
}

// mostBodies is how many are named of those who may all do a thing.
const mostBodies = 4

func (f Frame) who(l desk.StoryLine) string {
	if l.Clock != "" || len(l.By) == 0 {
		return ""
	}
	var out []string
	for _, by := range l.By {
		switch by {
		case "time":
			return ""
		case "world":
			out = append(out, f.T("story.by.world"))
		default:
			out = append(out, f.By(by))
		}
	}
	if more := len(out) - mostBodies; more > 1 {
		return f.T("story.by.any", "who", strings.Join(out[:mostBodies], ", "), "n", more)
	}
	return f.T("story.by", "who", strings.Join(out, ", "))
}

// became says a change in the pack's words, or nothing where the pack has none:
// a state of a notice is told by its step.
func (f Frame) became(c desk.Change) string {
	to := "var." + c.Var + "." + c.To
	if !f.Has(to) {
		return ""
	}
	from := "var." + c.Var + "." + c.From
	if !f.Has(from) {
		return f.T(to)
	}
	return f.T("story.became", "what", f.Or("var."+c.Var, "var.other"), "from", f.T(from), "to", f.T(to))
}

func (f Frame) safeguardNames(list []desk.Safeguard) []string {
	var out []string
	for _, s := range list {
		out = append(out, f.Or(s.Kind+"."+s.ID, "bar."+s.ID, "entitlement."+s.ID, "safeguard.other"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Person says what is so of a made-up person: each fact with its value.
func (f Frame) Person(values map[string]string) string {
	var out []string
	for name, value := range values {
		for _, kind := range []string{"fact.", "var."} {
			if key := kind + name + "." + value; f.Has(key) {
				out = append(out, f.T("story.fact", "name", f.Or(kind+name, "var.other"), "value", f.T(key)))
				break
			}
		}
	}
	slices.Sort(out)
	if len(out) == 0 {
		return f.T("story.kinds.everyone")
	}
	return strings.Join(out, "; ")
}

// Step names a step.
func (f Frame) Step(id string) string { return f.Or("step."+id, "step.other") }

// WhyKey is the sentence that says what the verdict rests on.
func (p storyView) WhyKey() string {
	c := p.S.Cell
	switch {
	case c.Bound:
		return "story.why.bound"
	case c.Vacuous:
		return "story.why.vacuous"
	case c.Verdict == check.Fails && len(c.Trace) == 0:
		return "story.why.fails.still"
	}
	return "story.why." + string(c.Verdict)
}

// SearchedKey says how much was looked at: situations, or rules.
func (p storyView) SearchedKey() string {
	if p.S.Property.Declared != nil {
		return "story.read"
	}
	return "story.searched"
}

// Element names what does not satisfy a declared property.
func (f Frame) Element(e check.Element) string { return f.element(e.Kind, e.ID) }

// Asked are the questions that would decide the cell, those of its kinds among
// them.
func (p storyView) Asked() []string {
	out := slices.Clone(p.S.Cell.Questions)
	for _, k := range p.S.Cell.Kinds {
		out = append(out, k.Questions...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Source names where a property is asked for.
func (f Frame) Source(s string) string { return f.source(s) }

// Compare is the address of the law between two columns, in the procedure that
// the property is about.
func (p storyView) Compare(c desk.StoryColumn) string {
	if len(p.S.Property.Focus) == 0 {
		return ""
	}
	return "/law/" + p.S.Property.Focus[0] + "?from=" + c.Was.Snapshot + "&to=" + c.Column.Snapshot
}

// Spoken are the columns that the law or a source speaks of, those where the
// answer turned, and the page's own.
func (p storyView) Spoken() []desk.StoryColumn { return p.columns(false) }

// Supposed are the others: what a source said of another day, and what is asked
// for on days that are over. Most are alike, so they are folded.
func (p storyView) Supposed() []desk.StoryColumn { return p.columns(true) }

func (p storyView) columns(supposed bool) []desk.StoryColumn {
	var out []desk.StoryColumn
	newest := ""
	for _, c := range p.S.Columns {
		newest = max(newest, c.Column.Snapshot)
	}
	for _, c := range p.S.Columns {
		aside := c.Column.Outside || c.Column.Asked && c.Column.Snapshot != newest
		aside = aside && !c.Turned && c.Column.ID() != p.S.Column.ID()
		if c.Known && aside == supposed {
			out = append(out, c)
		}
	}
	return out
}

// Turns says whether any edition turned the answer.
func (p storyView) Turns() bool {
	return slices.ContainsFunc(p.S.Columns, func(c desk.StoryColumn) bool { return c.Turned })
}

// sentence is one of the pack’s about the law, and the language it is in: the
// reader's, or English where nobody has translated it.
type sentence struct {
	Text string
	Lang wording.Lang
}

// Said says a sentence of the pack's law files.
func (f Frame) Said(english string) sentence {
	text, lang := f.words.Sentence(f.Lang, english)
	return sentence{text, lang}
}

// Taken says what a verdict takes for granted. That every body is in time is the
// property's own, and said with it.
func (p storyView) Taken() []string {
	var out []string
	for _, t := range p.S.Cell.Taken {
		if t.Kind != check.TakenOnTime {
			out = append(out, p.taken(t))
		}
	}
	return out
}

func (p storyView) taken(t check.Taken) string {
	key := "story.taken." + string(t.Kind)
	switch t.Kind {
	case check.TakenOrder:
		said := p.T(key, "first", p.Or("clock."+t.First, "clock.other"), "then", p.Or("clock."+t.Then, "clock.other"))
		for _, b := range t.Basis {
			said += "; " + p.Basis(b)
		}
		return said
	case check.TakenAnswer:
		return p.T(key+"."+t.Answer, "question", p.Or("question."+t.Of, "question.other"))
	case check.TakenIs:
		return p.T(key, "what", p.Rule(t.Guard))
	}
	return p.T(key)
}

// Gist is what a text says, in one sentence of ours, where the pack has one.
func (f Frame) Gist(list []procedure.Basis) *sentence {
	for _, b := range list {
		if b.Says != "" {
			s := f.Said(b.Says)
			return &s
		}
	}
	return nil
}
