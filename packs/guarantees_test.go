package packs_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/pack"
)

// docs/guarantees.md shows what the checker derives beside what published
// sources expect, and explains every difference. It is written by this test
// (-update). The test also finds cells that are not as the pack's authors
// expect, searches that stopped, and failures without a story.
func TestGuaranteesDocumentIsFresh(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of searches, none of which shares memory with another: the race detector has its own tests of them")
	}
	p, _ := kazakhstan(t)
	cells, err := check.Run(t.Context(), p, check.Query{}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		judgeCell(t, c)
	}
	want, path := guaranteesDocument(p, cells), filepath.Join("..", "docs", "guarantees.md")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("docs/guarantees.md is not what the checker derives (%v): go test ./packs -run TestGuaranteesDocumentIsFresh -update", err)
	}
}

func judgeCell(t *testing.T, c check.Cell) {
	t.Helper()
	name := c.Property + " " + columnName(c)
	switch {
	case !c.Agrees():
		t.Errorf("%s: %s, and its author expects %s", name, c.Verdict, c.Expected)
	case c.Published != "" && c.Published != c.Verdict && c.Because == "":
		t.Errorf("%s: %s where sources expect %s, and nothing says why", name, c.Verdict, c.Published)
	case c.Bound:
		t.Errorf("%s: the search stopped: %s", name, c.Why)
	case c.Person != nil && !slices.ContainsFunc(c.Kinds, func(k check.Kind) bool { return k.Verdict == c.Verdict && within(k.Kind, c.Person) }):
		t.Errorf("%s: the story is of %v, who lacks what makes any kind of person that %s", name, c.Person, c.Verdict)
	case c.Verdict == check.Fails && len(c.Trace) == 0 && len(c.Elements) == 0 && len(c.Stuck) == 0 && c.Other == nil && !c.Nothing && len(c.Person) == 0:
		t.Errorf("%s: fails, and nothing shows how", name)
	}
}

// within says whether a person has all that makes a kind.
func within(kind, person map[string]string) bool {
	for name, value := range kind {
		if person[name] != value {
			return false
		}
	}
	return true
}

func columnName(c check.Cell) string {
	if len(c.Overlay) == 0 {
		return c.Snapshot
	}
	return c.Snapshot + " " + strings.Join(c.Overlay, ", ")
}

func guaranteesDocument(p *pack.Pack, cells []check.Cell) string {
	d := &lawPage{p: p}
	d.line("# What is guaranteed, and what published sources expect\n")
	d.line("Written by `go test ./packs -run TestGuaranteesDocumentIsFresh -update` from `packs/%s`; do not edit. `pana check --explain --property ID --snapshot DAY` tells any cell as a story.\n", p.Head.ID)
	d.line("**Encoded from the editions that [law.md](law.md) lists. Not reviewed by a lawyer of the country. Not advice.** *Holds* says what the text says, not what is done; *fails* is of the law as encoded, or as one source reports it; *unknown* hangs on a question that no text we read answers; *(holds)* in brackets holds because nobody comes to what it speaks of.\n")
	d.counts(cells)
	d.law(cells)
	d.changes()
	d.recommended(cells)
	d.expected(cells)
	return d.out.String()
}

// counts sums the matrix up by column.
func (d *lawPage) counts(cells []check.Cell) {
	byColumn, order := map[string]map[check.Verdict]int{}, []string(nil)
	for _, c := range cells {
		name := columnName(c)
		if byColumn[name] == nil {
			byColumn[name] = map[check.Verdict]int{}
			order = append(order, name)
		}
		byColumn[name][c.Verdict]++
	}
	d.line("## The matrix in numbers\n\n%d properties in %d columns.\n\n| column | holds | fails | unknown |\n|---|---|---|---|", len(d.p.Properties), len(order))
	for _, name := range order {
		n := byColumn[name]
		d.line("| %s | %d | %d | %d |", name, n[check.Holds], n[check.Fails], n[check.Unknown])
	}
}

// law is every property under the law alone, by day.
func (d *lawPage) law(cells []check.Cell) {
	d.line("\n## The law alone, by day\n")
	head, rule := "| property |", "|---|"
	for _, day := range d.p.Head.Snapshots {
		head += " " + day.Format("2006-01-02") + " |"
		rule += "---|"
	}
	d.line("%s\n%s", head, rule)
	for i := range d.p.Properties {
		id := d.p.Properties[i].ID
		row := fmt.Sprintf("| **%s** %s |", id, cell(d.say("property."+id+".short")))
		for _, c := range cells {
			if c.Property == id && len(c.Overlay) == 0 {
				row += " " + verdictOf(c) + " |"
			}
		}
		d.line("%s", row)
	}
}

// verdictOf writes what holds of nobody in brackets.
func verdictOf(c check.Cell) string {
	if c.Vacuous {
		return "(" + string(c.Verdict) + ")"
	}
	return string(c.Verdict)
}

// changes is what M06 and M07 ask of two days, which no cell is: what the law of a
// snapshot says otherwise than the one before, what of it nothing cites, and the
// rights that were lost with nothing that gives the same.
func (d *lawPage) changes() {
	d.line("\n## When the law changed\n\nWhat M06 and M07 ask is about two days at once; a cell is one. `pana diff DAY DAY` tells each difference with what it rests on.\n")
	d.line("| from | to | differences | without a cited act or source | rights lost, nothing instead |\n|---|---|---|---|---|")
	days := d.p.Head.Snapshots
	for i := range len(days) - 1 {
		all := d.p.Diff(days[i], days[i+1])
		var uncited, lost []string
		for _, one := range all {
			if one.Uncited {
				uncited = append(uncited, one.Kind+" `"+one.ID+"`")
			}
			if one.Lost && one.Kind == "entitlement" && one.Instead == "" {
				lost = append(lost, cell(d.say("entitlement."+one.ID)))
			}
		}
		d.line("| %s | %s | %d | %s | %s |", days[i].Format("2006-01-02"), days[i+1].Format("2006-01-02"), len(all), cmp.Or(strings.Join(uncited, ", "), "none"), cmp.Or(strings.Join(lost, "; "), "none"))
	}
}

// recommended are the answers that hang on a question even if all were done that
// was recommended: a reader who counts the columns finds here why one day has
// fewer that hold than the days around it.
func (d *lawPage) recommended(cells []check.Cell) {
	d.line("\n## Open even as recommended\n\nWhat was recommended changes what it names; on the rest of each day's law these answers still hang. Days on which a requirement hangs on the same questions share a row.\n")
	d.line("| property | days | hangs on |\n|---|---|---|")
	for i := range d.p.Properties {
		id := d.p.Properties[i].ID
		days, order := map[string][]string{}, []string(nil)
		for _, c := range cells {
			if c.Property != id || c.Verdict != check.Unknown || len(c.Overlay) != 1 || !d.asked(c.Overlay[0]) {
				continue
			}
			var hangs []string
			for _, q := range c.Questions {
				hangs = append(hangs, cell(d.say("question."+q)))
			}
			on := strings.Join(hangs, " ")
			if days[on] == nil {
				order = append(order, on)
			}
			days[on] = append(days[on], c.Snapshot)
		}
		for _, on := range order {
			d.line("| **%s** %s | %s | %s |", id, cell(d.say("property."+id+".short")), strings.Join(days[on], ", "), on)
		}
	}
}

// asked says whether an overlay is what was asked for, not what was done.
func (d *lawPage) asked(overlay string) bool {
	return slices.ContainsFunc(d.p.Overlays, func(o pack.Overlay) bool { return o.ID == overlay && o.Kind == "recommended" })
}

// expected are the cells of which a source says what to expect.
func (d *lawPage) expected(cells []check.Cell) {
	agree, differ := 0, 0
	var rows []string
	for _, c := range cells {
		if c.Published == "" {
			continue
		}
		because := cell(c.Because)
		if c.Published == c.Verdict {
			agree++
		} else {
			differ++
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s |", c.Property, columnName(c), c.Published, marked(c), because))
	}
	d.line("\n## Derived against expected\n\nOf %d cells of which a published source says what to expect, %d are so and %d are not. Where they differ the text wins.\n", agree+differ, agree, differ)
	d.line("| property | column | sources expect | derived | why |\n|---|---|---|---|---|")
	for _, row := range rows {
		d.line("%s", row)
	}
}

// marked is a verdict, in bold where sources expect another.
func marked(c check.Cell) string {
	if c.Published != c.Verdict {
		return "**" + verdictOf(c) + "**"
	}
	return verdictOf(c)
}

// TestTheFindingsOfTheSources: what the issue promises to a reader who knows the
// documents, as verdicts.
func TestTheFindingsOfTheSources(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	p, _ := kazakhstan(t)
	rows := []struct {
		property, day string
		overlays      []string
		want          check.Verdict
		why           string
	}{
		{"E04", "2014-06-01", []string{"practice-osce-2014"}, check.Fails, "victims were removed as irregular migrants before anybody decided"},
		{"A01", "2019-03-01", []string{"practice-unhcr-2019"}, check.Fails, "who says that she is afraid is turned back at the border"},
		{"A02", "2019-03-01", nil, check.Fails, "an oral claim of who cannot write is not registered"},
		{"B01", "2019-03-01", nil, check.Fails, "no status for who is no refugee and cannot go back"},
		{"D01a", "2019-03-01", nil, check.Fails, "a birth in a facility to a mother without papers was not registered"},
		{"D01a", "2021-03-01", nil, check.Holds, "Law 272-VI of 25 November 2019: from the mother's words"},
		{"D01c", "2026-02-01", nil, check.Fails, "a birth at home to a mother without papers still ends in a court"},
		{"E01", "2014-06-01", nil, check.Holds, "Law 175-V of 18 February 2014 cut services from the criminal case"},
		{"E01", "2014-06-01", []string{"practice-osce-2014"}, check.Fails, "the OSCE found status with a case only"},
		{"E02", "2021-07-01", nil, check.Fails, "foreigners who stay temporarily were outside"},
		{"E02", "2025-01-01", nil, check.Holds, "Law 110-VIII art. 2 covers who stays temporarily"},
		{"E05", "2021-07-01", nil, check.Fails, "no time to reflect was in force"},
		{"E05", "2025-01-01", nil, check.Unknown, "thirty days are given; whether an injured party must speak meanwhile is asked of the State"},
	}
	for _, row := range rows {
		at := slices.IndexFunc(p.Head.Snapshots, func(d pack.Day) bool { return d.Format("2006-01-02") == row.day })
		if at < 0 {
			t.Errorf("%s is no snapshot", row.day)
			continue
		}
		cells, err := check.Run(t.Context(), p, check.Query{Properties: []string{row.property}, Snapshots: p.Head.Snapshots[at : at+1], Overlays: [][]string{row.overlays}}, check.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if cells[0].Verdict != row.want {
			t.Errorf("%s on %s with %v: %s, want %s: %s", row.property, row.day, row.overlays, cells[0].Verdict, row.want, row.why)
		}
	}
}
