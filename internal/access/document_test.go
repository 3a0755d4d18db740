package access_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/pack"
	"pana/packs"
)

var update = flag.Bool("update", false, "write docs/access.md anew")

// docs/access.md says who may do what, as the pack's rules decide it. It is
// written by this test (-update) and must be as fresh as the rules.
func TestDocumentIsFresh(t *testing.T) {
	t.Parallel()
	country, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := pack.Load(country)
	_, problems := access.Compile(p.Rules)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := document(p)
	path := filepath.Join("..", "..", "docs", "access.md")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("docs/access.md is not what the rules say now (%v): go test ./internal/access -run TestDocumentIsFresh -update", err)
	}
}

func document(p *pack.Pack) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Who may do what\n\nWritten by `go test ./internal/access -run TestDocumentIsFresh -update` from `packs/%s/access.yaml`; do not edit.\n\n", p.Head.ID)
	out.WriteString("A line is what one role of one kind of body may do: the act, and in brackets the relation its body must have to the thing. " +
		"Conditions on the thing's columns are taken to hold. Where a rule lets field groups through, they follow the colon. What is not here is denied; above every rule stand the forbids:\n\n")
	for _, f := range access.Forbids() {
		fmt.Fprintf(&out, "- %s\n", f)
	}
	out.WriteString("\n## Any worker, by what their body is to the thing\n\n")
	for _, line := range linesFor(p, access.Who{Body: "b", Compartment: "own"}, true) {
		fmt.Fprintf(&out, "- %s\n", line)
	}
	for _, kind := range p.BodyKinds {
		for _, role := range kind.Roles {
			fmt.Fprintf(&out, "\n## %s: %s\n\n", kind.ID, role)
			who := access.Who{Body: "b", BodyKind: kind.ID, Role: role, Compartment: kind.Compartment, Powers: kind.Can, Region: "r"}
			for _, line := range linesFor(p, who, false) {
				fmt.Fprintf(&out, "- %s\n", line)
			}
		}
	}
	return out.String()
}

// linesFor asks the compiled rules, one rule at a time, what they give; so a
// forbid shows as a missing line.
func linesFor(p *pack.Pack, who access.Who, general bool) []string {
	var out []string
	for _, rule := range p.Rules {
		if general != (len(rule.Kinds)+len(rule.Roles) == 0) {
			continue
		}
		bare := rule
		bare.When = ""
		one, _ := access.Compile([]pack.Rule{bare})
		relations := rule.Relations
		if len(relations) == 0 {
			relations = []string{"any"}
		}
		for _, act := range rule.Acts {
			for _, thing := range rule.Things {
				var held []string
				for _, relation := range relations {
					if one.Decide(who, act, access.Thing{Kind: thing, Relations: []string{relation}}).Allowed {
						held = append(held, relation)
					}
				}
				if len(held) == 0 {
					continue
				}
				line := fmt.Sprintf("%s on a %s (%s)", act, thing, strings.Join(held, ", "))
				if len(rule.Groups) > 0 {
					line += ": " + strings.Join(rule.Groups, ", ")
				}
				if rule.When != "" {
					line += "; when `" + rule.When + "`"
				}
				out = append(out, line)
			}
		}
	}
	if len(out) == 0 {
		return []string{"nothing of its own"}
	}
	return out
}
