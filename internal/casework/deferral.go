package casework

import (
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A named officer may have an opening shown to the person later: with an article, until
// a day. It hides from nobody else, it ends by itself, and she is told that there is
// one. Whether she has looked meanwhile is not asked: the answer would tell the officer
// that she has a page, and when she was on it. What stands in its place is that it must
// be said soon after the opening.

// OpeningDeferred records that an opening is shown to the person on a later day, or
// that the day is another now.
type OpeningDeferred struct {
	Opening uint64        `json:"opening"` // the number of its leaf in the file
	Act     string        `json:"act"`     // of the pack
	Article withheld.Text `json:"article"`
	Until   string        `json:"until"`        // the day on which it is shown
	Why     withheld.Text `json:"why,omitzero"` // of another day than was said before
}

func (OpeningDeferred) EventType() (string, int) { return "opening.deferred", 1 }

// Codes about openings that are shown later.
const (
	CodeDeferNone      = "deferral.none"
	CodeDeferShown     = "deferral.shown"
	CodeDeferEmergency = "deferral.emergency"
	CodeDeferNoRules   = "deferral.no_rules"
)

const (
	maxDeferArticle = 60
	maxDeferWhy     = 280
)

// Deferral is what stands about an opening now.
type Deferral struct {
	OpeningDeferred
	At     time.Time
	Worker id.Worker
	Times  int // how often a day was said
}

// Deferred says whether the person is not shown the opening yet, by her country's day.
func (o Opening) Deferred(today string) bool { return today < o.Later.Until }

// Deferred counts the openings that the person is not shown yet, and says on which day
// the last of them is.
func (f *File) Deferred(today string) (n int, last string) {
	for _, o := range f.Openings {
		if o.Deferred(today) {
			n, last = n+1, max(last, o.Later.Until)
		}
	}
	return n, last
}

// DeferOpening has an opening of the officer's own body shown to the person later.
func DeferOpening(f *File, in OpeningDeferred, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	rules := m.Laws.Pack().Standards.Openings
	if rules.Defer == "" {
		return Decision{}, fault.New(fault.Conflict, CodeDeferNoRules)
	}
	var o Opening
	var bad fields
	today := m.today()
	if in.Opening == 0 {
		bad.add("deferral_opening", "field.required")
	} else {
		var err error
		if o, err = f.deferrable(in.Opening, m); err != nil {
			return Decision{}, err
		}
	}
	last, err := LatestDeferral(m)
	if err != nil {
		return Decision{}, err
	}
	in.Article, in.Why = trimmed(in.Article), trimmed(in.Why)
	if m.Laws.Pack().Act(in.Act) == nil {
		bad.add("deferral_act", "field.required")
	}
	bad.said("deferral_article", in.Article, maxDeferArticle, true)
	if !in.Article.Empty() && !strings.ContainsAny(in.Article.Reveal(), "0123456789") {
		bad.add("deferral_article", "field.deferral_article")
	}
	switch day, err := time.Parse(time.DateOnly, in.Until); {
	case in.Until == "":
		bad.add("deferral_until", "field.required")
	case err != nil:
		bad.add("deferral_until", "field.date")
	case day.Format(time.DateOnly) <= today:
		bad.add("deferral_until", "field.deferral_past")
	case day.Format(time.DateOnly) > last:
		bad.add("deferral_until", "field.deferral_long", "day", last)
	}
	bad.said("deferral_why", in.Why, maxDeferWhy, o.Deferred(today))
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	return single(m, f.Ref(), in, "receipt.opening_deferred"), nil
}

// deferrable is the opening of that number, if it is the officer's own body's and a day
// may be said of it.
func (f *File) deferrable(seq uint64, m Moment) (Opening, error) {
	i := slices.IndexFunc(f.Openings, func(o Opening) bool { return o.Seq == seq && o.Body == m.By.Body })
	switch {
	case i < 0:
		return Opening{}, fault.New(fault.Conflict, CodeDeferNone)
	case f.Openings[i].Emergency:
		return Opening{}, fault.New(fault.Conflict, CodeDeferEmergency)
	case !f.Openings[i].Deferred(m.today()) && !MayDefer(f.Openings[i], m):
		return Opening{}, fault.New(fault.Conflict, CodeDeferShown)
	}
	return f.Openings[i], nil
}

// MayDefer says whether an opening may still be shown later that nobody has said it of:
// its hours have not passed. One whose day has come was shown.
func MayDefer(o Opening, m Moment) bool {
	closes, err := m.dueFrom(m.Laws.Pack().Standards.Openings.Within, o.At)
	return err == nil && !o.Emergency && o.Later.Until == "" && !m.At.After(closes)
}

// LatestDeferral is the last day that may be said now; empty where the pack lets nobody.
func LatestDeferral(m Moment) (string, error) {
	length := m.Laws.Pack().Standards.Openings.Defer
	if length == "" {
		return "", nil
	}
	at, err := m.due(length)
	return m.day(at), err
}

func trimmed(t withheld.Text) withheld.Text { return withheld.New(strings.TrimSpace(t.Reveal())) }

// today is the country's day, and day that of a moment.
func (m Moment) today() string { return m.day(m.At) }
func (m Moment) day(at time.Time) string {
	return at.In(m.Laws.Pack().Location()).Format(time.DateOnly)
}

func (f *File) addDeferral(e Event) bool {
	v, ok := e.Payload.(OpeningDeferred)
	if !ok {
		return false
	}
	f.Openings = edited(f.Openings, func(o *Opening) bool { return o.Seq == v.Opening }, func(o *Opening) {
		o.Later = Deferral{OpeningDeferred: v, At: e.RecordedAt, Worker: e.Worker, Times: o.Later.Times + 1}
	})
	return true
}
