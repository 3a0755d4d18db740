package pack

import (
	"testing"
	"testing/fstest"
	"time"
)

// Whatever bytes stand in a file of a pack, loading and linting end, name a
// place for every problem, and do not panic.
func FuzzLoad(f *testing.F) {
	files := base(f)
	names := []string{"procedures/help.yaml", "acts.yaml", "criteria.yaml", "forms.yaml", "standards.yaml", "wording/all.yaml", "calendar.yaml", "regions.yaml"}
	for i, name := range names {
		if file := files[name]; file != nil {
			f.Add(uint8(i), file.Data)
		}
	}
	f.Add(uint8(6), []byte("weekend: [\"\"]\nholidays: [{month: 1}]"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		fsys := fstest.MapFS{}
		for name, file := range files {
			fsys[name] = file
		}
		fsys[names[int(which)%len(names)]] = &fstest.MapFile{Data: data}
		p, problems := Load(fsys)
		for _, problem := range append(problems, Lint(p, Operated)...) {
			if problem.Code == "" || problem.What == "" {
				t.Errorf("a problem that says nothing: %+v", problem)
			}
		}
		if s, _ := p.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); s == nil {
			t.Error("no snapshot")
		}
	})
}

// A story may be told badly; telling it ends.
func FuzzStory(f *testing.F) {
	p, _ := Load(base(f))
	f.Add([]byte("About.\n-- story --\ngiven age is child\non 2026-03-03 14:30 police takes give with age adult\nthen helped is given\nand clock wait is due 2026-03-04\n"))
	f.Add([]byte("--  story  --\nthen removal answers hold because x, y\nand step give is closed because z\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, problem := range RunStory(p, "s.txtar", data) {
			if problem.Pos.Line < 1 {
				t.Errorf("no line: %+v", problem)
			}
		}
	})
}
