package casework

import (
	"slices"
	"strconv"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// Results of a screening. Others may stand in a pack.
const (
	ResultPresumed    = "presumed"
	ResultNotScreened = "not_screened"
	ResultNone        = "none"
)

// Screening says which indicators counted and which rule fired. It never
// scores a person: it names a rule of the pack.
type Screening struct {
	Result     string            `json:"result"`
	Rule       string            `json:"rule,omitempty"` // id of the case rule that fired
	Dimensions []DimensionResult `json:"dimensions,omitempty"`
	Child      bool              `json:"child,omitempty"`
	ByDoubt    bool              `json:"by_doubt,omitempty"` // child's path because the age is not sure
}

// DimensionResult is one dimension with the indicators that counted.
type DimensionResult struct {
	Set      string             `json:"set"`
	Positive bool               `json:"positive,omitempty"`
	Rule     string             `json:"rule,omitempty"` // id of the score rule, when positive
	Counted  []CountedIndicator `json:"counted,omitempty"`
}

// CountedIndicator is an indicator with the weight it had for this person.
type CountedIndicator struct {
	ID     string `json:"id"`
	Weight string `json:"weight"`
}

// Screen adds up indicators by the pack's criteria and names the rule that
// fired. No indicator at all is not a finding: nobody has screened.
func Screen(c pack.Criteria, child bool, indicators []string) Screening {
	s := Screening{Result: ResultNotScreened, Child: child}
	if len(indicators) == 0 {
		return s
	}
	schema := procedure.Schema{}
	positive := map[string]string{}
	for _, set := range c.Sets {
		d := dimension(c.Rules, set, child, indicators)
		s.Dimensions = append(s.Dimensions, d)
		schema[d.Set] = procedure.Bool
		positive[d.Set] = strconv.FormatBool(d.Positive)
	}
	s.Result = ResultNone
	for _, rule := range c.Cases {
		if rule.For == "adult" && child || rule.For == "child" && !child {
			continue
		}
		// A guard that does not compile holds for nobody; lint has said so.
		if guard, _ := procedure.CompileGuard(rule.When, schema); guard.Eval(positive) {
			s.Result, s.Rule = rule.Result, rule.ID
			return s
		}
	}
	return s
}

func dimension(rules []pack.ScoreRule, set pack.IndicatorSet, child bool, indicators []string) DimensionResult {
	d := DimensionResult{Set: set.ID}
	count := map[string]int{}
	for _, i := range set.Indicators {
		weight := i.Adult
		if child {
			weight = i.Child
		}
		if !slices.Contains(indicators, i.ID) && !slices.Contains(indicators, set.ID+"."+i.ID) || weight == "" || weight == "none" {
			continue
		}
		d.Counted = append(d.Counted, CountedIndicator{i.ID, weight})
		count[weight]++
	}
	for _, r := range rules {
		rest := count["medium"] + count["weak"] - r.Medium - r.Weak
		if count["strong"] >= r.Strong && count["medium"] >= r.Medium && count["weak"] >= r.Weak && rest >= r.MediumOrWeak {
			d.Positive, d.Rule = true, r.ID
			return d
		}
	}
	return d
}

// Screens says whether the signs of the criteria are asked with a step.
func Screens(p *pack.Pack, step string) bool {
	h := p.HandlingOf(step)
	return h != nil && h.Screens
}

// saysSigns holds a step that screens to an answer: signs that were seen, or that
// somebody looked and saw none. A form sent empty screens nobody.
func (in TakeStepInput) saysSigns(m Moment) error {
	if !Screens(m.Laws.Pack(), in.Step) {
		return nil
	}
	var f fields
	f.each("indicators", in.Indicators, func(i string) bool { return knownIndicator(m.Laws.Pack().Criteria, i) })
	switch {
	case len(in.Indicators) == 0 && !in.NoSigns:
		f.add("no_signs", CodeSigns)
	case len(in.Indicators) > 0 && in.NoSigns:
		f.add("no_signs", CodeSignsBoth)
	}
	return fault.Form(f...)
}

// screen keeps the signs seen with a step that screens, and takes with it what
// the criteria take with a first concern: who is presumed a victim by them is
// presumed at once, whoever met her and however many were met with her.
func (b *builder) screen(f *File, model *procedure.Model, in TakeStepInput, t StepTaken, after procedure.Situation) procedure.Situation {
	p := b.m.Laws.Pack()
	if !Screens(p, in.Step) {
		return after
	}
	s := Screen(p.Criteria, f.Child(), in.Indicators)
	if in.NoSigns && len(in.Indicators) == 0 {
		s.Result = ResultNone
	}
	s.ByDoubt = s.Child && f.AgeKnown == AgeNotSure
	b.add(CompartmentCore, Screened{in.Indicators, s})
	afraid := slices.ContainsFunc(p.Spec.Facts, func(fact procedure.Fact) bool {
		return fact.From == fromConcern+"fear" && t.Facts[fact.Name] == "yes"
	})
	return b.follow(model, after, s, afraid)
}
