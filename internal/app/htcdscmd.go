package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"pana/internal/delimited"
	"pana/internal/exchange/htcds"
)

// htcdsCommands turn IOM's case data standard to and fro: docs/formats.md. They open no
// file and no database: that is a worker's act, on the page of the same name.
type htcdsCommands struct {
	Import htcdsImport `cmd:"" help:"Read a table of the standard and say what of it would be taken in, and what not, by line and column."`
	Export htcdsExport `cmd:"" help:"Write records (as import --json or a file's page gives them) as a table of the standard."`
	Fields htcdsFields `cmd:"" help:"Every field of the standard: carried, or why not."`
}

type htcdsImport struct {
	File string `arg:"" help:"CSV of any usual kind, with the standard's names of fields in the first line. - reads the input." type:"path" placeholder:"FILE.csv"`
	JSON bool   `name:"json" help:"Print {standard, version, fields, footnotes, records, findings} for another program."`
}

// mostFormat bounds a table of cases.
const mostFormat = 16 << 20

// foundWords say a finding.
var foundWords = map[string]string{
	htcds.Unreadable:  "this is no table that can be read: save it again as CSV in UTF-8",
	htcds.NoColumn:    "none of the columns is a field that is carried: the first line must have names as prs_SecondName",
	htcds.Unknown:     "this column is none of the standard's, and is not read",
	htcds.Twice:       "the same field a second time: leave one",
	htcds.NotCarried:  "this field is not carried: pana htcds fields says why",
	htcds.OneWay:      "read, and decided anew here: it stands in a note",
	htcds.NotADay:     "no day, or none that can be: 2011-05-01 is one",
	htcds.NotACode:    "none of the standard's codes",
	htcds.NotKeptSex:  "kept as not known, with the word in a note: a file has female, male and unknown",
	htcds.NoSign:      "no sign means just this: it stands in a note, and is not weighed",
	htcds.TooLong:     "longer than 120 characters",
	htcds.NothingSaid: "nothing that is carried",
	htcds.SameBefore:  "a row above has this name and birth",
	htcds.TooMany:     fmt.Sprintf("more than %d rows: take the others in after these", htcds.Most),
}

// Run exits 0 when the table can be taken in, 1 when something has to be mended first,
// 2 when it cannot be read.
func (c htcdsImport) Run(w *world) error {
	text, err := readAtMost(c.File, mostFormat)
	if err != nil {
		return unread(w, err)
	}
	records, found := htcds.Read(text, time.Now())
	if c.JSON {
		if err := printHTCDS(w, records, found); err != nil {
			return err
		}
	} else {
		for _, f := range found {
			at := ""
			if f.Field != "" {
				at = f.Field + ": "
			}
			stops := ""
			if f.Stops {
				stops = " (mend this first)"
			}
			fmt.Fprintf(w.out, "line %d, column %d: %s%s%s\n", f.Line, f.Column, at, foundWords[f.Code], stops)
		}
		fmt.Fprintf(w.out, "%d cases; nothing was opened: a worker does that on the page\n", len(records))
	}
	if htcds.Stopped(found) {
		return verdict(exitFailed)
	}
	return nil
}

func printHTCDS(w *world, records []htcds.Record, found []htcds.Finding) error {
	if htcds.Stopped(found) {
		records = nil
	}
	b, err := htcds.JSON(records, map[string]string{"of": "the table that was read"})
	if err != nil {
		return err
	}
	findings, err := json.Marshal(append([]htcds.Finding{}, found...))
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s,\n \"findings\": %s\n}\n", strings.TrimSuffix(strings.TrimSpace(string(b)), "\n}"), findings)
	return nil
}

type htcdsExport struct {
	File string `arg:"" help:"The records. - reads the input." type:"path" placeholder:"RECORDS.json"`
}

func (c htcdsExport) Run(w *world) error {
	text, err := readAtMost(c.File, mostFormat)
	if err != nil {
		return unread(w, err)
	}
	rows, err := htcds.FromJSON(text)
	if err != nil {
		return unread(w, err)
	}
	var table bytes.Buffer
	if err := delimited.Write(&table, rows); err != nil {
		return err
	}
	if _, found := htcds.Read(table.Bytes(), time.Now()); htcds.Stopped(found) {
		for _, f := range found {
			if f.Stops {
				fmt.Fprintf(w.err, "pana: record %d: %s: %s\n", f.Line-1, f.Field, foundWords[f.Code])
			}
		}
		return verdict(exitFailed)
	}
	_, err = w.out.Write(table.Bytes())
	return err
}

type htcdsFields struct {
	JSON bool `name:"json" help:"Print [{field, core, not_carried, one_way}] for another program."`
}

// whyNot says why a field is not carried.
var whyNot = map[string]string{
	htcds.NoPlace: "a file has no such field", htcds.Free: "free text about a person stays in the part of the file that protects it",
	htcds.Where: "where somebody lives, is reached or was held", htcds.Anew: "what was agreed with another organisation is asked anew",
	htcds.Others: "about other persons and organisations", htcds.Deciders: "kept by who decides, and not in what a worker takes out",
}

func (c htcdsFields) Run(w *world) error {
	if c.JSON {
		e := json.NewEncoder(w.out)
		e.SetIndent("", " ")
		return e.Encode(htcds.Fields())
	}
	t := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	for _, f := range htcds.Fields() {
		says := "carried"
		switch {
		case f.Why != "":
			says = "not carried: " + whyNot[f.Why]
		case f.One:
			says = "written; when read, decided anew"
		}
		fmt.Fprintf(t, "%s\t%s\n", f.Name, says)
	}
	return t.Flush()
}
