package pack

import (
	"slices"
	"strings"
	"testing"
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
