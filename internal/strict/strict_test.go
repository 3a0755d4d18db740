package strict

import (
	"strings"
	"testing"
	"time"
)

type pos struct {
	File string
	Line int
}

type day struct{ time.Time }

type inner struct {
	Pos  pos    `yaml:"-"`
	Name string `yaml:"name"`
}

type sample struct {
	Text  string            `yaml:"text"`
	On    day               `yaml:"on"`
	Count int               `yaml:"count"`
	Yes   bool              `yaml:"yes"`
	List  []inner           `yaml:"list"`
	Map   map[string]string `yaml:"map"`
	Maybe *inner            `yaml:"maybe"`
}

func TestReadTakesWhatIsWritten(t *testing.T) {
	t.Parallel()
	var s sample
	problems := Read("a.yaml", []byte(`# a comment
text: two words
on: 2024-09-03
count: 12
yes: true
map: {a: "no", b: "010"}
list:
- name: one
- {name: two}
maybe: {name: three}
`), &s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if s.Text != "two words" || s.Count != 12 || !s.Yes || s.Map["a"] != "no" || s.On.Year() != 2024 || s.Maybe.Name != "three" {
		t.Errorf("read %+v", s)
	}
	if s.List[1].Pos != (pos{"a.yaml", 9}) {
		t.Errorf("second element stands at %v", s.List[1].Pos)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, text, code string }{
		{"a word that YAML 1.1 takes for false", "text: no", "yaml.guess"},
		{"a number with a leading zero, octal to some", "text: 010", "yaml.guess"},
		{"a number", "text: 1.5", "yaml.guess"},
		{"an exponent", "text: 1e3", "yaml.guess"},
		{"minutes in base 60 to YAML 1.1", "text: 12:30", "yaml.guess"},
		{"a day where a text is wanted", "text: 2024-09-03", "yaml.guess"},
		{"a truth value in a map", "map: {a: off}", "yaml.guess"},
		{"nothing", "text:", "yaml.nothing"},
		{"a tilde for nothing", "text: ~", "yaml.guess"},
		{"an unknown key", "txt: a", "yaml.unknown_key"},
		{"a key twice", "text: a\ntext: b", "yaml.twice"},
		{"an anchor", "text: &a b", "yaml.anchor"},
		{"an alias", "text: &a b\nmap: {x: *a}", "yaml.anchor yaml.alias"},
		{"a merge key", "maybe: {<<: {name: a}}", "yaml.unknown_key"},
		{"a tag", "text: !secret b", "yaml.tag"},
		{"a list for a text", "text: [a]", "yaml.type"},
		{"a text for a list", "list: a", "yaml.type"},
		{"a list for keys", "maybe: [a]", "yaml.type"},
		{"a quoted number", "count: \"1\"", "yaml.type"},
		{"a number with zeros before it", "count: 01", "yaml.type"},
		{"a word for a number", "count: many", "yaml.type"},
		{"yes for true", "yes: yes", "yaml.type"},
		{"a day that the calendar does not have", "on: 2024-02-30", "yaml.day"},
		{"a day in another order", "on: 03.09.2024", "yaml.day"},
		{"a key that is a list", "? [a]\n: b", "yaml.key"},
		{"two documents", "text: a\n---\ntext: b", "yaml.syntax"},
		{"half a line", "text: [a", "yaml.syntax"},
		{"nothing at all", "", "yaml.syntax"},
		{"a comment alone", "# here was a list", "yaml.syntax"},
		{"what is not UTF-8", "text: \xff", "yaml.not_utf8"},
		{"too deep", strings.Repeat("[", 100), "yaml.syntax"},
		{"too long", "text: " + strings.Repeat("a", MaxBytes), "yaml.too_large"},
		{"several at once", "txt: a\ncount: x\nyes: 1", "yaml.unknown_key yaml.type yaml.type"},
	} {
		var s sample
		var got []string
		for _, p := range Read("a.yaml", []byte(row.text), &s) {
			got = append(got, p.Code)
			if p.Line < 1 {
				t.Errorf("%s: no line in %v", row.why, p)
			}
		}
		if strings.Join(got, " ") != row.code {
			t.Errorf("%s: %.60q gives %v, want %s", row.why, row.text, got, row.code)
		}
	}
}

// A file of an outsider costs little and breaks nothing, whatever is in it.
func FuzzRead(f *testing.F) {
	f.Add([]byte("text: a\nlist: [{name: b}]"))
	f.Add([]byte("a: &x [*x]"))
	f.Add([]byte("{{{{[[[["))
	f.Add([]byte("? ? ? a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s sample
		for _, p := range Read("a.yaml", data, &s) {
			if p.Line < 1 || p.Code == "" || p.What == "" {
				t.Errorf("a problem without line, code or sentence: %+v", p)
			}
		}
	})
}
