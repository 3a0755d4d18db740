package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
)

// What is kept beside files goes when the pack's time is over, like what a removal
// check asked about and unlike a file: the length stands on an act, and nobody signs
// one by one. What an order keeps with a file stays as long as the file does.

// CodeRecordStays says that nothing takes it away yet.
const CodeRecordStays = "record.stays"

// RecordSince is from when the time of what is kept beside files counts; zero: it has
// not begun, because it is not over, or belongs to a file and goes with it.
func RecordSince(s State) time.Time {
	switch v := s.(type) {
	case *Signal:
		if v.File == "" {
			return v.Closed
		}
	case *Complaint:
		return v.Answered
	case *Track:
		if v.Ended() {
			return v.last
		}
	case *Account:
		if v.Left {
			return v.LeftAt
		}
	case *Motion:
		return v.EndedAt
	}
	return time.Time{}
}

// RecordDue is when the time of one is over by the pack; zero: never, as far as is known.
func RecordDue(s State, kind string, m Moment) (time.Time, error) {
	since := RecordSince(s)
	keep := m.Laws.Pack().Keeping.Record(kind).Keep
	if n, err := procedure.ParseLength(keep); err != nil || n.Question != "" || since.IsZero() {
		return time.Time{}, nil // lint parsed it
	}
	return m.dueFrom(keep, since)
}

// EndRecord agrees that one is erased now. Files are those that it belongs to: while an
// order keeps one of them, or the record itself, it stays.
func EndRecord(s State, kind string, files []*File, kept *Kept, m Moment) (Decision, error) {
	if s == nil {
		return Decision{}, fault.Withheld("no such record")
	}
	due, err := RecordDue(s, kind, m)
	if err != nil {
		return Decision{}, err
	}
	if due.IsZero() || m.At.Before(due) {
		return Decision{}, fault.New(fault.Conflict, CodeRecordStays)
	}
	if kept.Held(m) {
		return Decision{}, fault.New(fault.Conflict, CodeRecordStays)
	}
	for _, f := range files {
		if f != nil && f.Held(m) {
			return Decision{}, fault.New(fault.Conflict, CodeRecordStays)
		}
	}
	return Decision{Receipt: Receipt{Code: "erased"}}, nil
}

// RecordFiles are the files that one names.
func RecordFiles(s State) []id.File {
	if t, is := s.(*Track); is {
		return t.Files
	}
	return nil
}
