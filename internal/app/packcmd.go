package app

import (
	"fmt"
	"io"
	"os"
	"strings"

	"pana/internal/pack"
)

// PackLint prints every problem of a pack's folder and a count, and returns
// the exit code: 1 when there is an error, 2 when the folder cannot be read.
func PackLint(w io.Writer, dir string, profile string) (exit int) {
	if _, err := os.Stat(dir); err != nil {
		fmt.Fprintf(w, "%s: no such folder\n", dir)
		return 2
	}
	p, problems := pack.Load(os.DirFS(dir))
	problems = append(problems, pack.Lint(p, pack.Profile(profile))...)
	for _, problem := range problems {
		problem.Pos.File = strings.TrimSuffix(dir, "/") + "/" + problem.Pos.File
		fmt.Fprintln(w, problem)
	}
	errors := len(pack.Errors(problems))
	fmt.Fprintf(w, "%s %s: %d errors, %d warnings\n", p.Head.ID, p.Head.Version, errors, len(problems)-errors)
	if errors > 0 {
		return 1
	}
	return 0
}
