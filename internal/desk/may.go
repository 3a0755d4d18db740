package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// fileThing is a file as access sees it: the clear columns of its index row, so
// that a decision and a list never differ, and the relations of the asker's body.
func fileThing(who access.Who, f *casework.File) access.Thing {
	return access.Thing{Kind: "file", Columns: columnsOf(f), Relations: relations(who, f)}
}

// relations are those of the record, and "decider" while a step is owed that
// this kind of body takes: the docket lists the same file by the same row.
func relations(who access.Who, f *casework.File) []string {
	if who.Self != "" {
		if who.Self == f.ID {
			return []string{access.Self}
		}
		return nil
	}
	if who.Ward != "" {
		if who.Ward == f.ID {
			return []string{access.Ward}
		}
		return nil
	}
	out := slices.Clone(casework.Relations(f)[who.Body])
	if decides(who, f) && !slices.Contains(out, casework.RelDecider) {
		out = append(out, casework.RelDecider)
	}
	if watches(who, f) && !slices.Contains(out, casework.RelCoordinator) {
		out = append(out, casework.RelCoordinator)
	}
	return out
}

// decides says whether a kind of body that decides owes this person a step, in
// its region. A duty to tell or to help, which many kinds have, opens nothing.
func decides(who access.Who, f *casework.File) bool {
	if !who.Can("decide") || who.Region != "" && f.Region != "" && f.Region != who.Region {
		return false
	}
	return slices.ContainsFunc(f.Due, func(due casework.DueStep) bool { return due.Decision && isOurs(who, due.By) })
}

// watches says whether this file waits at the worker's kind of desk: a referral
// nobody answered, or a task for the kind, in the worker's region.
func watches(who access.Who, f *casework.File) bool {
	if !who.Can("coordinate") || who.Region != "" && f.Region != "" && f.Region != who.Region {
		return false
	}
	return slices.ContainsFunc(f.Referrals, func(r casework.Referral) bool { return !r.Escalated.IsZero() }) ||
		slices.ContainsFunc(f.Tasks, func(t casework.Task) bool { return t.Done.IsZero() && t.Kind == who.BodyKind })
}

// tablesByName are the index tables.
var tablesByName = func() map[string]casework.Table {
	out := map[string]casework.Table{}
	for _, t := range casework.Tables() {
		out[t.Name] = t
	}
	return out
}()

// columnsOf gives the text columns of a file's own row.
func columnsOf(f *casework.File) map[string]string { return clearText("files", f.Row()) }

// clearText gives the clear text columns of a row.
func clearText(table string, row casework.Row) map[string]string {
	out := make(map[string]string, len(row.Values))
	for i, c := range tablesByName[table].Columns {
		if c.Type == casework.TextColumn && !c.Sealed {
			out[c.Name], _ = text(row.Values[i])
		}
	}
	return out
}

func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case id.File:
		return string(v), true
	case id.Body:
		return string(v), true
	case id.Service:
		return string(v), true
	case id.Place:
		return string(v), true
	}
	return "", false
}

// may is access's answer about a file; what is not allowed does not exist.
func (d *Desk) may(who access.Who, act string, f *casework.File) (access.Verdict, error) {
	return d.mayIn(who, act, f, "", "")
}

// mayIn is may for one compartment and group of fields.
func (d *Desk) mayIn(who access.Who, act string, f *casework.File, compartment, group string) (access.Verdict, error) {
	if f == nil {
		return access.Verdict{}, fault.Withheld("no such file")
	}
	thing := fileThing(who, f)
	thing.Compartment, thing.Group = compartment, group
	v := d.rules.Decide(who, act, thing)
	if !v.Allowed {
		return v, fault.Withheld(act + ": " + v.Rule)
	}
	return v, nil
}

// mayDo is for things that are not a file: what they are is in the kind alone.
func (d *Desk) mayDo(who access.Who, act, kind string) error {
	v := d.rules.Decide(who, act, access.Thing{Kind: kind, Relations: []string{"own"}})
	if !v.Allowed {
		return fault.Withheld(act + ": " + v.Rule)
	}
	return nil
}

// allowed is mayDo as a question.
func (d *Desk) allowed(who access.Who, act, kind string) bool { return d.mayDo(who, act, kind) == nil }

// momentOf is moment with which logins are one person's: for what two have to do.
func (d *Desk) momentOf(ctx context.Context, who access.Who, at time.Time) (casework.Moment, error) {
	m := d.moment(who, at)
	if who.Worker == "" {
		return m, nil // the product, or the person: neither has a login
	}
	var err error
	m.People, err = d.people(ctx)
	return m, err
}

func (d *Desk) moment(who access.Who, at time.Time) casework.Moment {
	return casework.Moment{
		At: at, Laws: d.deps.Laws,
		By: casework.Actor{Worker: who.Worker, Body: who.Body, Kind: who.BodyKind, Role: who.Role, Region: who.Region},
	}
}
