package casework

import (
	"time"
	"unicode/utf8"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// An estimate says of lists that several bodies keep how many people may be on none of
// them. Each is a stream: who asked it of which table, what every method answered, who
// published it. It is counted by the product, which decides nothing: a headline is
// refused by a rule of stats, and one person alone publishes nothing.

// EstimateAsked is a capture table with what a reader must know of it. The table has
// counts and the names of lists. The texts are for everybody once it is published, and
// who writes them is told so; they are sealed all the same.
type EstimateAsked struct {
	Title      withheld.Text `json:"title"`
	Perimeter  withheld.Text `json:"perimeter"`  // whom the lists count: where, when, by which definitions
	Differs    withheld.Text `json:"differs"`    // how the lists' definitions differ
	Source     withheld.Text `json:"source"`     // who keeps the lists and how they were linked
	Footnote   withheld.Text `json:"footnote"`   // may be empty
	Table      withheld.Text `json:"table"`      // as `pana estimate` reads it
	Replicates int           `json:"replicates"` // how often the table is drawn again
	Seed       int           `json:"seed"`
}

// EstimateCounted is what every method answered.
type EstimateCounted struct {
	Observed int           `json:"observed"`
	Rows     []EstimateRow `json:"rows,omitempty"`
	Refused  string        `json:"refused,omitempty"` // why there is no headline, as stats has it
	Low      int           `json:"low"`               // from the lowest end of all intervals
	High     int           `json:"high"`              // to the highest; EstimateNone: no end
	Invented bool          `json:"invented,omitempty"`
}

// EstimateRow is one method's answer, in whole people. What there is not is EstimateNone:
// of N no estimate, of Low no interval, of High no upper end.
type EstimateRow struct {
	Method  string `json:"method"`
	What    string `json:"what,omitempty"` // what it was told: maxorder, pthresh, left_out, mended, threshold, model
	Which   string `json:"which,omitempty"`
	Model   string `json:"model,omitempty"`
	N       int    `json:"n"`
	Low     int    `json:"low"`
	High    int    `json:"high"`
	Endless int    `json:"endless,omitempty"` // replicates in which nothing could be estimated
	Silent  bool   `json:"silent,omitempty"`  // the table says nothing of the unseen by this method
}

// EstimateNone stands for a number that there is not.
const EstimateNone = -1

// EstimateStopped ends one that is being counted, by somebody of its body.
type EstimateStopped struct {
	From id.Worker `json:"from"` // who had asked
}

// EstimatePublished gives it out; another than who asked.
type EstimatePublished struct {
	From id.Worker `json:"from"`
}

// EstimateWithdrawn says that what was published stands no longer, and why. It stays
// where it was, with the reason.
type EstimateWithdrawn struct {
	Why withheld.Text `json:"why"`
}

func (EstimateAsked) EventType() (string, int)     { return "estimate.asked", 1 }
func (EstimateCounted) EventType() (string, int)   { return "estimate.counted", 1 }
func (EstimateStopped) EventType() (string, int)   { return "estimate.stopped", 1 }
func (EstimatePublished) EventType() (string, int) { return "estimate.published", 1 }
func (EstimateWithdrawn) EventType() (string, int) { return "estimate.withdrawn", 1 }

// States of an estimate.
const (
	EstimateRuns   = "asked"
	EstimateDone   = "counted"
	EstimateEnded  = "stopped"
	EstimateOut    = "published"
	EstimateUndone = "withdrawn"
)

// Estimate is one as it stands.
type Estimate struct {
	EstimateAsked
	ID        id.Estimate
	Body      id.Body
	By        id.Worker
	At        time.Time
	State     string
	Counted   EstimateCounted
	CountedAt time.Time
	OutBy     id.Worker
	OutAt     time.Time
	Late      bool // the product stopped it: it took too long
	UndoneAt  time.Time
	Why       withheld.Text
	seq       uint64
}

// EstimateRef names its stream.
func EstimateRef(e id.Estimate) Ref { return Ref{EstimateStream, string(e)} }

func (e *Estimate) Ref() Ref    { return EstimateRef(e.ID) }
func (e *Estimate) Seq() uint64 { return e.seq }

// Row is its row of the index.
func (e *Estimate) Row() Row {
	return row(EstimatesTable, string(e.ID), string(e.Body), e.State, e.At)
}

// EstimatesTable keeps which estimates there are, and whose.
const EstimatesTable = "estimates"

// EffectEstimate has the product count one, now.
const EffectEstimate = "estimate"

// Longest texts and table, in characters; how often a table may be drawn again.
const (
	maxEstimateTitle = 120
	maxEstimateText  = 1000
	MaxEstimateTable = 48 << 10
	leastReplicates  = 20
	mostReplicates   = 1000
)

// CodeEstimateOwn is said to who asked and would publish it too; CodeEstimateOver to who
// comes when it stands otherwise.
const (
	CodeEstimateOwn  = "estimate.own"
	CodeEstimateOver = "estimate.over"
)

// AskEstimate keeps a table and has it counted.
func AskEstimate(estimate id.Estimate, in EstimateAsked, m Moment) (Decision, error) {
	var f fields
	f.said("estimate_title", in.Title, maxEstimateTitle, true)
	f.said("estimate_perimeter", in.Perimeter, maxEstimateText, true)
	f.said("estimate_differs", in.Differs, maxEstimateText, true)
	f.said("estimate_source", in.Source, maxEstimateText, true)
	f.said("estimate_footnote", in.Footnote, maxEstimateText, false)
	if utf8.RuneCountInString(in.Table.Reveal()) > MaxEstimateTable {
		f.add("estimate_table", "field.too_long")
	}
	if in.Replicates < leastReplicates || in.Replicates > mostReplicates {
		f.add("estimate_replicates", "field.choice")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	d := single(m, EstimateRef(estimate), in, "receipt.estimate_asked")
	d.Receipt.Args = map[string]string{"estimate": string(estimate)}
	d.Effects = []Effect{{Kind: EffectEstimate, Args: map[string]string{"estimate": string(estimate)}, Unique: "estimate/" + string(estimate)}}
	return d, nil
}

// CountEstimate records what was answered. One that was stopped meanwhile stays stopped,
// and one that another node counted says the same already.
func CountEstimate(e *Estimate, in EstimateCounted, m Moment) (Decision, error) {
	if e == nil || e.State != EstimateRuns {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, e.Ref(), in, "receipt.estimate_counted"), nil
}

// StopEstimate ends one that is being counted.
func StopEstimate(e *Estimate, m Moment) (Decision, error) {
	if e == nil || e.State != EstimateRuns {
		return Decision{}, fault.New(fault.Conflict, CodeEstimateOver)
	}
	return single(m, e.Ref(), EstimateStopped{e.By}, "receipt.estimate_stopped"), nil
}

// PublishEstimate gives it out, by another than who asked.
func PublishEstimate(e *Estimate, m Moment) (Decision, error) {
	switch {
	case m.By.Worker == "" || m.byWho(e.By):
		return Decision{}, fault.New(fault.Invalid, CodeEstimateOwn)
	case e.State != EstimateDone:
		return Decision{}, fault.New(fault.Conflict, CodeEstimateOver)
	}
	return single(m, e.Ref(), EstimatePublished{e.By}, "receipt.estimate_published"), nil
}

// WithdrawEstimate says that a published one stands no longer.
func WithdrawEstimate(e *Estimate, why withheld.Text, m Moment) (Decision, error) {
	if e.State != EstimateOut {
		return Decision{}, fault.New(fault.Conflict, CodeEstimateOver)
	}
	var f fields
	f.said("estimate_why", why, maxEstimateText, true)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	return single(m, e.Ref(), EstimateWithdrawn{why}, "receipt.estimate_withdrawn"), nil
}

func foldEstimate(old *Estimate, e Event) (State, error) {
	s := Estimate{ID: id.Estimate(e.Stream.ID)}
	if old != nil {
		s = *old
	}
	switch v := e.Payload.(type) {
	case EstimateAsked:
		s.EstimateAsked, s.State, s.At, s.By, s.Body = v, EstimateRuns, e.OccurredAt, e.Worker, e.Body
	case EstimateCounted:
		s.Counted, s.State, s.CountedAt = v, EstimateDone, e.OccurredAt
	case EstimateStopped:
		s.State, s.Late = EstimateEnded, e.Worker == ""
	case EstimatePublished:
		s.State, s.OutBy, s.OutAt = EstimateOut, e.Worker, e.OccurredAt
	case EstimateWithdrawn:
		s.State, s.UndoneAt, s.Why = EstimateUndone, e.OccurredAt, v.Why
	default:
		return nil, unknown(e)
	}
	s.seq = e.Seq
	return &s, nil
}
