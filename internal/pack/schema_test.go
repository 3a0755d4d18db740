package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"pana/packs"
)

const schemaDir = "../../packs/schema"

// The schemas in packs/schema are those the format makes. With -update they are
// written.
func TestSchemasAreFresh(t *testing.T) {
	t.Parallel()
	want := Schemas()
	for name, schema := range want {
		path := filepath.Join(schemaDir, name)
		if *update {
			if err := os.MkdirAll(schemaDir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, schema, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, schema) {
			t.Errorf("%s is not what the format makes; run go test ./internal/pack -run Schemas -update", path)
		}
	}
	there, _ := filepath.Glob(schemaDir + "/*.json")
	if len(there) != len(want) {
		t.Errorf("packs/schema has %d schemas, the format makes %d", len(there), len(want))
	}
}

// TestFormatCountsUp: when what a pack can say changes, Format does, for a program built
// before cannot read it. With -update the new number is written down.
func TestFormatCountsUp(t *testing.T) {
	t.Parallel()
	all, sum := Schemas(), sha256.New()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sum.Write([]byte(name))
		sum.Write(all[name])
	}
	const path = "testdata/format"
	var number int
	var was string
	if text, err := os.ReadFile(path); err == nil {
		if _, err := fmt.Sscan(string(text), &number, &was); err != nil {
			t.Fatal(err)
		}
	}
	is := hex.EncodeToString(sum.Sum(nil))
	if is == was && number == Format {
		return
	}
	if Format <= number {
		t.Fatalf("the schemas are others than those of format %d: count Format up (internal/pack/schema.go), then go test ./internal/pack -run FormatCountsUp -update", number)
	}
	if !*update {
		t.Fatal("format ", Format, " is not written down: go test ./internal/pack -run FormatCountsUp -update")
	}
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d %s\n", Format, is), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compiled(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	name := strings.TrimSuffix(file, ".yaml") + ".json"
	switch {
	case strings.HasPrefix(file, "procedures/"):
		name = "procedure.json"
	case strings.HasPrefix(file, "overlays/"):
		name = "overlay.json"
	case strings.HasPrefix(file, "wording/"):
		name = "wording.json"
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schemas()[name]))
	if err != nil {
		t.Fatal(name, err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain reads YAML as an editor does, with days as text.
func plain(t *testing.T, data []byte) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Load(data, &n); err != nil {
		t.Fatal(err)
	}
	days(&n)
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func days(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		days(c)
	}
}

func TestSchemasTakeTheBasePack(t *testing.T) {
	t.Parallel()
	for name, file := range base(t) {
		if name == "wording/critical.yaml" || !strings.HasSuffix(name, ".yaml") {
			continue
		}
		if err := compiled(t, name).Validate(plain(t, file.Data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An editor that uses the schemas finds no fault with what the loader takes.
func TestSchemasTakeTheCountries(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"*/*.yaml", "*/procedures/*.yaml", "*/overlays/*.yaml", "*/wording/*.yaml"} {
		names, _ := fs.Glob(packs.FS, list)
		for _, name := range names {
			_, file, _ := strings.Cut(name, "/")
			if file == "wording/critical.yaml" {
				continue
			}
			data, err := fs.ReadFile(packs.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			if err := compiled(t, file).Validate(plain(t, data)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestSchemasRefuse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, file, text string }{
		{"an unknown key", "needs.yaml", "- {id: bed, urgnt: true}"},
		{"a text for a truth value", "needs.yaml", "- {id: bed, urgent: \"true\"}"},
		{"no id", "needs.yaml", "- {urgent: true}"},
		{"a map for a list", "needs.yaml", "id: bed"},
		{"a word the mechanism does not know", "bodies.yaml", "- {id: court, can: [judge]}"},
		{"a mark that is none", "services.yaml", "- {id: a, basis: [{mark: X}]}"},
		{"a day that is none", "acts.yaml", "- {id: a, in_force: tomorrow}"},
		{"a force that is none", "procedures/x.yaml", "steps: [{id: a, force: will}]"},
		{"a plural without other", "wording/x.yaml", "a.b: {en: {one: x}}"},
		{"a language of seven letters", "wording/x.yaml", "a.b: {english: x}"},
	} {
		if compiled(t, row.file).Validate(plain(t, []byte(row.text))) == nil {
			t.Errorf("%s: the schema takes %s", row.why, row.text)
		}
	}
}
