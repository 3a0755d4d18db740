package check_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pana/internal/check"
	"pana/internal/pack"
)

// land is a tiny country: a claim, an expulsion, a certificate and a question.
const land = `procedure:
  id: claim
  exports: [claim]
  basis: [{source: s, says: "x", mark: S}]
facts:
- {name: able, values: ["yes", "no"], not_known: "no"}
- {name: age, values: [under_18, adult], from: birth_date, not_known: under_18}
vars:
- {name: claim, values: [none, asked, refused, granted], start: [none]}
- {name: here, values: ["yes", "no"], start: ["yes"]}
questions:
- {id: q_hold, basis: [{source: s, says: "x", mark: S}]}
steps:
- {id: ask, when: 'claim == "none" && able == "yes"', force: own, set: {claim: asked}, by: [person], starts: [decide]}
- {id: grant, when: 'claim == "asked"', force: must, set: {claim: granted}, by: [court], stops: [decide]}
- {id: refuse, when: 'claim == "asked" && age == "adult"', force: may, set: {claim: refused}, by: [court]}
- {id: again, when: 'claim == "refused" && clock("decide").expired', force: own, set: {claim: none}, by: [person]}
- {id: expel, when: 'here == "yes"', force: may, set: {here: "no"}, by: [police], effect: removal}
bars:
- {id: asked_stays, class: a, level: bar, binds: [removal], when: 'claim == "asked"'}
- {id: refused_stays, class: a, level: bar, binds: [removal], when: 'claim == "refused" && unknown("q_hold")'}
- {id: doubted, exists: q_hold, class: a, level: hold, binds: [expel], when: 'claim == "granted"'}
clocks:
- {id: decide, kind: duty, of: [court], length: 30 days}
`

func country(t *testing.T, procedures, properties string) *pack.Pack {
	t.Helper()
	p, _ := pack.Load(fstest.MapFS{
		"pack.yaml":             {Data: []byte("id: t\nversion: \"1\"\nlanguages: [en]\nzone: UTC\nsnapshots: [2020-01-01]\n")},
		"procedures/claim.yaml": {Data: []byte(procedures)},
		"properties.yaml":       {Data: []byte(properties)},
	})
	return p
}

func cells(t *testing.T, p *pack.Pack) []check.Cell {
	t.Helper()
	out, err := check.Run(context.Background(), p, check.Query{}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestVerdicts: each form gives the verdict that a reader of the tiny country
// would.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ property, verdict, trace, questions, why string }{
		{`never: {when: 'claim == "granted" && able == "no"'}`, "holds", "", "", "who cannot ask is never granted"},
		{`never: {steps: [removal], when: 'claim == "asked"'}`, "holds", "", "", "the bar binds it"},
		{`never: {steps: [removal], when: 'claim == "refused"'}`, "unknown", "ask refuse expel", "q_hold", "the bar hangs on a question"},
		{`never: {steps: [expel], when: 'claim == "granted"'}`, "fails", "ask grant expel", "", "nothing bars it"},
		{`never: {when: 'claim == "refused" && age == "under_18"'}`, "holds", "", "", "only an adult is refused"},
		{`until: {after: 'claim == "asked"', never: [removal], before: 'claim == "granted"'}`, "fails", "ask refuse expel", "", "refused is no end; were it barred, a second round would do"},
		{`until: {after_steps: [ask], never: [removal], before: 'claim in ["granted", "refused"]'}`, "fails", "ask refuse again expel", "", "a second round is before an end"},
		{`possible: {where: 'able == "yes"', goal: 'claim == "granted"'}`, "holds", "", "", "a refusal can be followed by another round"},
		{`possible: {where: 'able == "no"', goal: 'claim == "granted"'}`, "fails", "", "", "who cannot ask cannot"},
		{`possible: {where: 'claim == "granted"', goal: 'here == "yes"'}`, "fails", "ask grant expel", "", "nobody comes back"},
		{`independent: {of: [able], goal: 'claim == "granted"'}`, "fails", "", "", "it hangs on being able to ask"},
		{`independent: {of: [age], goal: 'claim == "granted"'}`, "holds", "", "", "a child is granted like an adult"},
		{`bounded: {from: 'claim == "asked"', to: 'claim in ["granted", "refused"]', max: 30 days}`, "holds", "", "", "the court has thirty days"},
		{`bounded: {from: 'claim == "asked"', to: 'claim in ["granted", "refused"]', max: 29 days}`, "fails", "ask", "", "thirty are more"},
		{`bounded: {from: 'claim == "refused"', to: 'claim == "granted"', max: 1 year}`, "fails", "ask refuse", "", "were the court in time nobody could ask again"},
		{`declared: {each: 'kind == "step" && removal', require: adverse}`, "fails", "", "", "expel states no parts"},
		{`declared: {each: 'kind == "clock"', require: 'days <= 30'}`, "holds", "", "", "thirty days"},
		{`declared: {each: 'kind == "clock"', require: 'days <= 30', some: true}`, "holds", "", "", "there has to be one, and there is"},
		{`declared: {each: 'kind == "bar" && id == "nowhere"', require: 'level == "bar"'}`, "holds", "", "", "of what there is not, everything is so"},
		{`declared: {each: 'kind == "bar" && id == "nowhere"', require: 'level == "bar"', some: true}`, "fails", "", "", "there has to be one, and there is none"},
		{`declared: {each: 'id == "doubted"', require: 'level == "hold"'}`, "holds", "", "", "were there one, it would do"},
		{`declared: {each: 'id == "doubted"', require: 'level == "hold"', some: true}`, "unknown", "", "q_hold", "whether there is the one that there has to be is a question"},
		{`declared: {each: 'id == "doubted" || id == "asked_stays"', require: 'class == "a"', some: true}`, "holds", "", "", "one is certain, and the other does not make it worse"},
		{`conserved: {entry: [ask], outcome: [grant, refuse]}`, "holds", "", "", "each round ends once"},
	} {
		t.Run(test.property, func(t *testing.T) {
			t.Parallel()
			p := country(t, land, "- {id: P, theme: t, "+test.property+"}\n")
			c := cells(t, p)[0]
			var steps []string
			for _, e := range c.Trace {
				steps = append(steps, e.Step)
			}
			trace := strings.ReplaceAll(strings.Join(steps, " "), " clock decide", "")
			if string(c.Verdict) != test.verdict || trace != test.trace || strings.Join(c.Questions, " ") != test.questions {
				t.Errorf("%s: got %s by %q, questions %q (%s), want %s by %q, %q", test.why, c.Verdict, trace, c.Questions, c.Why, test.verdict, test.trace, test.questions)
			}
		})
	}
}

// TestOrders: an order that the pack declares is explored alone, and what does not
// declare it, or is suspended, or was changed by an overlay, is tried both ways.
func TestOrders(t *testing.T) {
	t.Parallel()
	const clocks = `- {id: decide, kind: duty, of: [court], length: 30 days}
- {id: leave, kind: limit, length: 30 days, starts_when: 'claim == "asked"'}
`
	const order = "order:\n- {first: decide, then: leave, basis: [{act: a, art: art. 7, mark: T}]}\n"
	const overlay = "source: s\nkind: practice\nchanges:\n- op: replace\n  clock: {id: leave, length: 10 days}\n"
	suspended := strings.Replace(clocks, "length: 30 days}", `length: 30 days, suspended: 'able == "yes"'}`, 1)
	for _, test := range []struct {
		why, clocks string
		overlaid    bool
		verdict     check.Verdict
		assumed     string
	}{
		{"nothing is declared: both orders are tried", clocks, false, check.Fails, ""},
		{"what the law excludes is not explored, and is named with its article", clocks + order, false, check.Holds, "decide ends before leave, a art. 7"},
		{"how long a clock is suspended no order says", suspended + order, false, check.Fails, "decide ends before leave, a art. 7"},
		{"an order speaks of the clocks as the law has them", clocks + order, true, check.Fails, ""},
	} {
		head, _, _ := strings.Cut(land, "- {id: decide")
		fsys := fstest.MapFS{
			"pack.yaml":             {Data: []byte("id: t\nversion: \"1\"\nlanguages: [en]\nzone: UTC\nsnapshots: [2020-01-01]\n")},
			"procedures/claim.yaml": {Data: []byte(head + test.clocks)},
			"properties.yaml":       {Data: []byte("- {id: P, never: {when: 'clock(\"leave\").expired && clock(\"decide\").running'}}\n")},
			"overlays/o.yaml":       {Data: []byte("id: o\n" + overlay)},
		}
		p, _ := pack.Load(fsys)
		q := check.Query{Overlays: [][]string{nil}}
		if test.overlaid {
			q.Overlays = [][]string{{"o"}}
		}
		out, err := check.Run(context.Background(), p, q, check.Options{})
		if err != nil || out[0].Verdict != test.verdict || strings.Join(out[0].Assumed, "; ") != test.assumed {
			t.Errorf("%s: %s, taking %q for granted (%s), %v", test.why, out[0].Verdict, out[0].Assumed, out[0].Why, err)
		}
	}
}

// TestVacuous: what no path reaches holds of nobody, and says so, also where the
// search that proved it followed too little to see that.
func TestVacuous(t *testing.T) {
	t.Parallel()
	sealed := strings.Replace(land, "questions:\n", "- {name: pen, values: [held, given], start: [held]}\n- {name: seal, values: [off, on], start: [off]}\nquestions:\n", 1)
	sealed = strings.Replace(sealed, "bars:\n", `- {id: seal_it, when: 'pen == "held"', force: may, set: {seal: "on", pen: given}, by: [court]}
- {id: sign_sealed, when: 'pen == "held" && seal == "on"', force: may, set: {claim: granted}, by: [court]}
bars:
`, 1)
	sealed = strings.Replace(sealed, "force: must, set: {claim: granted}", "force: must, set: {claim: refused}", 1)
	for _, test := range []struct {
		property string
		vacuous  bool
	}{
		{`possible: {where: 'claim == "granted"', goal: 'here in ["yes", "no"]'}`, true},
		{`possible: {where: 'claim == "refused"', goal: 'here in ["yes", "no"]'}`, false},
		{`never: {steps: [ask], when: 'claim == "granted"'}`, true},
		{`until: {after: 'claim == "granted"', never: [ask], before: 'claim == "asked"'}`, true},
		{`until: {after_steps: [sign_sealed], never: [ask], before: 'claim == "asked"'}`, true},
		{`bounded: {from: 'claim == "granted"', to: 'here in ["yes", "no"]', max: 1 year}`, true},
		{`conserved: {entry: [sign_sealed], outcome: [sign_sealed]}`, true},
	} {
		c := cells(t, country(t, sealed, "- {id: P, theme: t, "+test.property+"}\n"))[0]
		if c.Verdict != check.Holds || c.Vacuous != test.vacuous || c.Vacuous != strings.Contains(c.Why, "nothing reaches") {
			t.Errorf("%s: %s, vacuous %v: %s", test.property, c.Verdict, c.Vacuous, c.Why)
		}
	}
}

// TestBoundIsNeverHolds: a search that stops says so.
func TestBoundIsNeverHolds(t *testing.T) {
	t.Parallel()
	p := country(t, land, "- {id: P, theme: t, possible: {where: 'able == \"yes\"', goal: 'claim == \"granted\"'}}\n")
	out, err := check.Run(context.Background(), p, check.Query{}, check.Options{Memory: 1})
	if err != nil || out[0].Verdict != check.Unknown || !out[0].Bound {
		t.Errorf("got %+v, %v", out[0], err)
	}
}

// TestLengthIsAQuestion: where nobody read how long a duty may take, whether the
// wait is bounded is not known, and not a no.
func TestLengthIsAQuestion(t *testing.T) {
	t.Parallel()
	open := strings.Replace(land, "length: 30 days", "length: unknown(q_length)", 1)
	open = strings.Replace(open, "questions:\n", "questions:\n- {id: q_length, basis: [{source: s, says: \"x\", mark: S}]}\n", 1)
	p := country(t, open, "- {id: W1, bounded: {from: 'claim == \"asked\" && age == \"under_18\"', to: 'claim != \"asked\"', max: 2 months}}\n")
	for _, c := range cells(t, p) {
		if c.Verdict != check.Unknown || !slices.Contains(c.Questions, "q_length") {
			t.Errorf("%s, because of %v; want unknown, because of q_length", c.Verdict, c.Questions)
		}
	}
}
