package pack

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"pana/packs"
)

// The mistakes that authors of a pack make: each is one edit of Atlantis, and
// the message says where it is, what it is, and how to mend it.
func TestMistakesOfAuthors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, file, from, to, where, what, mend string }{
		{"a key is misspelt", "procedures/harbour.yaml", "  when: place == \"quay\"", "  whn: place == \"quay\"",
			"procedures/harbour.yaml:22", `unknown key "whn"`, "known here: "},
		{"a country code that YAML takes for no", "pack.yaml", "languages: [en, ru, kk]", "languages: [en, ru, no]",
			"pack.yaml:6", "no without quotes is not a text to every reader of YAML", `write "no"`},
		{"a guard begins with ! and has no quotes", "procedures/harbour.yaml", `when: place == "quay"`, `when: !here`,
			"procedures/harbour.yaml:22", "tag", "quotes"},
		{"a name is misspelt in a guard", "procedures/refuge.yaml", `when: here && said == "nothing"`, `when: here && sad == "nothing"`,
			"procedures/refuge.yaml:36", `nothing is called "sad"`, `did you mean "said"?`},
		{"a value that there is not", "procedures/refuge.yaml", `said == "nothing"`, `said == "nothin"`,
			"procedures/refuge.yaml:36", `said is never "nothin"`, `did you mean "nothing"?`},
		{"one = for two", "procedures/refuge.yaml", `here && said == "nothing"`, `here && said = "nothing"`,
			"procedures/refuge.yaml:36", "means nothing here", "write == to compare"},
		{"nobody says whose step it is", "procedures/refuge.yaml", "  force: own\n  by: [person]\n  set: {said: fear}", "  by: [person]\n  set: {said: fear}",
			"procedures/refuge.yaml:36", `step "say_fear" has no force`, "own, must, may or world"},
		{"a decision against a person is silent on its appeal", "procedures/harbour.yaml", "    appeal: none\n", "",
			"procedures/harbour.yaml:27", `adverse step "send_back" does not say its appeal`, `none with its basis, or unknown("question")`},
		{"another procedure's variable is read, and not exported", "procedures/harbour.yaml", `when: place == "quay"`, `when: place == "quay" && said == "fear"`,
			"procedures/harbour.yaml:21", `"said" belongs to the procedure "refuge", which does not export it`, "add it to that procedure's exports"},
		{"two versions stand at one time", "procedures/refuge.yaml", "bars:\n", "bars:\n- {id: open_claim, class: refuge, level: bar, dates: {to: 2020-06-30}, binds: [removal], when: claim_open, basis: [{act: refuge_act, art: art. 4, mark: T}]}\n",
			"procedures/refuge.yaml:105", `bar "open_claim" is in force twice on some day`, "end the earlier the day before the later begins"},
		{"a step sets a fact", "procedures/childhood.yaml", "set: {birth: certified}", "set: {birth: certified, mother.papers: has}",
			"procedures/childhood.yaml:21", `sets a relative's "mother.papers"`, "the relative's own step"},
		{"a length that nobody can count", "procedures/refuge.yaml", "length: 30 days", "length: a month or so",
			"procedures/refuge.yaml:122", `runs "a month or so", which is not a length`, `"30 days"`},
		{"an article of an edition that was not read", "procedures/harbour.yaml", `art. 2, edition: "2010"`, `art. 2, edition: "2011"`,
			"procedures/harbour.yaml:21", `names edition "2011" of harbour_act, which was not read`, "add it to the act's editions"},
		{"a step is renamed, and an overlay still names the old one", "procedures/refuge.yaml", "- id: grant\n", "- id: give_refuge\n",
			"overlays/practice-slow.yaml:7", "this change of overlay practice-slow changes nothing in any snapshot", "look at the id"},
		{"and a property", "procedures/refuge.yaml", "- id: grant\n", "- id: give_refuge\n",
			"properties.yaml:186", `property C2 names "grant", which is no step`, "declare it"},
		{"a sentence is missing in one language", "wording/procedures.yaml", "step.let_in: {en: Let in, ru: Впустить, kk: Кіргізу}", "step.let_in: {en: Let in, ru: Впустить}",
			"wording/procedures.yaml:45", "step.let_in", "kk"},
	} {
		p, problems := Load(mistaken(t, row.file, row.from, row.to))
		problems = append(problems, Lint(p, Checked)...)
		if !tells(problems, row.where, row.what, row.mend) {
			t.Errorf("%s: nobody says %s: … %s … %s; said:\n%s", row.why, row.where, row.what, row.mend, all(problems))
		}
	}
}

// mistaken is Atlantis with one edit.
func mistaken(t *testing.T, file, from, to string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	country, err := fs.Sub(packs.FS, "atlantis")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(country, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(country, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil || !strings.Contains(string(out[file].Data), from) {
		t.Fatalf("%s has no %q (%v)", file, from, err)
	}
	out[file].Data = []byte(strings.Replace(string(out[file].Data), from, to, 1))
	return out
}

func tells(problems []Problem, where, what, mend string) bool {
	for _, p := range problems {
		if fmt.Sprintf("%s:%d", p.Pos.File, p.Pos.Line) == where && strings.Contains(p.What, what) && strings.Contains(p.What+p.Mend, mend) {
			return true
		}
	}
	return false
}
