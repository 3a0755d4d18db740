package desk

import (
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/procedure"
)

// pictures draws each procedure that has a picture: the values of one variable
// as boxes where the pack puts them, the steps that change it as arrows. been
// are the steps taken.
func (l law) pictures(who access.Who, been []string) []Picture {
	var out []Picture
	offers := l.offers(who)
	for _, p := range l.snap.Pack.Spec.Procedures {
		v := l.variable(p.Picture)
		if v == nil {
			continue
		}
		out = append(out, l.picture(p, v, offers, been))
	}
	return out
}

func (l law) variable(name string) *procedure.Var {
	i := slices.IndexFunc(l.snap.Pack.Spec.Vars, func(v procedure.Var) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &l.snap.Pack.Spec.Vars[i]
}

func (l law) picture(p procedure.Procedure, v *procedure.Var, offers []StepOffer, been []string) Picture {
	out := Picture{Procedure: p.ID, Lanes: p.Lanes}
	here := l.now.Value(v.Name)
	if here == "" && len(v.Start) > 0 {
		here = v.Start[0]
	}
	reached := map[string]string{here: "here"}
	why := map[string]string{}
	for _, o := range offers {
		to, sets := setting(o, v.Name)
		if !sets {
			continue
		}
		out.Steps = append(out.Steps, PictureStep{ID: o.ID, From: here, To: to, State: arrow(o, been)})
		mark(reached, why, to, o, been)
	}
	for _, value := range v.Values {
		cell, drawn := v.At[value]
		if !drawn {
			continue
		}
		state := reached[value]
		if state == "" {
			state = "closed"
		}
		out.States = append(out.States, PictureState{
			Value: v.Name + "." + value, Lane: max(0, slices.Index(p.Lanes, cell.Lane)), Column: cell.Column, State: state, Why: why[value],
		})
	}
	return out
}

func setting(o StepOffer, name string) (string, bool) {
	for _, c := range o.Sets {
		if c.Var == name {
			return c.To, true
		}
	}
	return "", false
}

// arrow: a step taken is solid, one that may be taken outlined, others grey.
func arrow(o StepOffer, been []string) string {
	switch {
	case slices.Contains(been, o.ID):
		return "been"
	case o.State == string(procedure.Open) || o.State == string(procedure.Unclear):
		return "possible"
	}
	return "closed"
}

// mark keeps the strongest thing known of a state: here, been, possible, closed.
func mark(reached, why map[string]string, to string, o StepOffer, been []string) {
	rank := []string{"", "closed", "possible", "been", "here"}
	state := arrow(o, been)
	if slices.Index(rank, state) > slices.Index(rank, reached[to]) {
		reached[to] = state
	}
	if reached[to] == "closed" && len(o.WhyNot) > 0 && why[to] == "" {
		why[to] = strings.TrimSpace(o.WhyNot[0].Key)
	}
}
