package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/ledger"
	"pana/internal/seal"
)

// record is an event as it lies in its table.
type record struct {
	n, seq               uint64
	id                   string
	ref                  casework.Ref
	typ                  string
	version              int
	occurred, recorded   int64
	worker, body         string
	bodyKind, reason     string
	pack, key            string
	compartment          string
	sealed               []byte
	bodyHash, leaf, prev ledger.Hash
}

const eventColumns = `e.n, e.id, e.stream_kind, e.stream_id, e.seq, e.type, e.version, e.occurred_at, e.recorded_at,
	e.worker, e.body, e.body_kind, e.reason, e.pack, e.act_key, e.compartment, e.sealed, e.body_hash, e.leaf`

func scanRecord(r *sql.Rows) (*record, error) {
	var out record
	var bodyHash, leaf []byte
	err := r.Scan(&out.n, &out.id, &out.ref.Kind, &out.ref.ID, &out.seq, &out.typ, &out.version, &out.occurred, &out.recorded,
		&out.worker, &out.body, &out.bodyKind, &out.reason, &out.pack, &out.key, &out.compartment, &out.sealed, &bodyHash, &leaf)
	copy(out.bodyHash[:], bodyHash)
	copy(out.leaf[:], leaf)
	return &out, err
}

const (
	tailOfOne = `select ` + eventColumns + ` from events e where e.stream_kind = ?1 and e.stream_id = ?2 and e.seq > ?3 order by e.seq`
	// tailsOfFew starts tailOfOne for a few streams in SQLite; the cross join has it
	// look each up, and not read all events in the order that is asked for.
	tailsOfFew = ` select ` + eventColumns + ` from w cross join events e on e.stream_kind = w.kind and e.stream_id = w.id and e.seq > w.seq order by e.n`
	// whole reads all streams of a kind from one to another, along the index by stream:
	// without what only verifying asks for.
	whole = `select e.n, e.id, e.stream_kind, e.stream_id, e.seq, e.type, e.version, e.occurred_at, e.recorded_at,
		e.worker, e.body, e.body_kind, e.reason, e.pack, '', e.compartment, e.sealed, null, null
		from events e where e.stream_kind = ?1 and e.stream_id >= ?2 and e.stream_id <= ?3 order by e.stream_id, e.seq`
	// On PostgreSQL the streams of a whole group come in one round trip.
	tailsOfMany = `select ` + eventColumns + ` from unnest(?1::text[], ?2::text[], ?3::bigint[]) as w (kind, id, seq)
		join events e on e.stream_kind = w.kind and e.stream_id = w.id and e.seq > w.seq order by e.n`
	keysOfOne  = `select stream_kind, stream_id, compartment, kek, wrapped from data_keys where stream_kind = ?1 and stream_id = ?2`
	keysOfMany = `select k.stream_kind, k.stream_id, k.compartment, k.kek, k.wrapped from unnest(?1::text[], ?2::text[]) as w (kind, id)
		join data_keys k on k.stream_kind = w.kind and k.stream_id = w.id`
)

// load gives the streams as they stand in the transaction of c: what the cache
// knows, and every event after that.
func (s *Store) load(ctx context.Context, c *conn, refs []casework.Ref) (map[casework.Ref]*stream, error) {
	out := make(map[casework.Ref]*stream, len(refs))
	var from []*stream
	for _, ref := range refs {
		if out[ref] != nil {
			continue
		}
		st := s.cache.get(ref)
		if st == nil {
			st = &stream{ref: ref}
		}
		out[ref] = st
		from = append(from, st)
	}
	return out, s.catchUp(ctx, c, out, from, s.cache.put)
}

// loadAll is loadFresh of streams that follow one another: with none between them
// when they were listed.
func (s *Store) loadAll(ctx context.Context, c *conn, refs []casework.Ref) (map[casework.Ref]*stream, error) {
	out, tails := make(map[casework.Ref]*stream, len(refs)), make(map[casework.Ref][]*record, len(refs))
	for _, ref := range refs {
		out[ref] = &stream{ref: ref}
	}
	for len(refs) > 0 {
		kind := refs[0].Kind
		n := slices.IndexFunc(refs, func(r casework.Ref) bool { return r.Kind != kind })
		if n < 0 {
			n = len(refs)
		}
		err := c.records(ctx, func(rec *record) {
			if out[rec.ref] != nil { // else it came since they were listed
				tails[rec.ref] = append(tails[rec.ref], rec)
			}
		}, whole, string(kind), refs[0].ID, refs[n-1].ID)
		if err != nil {
			return nil, err
		}
		refs = refs[n:]
	}
	return out, s.follow(ctx, c, out, tails, func(*stream) {})
}

// loadFresh is load without the cache: what the database says, and nothing else.
func (s *Store) loadFresh(ctx context.Context, c *conn, refs []casework.Ref) (map[casework.Ref]*stream, error) {
	out := make(map[casework.Ref]*stream, len(refs))
	var from []*stream
	for _, ref := range refs {
		out[ref] = &stream{ref: ref}
		from = append(from, out[ref])
	}
	return out, s.catchUp(ctx, c, out, from, func(*stream) {})
}

// catchUp folds what came after each stream's seq.
func (s *Store) catchUp(ctx context.Context, c *conn, out map[casework.Ref]*stream, from []*stream, keep func(*stream)) error {
	tails, err := s.tails(ctx, c, from)
	if err != nil || len(tails) == 0 {
		return err
	}
	return s.follow(ctx, c, out, tails, keep)
}

// follow folds events that were read into their streams.
func (s *Store) follow(ctx context.Context, c *conn, out map[casework.Ref]*stream, tails map[casework.Ref][]*record, keep func(*stream)) error {
	if err := s.fetchKeys(ctx, c, out, tails); err != nil {
		return err
	}
	for ref, tail := range tails {
		st, err := s.advance(out[ref], tail)
		if err != nil {
			return err
		}
		out[ref] = st
		keep(st)
	}
	return nil
}

// tails reads the events after each stream's seq.
func (s *Store) tails(ctx context.Context, c *conn, from []*stream) (map[casework.Ref][]*record, error) {
	var out map[casework.Ref][]*record
	scan := func(r *sql.Rows) error {
		rec, err := scanRecord(r)
		if out == nil {
			out = map[casework.Ref][]*record{}
		}
		out[rec.ref] = append(out[rec.ref], rec)
		return err
	}
	if s.d.arrays && len(from) > 1 {
		kinds, ids, seqs := make([]string, len(from)), make([]string, len(from)), make([]int64, len(from))
		for i, st := range from {
			kinds[i], ids[i], seqs[i] = string(st.ref.Kind), st.ref.ID, int64(st.seq)
		}
		return out, c.each(ctx, scan, tailsOfMany, kinds, ids, seqs)
	}
	for few := range slices.Chunk(from, fewStreams) {
		args := make([]any, 0, 3*fewStreams)
		for _, st := range few {
			args = append(args, string(st.ref.Kind), st.ref.ID, int64(st.seq))
		}
		if err := c.each(ctx, scan, tailTexts[len(few)], args...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fewStreams is how many are read by one statement on SQLite, where the text of a
// statement says how many.
const fewStreams = 8

// tailTexts are the statements for so many streams.
var tailTexts = func() (out [fewStreams + 1]string) {
	for n := 2; n <= fewStreams; n++ {
		rows := make([]string, n)
		for i := range rows {
			rows[i] = fmt.Sprintf("(?%d, ?%d, ?%d)", 3*i+1, 3*i+2, 3*i+3)
		}
		out[n] = "with w (kind, id, seq) as (values " + strings.Join(rows, ", ") + ")" + tailsOfFew
	}
	out[1] = tailOfOne
	return out
}()

// fetchKeys opens the data keys of streams with a tail. The streams are
// replaced by copies that hold them.
func (s *Store) fetchKeys(ctx context.Context, c *conn, streams map[casework.Ref]*stream, tails map[casework.Ref][]*record) error {
	var refs []casework.Ref
	for ref, tail := range tails {
		if !endsErased(tail) && !holdsKeys(streams[ref], tail) {
			refs = append(refs, ref)
		}
	}
	found, err := s.dataKeys(ctx, c, refs)
	for ref, keys := range found {
		st := *streams[ref]
		st.keys = keys
		streams[ref] = &st
	}
	return err
}

func holdsKeys(st *stream, tail []*record) bool {
	for _, rec := range tail {
		if _, ok := st.keys[rec.compartment]; !ok {
			return false
		}
	}
	return true
}

// endsErased says that nothing of the stream can be read any more.
func endsErased(tail []*record) bool { return tail[len(tail)-1].typ == erasedType }

func (s *Store) dataKeys(ctx context.Context, c *conn, refs []casework.Ref) (map[casework.Ref]map[string]seal.DataKey, error) {
	out := map[casework.Ref]map[string]seal.DataKey{}
	scan := func(r *sql.Rows) error {
		var ref casework.Ref
		var compartment string
		var wrapped seal.Wrapped
		if err := r.Scan(&ref.Kind, &ref.ID, &compartment, &wrapped.KEK, &wrapped.Key); err != nil {
			return err
		}
		key, err := s.unwrap(ctx, wrapped, owner(ref, compartment))
		if err != nil {
			return err
		}
		if out[ref] == nil {
			out[ref] = map[string]seal.DataKey{}
		}
		out[ref][compartment] = key
		return nil
	}
	if s.keys == nil {
		return nil, fault.New(fault.Internal, codeKeyMissing)
	}
	if s.d.arrays && len(refs) > 1 {
		kinds, ids := make([]string, len(refs)), make([]string, len(refs))
		for i, ref := range refs {
			kinds[i], ids[i] = string(ref.Kind), ref.ID
		}
		return out, c.each(ctx, scan, keysOfMany, kinds, ids)
	}
	for _, ref := range refs {
		if err := c.each(ctx, scan, keysOfOne, string(ref.Kind), ref.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const codeKeyMissing = "store.key_missing" // a data key that should be there is not

// advance folds a tail onto a stream and gives the copy.
func (s *Store) advance(st *stream, tail []*record) (*stream, error) {
	next := *st
	next.erased = next.erased || endsErased(tail)
	if err := s.step(&next, tail...); err != nil {
		return nil, err
	}
	return &next, nil
}

// step moves a stream past records: together, because what follows from a state
// is worked out once for all of them.
func (s *Store) step(st *stream, tail ...*record) error {
	events := make([]casework.Event, 0, len(tail))
	for _, rec := range tail {
		if rec.seq != st.seq+1 {
			return fault.Because(fmt.Errorf("%s: event %d follows %d", rec.ref, rec.seq, st.seq), fault.Internal, codeDamaged)
		}
		st.seq, st.leaf, st.bytes = rec.seq, rec.leaf, st.bytes+len(rec.sealed)
		if st.erased {
			continue
		}
		e, err := s.open(rec, st.keys)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if st.erased {
		st.state, st.keys = nil, nil
		return nil
	}
	next, err := s.opt.Model.Fold(st.state, events...)
	st.state = next
	return fault.At("fold "+st.ref.String(), err)
}

// open turns a record into the event that casework folds.
func (s *Store) open(rec *record, keys map[string]seal.DataKey) (casework.Event, error) {
	key, ok := keys[rec.compartment]
	if !ok {
		return casework.Event{}, fault.Because(fmt.Errorf("%s, %q", rec.ref, rec.compartment), fault.Internal, codeKeyMissing)
	}
	plain, err := rec.opened(key)
	if err != nil {
		return casework.Event{}, fault.Because(errors.New(rec.ref.String()), fault.Internal, codeDamaged)
	}
	payload, err := s.opt.Model.Decode(rec.typ, rec.version, plain)
	if err != nil {
		return casework.Event{}, fault.At("decode "+rec.ref.String(), err)
	}
	if said, _, _ := ledger.Uncommit(rec.sealed); said != commitmentOf(payload) {
		return casework.Event{}, fault.Because(errors.New(rec.ref.String()), fault.Internal, codeDamaged)
	}
	return rec.event(payload), nil
}

func (rec *record) event(p casework.Payload) casework.Event {
	return casework.Event{
		N: rec.n, ID: id.Event(rec.id), Stream: rec.ref, Seq: rec.seq, Type: rec.typ, Version: rec.version,
		OccurredAt: fromMicro(rec.occurred), RecordedAt: fromMicro(rec.recorded),
		Worker: id.Worker(rec.worker), Body: id.Body(rec.body), BodyKind: rec.bodyKind, Reason: rec.reason,
		Pack: rec.pack, Key: rec.key, Compartment: rec.compartment, Payload: p,
	}
}

// aad ties a sealed payload to its place: moved elsewhere, it does not open.
func (rec *record) aad() []byte {
	b := make([]byte, 0, 160)
	b = append(b, "event\x00"...)
	b = append(append(b, rec.ref.Kind...), 0)
	b = append(append(b, rec.ref.ID...), 0)
	b = append(strconv.AppendUint(b, rec.seq, 10), 0)
	b = append(append(b, rec.typ...), 0)
	b = append(strconv.AppendInt(b, int64(rec.version), 10), 0)
	b = append(append(b, rec.compartment...), 0)
	return append(b, rec.id...)
}

// seal seals a payload, and puts before it what its leaf commits to, if anything.
func (rec *record) seal(key seal.DataKey, plain []byte, commitment ledger.Hash) {
	rec.sealed = key.Seal(plain, rec.aad())
	if commitment != (ledger.Hash{}) {
		rec.sealed = ledger.Commit(commitment, rec.sealed)
	}
}

func (rec *record) opened(key seal.DataKey) ([]byte, error) {
	_, sealed, _ := ledger.Uncommit(rec.sealed)
	return key.Open(sealed, rec.aad())
}

// commitmentOf is what a payload has its leaf commit to; zero: nothing.
func commitmentOf(p casework.Payload) ledger.Hash {
	c, ok := p.(casework.Committing)
	if !ok {
		return ledger.Hash{}
	}
	salt, digest, ok := c.CommitsTo()
	if !ok {
		return ledger.Hash{}
	}
	return ledger.Commitment(salt, digest)
}

// hashes fills in what the ledger holds of the record.
func (rec *record) hashes() (bodyHash, leaf ledger.Hash, err error) {
	bodyHash = rec.content().Hash()
	leaf, err = ledger.Leaf(rec.header(), bodyHash)
	return bodyHash, leaf, err
}

func (rec *record) content() ledger.Body {
	return ledger.Body{
		ID: rec.id, Worker: rec.worker, Body: rec.body, Reason: rec.reason, Key: rec.key, Compartment: rec.compartment, Sealed: rec.sealed,
	}
}

func (rec *record) header() ledger.Header {
	return ledger.Header{
		Number: rec.n, Kind: string(rec.ref.Kind), Tag: ledger.Tag(string(rec.ref.Kind), rec.ref.ID), Seq: rec.seq, Previous: rec.prev,
		Type: rec.typ, Version: uint32(rec.version), OccurredAt: fromMicro(rec.occurred), RecordedAt: fromMicro(rec.recorded),
		BodyKind: rec.bodyKind, Pack: rec.pack,
	}
}

// toMicro and fromMicro are how times lie in the database.
func toMicro(t time.Time) int64   { return t.UnixMicro() }
func fromMicro(n int64) time.Time { return time.UnixMicro(n).UTC() }

// withKey gives the keys with one more.
func withKey(keys map[string]seal.DataKey, compartment string, key seal.DataKey) map[string]seal.DataKey {
	out := make(map[string]seal.DataKey, len(keys)+1)
	maps.Copy(out, keys)
	out[compartment] = key
	return out
}
