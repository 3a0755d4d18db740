package pack

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

func folder(t *testing.T, archive string) fs.FS {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

const head = `
-- pack.yaml --
id: xx
version: "1"
languages: [en]
zone: Asia/Almaty
`

func TestLoadKeepsWhereElementsStand(t *testing.T) {
	t.Parallel()
	p, problems := Load(folder(t, head+`
-- services.yaml --
- id: shelter
  beds: true
- id: legal_aid
-- procedures/report.yaml --
procedure: {id: report}
vars:
- {name: reported, values: ["no", "yes"], start: ["no"]}
steps:
- id: tell
  force: own
  set: {reported: "yes"}
-- wording/service.yaml --
service.shelter: {en: Shelter}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := p.Service("legal_aid").Pos; got != (Pos{File: "services.yaml", Line: 3}) {
		t.Errorf("legal_aid stands at %v", got)
	}
	if s := p.Spec.Steps[0]; s.Procedure != "report" || s.Pos.Line != 5 || s.Set["reported"] != "yes" {
		t.Errorf("step %+v", s)
	}
	if got := p.Words().Say("en", "service.shelter"); got != "Shelter" {
		t.Errorf("said %q", got)
	}
}
