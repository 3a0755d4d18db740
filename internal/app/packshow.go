package app

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/wording"
)

// PackShow prints a pack as it stands on a day ("2026-11-21"; empty is today):
// lists, procedures, questions to the State, and how much wording is a draft.
// Rules are told in words of lang, where the pack has it, else of its last
// language. With critical, a language, it prints instead the sentences that a native
// speaker must read first, in that language beside the pack's others.
func PackShow(w io.Writer, dir, day, critical, lang string) (exit int) {
	p, problems := pack.Load(os.DirFS(dir))
	if errors := pack.Errors(problems); len(errors) > 0 {
		fmt.Fprintf(w, "%d problems; the first: %s\npana pack lint %s shows all\n", len(errors), errors[0], dir)
		return 1
	}
	if critical != "" {
		return showCritical(w, p, wording.Lang(critical))
	}
	at := time.Now()
	if day != "" {
		var err error
		if at, err = time.ParseInLocation(time.DateOnly, day, p.Location()); err != nil {
			fmt.Fprintf(w, "%q is no day: write it as 2026-11-21\n", day)
			return 2
		}
	}
	s := showing{w: w, p: p, lang: languageOf(p, lang), at: at}
	return s.all()
}

// languageOf is the language asked for, when the pack speaks it; else its last.
func languageOf(p *pack.Pack, asked string) wording.Lang {
	languages := p.Languages()
	if slices.Contains(languages, wording.Lang(asked)) || len(languages) == 0 {
		return wording.Lang(asked)
	}
	return languages[len(languages)-1]
}

// showing prints one pack on one day.
type showing struct {
	w    io.Writer
	p    *pack.Pack
	lang wording.Lang
	at   time.Time
	snap *pack.Snapshot
}

func (s *showing) say(key string) string { return s.p.Words().Say(s.lang, key) }

func (s *showing) line(format string, args ...any) { fmt.Fprintf(s.w, format+"\n", args...) }

func (s *showing) all() (exit int) {
	snap, problems := s.p.At(s.at)
	s.snap = snap
	s.line("%s %s on %s", s.p.Head.ID, s.p.Head.Version, wording.ShortDate(s.lang, s.at, s.p.Location()))
	s.line("law  %s\nrest %s", snap.Law, snap.Rest)
	s.line("in force from %s to %s", dayOr(snap.Day, "the beginning"), dayOr(snap.Until, "further notice"))
	if snap.Model == nil {
		s.line("\nThe procedures do not compile on that day: %d problems. pana pack lint shows them.", len(pack.Errors(problems)))
		exit = 1
	}
	s.lists()
	for _, one := range s.p.Procedures {
		s.procedure(one)
	}
	s.questions()
	s.drafts()
	s.changes()
	return exit
}

func dayOr(d pack.Day, otherwise string) string {
	if d.IsZero() {
		return otherwise
	}
	return d.Format(time.DateOnly)
}

func (s *showing) lists() {
	s.line("\nKinds of body")
	for _, b := range s.p.BodyKinds {
		s.line("  %-22s %s (%s)", b.ID, s.say("body."+b.ID), strings.Join(b.Can, ", "))
	}
	s.line("\nRegions: %d. Services: %d. Needs: %d. Refusals: %d. Rights: %d. Indicators: %d. Access rules: %d. Forms: %d.",
		len(s.p.RegionsOn(s.at)), len(s.p.Services), len(s.p.Needs), len(s.p.Refusals), len(s.p.Rights), indicators(s.p), len(s.p.Rules), len(s.p.Forms))
	for _, d := range s.p.DutiesOn(s.at) {
		s.line("Duty to inform: %s (%s)", s.say("duty."+d.ID), sources(d.Basis))
	}
}

func indicators(p *pack.Pack) (n int) {
	for _, set := range p.Criteria.Sets {
		n += len(set.Indicators)
	}
	return n
}

func (s *showing) procedure(one pack.Process) {
	s.line("\n%s (%s)", s.say("procedure."+one.Procedure.ID), one.Procedure.ID)
	in := func(d pack.Dates) bool { return pack.Contains(d, s.p.DayOf(s.at).Time) }
	for _, e := range one.Steps {
		if in(e.Dates) {
			s.line("  step   %-26s %-6s %s [%s]%s", e.ID, e.Force, strings.Join(e.By, ", "), sources(e.Basis), adverse(e))
			s.rule("when", e.When)
			s.rule("must", e.Must)
		}
	}
	for _, e := range one.Bars {
		if in(e.Dates) {
			s.line("  %-6s %-26s %s [%s]", e.Level, e.ID, s.say("bar."+e.ID), sources(e.Basis))
			s.rule("when", e.When)
		}
	}
	for _, e := range one.Entitlements {
		if in(e.Dates) {
			s.line("  owed   %-26s %s, by %s [%s]", e.ID, e.Gives, strings.Join(e.OwedBy, ", "), sources(e.Basis))
			s.rule("when", e.When)
		}
	}
	for _, e := range one.Clocks {
		if in(e.Dates) {
			s.line("  clock  %-26s %s, %s [%s]", e.ID, e.Kind, e.Length, sources(e.Basis))
			s.rule("starts", e.StartsWhen)
			s.rule("stops", e.StopsWhen)
			s.rule("waits", e.Suspended)
		}
	}
}

// rule prints a guard in words, so that a lawyer can read what will be decided.
func (s *showing) rule(label, src string) {
	if src != "" {
		s.line("         %-6s %s", label, s.p.RuleInWords(s.lang, src))
	}
}

func adverse(e procedure.Step) string {
	if e.Adverse == nil {
		return ""
	}
	return " against the person"
}

func sources(list []pack.Basis) string {
	var out []string
	for _, b := range list {
		switch {
		case b.Act != "":
			out = append(out, b.Act+" "+b.Art+" "+b.Mark)
		case b.Source != "":
			out = append(out, b.Source+" "+b.Mark)
		default:
			out = append(out, b.Mark)
		}
	}
	return strings.Join(out, "; ")
}

func (s *showing) questions() {
	s.line("\nQuestions to the State: %d", len(s.p.Spec.Questions))
	for _, q := range s.p.Spec.Questions {
		s.line("  %-26s %s [%s]", q.ID, s.say("question."+q.ID+".ask"), sources(q.Basis))
	}
}

func (s *showing) drafts() {
	draft, keys := 0, s.p.Keys()
	for _, k := range keys {
		if s.p.Words().Draft(k.Key) {
			draft++
		}
	}
	s.line("\nWording: %d sentences, %d of them drafts.", len(keys), draft)
}

func (s *showing) changes() {
	var days []string
	for _, d := range s.p.Changes() {
		days = append(days, d.Format(time.DateOnly))
	}
	s.line("Something changes on: %s", strings.Join(days, ", "))
}

// showCritical prints the list for a native reader: number, key, sentence in
// the language to be read, the same in the others, and room for an answer.
func showCritical(w io.Writer, p *pack.Pack, lang wording.Lang) (exit int) {
	for n, key := range p.Critical {
		e := p.Words().Entry(key)
		if e == nil {
			fmt.Fprintf(w, "%2d. %s: no wording\n\n", n+1, key)
			exit = 1
			continue
		}
		fmt.Fprintf(w, "%2d. %s (%s)\n", n+1, key, e.State)
		sentences(w, e, lang, "read")
		for _, other := range p.Languages() {
			if other != lang {
				sentences(w, e, other, "    ")
			}
		}
		fmt.Fprintf(w, "    right [ ]   better: ______________________________\n\n")
	}
	return exit
}

func sentences(w io.Writer, e *wording.Entry, lang wording.Lang, mark string) {
	for _, form := range []wording.Form{wording.One, wording.Few, wording.Many, wording.Other} {
		s, ok := e.Texts[lang][form]
		if !ok {
			continue
		}
		of := ""
		if len(e.Texts[lang]) > 1 {
			of = " (" + string(form) + ")"
		}
		fmt.Fprintf(w, "%s %s%s: %s\n", mark, lang, of, s)
	}
}
