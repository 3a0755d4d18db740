package pack

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	p, problems := Load(base(t))
	if problems = append(problems, Lint(p, Checked)...); len(problems) > 0 {
		t.Fatal(all(problems))
	}
	for _, row := range []struct{ why, story, want string }{
		{"what holds passes", `given age is child
on 2026-03-03 police takes give with age adult
then helped is given
and age is adult
and clock wait is running
and step give is closed because helped == "asked"
and removal answers none`, ""},
		{"a step twice is not lawful", "on 2026-03-03 police takes give\non 2026-03-04 police takes give\nthen helped is given", "story.unlawful"},
		{"and may be told as such", "on 2026-03-03 police takes give\non 2026-03-04 police takes give anyway\nthen helped is given", ""},
		{"but a lawful one may not", "on 2026-03-03 police takes give anyway\nthen helped is given", "story.lawful"},
		{"a wrong value", "on 2026-03-03\nthen helped is given", "story.value"},
		{"a value of nothing", "on 2026-03-03\nthen hlped is given", "story.name"},
		{"the wrong body", "on 2026-03-03 shelter takes give\nthen helped is given", "story.who"},
		{"no such step", "on 2026-03-03 police takes gve\nthen helped is asked", "story.step"},
		{"back in time", "on 2026-03-03\non 2026-03-02\nthen helped is asked", "story.order"},
		{"no time yet", "then helped is asked", "story.order"},
		{"nothing said", "on 2026-03-03", "story.empty"},
		{"no sentence", "on 2026-03-03\nthen helped\nperhaps", "story.sentence story.then"},
		{"a wrong day", "on 2026-02-30\non 2026-03-01\nthen helped is asked", "story.day"},
		{"a wrong answer", "on 2026-03-03\nthen removal answers hold", "story.removal"},
		{"a wrong clock", "on 2026-03-03 police takes give\nthen clock wait is due 2026-03-04\nand clock wat is off\nand clock wait is off", "story.clock story.name"},
		{"a wrong right", "on 2026-03-03\nthen stay is owed", "story.name"},
		{"a wrong reason", "on 2026-03-03 police takes give\nthen step give is closed because age == \"child\"", "story.because"},
		{"a fact of nothing", "given agee is child\non 2026-03-03\nthen helped is asked", "story.name"},
		{"a value that no fact has", "given age is chlid\non 2026-03-03\nthen helped is asked", "story.fact"},
		{"a value that no form records", "on 2026-03-03 police takes give with age chlid\nthen helped is given", "story.fact"},
		{"facts in no pairs", "on 2026-03-03 police takes give with age\nthen helped is given", "story.with"},
	} {
		got := codes(RunStory(p, "s.txtar", []byte("About.\n-- story --\n"+row.story+"\n")))
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.why, got, row.want)
		}
	}
}

// A story says where a wall stands, and is told when the wall is not true; of a wall
// that no story meets the author hears.
func TestWallsInStories(t *testing.T) {
	t.Parallel()
	fsys := base(t)
	fsys["walls.yaml"] = &fstest.MapFile{Data: []byte(`- {id: after, when: helped == "given", shuts: [give], needs: [bed], basis: [{mark: P}]}
- {id: untrue, when: helped == "asked", shuts: [give], needs: [bed], basis: [{mark: P}]}
- {id: no_way, when: helped == "given", shuts: [give], ways: [give], basis: [{mark: P}]}
- {id: unsettled, when: unknown("q_wait"), shuts: [give], needs: [bed], basis: [{mark: P}]}
`)}
	p, _ := Load(fsys)
	for _, row := range []struct{ why, story, want string }{
		{"no such wall", "on 2026-03-03\nthen wall brick stands", "story.name"},
		{"it does not stand yet", "on 2026-03-03\nthen wall after stands", "story.wall"},
		{"it stands, and before it did not", "on 2026-03-03\nthen wall after is not there\non 2026-03-04 police takes give\nthen wall after stands", ""},
		{"it stands, and the story says no", "on 2026-03-03 police takes give\nthen wall after is not there", "story.wall"},
		{"what it says is shut is open", "on 2026-03-03\nthen wall untrue stands", "story.wall_open"},
		{"whether it stands is not settled", "on 2026-03-03 police takes give\nthen wall unsettled perhaps stands", ""},
		{"it names no way that can be tried", "on 2026-03-03 police takes give\nthen wall no_way stands", "story.wall_ways"},
	} {
		if got := codes(RunStory(p, "s.txtar", []byte("About.\n-- story --\n"+row.story+"\n"))); got != row.want {
			t.Errorf("%s: got %q, want %q", row.why, got, row.want)
		}
	}
	fsys["stories/a.txtar"] = &fstest.MapFile{Data: []byte("About.\n-- story --\non 2026-03-03 police takes give\nthen wall after stands\nand wall untrue is not there\n")}
	if got := codes(RunStories(p, fsys)); got != "wall.untold" {
		t.Errorf("walls that no story meets: %q", got)
	}
	var untold []int
	for _, problem := range RunStories(p, fsys) {
		untold = append(untold, problem.Pos.Line)
	}
	if !slices.Equal(untold, []int{2, 3, 4}) {
		t.Errorf("untold are the walls of lines %v", untold)
	}
}

func TestStoryProblemsNameTheLine(t *testing.T) {
	t.Parallel()
	p, _ := Load(base(t))
	ps := RunStory(p, "s.txtar", []byte("About.\n-- story --\non 2026-03-03\n\nthen helped is given\n"))
	if len(ps) != 1 || ps[0].Pos.Line != 5 {
		t.Errorf("got %v", ps)
	}
}

func codes(ps []Problem) string {
	var out []string
	for _, p := range inOrder(append([]Problem(nil), ps...)) {
		if len(out) == 0 || out[len(out)-1] != p.Code {
			out = append(out, p.Code)
		}
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(out))), " ")
}
