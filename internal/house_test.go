// Package internal_test holds the house: which package may know which, and what
// no package may do. DESIGN's map of imports is the table below; a new arrow is
// a line here, with its reason, in the commit that needs it.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rows, from the words everyone shares down to the wiring. Imports point up.
var rows = [][]string{
	{"fault", "id", "withheld", "strict", "delimited", "wording"},
	{"procedure", "pack", "check", "casework", "access"},
	{"linkage", "stats", "oversight", "ledger", "paper", "document"},
	{"seal", "auth", "store", "notify", "exchange", "clamd", "monitor", "witness", "openid", "rate"},
	{"desk", "jobs", "backup"},
	{"serve", "web", "api"},
	{"app", "testkit"},
}

// arrow lets packages know another, and says what for. "*" is every package of
// a lower row.
type arrow struct{ from, to, why string }

var arrows = []arrow{
	{"*", "fault", "a fault's code is how packages tell each other what went wrong"},
	{"*", "id", "a file's id cannot be passed where a body's belongs"},
	{"*", "withheld", "what is about a person prints as [withheld] wherever it goes"},
	{"wording", "fault", "a sentence is looked up from a fault's code"},
	{"wording", "id", "ids are shown as numbers that can be said on the telephone"},
	{"wording", "strict", "wording is a strict file with lines to point at"},
	{"pack", "strict", "packs are strict files with lines to point at"},
	{"procedure", "strict", "procedures are parts of strict files"},
	{"pack web api app desk jobs notify testkit", "wording", "what a person reads comes from the catalogue"},

	{"check pack casework access", "procedure", "one rule language and one compiled model for engine, checker, steps and access"},
	{"casework access", "pack", "what is decided is decided under a country's pack"},
	{"access", "casework", "rules speak of what relates a body to a file"},
	{"paper", "wording procedure", "a paper is made of sentences and names its articles"},
	{"desk", "document", "what is handed in is looked at before it is kept"},
	{"desk web", "paper", "desk keeps what was handed over, web shows and prints it"},
	{"check", "pack", "the checker explores a pack's snapshot"},
	{"stats", "casework pack procedure", "facts are counted from events"},
	{"web", "delimited", "tables for a spreadsheet go through the one writer that runs no formula"},
	{"stats", "strict", "what is to be published is planned in a strict file"},
	{"app linkage exchange", "delimited", "people save lists in whatever they have"},
	{"oversight", "casework pack procedure", "a recommendation names a property"},

	{"store", "access", "lists take a scope and render it to SQL"},
	{"store", "casework", "the store appends events and folds them"},
	{"store", "pack procedure", "the packs that files are pinned to are kept"},
	{"store", "ledger", "a leaf is written in the event's transaction"},
	{"store", "seal", "payloads and sealed columns are sealed as they are written"},
	{"store", "auth", "the store keeps sessions, hashes and counts"},
	{"store", "linkage stats", "what is counted and found is fed in the event's transaction"},
	{"monitor witness", "ledger", "who watches from outside adds up the same tree"},
	{"auth", "access", "who is asking is access's Who"},
	{"notify exchange", "access casework pack procedure", "messages and exports are made from decided things, within a scope"},

	{"desk jobs", "access", "an act or read first asks what this worker may do"},
	{"desk jobs", "casework", "deciding functions are casework's"},
	{"desk jobs", "procedure pack", "offers, bars and clocks are read from the pack's model"},
	{"desk jobs", "store", "the only two that hand the store a function"},
	{"desk jobs", "linkage", "search, duplicates and the removal check find candidates"},
	{"openid", "strict", "the file that names providers is a strict file with lines to point at"},
	{"desk", "openid", "a ministry's own sign-in says who somebody is"},
	{"desk jobs", "auth", "sign-in, and the sign-out of a leaver"},
	{"desk jobs", "ledger stats notify exchange seal", "checkpoints, figures, messages, formats and rotation are work too"},

	{"backup", "store", "the database is copied and brought back"},
	{"backup", "ledger", "a manifest is signed with the key that signs checkpoints"},

	{"desk", "check", "the public cells are computed behind the pages, and a file says which gaps touch the person"},
	{"web", "check", "a cell is shown as the checker found it"},
	{"serve web api", "rate", "who has asked too often is decided in one place, for every edge"},
	{"web api", "access", "an edge passes on who is asking, and decides nothing"},
	{"web api", "casework", "a receipt is shown as it was decided"},
	{"web api", "desk", "an edge talks to desk, never to store"},
	{"web api", "pack procedure", "forms and procedure pictures are drawn from the pack"},
	{"app testkit", "*", "wiring knows everybody; nobody knows the wiring but main"},
}

// pure packages know no clock, disk, network, SQL or logger: what they need
// arrives as arguments, and what they decide leaves as values.
var pure = slices.Concat(rows[1], rows[2])

func TestImportsPointUp(t *testing.T) {
	t.Parallel()
	allowed := allowedArrows(t)
	for _, f := range sources(t) {
		from := f.pkg
		if from == "" || f.test || slices.Contains(rows[6], from) {
			continue
		}
		for _, imported := range f.imports() {
			to, ours := strings.CutPrefix(imported, "pana/internal/")
			if !ours {
				if strings.HasPrefix(imported, "pana/") {
					t.Errorf("%s imports %s: only app and cmd know what is embedded", f.path, imported)
				}
				continue
			}
			to, _, _ = strings.Cut(to, "/")
			if to != from && !allowed[from][to] {
				t.Errorf("%s: %s imports %s, which is not on the map (internal/house_test.go)", f.path, from, to)
			}
		}
	}
}

// TestTheMapIsAHouse: the table itself lets no arrow point down, and along a
// row only where an order within the row is given.
func TestTheMapIsAHouse(t *testing.T) {
	t.Parallel()
	for from, tos := range allowedArrows(t) {
		for to := range tos {
			if from == to || rowOf(from) < rowOf(to) || rowOf(from) == rowOf(to) && before(from, to) && rowOf(from) < 6 {
				t.Errorf("%s may import %s, which is not above it", from, to)
			}
		}
	}
}

// before is the order in which a row is listed; store knows seal and auth,
// access knows casework, wording knows fault.
func before(a, b string) bool {
	row := rows[rowOf(a)]
	return slices.Index(row, a) < slices.Index(row, b)
}

func TestEveryPackageIsInTheHouse(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.pkg != "" && rowOf(f.pkg) < 0 {
			t.Errorf("%s: package %s has no row in internal/house_test.go", f.path, f.pkg)
		}
		if regexp.MustCompile(`(^|/)(util|utils|helpers|common|misc)(/|$)`).MatchString(path.Dir(f.path)) {
			t.Errorf("%s: a folder called util means something is not yet understood", f.path)
		}
	}
}

func TestPureThinkingTouchesNoWorld(t *testing.T) {
	t.Parallel()
	world := regexp.MustCompile(`^(os|net|log|database/sql|syscall|testing|io/ioutil|path/filepath|math/rand|crypto/rand)(/|$)`)
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"}
	for _, f := range sources(t) {
		if f.test || !slices.Contains(pure, f.pkg) {
			continue
		}
		for _, imported := range f.imports() {
			if world.MatchString(imported) && imported != "net/url" {
				t.Errorf("%s imports %s: it must arrive as an argument", f.path, imported)
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, s.Sel.Name) {
				t.Errorf("%s: time.%s in pure thinking; time is a parameter", f.at(s), s.Sel.Name)
			}
			return true
		})
	}
}

// TestSQLIsInTheStore: a statement with placeholders anywhere else would not be
// rewritten for PostgreSQL, nor cut to a scope. In the store only ?1 is right:
// SQLite numbers $2 $1 by order of appearance and swaps the values.
func TestSQLIsInTheStore(t *testing.T) {
	t.Parallel()
	statement := regexp.MustCompile(`(?is)\b(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from)\b`)
	dollar := regexp.MustCompile(`\$[0-9]`)
	bare := regexp.MustCompile(`\?($|[^0-9])`)
	for _, f := range sources(t) {
		// The bench measures a bare row beside the store: that is its point.
		if f.test || f.path == "internal/app/benchreferral.go" {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil || !statement.MatchString(text) {
				return true
			}
			switch {
			case f.pkg != "store" && (dollar.MatchString(text) || strings.Contains(text, "?")):
				t.Errorf("%s: SQL outside the store", f.at(lit))
			case dollar.MatchString(text):
				t.Errorf("%s: a $ placeholder; write ?1", f.at(lit))
			case bare.MatchString(text):
				t.Errorf("%s: a placeholder without its number; write ?1", f.at(lit))
			}
			return true
		})
	}
}

// TestTablesAreWrittenInOnePlace: every table for a spreadsheet goes through the one
// function that takes formulas the power to run (CWE-1236); its own test is beside
// it. A second writer would be a second chance to forget.
func TestTablesAreWrittenInOnePlace(t *testing.T) {
	t.Parallel()
	const writer, answers = "internal/delimited/write.go", "internal/web/csv.go"
	written := 0
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		if slices.Contains(f.imports(), "encoding/csv") && f.path != writer && f.pkg != "testkit" {
			t.Errorf("%s imports encoding/csv; call delimited.Write", f.path)
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if n.Kind == token.STRING && strings.Contains(n.Value, "text/csv") && f.path != answers {
					t.Errorf("%s answers with text/csv; call downloadCSV", f.at(n))
				}
			case *ast.SelectorExpr:
				if n.Sel.Name == "downloadCSV" {
					written++
				}
			}
			return true
		})
	}
	if written < 7 {
		t.Errorf("%d tables go through %s: does this test still see them?", written, writer)
	}
}

// TestRefusedModules: measured and found wrong for this data or this use.
func TestRefusedModules(t *testing.T) {
	t.Parallel()
	refused := map[string]string{
		"xrash/smetrics":   "compares bytes: two unlike Cyrillic words are 0.67 alike",
		"unidecode":        "turns Ә into @",
		"goccy/go-yaml":    "reads the code 010 as the text 8",
		"gorilla/csrf":     "has an advisory without a mend",
		"go-chi/chi":       "its RealIP believes whoever asks; net/http's mux is enough",
		"google/cel-go":    "has moved to cel.dev/cel-go",
		"lib/pq":           "pgx is the one driver",
		"stretchr/testify": "tests are plain Go",
	}
	for _, f := range sources(t) {
		for _, imported := range f.imports() {
			for module, why := range refused {
				if strings.Contains(imported, module) {
					t.Errorf("%s imports %s: it %s", f.path, imported, why)
				}
			}
		}
	}
}

// TestFilesAreReadInOneSitting; and what is put off has a name or an issue.
func TestFilesAreReadInOneSitting(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if lines := f.set.Position(f.tree.FileEnd).Line; lines > 600 {
			t.Errorf("%s has %d lines; it is about more than one thing", f.path, lines)
		}
		for _, group := range f.tree.Comments {
			for _, c := range group.List {
				if strings.Contains(c.Text, "TO"+"DO") && !strings.Contains(c.Text, "TO"+"DO(") {
					t.Errorf("%s: a TO"+"DO without a name or an issue", f.at(c))
				}
			}
		}
	}
}

func allowedArrows(t *testing.T) map[string]map[string]bool {
	t.Helper()
	allowed := map[string]map[string]bool{}
	for _, a := range arrows {
		if a.why == "" {
			t.Errorf("%s → %s has no reason", a.from, a.to)
		}
		for _, from := range expand(a.from, a.to) {
			if allowed[from] == nil {
				allowed[from] = map[string]bool{}
			}
			for _, to := range expand(a.to, from) {
				allowed[from][to] = true
			}
		}
	}
	return allowed
}

// expand turns "*" into every package below (or, for the wiring, above) other.
func expand(list, other string) []string {
	if list != "*" {
		return strings.Fields(list)
	}
	var all []string
	for i, row := range rows {
		if slices.Contains(rows[6], other) && i < 6 || !slices.Contains(rows[6], other) && i > rowOf(strings.Fields(other)[0]) {
			all = append(all, row...)
		}
	}
	return all
}

func rowOf(pkg string) int {
	return slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, pkg) })
}

// source is one Go file of the product; pkg is the first folder under internal,
// or nothing.
type source struct {
	path, pkg string
	test      bool
	tree      *ast.File
	set       *token.FileSet
}

func (f source) at(n ast.Node) string {
	p := f.set.Position(n.Pos())
	return f.path + ":" + strconv.Itoa(p.Line)
}

func (f source) imports() []string {
	seen := map[string]bool{}
	for _, i := range f.tree.Imports {
		name, _ := strconv.Unquote(i.Path.Value)
		seen[name] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// sources parses every Go file of the product: not the modules of bench and
// tools, which are not in it.
func sources(t *testing.T) (all []source) {
	t.Helper()
	root := os.DirFS("..")
	set := token.NewFileSet()
	for _, folder := range []string{"internal", "cmd", "packs"} {
		err := fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".go" {
				if d != nil && d.IsDir() && d.Name() == "testdata" {
					return fs.SkipDir
				}
				return ignoreMissing(err)
			}
			tree, err := parser.ParseFile(set, filepath.Join("..", name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			all = append(all, source{name, packageOf(name), strings.HasSuffix(name, "_test.go"), tree, set})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func ignoreMissing(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// packageOf gives "store" for internal/store/storetest/x.go.
func packageOf(name string) string {
	parts := strings.Split(path.Dir(name), "/")
	if len(parts) > 1 && parts[0] == "internal" {
		return parts[1]
	}
	return ""
}
