package pack

var paperKinds = words("kind of paper", "certificate referral")

// papers: a paper is of steps there are, each of which has one; it ends with a
// clock there is. What a decision against somebody says stands in the step, so
// that no row can say less.
func (l *linter) papers() {
	of := map[string]string{}
	for i := range l.Papers {
		p := &l.Papers[i]
		whose := "paper " + p.ID
		l.refer(p.Pos, whose, p.Kind, paperKinds)
		l.referAll(p.Pos, whose, p.Steps, l.known.steps)
		l.refer(p.Pos, whose, p.Valid, l.known.clocks)
		if p.Kind == "" || len(p.Steps) == 0 {
			l.add(p.Pos, "paper.empty", "write kind: and steps:", "%s says not what it is, or after which steps it is handed over", whose)
		}
		for _, step := range p.Steps {
			if other := of[step]; other != "" {
				l.add(p.Pos, "paper.twice", "leave the step in one of them", "after %s both %s and %s are handed over", step, other, p.ID)
			}
			of[step] = p.ID
		}
	}
	for _, s := range l.Spec.Steps {
		if s.Adverse != nil && of[s.ID] != "" {
			l.add(s.Pos, "paper.adverse", "take the step out of the paper's steps", "%s is a decision against a person, whose paper is made of the step; %s would stand in its place", s.ID, of[s.ID])
		}
	}
}
