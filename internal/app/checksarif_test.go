package app

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pana/internal/check"
)

// sarifObject is what SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) asks of one kind
// of object, as far as Pana writes it: what must be there, what else may be. The
// standard allows no other key, so a slip in a name is found.
type sarifObject struct {
	must, may []string
	of        map[string]string // key: the kind of object it holds; "[]x" is a list
}

var sarifRules = map[string]sarifObject{
	"log":      {must: []string{"version", "runs"}, may: []string{"$schema"}, of: map[string]string{"runs": "[]run"}},
	"run":      {must: []string{"tool"}, may: []string{"results", "originalUriBaseIds", "properties"}, of: map[string]string{"tool": "tool", "results": "[]result"}},
	"tool":     {must: []string{"driver"}, of: map[string]string{"driver": "driver"}},
	"driver":   {must: []string{"name"}, may: []string{"version", "rules"}, of: map[string]string{"rules": "[]rule"}},
	"rule":     {must: []string{"id"}, may: []string{"shortDescription", "fullDescription"}, of: map[string]string{"shortDescription": "text", "fullDescription": "text"}},
	"text":     {must: []string{"text"}},
	"result":   {must: []string{"message"}, may: []string{"ruleId", "ruleIndex", "kind", "level", "locations", "codeFlows", "partialFingerprints", "properties"}, of: map[string]string{"message": "text", "locations": "[]location", "codeFlows": "[]flow"}},
	"flow":     {must: []string{"threadFlows"}, of: map[string]string{"threadFlows": "[]thread"}},
	"thread":   {must: []string{"locations"}, of: map[string]string{"locations": "[]step"}},
	"step":     {may: []string{"location"}, of: map[string]string{"location": "location"}},
	"location": {may: []string{"physicalLocation", "message"}, of: map[string]string{"physicalLocation": "physical", "message": "text"}},
	"physical": {must: []string{"artifactLocation"}, may: []string{"region"}, of: map[string]string{"artifactLocation": "artifact", "region": "region"}},
	"artifact": {must: []string{"uri"}, may: []string{"uriBaseId"}},
	"region":   {must: []string{"startLine"}},
}

// mayBeEmpty are the lists in which the standard wants nothing.
var mayBeEmpty = []string{"results", "rules", "runs", "locations", "codeFlows"}

// flaws names what of a log is not as the rules say.
func (o sarifObject) flaws(at string, v any) (out []string) {
	m, ok := v.(map[string]any)
	if !ok {
		return []string{at + " is no object"}
	}
	for _, key := range o.must {
		if _, ok := m[key]; !ok {
			out = append(out, at+" lacks "+key)
		}
	}
	for key, value := range m {
		if !slices.Contains(o.must, key) && !slices.Contains(o.may, key) {
			out = append(out, at+" has "+key+", which the standard does not know")
		}
		out = append(out, flawsOf(at+"."+key, o.of[key], value)...)
	}
	return out
}

func flawsOf(at, kind string, value any) (out []string) {
	one, list := strings.CutPrefix(kind, "[]")
	switch {
	case kind == "":
	case !list:
		return sarifRules[kind].flaws(at, value)
	default:
		items, ok := value.([]any)
		if !ok || len(items) == 0 && !slices.ContainsFunc(mayBeEmpty, func(s string) bool { return strings.HasSuffix(at, "."+s) && one != "step" }) {
			return []string{at + " is an empty list, or none"}
		}
		for i, item := range items {
			out = append(out, sarifRules[one].flaws(fmt.Sprintf("%s[%d]", at, i), item)...)
		}
	}
	return out
}

// valuesFlaws are what the standard says of values and of how objects name each
// other: levels, kinds, rules by their number, lines from 1, places that are
// addresses, results that are not said twice.
func valuesFlaws(log sarifLog) (out []string) {
	seen := map[string]bool{}
	run := log.Runs[0]
	for i, r := range run.Results {
		flaw := func(what string) { out = append(out, fmt.Sprintf("result %d: %s", i, what)) }
		if r.RuleIndex < 0 || r.RuleIndex >= len(run.Tool.Driver.Rules) || run.Tool.Driver.Rules[r.RuleIndex].ID != r.Rule {
			flaw("its rule is another")
		}
		if !slices.Contains([]string{"none", "note", "warning", "error"}, r.Level) || !slices.Contains([]string{"pass", "open", "informational", "notApplicable", "review", "fail"}, r.Kind) || r.Kind != "fail" && r.Level != "none" {
			flaw("level " + r.Level + " of the kind " + r.Kind)
		}
		if strings.TrimSpace(r.Message.Text) == "" || seen[r.Prints["cell/v1"]] {
			flaw("says nothing, or twice")
		}
		seen[r.Prints["cell/v1"]] = true
		places := slices.Clone(r.Locations)
		for _, f := range r.Flows {
			for _, step := range f.Threads[0].Locations {
				places = append(places, step.Location)
			}
		}
		for _, at := range places {
			uri := at.Physical.Artifact.URI
			u, err := url.Parse(uri)
			if err != nil || strings.ContainsAny(uri, " \\") || u.Scheme == "" && strings.HasPrefix(uri, "/") || at.Physical.Region.Line < 1 {
				flaw("stands at " + uri)
			}
			if base := at.Physical.Artifact.Base; base != "" && run.Bases[base].Description.Text == "" {
				flaw("is counted from " + base + ", of which nothing is said")
			}
		}
	}
	return out
}

// A log is as the standard asks, wherever the pack lies: inside the program,
// below the working folder, elsewhere, in a folder with a space and Cyrillic in
// its name.
func TestSARIFIsAsTheStandardAsks(t *testing.T) {
	t.Parallel()
	p := atlantis(t)
	cells, err := check.Run(context.Background(), p, check.Query{}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "a pack") // not below the folder of this test
	for _, row := range []struct{ why, dir, begins, base string }{
		{"inside the program", "", "procedures/", insideProgram},
		{"below the folder", "packs/atlantis", "packs/atlantis/procedures/", ""},
		{"the command line makes every folder whole", filepath.Join(here, "packs", "kz"), "packs/kz/procedures/", ""},
		{"a name with a space and Cyrillic", filepath.Join(here, "мой пакет"), "%D0%BC%D0%BE%D0%B9%20%D0%BF%D0%B0%D0%BA%D0%B5%D1%82/procedures/", ""},
		{"elsewhere", elsewhere, (&url.URL{Scheme: "file", Path: filepath.ToSlash(elsewhere)}).String() + "/procedures/", ""},
	} {
		var out strings.Builder
		printSARIF(&out, p, cells, row.dir)
		var whole any
		var log sarifLog
		if err := json.Unmarshal([]byte(out.String()), &whole); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(out.String()), &log); err != nil || len(log.Runs) != 1 || len(log.Runs[0].Results) == 0 {
			t.Fatalf("%s: %v", row.why, err)
		}
		for _, flaw := range append(sarifRules["log"].flaws("log", whole), valuesFlaws(log)...) {
			t.Errorf("%s: %s", row.why, flaw)
		}
		at := log.Runs[0].Results[0].Flows[0].Threads[0].Locations[0].Location.Physical.Artifact
		if !strings.HasPrefix(at.URI, row.begins) || at.Base != row.base {
			t.Errorf("%s: stands at %s of %q, want %s", row.why, at.URI, at.Base, row.begins)
		}
	}
}

// The rules above find what they are there to find.
func TestSARIFRulesFindSlips(t *testing.T) {
	t.Parallel()
	good := map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"tool": map[string]any{"driver": map[string]any{"name": "pana"}}}}}
	if flaws := sarifRules["log"].flaws("log", good); len(flaws) > 0 {
		t.Error(flaws)
	}
	for _, row := range []struct {
		why  string
		slip func(map[string]any)
	}{
		{"no version", func(m map[string]any) { delete(m, "version") }},
		{"a key of another name", func(m map[string]any) { m["Version"] = "2.1.0" }},
		{"a run without a tool", func(m map[string]any) { m["runs"] = []any{map[string]any{}} }},
		{"a text where an object belongs", func(m map[string]any) { m["runs"] = "none" }},
	} {
		bad := maps.Clone(good)
		if row.slip(bad); len(sarifRules["log"].flaws("log", bad)) == 0 {
			t.Errorf("%s: nothing is found", row.why)
		}
	}
	step := map[string]any{"locations": []any{}}
	if len(sarifRules["thread"].flaws("log.thread", step)) == 0 {
		t.Error("a flow without a step passes")
	}
}
