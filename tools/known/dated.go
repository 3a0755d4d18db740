package known

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dated is a copy of what the public database had of our modules on a day: a line about
// itself, then one for each entry, without its long description. go run -C tools ./renew
// writes it.
//
//go:embed dated.jsonl
var dated []byte

// Copy says what a dated copy is.
type Copy struct {
	Made    string   `json:"made"`    // the day on which it was taken, YYYY-MM-DD
	Newest  string   `json:"newest"`  // the highest number in the database, of whatever module
	Licence string   `json:"licence"` // and whose it is
	Modules []string `json:"modules"` // of which it has all that there was
}

// Entry is one of the database (OSV 1.3.1), as far as govulncheck reads it.
type Entry struct {
	Schema    string          `json:"schema_version"`
	ID        string          `json:"id"`
	Modified  string          `json:"modified"`
	Published string          `json:"published"`
	Withdrawn string          `json:"withdrawn,omitempty"`
	Aliases   []string        `json:"aliases,omitempty"`
	Summary   string          `json:"summary,omitempty"`
	Affected  json.RawMessage `json:"affected"`
	Database  json.RawMessage `json:"database_specific,omitempty"`
}

// Modules are those that an entry is about.
func (e *Entry) Modules() (out []string, err error) {
	var affected []struct{ Package struct{ Name string } }
	if err := json.Unmarshal(e.Affected, &affected); err != nil {
		return nil, fmt.Errorf("%s: %w", e.ID, err)
	}
	for _, a := range affected {
		if !slices.Contains(out, a.Package.Name) {
			out = append(out, a.Package.Name)
		}
	}
	return out, nil
}

// Dated unpacks the copy into a folder.
func Dated(folder string) (c Copy, db string, err error) {
	lines := bytes.Split(bytes.TrimSpace(dated), []byte("\n"))
	if err := json.Unmarshal(lines[0], &c); err != nil {
		return c, "", fmt.Errorf("the dated copy's first line: %w", err)
	}
	var entries []Entry
	for n, line := range lines[1:] {
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return c, "", fmt.Errorf("the dated copy's line %d: %w", n+2, err)
		}
		entries = append(entries, e)
	}
	db, err = Lay(folder, entries)
	return c, db, err
}

// Missing are modules of which the copy says nothing: it was made before we had them.
func (c *Copy) Missing(modules []string) (out []string) {
	for _, m := range modules {
		if !slices.Contains(c.Modules, m) {
			out = append(out, m)
		}
	}
	return out
}

// Lay writes a database as govulncheck reads it from a folder.
func Lay(folder string, entries []Entry) (db string, err error) {
	type reference struct {
		ID       string `json:"id"`
		Modified string `json:"modified"`
	}
	type module struct {
		Path  string      `json:"path"`
		Vulns []reference `json:"vulns"`
	}
	var modules []module
	all := []reference{}
	for _, e := range entries {
		of, err := e.Modules()
		if err != nil {
			return "", err
		}
		ref := reference{e.ID, e.Modified}
		all = append(all, ref)
		for _, path := range of {
			i := slices.IndexFunc(modules, func(m module) bool { return m.Path == path })
			if i < 0 {
				i = len(modules)
				modules = append(modules, module{Path: path})
			}
			modules[i].Vulns = append(modules[i].Vulns, ref)
		}
		if err := write(folder, "ID/"+e.ID+".json", e); err != nil {
			return "", err
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	for name, what := range map[string]any{"index/db.json": map[string]string{"modified": "2026-11-01T00:00:00Z"}, "index/modules.json": modules, "index/vulns.json": all} {
		if err := write(folder, name, what); err != nil {
			return "", err
		}
	}
	return "file://" + filepath.ToSlash(folder), nil
}

func write(folder, name string, what any) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	to := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}
