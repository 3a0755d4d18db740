package procedure

import (
	"testing"

	"pgregory.net/rapid"
)

// asTree asks a rule as the tree says, without a list of tests.
func (n *node) asTree(f *frame) bool {
	switch n.op {
	case notNode:
		return !n.kids[0].asTree(f)
	case allNode, anyNode:
		for _, k := range n.kids {
			if k.asTree(f) == (n.op == anyNode) {
				return n.op == anyNode
			}
		}
		return n.op == allNode
	}
	switch n.source {
	case fromSlot:
		return n.mask>>f.vals[n.at]&1 != 0
	case fromClock:
		return n.mask>>f.clocks[n.at]&1 != 0
	case fromAnswer:
		return f.answer(n.at)
	}
	return n.ask(f)
}

func drawnRule(rt *rapid.T, deep int) *node {
	what := 0
	if deep > 0 {
		what = rapid.IntRange(0, 4).Draw(rt, "what")
	}
	switch what {
	case 1:
		return drawnRule(rt, deep-1).not()
	case 2:
		return joined(allNode, drawnRule(rt, deep-1), drawnRule(rt, deep-1))
	case 3:
		return joined(anyNode, drawnRule(rt, deep-1), drawnRule(rt, deep-1))
	case 4:
		return &node{op: rapid.SampledFrom([]nodeOp{allNode, anyNode}).Draw(rt, "of nothing")}
	}
	at := rapid.IntRange(0, 2).Draw(rt, "at")
	if rapid.Bool().Draw(rt, "asked") {
		return asking(func(f *frame) bool { return f.vals[at] == f.clocks[at] })
	}
	return oneOfMask(rapid.SampledFrom([]source{fromSlot, fromClock, fromAnswer}).Draw(rt, "source"), at, rapid.Uint64Range(0, 7).Draw(rt, "mask"))
}

// The list of tests answers as the tree does, whatever is nested in what.
func TestRulesAnswerAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rule := drawnRule(rt, 5)
		holds := rule.compiled(func(*frame) bool { rt.Fatal("a short rule is a list of tests"); return false })
		for range 8 {
			f := &frame{vals: make([]uint8, 3), clocks: make([]uint8, 3)}
			for i := range 3 {
				f.vals[i], f.clocks[i] = uint8(rapid.IntRange(0, 2).Draw(rt, "value")), uint8(rapid.IntRange(0, 2).Draw(rt, "clock"))
				f.setAnswer(i, rapid.Bool().Draw(rt, "answer"))
			}
			if got, want := holds(f), rule.asTree(f); got != want {
				rt.Fatalf("%v and %v: %v, and the tree says %v", f.vals, f.clocks, got, want)
			}
		}
	})
}

// Sets of values of one thing are one test, and one turned round is one test.
func TestOneThingIsTestedOnce(t *testing.T) {
	t.Parallel()
	a, b := oneOfMask(fromSlot, 3, 1), oneOfMask(fromSlot, 3, 2)
	var c code
	if _, ok := c.put(joined(anyNode, a, b).not(), met, unmet); !ok || len(c) != 1 || c[0].mask != 3 || c[0].yes != unmet {
		t.Errorf("neither of two values: %+v", c)
	}
	c = nil
	if _, _ = c.put(joined(allNode, a, oneOfMask(fromClock, 3, 2)), met, unmet); len(c) != 2 {
		t.Errorf("a clock is no variable of the same number: %+v", c)
	}
}

// A rule longer than anybody writes is asked as it was built.
func TestALongRuleIsAskedAsBuilt(t *testing.T) {
	t.Parallel()
	long := &node{op: allNode}
	for i := range maxTests + 1 {
		long.kids = append(long.kids, oneOfMask(fromSlot, i, 1))
	}
	asked := false
	long.compiled(func(*frame) bool { asked = true; return true })(&frame{})
	if !asked {
		t.Error("a rule of more tests than fit was cut short")
	}
}
