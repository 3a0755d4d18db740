package paper

import (
	"time"

	"pana/internal/withheld"
	"pana/internal/wording"
)

// NeedCard is the kind of a referral's paper.
const NeedCard = "need_card"

// Card is a referral as a paper: what the provider asked may see, and no more. It
// has no field for where anybody is.
type Card struct {
	Number   string // the referral's: the code of the case for as long as no name stands here
	Priority string
	Asked    time.Time
	Ack      time.Time // by when the provider says that it has seen this
	Answer   time.Time // by when it answers
	Printed  time.Time
	Zone     *time.Location
	From, To Party
	Service  string // type of service asked for

	Sex      string
	Child    bool
	Age      int // about; 0 unknown
	Language string

	Needs, Health []string
	Safety        string
	Children      int
	Note          withheld.Text
	Ground        string // consent, child

	Accepted bool // the provider has said yes
	// What passed to it then.
	Person []withheld.Text
	Born   withheld.Text
	File   string

	Hotline string
}

// Party is a body that asks or is asked. One that protects people stands here by
// its kind alone: a paper is lost, and read by who follows her.
type Party struct {
	Kind      string
	Protected bool
	Names     map[string]string // by language; "" is what it is called everywhere
	Phone     string
}

func (c Card) kind() string         { return NeedCard }
func (c Card) given() withheld.Text { return c.Note }

func (c Card) write(p *pen) Side {
	title := "paper.need_card.title"
	if c.Accepted {
		title = "paper.need_card.accepted"
	}
	s := Side{Title: p.say(title), Facts: p.cardFacts(c), Blocks: p.card(c)}
	if !c.Note.Empty() {
		s.Reasons = &Block{p.say("paper.need_card.note"), []string{p.say("paper.need_card.note.given")}}
	}
	s.Signs = []Row{{Name: p.say("paper.sign.by")}, {Name: p.say("paper.need_card.sign")}}
	return s
}

func (p *pen) cardFacts(c Card) []Row {
	out := []Row{
		{p.say("paper.need_card.number"), c.Number},
		{p.say("paper.need_card.priority"), p.either("priority."+c.Priority+".paper", "priority."+c.Priority)},
		{p.say("paper.need_card.from"), p.party(c.From, c.Hotline)},
		{p.say("paper.need_card.to"), p.asked(c)},
		{p.say("paper.need_card.about"), p.described(c)},
	}
	if len(c.Person) > 0 {
		out = append(out, Row{p.say("paper.need_card.name"), reveal(c.Person, "; ")})
		if !c.Born.Empty() {
			out = append(out, Row{p.say("paper.born"), c.Born.Reveal()})
		}
		out = append(out, Row{p.say("paper.file"), c.File})
	} else {
		unnamed := "paper.need_card.unnamed"
		if c.Accepted {
			unnamed = "paper.need_card.apart"
		}
		out = append(out, Row{p.say("paper.need_card.name"), p.say(unnamed)})
	}
	return append(out, Row{p.say("paper.need_card.asked"), wording.DateTime(p.lang, c.Asked, c.Zone)},
		Row{p.say("paper.given"), wording.DateTime(p.lang, c.Printed, c.Zone)})
}

// asked is who is asked, and for what, where its kind does not say that.
func (p *pen) asked(c Card) string {
	if c.To.Protected || c.Service == "" {
		return p.party(c.To, c.Hotline)
	}
	return p.party(c.To, c.Hotline) + " – " + p.say("service."+c.Service)
}

// party is a body by name and telephone, or by its kind and the country's number.
func (p *pen) party(b Party, hotline string) string {
	if b.Protected {
		return p.say("paper.need_card.protected", "kind", p.say("body."+b.Kind), "hotline", hotline)
	}
	name := b.Names[string(p.lang)]
	if name == "" {
		name = b.Names[""]
	}
	if b.Phone != "" {
		name += ", " + b.Phone
	}
	return name
}

// described is the person without saying who.
func (p *pen) described(c Card) string {
	sex, grown := "unknown", "adult"
	if c.Sex == "female" || c.Sex == "male" {
		sex = c.Sex
	}
	if c.Child {
		grown = "child"
	}
	out := p.say("subject." + sex + "." + grown)
	switch {
	case c.Age > 0:
		out += ", " + p.say("subject.about", "n", c.Age)
	case c.Child:
		out += ", " + p.say("subject.age_child")
	}
	if c.Language != "" {
		out += ", " + p.language(c.Language)
	}
	return out
}

func (p *pen) card(c Card) []Block {
	var needs []string
	for _, n := range c.Needs {
		needs = append(needs, p.say("need."+n))
	}
	if c.Children > 0 {
		needs = append(needs, p.say("paper.need_card.children", "n", c.Children))
	}
	out := []Block{{p.say("paper.need_card.needs"), needs}}
	if c.Safety != "" {
		out = append(out, Block{p.say("paper.need_card.safety"), []string{p.say("safety." + c.Safety)}})
	}
	var health []string
	for _, h := range c.Health {
		health = append(health, p.say("health."+h))
	}
	if len(health) > 0 {
		out = append(out, Block{p.say("paper.need_card.health"), health})
	}
	return append(out, p.wanted(c), p.agreed(c), Block{p.say("paper.need_card.care"), []string{p.say("paper.need_card.care.text")}})
}

// wanted is what is asked of the provider, and until when.
func (p *pen) wanted(c Card) Block {
	if c.Accepted {
		return Block{p.say("paper.need_card.wanted"), []string{p.say("paper.need_card.arrive")}}
	}
	lines := []string{p.say("paper.need_card.answer")}
	if !c.Ack.IsZero() {
		lines = append(lines, p.say("paper.need_card.ack.by", "at", wording.DateTime(p.lang, c.Ack, c.Zone)))
	}
	if !c.Answer.IsZero() {
		lines = append(lines, p.say("paper.need_card.answer.by", "at", wording.DateTime(p.lang, c.Answer, c.Zone)))
	}
	return Block{p.say("paper.need_card.wanted"), append(lines, p.say("paper.need_card.standard"))}
}

// agreed is on what ground this paper may be handed on, and what passes when.
func (p *pen) agreed(c Card) Block {
	lines := []string{p.say("paper.need_card.ground." + c.Ground)}
	switch {
	case len(c.Person) > 0:
		lines = append(lines, p.say("paper.need_card.passed"))
	case !c.Accepted:
		lines = append(lines, p.say("paper.need_card.passes"))
	}
	return Block{p.say("paper.need_card.ground"), lines}
}
