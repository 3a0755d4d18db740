package paper

import (
	"slices"
	"strings"
	"time"

	"pana/internal/withheld"
	"pana/internal/wording"
)

// OwnCopy is the kind of a person's own copy of the file.
const OwnCopy = "own_copy"

// Own is what is in the file about a person, for her to keep: what was decided,
// what is due to her and who owes it, what may come next, what she agreed to, and
// who looked. It has no field for anybody else, for where anybody is, or for what
// somebody told or noted.
type Own struct {
	File   string
	From   Party
	Person []withheld.Text
	Born   withheld.Text
	Child  bool
	Ward   bool // its reader is the guardian of the child it is about
	At     time.Time
	Zone   *time.Location

	Guards   []Guard
	Taken    []TakenStep
	Rights   []OwnRight
	Next     []NextStep
	Clocks   []Term
	Consents []OwnConsent
	Openings []OwnOpening
	Later    Later

	Read, Reader string // how it reached her, where it is not in her language
	Hotline      string
}

// Guard is a bar, a hold or an entitlement that stands; OwedBy are kinds of body.
type Guard struct {
	Kind, ID string
	OwedBy   []string
}

// TakenStep is what was done or decided, and by whom.
type TakenStep struct {
	Step  string
	At    time.Time
	By    Party
	Wrong bool // recorded although the law did not allow it
	Heard bool // and By, who may be nobody named, only wrote down what it saw or heard of
}

// OwnRight is a line of the rights ledger.
type OwnRight struct {
	ID, State string
	OwedBy    []string
	Due       time.Time // zero: the law that was read names no day
}

// NextStep is a step that may come: the person's own, or a body's.
type NextStep struct {
	Step string
	Own  bool
	By   []string
	Due  time.Time
}

// OwnConsent is what the person said yes or no to.
type OwnConsent struct {
	Purpose, State string
	At             time.Time
}

// OwnOpening is how often a body opened what, and when last.
type OwnOpening struct {
	By    Party
	What  string
	Times int
	Last  time.Time
	Late  LateBy
}

// LateBy is by what article an opening was shown later; empty of one that was not.
type LateBy struct {
	Act, Article string
}

// Later is how many openings she is shown later, and the day on which the last of them is.
type Later struct {
	N    int
	Last time.Time // a day
}

func (o Own) kind() string         { return OwnCopy }
func (o Own) given() withheld.Text { return withheld.Text{} }

func (o Own) write(p *pen) Side {
	s := Side{Title: p.say("paper.own_copy.title"), Facts: p.ownFacts(o)}
	s.Blocks = []Block{p.handling(o)}
	for _, b := range []Block{p.guards(o), p.next(o), p.rights(o), p.terms(o), p.taken(o), p.consents(o), p.openings(o)} {
		if len(b.Lines) > 0 {
			s.Blocks = append(s.Blocks, b)
		}
	}
	s.Blocks = append(s.Blocks, Block{p.say("paper.own_copy.wrong"), []string{p.say("paper.own_copy.wrong.text")}})
	if help := p.help(o.Read, o.Reader, o.Hotline); len(help.Lines) > 0 {
		s.Blocks = append(s.Blocks, help)
	}
	s.Signs = []Row{{Name: p.say("paper.sign.by")}, {Name: p.say("paper.sign.received")}}
	return s
}

func (p *pen) ownFacts(o Own) []Row {
	person := p.say("paper.person.unnamed")
	if len(o.Person) > 0 {
		person = reveal(o.Person, "; ")
	}
	out := []Row{{p.say("paper.issuer"), p.who(o.From)}, {p.say("paper.person"), person}}
	if !o.Born.Empty() {
		out = append(out, Row{p.say("paper.born"), o.Born.Reveal()})
	}
	return append(out, Row{p.say("paper.file"), o.File}, Row{p.say("paper.given"), wording.DateTime(p.lang, o.At, o.Zone)})
}

// handling is what to know before it is carried home.
func (p *pen) handling(o Own) Block {
	lines := []string{p.say("paper.own_copy.what")}
	if o.Child {
		lines = append(lines, p.say("paper.own_copy.child"))
	}
	return Block{p.say("paper.own_copy.keep"), append(lines, p.say("paper.own_copy.keep.text"))}
}

func (p *pen) guards(o Own) Block {
	var lines []string
	for _, g := range o.Guards {
		line := p.either(g.Kind+"."+g.ID, "bar."+g.ID, "entitlement."+g.ID, "export."+g.ID, "safeguard.other")
		lines = append(lines, p.owed(line, g.OwedBy))
	}
	return Block{p.heading(o, "guards"), lines}
}

// heading is a block's, as its reader is spoken to.
func (p *pen) heading(o Own, block string) string {
	if o.Ward {
		return p.say("paper.ward." + block)
	}
	return p.say("paper.own_copy." + block)
}

// owed is a line with the kinds of body that owe it.
func (p *pen) owed(line string, kinds []string) string {
	if names := p.kinds(kinds); names != "" {
		return p.say("paper.own_copy.owed", "what", line, "who", names)
	}
	return line
}

// kinds are kinds of body in words; what is of a role is said by its kind.
func (p *pen) kinds(list []string) string {
	var out []string
	for _, k := range list {
		kind, _, _ := strings.Cut(k, ":")
		if kind == "person" {
			continue
		}
		if name := p.say("body." + kind); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

func (p *pen) next(o Own) Block {
	var own, theirs []string
	for _, n := range o.Next {
		line := p.say("step." + n.Step)
		if !n.Due.IsZero() {
			line = p.say("paper.own_copy.until", "what", line, "date", wording.Date(p.lang, n.Due, o.Zone))
		}
		if n.Own && o.Ward {
			continue // what the child may do is the child's
		}
		if n.Own {
			own = append(own, p.say("paper.own_copy.you", "step", line))
		} else {
			theirs = append(theirs, p.owed(line, n.By))
		}
	}
	return Block{p.heading(o, "next"), append(own, theirs...)}
}

func (p *pen) rights(o Own) Block {
	var lines []string
	for _, r := range o.Rights {
		line := p.either("right."+r.ID, "right.other") + ": " + p.either("state."+r.State, "state.unknown")
		if !r.Due.IsZero() {
			line = p.say("paper.own_copy.until", "what", line, "date", wording.Date(p.lang, r.Due, o.Zone))
		}
		lines = append(lines, p.owed(line, r.OwedBy))
	}
	return Block{p.heading(o, "rights"), lines}
}

func (p *pen) terms(o Own) Block {
	var lines []string
	for _, c := range o.Clocks {
		name := p.either("clock."+c.Clock, "clock.other")
		if c.Due.IsZero() {
			lines = append(lines, name+": "+p.say("paper.own_copy.no_day"))
		} else {
			lines = append(lines, p.say("paper.own_copy.until", "what", name, "date", wording.Date(p.lang, c.Due, o.Zone)))
		}
	}
	return Block{p.say("paper.own_copy.clocks"), lines}
}

func (p *pen) taken(o Own) Block {
	var lines []string
	for _, t := range o.Taken {
		by := p.who(t.By)
		switch {
		case t.Heard && by == "":
			by = p.say("paper.own_copy.heard.somebody")
		case t.Heard:
			by = p.say("paper.own_copy.heard", "by", by)
		}
		line := p.dated(o, t.At) + p.either("step."+t.Step+".done", "step."+t.Step, "step.other") + " – " + by
		if t.Wrong {
			line += ". " + p.say("paper.own_copy.irregular")
		}
		lines = append(lines, line)
	}
	return Block{p.heading(o, "taken"), lines}
}

func (p *pen) consents(o Own) Block {
	var lines []string
	for _, c := range o.Consents {
		lines = append(lines, p.dated(o, c.At)+p.either("purpose."+c.Purpose, "purpose.other")+": "+p.either("state."+c.State, "state.unknown"))
	}
	return Block{p.say("paper.own_copy.consents"), lines}
}

func (p *pen) openings(o Own) Block {
	var lines []string
	for _, op := range o.Openings {
		what := p.either("group."+op.What, "compartment."+op.What, "body."+op.What, "compartment.other")
		lines = append(lines, p.say("paper.own_copy.opened", "who", p.who(op.By), "what", what, "n", op.Times, "date", wording.Date(p.lang, op.Last, o.Zone))+p.late(op.Late))
	}
	lines = append(lines, p.later(o.Later)...)
	return Block{p.say("paper.own_copy.openings"), lines}
}

// late says by what article an opening was shown later.
func (p *pen) late(l LateBy) string {
	if l == (LateBy{}) {
		return ""
	}
	return " " + p.say("paper.own_copy.late", "act", p.either("act."+l.Act, "act.other"), "article", l.Article)
}

// later says that there is more, and never whose.
func (p *pen) later(l Later) []string {
	if l.N == 0 {
		return nil
	}
	return []string{p.say("paper.own_page.deferred", "n", l.N, "day", wording.Date(p.lang, l.Last, time.UTC))}
}

func (p *pen) dated(o Own, at time.Time) string { return wording.Date(p.lang, at, o.Zone) + ": " }

// who is a body by name, and one that protects people by its kind.
func (p *pen) who(b Party) string {
	if b.Protected && b.Kind != "" {
		return p.say("body." + b.Kind)
	}
	if name := b.Names[string(p.lang)]; name != "" {
		return name
	}
	return b.Names[""]
}
