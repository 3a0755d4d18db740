package paper

import (
	"slices"
	"strings"
	"time"

	"pana/internal/procedure"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// Source is what a paper can be made of: what it is of, and how one side of it is
// written.
type Source interface {
	kind() string
	given() withheld.Text // what somebody wrote, in their words
	write(p *pen) Side
}

// Languages are those of the pack in which the whole paper has words.
func Languages(words *wording.Catalogue, of []wording.Lang, from Source) []wording.Lang {
	var out []wording.Lang
	for _, lang := range of {
		if _, missing := side(words, lang, from); len(missing) == 0 {
			out = append(out, lang)
		}
	}
	return out
}

// Missing are the keys without words for which there is no such paper in a language.
func Missing(words *wording.Catalogue, lang wording.Lang, from Source) []string {
	_, missing := side(words, lang, from)
	return missing
}

// Compose makes the paper in a language with another beside it; beside may be
// empty. It says no when a sentence of either is missing.
func Compose(words *wording.Catalogue, lang, beside wording.Lang, from Source) (Document, bool) {
	out := Document{Kind: from.kind(), Given: from.given().Reveal()}
	for _, l := range []wording.Lang{lang, beside} {
		if l == "" {
			continue
		}
		s, missing := side(words, l, from)
		if len(missing) > 0 {
			return Document{}, false
		}
		out.Sides = append(out.Sides, s)
	}
	return out, true
}

// pen writes one side and notices what is missing and what is a draft.
type pen struct {
	words   *wording.Catalogue
	lang    wording.Lang
	missing []string
	draft   bool
}

func (p *pen) say(key string, args ...any) string {
	if !p.words.Has(p.lang, key) && !slices.Contains(p.missing, key) {
		p.missing = append(p.missing, key)
	}
	p.draft = p.draft || p.words.Draft(key)
	return p.words.Say(p.lang, key, args...)
}

// either is the first key that has words.
func (p *pen) either(keys ...string) string {
	for _, key := range keys {
		if p.words.Has(p.lang, key) {
			return p.say(key)
		}
	}
	return p.say(keys[len(keys)-1])
}

// side is what stands on every paper, around what this one is of.
func side(words *wording.Catalogue, lang wording.Lang, from Source) (Side, []string) {
	p := &pen{words: words, lang: lang}
	s := from.write(p)
	s.Lang, s.Label = lang, p.say("paper.kind."+from.kind())
	s.Check = Block{p.say("paper.check"), []string{p.say("paper.check.how")}}
	if note := p.say("paper.draft"); p.draft {
		s.Draft = note
	}
	return s, p.missing
}

func (f Facts) kind() string         { return f.Kind }
func (f Facts) given() withheld.Text { return f.Reasons }

func (f Facts) write(p *pen) Side {
	s := Side{Title: p.title(f), Facts: p.facts(f)}
	s.Blocks = append(p.content(f), p.remedy(f)...)
	if help := p.help(f.Read, f.Reader, f.Hotline); len(help.Lines) > 0 {
		s.Blocks = append(s.Blocks, help)
	}
	if !f.Reasons.Empty() {
		s.Reasons = &Block{p.say("paper.reasons"), []string{p.say("paper.reasons.given")}}
	}
	s.Signs = []Row{{Name: p.say("paper.sign.by")}}
	if f.Two {
		s.Signs = append(s.Signs, Row{Name: p.say("paper.sign.second")})
	}
	s.Signs = append(s.Signs, Row{Name: p.say("paper.sign.received")})
	return s
}

func (p *pen) title(f Facts) string {
	if f.Name != "" {
		return p.say("paper." + f.Name)
	}
	return p.either("step."+f.Step+".done", "step."+f.Step)
}

// facts are who hands over what to whom, and when.
func (p *pen) facts(f Facts) []Row {
	issuer := f.Issuer[string(p.lang)]
	if issuer == "" {
		issuer = f.Issuer[""]
	}
	out := []Row{{p.say("paper.issuer"), issuer}, {p.say("paper.person"), p.person(f)}}
	if !f.Born.Empty() {
		out = append(out, Row{p.say("paper.born"), f.Born.Reveal()})
	}
	return append(out, Row{p.say("paper.file"), f.File},
		Row{p.say("paper.at." + f.Kind), wording.Date(p.lang, f.At, f.Zone)}, Row{p.say("paper.given"), wording.Date(p.lang, f.Given, f.Zone)})
}

// person is her names, or, when no name may stand here, the number of her file.
func (p *pen) person(f Facts) string {
	if len(f.Person) == 0 {
		return p.say("paper.person.unnamed")
	}
	return reveal(f.Person, "; ")
}

func reveal(list []withheld.Text, between string) string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Reveal()
	}
	return strings.Join(out, between)
}

func (p *pen) content(f Facts) []Block {
	var out []Block
	if f.Called != nil {
		out = p.called(f)
	} else if f.Name != "" {
		out = append(out, Block{p.say("paper.says"), []string{p.say("paper." + f.Name + ".text")}})
	} else if p.words.Has(p.lang, "step."+f.Step+".help") { // its title says the rest
		out = append(out, Block{p.say("paper.says"), []string{p.say("step." + f.Step + ".help")}})
	}
	if law := p.law(f.Basis); len(law) > 0 {
		out = append(out, Block{p.say("paper.law"), law})
	}
	switch {
	case f.Valid.Clock == "":
	case !f.Valid.Due.IsZero():
		out = append(out, Block{p.say("paper.valid"), []string{p.say("paper.valid.until", "date", wording.Date(p.lang, f.Valid.Due, f.Zone))}})
	default:
		out = append(out, Block{p.say("paper.valid"), []string{p.say("paper.valid.unknown")}})
	}
	return out
}

// called says when and where, in which language, and whom she may bring.
func (p *pen) called(f Facts) []Block {
	c := f.Called
	where := p.say("paper.summons.room", "room", c.Room.Reveal())
	if c.Remote {
		where = p.say("paper.summons.remote")
	}
	when := p.say("paper.summons.at", "date", wording.Date(p.lang, c.At, f.Zone), "time", wording.Time(p.lang, c.At, f.Zone))
	out := []Block{
		{p.say("paper.summons.heard"), []string{p.say("hearing." + c.Of)}},
		{p.say("paper.summons.when"), []string{when, where}},
	}
	speaks := []string{p.say("paper.summons.language", "language", p.language(c.Language))}
	if c.Interpreter {
		speaks = append(speaks, p.say("paper.summons.interpreter"))
	}
	with := []string{p.say("paper.summons.with")}
	for _, who := range c.Attends {
		with = append(with, p.say("paper.summons.attends", "who", p.say("attends."+who)))
	}
	return append(out, Block{p.say("paper.summons.words"), speaks}, Block{p.say("paper.summons.beside"), with},
		Block{p.say("paper.summons.cannot"), []string{p.say("paper.summons.cannot.text")}})
}

// law names the articles of acts; what rests on a source alone names none.
func (p *pen) law(list []procedure.Basis) []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range list {
		if b.Act == "" {
			continue
		}
		line := p.either("act."+b.Act+".short", "act."+b.Act)
		if art := strings.TrimPrefix(b.Art, "art. "); art != b.Art {
			line += ", " + p.say("basis.art", "art", art)
		} else if art != "" {
			line += ", " + art
		}
		if !seen[line] {
			seen[line] = true
			out = append(out, line)
		}
	}
	return out
}

// remedy is what she can do against it, by when and where. What the law that
// was read does not say, the paper says that it does not say.
func (p *pen) remedy(f Facts) []Block {
	if !f.Against {
		return nil
	}
	out := []Block{{p.say("paper.against"), []string{p.appeal(f)}}}
	out = append(out, Block{p.say("paper.by"), p.by(f.Limit, f.Zone)})
	var where []string
	for _, kind := range f.AppealTo {
		where = append(where, p.say("body."+kind))
	}
	for _, o := range f.Offices {
		where = append(where, strings.TrimSpace(o.Name+" "+o.Phone))
	}
	if len(where) == 0 {
		where = []string{p.say("paper.where.ask")}
	}
	return append(out, Block{p.say("paper.where"), where})
}

func (p *pen) appeal(f Facts) string {
	if f.Appeal == "" {
		return p.say("paper.appeal.unknown", "hotline", f.Hotline)
	}
	return p.say("paper.appeal", "step", p.say("step."+f.Appeal))
}

func (p *pen) by(t Term, zone *time.Location) []string {
	switch {
	case t.Unknown || t.Clock == "":
		return []string{p.say("paper.by.unknown")}
	case t.Due.IsZero():
		return []string{p.say("paper.by.understood")}
	}
	return []string{p.say("paper.by.date", "date", wording.Date(p.lang, t.Due, zone))}
}

// help is how the paper reached her, and where to ask.
func (p *pen) help(read, reader, hotline string) Block {
	var lines []string
	if read != "" {
		lines = append(lines, p.say("paper.read."+read, "language", p.language(reader)))
	}
	if hotline != "" {
		lines = append(lines, p.say("paper.help.call", "hotline", hotline))
	}
	if len(lines) == 0 {
		return Block{}
	}
	return Block{p.say("paper.help"), lines}
}

func (p *pen) language(code string) string {
	if p.words.Has(p.lang, "language."+code) {
		return p.say("language." + code)
	}
	return code
}
