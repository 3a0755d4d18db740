package check

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"pana/internal/procedure"
)

// Write writes the model for Spin.
func (x *Part) Write(to io.Writer) error {
	out := bufio.NewWriter(to)
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("/* %s as of %s. %d kinds of person.", x.c.prop.ID, x.w.model.Day().Format("2006-01-02"), len(x.people))
	say("   Written by pana check --promela from the text of the guards.")
	say("   spin -a -o1 -o2 -o3 FILE; cc -O2 -o pan pan.c; ./pan -E -c0 */")
	for _, a := range x.variables() {
		say("byte %s; /* %s */", x.variable(a), x.legend(a))
	}
	for _, line := range x.settling() {
		say("%s", line)
	}
	say("init {")
	say("  atomic { if")
	for _, p := range x.people {
		for _, begin := range p.begin {
			say("  :: skip; %s", strings.Join(x.choose(p, begin), " "))
		}
	}
	say("  fi }")
	say("  do")
	for _, option := range x.options() {
		say("  :: atomic { %s }", option)
	}
	say("  od")
	say("}")
	return out.Flush()
}

// variables are what the model keeps, then what is chosen once.
func (x *Part) variables() []atom {
	var out []atom
	for _, f := range x.shape.fields {
		out = append(out, f.atom)
	}
	return append(out, x.chosen...)
}

func (x *Part) variable(a atom) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, x.w.name(a))
	switch {
	case a == x.w.own:
		return "m_memory"
	case x.w.isSlot(a):
		return "v_" + name
	case x.w.isClock(a):
		return "c_" + name
	}
	return "q_" + name
}

func (x *Part) legend(a atom) string {
	if a == x.w.own {
		return "the property's own memory"
	}
	var out []string
	for v := range x.w.sizes[a] {
		out = append(out, fmt.Sprintf("%d %s", v, x.w.value(a, uint8(v))))
	}
	return strings.Join(out, ", ")
}

func (x *Part) choose(p person, begin []uint8) []string {
	var out []string
	for i, f := range x.shape.fields {
		out = append(out, fmt.Sprintf("%s = %d;", x.variable(f.atom), begin[i]))
	}
	for _, a := range x.chosen {
		out = append(out, fmt.Sprintf("%s = %d;", x.variable(a), p.known[a]))
	}
	return out
}

// has is the condition that an atom has one of these values.
func (x *Part) has(a atom, oneOf ...uint8) string {
	if _, kept := x.shape.where[a]; !kept && !slices.Contains(x.chosen, a) {
		// Nothing changes it: it is as it began.
		if slices.Contains(oneOf, x.w.starts[a][0]) {
			return "true"
		}
		return "false"
	}
	var out []string
	for _, v := range oneOf {
		out = append(out, fmt.Sprintf("%s == %d", x.variable(a), v))
	}
	if len(out) == 0 {
		return "false"
	}
	return "(" + strings.Join(out, " || ") + ")"
}

func (x *Part) text(r procedure.Rule) string {
	return r.Print(procedure.Printer{
		Slot:     func(slot int, oneOf []uint8) string { return x.has(atom(slot), oneOf...) },
		Clock:    func(clock int, is uint8) string { return x.has(x.w.clock(clock), is) },
		Question: func(q int) string { return x.has(x.w.question(q), 1) },
		And:      "&&", Or: "||", Not: "!", True: "true", False: "false",
	})
}

func (x *Part) source(src string) string {
	if src == "" {
		return "true"
	}
	r, _ := x.w.model.Rule(src, x.c.prop.Pos)
	return x.text(r)
}

// options are the moves: what the property forbids, steps, ends of clocks,
// birthdays.
func (x *Part) options() []string {
	var out []string
	if prop := x.c.prop; prop.Never != nil && len(prop.Never.Steps) == 0 {
		out = append(out, x.source(prop.Never.When)+" -> assert(false)")
	}
	for i := range x.w.moves {
		if l := &x.w.moves[i]; x.steps[l.index] {
			out = append(out, x.step(l)...)
		}
	}
	for _, f := range x.shape.fields {
		switch {
		case x.w.isClock(f.atom):
			out = append(out, x.end(x.w.clockOf(f.atom))...)
		case x.w.isSlot(f.atom) && x.w.Slots[f.atom].Ages != nil:
			out = append(out, x.birthdays(f.atom)...)
		}
	}
	return out
}

// step is a step's option: first, if the property watches it, that it may not
// fire here.
func (x *Part) step(l *law) []string {
	guard := x.guard(l)
	var out []string
	if bad, watched := x.forbids(l); watched {
		out = append(out, fmt.Sprintf("%s && %s -> assert(false)", guard, bad))
	}
	do := x.before(x.c.watches(l))
	if l.rises {
		if _, kept := x.shape.where[atom(l.Rounds)]; kept {
			v := x.variable(atom(l.Rounds))
			do = append(do, fmt.Sprintf("%s = (%s < %d -> %s + 1 : %s)", v, v, x.w.sizes[l.Rounds]-1, v, v))
		}
	}
	for _, put := range l.puts {
		if _, kept := x.shape.where[put.atom]; kept {
			do = append(do, fmt.Sprintf("%s = %d", x.variable(put.atom), put.value))
		}
	}
	out = append(out, guard+" -> "+strings.Join(append(slices.Clone(do), x.settle()...), "; "))
	for _, clock := range l.Extends {
		if _, kept := x.shape.where[x.w.clock(clock)]; kept && !slices.Contains(l.Starts, clock) && !slices.Contains(l.Stops, clock) {
			longer := append(slices.Clone(do), x.variable(x.w.clock(clock))+" = "+fmt.Sprint(procedure.RunningByte))
			out = append(out, fmt.Sprintf("%s && %s -> %s", guard, x.has(x.w.clock(clock), procedure.ExpiredByte), strings.Join(append(longer, x.settle()...), "; ")))
		}
	}
	return out
}

func (x *Part) guard(l *law) string {
	var out []string
	for _, r := range l.Guard {
		out = append(out, x.text(r))
	}
	for _, b := range l.Bars {
		out = append(out, "!("+x.text(b.When)+")")
	}
	if len(out) == 0 {
		return "true"
	}
	return "(" + strings.Join(out, " && ") + ")"
}

// forbids is the condition under which a step may not fire.
func (x *Part) forbids(l *law) (string, bool) {
	prop, watched := x.c.prop, x.c.watches(l)
	switch {
	case prop.Conserved != nil:
		return x.has(x.w.own, 2), watched&closes != 0 && watched&begins == 0
	case watched&forbidden == 0:
		return "", false
	case prop.Until != nil:
		began := x.has(x.w.own, 1)
		if prop.Until.After != "" {
			began = "(" + began + " || " + x.source(prop.Until.After) + ")"
		}
		if prop.Until.Before != "" {
			began += " && !(" + x.source(prop.Until.Before) + ")"
		}
		return began, true
	}
	return x.source(prop.Never.When), true
}

// before notes what a move changes beside its own effects: the property's
// memory, and what the conditions of clocks were.
func (x *Part) before(watched watch) []string {
	var out []string
	for _, c := range x.shape.conds {
		if rule := x.clock(c).Starts; rule != nil {
			out = append(out, fmt.Sprintf("h%d = %s", c.pos, x.text(*rule)))
		}
	}
	memory := x.variable(x.w.own)
	switch {
	case x.shape.monitor < 0:
	case watched&begins != 0:
		out = append(out, memory+" = 1")
	case x.c.conserves && watched&closes != 0:
		out = append(out, fmt.Sprintf("%s = (%s == 1 -> 2 : %s)", memory, memory, memory))
	case !x.c.conserves && x.c.prop.Until.After != "":
		out = append(out, fmt.Sprintf("%s = (%s -> 1 : %s)", memory, x.source(x.c.prop.Until.After), memory))
	}
	if len(out) == 0 {
		out = append(out, "skip")
	}
	return out
}

func (x *Part) clock(c moveCondition) *procedure.ClockPart {
	return &x.w.Clocks[x.w.clockOf(x.shape.fields[c.pos].atom)]
}

func (x *Part) settle() []string {
	if len(x.shape.conds) == 0 {
		return nil
	}
	return []string{"settle()"}
}

// settling starts and stops clocks whose conditions changed, as often as one can
// be another's condition. In a round all look at the situation before it: h is
// whether a condition held, s whether it does, n the clock after the round.
func (x *Part) settling() []string {
	if len(x.shape.conds) == 0 {
		return nil
	}
	var out, round, after []string
	for _, c := range x.shape.conds {
		out = append(out, fmt.Sprintf("hidden byte h%d; hidden byte s%d; hidden byte n%d;", c.pos, c.pos, c.pos))
		clock, v := x.clock(c), x.variable(x.shape.fields[c.pos].atom)
		round = append(round, fmt.Sprintf("n%d = %s", c.pos, v))
		if clock.Starts != nil {
			round = append(round, fmt.Sprintf("s%d = %s", c.pos, x.text(*clock.Starts)),
				fmt.Sprintf("n%d = ((s%d && !h%d) -> %d : n%d)", c.pos, c.pos, c.pos, procedure.RunningByte, c.pos))
		}
		if clock.Stops != nil {
			round = append(round, fmt.Sprintf("n%d = ((n%d != %d && %s) -> %d : n%d)", c.pos, c.pos, procedure.OffByte, x.text(*clock.Stops), procedure.OffByte, c.pos))
		}
		after = append(after, fmt.Sprintf("%s = n%d; h%d = s%d", v, c.pos, c.pos, c.pos))
	}
	out = append(out, "inline settle() {")
	for range len(x.shape.conds) + 2 {
		out = append(out, "  "+strings.Join(append(slices.Clone(round), after...), "; ")+";")
	}
	return append(out, "  skip", "}")
}

// end is the end of a clock.
func (x *Part) end(c int) []string {
	clock := &x.w.Clocks[c]
	if x.c.onTime && clock.Kind == procedure.Duty {
		return nil
	}
	guard := []string{x.has(x.w.clock(c), procedure.RunningByte)}
	if clock.Suspended != nil && clock.InForce {
		guard = append(guard, "!("+x.text(*clock.Suspended)+")")
	}
	if q := slices.Index(x.w.Questions, clock.Length.Question); q >= 0 {
		guard = append(guard, x.has(x.w.question(q), 1))
	}
	for _, first := range x.w.before(c) {
		runs := x.has(x.w.clock(first), procedure.RunningByte)
		if s := x.w.Clocks[first].Suspended; s != nil {
			runs = "(" + runs + " && !(" + x.text(*s) + "))"
		}
		guard = append(guard, "!"+runs)
	}
	do := append(x.before(0), fmt.Sprintf("%s = %d", x.variable(x.w.clock(c)), procedure.ExpiredByte))
	return []string{strings.Join(guard, " && ") + " -> " + strings.Join(append(do, x.settle()...), "; ")}
}

func (x *Part) birthdays(a atom) []string {
	var out []string
	ages := x.w.Slots[a].Ages
	for i := 1; i < len(ages); i++ {
		do := append(x.before(0), fmt.Sprintf("%s = %d", x.variable(a), ages[i]))
		out = append(out, x.has(a, ages[i-1])+" -> "+strings.Join(append(do, x.settle()...), "; "))
	}
	return out
}
