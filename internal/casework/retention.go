package casework

import (
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// The pack says how long a file is kept, from what and by which act. A sweep finds the
// files whose time is over and writes that down; it erases nothing. Two people sign for
// each as for any other erasing, or one says why it is kept. Whatever anybody writes in
// the file meanwhile ends both: who is helped again is not erased.

// RetentionFound says that a file's time is over by a schedule of the pack.
type RetentionFound struct {
	Schedule string    `json:"schedule"`
	Since    time.Time `json:"since"` // from what the time counts
	Due      time.Time `json:"due"`
}

// RetentionKept says why the file stays all the same, and until when nobody is asked.
type RetentionKept struct {
	Why   string `json:"why"`   // of RetentionWhys
	Until string `json:"until"` // the last day
}

func (RetentionFound) EventType() (string, int) { return "retention.found", 1 }
func (RetentionKept) EventType() (string, int)  { return "retention.kept", 1 }

// RetentionWhys are why a file stays beyond its time; each has wording retention.why.….
var RetentionWhys = []string{"help", "court", "person", "law"}

// Codes about a file's time.
const (
	CodeRetentionNone = "retention.none" // its time is not over
	maxKeptYears      = 5                // then somebody looks again: the service's own
)

// TimeOver is that a file's time is over.
type TimeOver struct {
	RetentionFound
	Found time.Time
}

// KeptOn is that a file stays although its time is over.
type KeptOn struct {
	RetentionKept
	At   time.Time
	Body id.Body
}

// FindRetention writes down that a file's time is over, if it is and nobody knows.
func FindRetention(f *File, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	found, over, err := f.retention(m)
	if err != nil {
		return Decision{}, err
	}
	if !over || f.Over != nil || f.Erasing.Running() || f.Place != nil || f.KeptOn != nil && m.today() <= f.KeptOn.Until {
		return Decision{}, fault.New(fault.Conflict, CodeRetentionNone)
	}
	return single(m, f.Ref(), found, "receipt.retention_found"), nil
}

// retention says by which schedule a file's time is over. Where several are for it the
// longest decides; where one of them is not known, or has not begun, none is over.
func (f *File) retention(m Moment) (found RetentionFound, over bool, err error) {
	for _, r := range m.Laws.Pack().Keeping.Retention {
		if !f.keptBy(r) {
			continue
		}
		since := f.keptSince(r)
		if n, err := procedure.ParseLength(r.Keep); err != nil || n.Question != "" || since.IsZero() {
			return RetentionFound{}, false, nil
		}
		due, err := m.dueFrom(r.Keep, since)
		if err != nil {
			return RetentionFound{}, false, err
		}
		if found.Due.Before(due) {
			found = RetentionFound{Schedule: r.ID, Since: since, Due: due}
		}
	}
	return found, found.Schedule != "" && !m.At.Before(found.Due), nil
}

// keptBy says whether a schedule is for this file.
func (f *File) keptBy(r pack.Retention) bool {
	return len(r.Procedures) == 0 || slices.ContainsFunc(f.Courses, func(c Course) bool { return slices.Contains(r.Procedures, c.Procedure) })
}

// keptSince is from when a schedule's time counts; zero: it has not begun.
func (f *File) keptSince(r pack.Retention) (since time.Time) {
	switch r.From {
	case pack.FromOpened:
		return f.Opened
	case pack.FromLastEntry:
		return f.lived
	case pack.FromEnded:
		for _, c := range f.Courses {
			if c.Ended.IsZero() {
				return time.Time{}
			}
			since = laterOf(since, c.Ended)
		}
	}
	return since
}

// ofLife says of an event whether somebody still has to do with the person: a worker
// wrote, or she did on her page. What was only read, or made by the program, is not.
func ofLife(e Event) bool {
	switch e.Payload.(type) {
	case Opened, GuardianPageEntered:
		return false
	}
	return e.Worker != "" || strings.HasPrefix(e.Type, "page.")
}

// lives ends what was said of a file whose time was over.
func (f *File) lives(e Event) {
	f.lived = laterOf(f.lived, e.RecordedAt)
	f.staysAfter(e, ErasureLivedOn)
}

func (f *File) staysAfter(e Event, why string) {
	f.Over, f.KeptOn = nil, nil
	if f.Erasing.Running() && f.Erasing.Schedule != "" {
		was := *f.Erasing
		was.State, was.Refused, was.Why = ErasureIsRefused, e.OccurredAt, why
		f.Erasing = &was
	}
}

// Why a file stays whose time was over, beside what a worker chooses.
const (
	ErasureLivedOn = "lived_on" // somebody wrote in it while two were signing
	ErasureKept    = "kept"     // somebody said why it is kept longer
)

// stillOver says whether a file that goes because its time is over may go by the pack
// as it is now: a schedule may have been written anew since.
func (f *File) stillOver(m Moment) error {
	if f.Over != nil {
		if _, over, err := f.retention(m); err != nil || over {
			return err
		}
	}
	return fault.New(fault.Conflict, CodeRetentionNone)
}

// AskRetention is the first of two for a file whose time is over. The schedule is the
// ground, and needs no words.
func AskRetention(f *File, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	rules, err := m.erasing()
	if err != nil {
		return Decision{}, err
	}
	ground := rules.TimeOver()
	switch {
	case ground == nil:
		return Decision{}, fault.New(fault.Conflict, CodeRetentionNone)
	case f.Erasing.Running():
		return Decision{}, fault.New(fault.Conflict, CodeErasureOpen)
	}
	if err := f.stillOver(m); err != nil {
		return Decision{}, err
	}
	if err := f.mayGo(m); err != nil {
		return Decision{}, err
	}
	return single(m, f.Ref(), ErasureAsked{Ground: ground.ID, Schedule: f.Over.Schedule}, "receipt.erasure_asked"), nil
}

// KeepLonger says why a file stays beyond its time. One person is enough: nothing is
// lost by it. What one or two had signed ends.
func KeepLonger(f *File, in RetentionKept, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	var bad fields
	if !slices.Contains(RetentionWhys, in.Why) {
		bad.add("retention_why", "field.required")
	}
	day, err := time.Parse(time.DateOnly, in.Until)
	switch {
	case err != nil:
		bad.add("retention_until", "field.date")
	case in.Until <= m.today():
		bad.add("retention_until", "field.retention_past")
	case in.Until > m.day(m.At.AddDate(maxKeptYears, 0, 0)):
		bad.add("retention_until", "field.retention_long")
	}
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	if f.Over == nil {
		return Decision{}, fault.New(fault.Conflict, CodeRetentionNone)
	}
	in.Until = day.Format(time.DateOnly)
	return single(m, f.Ref(), in, "receipt.retention_kept"), nil
}

// addRetention applies what is said of a file's time.
func (f *File) addRetention(e Event) bool {
	switch v := e.Payload.(type) {
	case RetentionFound:
		f.Over, f.KeptOn = &TimeOver{v, e.OccurredAt}, nil
	case RetentionKept:
		f.staysAfter(e, ErasureKept)
		f.KeptOn = &KeptOn{v, e.OccurredAt, e.Body}
	default:
		return false
	}
	return true
}

// retentionRow is a file whose time is over, or that is kept all the same.
func (f *File) retentionRow() []Row {
	switch {
	case f.Over != nil:
		return []Row{row(RetentionTable, string(f.ID), RetentionIsOver, f.Over.Schedule, f.Region, f.Over.Since, f.Over.Due)}
	case f.KeptOn != nil:
		return []Row{row(RetentionTable, string(f.ID), RetentionIsKept, f.KeptOn.Why, f.Region, f.KeptOn.At, time.Time{})}
	}
	return nil
}

// States of a file's time.
const (
	RetentionIsOver = "over"
	RetentionIsKept = "kept"
)

// RetentionTable has the files whose time is over, and those that are kept longer.
const RetentionTable = "retentions"
