package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// A file is erased when two workers said so, the days in which it can be taken back
// are over, and no order of a court or prosecutor keeps it. What was asked, why and
// by whom is in the file and goes with it; what is left is a stream of its own, of
// counts and days (docs/decisions/0030).

// ErasureWished says that the person asked to be erased.
type ErasureWished struct {
	Lang string `json:"lang,omitempty"` // in which she is to have the receipt
}

// ErasureAsked is the first of two: that the file should go, and on what ground.
type ErasureAsked struct {
	Ground string        `json:"ground"`
	Reason withheld.Text `json:"reason,omitzero"`
	// Schedule is the pack's by which its time is over; then that is the reason.
	Schedule string `json:"schedule,omitempty"`
}

// ErasureConfirmed is the second; the file goes at Due and not before.
type ErasureConfirmed struct {
	Due time.Time `json:"due"`
}

// ErasureRefused ends it, whoever had said what.
type ErasureRefused struct {
	Why string `json:"why"` // of ErasureRefusals
}

// ErasureDone is what is left of a file: nothing about anybody.
type ErasureDone struct {
	Number    string    `json:"number"` // that people called the file by
	Region    string    `json:"region,omitempty"`
	Ground    string    `json:"ground"`
	Lang      string    `json:"lang,omitempty"`
	Opened    time.Time `json:"opened"`
	Wished    time.Time `json:"wished,omitzero"`
	WishedAt  id.Body   `json:"wished_at,omitempty"` // who recorded it, and hands over the receipt
	Asked     time.Time `json:"asked"`
	AskedBy   id.Worker `json:"asked_by"`
	AskedAt   id.Body   `json:"asked_at"`
	Confirmed time.Time `json:"confirmed"`
	By        id.Worker `json:"confirmed_by"`
	At        id.Body   `json:"confirmed_at"`
	Events    uint64    `json:"events"`
	Documents int       `json:"documents"`
	Papers    int       `json:"papers"`
	Calls     int       `json:"calls"` // with which the file was opened
	// Backups is the day on which the last copy of its keys is gone.
	Backups time.Time `json:"backups"`
}

func (ErasureWished) EventType() (string, int)    { return "erasure.wished", 1 }
func (ErasureAsked) EventType() (string, int)     { return "erasure.asked", 1 }
func (ErasureConfirmed) EventType() (string, int) { return "erasure.confirmed", 1 }
func (ErasureRefused) EventType() (string, int)   { return "erasure.refused", 1 }
func (ErasureDone) EventType() (string, int)      { return "erasure.done", 1 }

// States of an erasure.
const (
	ErasureIsWished    = "wished"
	ErasureIsAsked     = "asked"
	ErasureIsConfirmed = "confirmed"
	ErasureIsRefused   = "refused"
)

// ErasureRefusals are why a file stays; each has wording erasure.refusal.….
var ErasureRefusals = []string{"taken_back", "needed", "order", "mistake"}

// Codes of what stands against erasing.
const (
	CodeErasureOpen    = "erasure.open"    // somebody has asked already
	CodeErasureNone    = "erasure.none"    // nothing waits to be confirmed or refused
	CodeErasureOwn     = "erasure.own"     // two must be two
	CodeErasureWish    = "erasure.no_wish" // the ground is the person's wish, and none is recorded
	CodeErasurePlaced  = "erasure.placed"  // she has a bed
	CodeErasureHeld    = "erasure.held"    // an order keeps it
	CodeErasureEarly   = "erasure.early"   // the days to take it back are not over
	CodeErasureNoRules = "erasure.no_rules"
)

// Erasing is where the erasing of a file stands.
type Erasing struct {
	State       string
	Lang        string
	Ground      string
	Reason      withheld.Text
	Schedule    string // by which its time is over
	Wished      time.Time
	WishedAt    id.Body
	WishedBy    id.Worker
	Asked       time.Time
	AskedBy     id.Worker
	AskedAt     id.Body
	Confirmed   time.Time
	ConfirmedBy id.Worker
	ConfirmedAt id.Body
	Due         time.Time
	Refused     time.Time
	Why         string
}

// Running says that one of two has said something that is not answered.
func (e *Erasing) Running() bool {
	return e != nil && (e.State == ErasureIsAsked || e.State == ErasureIsConfirmed)
}

// OfKeeping says of an event's type that it is about whether the file is kept, or when
// the person is shown an opening: it stands in nobody's history, and a form is not made
// stale by it.
func OfKeeping(typ string) bool {
	return slices.Contains([]string{
		"erasure.wished", "erasure.asked", "erasure.confirmed", "erasure.refused", "retention.found", "retention.kept",
		"hold.placed", "hold.confirmed", "hold.release_asked", "hold.released", "opening.deferred",
	}, typ)
}

// erasing gives the pack's rules, or a fault when it has none: then nobody erases.
func (m Moment) erasing() (pack.Erasure, error) {
	rules := m.Laws.Pack().Keeping.Erasure
	if len(rules.Grounds) == 0 || rules.Wait == "" {
		return rules, fault.New(fault.Conflict, CodeErasureNoRules)
	}
	return rules, nil
}

// WishErasure records that the person asked.
func WishErasure(f *File, lang string, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	if _, err := m.erasing(); err != nil {
		return Decision{}, err
	}
	if f.Erasing.Running() || f.Erasing != nil && f.Erasing.State == ErasureIsWished {
		return Decision{}, fault.New(fault.Conflict, CodeErasureOpen)
	}
	return single(m, f.Ref(), ErasureWished{lang}, "receipt.erasure_wished"), nil
}

// AskErasure is the first of two.
func AskErasure(f *File, in ErasureAsked, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	rules, err := m.erasing()
	if err != nil {
		return Decision{}, err
	}
	var bad fields
	ground := rules.Ground(in.Ground)
	if ground == nil || ground.Time { // whose time is over, the sweep finds
		bad.add("erasure_ground", "field.required")
	}
	if in.Reason.Empty() {
		bad.add("erasure_reason", "field.erasure_reason")
	}
	bad.said("erasure_reason", in.Reason, maxMoveReason, false)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	if f.Erasing.Running() {
		return Decision{}, fault.New(fault.Conflict, CodeErasureOpen)
	}
	if ground.Wish && (f.Erasing == nil || f.Erasing.State != ErasureIsWished) {
		return Decision{}, fault.New(fault.Conflict, CodeErasureWish)
	}
	if err := f.mayGo(m); err != nil {
		return Decision{}, err
	}
	return single(m, f.Ref(), in, "receipt.erasure_asked"), nil
}

// mayGo says what stands against erasing, whoever asks.
func (f *File) mayGo(m Moment) error {
	switch {
	case f.Held(m):
		return fault.New(fault.Conflict, CodeErasureHeld)
	case f.Place != nil:
		return fault.New(fault.Conflict, CodeErasurePlaced)
	case f.Erasing.Running() && f.Erasing.Schedule != "":
		return f.stillOver(m)
	}
	return nil
}

// ConfirmErasure is the second of two, who is not the first and not who recorded the
// person's wish: one worker alone makes nobody vanish.
func ConfirmErasure(f *File, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	rules, err := m.erasing()
	if err != nil {
		return Decision{}, err
	}
	e := f.Erasing
	if e == nil || e.State != ErasureIsAsked {
		return Decision{}, fault.New(fault.Conflict, CodeErasureNone)
	}
	if m.byWho(e.AskedBy) || m.byWho(e.WishedBy) || m.By.Worker == "" {
		return Decision{}, fault.New(fault.Conflict, CodeErasureOwn)
	}
	if err := f.mayGo(m); err != nil {
		return Decision{}, err
	}
	due, err := m.due(rules.Wait)
	if err != nil {
		return Decision{}, err
	}
	d := single(m, f.Ref(), ErasureConfirmed{due}, "receipt.erasure_confirmed")
	d.Receipt.Due, d.Receipt.Next = due, "next.erasure"
	return d, nil
}

// RefuseErasure ends what was wished, asked or confirmed: until the last moment.
func RefuseErasure(f *File, why string, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	if !slices.Contains(ErasureRefusals, why) {
		return Decision{}, fault.Form(fault.Field{Name: "erasure_refusal", Code: "field.required"})
	}
	if f.Erasing == nil || f.Erasing.State == ErasureIsRefused {
		return Decision{}, fault.New(fault.Conflict, CodeErasureNone)
	}
	return single(m, f.Ref(), ErasureRefused{why}, "receipt.erasure_refused"), nil
}

// EraseNow says what stays of a file whose time has come, or that it may not go.
// keysLife is how long a copy of keys lives in backups, calls how many were erased
// with which the file was opened.
func EraseNow(f *File, calls int, keysLife time.Duration, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	e := f.Erasing
	switch {
	case e == nil || e.State != ErasureIsConfirmed:
		return Decision{}, fault.New(fault.Conflict, CodeErasureNone)
	case m.At.Before(e.Due):
		return Decision{}, fault.New(fault.Conflict, CodeErasureEarly)
	}
	if err := f.mayGo(m); err != nil {
		return Decision{}, err
	}
	left := ErasureDone{
		Number: f.Number(), Region: f.Region, Ground: e.Ground, Lang: e.Lang, Opened: f.Opened, Wished: e.Wished, WishedAt: e.WishedAt,
		Asked: e.Asked, AskedBy: e.AskedBy, AskedAt: e.AskedAt, Confirmed: e.Confirmed, By: e.ConfirmedBy, At: e.ConfirmedAt,
		Events: f.seq, Documents: len(f.Attachments), Papers: len(f.Papers), Calls: calls, Backups: m.At.Add(keysLife),
	}
	return single(m, ErasedRef(f.ID), left, "receipt.erased"), nil
}

// ErasedRef names the stream with what is left of a file.
func ErasedRef(file id.File) Ref { return Ref{ErasedStream, string(file)} }

// Erased is what is left of a file that was erased.
type Erased struct {
	File   id.File
	Erased time.Time
	ErasureDone
	seq uint64
}

func (e *Erased) Ref() Ref    { return ErasedRef(e.File) }
func (e *Erased) Seq() uint64 { return e.seq }

// Row is the row of the index, by which access decides.
func (e *Erased) Row() Row {
	return row("erased", string(e.File), e.Erased, e.Number, e.Region, e.Ground, string(e.WishedAt), e.Backups)
}

func foldErased(old *Erased, e Event) (State, error) {
	v, is := e.Payload.(ErasureDone)
	if !is || old != nil {
		return nil, unknown(e)
	}
	return &Erased{File: id.File(e.Stream.ID), Erased: e.RecordedAt, ErasureDone: v, seq: e.Seq}, nil
}

// addKeeping applies what is said of keeping and erasing the file.
func (f *File) addKeeping(e Event) bool {
	was := Erasing{}
	if f.Erasing != nil {
		was = *f.Erasing
	}
	switch v := e.Payload.(type) {
	case ErasureWished:
		was = Erasing{State: ErasureIsWished, Lang: v.Lang, Wished: e.OccurredAt, WishedAt: e.Body, WishedBy: e.Worker}
	case ErasureAsked:
		if was.State == ErasureIsRefused {
			was = Erasing{}
		}
		was.State, was.Ground, was.Reason, was.Schedule = ErasureIsAsked, v.Ground, v.Reason, v.Schedule
		was.Asked, was.AskedBy, was.AskedAt = e.OccurredAt, e.Worker, e.Body
	case ErasureConfirmed:
		was.State, was.Due, was.Confirmed, was.ConfirmedBy, was.ConfirmedAt = ErasureIsConfirmed, v.Due, e.OccurredAt, e.Worker, e.Body
	case ErasureRefused:
		was.State, was.Refused, was.Why = ErasureIsRefused, e.OccurredAt, v.Why
	default:
		return f.addRetention(e) || f.addHold(e)
	}
	f.Erasing = &was
	return true
}

// keepingRows are what waits for a second, for its day, or for an answer; and orders.
func (f *File) keepingRows() []Row {
	var out []Row
	if e := f.Erasing; e != nil && e.State != ErasureIsRefused {
		since := e.Wished
		if e.Running() {
			since = e.Asked
		}
		out = append(out, row(ErasuresTable, string(f.ID), e.State, e.Ground, f.Region, since, e.Due))
	}
	for _, h := range f.Holds {
		if h.Released.IsZero() {
			out = append(out, row(HoldsTable, string(f.ID), string(h.Hold), h.State(), f.Region, h.Placed))
		}
	}
	return append(out, f.retentionRow()...)
}

// ErasuresTable has the files that are to be erased; HoldsTable those that an order
// keeps.
const (
	ErasuresTable = "erasures"
	HoldsTable    = "holds"
)
