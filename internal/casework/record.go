// Package casework is what people do with a file: concern, screening, referral,
// place, consent, step, correction. It decides and folds; it knows no clock,
// disk, network or SQL. Events are the record and tables are an index of what
// they add up to: Fold is the only place that knows the one, Rows the other.
package casework

import (
	"time"

	"pana/internal/id"
)

// Kind is a kind of stream.
type Kind string

// Kinds of stream. One person is one file, and one file one stream.
const (
	FileStream   Kind = "file"
	PlaceStream  Kind = "place"
	SignalStream Kind = "signal"
	// OperationStream is one occasion on which several persons were met.
	OperationStream Kind = "operation"
	// HouseholdStream is what was said at a door: erased when its time is over, while
	// the operation of the same id keeps how many were met.
	HouseholdStream Kind = "household"
	// TrackStream is a case that stands beside people's files.
	TrackStream   Kind = "track"
	BodyStream    Kind = "body"
	AccountStream Kind = "account"
	// MotionStream is an act that two administrators take, CredentialStream a machine's
	// credential.
	MotionStream     Kind = "motion"
	CredentialStream Kind = "credential"
	PackStream       Kind = "pack" // what is said of the pack: a dispute, a move of files to its law, a question put to the State, which edition was adopted
	CheckStream      Kind = "check"
	// ComplaintStream is apart from the file, so that nothing of the file tells that there
	// is one.
	ComplaintStream Kind = "complaint"
	// ErasedStream is what is left of a file that was erased; it has the file's id.
	ErasedStream Kind = "erased"
	// EstimateStream is an estimate of who is on no list.
	EstimateStream Kind = "estimate"
	// KeptStream is what orders keep one record beside files.
	KeptStream  Kind = "kept"
	TallyStream Kind = "tally" // counts of people who left nothing but a number
)

// Ref names a stream.
type Ref struct {
	Kind Kind
	ID   string
}

func (r Ref) String() string { return string(r.Kind) + "/" + r.ID }

// Event is one thing that happened, as stored. N is its number in the ledger
// over all streams, from 0; Seq its number in its stream, from 1. Times are
// UTC, to the microsecond.
type Event struct {
	N           uint64
	ID          id.Event
	Stream      Ref
	Seq         uint64
	Type        string
	Version     int
	OccurredAt  time.Time
	RecordedAt  time.Time
	Worker      id.Worker
	Body        id.Body
	BodyKind    string
	Reason      string // a code, never prose
	Pack        string // digest of the law the event was decided under
	Key         string // idempotency key of the act
	Compartment string // whose key seals the payload
	Payload     Payload
}

// Payload is the sealed content of an event: a struct with json tags, its
// personal parts of type withheld.Text. Old versions stay decodable for ever.
type Payload interface {
	// EventType gives the type and version, "referral.asked", 1.
	EventType() (string, int)
}

// Committing is a payload whose leaf commits to a content outside it: by a hash of
// the content, salted, so that it says nothing without what is sealed.
type Committing interface {
	CommitsTo() (salt, digest [32]byte, ok bool)
}

// Draft is an event a decision asks for; the store fills in the rest. The
// compartment is the writer's choice within what access allowed.
type Draft struct {
	Stream      Ref
	Compartment string
	Payload     Payload
	OccurredAt  time.Time // zero: when it is recorded
	Reason      string
}

// Effect is something to happen after the commit. Args carry ids, codes and
// times only.
type Effect struct {
	Kind   string
	Args   map[string]string
	At     time.Time // not before; zero: at once
	Unique string    // a second effect with the same key is dropped while the first waits
}

// Decision is what a deciding function returns. It may have no events at all,
// when the act was done before; the receipt then says so.
type Decision struct {
	Events  []Draft
	Effects []Effect
	Receipt Receipt
}

// Receipt tells the one who acted what happened, who has been told, and what
// happens next and by when. Codes and ids only: it is stored in clear.
type Receipt struct {
	Code string            `json:"code"`           // wording key of the sentence
	Args map[string]string `json:"args,omitempty"` // ids, codes, numbers, times as RFC 3339
	Told []string          `json:"told,omitempty"` // body ids
	// Kinds of body that were told where no body is named: those of the region.
	Kinds []string  `json:"kinds,omitempty"`
	Next  string    `json:"next,omitempty"` // wording key
	Due   time.Time `json:"due,omitzero"`
	N     uint64    `json:"n"` // last ledger number written
	Seen  bool      `json:"-"` // the same act was done before; this is its receipt
}

// State is what a stream's events add up to. Each kind of stream has its own
// concrete type. A state is not changed in place once it is returned from Fold:
// Fold copies what it changes, so that a reader may keep it.
type State interface {
	Ref() Ref
	// Seq is the number of the last event folded in.
	Seq() uint64
}

// Column says what an index column holds. Every column of every table is
// declared here as clear or sealed, and a test compares the list with the
// schema of both databases.
type Column struct {
	Name   string
	Type   ColumnType
	Sealed bool
	Key    bool // part of the table's key
}

// ColumnType is the type of an index column.
type ColumnType uint8

const (
	TextColumn  ColumnType = iota // string
	IntColumn                     // int64
	TimeColumn                    // time.Time; zero is NULL; kept as microseconds since 1970
	BoolColumn                    // bool
	BytesColumn                   // []byte, sealed by the store with the stream's key
)

// Table is an index table. Each has, before Columns, the columns stream_kind
// and stream_id of the stream whose state its rows come from.
type Table struct {
	Name    string
	Columns []Column
}

// Row is one index row: values in the order of the table's columns.
type Row struct {
	Table  string
	Values []any
}
