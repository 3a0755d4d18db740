package pack

import (
	"errors"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"pana/internal/procedure"
	"pana/internal/strict"
	"pana/internal/wording"
)

// maxFiles bounds a folder of procedures, so that a wrong path costs little.
const maxFiles = 500

// Pack is a country, read. It does not change after Load; many goroutines may
// read it.
type Pack struct {
	Head       Head
	Calendar   Calendar
	Acts       []Act
	Sources    []Source
	Regions    []Region
	BodyKinds  []BodyKind
	Rules      []Rule
	Services   []Service
	Criteria   Criteria
	Forms      []Form
	Handling   []Handling
	Walls      []Wall
	Papers     []Paper
	Operations []Operation
	Kin        []Kin
	FollowUps  []FollowUp
	Hearings   []Hearing
	Rolls      []Roll
	Evidence   []Evidence
	Offences   []Offence
	Standards  Standards
	Keeping    Keeping
	Refusals   []Refusal
	Purposes   []ConsentPurpose
	Rights     []Right
	Duties     []InformDuty
	Needs      []Need
	Properties []Property
	Overlays   []Overlay
	Procedures []Process
	Tracks     []Track
	Spec       procedure.Spec // every procedure's elements together
	Critical   []string       // keys a native speaker must read first

	location  *time.Location
	entries   []wording.Entry // the pack's own wording
	sentences []wording.Entry // what its law files say, by the English sentence
	words     *wording.Catalogue
	off       *daysOff
	runs      []*Snapshot // from the first to the last
	laws      func() []string
	composed  sync.Map // *composed by composedKey

	handling  atHand[Handling] // by step
	bodyKinds atHand[BodyKind]

	courses func() *courses
}

// part is a file of the folder and where it goes.
type part struct {
	file string
	into any
	must bool
}

func (p *Pack) parts() []part {
	return []part{
		{"pack.yaml", &p.Head, true},
		{"calendar.yaml", &p.Calendar, false},
		{"acts.yaml", &p.Acts, false},
		{"sources.yaml", &p.Sources, false},
		{"regions.yaml", &p.Regions, false},
		{"bodies.yaml", &p.BodyKinds, false},
		{"access.yaml", &p.Rules, false},
		{"services.yaml", &p.Services, false},
		{"criteria.yaml", &p.Criteria, false},
		{"forms.yaml", &p.Forms, false},
		{"handling.yaml", &p.Handling, false},
		{"walls.yaml", &p.Walls, false},
		{"papers.yaml", &p.Papers, false},
		{"operations.yaml", &p.Operations, false},
		{"kin.yaml", &p.Kin, false},
		{"followups.yaml", &p.FollowUps, false},
		{"hearings.yaml", &p.Hearings, false},
		{"rolls.yaml", &p.Rolls, false},
		{"evidence.yaml", &p.Evidence, false},
		{"offences.yaml", &p.Offences, false},
		{"standards.yaml", &p.Standards, false},
		{"keeping.yaml", &p.Keeping, false},
		{"refusals.yaml", &p.Refusals, false},
		{"consents.yaml", &p.Purposes, false},
		{"rights.yaml", &p.Rights, false},
		{"duties.yaml", &p.Duties, false},
		{"needs.yaml", &p.Needs, false},
		{"properties.yaml", &p.Properties, false},
	}
}

// Load reads a pack's folder and reports everything that is wrong with its
// files as files: all that can be read is in the Pack, so that Lint can go on
// and find the rest. A Pack with problems is for showing them, not for use.
func Load(fsys fs.FS) (*Pack, []Problem) {
	p := &Pack{location: time.UTC}
	var problems []Problem
	known := map[string]bool{}
	for _, part := range p.parts() {
		known[part.file] = true
		problems = append(problems, readPart(fsys, part)...)
	}
	problems = append(problems, p.readProcedures(fsys)...)
	problems = append(problems, p.readTracks(fsys)...)
	problems = append(problems, p.readOverlays(fsys)...)
	problems = append(problems, readPart(fsys, part{"wording/" + criticalFile, &p.Critical, false})...)
	entries, ps := wording.ReadDir(fsys, "wording", criticalFile)
	p.entries = entries
	problems = append(problems, fromStrict(ps)...)
	p.sentences, ps = wording.ReadSentences(fsys, lawWording)
	problems = append(problems, fromStrict(ps)...)
	problems = append(problems, strangers(fsys, known)...)
	problems = append(problems, p.locate()...)
	p.gather()
	own := wording.New(p.entries)
	p.words = wording.Join(own.WithSentences(p.sentences), wording.Product(), p.notices(own))
	p.off = newDaysOff(p.Calendar)
	p.divide()
	p.handling = newAtHand(p.Handling, func(e *Handling) string { return e.ID })
	p.courses = sync.OnceValue(p.readCourses)
	p.bodyKinds = newAtHand(p.BodyKinds, func(e *BodyKind) string { return e.ID })
	return p, inOrder(problems)
}

// criticalFile lists the sentences that a native speaker must read first.
const criticalFile = "critical.yaml"

// lawWording holds what the law files say in English, in the other languages.
const lawWording = "wording/law"

func readPart(fsys fs.FS, part part) []Problem {
	data, err := fs.ReadFile(fsys, part.file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !part.must:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return []Problem{{Pos: Pos{File: part.file, Line: 1}, Code: "file.missing", What: "the file is missing", Mend: "every pack has one; see docs/pack-authors.md"}}
	case err != nil:
		return []Problem{{Pos: Pos{File: part.file, Line: 1}, Code: "file.unread", What: "cannot be read: " + err.Error()}}
	}
	return fromStrict(strict.Read(part.file, data, part.into))
}

func (p *Pack) readProcedures(fsys fs.FS) []Problem {
	names, err := fs.Glob(fsys, "procedures/*.yaml")
	if err != nil || len(names) > maxFiles {
		return []Problem{{Pos: Pos{File: "procedures", Line: 1}, Code: "file.many", What: "more files than a pack has", Mend: "look whether this is the right folder"}}
	}
	var problems []Problem
	for _, name := range names {
		var one Process
		problems = append(problems, readPart(fsys, part{name, &one, true})...)
		one.Procedure.Pos = at(one.Procedure.Pos, name)
		if id := strings.TrimSuffix(path.Base(name), ".yaml"); one.Procedure.ID != id {
			problems = append(problems, Problem{Pos: one.Procedure.Pos, Code: "procedure.name", What: "the procedure of " + name + " is called " + strconv.Quote(one.Procedure.ID), Mend: "write procedure: {id: " + id + "}"})
			one.Procedure.ID = id
		}
		p.Procedures = append(p.Procedures, one)
	}
	return problems
}

const overlayFolder = "overlays/"

// readOverlays reads overlays/*.yaml, one account each.
func (p *Pack) readOverlays(fsys fs.FS) []Problem {
	names, err := fs.Glob(fsys, overlayFolder+"*.yaml")
	if err != nil || len(names) > maxFiles {
		return []Problem{{Pos: Pos{File: "overlays", Line: 1}, Code: "file.many", What: "more files than a pack has", Mend: "look whether this is the right folder"}}
	}
	var problems []Problem
	for _, name := range names {
		var one Overlay
		problems = append(problems, readPart(fsys, part{name, &one, true})...)
		one.Pos = at(one.Pos, name)
		if id := strings.TrimSuffix(path.Base(name), ".yaml"); one.ID != id {
			problems = append(problems, Problem{Pos: one.Pos, Code: "overlay.name", What: "the overlay of " + name + " is called " + strconv.Quote(one.ID), Mend: "write id: " + id})
			one.ID = id
		}
		p.Overlays = append(p.Overlays, one)
	}
	return problems
}

// strangers reports YAML files of the folder's top that nothing reads: a
// misspelt name would otherwise be a list that is silently empty.
func strangers(fsys fs.FS, known map[string]bool) []Problem {
	names, _ := fs.Glob(fsys, "*.y*ml")
	var problems []Problem
	for _, name := range names {
		if !known[name] {
			problems = append(problems, Problem{Pos: Pos{File: name, Line: 1}, Code: "file.unknown", What: "no such file in a pack", Mend: "rename it; docs/pack-authors.md lists the names"})
		}
	}
	return problems
}

func (p *Pack) locate() []Problem {
	if p.Head.Zone == "" {
		return []Problem{{Pos: at(p.Head.Pos, "pack.yaml"), Code: "pack.zone", What: "no zone", Mend: "write an IANA zone, as Asia/Almaty"}}
	}
	loc, err := time.LoadLocation(p.Head.Zone)
	if err != nil {
		return []Problem{{Pos: at(p.Head.Pos, "pack.yaml"), Code: "pack.zone", What: "zone " + p.Head.Zone + " is not known", Mend: "write an IANA zone, as Asia/Almaty"}}
	}
	p.location = loc
	return nil
}

func at(pos Pos, file string) Pos {
	if pos.File == "" {
		return Pos{File: file, Line: 1}
	}
	return pos
}

// gather writes each element's procedure into it and puts all into one Spec.
func (p *Pack) gather() {
	for i := range p.Procedures {
		one, s := &p.Procedures[i], &p.Spec
		id := one.Procedure.ID
		s.Procedures = append(s.Procedures, one.Procedure)
		s.Assume = append(s.Assume, one.Assume...)
		s.Orders = append(s.Orders, own(one.Orders, func(e *procedure.Order) { e.Procedure = id })...)
		s.Facts = append(s.Facts, own(one.Facts, func(e *procedure.Fact) { e.Procedure = id })...)
		s.Vars = append(s.Vars, own(one.Vars, func(e *procedure.Var) { e.Procedure = id })...)
		s.Derived = append(s.Derived, own(one.Derived, func(e *procedure.Derived) { e.Procedure = id })...)
		s.Questions = append(s.Questions, own(one.Questions, func(e *procedure.Question) { e.Procedure = id })...)
		s.Steps = append(s.Steps, own(one.Steps, func(e *procedure.Step) { e.Procedure = id })...)
		s.Bars = append(s.Bars, own(one.Bars, func(e *procedure.Bar) { e.Procedure = id })...)
		s.Entitlements = append(s.Entitlements, own(one.Entitlements, func(e *procedure.Entitlement) { e.Procedure = id })...)
		s.Clocks = append(s.Clocks, own(one.Clocks, func(e *procedure.Clock) { e.Procedure = id })...)
	}
}

func own[T any](list []T, set func(*T)) []T {
	for i := range list {
		set(&list[i])
	}
	return list
}
