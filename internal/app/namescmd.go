package app

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"pana/internal/linkage/names"
)

type namesCommand struct {
	Explain namesExplain `cmd:"" help:"The key of a name, how each tradition writes it, and what it may stand for."`
}

type namesExplain struct {
	Name []string `arg:"" help:"A name, in any script: an example, not a real person's, for who lists this machine's processes sees it."`
}

// Run prints; it keeps nothing and asks no database.
func (c namesExplain) Run(w *world) error {
	name := strings.Join(c.Name, " ")
	key := names.Key(name)
	if len(key) == 0 {
		fmt.Fprintln(w.err, "pana: there are no letters in that name")
		return verdict(exitFailed)
	}
	explainKey(w.out, key)
	explainForms(w.out, name)
	return nil
}

func explainKey(out io.Writer, key []names.Part) {
	fmt.Fprintln(out, "Key, part by part, as search and linkage compare it:")
	for _, p := range key {
		what := ""
		if p.Patronymic {
			what = "  the father's name"
		}
		if p.Bones {
			what += "  from a script without short vowels: only consonants are compared"
		}
		fmt.Fprintf(out, "  %s%s\n", p.Text, what)
	}
}

func explainForms(out io.Writer, name string) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer table.Flush()
	for i, f := range names.Forms(name) {
		if i == 0 {
			fmt.Fprintln(table, "\nHow it is written by:")
		}
		fmt.Fprintf(table, "  %s\t%s%s\n", f.Tradition.Title, f.Text, standing(f))
	}
	said := false
	for _, t := range names.Traditions() {
		sources := t.Sources(name)
		if len(sources) == 0 {
			continue
		}
		if !said {
			said = true
			fmt.Fprintln(table, "\nWhat it may stand for, where it was written by:")
		}
		more := ""
		if len(sources) > mostShown {
			more = fmt.Sprintf(" and %d more", len(sources)-mostShown)
		}
		fmt.Fprintf(table, "  %s\t%s%s\n", t.Title, strings.Join(sources[:min(len(sources), mostShown)], ", "), more)
	}
}

// mostShown is how many readings fit on a line.
const mostShown = 4

// standing says whose word a spelling is.
func standing(f names.Form) string {
	switch {
	case !f.Tradition.Sourced():
		return " (no source at hand states this table)"
	case f.Assumed:
		return " (a letter of it has no source)"
	}
	return ""
}
