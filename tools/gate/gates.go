package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"pana/tools/known"
)

// gates, cheapest first.
var gates = []gate{
	{"format", "gofmt changes nothing", format},
	{"tree", "no path of a machine, no registry's address, no program in what git keeps", tree},
	{"modules", "go.mod is tidy; what is in the cache is what go.sum says", modules},
	{"vet", "go vet, in all modules", vet},
	{"lint", "staticcheck, pinned in tools/go.mod", lint},
	{"known", "nothing is known against what the program calls: govulncheck, by a dated copy and PANA_VULNDB", knownAgainst},
	{"docs", "links in the pages lead somewhere; README has at most 150 lines", docs},
	{"generate", "go generate changes nothing", generate},
	{"pack", "packs/kz is operable", packLint},
	{"build", "a static, stripped binary below 60 MB", build},
	{"test", "go test ./..., with nothing but Go", test},
	{"race", "the same under the race detector", race},
	{"postgres", "the conformance suite on PostgreSQL", postgres},
	{"spin", "Spin finds the checker's verdicts and counts on plain models", spin},
	{"browser", "the scenario in Chromium, and axe on every page", browser},
	{"fuzz", "each fuzz target for some seconds", fuzz},
}

func format(ctx context.Context, r *runner) error {
	files, err := r.read(ctx, "git", "ls-files", "-co", "--exclude-standard", "*.go")
	if err != nil {
		return err
	}
	ugly, err := r.read(ctx, "gofmt", append([]string{"-l"}, existing(r.root, strings.Fields(files))...)...)
	if err == nil && strings.TrimSpace(ugly) != "" {
		err = errors.New("gofmt would change files; make fmt")
	}
	return err
}

// foreign is what belongs to somebody's machine and not to the product. The
// words are cut so that this file does not find itself.
var foreign = []string{"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "proxy.gol" + "ang", "registry.np" + "mjs", "sum.gol" + "ang"}

// programs are the first bytes of programs and archives.
var programs = []string{"\x7fELF", "MZ", "\xfe\xed\xfa", "\xcf\xfa\xed\xfe", "PK\x03\x04", "\x1f\x8b", "!<arch>"}

const maxFile = 1 << 20

// tree looks at every file git keeps or would keep.
func tree(ctx context.Context, r *runner) error {
	files, err := r.read(ctx, "git", "ls-files", "-co", "--exclude-standard", "-z")
	if err != nil {
		return err
	}
	for _, name := range existing(r.root, strings.Split(strings.TrimRight(files, "\x00"), "\x00")) {
		text, readErr := os.ReadFile(filepath.Join(r.root, name))
		err = errors.Join(err, readErr)
		if len(text) > maxFile {
			err = errors.Join(err, fmt.Errorf("%s has %d bytes, at most %d", name, len(text), maxFile))
		}
		for _, p := range programs {
			if bytes.HasPrefix(text, []byte(p)) && bytes.IndexByte(text, 0) >= 0 {
				err = errors.Join(err, fmt.Errorf("%s is a program or an archive", name))
			}
		}
		for _, word := range foreign {
			if bytes.Contains(text, []byte(word)) {
				err = errors.Join(err, fmt.Errorf("%s says %s, which is of one machine", name, word))
			}
		}
	}
	return err
}

func modules(ctx context.Context, r *runner) error {
	return errors.Join(r.do(ctx, "go", "mod", "tidy", "-diff"), r.do(ctx, "go", "mod", "verify"))
}

func vet(ctx context.Context, r *runner) error {
	err := r.do(ctx, "go", "vet", "-tags", "soak", "./...")
	for _, module := range []string{"tools", "tools/idp", "bench"} {
		if exists(filepath.Join(r.root, module, "go.mod")) {
			err = errors.Join(err, r.do(ctx, "go", "-C", module, "vet", "./..."))
		}
	}
	return err
}

// lint builds the linter as tools/go.mod pins it: a linter that changes by
// itself fails a build nobody touched.
func lint(ctx context.Context, r *runner) error {
	staticcheck := filepath.Join(r.cache, "bin", "staticcheck")
	if err := r.do(ctx, "go", "-C", "tools", "build", "-o", staticcheck, "honnef.co/go/tools/cmd/staticcheck"); err != nil {
		return err
	}
	// Left out: ST1003 and ST1020-22, the form of names and comments; S1016, which
	// would have an input converted to an event's payload because they look alike
	// today.
	return r.do(ctx, staticcheck, "-checks", "all,-ST1003,-ST1020,-ST1021,-ST1022,-S1016", "./...")
}

// knownAgainst sees that govulncheck finds a call of ours that an invented database names,
// and not one that is mended; then it asks the dated copy, which must know of every module
// that we have, and the database of PANA_VULNDB where one is named: from where this runs
// the public one is mostly out of reach.
func knownAgainst(ctx context.Context, r *runner) error {
	program, err := known.Build(ctx, filepath.Join(r.root, "tools"), filepath.Join(r.cache, "bin"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "pana-known-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, c := range []struct {
		mended string
		found  bool
	}{{"", true}, {"0.1.0", false}} {
		db, err := known.Invent(filepath.Join(dir, "mended"+c.mended), c.mended)
		if err != nil {
			return err
		}
		text, found, err := known.Ask(ctx, program, db, r.root, "./internal/linkage/names")
		if err != nil {
			return err
		}
		if found != c.found || strings.Contains(text, known.Invented) != c.found {
			return fmt.Errorf("govulncheck of an invented database, mended %q: found %t\n%s", c.mended, found, text)
		}
	}
	modules, err := r.read(ctx, "go", "list", "-m", "-f", "{{.Path}}", "all")
	if err != nil {
		return err
	}
	made, db, err := known.Dated(filepath.Join(dir, "dated"))
	if err != nil {
		return err
	}
	if missing := made.Missing(strings.Fields(modules)); len(missing) > 0 {
		return fmt.Errorf("the dated copy of %s does not say what is known against %s: go run -C tools ./renew -from ADDRESS", made.Made, strings.Join(missing, ", "))
	}
	for _, db := range []string{db, os.Getenv("PANA_VULNDB")} {
		if db == "" {
			continue
		}
		text, found, err := known.Ask(ctx, program, db, r.root, "./cmd/pana")
		if err != nil {
			return err
		}
		if found {
			return errors.New(text)
		}
	}
	fmt.Fprintf(r.log, "nothing is known, by the copy of %s (newest %s), against what we call\n", made.Made, made.Newest)
	return nil
}

// link is a relative link of a Markdown page.
var link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)\s]*)?\)`)

func docs(ctx context.Context, r *runner) error {
	files, err := r.read(ctx, "git", "ls-files", "-co", "--exclude-standard", "*.md")
	if err != nil {
		return err
	}
	for _, page := range existing(r.root, strings.Fields(files)) {
		text, readErr := os.ReadFile(filepath.Join(r.root, page))
		err = errors.Join(err, readErr)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if !exists(filepath.Join(r.root, filepath.Dir(page), m[1])) {
				err = errors.Join(err, fmt.Errorf("%s links to %s, which is not there", page, m[1]))
			}
		}
		if lines := strings.Count(string(text), "\n"); page == "README.md" && lines > 150 {
			err = errors.Join(err, fmt.Errorf("README.md has %d lines, at most 150", lines))
		}
	}
	return err
}

func generate(ctx context.Context, r *runner) error {
	before, err := state(ctx, r)
	if err != nil {
		return err
	}
	if err := r.do(ctx, "go", "generate", "./..."); err != nil {
		return err
	}
	after, err := state(ctx, r)
	if err == nil && before != after {
		err = errors.New("go generate changed files; commit what it makes")
	}
	return err
}

// state is what git sees: on a clean checkout, as in CI, nothing.
func state(ctx context.Context, r *runner) (string, error) {
	status, err1 := r.read(ctx, "git", "status", "--porcelain")
	diff, err2 := r.read(ctx, "git", "diff")
	return status + diff, errors.Join(err1, err2)
}

func packLint(ctx context.Context, r *runner) error {
	return r.do(ctx, "go", "run", "./cmd/pana", "pack", "lint", "--operate", "packs/kz")
}

const maxBinary = 60 << 20

func build(ctx context.Context, r *runner) error {
	out := filepath.Join(r.cache, "bin", "pana")
	// A release adds -trimpath, which would compile every module a second time.
	if err := r.do(ctx, "go", "build", "-ldflags=-s -w", "-o", out, "./cmd/pana"); err != nil {
		return err
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(r.log, "%d bytes\n", info.Size())
	if info.Size() >= maxBinary {
		return fmt.Errorf("the binary has %.1f MB, must be below 60", float64(info.Size())/(1<<20))
	}
	return nil
}

func test(ctx context.Context, r *runner) error { return r.do(ctx, "go", "test", "./...") }

func race(ctx context.Context, r *runner) error {
	if _, err := needs("gcc"); err != nil {
		return err
	}
	r.with("CGO_ENABLED=1")
	// SQLite is a C program made into Go, one connection to one caller at a time: to watch
	// each of its reads and writes took two thirds of this gate and finds nothing of ours.
	return r.do(ctx, "go", "test", "-race", "-gcflags=github.com/ncruces/go-sqlite3-wasm/...=-race=false", "-short", "-timeout", "40m", "./...")
}

// postgres demands what test only takes when it is there: testkit starts a
// server of its own for each test binary, and with CI=true its absence fails.
func postgres(ctx context.Context, r *runner) error {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // Debian keeps it out of the path
	if err != nil {
		return err
	}
	if len(found) == 0 {
		if _, err := needs("initdb"); err != nil {
			return err
		}
	}
	packages, err := packagesThatMention(r, "testkit.Postgres(")
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		return errMissing("no test asks for PostgreSQL yet")
	}
	r.with("CI=true")
	// In CI the test gate has run these already, and the answer is in the cache.
	return r.do(ctx, "go", append([]string{"test", "-timeout", "10m"}, packages...)...)
}

// spin asks a model checker that others wrote. It makes C programs.
func spin(ctx context.Context, r *runner) error {
	for _, program := range []string{"spin", "gcc"} {
		if _, err := needs(program); err != nil {
			return err
		}
	}
	packages, err := packagesThatMention(r, "testkit.Spin(")
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		return errMissing("no test asks Spin yet")
	}
	r.with("PANA_SPIN=1")
	return allOf(ctx, r, "Spin", packages)
}

// leftOut is what go test -v says of a test that was skipped, and of a package
// in which none was found.
var leftOut = regexp.MustCompile(`--- SKIP: \S+|\S+\s+\S+ \[no tests to run\]`)

// allOf runs the tests with a word in their names. One that is left out fails the
// gate: it is green for nobody who looks at nothing.
func allOf(ctx context.Context, r *runner, word string, packages []string) error {
	out, err := r.read(ctx, "go", append([]string{"test", "-v", "-count=1", "-timeout", "25m", "-run", word}, packages...)...)
	if which := leftOut.FindString(out); err == nil && which != "" {
		return errors.New("left out: " + which)
	}
	return err
}

// axe is the accessibility engine, of this version and no other: a newer one
// finds more, and is taken on purpose.
const axe = "axe-core@4.14.1"

func browser(ctx context.Context, r *runner) error {
	chromium, err := needs("chromium", "chromium-browser", "google-chrome")
	if err != nil {
		return err
	}
	script, err := fetchAxe(ctx, r)
	if err != nil {
		return err
	}
	packages, err := packagesThatMention(r, "testkit.Browser(")
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		return errMissing("no test asks for a browser yet")
	}
	r.with("PANA_BROWSER=1", "PANA_CHROMIUM="+chromium, "PANA_AXE="+script)
	return allOf(ctx, r, "Browser", packages)
}

// fetchAxe keeps axe in .cache: it is MPL-2.0, for tests only, and never
// committed.
func fetchAxe(ctx context.Context, r *runner) (string, error) {
	dir := filepath.Join(r.cache, "axe")
	script := filepath.Join(dir, "package", "axe.min.js")
	if exists(script) {
		return script, nil
	}
	if _, err := needs("npm"); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if err := r.do(ctx, "npm", "pack", "--silent", "--fetch-retries=2", "--fetch-timeout=60000", "--pack-destination", dir, axe); err != nil {
		return "", errMissing("needs " + axe + ", which npm cannot reach: pages were not checked for accessibility")
	}
	packed := filepath.Join(dir, strings.Replace(axe, "@", "-", 1)+".tgz")
	return script, r.do(ctx, "tar", "-xzf", packed, "-C", dir, "package/axe.min.js")
}

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

func fuzz(ctx context.Context, r *runner) error {
	packages, err := packagesThatMention(r, "testing.F)")
	if err != nil {
		return err
	}
	for _, pkg := range packages {
		tests, err := filepath.Glob(filepath.Join(r.root, pkg, "*_test.go"))
		if err != nil {
			return err
		}
		for _, file := range tests {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for _, m := range fuzzTarget.FindAllStringSubmatch(string(text), -1) {
				// By count: by time, Go's fuzzer can fail with "context deadline exceeded"
				// when the last input is still running (golang/go#48591).
				if err := r.do(ctx, "go", "test", "-run=^$", "-fuzz=^"+m[1]+"$", "-fuzztime=8000x", "-fuzzminimizetime=100x", pkg); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// packagesThatMention gives the folders ("./internal/web") whose tests contain
// the word.
func packagesThatMention(r *runner, word string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(filepath.Join(r.root, "internal"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), word) {
			return err
		}
		dir, err := filepath.Rel(r.root, filepath.Dir(path))
		if pkg := "./" + filepath.ToSlash(dir); err == nil && (len(found) == 0 || found[len(found)-1] != pkg) {
			found = append(found, pkg)
		}
		return err
	})
	return found, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// existing leaves out what git still lists and the folder no longer has.
func existing(root string, files []string) (all []string) {
	for _, f := range files {
		if exists(filepath.Join(root, f)) {
			all = append(all, f)
		}
	}
	return all
}
