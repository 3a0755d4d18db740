package app

import (
	"fmt"
	"io"
	"os"
	"strings"

	"pana/internal/access"
	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"
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
	problems = append(problems, accessProblems(p)...)
	problems = append(problems, declaredProblems(p)...)
	problems = append(problems, pack.RunStories(p, os.DirFS(dir))...)
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

// declaredProblems are those of the guards that speak of elements: what can be
// read of an element is package check's to know.
func declaredProblems(p *pack.Pack) []pack.Problem {
	var out []pack.Problem
	for _, property := range p.Properties {
		if property.Declared == nil {
			continue
		}
		for _, src := range []string{property.Declared.Each, property.Declared.Require} {
			_, problems := procedure.CompileGuard(src, check.Columns)
			for _, problem := range problems {
				problem.Pos = property.Pos
				out = append(out, problem)
			}
		}
	}
	return out
}

// accessProblems are those of the access rules, which the pack's own linter
// cannot judge: what may be done with a file is package access's to know.
func accessProblems(p *pack.Pack) []pack.Problem {
	_, problems := access.Compile(p.Rules)
	out := make([]pack.Problem, len(problems))
	for i, problem := range problems {
		out[i] = pack.Problem{Pos: problem.Pos, Code: "access.rule", What: problem.What, Mend: problem.Mend}
	}
	return out
}
