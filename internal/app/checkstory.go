package app

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/wording"
)

// teller tells cells in a language: who did what, under which article, and what
// a source says of it.
type teller struct {
	w    io.Writer
	p    *pack.Pack
	lang wording.Lang
}

func newTeller(w io.Writer, p *pack.Pack, lang string) teller {
	return teller{w, p, languageOf(p, lang)}
}

func (s teller) say(key string, args ...any) string { return s.p.Words().Say(s.lang, key, args...) }

func (s teller) line(format string, args ...any) {
	fmt.Fprintln(s.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

// sayOr is a key's sentence, or the word itself where it has none.
func (s teller) sayOr(key, otherwise string) string {
	if s.p.Words().Has(s.lang, key) {
		return s.say(key)
	}
	return otherwise
}

func (s teller) tell(c check.Cell) {
	s.line("%s  %s", c.Property, s.say("property."+c.Property))
	s.line("    %s, %s: %s", c.Snapshot, s.column(c), strings.ToUpper(s.say("verdict."+string(c.Verdict))))
	s.why(c)
	s.kinds(c)
	s.person(c.Person)
	s.events(c.Trace)
	if len(c.Person) > 0 && len(c.Trace) == 0 {
		s.line("    %s", s.say("story.from_start"))
	}
	s.stuck(c.Stuck)
	if c.Nothing {
		s.line("    %s", s.say("story.nothing"))
	}
	if c.Other != nil {
		s.line("    %s", s.say("story.other"))
		s.person(c.Other.Person)
		s.events(c.Other.Trace)
	}
	s.elements(c.Elements)
	s.closing(c)
	s.line("")
}

// why is the checker's own sentence, which is in English, or what the pages say
// in the reader's language.
func (s teller) why(c check.Cell) {
	switch {
	case s.lang != "en":
		s.line("    %s", s.say("story.why."+whyOf(c)))
	case c.Why != "":
		s.line("    %s", c.Why)
	}
}

func whyOf(c check.Cell) string {
	switch {
	case c.Bound:
		return "bound"
	case c.Vacuous:
		return "vacuous"
	case c.Verdict == check.Fails && len(c.Trace) == 0:
		return "fails.still"
	}
	return string(c.Verdict)
}

func (s teller) column(c check.Cell) string {
	if len(c.Overlay) == 0 {
		return s.say("guarantees.law_alone")
	}
	var out []string
	for _, o := range c.Overlay {
		out = append(out, s.say("overlay."+o))
	}
	name := strings.Join(out, " + ")
	if c.IfNothingChanged {
		name += " (" + s.say("guarantees.outside") + ")"
	}
	return name
}

// mostKinds keeps a story readable: some properties tell hundreds apart.
const mostKinds = 12

// kinds are told when persons differ, those who are worst off first.
func (s teller) kinds(c check.Cell) {
	if len(c.Kinds) < 2 {
		return
	}
	rank := map[check.Verdict]int{check.Fails: 0, check.Unknown: 1, check.Holds: 2}
	kinds := slices.Clone(c.Kinds)
	slices.SortStableFunc(kinds, func(a, b check.Kind) int { return rank[a.Verdict] - rank[b.Verdict] })
	for i, k := range kinds {
		if i == mostKinds {
			s.line("    %s", s.say("story.kinds.more", "n", len(kinds)-i))
			break
		}
		line := s.say("verdict."+string(k.Verdict)) + ": " + s.facts(k.Kind)
		if k.Vacuous {
			line += " (" + s.say("cell.vacuous") + ")"
		}
		s.line("    %s", line)
	}
}

func (s teller) person(facts map[string]string) {
	if len(facts) > 0 {
		s.line("    %s %s", s.say("story.person"), s.facts(facts))
	}
}

func (s teller) facts(facts map[string]string) string {
	if len(facts) == 0 {
		return s.say("story.kinds.everyone")
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		out = append(out, s.p.NameInWords(s.lang, name)+": "+s.p.ValueInWords(s.lang, name, facts[name]))
	}
	return strings.Join(out, "; ")
}

func (s teller) events(list []check.Event) {
	for i, e := range list {
		s.line("    %2d. %s (%s)", i+1, s.step(e.Step), s.by(e.By))
		if len(e.Set) > 0 {
			s.line("        %s", s.facts(e.Set))
		}
		if e.Effect != "" {
			s.line("        %s", s.say("story.removed"))
		}
		if e.Overlay != "" {
			s.line("        %s", s.say("story.of_overlay", "source", s.say("overlay."+e.Overlay)))
		}
		s.basis(e.Basis, e.At)
	}
}

// step names a step, the end of a clock's time, or a birthday.
func (s teller) step(id string) string {
	if clock, ok := strings.CutPrefix(id, "clock "); ok {
		return s.say("story.time") + " " + s.sayOr("clock."+clock, clock)
	}
	if fact, ok := strings.CutPrefix(id, "birthday "); ok {
		return s.say("story.time") + " " + s.p.NameInWords(s.lang, fact)
	}
	return s.sayOr("step."+id, id)
}

// mostNamed is how many are named of those who may all do a thing.
const mostNamed = 4

func (s teller) by(list []string) string {
	var out []string
	for _, who := range list {
		kind, _, _ := strings.Cut(who, ":")
		switch kind {
		case "person":
			out = append(out, s.say("lane.person"))
		case "time", "world":
			out = append(out, s.say("story.by."+kind))
		default:
			out = append(out, s.sayOr("body."+kind, kind))
		}
	}
	if len(out) == 0 {
		return s.say("story.by.world")
	}
	if more := len(out) - mostNamed; more > 1 {
		return s.say("story.by.any", "who", strings.Join(out[:mostNamed], ", "), "n", more)
	}
	return strings.Join(out, ", ")
}

func (s teller) basis(list []pack.Basis, at string) {
	for _, b := range list {
		s.line("        %s", basisLine(s.p, s.lang, []pack.Basis{b}))
	}
	if at != "" {
		s.line("        %s", at)
	}
}

func (s teller) stuck(list []check.Blocked) {
	if len(list) == 0 {
		return
	}
	s.line("    %s", s.say("story.stuck"))
	for _, b := range list {
		if b.Bar != "" {
			s.line("      - %s: %s %s", s.step(b.Step), s.say("story.stuck.bar"), s.say("bar."+b.Bar))
		} else {
			s.line("      - %s: %s %s", s.step(b.Step), s.say("story.stuck.guard"), s.p.RuleInWords(s.lang, b.Guard))
		}
		s.basis(b.Basis, b.At)
	}
}

func (s teller) elements(list []check.Element) {
	if len(list) == 0 {
		return
	}
	s.line("    %s", s.say("story.elements"))
	for _, e := range list {
		s.line("      - %s%s", s.sayOr(e.Kind+"."+e.ID, e.ID), s.whyElement(e))
		s.basis(e.Basis, e.At)
	}
}

// whyElement is the rule that an element does not satisfy, as the pack has it:
// English. The questions it hangs on stand below in every language.
func (s teller) whyElement(e check.Element) string {
	if s.lang != "en" {
		return ""
	}
	return ": " + e.Why
}

// closing is what is asked, what was taken for granted, and what others say.
func (s teller) closing(c check.Cell) {
	if len(c.Questions) > 0 {
		s.line("    %s", s.say("story.questions"))
		for _, q := range c.Questions {
			s.line("      - %s (%s)", s.say("question."+q+".ask"), q)
		}
	}
	if len(c.Taken) > 0 {
		s.line("    %s: %s", s.say("story.assumed"), strings.Join(s.taken(c.Taken), "; "))
	}
	if p := s.p.Property(c.Property); p != nil && len(p.Sources)+len(p.Recommendations) > 0 {
		s.line("    %s: %s", s.say("story.sources"), strings.Join(append(s.sources(p.Sources), p.Recommendations...), "; "))
	}
	if c.Published != "" && c.Published != c.Verdict {
		s.line("    %s: %s", s.say("story.published"), s.say("verdict."+string(c.Published)))
		s.because(c)
	}
	if !c.Agrees() {
		s.line("    %s (%s)", s.say("story.unexpected"), s.say("verdict."+string(c.Expected)))
	}
}

// taken is what a verdict takes for granted: in English as the machine's output
// has it, with ids.
func (s teller) taken(list []check.Taken) []string {
	var out []string
	for _, t := range list {
		key := "story.taken." + string(t.Kind)
		switch {
		case s.lang == "en":
			out = append(out, t.String())
		case t.Kind == check.TakenOrder:
			out = append(out, s.say(key, "first", s.sayOr("clock."+t.First, t.First), "then", s.sayOr("clock."+t.Then, t.Then))+", "+basisLine(s.p, s.lang, t.Basis))
		case t.Kind == check.TakenAnswer:
			out = append(out, s.say(key+"."+t.Answer, "question", s.sayOr("question."+t.Of, t.Of)))
		case t.Kind == check.TakenIs:
			out = append(out, s.say(key, "what", s.p.RuleInWords(s.lang, t.Guard)))
		default:
			out = append(out, s.say(key))
		}
	}
	return out
}

// because is why the text and its sources differ, as the pack's authors say it.
func (s teller) because(c check.Cell) {
	switch because, in := s.p.Words().Sentence(s.lang, c.Because); {
	case because == "":
	case in == s.lang:
		s.line("    %s", because)
	default:
		s.line("    %s: %s", s.say("basis.gist"), because)
	}
}

func (s teller) sources(list []string) []string {
	var out []string
	for _, one := range list {
		out = append(out, sourceLine(s.p, s.lang, one))
	}
	return out
}
