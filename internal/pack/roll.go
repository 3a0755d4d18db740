package pack

import "slices"

// Roll is a list that bodies keep of the persons who came to them by a step and
// left by another, in rolls.yaml: a centre's children, a school's. It is made so
// that nobody on it is lost: who came is there, or left with an outcome, or stands
// among those of whom nobody said where they went. It is the product's, and no
// verdict of the checker reads it. Wording is roll.ID, and roll.ID.X for each of
// its stages and wants.
type Roll struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"`
	// Kinds of body keep one: of those whom they took in, or were named to receive.
	Kinds []string `yaml:"kinds"`
	// Watch is kinds of body that see who is on the rolls of their region, as far
	// as they may open the file anyhow.
	Watch []string `yaml:"watch"`
	// Enters is steps with which a person comes, Leaves those that say where she went.
	Enters []string `yaml:"enters"`
	Leaves []string `yaml:"leaves"`
	// Inside is a guard that holds while she is there.
	Inside string `yaml:"inside"`
	// Stages is how those inside are told apart; the first whose guard holds.
	Stages []RollPart `yaml:"stages"`
	// Report is steps by which somebody inside is said to be missed, Lost those that
	// may be taken for one of whom nobody said where she went.
	Report []string `yaml:"report"`
	Lost   []string `yaml:"lost"`
	// Wants is what is missing of somebody, with the steps that mend it.
	Wants []RollPart `yaml:"wants"`
	// Clock is the longest time that she may be there.
	Clock string  `yaml:"clock"`
	Basis []Basis `yaml:"basis"`
}

// RollPart is a stage, or something that is missing, of those on a roll: When is a
// guard over the situation, Steps what can be done.
type RollPart struct {
	ID    string   `yaml:"id"`
	When  string   `yaml:"when"`
	Steps []string `yaml:"steps"`
}

// guards are the conditions of a roll, each as it is written.
func (r *Roll) guards() []string {
	out := []string{r.Inside}
	for _, p := range slices.Concat(r.Stages, r.Wants) {
		out = append(out, p.When)
	}
	return out
}

// rolls: a roll is kept by kinds of body there are, begins and ends with steps
// there are, no step of which does both, and says when somebody is there.
func (l *linter) rolls() {
	for i := range l.Rolls {
		r := &l.Rolls[i]
		whose := "roll " + r.ID
		l.referAll(r.Pos, whose, slices.Concat(r.Kinds, r.Watch), l.known.kinds)
		l.referAll(r.Pos, whose, slices.Concat(r.Enters, r.Leaves, r.Report, r.Lost), l.known.steps)
		if r.Clock != "" {
			l.refer(r.Pos, whose, r.Clock, l.known.clocks)
		}
		for _, p := range slices.Concat(r.Stages, r.Wants) {
			l.referAll(r.Pos, whose, p.Steps, l.known.steps)
		}
		if len(r.Kinds) == 0 || len(r.Enters) == 0 || len(r.Leaves) == 0 {
			l.add(r.Pos, "roll.empty", "write kinds:, enters: and leaves:", "%s does not say who keeps it, or how a person comes and leaves", whose)
		}
		if slices.Contains(r.guards(), "") {
			l.add(r.Pos, "roll.when", "write inside:, and when: for each stage and want", "%s does not say when somebody is there, or at which stage", whose)
		}
		if slices.ContainsFunc(r.Enters, func(s string) bool { return slices.Contains(r.Leaves, s) }) {
			l.add(r.Pos, "roll.both", "leave the step in one of them", "%s has a step by which a person both comes and leaves", whose)
		}
	}
}
