package store

import (
	"context"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// Act is one thing that a worker does. Everything in it is made before the
// deciding function runs, because that function may run twice.
type Act struct {
	Key         string         // idempotency key; made when the form was first shown
	Fingerprint [32]byte       // of what was sent: the same key with other content is refused
	Who         access.Who     // recorded as the worker and body of each event
	At          time.Time      // when it is done
	Streams     []casework.Ref // all that are read or written
	Pack        string         // digest of the law that decides
	// Seen is how much of the ledger the act was prepared from; Loaded.Came then
	// says what was recorded since. Nil: the act does not ask.
	Seen *uint64
	// Rows are index rows that are enough for the act where a whole stream is not
	// needed; Loaded.Rows gives them. The act may not write to these streams.
	Rows []RowsOf
	// Anew has the index rows of the streams that the act writes to written anew,
	// whatever lies in the database: they were made under another pack, and what
	// differs from them cannot be known from the record.
	Anew bool
}

// Loaded holds the streams an act asked for, as the acts before it left them.
type Loaded struct {
	// Rows are those that the act asked for.
	Rows   Rows
	states map[casework.Ref]casework.State
	came   func(types ...string) bool
}

// Came says whether anything of these types, or an erasure, was recorded after
// what the act was prepared from, up to the moment it is decided at.
func (l *Loaded) Came(types ...string) bool { return l.came != nil && l.came(types...) }

// State gives a stream, or nil when nothing ever happened in it, when it was
// erased, or when it was not asked for.
func (l *Loaded) State(ref casework.Ref) casework.State { return l.states[ref] }

// As gives a stream as its concrete type, or the zero value when absent:
// store.As[*casework.File](l, ref).
func As[T casework.State](l *Loaded, ref casework.Ref) T {
	s, _ := l.states[ref].(T)
	return s
}

// Decide is a deciding function: pure, it may be called again.
type Decide func(*Loaded) (casework.Decision, error)

// Codes of acts that are not taken.
const (
	codeKeyReused = "idempotency.reused"  // the key came before with other content
	codeNoKey     = "idempotency.missing" // an act without a key
	codeNotLoaded = "store.not_loaded"    // a draft for a stream that the act did not name
	codeErased    = "store.erased"        // the stream was erased
	codeClosed    = "store.closed"
	codePanic     = "store.decide_panic"
)

// Change hands decide the streams of the act, as they stand, and records what
// it decides: events, index rows, leaves, jobs and the receipt, all or none.
// The same act done twice gives the first receipt, with Seen set. A visitor who
// closes the tab stops the waiting, not the writing.
func (s *Store) Change(ctx context.Context, act Act, decide Decide) (casework.Receipt, error) {
	if act.Key == "" {
		return casework.Receipt{}, fault.New(fault.Invalid, codeNoKey)
	}
	return s.wait(ctx, &turn{act: act, decide: decide, done: make(chan struct{})})
}

func (s *Store) wait(ctx context.Context, t *turn) (casework.Receipt, error) {
	if err := s.enqueue(ctx, t); err != nil {
		return casework.Receipt{}, err
	}
	select {
	case <-t.done:
		return t.receipt, fault.At("change "+t.act.Key, t.err)
	case <-ctx.Done():
		return casework.Receipt{}, fault.Because(ctx.Err(), fault.Busy, codeUnavailable)
	}
}

// View reads streams as they stand, from one moment: that of the one statement
// that reads what came after the states in the cache, or of a transaction.
func (s *Store) View(ctx context.Context, refs ...casework.Ref) (*Loaded, error) {
	var streams map[casework.Ref]*stream
	load := func(c *conn) (err error) {
		streams, err = s.load(ctx, c, refs)
		return err
	}
	var err error
	if s.d.arrays || len(refs) <= fewStreams {
		if err = s.glancing(ctx, load); err != nil && ctx.Err() == nil {
			// Keys are read by a second statement: those of a stream that was erased
			// just then are gone. Seen from one moment it is erased.
			err = s.reading(ctx, load)
		}
	} else {
		err = s.reading(ctx, load)
	}
	out := &Loaded{states: make(map[casework.Ref]casework.State, len(refs))}
	for _, st := range streams {
		if err == nil && st.state != nil {
			out.states[st.ref] = st.state
		}
	}
	return out, fault.At("view", err)
}

// turn is an act waiting for its turn.
type turn struct {
	act     Act
	decide  Decide
	erase   []casework.Ref // streams that the act erases
	receipt casework.Receipt
	err     error
	done    chan struct{}
}

var noReceipt casework.Receipt

func (t *turn) answer(r casework.Receipt, err error) { t.receipt, t.err = r, err }

// newEventID makes the id of an event as it is written.
func newEventID(at time.Time) id.Event { return id.New[id.Event](at) }
