package desk

import (
	"slices"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// States of a box and of an arrow in a picture of the law alone, where nobody is.
const (
	onPath  = "been"     // the story passes here
	pathEnd = "path_end" // and ends here
	offPath = "off_path"
	plain   = "plain" // no story is told
)

// lawPicture draws a procedure of a compiled law. walked are the values that
// the picture's variable has in turn, taken the steps of the story.
func lawPicture(p *pack.Pack, m *procedure.Model, of procedure.Procedure, walked, taken []string) (Picture, bool) {
	i := slices.IndexFunc(p.Spec.Vars, func(v procedure.Var) bool { return v.Name == of.Picture })
	if i < 0 {
		return Picture{}, false
	}
	v := p.Spec.Vars[i]
	out := Picture{Procedure: of.ID, Lanes: of.Lanes}
	for _, value := range v.Values {
		cell, drawn := v.At[value]
		if !drawn {
			continue
		}
		out.States = append(out.States, PictureState{
			Value: v.Name + "." + value, Lane: max(0, slices.Index(of.Lanes, cell.Lane)), Column: cell.Column, State: onWalk(walked, value),
		})
	}
	for _, s := range m.Steps() {
		to, sets := s.Set[v.Name]
		if !sets {
			continue
		}
		for _, from := range p.Spec.LeadsFrom(s.When, v) {
			state := offPath
			switch {
			case len(taken) == 0:
				state = plain
			case slices.Contains(taken, s.ID) && follows(walked, from, to):
				state = onPath
			}
			if from != to {
				out.Steps = append(out.Steps, PictureStep{ID: s.ID, From: from, To: to, State: state})
			}
		}
	}
	return out, len(out.States) > 0
}

func onWalk(walked []string, value string) string {
	switch {
	case len(walked) == 0:
		return plain
	case len(walked) > 1 && walked[len(walked)-1] == value:
		return pathEnd
	case len(walked) > 1 && slices.Contains(walked, value):
		return onPath
	}
	return offPath
}

func follows(walked []string, from, to string) bool {
	for i := 1; i < len(walked); i++ {
		if walked[i-1] == from && walked[i] == to {
			return true
		}
	}
	return false
}
