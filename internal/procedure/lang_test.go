package procedure

import (
	"math/rand/v2"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"pgregory.net/rapid"
)

// words is a spec with one name of every type a guard can read.
func words() Spec {
	s := hill()
	s.Facts = append(s.Facts,
		Fact{Name: "mother.papers", Values: []string{"none", "valid"}, NotKnown: "none"},
		Fact{Name: "pregnant", Values: []string{"false", "true"}, NotKnown: "true"},
		Fact{Name: "children", Values: []string{"0", "1", "2", "5"}, NotKnown: "0"})
	return s
}

func wordsModel(t testing.TB) *Model { return compiled(t, words()) }

func (m *Model) compileTest(src string) (*guard, []Problem) {
	p, problems := m.Guard(src, Pos{File: "guard", Line: 1})
	return p.guard, problems
}

func TestGuardProblems(t *testing.T) {
	t.Parallel()
	m := wordsModel(t)
	for _, row := range []struct{ why, src, code, mend string }{
		{"a value that is nearly right", `victim == "presumd"`, "guard.unknown_value", `did you mean "presumed"?`},
		{"a name that is nearly right", `victm == "presumed"`, "guard.unknown_name", `did you mean "victim"?`},
		{"one equals sign", `victim = "presumed"`, "guard.syntax", "write == to compare"},
		{"an enum alone", `victim && pregnant`, "guard.type", `write victim == "none"`},
		{"a number against a text", `children == "2"`, "guard.type", "compare like with like"},
		{"order of values means nothing", `age < "adult"`, "guard.type", "list the values"},
		{"greater", `children > 1`, "guard.syntax", "turn the sides round"},
		{"no such question", `unknown("q_chid")`, "guard.unknown_question", `did you mean "q_child"?`},
		{"no such right", `has("sty")`, "guard.unknown_right", `did you mean "stay"?`},
		{"nobody gives it", `has("stay", "care2")`, "guard.unknown_giver", `did you mean "care"?`},
		{"an argument with a name", `has(stay, from: refuge)`, "guard.syntax", `write has("right", "giver")`},
		{"no such clock", `clock("appeal_limt").running`, "guard.unknown_clock", `did you mean "appeal_limit"?`},
		{"no such clock state", `clock("appeal_limit").ended`, "guard.syntax", "expected running, expired or off"},
		{"no such function", `clok("x").running`, "guard.function", `did you mean "clock"?`},
		{"nothing in common", `victim == claim && age == claim`, "guard.never_equal", "compare with one of"},
		{"an empty list", `victim in []`, "guard.list", "list the values"},
		{"not a list", `victim in "none"`, "guard.list", "write: name in"},
		{"unclosed", `(victim == "none"`, "guard.syntax", `expected ")"`},
		{"an open quotation", `victim == "none`, "guard.string", "close it"},
		{"nothing", ` `, "guard.syntax", "expected a name"},
		{"an escape", `victim == "no\ne"`, "guard.string", "plain letters"},
		{"two errors", `victm == "none" && clam == "none"`, "guard.unknown_name", "did you mean"},
		{"deep", strings.Repeat("(", 100) + "true" + strings.Repeat(")", 100), "guard.too_deep", "derived"},
		{"long", strings.Repeat("true && ", 400) + "true", "guard.too_deep", "derived"},
	} {
		_, err := parse(row.src)
		var problems []Problem
		if err != nil {
			problems = []Problem{err.problem(row.src, Pos{})}
		} else {
			_, problems = m.compileTest(row.src)
		}
		if len(problems) == 0 || problems[0].Code != row.code || !strings.Contains(problems[0].Mend, row.mend) {
			t.Errorf("%s: %s gives\n%s", row.why, row.src, lines(problems))
		}
	}
	if _, problems := m.compileTest(`victm == "none" && clam == "none"`); len(problems) != 2 {
		t.Errorf("two errors in one guard are reported at once, got\n%s", lines(problems))
	}
}

func TestGuardTruth(t *testing.T) {
	t.Parallel()
	m := wordsModel(t)
	s := m.Begin(map[string]string{"age": "under_14", "victim": "presumed", "children": "2", "pregnant": "false", "claim": "refused"})
	for _, row := range []struct {
		why, src string
		want     Truth
		hangs    string
	}{
		{"a plain comparison", `victim == "presumed"`, True, ""},
		{"in", `victim in ["none", "identified"]`, False, ""},
		{"numbers", `children < 3 && 2 <= children && children != 5 && children in [1, 2]`, True, ""},
		{"a yes or no stands alone", `!pregnant`, True, ""},
		{"yes or no compared", `(age == "adult") == pregnant`, True, ""},
		{"a choice of values", `(pregnant ? claim : victim) == "presumed"`, True, ""},
		{"not known is what the pack says", `mother.papers == "none"`, True, ""},
		{"a derived name", `child && protection_open`, True, ""},
		{"a right by whoever gives it", `has("stay")`, True, ""},
		{"a right that hangs on the law", `has("stay", "refuge")`, Depends, "q_appeal"},
		{"a question", `unknown(q_child) || victim == "none"`, Depends, "q_child"},
		{"a question that cannot matter", `unknown("q_child") || victim == "presumed"`, True, ""},
		{"only the question that matters", `unknown("q_child") && (unknown("q_appeal") || true)`, Depends, "q_child"},
		{"contradicting answers", `unknown("q_child") && !unknown("q_child")`, False, ""},
		{"a clock nobody started", `clock("appeal_limit").off && !clock("appeal_limit").running`, True, ""},
	} {
		g, problems := m.compileTest(row.src)
		if len(problems) > 0 {
			t.Errorf("%s: %s", row.why, lines(problems))
			continue
		}
		f := m.frame(s, noonTuesday)
		if got := g.truth(f); got != row.want {
			t.Errorf("%s: %s is %d, want %d", row.why, row.src, got, row.want)
		}
		if got := strings.Join(m.questionIDs(g.deciding(f)), " "); got != row.hangs {
			t.Errorf("%s: %s hangs on [%s], want [%s]", row.why, row.src, got, row.hangs)
		}
	}
}

func TestColumnGuard(t *testing.T) {
	t.Parallel()
	columns := Schema{"kind": {"file", "place"}, "region": nil, "sealed": Bool, "beds": Number}
	g, problems := CompileGuard(`kind == "file" && region != "" && !sealed && 2 <= beds`, columns)
	if len(problems) > 0 {
		t.Fatal(lines(problems))
	}
	for _, row := range []struct {
		why  string
		cols map[string]string
		want bool
	}{
		{"all of it", map[string]string{"kind": "file", "region": "KZ-71", "beds": "2"}, true},
		{"no region", map[string]string{"kind": "file", "beds": "2"}, false},
		{"sealed", map[string]string{"kind": "file", "region": "KZ-71", "sealed": "true", "beds": "2"}, false},
		{"beds are no number", map[string]string{"kind": "file", "region": "KZ-71", "beds": "x"}, false},
		{"nothing is known", nil, false},
	} {
		if got := g.Eval(row.cols); got != row.want {
			t.Errorf("%s: %v", row.why, got)
		}
	}
	if got := strings.Join(g.Reads(), " "); got != "kind region sealed beds" {
		t.Errorf("reads %s", got)
	}
	if _, problems := CompileGuard(`kind == "fil"`, columns); len(problems) != 1 || problems[0].Mend != `did you mean "file"?` {
		t.Errorf("a wrong value gives %s", lines(problems))
	}
	if (Guard{}).Eval(nil) {
		t.Error("the zero guard lets something through")
	}
	if all, _ := CompileGuard("", nil); !all.Eval(nil) {
		t.Error("no condition is not met")
	}
}

// oracle evaluates guards with cel-go, over a frame of the model.
type oracle struct {
	m   *Model
	f   *frame
	env *cel.Env
}

func newOracle(t testing.TB, m *Model) *oracle {
	o := &oracle{m: m}
	yes := func(b bool) ref.Val { return types.Bool(b) }
	word := func(v ref.Val) string { return v.Value().(string) }
	options := []cel.EnvOption{
		cel.Variable("child", cel.BoolType),
		cel.Variable("protection_open", cel.BoolType),
		cel.Function("unknown", cel.Overload("unknown_q", []*cel.Type{cel.StringType}, cel.BoolType, cel.UnaryBinding(func(q ref.Val) ref.Val {
			return yes(o.question(word(q)))
		}))),
		cel.Function("right", // CEL keeps has("x") for a macro of its own
			cel.Overload("has_r", []*cel.Type{cel.StringType}, cel.BoolType, cel.UnaryBinding(func(r ref.Val) ref.Val {
				return yes(o.right(word(r), ""))
			})),
			cel.Overload("has_rg", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, cel.BinaryBinding(func(r, g ref.Val) ref.Val {
				return yes(o.right(word(r), word(g)))
			}))),
		cel.Function("clock", cel.Overload("clock_id", []*cel.Type{cel.StringType}, cel.MapType(cel.StringType, cel.BoolType), cel.UnaryBinding(func(id ref.Val) ref.Val {
			return types.DefaultTypeAdapter.NativeToValue(o.clock(word(id)))
		}))),
	}
	for _, s := range m.slots {
		typ := map[kind]*cel.Type{text: cel.StringType, number: cel.IntType, boolean: cel.BoolType}[s.kind]
		options = append(options, cel.Variable(s.name, typ))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		t.Fatal(err)
	}
	o.env = env
	return o
}

func (o *oracle) question(id string) bool {
	for i, q := range o.m.questions {
		if q == id {
			return o.f.answer(i)
		}
	}
	return false
}

func (o *oracle) right(gives, giver string) bool {
	for _, e := range o.m.entitlements {
		if e.Gives == gives && (giver == "" || e.giver() == giver) && e.when.holds(o.f) {
			return true
		}
	}
	return false
}

func (o *oracle) clock(id string) map[string]bool {
	for i, c := range o.m.clocks {
		if c.ID == id {
			b := o.f.clocks[i]
			return map[string]bool{"off": b == clockOff, "running": b == clockRunning, "expired": b == clockExpired}
		}
	}
	return nil
}

// eval is CEL's answer; an error where CEL cannot read or check the guard.
func (o *oracle) eval(src string, f *frame) (bool, error) {
	ast, issues := o.env.Compile(strings.ReplaceAll(src, "has(", "right("))
	if issues.Err() != nil {
		return false, issues.Err()
	}
	program, err := o.env.Program(ast)
	if err != nil {
		return false, err
	}
	o.f = f
	vars := map[string]any{"child": o.m.derived["child"].holds(f), "protection_open": o.m.derived["protection_open"].holds(f)}
	for i, s := range o.m.slots {
		switch s.kind {
		case text:
			vars[s.name] = s.values[f.vals[i]]
		case number:
			vars[s.name] = s.numbers[f.vals[i]]
		case boolean:
			vars[s.name] = s.values[f.vals[i]] == "true"
		}
	}
	out, _, err := program.Eval(vars)
	if err != nil {
		return false, err
	}
	return out.Value().(bool), nil
}

// anyFrame is a frame chosen by a seed, possible or not.
func anyFrame(m *Model, seed uint64) *frame {
	r := rand.New(rand.NewPCG(seed, 7))
	f := &frame{vals: make([]uint8, len(m.slots)), clocks: make([]uint8, len(m.clocks))}
	for i := range f.vals {
		f.vals[i] = uint8(r.IntN(len(m.slots[i].values)))
	}
	for i := range f.clocks {
		f.clocks[i] = uint8(r.IntN(3))
	}
	for q := range m.questions {
		f.setAnswer(q, r.IntN(2) == 0)
	}
	return f
}

// agree holds a guard against the oracle: what we accept, CEL accepts, both as
// written (with bare ids quoted) and in canonical form, and gives the same.
func agree(t failer, o *oracle, src string, seed uint64) {
	g, problems := o.m.compileTest(src)
	if len(problems) > 0 || g == always {
		return
	}
	f := anyFrame(o.m, seed)
	ours := g.holds(f)
	theirs, err := o.eval(g.expr.String(), f)
	if err != nil {
		t.Fatalf("CEL does not read %s: %v", g.expr, err)
	}
	if ours != theirs {
		t.Fatalf("%s: we say %v, CEL %v", src, ours, theirs)
	}
	again, e := parse(g.expr.String())
	if e != nil || again.String() != g.expr.String() {
		t.Fatalf("canonical form of %s does not stay: %v", src, again)
	}
	if !strings.Contains(src, "(q_") && !strings.Contains(src, "(stay") && !strings.Contains(src, "(appeal") {
		if theirs, err = o.eval(src, f); err == nil && ours != theirs {
			t.Fatalf("%s as written: we say %v, CEL %v", src, ours, theirs)
		}
	}
}

type failer interface{ Fatalf(string, ...any) }

// anyGuard draws a guard that is nearly always well typed.
func anyGuard(depth int) *rapid.Generator[string] {
	atoms := rapid.SampledFrom([]string{
		`victim == "presumed"`, `"none" != claim`, `claim in ["none", 'registered']`, `age == "adult"`, `pregnant`, `children < 2`, `1 <= children`,
		`children in [0, 5]`, `children == 2`, `mother.papers == "valid"`, `mother.papers == victim`, `exploited == "was"`, `child`, `true`, `false`,
		`unknown("q_child")`, `unknown("q_appeal")`, `has("stay")`, `has("stay", "refuge")`, `clock("appeal_limit").running`,
		`clock("identify_duty").expired`, `clock('claim_wait').off`, `protection_open`, `(pregnant ? claim : victim) in ["none"]`, `(child ? children : 1) < 2`,
	})
	if depth == 0 {
		return atoms
	}
	inner := anyGuard(depth - 1)
	return rapid.Custom(func(t *rapid.T) string {
		x := inner.Draw(t, "x")
		switch rapid.IntRange(0, 8).Draw(t, "form") {
		case 0:
			return "!(" + x + ")"
		case 1:
			return "(" + x + ") == (" + inner.Draw(t, "y") + ")"
		case 2:
			return "(" + x + ") ? " + anyGuardUnconditional(inner, t) + " : " + inner.Draw(t, "z")
		case 3:
			return x + " && " + inner.Draw(t, "y")
		case 4:
			return x + " || " + inner.Draw(t, "y")
		case 5:
			return "(" + x + " || " + inner.Draw(t, "y") + ") && " + inner.Draw(t, "z")
		case 6:
			return "!!(" + x + ")"
		case 7:
			return "(" + x + ") != !(" + inner.Draw(t, "y") + ")"
		}
		return x
	})
}

func anyGuardUnconditional(inner *rapid.Generator[string], t *rapid.T) string {
	return "(" + inner.Draw(t, "y") + ")"
}

func TestAgreesWithCEL(t *testing.T) {
	t.Parallel()
	o := newOracle(t, wordsModel(t))
	guards := anyGuard(4)
	read := 0
	rapid.Check(t, func(rt *rapid.T) {
		src := guards.Draw(rt, "guard")
		if _, problems := o.m.compileTest(src); len(problems) > 0 {
			rt.Fatalf("a good guard does not compile:\n%s", lines(problems))
		}
		read++
		agree(rt, o, src, rapid.Uint64().Draw(rt, "frame"))
	})
	if read == 0 {
		t.Error("no guard was compared")
	}
}

func FuzzGuardAgainstCEL(f *testing.F) {
	for _, src := range []string{
		`victim == "presumed" && !(age == "adult")`, `a ? b : c`, `has(stay) || unknown(q_child)`, `children <= 2 == pregnant`, `"none" in ["none"]`,
		`true ? child : false ? pregnant : true`, `clock("appeal_limit").off != child`, `mother.papers=='none'`,
	} {
		f.Add(src, uint64(1))
	}
	o := newOracle(f, wordsModel(f))
	f.Fuzz(func(t *testing.T, src string, seed uint64) { agree(t, o, src, seed) })
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{`a == "b"`, `!x && (y || z) ? 1 < 2 : c in ["d"]`, `clock(x).off`, `"`, `((((`, `a.b.c`, "\xff", `a ==`, `has("x", "y")`} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, err := parse(src)
		if err != nil {
			if err.what == "" || err.mend == "" || err.at < 0 || err.at > len(src) {
				t.Fatalf("%q: not a message: %+v", src, err)
			}
			return
		}
		again, err := parse(e.String())
		if err != nil || again.String() != e.String() {
			t.Fatalf("%q prints as %s, which reads differently", src, e)
		}
	})
}
