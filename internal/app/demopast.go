package app

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// person is one invented person with the file's ids.
type person struct {
	n       int
	r       *rand.Rand
	file    id.File
	finder  access.Who
	region  string
	country string
	sex     string
	needs   []string

	language, children string
	child              bool
	bedded             bool // asked for a bed: one is held when a shelter accepts
}

// key makes an act happen once in a file.
func (p *person) key(act string) string { return "seed/" + string(p.file) + "/" + act }

// invent makes the past of one file from the published shares.
func (s *seeder) invent(n int, now time.Time) []deed {
	r := seeded(uint64(n))
	path := s.t.data.path(s.draw("status", r))
	opened := now.Add(-path.ago(r))
	p := s.person(n, r, opened)
	in, names := s.concern(p, path)
	p.needs = in.Needs
	deeds := []deed{s.doing(p, opened, "concern", func(ctx context.Context, d *desk.Desk) error {
		_, err := d.RecordConcern(ctx, p.finder, in)
		return err
	}), s.doing(p, opened.Add(5*time.Minute), "identity", func(ctx context.Context, d *desk.Desk) error {
		return addNames(ctx, d, p, names)
	})}
	deeds = append(deeds, s.referral(p, path, opened.Add(10*time.Minute), s.draw("referral", r))...)
	at := opened.Add(time.Hour)
	for i, act := range path.Acts {
		at = at.Add(time.Duration(act.After+r.IntN(72)) * time.Hour)
		deeds = append(deeds, s.step(p, i, at, act))
	}
	return deeds
}

// ago is how long before now a file of this path begins.
func (p demoPath) ago(r *rand.Rand) time.Duration {
	hours := int((seedStart - 30*24*time.Hour) / time.Hour)
	if p.Within > 0 {
		hours = p.Within
	}
	return time.Duration(2+r.IntN(hours)) * time.Hour
}

func (s *seeder) draw(list string, r *rand.Rand) string { return s.t.data.Dist[list].Shares.pick(r) }

func (s *seeder) doing(p *person, at time.Time, what string, do func(context.Context, *desk.Desk) error) deed {
	return deed{at: at, file: p.n, what: what, do: do}
}

func (s *seeder) person(n int, r *rand.Rand, opened time.Time) *person {
	p := &person{n: n, r: r, region: s.draw("region", r), country: s.draw("citizenship", r), file: id.From[id.File](opened, source{r})}
	p.finder = s.worker(s.draw("found_by", r), p.region, n)
	return p
}

// seeded gives the same numbers for the same file in every run.
func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(2026, n)) }

type source struct{ r *rand.Rand }

func (s source) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.r.Uint64())
	}
	return len(b), nil
}

// worker is somebody of a kind of body, of the region when there is one, whose turn
// the file of this number is.
func (s *seeder) worker(kind, region string, file int) access.Who {
	slugs := s.t.byKind[kind]
	if len(slugs) == 0 {
		return access.Who{}
	}
	at := slices.IndexFunc(slugs, func(slug string) bool { return s.t.workers[slug].Region == region })
	return s.t.workers[s.t.turn(slugs[max(at, 0)], file)]
}

// concern is the first concern's answers, and the names that come to be known.
func (s *seeder) concern(p *person, path demoPath) (desk.ConcernInput, []desk.IdentityInput) {
	r := p.r
	who := s.draw("sex_age", r)
	for path.Adults && (who == "girl" || who == "boy") {
		who = s.draw("sex_age", r)
	}
	p.sex = map[string]string{"man": "male", "boy": "male"}[who]
	if p.sex == "" {
		p.sex = "female"
	}
	age, known := 18+r.IntN(37), casework.AgeAdult
	if who == "girl" || who == "boy" {
		switch s.draw("age_child", r) {
		case "under_14":
			age, known = 7+r.IntN(7), casework.AgeUnder18
		case "under_18":
			age, known = 14+r.IntN(4), casework.AgeUnder18
		default:
			age, known = 15+r.IntN(4), casework.AgeNotSure
		}
	}
	consent := "yes"
	if known != casework.AgeAdult {
		consent = "child"
	}
	p.child = known != casework.AgeAdult
	p.language = s.t.data.Dist["language"].By[p.country].pick(r)
	names := s.names(p, age)
	in := desk.ConcernInput{
		Key: p.key("concern"), File: p.file, Safety: one(r, path.Safety), Age: strconv.Itoa(age), AgeKnown: known, Sex: p.sex,
		Language: p.language, Needs: one(r, path.Needs), Consent: consent,
		Indicators: one(r, path.Indicators), Fear: one(r, []string{"yes", "no", "not_sure"}), Citizenship: p.country, Region: p.region, Children: "0",
	}
	if len(names) > 0 {
		in.CallName = withheld.New(strings.Fields(names[0].Name.Reveal())[1])
	}
	return in, names
}

// names are an invented name as told.
func (s *seeder) names(p *person, age int) []desk.IdentityInput {
	n, ok := s.t.data.Names[p.country]
	if !ok {
		n = s.t.data.Names["other"]
	}
	given := n.Male
	if p.sex == "female" {
		given = n.Female
	}
	full := one(p.r, n.Surname[p.sex]) + " " + one(p.r, given)
	return []desk.IdentityInput{{
		Key: p.key("name"), File: p.file, Name: withheld.New(full), Script: "cyrl", Use: "given", Sex: p.sex,
		Born: withheld.New(strconv.Itoa(s.d.clock.Now().Year() - age)), BornAbout: true, Citizenship: withheld.New(p.country),
	}}
}

func addNames(ctx context.Context, d *desk.Desk, p *person, names []desk.IdentityInput) error {
	for _, in := range names {
		if _, err := d.AddIdentity(ctx, p.finder, in); err != nil {
			return err
		}
	}
	return nil
}

// step is one step of the pack by a worker of the kind that takes it.
func (s *seeder) step(p *person, n int, at time.Time, act demoAct) deed {
	who := p.finder
	if act.By != "person" {
		who = s.worker(act.By, p.region, p.n)
	}
	return s.stepBy(p, at, "step "+act.Step, who, s.stepInput(p, n, at, act))
}

func (s *seeder) stepInput(p *person, n int, at time.Time, act demoAct) desk.StepInput {
	in := desk.StepInput{Key: p.key("step-" + strconv.Itoa(n)), File: p.file, Step: act.Step, Irregular: act.Irregular, Fields: map[string]withheld.Text{}}
	if act.To != "" {
		in.To = s.worker(act.To, p.region, p.n).Body
	}
	for name, value := range act.Fields {
		in.Fields[name] = withheld.New(value)
	}
	if s.adverse(act.Step, at) {
		in.Reasons, in.Language = withheld.New("Invented reasons of a demonstration."), p.language
		in.Understood = at.In(s.d.pack.Location()).Format("2006-01-02T15:04")
	}
	return in
}

// adverse says whether the law of the day asks this step for reasons and notice.
func (s *seeder) adverse(step string, at time.Time) bool {
	known := s.stepOn(step, at)
	return known != nil && known.Adverse != nil
}

// stepOn is a step as the law of a day has it, or nil.
func (s *seeder) stepOn(step string, at time.Time) *procedure.Step {
	snap, err := s.d.laws.On(at)
	if err != nil || snap.Model == nil {
		return nil
	}
	return snap.Model.Step(step)
}

func (s *seeder) stepBy(p *person, at time.Time, what string, who access.Who, in desk.StepInput) deed {
	return s.doing(p, at, what, func(ctx context.Context, d *desk.Desk) error {
		if casework.OfTwo(s.d.laws, in.Step) && !in.Irregular {
			return s.byTwo(ctx, d, who, in)
		}
		_, err := d.TakeStep(ctx, who, in)
		return err
	})
}

// byTwo has a worker propose a step and a colleague confirm it.
func (s *seeder) byTwo(ctx context.Context, d *desk.Desk, who access.Who, in desk.StepInput) error {
	understood := in.Understood
	in.Understood = ""
	if _, err := d.Propose(ctx, who, in); err != nil {
		return err
	}
	second := s.t.colleague(who)
	v, err := d.Proposal(ctx, second, in.File, in.Step)
	if err != nil {
		return err
	}
	_, err = d.Confirm(ctx, second, desk.ConfirmInput{
		Key: in.Key + "/second", File: in.File, Step: in.Step, Seq: v.Seq, Version: v.Form.Version, Understood: understood,
	})
	return err
}

func one[T any](r *rand.Rand, list []T) (v T) {
	if len(list) == 0 {
		return v
	}
	return list[r.IntN(len(list))]
}
