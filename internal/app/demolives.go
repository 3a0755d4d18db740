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
	With     map[string]string `yaml:"with"`
	To       []string          `yaml:"to"`
	Service  string            `yaml:"service"`
	Needs    []string          `yaml:"needs"` // of a referral, when not all of the person's
	Priority string            `yaml:"priority"`
	Reason   string            `yaml:"reason"`
	Purpose  string            `yaml:"purpose"`
	Answer   string            `yaml:"answer"`
	Right    string            `yaml:"right"`
	State    string            `yaml:"state"`
	NoSigns  bool              `yaml:"no_signs"` // who screened looked, and saw none
}

// lives are the deeds of the hand-written lives, of so many at most.
func (s *seeder) lives(now time.Time, most int) (out []deed) {
	for n, life := range s.t.data.Lives[:min(most, len(s.t.data.Lives))] {
		out = append(out, s.life(n, life, now)...)
	}
	return out
}

func (s *seeder) life(n int, life demoLife, now time.Time) []deed {
	opened := now.Add(-time.Duration(life.Ago * float64(time.Hour)))
	r := seeded(uint64(n))
	p := &person{n: n, r: r, file: id.From[id.File](opened, source{r}), finder: s.t.workers[life.FoundBy], region: life.Region, country: life.Citizenship, sex: life.Sex, language: life.Language, child: life.AgeKnown != casework.AgeAdult, children: life.Children, needs: life.Needs}
	s.d.lives = append(s.d.lives, p.file)
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

// later says whether a step is taken in this life.
func (l demoLife) later(step string) bool {
	return slices.ContainsFunc(l.Acts, func(a demoLifeAct) bool { return a.Step == step })
}

// by is who acts: the first worker of a body, a worker by login, or for the
// person herself the worker who stands beside her and wrote it down.
func (s *seeder) by(p *person, name string) access.Who {
	if who, ok := s.t.workers[name]; ok {
		return who
	}
	return p.finder
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
	who := s.by(p, act.By)
	what := "life " + life.ID + " " + act.Do + " " + act.Step
	key := p.key("act-" + strconv.Itoa(n))
	if act.Do == "step" || act.Do == "irregular" {
		step := demoAct{Step: act.Step, Irregular: act.Do == "irregular", Fields: act.With}
		in := s.stepInput(p, n, at, step)
		in.NoSigns = act.NoSigns
		if len(act.To) > 0 {
			in.To = s.t.bodies[act.To[0]]
		}
		if life.later(act.Step + "_understood") {
			in.Understood = "" // the person understood it on another day, which is an act of its own
		}
		return s.stepBy(p, at, what, who, in)
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
		in.Place = s.placeFor(p, who)
		_, err = d.Accept(ctx, who, in)
	case "refuse":
		_, err = d.Refuse(ctx, who, in)
	case "arrive":
		_, err = d.Arrived(ctx, who, in)
	case "leave":
		_, err = d.Left(ctx, who, in)
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
	if len(act.Needs) > 0 {
		in.Needs = act.Needs
	}
	p.bedded = false
	for _, slug := range act.To {
		p.bedded = p.bedded || s.t.bedded[slug+"/"+act.Service]
		in.Services = append(in.Services, s.t.offers[slug+"/"+act.Service]...)
	}
	if p.children != "" {
		in.Children = p.children
	}
	receipt, err := d.Refer(ctx, who, in)
	if err != nil {
		return err
	}
	referral.id = id.Referral(receipt.Args["referral"])
	return s.willRing(ctx, p, referral.id)
}
