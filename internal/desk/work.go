package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// MyWork is what waits for this worker's body: overdue first, then due, then
// new. Lines and counts come from one reading, so the counts cannot tell more
// than the lines.
func (d *Desk) MyWork(ctx context.Context, who access.Who, filter WorkFilter, page string) (Work, error) {
	if !d.couldEver(who, access.SeeWork, "work") {
		return Work{}, fault.Withheld("work")
	}
	at := d.now()
	var lines []WorkLine
	for _, source := range []func(context.Context, access.Who, time.Time) ([]WorkLine, error){d.asksToAnswer, d.unanswered, d.ringsDue, d.alarms, d.tasks, d.stepsOwed, d.proposals, d.hearingsSoon, d.myReferrals, d.overseenLate, d.erasuresToSign, d.filesOver} {
		more, err := source(ctx, who, at)
		if err != nil {
			return Work{}, fault.At("my work", err)
		}
		lines = append(lines, more...)
	}
	var err error
	if lines, err = d.heldUp(ctx, who, at, lines); err != nil {
		return Work{}, fault.At("my work", err)
	}
	lines = together(onceEach(lines))
	out := Work{Filter: filter, Counts: map[string]int{}, More: moreOwed(lines), CanOpen: d.couldEver(who, access.RecordConcern, "file"), Begins: d.begins(who)}
	for _, l := range lines {
		if r := l.Subject.Region; r != "" && !slices.Contains(out.Regions, r) {
			out.Regions = append(out.Regions, r)
		}
		if matches(l, WorkFilter{Kind: filter.Kind, Region: filter.Region, Whose: filter.Whose}) {
			out.Counts[l.State]++
		}
	}
	slices.Sort(out.Regions)
	lines = slices.DeleteFunc(lines, func(l WorkLine) bool { return !matches(l, filter) })
	slices.SortStableFunc(lines, workOrder(filter.Sort))
	out.Lines, out.Pages = cut(lines, page)
	return out, fault.At("my work", d.describe(ctx, out.Lines))
}

// moreOwed says that more steps may be owed than are listed.
func moreOwed(lines []WorkLine) bool {
	n := 0
	for _, l := range lines {
		if l.Kind == "step" {
			n += 1 + len(l.Also)
		}
	}
	return n >= owedLimit
}

// onceEach leaves out what was sent to this body by name where a step of the same
// file is already in the list, and a step that somebody of the body has proposed: one
// person waits once, with her clock.
func onceEach(lines []WorkLine) []WorkLine {
	owed, proposed := map[id.File]bool{}, map[string]bool{}
	for _, l := range lines {
		if l.Kind == "step" {
			owed[l.Subject.File] = true
		}
		if l.Step != "" {
			proposed[l.Target] = true
		}
	}
	return slices.DeleteFunc(lines, func(l WorkLine) bool {
		return l.Verb == casework.TaskAddressed && owed[l.Subject.File] || l.Kind == "step" && proposed[proposalPath(l.Subject.File, strings.TrimPrefix(l.Verb, "step."))]
	})
}

// together puts the steps of one person that no time presses on one line, so that
// a list is as long as the people in it and not as what could be done for them.
// What was given to this worker stands for itself.
func together(lines []WorkLine) []WorkLine {
	first := map[id.File]int{}
	var out []WorkLine
	for _, l := range lines {
		if l.Kind != "step" || !l.Due.IsZero() || l.Given != nil || l.HeldUp != nil {
			out = append(out, l)
			continue
		}
		if i, there := first[l.Subject.File]; there {
			out[i].Also = append(out[i].Also, l)
			continue
		}
		first[l.Subject.File] = len(out)
		out = append(out, l)
	}
	return out
}

func matches(l WorkLine, f WorkFilter) bool {
	return (f.State == "" || l.State == f.State) && (f.Kind == "" || l.Kind == f.Kind) && (f.Region == "" || l.Subject.Region == f.Region) &&
		(f.Whose == "" || l.Given != nil)
}

func workOrder(by string) func(a, b WorkLine) int {
	rank := []string{"overdue", "due", "new", "waiting"}
	return func(a, b WorkLine) int {
		if by == "since" {
			return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Target, b.Target))
		}
		return cmp.Or(
			cmp.Compare(callFirst(a), callFirst(b)), cmp.Compare(slices.Index(rank, a.State), slices.Index(rank, b.State)), givenFirst(a, b), dueOrder(a.Due, b.Due), a.Since.Compare(b.Since), cmp.Compare(a.Target, b.Target),
		)
	}
}

// callFirst puts a telephone that rings above everything that is written.
func callFirst(l WorkLine) int {
	if l.Kind == "call" {
		return 0
	}
	return 1
}

// givenFirst puts what this worker was given above what is anybody's.
func givenFirst(a, b WorkLine) int { return compareBool(b.Given != nil, a.Given != nil) }

// dueOrder puts what has no due time last.
func dueOrder(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// pageLength of a worker's list; workLimit is how many lines of one kind are read,
// and owedLimit how many steps owed: those due soonest, for a kind of body may owe
// tens of thousands and each is asked of its file's relations.
const (
	pageLength = 40
	workLimit  = 500
	owedLimit  = 100
)

// cut gives a page by the number of its first line. My work is sorted over
// several tables, so there is no one key to go on from.
func cut(lines []WorkLine, page string) ([]WorkLine, Paging) {
	size := pageLength
	if page == WholeList {
		size = len(lines)
	}
	from, err := strconv.Atoi(page)
	if err != nil || from < 0 || from >= len(lines) {
		from = 0
	}
	to := min(len(lines), from+size)
	out := Paging{Total: len(lines)}
	if to < len(lines) {
		out.Next = itoa(to)
	}
	if from > 0 {
		out.Prev = itoa(max(0, from-pageLength))
	}
	return lines[from:to], out
}

func dueState(due, at time.Time) string {
	switch {
	case due.IsZero():
		return "new"
	case due.Before(at):
		return "overdue"
	}
	return "due"
}

// asksToAnswer are need cards that wait for this body's answer.
func (d *Desk) asksToAnswer(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if !d.couldEver(who, access.AnswerReferral, "referral") {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, "asks", store.Query{
		Scope: d.rules.Scope(who, access.AnswerReferral, "referral"),
		Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("state", store.OneOf, casework.Asked, casework.Acknowledged)},
		Sort:  []store.Order{{Column: "answer_due"}}, Limit: workLimit,
	})
	if err != nil {
		return nil, err
	}
	return d.linesOf(ctx, page, func(r store.Found, card store.Found) WorkLine {
		due, verb := r.Time("answer_due"), "work.answer_referral"
		if r.Text("state") == casework.Asked && !r.Time("ack_due").IsZero() {
			due, verb = r.Time("ack_due"), "work.acknowledge_referral"
		}
		return referralLine(verb, card, due, at, false)
	})
}

// unanswered are referrals whose telephones rang: the coordinator's and the
// hotline's work.
func (d *Desk) unanswered(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if !d.couldEver(who, access.WatchReferral, "referral") {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, "referrals", store.Query{
		Scope: d.rules.Scope(who, access.WatchReferral, "referral"),
		Where: []store.Filter{store.Where("escalated_at", store.Set), store.Where("state", store.OneOf, casework.ReferralOpen, casework.ReferralUnanswered)},
		Sort:  []store.Order{{Column: "escalated_at"}}, Limit: workLimit,
	})
	if err != nil {
		return nil, err
	}
	if len(page.Rows) == 0 {
		return nil, nil
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	asks, err := d.deps.Store.Rows(ctx, store.RowsOf{Table: "asks", Refs: page.Refs()})
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	for _, r := range page.Rows {
		if who.Region != "" && r.Text("region") != "" && r.Text("region") != who.Region {
			continue
		}
		line := referralLine("work.unanswered_referral", r, r.Time("escalated_at"), at, true)
		line.State, line.Kind = "overdue", "call"
		line.Phones = toCall(names, r, asks.Of("asks", r.Ref))
		out = append(out, line)
	}
	return out, nil
}

// toCall are the telephones of a referral that nobody answered: those asked who
// are silent, and who asked. What to do tonight stands on the referral's page. The
// asks are those of the file, which are found by its key: looking for a referral's
// own read those of everybody.
func toCall(names bodyNames, referral store.Found, asks []store.Found) []Phone {
	var out []Phone
	for _, a := range asks {
		state := a.Text("state")
		if a.Text("referral_id") == referral.Text("referral_id") && (state == casework.Asked || state == casework.Acknowledged) {
			out = append(out, names.phone(id.Body(a.Text("body_id"))))
		}
	}
	out = append(out, names.phone(id.Body(referral.Text("from_body"))))
	return slices.DeleteFunc(out, func(p Phone) bool { return p.Number == "" })
}

// myReferrals are those this body sent that still wait for somebody else.
func (d *Desk) myReferrals(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	page, err := d.deps.Store.List(ctx, "referrals", store.Query{
		Scope: d.rules.Scope(who, access.SeeReferral, "referral"),
		Where: []store.Filter{store.Where("from_body", store.Is, string(who.Body)), store.Where("state", store.OneOf, casework.ReferralOpen, casework.ReferralUnanswered)},
		Sort:  []store.Order{{Column: "asked_at"}}, Limit: workLimit,
	})
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	for _, r := range page.Rows {
		line := referralLine("work.waiting_referral", r, time.Time{}, at, true)
		line.State = "waiting"
		if r.Text("state") == casework.ReferralUnanswered {
			line.State, line.Verb = "overdue", "work.everyone_refused"
		}
		out = append(out, line)
	}
	return out, nil
}

// linesOf joins asks with their need cards, in one reading.
func (d *Desk) linesOf(ctx context.Context, page store.Page, line func(r, card store.Found) WorkLine) ([]WorkLine, error) {
	if len(page.Rows) == 0 {
		return nil, nil
	}
	ids := make([]any, len(page.Rows))
	for i, r := range page.Rows {
		ids[i] = r.Text("referral_id")
	}
	cards, err := d.deps.Store.List(ctx, "referrals", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("referral_id", store.OneOf, ids...)}, Limit: len(ids),
	})
	if err != nil {
		return nil, err
	}
	byID := make(map[string]store.Found, len(cards.Rows))
	for _, c := range cards.Rows {
		byID[c.Text("referral_id")] = c
	}
	var out []WorkLine
	for _, r := range page.Rows {
		out = append(out, line(r, byID[r.Text("referral_id")]))
	}
	return out, nil
}

// referralLine is a line from a referral's row. Its number is the referral's;
// the file's is not on a need card.
func referralLine(verb string, r store.Found, due, at time.Time, own bool) WorkLine {
	out := WorkLine{
		Verb: verb, Kind: "referral", Needs: words(r.Text("needs")), Due: due, State: dueState(due, at), Since: r.Time("asked_at"),
		Number: r.Text("number"), Target: "/referral/" + r.Text("referral_id"), Subject: subjectOfRow(r),
	}
	if !own {
		out.Subject.File, out.Subject.Number = "", ""
	}
	return out
}

func subjectOfRow(r store.Found) Subject {
	out := Subject{
		Sex: r.Text("sex"), AgeBand: r.Text("age_band"), ChildPath: r.Bool("child"), Language: r.Text("language"), Region: r.Text("region"),
	}
	if f := id.File(r.Text("file_id")); f != "" {
		out.File, out.Number = f, id.Number(f)
	}
	return out
}

// tasks are those given to this body, or to its kind in its region.
func (d *Desk) tasks(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	rows, err := d.openTasks(ctx, who)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r store.Found) bool {
		elsewhere := who.Region != "" && r.Text("region") != "" && r.Text("region") != who.Region
		return r.Text("body_id") != string(who.Body) && (r.Text("body_id") != "" || elsewhere) || d.notYet(r.Text("verb"), r.Time("due_at"), at)
	})
	var out []WorkLine
	for _, r := range rows {
		line := WorkLine{
			Verb: r.Text("verb"), Kind: "task", Due: r.Time("due_at"), State: dueState(r.Time("due_at"), at), Since: r.Time("added_at"),
			Subject: fileOfRow(r), Target: taskTarget(r),
		}
		if line.Verb == casework.TaskAddressed {
			line.Filed = r.Text("about")
		}
		out = append(out, line)
	}
	return out, nil
}

// openTasks are the first that are due of what this body was given by name and of
// what its kind was: each lies in an index in that order. Both together are in none,
// and a house that has asked thousands how they are would read them all.
func (d *Desk) openTasks(ctx context.Context, who access.Who) ([]store.Found, error) {
	var out []store.Found
	for _, of := range []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("body_kind", store.Is, who.BodyKind)} {
		page, err := d.deps.Store.List(ctx, "tasks", store.Query{
			Scope: everything, Where: []store.Filter{of, store.Where("state", store.Is, "open")},
			Sort: []store.Order{{Column: "due_at"}}, Limit: workLimit, NoTotal: true,
		})
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			if of.Column == "body_id" || r.Text("body_id") == "" { // what names a body is on its own list
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b store.Found) int { return dueOrder(a.Time("due_at"), b.Time("due_at")) })
	return out[:min(len(out), workLimit)], nil
}

// taskTarget is the page on which a task is done: the file, or what asks for an
// answer of its own.
func taskTarget(r store.Found) string {
	file := "/file/" + r.Text("file_id")
	switch r.Text("verb") {
	case casework.TaskEmergency:
		return file + "/emergency"
	case casework.TaskFrozen:
		return file + "/freeze"
	case casework.TaskFollowUp:
		return file + "/follow-up"
	case casework.TaskPageAlarm, casework.TaskPageClosed, casework.TaskPageMessage:
		return file + "/own-page"
	case casework.TaskGuardianClosed:
		return file + "/guardian-page"
	}
	return file
}

// stepsOwed are steps that this kind of body owes somebody now.
func (d *Desk) stepsOwed(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if !d.couldEver(who, access.TakeStep, "file") {
		return nil, nil
	}
	rows, err := d.soonestOwed(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	for _, r := range rows {
		out = append(out, stepLine(r, at))
	}
	return d.givenSteps(ctx, who, at, out)
}

// stepLine is a line from a row of a step that is owed.
func stepLine(r store.Found, at time.Time) WorkLine {
	return WorkLine{
		Verb: "step." + r.Text("step"), Kind: "step", Due: r.Time("due_at"), State: dueState(r.Time("due_at"), at), Since: r.Time("since"),
		Subject: fileOfRow(r), Target: "/file/" + r.Text("file_id") + "/step/" + r.Text("step"),
	}
}

// soonestOwed are the first of what owedQuery lists.
func (d *Desk) soonestOwed(ctx context.Context, who access.Who) ([]store.Found, error) {
	rows, _, err := d.owedPage(ctx, d.owedParts(who), soonest, owedLimit, "")
	return rows, err
}

// filesOf are the files that rows are about.
func filesOf(rows []store.Found) []id.File {
	out := make([]id.File, len(rows))
	for i, r := range rows {
		out[i] = id.File(r.Text("file_id"))
	}
	return out
}

// fileOfRow is as much of a subject as a row about a file has.
func fileOfRow(r store.Found) Subject {
	f := id.File(r.Text("file_id"))
	return Subject{File: f, Number: id.Number(f), Region: r.Text("region")}
}

// describe says of the lines that are shown whom they are about. The rows of tasks
// and steps have file and region, which is all that a list is sorted and cut by.
func (d *Desk) describe(ctx context.Context, lines []WorkLine) error {
	ofFiles := func(l WorkLine) bool { return slices.Contains([]string{"task", "step", "hearing", "proposal"}, l.Kind) }
	var files []id.File
	for _, l := range lines {
		if ofFiles(l) {
			files = append(files, l.Subject.File)
		}
	}
	subjects, err := d.subjects(ctx, files)
	if err != nil {
		return err
	}
	for i := range lines {
		if ofFiles(lines[i]) {
			lines[i].Subject = subjects[lines[i].Subject.File]
			for j := range lines[i].Also {
				lines[i].Also[j].Subject = lines[i].Subject
			}
		}
	}
	return nil
}

// subjects are the clear columns of files.
func (d *Desk) subjects(ctx context.Context, files []id.File) (map[id.File]Subject, error) {
	out := map[id.File]Subject{}
	if len(files) == 0 {
		return out, nil
	}
	refs := make([]casework.Ref, len(files))
	for i, f := range files {
		refs[i] = fileRef(f)
	}
	rows, err := d.deps.Store.Rows(ctx, store.RowsOf{Table: "files", Refs: refs}) // by key: a list of so many may read them all
	if err != nil {
		return nil, err
	}
	for i, ref := range refs {
		if r, ok := rows.One("files", ref); ok {
			out[files[i]] = subjectOfRow(r)
		}
	}
	return out, nil
}
