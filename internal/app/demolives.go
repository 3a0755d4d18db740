package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// demoLife is one hand-written life of the pack's demo/lives.yaml.
type demoLife struct {
	ID          string        `yaml:"id"`
	From        string        `yaml:"from"`
	FoundBy     string        `yaml:"found_by"`
	Ago         float64       `yaml:"ago"` // hours
	CallName    string        `yaml:"call_name"`
	Names       []demoName    `yaml:"names"`
	Age         int           `yaml:"age"`
	AgeKnown    string        `yaml:"age_known"`
	Sex         string        `yaml:"sex"`
	Citizenship string        `yaml:"citizenship"`
	Language    string        `yaml:"language"`
	Region      string        `yaml:"region"`
	Safety      string        `yaml:"safety"`
	Fear        string        `yaml:"fear"`
	Children    string        `yaml:"children"`
	Needs       []string      `yaml:"needs"`
	Indicators  []string      `yaml:"indicators"`
	Result      string        `yaml:"result"`
	Acts        []demoLifeAct `yaml:"acts"`
}

type demoName struct {
	Script string `yaml:"script"`
	Full   string `yaml:"full"`
	Use    string `yaml:"use"`
}

type demoLifeAct struct {
	After    float64           `yaml:"after"` // hours after the concern
	By       string            `yaml:"by"`    // a body's slug, or person
	Do       string            `yaml:"do"`
	Step     string            `yaml:"step"`
	Adverse  bool              `yaml:"adverse"`
	With     map[string]string `yaml:"with"`
	To       []string          `yaml:"to"`
	Service  string            `yaml:"service"`
	Priority string            `yaml:"priority"`
	Reason   string            `yaml:"reason"`
	Purpose  string            `yaml:"purpose"`
	Answer   string            `yaml:"answer"`
	Right    string            `yaml:"right"`
	State    string            `yaml:"state"`
}

// lives are the deeds of the hand-written lives.
func (s *seeder) lives(now time.Time) (out []deed) {
	for n, life := range s.t.data.Lives {
		out = append(out, s.life(n, life, now)...)
	}
	return out
}

func (s *seeder) life(n int, life demoLife, now time.Time) []deed {
	opened := now.Add(-time.Duration(life.Ago * float64(time.Hour)))
	r := seeded(uint64(n))
	p := &person{n: n, r: r, file: id.From[id.File](opened, source{r}), finder: s.t.workers[life.FoundBy], region: life.Region, country: life.Citizenship, sex: life.Sex, needs: life.Needs}
	consent := "yes"
	if life.AgeKnown != casework.AgeAdult {
		consent = "child"
	}
	in := desk.ConcernInput{
		Key: p.key("concern"), File: p.file, Safety: life.Safety, Age: strconv.Itoa(life.Age), AgeKnown: life.AgeKnown, Sex: life.Sex, Language: life.Language,
		CallName: withheld.New(life.CallName), Needs: life.Needs, Consent: consent, Indicators: life.Indicators, Fear: life.Fear,
		Citizenship: life.Citizenship, Region: life.Region, Children: life.Children,
	}
	deeds := []deed{s.doing(p, opened, "life "+life.ID, func(ctx context.Context, d *desk.Desk) error {
		_, err := d.RecordConcern(ctx, p.finder, in)
		return err
	}), s.doing(p, opened.Add(time.Minute), "life "+life.ID+" identity", func(ctx context.Context, d *desk.Desk) error {
		return addNames(ctx, d, p, lifeNames(p, life, now))
	})}
	referral := &asked{}
	for i, act := range life.Acts {
		at := opened.Add(2*time.Minute + time.Duration(act.After*float64(time.Hour)) + time.Duration(i)*time.Second)
		if at.Before(now) {
			deeds = append(deeds, s.lifeAct(p, life, act, referral, i, at))
		}
	}
	return deeds
}

func lifeNames(p *person, life demoLife, now time.Time) (out []desk.IdentityInput) {
	for i, name := range life.Names {
		in := desk.IdentityInput{
			Key: p.key("name-" + strconv.Itoa(i)), File: p.file, Name: withheld.New(name.Full), Script: name.Script, Use: name.Use,
			Sex: life.Sex, Citizenship: withheld.New(life.Citizenship),
		}
		if i == 0 {
			in.Born, in.BornAbout = withheld.New(strconv.Itoa(now.Year()-life.Age)), true
		}
		out = append(out, in)
	}
	return out
}

// asked is the referral that a life's later acts answer.
type asked struct {
	id id.Referral
}

func (s *seeder) lifeAct(p *person, life demoLife, act demoLifeAct, referral *asked, n int, at time.Time) deed {
	who, ok := s.t.workers[act.By]
	if !ok {
		who = p.finder
	}
	what := "life " + life.ID + " " + act.Do + " " + act.Step
	key := p.key("act-" + strconv.Itoa(n))
	if act.Do == "step" || act.Do == "irregular" {
		step := demoAct{Step: act.Step, Adverse: act.Adverse, Irregular: act.Do == "irregular", Fields: act.With}
		return s.stepBy(p, at, what, who, s.stepInput(p, n, at, step))
	}
	return s.doing(p, at, what, func(ctx context.Context, d *desk.Desk) error {
		return s.answer(ctx, d, p, who, act, referral, key)
	})
}

// answer does what is not a step: referrals and what becomes of them, consent, rights.
func (s *seeder) answer(ctx context.Context, d *desk.Desk, p *person, who access.Who, act demoLifeAct, referral *asked, key string) (err error) {
	in := desk.AnswerInput{Key: key, Referral: referral.id, Reason: act.Reason}
	switch act.Do {
	case "refer":
		return s.refer(ctx, d, p, who, act, referral, key)
	case "accept":
		in.Place = s.freePlace(who)
		_, err = d.Accept(ctx, who, in)
	case "refuse":
		_, err = d.Refuse(ctx, who, in)
	case "arrive":
		_, err = d.Arrived(ctx, who, in)
	case "withdraw":
		_, err = d.Withdraw(ctx, who, in)
	case "consent":
		answer := act.Answer
		if answer == "child" {
			answer = "yes"
		}
		_, err = d.GiveConsent(ctx, who, desk.ConsentInput{Key: key, File: p.file, Purpose: act.Purpose, Answer: answer})
	case "right":
		_, err = d.RecordRight(ctx, who, desk.RightInput{Key: key, File: p.file, Right: act.Right, State: act.State})
	default:
		return fault.New(fault.Invalid, "demo.unknown_act")
	}
	return err
}

func (s *seeder) refer(ctx context.Context, d *desk.Desk, p *person, who access.Who, act demoLifeAct, referral *asked, key string) error {
	in := desk.ReferInput{Key: key, File: p.file, Needs: p.needs, Priority: act.Priority, Health: []string{"none"}, Children: "0"}
	for _, slug := range act.To {
		in.Services = append(in.Services, s.t.offers[slug+"/"+act.Service]...)
	}
	receipt, err := d.Refer(ctx, who, in)
	referral.id = id.Referral(receipt.Args["referral"])
	return err
}

// freePlace is a place of the worker's body, if it has any.
func (s *seeder) freePlace(who access.Who) id.Place {
	for slug, w := range s.t.workers {
		if w.Body == who.Body && len(s.t.places[slug]) > 0 {
			return s.t.places[slug][0]
		}
	}
	return ""
}

// referral is what became of a seeded file's referral, drawn from the shares.
// Beds are kept for the hand-written lives: services without beds answer these.
func (s *seeder) referral(p *person, at time.Time, outcome string) []deed {
	if outcome == "none" || len(s.services(p.region)) == 0 {
		return nil
	}
	slugs := s.services(p.region)
	act := demoLifeAct{Service: "", Priority: "normal", To: slugs[:min(len(slugs), 1+p.r.IntN(3))]}
	first := s.t.workers[act.To[0]]
	referral := &asked{}
	out := []deed{s.doing(p, at, "refer", func(ctx context.Context, d *desk.Desk) error {
		return s.referAny(ctx, d, p, act, referral)
	})}
	then := func(after time.Duration, do string, reason string, who access.Who) {
		out = append(out, s.doing(p, at.Add(after), do, func(ctx context.Context, d *desk.Desk) error {
			return s.answer(ctx, d, p, who, demoLifeAct{Do: do, Reason: reason}, referral, p.key(do))
		}))
	}
	switch outcome {
	case "accepted":
		then(time.Duration(1+p.r.IntN(40))*time.Hour, "accept", "", first)
		then(time.Duration(42+p.r.IntN(40))*time.Hour, "arrive", "", first)
	case "refused":
		then(time.Duration(1+p.r.IntN(40))*time.Hour, "refuse", one(p.r, s.reasons()), first)
		then(90*time.Hour, "withdraw", "", p.finder)
	case "withdrawn", "unanswered", "open":
		then(time.Duration(60+p.r.IntN(100))*time.Hour, "withdraw", "", p.finder)
	}
	return out
}

func (s *seeder) referAny(ctx context.Context, d *desk.Desk, p *person, act demoLifeAct, referral *asked) error {
	in := desk.ReferInput{Key: p.key("refer"), File: p.file, Needs: p.needs, Priority: act.Priority, Health: []string{"none"}, Children: "0"}
	for _, slug := range act.To {
		if service, ok := s.bedless(slug); ok {
			in.Services = append(in.Services, service)
		}
	}
	receipt, err := d.Refer(ctx, p.finder, in)
	referral.id = id.Referral(receipt.Args["referral"])
	return err
}

// services are the slugs of bodies of a region with a service without beds.
func (s *seeder) services(region string) (out []string) {
	for _, b := range s.t.data.Bodies {
		if _, ok := s.bedless(b.ID); ok && b.Region == region {
			out = append(out, b.ID)
		}
	}
	return out
}

func (s *seeder) bedless(slug string) (id.Service, bool) {
	i := slices.IndexFunc(s.t.data.Bodies, func(b demoBody) bool { return b.ID == slug })
	for _, offer := range s.t.data.Bodies[i].Services {
		if len(offer.Places) == 0 {
			return s.t.offers[slug+"/"+offer.Type][0], true
		}
	}
	return "", false
}

func (s *seeder) reasons() (out []string) {
	for _, r := range s.d.pack.Refusals {
		out = append(out, r.ID)
	}
	return out
}
