package app

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/wording"
)

// printMatrix prints a table for the law alone and for each overlay: a row is a
// property, a column a snapshot. Below it stands every cell that is not as
// expected, and what published sources say otherwise.
func printMatrix(w io.Writer, p *pack.Pack, cells []check.Cell) {
	var overlays []string
	byOverlay := map[string][]check.Cell{}
	for _, c := range cells {
		name := overlayName(c.Overlay)
		if !slices.Contains(overlays, name) {
			overlays = append(overlays, name)
		}
		byOverlay[name] = append(byOverlay[name], c)
	}
	for _, name := range overlays {
		printTable(w, name, byOverlay[name])
	}
	printDifferences(w, cells)
	printSum(w, p, cells)
}

func printTable(w io.Writer, name string, cells []check.Cell) {
	var days, rows []string
	at := map[string]check.Cell{}
	for _, c := range cells {
		if !slices.Contains(days, c.Snapshot) {
			days = append(days, c.Snapshot)
		}
		if !slices.Contains(rows, c.Property) {
			rows = append(rows, c.Property)
		}
		at[c.Property+" "+c.Snapshot] = c
	}
	slices.Sort(days)
	fmt.Fprintf(w, "%-8s", name)
	if len(name) > 7 {
		fmt.Fprintf(w, "\n%-8s", "")
	}
	for _, day := range days {
		fmt.Fprintf(w, "%-11s", day)
	}
	fmt.Fprintln(w)
	for _, row := range rows {
		line := fmt.Sprintf("%-8s", row)
		for _, day := range days {
			c, ok := at[row+" "+day]
			line += fmt.Sprintf("%-11s", markOf(c, ok))
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
	fmt.Fprintln(w)
}

// markOf is the verdict in a table: ! where the pack expects another, ~ where
// sources published another, () where nobody reaches the trigger, … where the
// search stopped, * outside the days that an overlay's source speaks of.
func markOf(c check.Cell, ok bool) string {
	if !ok {
		return "."
	}
	mark := string(c.Verdict)
	switch {
	case c.Vacuous:
		mark = "(" + mark + ")"
	case c.Bound:
		mark += "…"
	}
	if c.IfNothingChanged {
		mark += "*"
	}
	switch {
	case !c.Agrees():
		mark += "!"
	case c.Published != "" && c.Published != c.Verdict:
		mark += "~"
	}
	return mark
}

func printDifferences(w io.Writer, cells []check.Cell) {
	for _, c := range cells {
		if !c.Agrees() {
			fmt.Fprintf(w, "! %s %s: %s, and the pack expects %s. %s\n", c.Property, columnName(c), c.Verdict, c.Expected, c.Why)
		}
	}
	for _, c := range cells {
		if c.Agrees() && c.Published != "" && c.Published != c.Verdict {
			fmt.Fprintf(w, "~ %s %s: %s, and sources expect %s. %s\n", c.Property, columnName(c), c.Verdict, c.Published, c.Because)
		}
	}
}

func printSum(w io.Writer, p *pack.Pack, cells []check.Cell) {
	count := map[check.Verdict]int{}
	differ, bound, states := 0, 0, 0
	for _, c := range cells {
		count[c.Verdict]++
		states += c.States
		if !c.Agrees() {
			differ++
		}
		if c.Bound {
			bound++
		}
	}
	fmt.Fprintf(w, "%s %s: %s: %d hold, %d fail, %d unknown; %d differ from what the pack expects.", p.Head.ID, p.Head.Version, countOf(len(cells), "cell"), count[check.Holds], count[check.Fails], count[check.Unknown], differ)
	if bound > 0 {
		fmt.Fprintf(w, " %d reached the bound: give --memory more, or narrow their focus.", bound)
	}
	fmt.Fprintf(w, " %s looked at.\n", countOf(states, "situation"))
}

// countOf is "1 cell", "2 cells".
func countOf(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return strconv.Itoa(n) + " " + of + "s"
}

// printQuestions prints what must be asked of the State, what most cells hang
// on first.
func printQuestions(w io.Writer, p *pack.Pack, cells []check.Cell, lang string) {
	hanging := map[string][]check.Cell{}
	for _, c := range cells {
		for _, q := range c.Questions {
			hanging[q] = append(hanging[q], c)
		}
	}
	list := slices.Clone(p.AllQuestions())
	slices.SortStableFunc(list, func(a, b procedure.Question) int { return len(hanging[b.ID]) - len(hanging[a.ID]) })
	say := func(key string) string { return p.Words().Say(languageOf(p, lang), key) }
	idle := 0
	for _, q := range list {
		if len(hanging[q.ID]) == 0 {
			idle++
			continue
		}
		fmt.Fprintf(w, "%s%s\n  %s\n  %s; %s:%d\n", q.ID, askedOf(q.To, say), say("question."+q.ID+".ask"), basisLine(p, languageOf(p, lang), q.Basis), q.Pos.File, q.Pos.Line)
		for _, line := range hangs(hanging[q.ID]) {
			fmt.Fprintf(w, "    %s\n", line)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "Questions that decide cells asked for: %d; open and deciding none of them: %d.\n", len(list)-idle, idle)
}

// askedOf is who is asked: ", Ministry of Justice, Supreme Court".
func askedOf(to []string, say func(string) string) string {
	var b strings.Builder
	for _, who := range to {
		b.WriteString(", " + say("asked."+who))
	}
	return b.String()
}

// hangs lists cells by property: "A05: 2019-03-01 law, 2021-03-01 law".
func hangs(cells []check.Cell) []string {
	var ids []string
	of := map[string][]string{}
	for _, c := range cells {
		if of[c.Property] == nil {
			ids = append(ids, c.Property)
		}
		of[c.Property] = append(of[c.Property], columnName(c))
	}
	var out []string
	for _, id := range ids {
		out = append(out, id+": "+strings.Join(of[id], ", "))
	}
	return out
}

// basisLine is where a rule comes from, in a line. What a text says in short is
// in English where nobody has translated it, and then says so.
func basisLine(p *pack.Pack, lang wording.Lang, list []pack.Basis) string {
	var out []string
	for _, b := range list {
		one := sourceLine(p, lang, b.Source)
		if b.Act != "" {
			one = strings.TrimSpace(p.Words().Say(lang, "act."+b.Act) + ", " + articleLine(p, lang, b.Art))
			if b.Edition != "" {
				one += " (" + b.Edition + ")"
			}
			if b.Source != "" {
				one += "; " + sourceLine(p, lang, b.Source)
			}
		}
		if says, in := p.Words().Sentence(lang, b.Says); says != "" && in == lang {
			one += ": " + says
		} else if says != "" {
			one += ". " + p.Words().Say(lang, "basis.gist") + ": " + says
		}
		out = append(out, one)
	}
	return strings.Join(out, "; ")
}

// articleLine is an article, or what became of the act on a day.
func articleLine(p *pack.Pack, lang wording.Lang, art string) string {
	if art == pack.TheRules {
		return p.Words().Say(lang, "basis.rules")
	}
	if key, day, ok := pack.Happened(art); ok {
		return p.Words().Say(lang, key, "day", day)
	}
	if number, ok := strings.CutPrefix(art, "art. "); ok {
		return p.Words().Say(lang, "basis.art", "art", number)
	}
	return art
}

// sourceLine names sources in words: "unhcr-2019 Issue 1 ¶1; family_code art. 187".
func sourceLine(p *pack.Pack, lang wording.Lang, list string) string {
	var out []string
	for one := range strings.SplitSeq(list, ";") {
		doc, place, _ := strings.Cut(strings.TrimSpace(one), " ")
		for _, key := range []string{"source." + doc, "act." + doc + ".short", "act." + doc} {
			if p.Words().Has(lang, key) {
				doc = p.Words().Say(lang, key)
				break
			}
		}
		if place != "" {
			doc += ", " + articleLine(p, lang, place)
		}
		out = append(out, doc)
	}
	return strings.Join(out, "; ")
}
