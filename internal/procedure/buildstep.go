package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// compileStep compiles one step, in force or not, and keeps it when it is.
func (b *builder) compileStep(s *Step) {
	when := b.guard(s.When, s.Procedure, s.Pos)
	b.guards[s] = when
	if s.Must != "" {
		b.musts[s] = b.guard(s.Must, s.Procedure, s.Pos)
	}
	out := step{Step: *s, must: b.musts[s]}
	b.parts(&out, s)
	out.sets = b.sets(s)
	out.starts, out.stops, out.extends = b.clockList(s, s.Starts), b.clockList(s, s.Stops), b.clockList(s, s.Extends)
	b.again(&out)
	if !b.inForce(s.Dates, s.Overlay) {
		return
	}
	b.bind(&out)
	if _, double := b.stepIndex[s.ID]; double {
		return // lint reports versions that overlap
	}
	b.stepIndex[s.ID] = len(b.steps)
	b.steps = append(b.steps, out)
}

// parts splits the guard so that "why not" can name what fails.
func (b *builder) parts(out *step, s *Step) {
	if s.Exists != "" {
		if _, ok := b.question(s.Pos, s.Exists); ok {
			e := &Call{Func: "unknown", Args: []string{s.Exists}}
			out.parts = append(out.parts, part{b.guardOf(e.String(), e, s.Procedure, s.Pos), "exists"})
		}
	}
	expr, err := parse(s.When)
	if strings.TrimSpace(s.When) == "" || err != nil {
		return
	}
	before := len(b.problems)
	for _, e := range conjuncts(expr) {
		out.parts = append(out.parts, part{b.guardOf(e.String(), e, s.Procedure, s.Pos), "conjunct"})
	}
	b.problems = b.problems[:before] // the whole guard has reported them
}

// sets are the values the step sets, sorted by name; lint reports bad ones.
func (b *builder) sets(s *Step) []pair {
	var out []pair
	for _, name := range slices.Sorted(maps.Keys(s.Set)) {
		if i, ok := b.slot(name); ok && b.slots[i].fact == nil && slices.Contains(b.slots[i].values, s.Set[name]) {
			out = append(out, pair{name, s.Set[name]})
		}
	}
	return out
}

func (b *builder) clockList(s *Step, ids []string) []int {
	var out []int
	for _, id := range ids {
		i := slices.IndexFunc(b.clocks, func(c clock) bool { return c.ID == id })
		if i < 0 {
			b.problem(s.Pos, "clock.unknown", fmt.Sprintf("step %q names the clock %q, which nobody declares", s.ID, id), didYouMean(id, b.clockIDs(), "declare it under clocks"))
			continue
		}
		out = append(out, i)
	}
	return out
}

// again prepares a step that begins a new round: the procedure's variables go
// back to their start, but for those kept, and the rounds are bounded.
func (b *builder) again(out *step) {
	if out.Again == nil {
		return
	}
	out.rounds = out.Procedure + ".rounds"
	for i := range b.slots {
		s := &b.slots[i]
		if s.fact == nil && s.procedure == out.Procedure && s.name != out.rounds && !slices.Contains(out.Again.Keep, s.name) {
			out.resets = append(out.resets, s.name)
		}
	}
	for i := range b.clocks {
		if b.clocks[i].Procedure == out.Procedure && !slices.Contains(out.Again.Keep, b.clocks[i].ID) {
			out.offs = append(out.offs, i)
		}
	}
	e, err := parse(out.rounds + " < " + strconv.Itoa(out.Again.Max))
	if err != nil || out.Again.Max < 1 {
		b.problem(out.Pos, "again.max", fmt.Sprintf("step %q begins at most %d new rounds", out.ID, out.Again.Max), "write a whole number from 1")
		return
	}
	out.parts = append(out.parts, part{b.guardOf(e.String(), e, out.Procedure, out.Pos), "rounds"})
}

// bind adds the negation of every bar to the steps it binds. Bars are compiled
// before steps.
func (b *builder) bind(out *step) {
	for _, p := range out.parts {
		out.alone = append(out.alone, p.guard)
	}
	for i := range b.bars {
		bar := &b.bars[i]
		if !slices.Contains(bar.Binds, out.ID) && !(out.Effect == RemovalEffect && bar.removal) {
			continue
		}
		if bar.ignoredIn(&out.Step) {
			continue
		}
		if bar.Level == "hold" {
			out.holds = append(out.holds, i)
			continue
		}
		out.bars = append(out.bars, i)
		out.alone = append(out.alone, negated(bar.when))
	}
	out.whole = all(out.alone)
}

// ignoredIn says whether an overlay has it that the bar is not observed there.
func (b *Bar) ignoredIn(s *Step) bool {
	return slices.ContainsFunc(b.Ignored, func(i Ignored) bool {
		return slices.Contains(i.In, s.ID) || s.Effect != "" && slices.Contains(i.In, s.Effect)
	})
}

// withNotices is the spec with two more steps behind each adverse step that
// gives notice: notice given, notice understood (pack semantics §3). The limit
// starts at the second. Where the law asks for no notice the limit starts with
// the decision. A pack that declares a step of either name says it itself.
func withNotices(spec Spec) Spec {
	declared := map[string]bool{}
	for _, s := range spec.Steps {
		declared[s.ID] = true
	}
	var steps []Step
	vars := slices.Clone(spec.Vars)
	seen := map[string]bool{}
	for _, s := range spec.Steps {
		a := s.Adverse
		given, understood, state := s.ID+"_given", s.ID+"_understood", s.ID+"_notice"
		if a == nil || declared[given] || declared[understood] {
			steps = append(steps, s)
			continue
		}
		if a.Notice == "none" || a.Notice == "" {
			s.Starts = withLimit(s.Starts, a.Limit)
			steps = append(steps, s)
			continue
		}
		question, _ := asQuestion(a.Notice)
		s.Set = maps.Clone(s.Set)
		if s.Set == nil {
			s.Set = map[string]string{}
		}
		s.Set[state] = "due"
		if !seen[state] {
			seen[state] = true
			vars = append(vars, Var{Pos: s.Pos, Procedure: s.Procedure, Name: state, Values: []string{"none", "due", "given", "understood"}, Start: []string{"none"}})
		}
		common := Step{Pos: s.Pos, Procedure: s.Procedure, Dates: s.Dates, By: s.By, Basis: a.Basis, NoticeOf: s.ID, Exists: question, Overlay: s.Overlay}
		first, second := common, common
		first.ID, first.NoticePart, first.Force, first.When, first.Set = given, "given", Must, state+` == "due"`, map[string]string{state: "given"}
		second.ID, second.NoticePart, second.Force, second.When, second.Set = understood, "understood", Own, state+` == "given"`, map[string]string{state: "understood"}
		second.Starts = withLimit(nil, a.Limit)
		steps = append(steps, s, first, second)
	}
	spec.Steps, spec.Vars = steps, vars
	return spec
}

// withLimit adds the limit's clock to those a step starts, when it names one.
func withLimit(starts []string, limit string) []string {
	if _, unknown := asQuestion(limit); limit == "" || limit == "none" || unknown || slices.Contains(starts, limit) {
		return starts
	}
	return append(slices.Clone(starts), limit)
}
