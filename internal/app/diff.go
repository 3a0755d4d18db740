package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/pack"
	"pana/internal/wording"
)

type diffCommand struct {
	From string `arg:"" help:"A day of the law, 2019-03-01."`
	To   string `arg:"" help:"A later day."`
	Pack string `help:"Folder of a country pack; without it, the one inside the program." type:"path" placeholder:"DIR"`
	Lang string `help:"Language of names: en, ru, kk." default:"en" placeholder:"LANG"`
	JSON bool   `name:"json" help:"Print a JSON array."`
}

// Run exits 0 when every difference is cited, 1 when one is not, 2 when the
// pack does not load.
func (c diffCommand) Run(w *world) error { return exited(c.run(w)) }

func (c diffCommand) run(w *world) (exit int) {
	from, err1 := time.Parse(time.DateOnly, c.From)
	to, err2 := time.Parse(time.DateOnly, c.To)
	if err1 != nil || err2 != nil || !from.Before(to) {
		fmt.Fprintf(w.err, "pana: from %q to %q: write two days, 2019-03-01 2021-03-01, the earlier first\n", c.From, c.To)
		return exitUnread
	}
	p, _, bad := loadForCheck(c.Pack)
	if len(bad) > 0 {
		return tellUnread(w.err, bad)
	}
	list := p.Diff(pack.Day{Time: from}, pack.Day{Time: to})
	if c.JSON {
		e := json.NewEncoder(w.out)
		e.SetIndent("", "  ")
		_ = e.Encode(listed(list)) // a reader that has gone away asks for no more
	} else {
		differences{w, p, languageOf(p, c.Lang)}.all(list)
	}
	if slices.ContainsFunc(list, func(d pack.Difference) bool { return d.Uncited }) {
		return exitFailed
	}
	return exitOK
}

// differences prints what became of the law.
type differences struct {
	w    *world
	p    *pack.Pack
	lang wording.Lang
}

func (d differences) line(format string, args ...any) { fmt.Fprintf(d.w.out, format+"\n", args...) }

func (d differences) all(list []pack.Difference) {
	procedure := ""
	for _, one := range list {
		if one.Procedure != procedure {
			procedure = one.Procedure
			d.line("%s (%s)", d.p.Words().Say(d.lang, "procedure."+procedure), procedure)
		}
		d.one(one)
	}
	d.lost(list)
	uncited := 0
	for _, one := range list {
		if one.Uncited {
			uncited++
		}
	}
	d.line("%d differences, %d of them without a cited act or source", len(list), uncited)
}

func (d differences) name(one pack.Difference) string {
	return d.p.Words().Say(d.lang, one.Kind+"."+one.ID) + " (" + one.ID + ")"
}

func (d differences) one(one pack.Difference) {
	sign := map[string]string{pack.Added: "+", pack.Removed: "-", pack.Changed: "~"}[one.Change]
	d.line("  %s %s %s", sign, one.Kind, d.name(one))
	for _, f := range one.Fields {
		d.line("      %s: %s", f.Field, d.field(f, f.Was))
		d.line("      %s  %s", strings.Repeat(" ", len(f.Field)-1)+">", d.field(f, f.Now))
	}
	if one.Uncited {
		d.line("      UNCITED: no act or source says why")
	} else {
		d.line("      %s", basisLine(d.p, d.lang, one.Basis))
	}
	for _, pos := range []*pack.Pos{one.Was, one.Now} {
		if pos != nil {
			d.line("      %s:%d", pos.File, pos.Line)
		}
	}
}

// field is a value in words.
func (d differences) field(f pack.FieldChange, value string) string {
	return cmp.Or(d.p.FieldInWords(d.lang, f.Field, value), "-")
}

func (d differences) lost(list []pack.Difference) {
	said := false
	for _, one := range list {
		if !one.Lost {
			continue
		}
		if !said {
			d.line("Lost:")
			said = true
		}
		line := "  " + one.Kind + " " + d.name(one)
		if one.Instead != "" {
			line += "; given instead: " + d.p.Words().Say(d.lang, "entitlement."+one.Instead)
		}
		d.line("%s", line)
	}
}
