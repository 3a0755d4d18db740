package procedure

// A rule is a tree of tests while it is compiled and a list of tests when it is
// asked: each says where to go on if it is met and where if not, so that nothing
// is called and nothing that is settled is looked at again. Rules nested in
// rules, derived names and rights, become part of the one list.

// node is a rule as a tree.
type node struct {
	op     nodeOp
	kids   []*node
	source source
	at     int               // the slot, clock or question that is tested
	mask   uint64            // the values that meet it
	ask    func(*frame) bool // of what is no set of values
}

type nodeOp uint8

const (
	testNode nodeOp = iota
	allNode         // every kid; none: true
	anyNode         // some kid; none: false
	notNode
)

type source uint8

const (
	fromSlot source = iota
	fromClock
	fromAnswer
	fromAsking
)

func asking(ask func(*frame) bool) *node { return &node{source: fromAsking, ask: ask} }

func oneOfMask(s source, at int, mask uint64) *node { return &node{source: s, at: at, mask: mask} }

// test is a step of a compiled rule. yes and no are the next step, or an end.
type test struct {
	mask    uint64
	ask     func(*frame) bool
	at      uint16
	yes, no uint16
	source  source
}

// The ends of a rule.
const (
	met   = 1<<16 - 1
	unmet = met - 1
)

// code is a rule compiled, from its first test.
type code []test

// holds asks the rule of a frame.
func (c code) holds(f *frame) bool {
	next := uint16(0)
	for next < unmet {
		t := &c[next]
		var ok bool
		switch t.source {
		case fromSlot:
			ok = t.mask>>(f.vals[t.at]&63)&1 != 0
		case fromClock:
			ok = t.mask>>(f.clocks[t.at]&63)&1 != 0
		case fromAnswer:
			ok = f.answer(int(t.at))
		default:
			ok = t.ask(f)
		}
		if next = t.no; ok {
			next = t.yes
		}
	}
	return next == met
}

// compiled is the rule as a list of tests. A rule too long for that is asked as
// it was built.
func (n *node) compiled(asBuilt func(*frame) bool) func(*frame) bool {
	var c code
	first, ok := c.put(n, met, unmet)
	switch {
	case !ok:
		return asBuilt
	case first == met:
		return func(*frame) bool { return true }
	case first == unmet:
		return func(*frame) bool { return false }
	}
	// Tests are put from the last to the first, so that each knows where it leads;
	// what was put after the first that is asked, nothing leads to.
	last := first
	c = c[:last+1]
	turned := make(code, len(c))
	for i, t := range c {
		t.yes, t.no = turn(t.yes, last), turn(t.no, last)
		turned[int(last)-i] = t
	}
	return turned.holds
}

func turn(to, last uint16) uint16 {
	if to >= unmet {
		return to
	}
	return last - to
}

// maxTests is far above any rule that somebody wrote.
const maxTests = 512

// put adds a rule that goes on to yes or to no, and says where it begins.
func (c *code) put(n *node, yes, no uint16) (first uint16, ok bool) {
	switch n.op {
	case notNode:
		return c.put(n.kids[0], no, yes)
	case allNode, anyNode:
		first, ok = yes, true
		if n.op == anyNode {
			first = no
		}
		for i := len(n.kids) - 1; i >= 0 && ok; i-- {
			if n.op == allNode {
				first, ok = c.put(n.kids[i], first, no)
			} else {
				first, ok = c.put(n.kids[i], yes, first)
			}
		}
		return first, ok
	}
	if yes == no { // it decides nothing
		return yes, true
	}
	*c = append(*c, test{mask: n.mask, ask: n.ask, at: uint16(n.at), yes: yes, no: no, source: n.source})
	return uint16(len(*c) - 1), len(*c) <= maxTests
}

// joined is all or any of two rules. Sets of values of one thing become one set.
func joined(op nodeOp, l, r *node) *node {
	out := &node{op: op}
	for _, n := range []*node{l, r} {
		if n.op == op {
			out.kids = append(out.kids, n.kids...)
		} else {
			out.kids = append(out.kids, n)
		}
	}
	kids := out.kids[:0:0]
	for _, n := range out.kids {
		if last := len(kids) - 1; last >= 0 && n.sameThing(kids[last]) {
			merged := *n
			if op == allNode {
				merged.mask &= kids[last].mask
			} else {
				merged.mask |= kids[last].mask
			}
			kids[last] = &merged
			continue
		}
		kids = append(kids, n)
	}
	out.kids = kids
	return out
}

func (n *node) sameThing(o *node) bool {
	return n.op == testNode && o.op == testNode && n.source == o.source && n.at == o.at && n.source != fromAsking && n.source != fromAnswer
}

// not is the rule turned round. A set of values becomes the other values, for no
// value is beyond the mask.
func (n *node) not() *node {
	switch {
	case n.op == notNode:
		return n.kids[0]
	case n.op == testNode && (n.source == fromSlot || n.source == fromClock):
		turned := *n
		turned.mask = ^n.mask
		return &turned
	}
	return &node{op: notNode, kids: []*node{n}}
}
