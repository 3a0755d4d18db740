package app

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"

	"go.yaml.in/yaml/v4"
)

// The demonstration is data of the country: bodies, places, workers, lives and
// the shares of the seeded files stand in the pack's folder demo. These are
// their shapes.

type demoBody struct {
	ID       string            `yaml:"id"`
	Kind     string            `yaml:"kind"`
	Region   string            `yaml:"region"`
	Name     map[string]string `yaml:"name"`
	Phone    string            `yaml:"phone"`
	Services []demoService     `yaml:"services"`
	Workers  []demoWorker      `yaml:"workers"`

	Like string `yaml:"-"` // the body of whose work this one takes its turns
}

func (b demoBody) hasButton() bool {
	return slices.ContainsFunc(b.Workers, func(w demoWorker) bool { return w.Button != "" })
}

type demoService struct {
	Type   string      `yaml:"type"`
	Takes  []string    `yaml:"takes"`
	Places []demoPlace `yaml:"places"`
}

type demoPlace struct {
	Name  string   `yaml:"name"`
	Beds  int      `yaml:"beds"`
	Free  int      `yaml:"free"`
	Takes []string `yaml:"takes"`
	AsOf  int      `yaml:"as_of"` // hours before now
}

type demoWorker struct {
	Login  string `yaml:"login"`
	Role   string `yaml:"role"`
	Name   string `yaml:"name"`
	Button string `yaml:"role_button"`
}

// demoPath is what happens in the seeded files of one status.
type demoPath struct {
	Like       string     `yaml:"like"`
	Within     int        `yaml:"within"` // hours before now in which it begins; 0: at any time
	Adults     bool       `yaml:"adults"` // of adults only
	Safety     []string   `yaml:"safety"`
	Needs      [][]string `yaml:"needs"`
	Indicators [][]string `yaml:"indicators"`
	Acts       []demoAct  `yaml:"acts"`
	Arrived    []demoAct  `yaml:"arrived"` // by who took the person in, where its law lets it
}

// demoAct is a step, by a kind of body, some hours after the act before it.
type demoAct struct {
	Step      string            `yaml:"step"`
	By        string            `yaml:"by"`
	To        string            `yaml:"to"` // the kind of body that is named, where one is
	After     int               `yaml:"after"`
	Irregular bool              `yaml:"irregular"`
	Fields    map[string]string `yaml:"fields"`
}

type demoNames struct {
	Female  []string            `yaml:"female"`
	Male    []string            `yaml:"male"`
	Surname map[string][]string `yaml:"surname"`
}

// shares are parts of a thousand.
type shares map[string]int

// pick draws one, always the same for the same source.
func (s shares) pick(r *rand.Rand) string {
	names := make([]string, 0, len(s))
	total := 0
	for name, n := range s {
		names, total = append(names, name), total+n
	}
	slices.Sort(names)
	at := r.IntN(max(total, 1))
	for _, name := range names {
		if at -= s[name]; at < 0 {
			return name
		}
	}
	return ""
}

type distribution struct {
	Shares shares            `yaml:"shares"`
	By     map[string]shares `yaml:"by"`
}

// demoData is all of it.
type demoData struct {
	Bodies []demoBody
	Paths  map[string]demoPath
	Names  map[string]demoNames
	Dist   map[string]distribution
	Lives  []demoLife
	Calls  []demoCall
	Cases  []demoCase
	Doors  []demoDoor

	Stay []int // days after which those leave who were taken in; without any, all stay
}

// readDemo reads a pack's demonstration. Calls, cases and doors are a country's that
// has a hotline, a track, a campaign.
func readDemo(files fs.FS) (*demoData, error) {
	d := &demoData{}
	for _, part := range []struct {
		file string
		into any
		may  bool // be missing
	}{
		{"bodies", &d.Bodies, false}, {"paths", &d.Paths, false}, {"names", &d.Names, false}, {"distribution", &d.Dist, false}, {"lives", &d.Lives, false},
		{"calls", &d.Calls, true}, {"cases", &d.Cases, true}, {"doors", &d.Doors, true},
	} {
		name := "demo/" + part.file + ".yaml"
		text, err := fs.ReadFile(files, name)
		if part.may && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("this pack has no demonstration to make: %s is missing. A demonstration is made of the pack's folder demo (docs/pack-authors.md); to work with the pack without one: pana init --pack DIR", name)
		}
		if err != nil {
			return nil, fmt.Errorf("demonstration's data: %w", err)
		}
		if err := yaml.Unmarshal(text, part.into); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d, nil
}

// path gives a path with what it is like filled in.
func (d *demoData) path(status string) demoPath {
	p := d.Paths[status]
	if p.Like == "" {
		return p
	}
	base := d.path(p.Like)
	base.Acts, base.Within, base.Adults = p.Acts, p.Within, p.Adults
	return base
}
