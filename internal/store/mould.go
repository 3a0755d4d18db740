package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"

	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/ledger"
	"pana/internal/seal"
)

// mould is a stream as it is copied: what its events say, opened and cut at the
// places where each copy says something of its own.
type mould struct {
	ref          casework.Ref
	state        casework.State
	own          []string // ids that each copy has of its own; the first is the stream's
	said         []string // texts that Texts replaces
	events       []mouldEvent
	compartments []string
	last         int64 // when its last event was recorded
	waits        []mouldJob
}

type mouldEvent struct {
	rec     *record
	id      pieces
	plain   pieces
	key     pieces
	receipt *mouldReceipt // of the act; each of its events has it
}

type mouldReceipt struct {
	worker      string
	fingerprint []byte
	text        pieces
}

type mouldJob struct {
	job
	args, unique pieces
}

// pieces is a text with slots: after each piece comes what its slot says.
type pieces []piece

type piece struct {
	text []byte
	slot int
}

// Slots are the number of an id of one's own; past those, of a text; and:
const (
	noSlot   = -1
	leafSlot = -2 // the ledger number of the act's last event
)

var idText = regexp.MustCompile(`[0-7][0-9a-hjkmnp-tv-z]{25}`)

// idsIn are the places of ids in a text: not those inside of something longer.
func idsIn(text []byte) (out [][2]int) {
	word := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'z')
	}
	for _, at := range idText.FindAllIndex(text, -1) {
		if !word(at[0]-1) && !word(at[1]) {
			out = append(out, [2]int{at[0], at[1]})
		}
	}
	return out
}

// cut gives the text with a slot for each id and each said text of the mould.
func (m *mould) cut(text []byte) pieces {
	type hole struct{ from, to, slot int }
	var holes []hole
	for _, at := range idsIn(text) {
		if i := slices.Index(m.own, string(text[at[0]:at[1]])); i >= 0 {
			holes = append(holes, hole{at[0], at[1], i})
		}
	}
	for i, said := range m.said {
		for from := 0; ; {
			at := bytes.Index(text[from:], []byte(said))
			if at < 0 {
				break
			}
			holes = append(holes, hole{from + at, from + at + len(said), len(m.own) + i})
			from += at + len(said)
		}
	}
	slices.SortFunc(holes, func(a, b hole) int { return a.from - b.from })
	var out pieces
	at := 0
	for _, h := range holes {
		if h.from >= at {
			out = append(out, piece{text[at:h.from], h.slot})
			at = h.to
		}
	}
	return append(out, piece{text[at:], noSlot})
}

// read opens everything of the store that is copied.
func (p *press) read(ctx context.Context) error {
	r := &moulding{press: p, streams: map[casework.Ref]*mould{}, receipts: map[string]*mouldReceipt{}, acts: map[string]casework.Ref{}, shared: map[string]bool{}, mixed: map[casework.Ref]bool{}}
	return p.From.reading(ctx, func(c *conn) error {
		if err := r.readReceipts(ctx, c); err != nil {
			return err
		}
		if err := r.readEvents(ctx, c); err != nil {
			return err
		}
		if err := r.readJobs(ctx, c); err != nil {
			return err
		}
		r.sort()
		return nil
	})
}

// moulding makes moulds of what it reads.
type moulding struct {
	*press
	streams  map[casework.Ref]*mould
	order    []casework.Ref
	receipts map[string]*mouldReceipt
	acts     map[string]casework.Ref // the stream of an act
	shared   map[string]bool         // ids of what is copied once
	mixed    map[casework.Ref]bool   // streams with a part in another's act
	jobs     []job
}

func (r *moulding) readReceipts(ctx context.Context, c *conn) error {
	return c.walk(ctx, func(rows *sql.Rows) error {
		var key, text string
		got := &mouldReceipt{}
		if err := rows.Scan(&key, &got.worker, &got.fingerprint, &text); err != nil {
			return err
		}
		got.text = pieces{{[]byte(text), noSlot}}
		r.receipts[key] = got
		return nil
	}, `select act_key, worker, fingerprint, receipt from receipts`)
}

func (r *moulding) readJobs(ctx context.Context, c *conn) error {
	return c.walk(ctx, func(rows *sql.Rows) error {
		var j job
		err := rows.Scan(&j.id, &j.kind, &j.args, &j.unique, &j.run, &j.created)
		r.jobs = append(r.jobs, j)
		return err
	}, `select id, kind, args, unique_key, run_at, created_at from jobs where state = 'waiting'`)
}

func (r *moulding) readEvents(ctx context.Context, c *conn) error {
	err := c.walk(ctx, func(rows *sql.Rows) error {
		rec, err := scanRecord(rows)
		if err != nil {
			return err
		}
		m := r.streams[rec.ref]
		if m == nil {
			m = &mould{ref: rec.ref, own: []string{rec.ref.ID}}
			r.streams[rec.ref], r.order = m, append(r.order, rec.ref)
		}
		m.events = append(m.events, mouldEvent{rec: rec})
		if first, known := r.acts[rec.key]; known && first != rec.ref && (first.Kind == r.Kind || rec.ref.Kind == r.Kind) {
			r.mixed[first], r.mixed[rec.ref] = true, true
		}
		r.acts[rec.key] = rec.ref
		return nil
	}, `select `+eventColumns+` from events e order by e.n`)
	for few := range slices.Chunk(r.order, chunk) {
		if err == nil {
			err = r.open(ctx, c, few)
		}
	}
	return err
}

func (r *moulding) open(ctx context.Context, c *conn, refs []casework.Ref) error {
	states, err := r.From.loadFresh(ctx, c, refs)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		m, st := r.streams[ref], states[ref]
		m.state = st.state
		for i := range m.events {
			rec := m.events[i].rec
			plain, err := rec.opened(st.keys[rec.compartment])
			if err != nil {
				return fmt.Errorf("open %s, event %d: %w", ref, rec.seq, err)
			}
			m.events[i].plain = pieces{{plain, noSlot}}
			m.last = max(m.last, rec.recorded)
			if !slices.Contains(m.compartments, rec.compartment) {
				m.compartments = append(m.compartments, rec.compartment)
			}
		}
	}
	return nil
}

// sort tells apart what is copied once, what is copied often, and what is not: a
// stream that shares an act with another, or speaks of another that is not copied
// as it is, could not be true alone.
func (r *moulding) sort() {
	for _, ref := range r.order {
		if slices.Contains(r.Whole, ref.Kind) {
			m := r.streams[ref]
			m.own = nil
			r.share(m)
			r.shape(m)
			r.once = append(r.once, m)
		}
	}
	for _, ref := range r.order {
		m := r.streams[ref]
		if ref.Kind != r.Kind {
			continue
		}
		if r.mixed[ref] || m.state == nil || !r.owns(m) {
			r.leftOut++
			continue
		}
		if r.Texts != nil {
			for i, text := range r.Texts(m.state, seededBy(0)) {
				if i%2 == 0 {
					m.said = append(m.said, text)
				}
			}
		}
		r.shape(m)
		r.moulds = append(r.moulds, m)
	}
	slices.SortStableFunc(r.moulds, func(a, b *mould) int { return int(a.last - b.last) })
	byFile := map[string]*mould{}
	for _, m := range r.moulds {
		byFile[m.ref.ID] = m
	}
	for _, j := range r.jobs {
		for _, at := range idsIn([]byte(j.args)) {
			if m := byFile[j.args[at[0]:at[1]]]; m != nil {
				m.waits = append(m.waits, mouldJob{j, m.cut([]byte(j.args)), m.cut([]byte(j.unique))})
				break
			}
		}
	}
}

func (r *moulding) share(m *mould) {
	r.shared[m.ref.ID] = true
	for _, e := range m.events {
		for _, text := range [][]byte{e.plain[0].text, []byte(e.rec.key), []byte(e.rec.worker), []byte(e.rec.body)} {
			for _, at := range idsIn(text) {
				r.shared[string(text[at[0]:at[1]])] = true
			}
		}
	}
}

// owns gathers the ids that the stream has of its own, and says no when one is
// another stream's.
func (r *moulding) owns(m *mould) bool {
	for _, e := range m.events {
		m.own = append(m.own, e.rec.id)
	}
	for _, e := range m.events {
		for _, at := range idsIn(e.plain[0].text) {
			one := string(e.plain[0].text[at[0]:at[1]])
			if r.shared[one] || slices.Contains(m.own, one) {
				continue
			}
			for _, kind := range []casework.Kind{r.Kind, casework.SignalStream, casework.OperationStream, casework.CheckStream} {
				if r.streams[casework.Ref{Kind: kind, ID: one}] != nil {
					return false
				}
			}
			m.own = append(m.own, one)
		}
	}
	return true
}

// shape cuts what the stream's events and receipts say.
func (r *moulding) shape(m *mould) {
	cut := map[string]*mouldReceipt{}
	for i := range m.events {
		e := &m.events[i]
		e.id, e.plain, e.key = m.cut([]byte(e.rec.id)), m.cut(e.plain[0].text), m.cut([]byte(e.rec.key))
		if cut[e.rec.key] == nil {
			cut[e.rec.key] = r.receipts[e.rec.key].cut(m)
		}
		e.receipt = cut[e.rec.key]
	}
}

var leafText = regexp.MustCompile(`"n":\d+`)

func (t *mouldReceipt) cut(m *mould) *mouldReceipt {
	out := *t
	text := t.text[0].text
	at := leafText.FindIndex(text)
	if at == nil {
		out.text = m.cut(text)
		return &out
	}
	out.text = m.cut(text[:at[0]+len(`"n":`)])
	out.text[len(out.text)-1].slot = leafSlot
	out.text = append(out.text, m.cut(text[at[1]:])...)
	return &out
}

// typesetter fills moulds.
type typesetter struct {
	press   *press
	out     *printed
	streams []setStream
	acts    map[string]int // receipts by act
}

// setStream is one copy on its way.
type setStream struct {
	copied
	ref    casework.Ref
	says   [][]byte // what its slots say
	suffix string   // of act keys
	keys   map[string]seal.DataKey
	prev   [32]byte
}

// seededBy gives the same numbers for the same copy in every run, so that an
// interrupted one goes on where it was.
func seededBy(number uint64) *rand.Rand {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], number)
	return rand.New(rand.NewChaCha8(seed))
}

// idLetters are the letters of ids; idTime is how many of them say when.
const (
	idLetters = "0123456789abcdefghjkmnpqrstvwxyz"
	idTime    = 10
)

// another is an id of the same time.
func another(old string, r *rand.Rand) []byte {
	out := []byte(old)
	bits := r.Uint64()
	for i := idTime; i < id.Len; i++ {
		if i == idTime+8 {
			bits = r.Uint64()
		}
		out[i] = idLetters[bits&31]
		bits >>= 5
	}
	return out
}

func (t *typesetter) begin(c copied) {
	st := setStream{copied: c, ref: c.mould.ref, keys: make(map[string]seal.DataKey, len(c.mould.compartments))}
	if c.number > 0 {
		r := seededBy(c.number)
		for _, old := range c.mould.own {
			st.says = append(st.says, another(old, r))
		}
		st.ref.ID = string(st.says[0])
		if len(c.mould.said) > 0 {
			for i, text := range t.press.Texts(c.mould.state, r) {
				if i%2 == 1 {
					st.says = append(st.says, []byte(text))
				}
			}
		}
		st.suffix = "/" + strconv.FormatUint(c.number, 36)
	}
	t.streams = append(t.streams, st)
}

// fill gives a text with its slots filled.
func (st *setStream) fill(p pieces, leaf uint64) []byte {
	if len(p) == 1 && p[0].slot == noSlot {
		return p[0].text
	}
	out := make([]byte, 0, 512)
	for _, part := range p {
		out = append(out, part.text...)
		switch {
		case part.slot == leafSlot:
			out = strconv.AppendUint(out, leaf, 10)
		case part.slot >= 0:
			out = append(out, st.says[part.slot]...)
		}
	}
	return out
}

// event writes one event of a copy as the committer would.
func (t *typesetter) event(st *setStream, i int) error {
	e := &st.mould.events[i]
	rec := *e.rec
	rec.n, rec.ref, rec.prev = t.out.run.n+uint64(len(t.out.leaves)), st.ref, st.prev
	rec.id, rec.key = string(st.fill(e.id, 0)), string(st.fill(e.key, 0))+st.suffix
	if !t.out.run.whole {
		rec.recorded = t.out.run.recorded
	}
	key, err := t.key(st, rec.compartment, rec.recorded)
	if err != nil {
		return err
	}
	commitment, _, _ := ledger.Uncommit(e.rec.sealed)
	rec.seal(key, st.fill(e.plain, 0), commitment)
	if rec.bodyHash, rec.leaf, err = rec.hashes(); err != nil {
		return err
	}
	st.prev = rec.leaf
	t.out.events, t.out.leaves = append(t.out.events, rec.row()), append(t.out.leaves, rec.leaf)
	t.receipt(st, e, &rec)
	return nil
}

// receipt keeps one for the act, with its last leaf.
func (t *typesetter) receipt(st *setStream, e *mouldEvent, rec *record) {
	row := []any{rec.key, e.receipt.worker, e.receipt.fingerprint, rec.recorded, string(st.fill(e.receipt.text, rec.n))}
	at, known := t.acts[rec.key]
	if !known {
		at = len(t.out.receipts)
		t.acts[rec.key], t.out.receipts = at, append(t.out.receipts, nil)
	}
	t.out.receipts[at] = row
}

func (t *typesetter) key(st *setStream, compartment string, at int64) (seal.DataKey, error) {
	if key, ok := st.keys[compartment]; ok {
		return key, nil
	}
	key, wrapped, err := t.press.to.keys.NewDataKey(keyKind(st.ref, compartment), fromMicro(at), owner(st.ref, compartment))
	if err != nil {
		return key, err
	}
	st.keys[compartment] = key
	t.out.keys = append(t.out.keys, []any{string(st.ref.Kind), st.ref.ID, compartment, wrapped.KEK, wrapped.Key})
	return key, nil
}

// jobs are what of the stream still waits.
func (t *typesetter) jobs(st *setStream) {
	for _, j := range st.mould.waits {
		made := another(j.id, seededBy(st.number<<8|uint64(len(t.out.jobs)&255)))
		t.out.jobs = append(t.out.jobs, []any{string(made), j.kind, string(st.fill(j.args, 0)), string(st.fill(j.unique, 0)), j.run, j.created, int64(0), "", int64(0), "waiting", ""})
	}
}
