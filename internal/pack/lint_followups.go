package pack

import (
	"slices"

	"pana/internal/procedure"
)

// followUps: a person is asked after a step there is or a leaving, by kinds of body
// there are, after lengths that can be counted, on a purpose she can say no to.
func (l *linter) followUps() {
	for i := range l.FollowUps {
		f := &l.FollowUps[i]
		whose := "follow-up " + f.ID
		l.referAll(f.Pos, whose, f.After, l.known.steps)
		l.referAll(f.Pos, whose, f.Kinds, l.known.kinds)
		if l.Purpose(f.Consent) == nil {
			l.add(f.Pos, "followup.consent", "write consent: with a purpose of consents.yaml", "%s asks on no purpose to which somebody could say no", whose)
		}
		if len(f.After) == 0 && !f.Leaving || len(f.Kinds) == 0 || len(f.At) == 0 {
			l.add(f.Pos, "followup.empty", "write after: or leaving:, kinds: and at:", "%s does not say after what, by whom or when", whose)
		}
		if slices.ContainsFunc(f.At, func(after string) bool {
			n, err := procedure.ParseLength(after)
			return err != nil || n.Question != ""
		}) {
			l.add(f.Pos, "followup.at", "write lengths like 1 month or 10 working days", "%s is asked after something that is no length", whose)
		}
	}
}
