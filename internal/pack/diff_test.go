package pack

import (
	"testing"
	"testing/fstest"
)

// What is gone is explained by what became, between the two days, of the acts
// that its procedure stands on; and a right that is gone, by the right that came.
func TestWhatIsGoneIsExplained(t *testing.T) {
	t.Parallel()
	fsys := base(t)
	fsys["acts.yaml"] = &fstest.MapFile{Data: []byte(`
- {id: law, in_force: 2020-01-01, editions: [{id: "2020", date: 2020-01-01}]}
- {id: found, adopted: 2022-05-01, in_force: 2022-06-01}
- {id: read, adopted: 2022-05-01, editions: [{id: "2023", date: 2023-02-01}]}
- {id: unread, adopted: 2022-05-01}
- {id: ended, repealed: 2022-07-01}
- {id: early, adopted: 2019-05-01}
- {id: late, adopted: 2025-05-01}
- {id: elsewhere, adopted: 2022-05-01}
`)}
	fsys["procedures/papers.yaml"] = &fstest.MapFile{Data: []byte(`
procedure: {id: papers}
vars:
- {name: paper, values: [none, held], start: [none]}
entitlements:
- {id: always, gives: help, owed_by: [police], when: paper == "none", basis: [{act: law, art: art. 1, mark: T}]}
- {id: old, gives: help, owed_by: [police], dates: {to: 2022-12-31}, when: paper == "none", basis: [{act: ended, art: art. 1, mark: T}, {act: early, art: art. 1, mark: T}, {act: late, art: art. 1, mark: T}]}
- {id: new, gives: help, owed_by: [police], dates: {from: 2023-01-01}, when: paper == "none", basis: [{act: found, art: art. 1, mark: T}, {act: read, art: art. 1, mark: T}, {act: unread, art: art. 1, mark: N}]}
`)}
	p, problems := Load(fsys)
	if p == nil {
		t.Fatal(all(problems))
	}
	list := p.Diff(aDay(t, "2020-01-01"), aDay(t, "2024-01-01"))
	if len(list) != 2 || list[0].ID != "old" || list[0].Change != Removed || list[1].ID != "new" || list[1].Change != Added {
		t.Fatalf("differences: %+v", list)
	}
	gone := list[0]
	if gone.Uncited || !gone.Lost || gone.Instead != "new" {
		t.Errorf("the right that came is what is given instead, not one that there was: %+v", gone)
	}
	said := map[string]string{}
	for _, b := range gone.Basis {
		said[b.Act] = b.Art + b.Edition
	}
	for act, row := range map[string]struct{ want, why string }{
		"found":     {"in force 2022-06-01", "a first day that was found is what is said"},
		"read":      {"2023", "the edition that was read tells more than the day of adoption"},
		"unread":    {"adopted 2022-05-01", "nothing but the adoption is known"},
		"ended":     {"repealed 2022-07-01", "the old act's end"},
		"early":     {"", "adopted before both days"},
		"late":      {"", "adopted after both days"},
		"elsewhere": {"", "nothing of this procedure stands on it"},
		"law":       {"", "in force on the first day already"},
	} {
		if said[act] != row.want {
			t.Errorf("%s is cited as %q, want %q: %s", act, said[act], row.want, row.why)
		}
	}
}

func TestHappened(t *testing.T) {
	t.Parallel()
	for art, want := range map[string][2]string{
		"repealed 2022-07-01": {"law.repealed", "2022-07-01"},
		"in force 2022-06-01": {"law.in_force", "2022-06-01"},
		"adopted 2022-05-01":  {"law.adopted", "2022-05-01"},
		"art. 5":              {},
		"":                    {},
	} {
		if key, day, ok := Happened(art); key != want[0] || day != want[1] || ok != (want[0] != "") {
			t.Errorf("Happened(%q) = %q %q %v", art, key, day, ok)
		}
	}
}
