package pack

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"pana/internal/procedure"
)

// Track is one file of tracks/: the ladder of a case that stands beside people's
// files, as a criminal case does. It is written in the language of procedures and
// compiled into a model of its own, so that no rule about a person can read it:
// what it says cannot end anybody's status, shelter or stay. Of steps it has the
// plain ones only; nobody is decided about on a track. Wording is track.ID, and of
// its variables, steps and questions what a procedure's need.
type Track struct {
	Track     TrackHead            `yaml:"track"`
	Vars      []procedure.Var      `yaml:"vars"`
	Questions []procedure.Question `yaml:"questions"`
	Steps     []procedure.Step     `yaml:"steps"`
	Money     []TrackMoney         `yaml:"money"`
}

// TrackHead says who keeps a track and what its parts are.
type TrackHead struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"`
	// Kinds of body open one.
	Kinds []string `yaml:"kinds"`
	// Codes are the acts whose offences it is about.
	Codes []string `yaml:"codes"`
	// Stage, Outcome and Trail are variables: how far it is, how it ended, and
	// whether somebody follows the money.
	Stage   string `yaml:"stage"`
	Outcome string `yaml:"outcome"`
	Trail   string `yaml:"trail"`
	// Ended is the stage after which there is no other.
	Ended string `yaml:"ended"`
	// Reasoned is steps that want a reason in words.
	Reasoned []string `yaml:"reasoned"`
	// Joins is the step with which it goes on in another.
	Joins string `yaml:"joins"`
	// Files is which step of a person's own procedure says the same of her, by the
	// step of the track; of a case that was opened, by "opened"; of money, by its id.
	// It is offered on the files that belong to the case, and taken by nobody else.
	Files map[string]string `yaml:"files"`
	Basis []Basis           `yaml:"basis"`
}

// TrackMoney is a kind of sum that is recorded in a case: frozen, confiscated, paid.
// Of is the kind of which it is a part, and more than which it cannot be.
type TrackMoney struct {
	Pos    Pos      `yaml:"-"`
	ID     string   `yaml:"id"`
	Dates  Dates    `yaml:"dates"`
	Exists string   `yaml:"exists"` // question id
	Of     string   `yaml:"of"`
	By     []string `yaml:"by"`
	Basis  []Basis  `yaml:"basis"`
}

// Opened is the key of Files for a case that was opened.
const Opened = "opened"

// ID is the track's id.
func (t *Track) ID() string { return t.Track.ID }

// MoneyOn lists the kinds of money of a day.
func (t *Track) MoneyOn(day time.Time) []TrackMoney {
	return InForce(t.Money, func(m TrackMoney) Dates { return m.Dates }, day)
}

// FileSteps are the steps of people's own procedures that the track knows.
func (t *Track) FileSteps() []string {
	var out []string
	for _, step := range t.Track.Files {
		out = append(out, step)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// spec is the track as the engine compiles it: without the questions that only
// money hangs on, of which the engine knows nothing.
func (t *Track) spec() procedure.Spec {
	questions := slices.DeleteFunc(slices.Clone(t.Questions), func(q procedure.Question) bool {
		return slices.ContainsFunc(t.Money, func(m TrackMoney) bool { return m.Exists == q.ID })
	})
	return procedure.Spec{
		Procedures: []procedure.Procedure{{Pos: t.Track.Pos, ID: t.Track.ID, Basis: t.Track.Basis}},
		Vars:       t.Vars, Questions: questions, Steps: t.Steps,
	}
}

// Starts are the values with which a case begins.
func (t *Track) Starts() map[string]string {
	out := map[string]string{}
	for _, v := range t.Vars {
		if len(v.Start) > 0 {
			out[v.Name] = v.Start[0]
		}
	}
	return out
}

// Track finds a track by its id, or nil.
func (p *Pack) Track(id string) *Track {
	return find(p.Tracks, func(t *Track) bool { return t.Track.ID == id })
}

// OffencesOn lists the offences of a track's codes that were in force on the day of
// the act: the code that punishes is the one of that day.
func (p *Pack) OffencesOn(t *Track, act time.Time) []Offence {
	var out []Offence
	for _, o := range InForce(p.Offences, func(o Offence) Dates { return o.Dates }, act) {
		if slices.Contains(t.Track.Codes, o.Code) {
			out = append(out, o)
		}
	}
	return out
}

// SameOffence is the article in force on a day that an article of another version
// of the code replaced, or was replaced by, as far as a source says so.
func (p *Pack) SameOffence(id string, on time.Time) *Offence {
	if o := p.OtherVersion(id); o != nil && Contains(o.Dates, on) {
		return o
	}
	return nil
}

// OtherVersion is the article of another version of the code that is the same, as
// far as a source says so.
func (p *Pack) OtherVersion(id string) *Offence {
	one := p.Offence(id)
	if one == nil {
		return nil
	}
	return find(p.Offences, func(o *Offence) bool { return o.Was == id || one.Was == o.ID })
}

// Track is the model of a track on the days of the snapshot; nil when the pack has
// none of that name.
func (s *Snapshot) Track(id string) *procedure.Model { return s.tracks[id] }

func (s *Snapshot) compileTracks() {
	s.tracks = map[string]*procedure.Model{}
	for i := range s.Pack.Tracks {
		t := &s.Pack.Tracks[i]
		m, problems := procedure.Compile(t.spec(), s.Pack.noon(s.Pack.dayOfRun(s)), s.Pack.location, s.Pack.DaysOff())
		if len(Errors(problems)) == 0 {
			s.tracks[t.Track.ID] = m
		}
		s.problems = append(s.problems, problems...)
	}
}

// readTracks reads tracks/*.yaml, one ladder each.
func (p *Pack) readTracks(fsys fs.FS) []Problem {
	names, err := fs.Glob(fsys, "tracks/*.yaml")
	if err != nil || len(names) > maxFiles {
		return []Problem{{Pos: Pos{File: "tracks", Line: 1}, Code: "file.many", What: "more files than a pack has", Mend: "look whether this is the right folder"}}
	}
	var problems []Problem
	for _, name := range names {
		var one Track
		problems = append(problems, readPart(fsys, part{name, &one, true})...)
		one.Track.Pos = at(one.Track.Pos, name)
		if id := strings.TrimSuffix(path.Base(name), ".yaml"); one.Track.ID != id {
			problems = append(problems, Problem{Pos: one.Track.Pos, Code: "track.name", What: "the track of " + name + " is not called so", Mend: "write track: {id: " + id + "}"})
			one.Track.ID = id
		}
		own(one.Steps, func(e *procedure.Step) { e.Procedure = one.Track.ID })
		own(one.Vars, func(e *procedure.Var) { e.Procedure = one.Track.ID })
		own(one.Questions, func(e *procedure.Question) { e.Procedure = one.Track.ID })
		p.Tracks = append(p.Tracks, one)
	}
	return problems
}

// tracks: a track is kept by kinds of body there are, about codes there are, with
// variables and steps of its own that are plain, and names of people's procedures
// steps there are.
func (l *linter) tracks() {
	for i := range l.Tracks {
		t := &l.Tracks[i]
		h, whose := &t.Track, "track "+t.Track.ID
		if len(h.Kinds) == 0 || len(h.Codes) == 0 {
			l.add(h.Pos, "track.empty", "write kinds: and codes:", "%s does not say who opens it, or which codes it is about", whose)
		}
		l.referAll(h.Pos, whose, h.Kinds, l.known.kinds)
		l.referAll(h.Pos, whose, h.Codes, l.known.acts)
		steps := setOf("step of the track", t.Steps, func(s step) []string { return []string{s.ID} })
		l.referAll(h.Pos, whose, append(slices.Clone(h.Reasoned), h.Joins), steps)
		l.trackVars(t, whose)
		money := setOf("money of the track", t.Money, func(m TrackMoney) []string { return []string{m.ID} })
		for _, key := range slices.Sorted(maps.Keys(h.Files)) {
			l.refer(h.Pos, whose, key, steps, money, words("word", Opened))
			l.refer(h.Pos, whose, h.Files[key], l.known.steps)
			if slices.ContainsFunc(l.Spec.Steps, func(s step) bool { return s.ID == h.Files[key] && (s.Form != "" || s.Effect != "") }) {
				l.add(h.Pos, "track.asks", "name a step without a form that takes nobody out", "%s would take %s from the case's page, which asks something or takes a person out", whose, h.Files[key])
			}
		}
		for j := range t.Steps {
			l.trackStep(&t.Steps[j], whose)
		}
		questions := setOf("question", slices.Concat(t.Questions, l.Spec.Questions), func(q procedure.Question) []string { return []string{q.ID} })
		for _, m := range t.Money {
			l.refer(m.Pos, "money "+m.ID, m.Of, money)
			l.refer(m.Pos, "money "+m.ID, m.Exists, questions)
			l.by(m.Pos, "money "+m.ID, m.By)
		}
	}
}

func (l *linter) trackVars(t *Track, whose string) {
	for _, name := range []string{t.Track.Stage, t.Track.Outcome, t.Track.Trail} {
		v := find(t.Vars, func(v *variable) bool { return v.Name == name })
		if v == nil {
			l.add(t.Track.Pos, "track.vars", "name variables of the track", "%s does not name the variables of its stage, its outcome and its money", whose)
			return
		}
		if name == t.Track.Stage && !slices.Contains(v.Values, t.Track.Ended) {
			l.add(t.Track.Pos, "track.ended", "name a value of "+name, "%s ends in %q, which is no stage", whose, t.Track.Ended)
		}
	}
}

// trackStep: a step of a track is taken by somebody and moves the case, and that is
// all. Its id is its own: people's procedures have none of that name.
func (l *linter) trackStep(s *step, whose string) {
	l.by(s.Pos, "step "+s.ID, s.By)
	if l.known.steps.has[s.ID] {
		l.add(s.Pos, "track.step", "give it another id", "step %s of %s is also a step of people's procedures", s.ID, whose)
	}
	if s.Adverse != nil || s.Effect != "" || s.Form != "" || s.Again != nil || len(s.Starts)+len(s.Stops)+len(s.Extends)+len(s.Records)+len(s.NotSame) > 0 || len(s.By) == 0 {
		l.add(s.Pos, "track.plain", "write by:, when:, set: and nothing more", "step %s of %s is more than a step of a case, or nobody's", s.ID, whose)
	}
}
