// Package known asks govulncheck, pinned in tools/go.mod, what is known against the modules
// that the program is made of, as far as the program calls it. It takes the answer of a
// database for true: which one, its caller says.
package known

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Public is the Go project's database.
const Public = "https://vuln.go.dev"

// Build builds govulncheck into a folder.
func Build(ctx context.Context, tools, folder string) (program string, err error) {
	program = filepath.Join(folder, "govulncheck")
	c := exec.CommandContext(ctx, "go", "-C", tools, "build", "-o", program, "golang.org/x/vuln/cmd/govulncheck")
	c.Stderr = os.Stderr
	return program, c.Run()
}

// affected is how govulncheck says that it found something.
const affected = 3

// Ask asks a database about the packages of a module's folder. What is found is said in
// the text, with a way by which the program calls it; an error says that nothing was
// answered.
func Ask(ctx context.Context, program, db, module, pattern string) (text string, found bool, err error) {
	c := exec.CommandContext(ctx, program, "-db", db, pattern)
	c.Dir = module
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err = c.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return out.String(), false, nil
	case errors.As(err, &exit) && exit.ExitCode() == affected:
		return out.String(), true, nil
	}
	return "", false, fmt.Errorf("%s was not asked: %w: %s", db, err, strings.TrimSpace(said.String()))
}

// Invented is the number of the entry that Invent writes.
const Invented = "GO-2026-0000"

// Invent writes a database with one entry, about a function that the names' package calls;
// mended is the version from which on it is no more so, empty for none. Whether an answer
// of nothing means something is seen by asking this one.
func Invent(folder, mended string) (db string, err error) {
	events := `{"introduced":"0"}`
	if mended != "" {
		events += fmt.Sprintf(`,{"fixed":%q}`, mended)
	}
	const day = "2026-11-01T00:00:00Z"
	return Lay(folder, []Entry{{Schema: "1.3.1", ID: Invented, Modified: day, Published: day, Summary: "Invented",
		Affected: []byte(`[{"package":{"name":"golang.org/x/text","ecosystem":"Go"},"ranges":[{"type":"SEMVER","events":[` + events + `]}],"ecosystem_specific":{"imports":[{"path":"golang.org/x/text/unicode/norm","symbols":["Form.String"]}]}}]`),
		Database: []byte(`{"review_status":"REVIEWED"}`)}})
}
