package packs_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/pack"
)

var update = flag.Bool("update", false, "write docs/law.md anew")

// docs/law.md tells the public what is encoded, from which texts, and what no
// text settles. It is written by this test (-update), so that it cannot say
// more than the pack does.
func TestLawDocumentIsFresh(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	want, path := lawDocument(p), filepath.Join("..", "docs", "law.md")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("docs/law.md is not as the pack says (%v): go test ./packs -run TestLawDocumentIsFresh -update", err)
	}
}

// marks say how something was read; the words are those of docs/pack-authors.md.
var marks = map[string]string{
	"T": "text read", "O": "official page, not the text", "S": "as a source document tells it", "N": "secondary source",
	"I": "our inference", "P": "the service's own, not law",
}

func lawDocument(p *pack.Pack) string {
	d := &lawPage{p: p}
	d.line("# Which law is encoded, and what it does not say\n")
	d.line("Written by `go test ./packs -run TestLawDocumentIsFresh -update` from `packs/%s`; do not edit. `pana pack show packs/%s --on DAY` prints any day in full.\n", p.Head.ID, p.Head.ID)
	d.line("**Not reviewed by a lawyer of the country. Not advice.** An edition proves its own dates only; what holds between two editions is not known to us.")
	d.line("What no text settles is *unknown*: no answer is chosen, a removal that hangs on it waits, and the question to the State stands at the end.\n")
	d.acts()
	d.sources()
	d.procedures()
	d.days()
	d.questions()
	return d.out.String()
}

type lawPage struct {
	p   *pack.Pack
	out strings.Builder
}

func (d *lawPage) line(format string, args ...any) { fmt.Fprintf(&d.out, format+"\n", args...) }

func (d *lawPage) say(key string) string { return d.p.Words().Say("en", key) }

func (d *lawPage) acts() {
	d.line("## Acts\n\n| act | number, adopted | in force | editions read | how read |\n|---|---|---|---|---|")
	for _, a := range d.p.Acts {
		in := written(a.InForce)
		if !a.Repealed.IsZero() {
			in = strings.TrimSpace(in + " until " + written(a.Repealed))
		}
		if a.Rule != "" {
			in = strings.TrimSpace(in + ". " + strings.Join(strings.Fields(a.Rule), " "))
		}
		name := d.say("act." + a.ID)
		if a.Address != "" {
			name = fmt.Sprintf("[%s](%s)", name, a.Address)
		}
		d.line("| %s | %s, %s | %s | %s | %s |", name, a.Number, written(a.Adopted), cell(strings.TrimPrefix(in, ". ")), editions(a), cmp.Or(marks[a.Mark], a.Mark))
	}
}

func editions(a pack.Act) string {
	if len(a.Editions) == 0 {
		return "none"
	}
	var out []string
	for _, e := range a.Editions {
		one := written(e.Date)
		if e.Note != "" {
			one += " (" + e.Note + ")"
		}
		out = append(out, one)
	}
	return cell(strings.Join(out, "; "))
}

func (d *lawPage) sources() {
	d.line("\n## Other sources\n")
	for _, s := range d.p.Sources {
		d.line("- %s. %s, %s. `%s`", s.Title, s.By, written(s.Date), s.ID)
	}
}

func (d *lawPage) procedures() {
	d.line("\n## Procedures\n\nVersions are counted one by one: a step whose article changed twice counts three times.\n\n| procedure | steps | against the person | bars and holds | owed | time limits | of which no text says how long |\n|---|--:|--:|--:|--:|--:|--:|")
	for _, one := range d.p.Procedures {
		if len(one.Steps) == 0 {
			continue // facts about the person, which procedures share
		}
		adverse, unknown := 0, 0
		for _, s := range one.Steps {
			if s.Adverse != nil {
				adverse++
			}
		}
		for _, c := range one.Clocks {
			if strings.HasPrefix(fmt.Sprint(c.Length), "unknown") {
				unknown++
			}
		}
		d.line("| %s | %d | %d | %d | %d | %d | %d |", d.say("procedure."+one.Procedure.ID), len(one.Steps), adverse, len(one.Bars), len(one.Entitlements), len(one.Clocks), unknown)
	}
}

func (d *lawPage) days() {
	var days []string
	for _, day := range d.p.Changes() {
		days = append(days, written(day))
	}
	d.line("\nSomething encoded here changes on: %s.", strings.Join(days, ", "))
	draft, keys := 0, d.p.Keys()
	for _, k := range keys {
		if d.p.Words().Draft(k.Key) {
			draft++
		}
	}
	d.line("Of %d sentences in three languages, %d are drafts that nobody from the field has signed.", len(keys), draft)
}

func (d *lawPage) questions() {
	d.line("\n## Questions to the State: %d\n", len(d.p.Spec.Questions))
	for _, q := range d.p.Spec.Questions {
		var to []string
		for _, who := range q.To {
			to = append(to, d.say("asked."+who))
		}
		d.line("- **%s** %s\n  (%s; to %s; `%s`)", d.say("question."+q.ID+".ask"), d.say("question."+q.ID), d.bases(q.Basis), strings.Join(to, ", "), q.ID)
	}
}

func (d *lawPage) bases(list []pack.Basis) string {
	var out []string
	for _, b := range list {
		name := b.Source
		if b.Act != "" {
			name = d.say("act." + b.Act)
		}
		one := strings.TrimSpace(name + " " + b.Art)
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return strings.Join(out, "; ")
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func written(d pack.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}
