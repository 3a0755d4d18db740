package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
	"pana/internal/seal"
)

// group is a run of acts that share one transaction. Each act is decided
// against what the acts before it left, in memory; nothing is written until
// all are decided, so an act that is refused has nothing to undo, and rows that
// several acts touch are written once.
type group struct {
	s       *Store
	head    head
	before  map[casework.Ref]*stream // as loaded
	streams map[casework.Ref]*stream // as left by the acts so far
	prior   map[string]prior         // receipts by idempotency key
	records []*record
	keys    []wrappedKey
	jobs    []job
	fresh   []string // keys of acts done in this group, in order
	erased  []casework.Ref
	anew    map[casework.Ref]bool // streams whose index rows are all written anew
	unready []unready             // key-encryption keys that are not made yet
	tail    tail                  // what came since the acts that ask for it were prepared
	// standing are index rows of streams that no act of the group has loaded.
	standing rowsFound
	grown    *ledger.Tree // the tree with the group's leaves, once flushed
}

// head is the ledger's row that nodes take turns by.
type head struct {
	size     uint64
	root     ledger.Hash
	recorded int64
}

type prior struct {
	worker      string
	fingerprint [32]byte
	recorded    int64
	receipt     casework.Receipt
}

type wrappedKey struct {
	ref         casework.Ref
	compartment string
	wrapped     seal.Wrapped
}

// act is what one deciding function asked for, not yet part of the group.
type act struct {
	g       *group
	t       *turn
	at      int64
	streams map[casework.Ref]*stream
	folds   []fold
	records []*record
	keys    []wrappedKey
}

// fold is what an act adds to one stream.
type fold struct {
	st     *stream
	events []casework.Event
}

// take decides one act. An error goes to its caller and leaves the group as it was.
func (g *group) take(t *turn) (casework.Receipt, error) {
	if p, seen := g.prior[t.act.Key]; seen {
		return p.again(t)
	}
	a := &act{g: g, t: t, at: max(toMicro(t.act.At), g.head.recorded), streams: map[casework.Ref]*stream{}}
	d, err := a.decide()
	if err != nil {
		return casework.Receipt{}, err
	}
	for _, draft := range d.Events {
		if err := a.append(draft); err != nil {
			return casework.Receipt{}, err
		}
	}
	if err := a.fold(); err != nil {
		return casework.Receipt{}, err
	}
	if len(a.records) > 0 {
		d.Receipt.N = a.records[len(a.records)-1].n
	}
	jobs, err := jobsOf(d.Effects, fromMicro(a.at))
	if err != nil {
		return casework.Receipt{}, err
	}
	g.merge(a, d.Receipt, jobs)
	return d.Receipt, nil
}

// again answers an act that was done before.
func (p prior) again(t *turn) (casework.Receipt, error) {
	if p.worker != string(t.act.Who.Worker) || p.fingerprint != t.act.Fingerprint {
		return casework.Receipt{}, fault.New(fault.Conflict, codeKeyReused)
	}
	r := p.receipt
	r.Seen = true
	return r, nil
}

func (g *group) merge(a *act, r casework.Receipt, jobs []job) {
	for ref, st := range a.streams {
		g.streams[ref] = st
	}
	g.records = append(g.records, a.records...)
	g.keys = append(g.keys, a.keys...)
	g.jobs = append(g.jobs, jobs...)
	g.head.recorded = a.at
	for _, ref := range a.t.erase {
		if st := a.streams[ref]; st != nil && st.erased {
			g.erased = append(g.erased, ref)
		}
	}
	if a.t.act.Anew {
		for ref := range a.streams {
			g.anew[ref] = true
		}
	}
	g.fresh = append(g.fresh, a.t.act.Key)
	g.prior[a.t.act.Key] = prior{worker: string(a.t.act.Who.Worker), fingerprint: a.t.act.Fingerprint, recorded: a.at, receipt: r}
}

// decide runs the deciding function. A panic in it is that act's fault and
// nobody else's.
func (a *act) decide() (d casework.Decision, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Because(errors.New("a deciding function panicked"), fault.Internal, codePanic)
		}
	}()
	loaded := &Loaded{states: make(map[casework.Ref]casework.State, len(a.t.act.Streams))}
	for _, ref := range a.t.act.Streams {
		if st := a.g.streams[ref]; st != nil && st.state != nil {
			loaded.states[ref] = st.state
		}
	}
	if len(a.t.act.Rows) > 0 {
		loaded.Rows = Rows{a.g.rows}
	}
	if seen := a.t.act.Seen; seen != nil {
		loaded.came = func(types ...string) bool { return a.g.came(*seen, types) }
	}
	return a.t.decide(loaded)
}

func (a *act) stream(ref casework.Ref) (*stream, error) {
	if st := a.streams[ref]; st != nil {
		return st, nil
	}
	for _, asked := range a.t.act.Streams {
		if asked == ref {
			st := *a.g.streams[ref]
			a.streams[ref] = &st
			return &st, nil
		}
	}
	return nil, fault.Because(errors.New(ref.String()), fault.Internal, codeNotLoaded)
}

// append turns a draft into a record, to be folded when the act has all of them.
func (a *act) append(d casework.Draft) error {
	st, err := a.stream(d.Stream)
	if err != nil {
		return err
	}
	if st.erased {
		return fault.New(fault.Conflict, codeErased)
	}
	rec := a.record(st, d)
	if rec.typ == erasedType {
		return a.close(st, rec)
	}
	plain, err := a.g.s.opt.Model.Encode(d.Payload)
	if err != nil {
		return fault.At("encode "+rec.typ, err)
	}
	key, err := a.key(st, d.Compartment)
	if err != nil {
		return err
	}
	rec.seal(key, plain, commitmentOf(d.Payload))
	i := slices.IndexFunc(a.folds, func(f fold) bool { return f.st == st })
	if i < 0 {
		i, a.folds = len(a.folds), append(a.folds, fold{st: st})
	}
	a.folds[i].events = append(a.folds[i].events, rec.event(d.Payload))
	return a.close(st, rec)
}

// fold adds the act's events to the states it found, which nobody asks for
// between them.
func (a *act) fold() error {
	for _, f := range a.folds {
		next, err := a.g.s.opt.Model.Fold(f.st.state, f.events...)
		if err != nil {
			return fault.At("fold "+f.st.ref.String(), err)
		}
		f.st.state = next
	}
	return nil
}

func (a *act) record(st *stream, d casework.Draft) *record {
	typ, version := d.Payload.EventType()
	who, occurred := a.t.act.Who, a.at
	if !d.OccurredAt.IsZero() {
		occurred = toMicro(d.OccurredAt)
	}
	return &record{
		n: a.g.head.size + uint64(len(a.g.records)+len(a.records)), seq: st.seq + 1, id: string(newEventID(fromMicro(a.at))), ref: d.Stream,
		typ: typ, version: version, occurred: occurred, recorded: a.at,
		worker: string(who.Worker), body: string(who.Body), bodyKind: who.BodyKind, reason: d.Reason,
		pack: a.t.act.Pack, key: a.t.act.Key, compartment: d.Compartment, prev: st.leaf,
	}
}

// close hashes a record and moves its stream past it.
func (a *act) close(st *stream, rec *record) (err error) {
	if rec.bodyHash, rec.leaf, err = rec.hashes(); err != nil {
		return err
	}
	st.seq, st.leaf, st.bytes = rec.seq, rec.leaf, st.bytes+len(rec.sealed)
	if rec.typ == erasedType {
		st.erased, st.state, st.keys = true, nil, nil
	}
	a.records = append(a.records, rec)
	return nil
}

// key gives the compartment's data key, making it with the compartment.
func (a *act) key(st *stream, compartment string) (seal.DataKey, error) {
	if key, ok := st.keys[compartment]; ok {
		return key, nil
	}
	if a.g.s.keys == nil {
		return seal.DataKey{}, fault.New(fault.Internal, codeKeyMissing)
	}
	kind := keyKind(st.ref, compartment)
	key, wrapped, err := a.g.s.keys.NewDataKey(kind, fromMicro(a.at), owner(st.ref, compartment))
	if err != nil {
		a.g.unready = append(a.g.unready, unready{kind, fromMicro(a.at)})
		return seal.DataKey{}, fault.At("new data key", err)
	}
	st.keys = withKey(st.keys, compartment, key)
	a.keys = append(a.keys, wrappedKey{st.ref, compartment, wrapped})
	return key, nil
}

// openGroup reads everything the acts will need, in one go.
func (s *Store) openGroup(ctx context.Context, c *conn, turns []*turn) (*group, error) {
	g := &group{s: s, prior: map[string]prior{}, streams: map[casework.Ref]*stream{}, anew: map[casework.Ref]bool{}}
	var err error
	if g.head, err = readHead(ctx, c, c.d.lock); err != nil {
		return nil, err
	}
	s.doubtCache(g.head)
	if err := g.readPrior(ctx, c, turns); err != nil {
		return nil, err
	}
	var refs []casework.Ref
	for _, t := range turns {
		refs = append(refs, t.act.Streams...)
	}
	if g.before, err = s.load(ctx, c, refs); err != nil {
		return nil, err
	}
	for ref, st := range g.before {
		g.streams[ref] = st
	}
	g.standing = rowsFound{}
	for _, t := range turns {
		if err := s.readRows(ctx, c, t.act.Rows, g.standing); err != nil {
			return nil, err
		}
	}
	return g, g.readTail(ctx, c, turns)
}

// doubtCache forgets every state when the ledger is shorter than this node left
// it, or other: a backup was restored, or a standby took over without the last
// commits. States from a past that is gone must not be built on.
func (s *Store) doubtCache(h head) {
	if s.edge == nil || int64(h.size) > s.edge.Size() || int64(h.size) == s.edge.Size() && h.root == s.edgeRoot {
		return
	}
	s.cache.clear()
	s.forgetEdge()
}

func readHead(ctx context.Context, c *conn, lock string) (h head, err error) {
	var root []byte
	ok, err := c.one(ctx, []any{&h.size, &root, &h.recorded}, `select size, root, recorded_at from ledger_head where id = 1`+lock)
	if err == nil && !ok {
		err = fault.New(fault.Internal, codeDamaged)
	}
	copy(h.root[:], root)
	return h, err
}

const (
	receiptOfOne = `select act_key, worker, fingerprint, recorded_at, receipt from receipts where act_key = ?1`
	// receiptOfFew is for up to receiptKeys of them in SQLite; a key may stand twice.
	receiptOfFew  = `select act_key, worker, fingerprint, recorded_at, receipt from receipts where act_key in (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`
	receiptKeys   = 8
	receiptOfMany = `select act_key, worker, fingerprint, recorded_at, receipt from receipts where act_key = any(?1)`
)

func (g *group) readPrior(ctx context.Context, c *conn, turns []*turn) error {
	scan := func(r rowScanner) error {
		var p prior
		var key, receipt string
		var fingerprint []byte
		if err := r.Scan(&key, &p.worker, &fingerprint, &p.recorded, &receipt); err != nil {
			return err
		}
		copy(p.fingerprint[:], fingerprint)
		if err := json.Unmarshal([]byte(receipt), &p.receipt); err != nil {
			return fmt.Errorf("receipt: %w", err)
		}
		g.prior[key] = p
		return nil
	}
	if c.d.arrays {
		keys := make([]string, len(turns))
		for i, t := range turns {
			keys[i] = t.act.Key
		}
		return c.each(ctx, asRows(scan), receiptOfMany, keys)
	}
	for few := range slices.Chunk(turns, receiptKeys) {
		q, keys := receiptOfOne, []any{few[0].act.Key}
		if len(few) > 1 {
			q = receiptOfFew
			for i := 1; i < receiptKeys; i++ {
				keys = append(keys, few[min(i, len(few)-1)].act.Key)
			}
		}
		if err := c.each(ctx, asRows(scan), q, keys...); err != nil {
			return err
		}
	}
	return nil
}
