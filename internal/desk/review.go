package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// The coordinator looks afterwards into what was trusted to somebody: an
// emergency opening of a file, and a body that asks again and again whether one
// person may be removed.

// OpeningReview is one emergency opening, with what its review came to.
type OpeningReview struct {
	Task    id.Task
	By      Phone
	Reason  string
	At      time.Time
	Until   time.Time
	Outcome string // empty: nobody has looked into it
	Mine    bool   // this worker opened it, and does not judge it
}

// EmergencyReview is a file's emergency openings, the newest first.
type EmergencyReview struct {
	File     id.File
	Number   string
	Subject  Subject
	Openings []OpeningReview
}

// ReviewInput answers a review.
type ReviewInput struct {
	Key     string
	File    id.File
	Task    id.Task
	Check   id.Check
	Outcome string
}

// EmergencyReview is for whose task it is; the file itself is not opened by it.
func (d *Desk) EmergencyReview(ctx context.Context, who access.Who, file id.File) (EmergencyReview, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return EmergencyReview{}, err
	}
	if err := d.mayReview(who, f); err != nil {
		return EmergencyReview{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return EmergencyReview{}, err
	}
	people, err := d.people(ctx)
	if err != nil {
		return EmergencyReview{}, err
	}
	out := EmergencyReview{File: f.ID, Number: f.Number(), Subject: subject(f)}
	for _, o := range slices.Backward(f.Openings) {
		if !o.Emergency {
			continue
		}
		out.Openings = append(out.Openings, OpeningReview{
			Task: openReview(who, f, o), By: names.phone(o.Body), Reason: o.Reason, At: o.At, Until: o.Until, Outcome: f.OutcomeOf(o),
			Mine: people.Same(who.Worker, o.Worker),
		})
	}
	return out, nil
}

// mayReview lets in those at whose desk the task waits.
func (d *Desk) mayReview(who access.Who, f *casework.File) error {
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return err
	}
	if !slices.ContainsFunc(f.Tasks, func(t casework.Task) bool { return t.Verb == casework.TaskEmergency && isTaskOf(who, t) }) {
		return fault.Withheld("no opening for this desk to review")
	}
	return nil
}

func openReview(who access.Who, f *casework.File, o casework.Opening) id.Task {
	for _, t := range f.Tasks {
		if t.Verb == casework.TaskEmergency && t.About == casework.EmergencyAbout(o) && t.Done.IsZero() && isTaskOf(who, t) {
			return t.ID
		}
	}
	return ""
}

// ReviewEmergency records what an emergency opening turned out to be.
func (d *Desk) ReviewEmergency(ctx context.Context, who access.Who, in ReviewInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.OpenFile, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		if err := d.mayReview(who, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.ReviewEmergency(f, in.Task, in.Outcome, m)
	})
}

// Alarm is why a coordinator should telephone a body about its removal checks.
// Whom it asked about is not in it: the grounds open that, and are recorded.
type Alarm struct {
	Check    id.Check // the newest of them
	Kind     string   // repeats, over_quota
	By       Phone
	Times    int
	First    time.Time
	Last     time.Time
	Outcomes []string
}

// alarmRow is a check that rings, with the group it belongs to: one body that
// asks about one person, or one worker who asks too much.
type alarmRow struct {
	store.Found
	group string
}

func (d *Desk) seesAlarms(who access.Who) bool {
	return who.Can("coordinate") && d.allowed(who, access.SeeCheck, "check")
}

// ringing lists the checks that rang and nobody has looked into, the oldest
// first, of bodies in the worker's region.
func (d *Desk) ringing(ctx context.Context, who access.Who, names bodyNames) ([]alarmRow, error) {
	if !d.seesAlarms(who) {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, "checks", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("alarm", store.OneOf, alarmRepeats, alarmQuota)},
		Sort: []store.Order{{Column: "at"}}, Limit: workLimit,
	})
	if err != nil {
		return nil, err
	}
	var out []alarmRow
	for _, r := range page.Rows {
		body := names[id.Body(r.Text("body_id"))]
		if who.Region != "" && body.Region != "" && body.Region != who.Region {
			continue
		}
		group := r.Text("body_id") + " " + r.Text("question")
		if r.Text("alarm") == alarmQuota {
			group = r.Text("worker_id")
		}
		out = append(out, alarmRow{r, r.Text("alarm") + " " + group})
	}
	return out, nil
}

// alarms are a line for each group.
func (d *Desk) alarms(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if !d.seesAlarms(who) {
		return nil, nil
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	rows, err := d.ringing(ctx, who, names)
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.group] {
			continue
		}
		seen[r.group] = true
		by := names.phone(id.Body(r.Text("body_id")))
		line := WorkLine{
			Verb: "work.check_" + r.Text("alarm"), Kind: "call", State: dueState(time.Time{}, at), Since: r.Time("at"), About: by.Name,
			Target: "/check/" + r.Text("check_id") + "/alarm",
		}
		if by.Number != "" {
			line.Phones = []Phone{by}
		}
		out = append(out, line)
	}
	return out, nil
}

// Alarm is the page behind the line.
func (d *Desk) Alarm(ctx context.Context, who access.Who, check id.Check) (Alarm, error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return Alarm{}, err
	}
	group, err := d.alarmOf(ctx, who, names, check)
	if err != nil {
		return Alarm{}, err
	}
	first, last := group[0], group[len(group)-1]
	return Alarm{
		Check: id.Check(last.Text("check_id")), Kind: first.Text("alarm"), By: names.phone(id.Body(first.Text("body_id"))), Times: len(group),
		First: first.Time("at"), Last: last.Time("at"), Outcomes: casework.Outcomes,
	}, nil
}

// alarmOf gives the checks that ring with this one.
func (d *Desk) alarmOf(ctx context.Context, who access.Who, names bodyNames, check id.Check) ([]alarmRow, error) {
	rows, err := d.ringing(ctx, who, names)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(r alarmRow) bool { return r.Text("check_id") == string(check) })
	if i < 0 {
		return nil, fault.Withheld("no such alarm")
	}
	of := rows[i].group
	return slices.DeleteFunc(rows, func(r alarmRow) bool { return r.group != of }), nil
}

// ReviewAlarm records what it turned out to be, in every check that rang with it.
func (d *Desk) ReviewAlarm(ctx context.Context, who access.Who, in ReviewInput) (casework.Receipt, error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{checkRef(in.Check)}
	group, err := d.alarmOf(ctx, who, names, in.Check)
	for _, r := range group {
		if r.Ref != refs[0] {
			refs = append(refs, r.Ref)
		}
	}
	if err != nil && (!d.seesAlarms(who) || fault.Of(err).Kind != fault.NotFound) {
		return casework.Receipt{}, err // else it was answered: by this very form, sent twice, or by a colleague
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		var checks []*casework.Check
		for _, ref := range refs {
			checks = append(checks, store.As[*casework.Check](l, ref))
		}
		if checks[0] == nil {
			return casework.Decision{}, fault.Withheld("no such check")
		}
		return casework.ReviewChecks(checks, in.Outcome, m)
	})
}
