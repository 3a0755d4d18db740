package check

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"

	"pana/internal/procedure"
)

// truth is a rule as a table: one bit for each combination of what it reads. A
// rule that reads too much for one table is a tree of tables.
type truth struct {
	reads  []atom
	stride []int
	bits   []uint64
	op     procedure.Connective
	kids   []*truth
	source string
	sum    [sha256.Size]byte // the same for tables that say the same by the same names
}

// maxCells bounds one table: combinations of values that can occur.
const maxCells = 1 << 14

// maxBits bounds one table's room, values that cannot occur included.
const maxBits = 1 << 20

// table tabulates a rule by calling the engine's closure on every combination.
func (w *world) table(view *procedure.View, r procedure.Rule) *truth {
	for i, known := range w.byRule {
		if known.Same(r) {
			return w.rules[i]
		}
	}
	t := w.tableOf(view, r)
	w.byRule, w.rules = append(w.byRule, r), append(w.rules, t)
	return t
}

func (w *world) tableOf(view *procedure.View, r procedure.Rule) *truth {
	t := &truth{reads: w.reads(r), source: r.Source()}
	cells, room := w.product(t.reads)
	if cells > maxCells || room > maxBits {
		if op, parts := r.Split(); op != procedure.Leaf {
			t.op = op
			for _, p := range parts {
				t.kids = append(t.kids, w.tableOf(view, p))
			}
			t.sum = w.sum(t)
			return t
		}
	}
	n := 1
	for _, a := range t.reads {
		t.stride = append(t.stride, n)
		n *= w.sizes[a]
	}
	t.bits = make([]uint64, (n+63)/64)
	w.each(t.reads, w.domain, func(vals []uint8) {
		for i, a := range t.reads {
			w.show(view, a, vals[i])
		}
		if r.Holds(view) {
			i := t.index(vals)
			t.bits[i>>6] |= 1 << (i & 63)
		}
	})
	t.sum = w.sum(t)
	return t
}

// sum digests a table by names and values, so that two columns can be compared.
func (w *world) sum(t *truth) (out [sha256.Size]byte) {
	h := sha256.New()
	h.Write([]byte{byte(t.op)})
	h.Write([]byte(t.source))
	for _, a := range t.reads {
		h.Write([]byte(" " + w.name(a)))
	}
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(t.bits))))
	for _, b := range t.bits {
		h.Write(binary.LittleEndian.AppendUint64(nil, b))
	}
	for _, kid := range t.kids {
		h.Write(kid.sum[:])
	}
	h.Sum(out[:0])
	return out
}

// product is how many combinations can occur, and how many could be written.
func (w *world) product(reads []atom) (cells, room int) {
	cells, room = 1, 1
	for _, a := range reads {
		cells, room = min(cells*len(w.domain[a]), 1<<40), min(room*w.sizes[a], 1<<40)
	}
	return cells, room
}

func (t *truth) index(vals []uint8) int {
	n := 0
	for i, v := range vals {
		n += int(v) * t.stride[i]
	}
	return n
}

// show puts an atom's value where the engine's closures read it.
func (w *world) show(view *procedure.View, a atom, v uint8) {
	switch {
	case w.isSlot(a):
		view.Set(int(a), v)
	case w.isClock(a):
		view.Clock(w.clockOf(a), v)
	default:
		view.Answer(int(a)-w.slots-w.clocks, v != 0)
	}
}

// each visits every combination of the atoms' values.
func (w *world) each(atoms []atom, domain [][]uint8, visit func([]uint8)) {
	vals, at := make([]uint8, len(atoms)), make([]int, len(atoms))
	for i, a := range atoms {
		if len(domain[a]) == 0 {
			return
		}
		vals[i] = domain[a][0]
	}
	for {
		visit(vals)
		i := 0
		for ; i < len(atoms); i++ {
			if at[i]++; at[i] < len(domain[atoms[i]]) {
				vals[i] = domain[atoms[i]][at[i]]
				break
			}
			at[i], vals[i] = 0, domain[atoms[i]][0]
		}
		if i == len(atoms) {
			return
		}
	}
}

// judge says whether some, and whether every, combination of the domain meets a
// rule, before there are tables. Rules that read much are judged part by part,
// which errs towards may and away from must.
func (w *world) judge(view *procedure.View, r procedure.Rule, domain [][]uint8) (may, must bool) {
	reads := w.reads(r)
	cells := 1
	for _, a := range reads {
		cells = min(cells*len(domain[a]), 1<<40)
	}
	if cells > maxCells {
		if op, parts := r.Split(); op != procedure.Leaf {
			return join(op, len(parts), func(i int) (bool, bool) { return w.judge(view, parts[i], domain) })
		}
	}
	must = true
	w.each(reads, domain, func(vals []uint8) {
		if may && !must {
			return
		}
		for i, a := range reads {
			w.show(view, a, vals[i])
		}
		holds := r.Holds(view)
		may, must = may || holds, must && holds
	})
	return may, must
}

// join puts three-valued parts together.
func join(op procedure.Connective, n int, part func(int) (may, must bool)) (may, must bool) {
	switch op {
	case procedure.NotOf:
		may, must = part(0)
		return !must, !may
	case procedure.AnyOf:
		for i := range n {
			m, s := part(i)
			may, must = may || m, must || s
		}
		return may, must
	}
	may, must = true, true
	for i := range n {
		m, s := part(i)
		may, must = may && m, must && s
	}
	return may, must
}

// not is the negation of a table.
func not(t *truth) *truth {
	out := &truth{reads: t.reads, op: procedure.NotOf, kids: []*truth{t}, source: "!(" + t.source + ")"}
	out.sum = sha256.Sum256(append([]byte("not"), t.sum[:]...))
	return out
}

// allOf holds when both do.
func allOf(x, y *truth) *truth {
	out := &truth{op: procedure.AllOf, kids: []*truth{x, y}, source: x.source + "&& " + y.source}
	out.reads = slices.Compact(slices.Sorted(slices.Values(slices.Concat(x.reads, y.reads))))
	out.sum = sha256.Sum256(slices.Concat([]byte("and"), x.sum[:], y.sum[:]))
	return out
}

// is holds when an atom has one of these values.
func (w *world) is(a atom, values ...uint8) *truth {
	t := &truth{reads: []atom{a}, stride: []int{1}, bits: make([]uint64, (w.sizes[a]+63)/64)}
	for _, v := range values {
		t.bits[v>>6] |= 1 << (v & 63)
		t.source += w.name(a) + " == " + w.value(a, v) + " "
	}
	t.sum = w.sum(t)
	return t
}

// ask judges a table where some atoms have several values.
func (w *world) ask(t *truth, domain func(atom) []uint8) (may, must bool) {
	if t == nil {
		return true, true
	}
	if t.op != procedure.Leaf {
		return join(t.op, len(t.kids), func(i int) (bool, bool) { return w.ask(t.kids[i], domain) })
	}
	cut := make([][]uint8, len(t.reads))
	for i, a := range t.reads {
		cut[i] = domain(a)
	}
	return t.over(cut, 0, 0)
}

// over runs through the combinations from the i-th read on.
func (t *truth) over(domain [][]uint8, i, index int) (may, must bool) {
	if i == len(t.reads) {
		holds := t.bits[index>>6]>>(index&63)&1 != 0
		return holds, holds
	}
	must = true
	for _, v := range domain[i] {
		m, s := t.over(domain, i+1, index+int(v)*t.stride[i])
		may, must = may || m, must && s
		if may && !must {
			break
		}
	}
	return may, must
}

// test is a table as one search sees it: over the atoms it keeps, with two bits
// for a combination, whether some and whether every value of the rest meets it.
type test struct {
	pos       []int
	stride    []int
	may, must []uint64
	op        procedure.Connective
	kids      []*test
	from      *truth
	constant  bool // it reads nothing the search keeps
}

func bit(list []uint64, i int) bool { return list[i>>6]>>(i&63)&1 != 0 }

func (t *test) at(cur []uint8) int {
	n := 0
	for i, p := range t.pos {
		n += int(cur[p]) * t.stride[i]
	}
	return n
}

// can says whether some value of what is not kept meets it.
func (t *test) can(cur []uint8) bool {
	if t == nil {
		return true
	}
	if t.op == procedure.Leaf {
		return bit(t.may, t.at(cur))
	}
	may, _ := t.both(cur)
	return may
}

// sure says whether every value of what is not kept meets it.
func (t *test) sure(cur []uint8) bool {
	if t == nil {
		return true
	}
	if t.op == procedure.Leaf {
		return bit(t.must, t.at(cur))
	}
	_, must := t.both(cur)
	return must
}

func (t *test) both(cur []uint8) (may, must bool) {
	if t == nil {
		return true, true
	}
	if t.op == procedure.Leaf {
		i := t.at(cur)
		return bit(t.may, i), bit(t.must, i)
	}
	return join(t.op, len(t.kids), func(i int) (bool, bool) { return t.kids[i].both(cur) })
}

// bitsFor is how many bits hold n values.
func bitsFor(n int) int { return bits.Len(uint(n - 1)) }
