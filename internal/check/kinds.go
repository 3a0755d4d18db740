package check

import (
	"maps"
	"slices"
)

// answer is what a tree says of one kind of person: for every answer to the open
// questions, by the questions that were asked.
type answer struct {
	known     map[atom]uint8 // facts and starts
	verdict   Verdict
	vacuous   bool
	questions []atom // that change it
	stopped   string // why a search stopped
	fails     *leaf  // shortest of those that fail
}

// holding says whether a leaf counts as holding: what has no trigger does.
func (l *leaf) holding() bool { return l.verdict == Holds }

// kinds are the answers by kind of person: choices of facts first, then of
// questions, wherever the tree asked them.
func (w *world) kinds(t *tree) []answer {
	var out []answer
	w.kindsOf(t, map[atom]uint8{}, &out)
	return w.merge(out)
}

func (w *world) kindsOf(t *tree, known map[atom]uint8, out *[]answer) {
	if t == nil {
		return
	}
	on, asked := w.firstFact(t)
	if !asked {
		*out = append(*out, w.answer(t, known))
		return
	}
	for i, v := range w.starts[on] {
		next := maps.Clone(known)
		next[on] = v
		w.kindsOf(t.with(on, i), next, out)
	}
}

// firstFact is the topmost fact that a tree asks for.
func (w *world) firstFact(t *tree) (atom, bool) {
	queue := []*tree{t}
	for len(queue) > 0 {
		t, queue = queue[0], queue[1:]
		if t == nil || t.leaf != nil {
			continue
		}
		if w.fact(t.on) {
			return t.on, true
		}
		queue = append(queue, t.kids...)
	}
	return 0, false
}

// with is the tree for those of whom an atom has its i-th value.
func (t *tree) with(on atom, i int) *tree {
	if t == nil || t.leaf != nil {
		return t
	}
	if t.on == on {
		return t.kids[i].with(on, i)
	}
	out := &tree{on: t.on}
	some := false
	for _, kid := range t.kids {
		k := kid.with(on, i)
		out.kids, some = append(out.kids, k), some || k != nil
	}
	if !some {
		return nil
	}
	return out
}

// answer sums up a tree that asks questions of law only.
func (w *world) answer(t *tree, known map[atom]uint8) answer {
	out := answer{known: known, vacuous: true}
	holds, fails := false, false
	t.each(func(l *leaf) {
		switch {
		case l.verdict == Unknown:
			out.stopped = l.why
		case l.holding():
			holds = true
		default:
			fails = true
			if w.tellsMore(l, out.fails) {
				out.fails = l
			}
		}
		out.vacuous = out.vacuous && l.vacuous
	})
	switch {
	case out.stopped != "":
		out.verdict, out.vacuous = Unknown, false
	case holds && fails:
		out.verdict = Unknown
		out.questions = t.deciding()
	case fails:
		out.verdict = Fails
	default:
		out.verdict = Holds
	}
	return out
}

// tellsMore says whether a failure is the better story: the shorter way, and of
// two as long the one that rests on more of the person's own facts. Under one
// answer everybody may fail, and under another only this kind of person: the
// second says why it fails under every answer.
func (w *world) tellsMore(l, than *leaf) bool {
	if than == nil || len(l.proof.way.moves) != len(than.proof.way.moves) {
		return than == nil || len(l.proof.way.moves) < len(than.proof.way.moves)
	}
	return len(w.facts(l.known)) > len(w.facts(than.known))
}

func (t *tree) each(visit func(*leaf)) {
	if t == nil {
		return
	}
	if t.leaf != nil {
		visit(t.leaf)
		return
	}
	for _, kid := range t.kids {
		kid.each(visit)
	}
}

// deciding are the questions whose answer changes the verdict for some answers
// to the others. One that the search asked and that changes nothing is not.
func (t *tree) deciding() []atom {
	var asked []atom
	t.atoms(&asked)
	var out []atom
	for _, q := range asked {
		if !same(t.with(q, 0), t.with(q, 1)) {
			out = append(out, q)
		}
	}
	slices.Sort(out)
	return out
}

func (t *tree) atoms(out *[]atom) {
	if t == nil || t.leaf != nil {
		return
	}
	if !slices.Contains(*out, t.on) {
		*out = append(*out, t.on)
	}
	for _, kid := range t.kids {
		kid.atoms(out)
	}
}

// same says whether two trees give everybody one verdict.
func same(x, y *tree) bool {
	switch {
	case x == nil || y == nil:
		return true // there is nobody to differ
	case x.leaf != nil && y.leaf != nil:
		return x.leaf.verdict == y.leaf.verdict
	case x.leaf != nil:
		x, y = y, x
	}
	for i, kid := range x.kids {
		if !same(kid, y.with(x.on, i)) {
			return false
		}
	}
	return true
}

// merge joins kinds that differ in one fact only, for all its values, and have
// the same answer: the search asked it of others' sake.
func (w *world) merge(list []answer) []answer {
	for again := true; again; {
		again = false
		for i := 0; i < len(list) && !again; i++ {
			for _, on := range slices.Sorted(maps.Keys(list[i].known)) {
				if group := w.group(list, i, on); group != nil {
					list = joined(list, group, on)
					again = true
					break
				}
			}
		}
	}
	return list
}

// group are the answers that differ from the i-th in one fact only, one for each
// value that anybody has, if all say the same.
func (w *world) group(list []answer, i int, on atom) []int {
	var out []int
	covered := 0
	for _, v := range w.starts[on] {
		known := maps.Clone(list[i].known)
		known[on] = v
		j := slices.IndexFunc(list, func(a answer) bool { return maps.Equal(a.known, known) })
		switch {
		case j < 0 && w.person(known) == nil:
		case j < 0 || !list[i].like(list[j]):
			return nil
		default:
			out = append(out, j)
		}
		covered++
	}
	return out
}

func (a answer) like(b answer) bool {
	return a.verdict == b.verdict && a.vacuous == b.vacuous && a.stopped == b.stopped && slices.Equal(a.questions, b.questions)
}

func joined(list []answer, group []int, on atom) []answer {
	first := slices.Min(group)
	one := list[first]
	one.known = maps.Clone(one.known)
	delete(one.known, on)
	for _, j := range group {
		if f := list[j].fails; f != nil && (one.fails == nil || len(f.proof.way.moves) < len(one.fails.proof.way.moves)) {
			one.fails = f
		}
	}
	var out []answer
	for j, a := range list {
		switch {
		case j == first:
			out = append(out, one)
		case !slices.Contains(group, j):
			out = append(out, a)
		}
	}
	return out
}

// facts are choices by name, for people to read.
func (w *world) facts(known map[atom]uint8) map[string]string {
	out := map[string]string{}
	for a, v := range known {
		if w.fact(a) {
			out[w.name(a)] = w.value(a, v)
		}
	}
	return out
}

// ask names the questions.
func (w *world) asked(list []atom) []string {
	var out []string
	for _, q := range list {
		out = append(out, w.name(q))
	}
	slices.Sort(out)
	return out
}
