package app

import (
	"context"
	"fmt"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
)

// What stands beside people's files, of the pack's demo/cases.yaml and demo/doors.yaml,
// is done at the desk by the workers named, as everything of the demonstration is.

// demoCase is a case that runs beside the files, on one of the pack's tracks.
type demoCase struct {
	Track    string        `yaml:"track"`
	By       string        `yaml:"by"`      // a worker's login
	Ago      int           `yaml:"ago"`     // hours before now when it was registered
	ActAgo   int           `yaml:"act_ago"` // days before that: the act
	Articles []string      `yaml:"articles"`
	Accused  []demoAccused `yaml:"accused"`
	Acts     []demoCaseAct `yaml:"acts"`
}

type demoAccused struct {
	N   string `yaml:"n"`
	Sex string `yaml:"sex"`
	Age string `yaml:"age"`
}

type demoCaseAct struct {
	After   int    `yaml:"after"` // hours after it was registered
	By      string `yaml:"by"`    // who began it, when it is not said
	Do      string `yaml:"do"`
	Step    string `yaml:"step"`
	Reasons string `yaml:"reasons"`
	Money   string `yaml:"money"`
	Sum     string `yaml:"sum"`
	Life    string `yaml:"life"` // of demo/lives.yaml, whose file is added
}

// demoDoor is a household that a campaign came to.
type demoDoor struct {
	Operation string     `yaml:"operation"`
	By        string     `yaml:"by"`
	Ago       int        `yaml:"ago"` // hours before now
	Outcome   string     `yaml:"outcome"`
	AgainIn   int        `yaml:"again_in"` // days after the visit; 0: nobody comes again
	Area      string     `yaml:"area"`
	Address   string     `yaml:"address"`
	Lines     []demoLine `yaml:"lines"`
	Files     int        `yaml:"files"` // how many of the lines get a file with the visit
}

type demoLine struct {
	State   string            `yaml:"state"`
	Name    string            `yaml:"name"`
	Sex     string            `yaml:"sex"`
	Age     string            `yaml:"age"`
	Kin     string            `yaml:"kin"`
	Consent string            `yaml:"consent"`
	Said    map[string]string `yaml:"said"`
}

// besideLane and doorLane are where the deeds of the first case and of the first
// household stand, apart from all files and calls.
const (
	besideLane = -1_000_000
	doorLane   = -2_000_000
)

// atDoors is how many files the households' visits open.
func (d *demoData) atDoors() (n int) {
	for _, door := range d.Doors {
		n += door.Files
	}
	return n
}

// beside are the deeds of the cases and of the households.
func (s *seeder) beside(now time.Time) (out []deed) {
	for n, c := range s.t.data.Cases {
		out = append(out, s.caseBeside(c, n, now)...)
	}
	for n, door := range s.t.data.Doors {
		out = append(out, s.door(door, n, now))
	}
	return out
}

func (s *seeder) caseBeside(c demoCase, n int, now time.Time) []deed {
	at := now.Add(-time.Duration(c.Ago) * time.Hour)
	track := id.From[id.Track](at, source{seeded(uint64(10_000 + n))})
	in := desk.TrackInput{
		Key: fmt.Sprint("seed-case-", n), Track: track, Kind: c.Track, Articles: c.Articles,
		ActOn: at.AddDate(0, 0, -c.ActAgo).Format(time.DateOnly),
	}
	for _, a := range c.Accused {
		in.Accused = append(in.Accused, desk.AccusedRow(a))
	}
	out := []deed{{at: at, file: besideLane - n, what: fmt.Sprint("case ", n), do: func(ctx context.Context, d *desk.Desk) error {
		_, err := d.OpenTrack(ctx, s.t.workers[c.By], in)
		return err
	}}}
	for i, act := range c.Acts {
		who := s.t.workers[c.By]
		if act.By != "" {
			who = s.t.workers[act.By]
		}
		do := desk.TrackAct{
			Key: fmt.Sprint(in.Key, "-", i), Track: track, Do: act.Do, Step: act.Step, Reasons: withheld.New(act.Reasons), Money: act.Money, Sum: act.Sum,
			Number: string(s.fileOfLife(act.Life)),
		}
		out = append(out, deed{at: at.Add(time.Duration(act.After) * time.Hour), file: besideLane - n, what: fmt.Sprint("case ", n, " ", act.Do, " ", act.Step, act.Money), do: func(ctx context.Context, d *desk.Desk) error {
			_, err := d.ActOnTrack(ctx, who, do)
			return err
		}})
	}
	return out
}

// fileOfLife is the file of a hand-written life.
func (s *seeder) fileOfLife(life string) id.File {
	for n, file := range s.d.lives {
		if s.t.data.Lives[n].ID == life {
			return file
		}
	}
	return ""
}

func (s *seeder) door(c demoDoor, n int, now time.Time) deed {
	at := now.Add(-time.Duration(c.Ago) * time.Hour)
	r := source{seeded(uint64(20_000 + n))}
	in := desk.HouseholdInput{
		Key: fmt.Sprint("seed-door-", n), Household: id.From[id.Operation](at, r), Kind: c.Operation, Outcome: c.Outcome,
		Area: withheld.New(c.Area), Address: withheld.New(c.Address),
	}
	if c.AgainIn > 0 {
		in.Again = at.AddDate(0, 0, c.AgainIn).Format(time.DateOnly)
	}
	for i, l := range c.Lines {
		row := desk.HouseholdRow{
			Line: id.From[id.File](at, r), State: l.State, Name: withheld.New(l.Name), Sex: l.Sex, Age: withheld.New(l.Age), Kin: l.Kin, Consent: l.Consent,
			Said: map[string]withheld.Text{},
		}
		for name, said := range l.Said {
			row.Said[name] = withheld.New(said)
		}
		if in.Rows = append(in.Rows, row); i < c.Files {
			in.Files = append(in.Files, row.Line)
		}
	}
	who := s.t.workers[c.By]
	return s.atDoor(at, n, who, in)
}

func (s *seeder) atDoor(at time.Time, n int, who access.Who, in desk.HouseholdInput) deed {
	return deed{at: at, file: doorLane - n, what: fmt.Sprint("door ", n), do: func(ctx context.Context, d *desk.Desk) error {
		_, err := d.VisitDoor(ctx, who, in)
		return err
	}}
}
