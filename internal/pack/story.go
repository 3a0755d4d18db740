package pack

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"pana/internal/procedure"
)

// A story is a scenario that a social worker could follow. It is a .txtar file
// whose comment says what it is about and whose file "story" has one sentence
// to a line; docs/pack-authors.md has the sentences. RunStory replays it on the
// engine, on the pack as it stood on each day of the story.

// maxStory bounds the lines of one story.
const maxStory = 500

// RunStory replays one story and reports every sentence that does not hold.
func RunStory(p *Pack, file string, data []byte) []Problem { return tell(p, file, data).problems }

func tell(p *Pack, file string, data []byte) *teller {
	about, lines, ok := unpack(string(data))
	t := &teller{pack: p, pos: Pos{File: file, Line: 1}}
	if strings.TrimSpace(about) == "" {
		t.fail("story.about", "begin with a sentence that says what happens to whom", "the story does not say what it is about")
	}
	switch {
	case !ok:
		t.fail("story.missing", "write it under -- story --", "there is no story in the file")
		return t
	case len(lines) > maxStory:
		t.fail("story.long", "tell it in parts", "the story has %d lines, more than %d", len(lines), maxStory)
		return t
	}
	t.pos.Line += strings.Count(about, "\n")
	for _, line := range lines {
		t.pos.Line++
		t.line(strings.TrimSpace(line))
	}
	if t.said == 0 {
		t.fail("story.empty", "write what must hold: then …", "the story says nothing that could fail")
	}
	return t
}

const storyMarker = "-- story --"

// unpack gives what a story is about and its lines: the part of the archive
// under its marker, up to the next file's. (The txtar package of go-internal
// panics on the line "-- --"; our fuzz test found it.)
func unpack(text string) (about string, lines []string, ok bool) {
	about, rest, ok := strings.Cut("\n"+text, "\n"+storyMarker+"\n")
	lines = strings.Split(rest, "\n")
	next := slices.IndexFunc(lines, func(l string) bool {
		return len(l) > 6 && strings.HasPrefix(l, "-- ") && strings.HasSuffix(l, " --")
	})
	if next >= 0 {
		lines = lines[:next]
	}
	return about, lines, ok
}

// RunStories replays every story of a pack's folder, and says of which wall none
// tells: whether it ever stands, and whether what it shuts is shut, nobody has seen.
func RunStories(p *Pack, fsys fs.FS) []Problem {
	names, err := fs.Glob(fsys, "stories/*.txtar")
	if err != nil || len(names) > maxFiles {
		return []Problem{{Pos: Pos{File: "stories", Line: 1}, Code: "file.many", What: "more stories than a pack has"}}
	}
	var problems []Problem
	told := map[string]bool{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, Problem{Pos: Pos{File: name, Line: 1}, Code: "file.unread", What: "cannot be read: " + err.Error()})
			continue
		}
		t := tell(p, name, data)
		problems = append(problems, t.problems...)
		for _, wall := range t.walls {
			told[wall] = true
		}
	}
	for _, w := range p.Walls {
		if !told[w.ID] {
			problems = append(problems, Problem{Pos: w.Pos, Code: "wall.untold", Warning: true, What: "no story tells of somebody who meets wall " + w.ID, Mend: "then wall " + w.ID + " stands"})
		}
	}
	return problems
}

// teller is one telling: the situation and the time so far.
type teller struct {
	pack      *Pack
	pos       Pos
	at        time.Time
	facts     map[string]string
	begun     bool
	situation procedure.Situation
	said      int
	walls     []string // that stood
	problems  []Problem
}

func (t *teller) fail(code, mend, what string, args ...any) {
	t.problems = append(t.problems, Problem{Pos: t.pos, Code: code, What: fmt.Sprintf(what, args...), Mend: mend})
}

const sentences = `use "given NAME is VALUE", "on 2026-03-03 14:30 KIND takes STEP", "then …", "and …"`

func (t *teller) line(line string) {
	if line == "" || line[0] == '#' {
		return
	}
	first, rest, _ := strings.Cut(line, " ")
	switch first {
	case "given":
		t.given(strings.Fields(rest))
	case "on":
		t.on(strings.Fields(rest))
	case "then", "and":
		t.then(rest)
	default:
		t.fail("story.sentence", sentences, "%q begins no sentence of a story", first)
	}
}

// given age is under_18
func (t *teller) given(w []string) {
	if t.begun || len(w) != 3 || w[1] != "is" {
		t.fail("story.given", "given NAME is VALUE, before the first day", "this gives nothing")
		return
	}
	if t.facts == nil {
		t.facts = map[string]string{}
	}
	if w[0] == procedure.FromCitizenship {
		t.citizenship(w[2])
		return
	}
	t.known(w[0], w[2])
	t.facts[w[0]] = w[2]
}

// known refuses a fact or a value that no edition has: the engine takes it for not
// known, and the story would tell of somebody else.
func (t *teller) known(name, value string) {
	var values []string
	for _, f := range t.pack.Spec.Facts {
		if f.Name == name {
			values = append(append(values, f.Values...), f.NotKnown)
		}
	}
	switch {
	case len(values) == 0:
		t.fail("story.name", "name a fact", "no fact is called %q", name)
	case !slices.Contains(values, value):
		t.fail("story.fact", "one of "+strings.Join(values, ", "), "%s is never %q", name, value)
	}
}

// given citizenship is KAZ: what the pack reads from the code, as in a file.
func (t *teller) citizenship(code string) {
	for _, fact := range t.pack.Spec.Facts {
		if fact.From != procedure.FromCitizenship {
			continue
		}
		if value, ok := fact.Reads(code); ok {
			t.facts[fact.Name] = value
		}
	}
}

// on 2026-03-03 [14:30] [KIND takes STEP [anyway] [with NAME VALUE …]]
func (t *teller) on(w []string) {
	if !t.moment(&w) {
		return
	}
	m := t.model()
	if m == nil || len(w) == 0 {
		return
	}
	if len(w) < 3 || w[1] != "takes" {
		t.fail("story.on", sentences, "this is no step")
		return
	}
	who, id, rest := w[0], w[2], w[3:]
	step := m.Step(id)
	if step == nil {
		t.fail("story.step", "name a step in force that day", "no step %q on %s", id, t.at.Format(time.DateOnly))
		return
	}
	anyway := len(rest) > 0 && rest[0] == "anyway"
	if anyway {
		rest = rest[1:]
	}
	facts := t.with(rest)
	if !t.mayTake(who, step) && !anyway {
		t.fail("story.who", "its by: "+strings.Join(step.By, ", "), "%s is not %s's to take", id, who)
	}
	next, outcome := m.TakeWith(t.situation, id, facts, t.at)
	switch {
	case outcome.Irregular() && !anyway:
		t.fail("story.unlawful", "add anyway, if the story is about that; else see why", "%s could not be taken: %s", id, reasons(outcome.Why))
	case !outcome.Irregular() && anyway:
		t.fail("story.lawful", "remove anyway", "%s was lawful after all", id)
	}
	t.situation = next
}

// moment takes the day, and the time if there is one, off the front; noon else.
func (t *teller) moment(w *[]string) bool {
	words := *w
	if len(words) == 0 {
		t.fail("story.day", "on 2026-03-03 …", "no day")
		return false
	}
	at, err := time.ParseInLocation(time.DateOnly, words[0], t.pack.Location())
	if err != nil {
		t.fail("story.day", "write it as 2026-03-03", "%q is no day", words[0])
		return false
	}
	words, at = words[1:], at.Add(12*time.Hour)
	if len(words) > 0 {
		if clock, err := time.Parse("15:04", words[0]); err == nil {
			at = at.Add(time.Duration(clock.Hour()-12)*time.Hour + time.Duration(clock.Minute())*time.Minute)
			words = words[1:]
		}
	}
	if at.Before(t.at) {
		t.fail("story.order", "tell it in order", "this was before the sentence above")
		return false
	}
	*w, t.at = words, at
	return true
}

func (t *teller) with(w []string) map[string]string {
	if len(w) == 0 {
		return nil
	}
	if w[0] != "with" || len(w)%2 == 0 {
		t.fail("story.with", "with NAME VALUE", "what the form records is not in pairs")
		return nil
	}
	facts := map[string]string{}
	for i := 1; i+1 < len(w); i += 2 {
		t.known(w[i], w[i+1])
		facts[w[i]] = w[i+1]
	}
	return facts
}

// mayTake says whether the step is theirs: of the kind, of a role of the kind,
// the person's own, or others'.
func (t *teller) mayTake(who string, s *procedure.Step) bool {
	kind, role, hasRole := strings.Cut(who, ":")
	if len(s.By) == 0 {
		return s.Force == procedure.Own && who == "person" || s.Force == procedure.World
	}
	return slices.ContainsFunc(s.By, func(by string) bool {
		k, r, some := strings.Cut(by, ":")
		return k == kind && (!some || !hasRole || r == role)
	})
}

// model is the pack's on the day, with the person begun.
func (t *teller) model() *procedure.Model {
	s, problems := t.pack.At(t.at)
	if s.Model == nil {
		t.fail("story.pack", "mend the pack first", "the pack has %d problems on that day", len(Errors(problems)))
		return nil
	}
	if !t.begun {
		t.begun = true
		t.situation = s.Model.Begin(t.facts)
	}
	return s.Model
}

func reasons(why []procedure.Reason) string {
	var out []string
	for _, r := range why {
		out = append(out, reason(r))
	}
	return strings.Join(out, "; ")
}

func reason(r procedure.Reason) string {
	switch {
	case r.Bar != "":
		return r.Bar
	case r.Guard != "":
		return r.Guard
	}
	return r.Code
}
