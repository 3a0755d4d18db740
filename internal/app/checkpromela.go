package app

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// writePromela writes what Spin can be asked about one property in one column,
// and says what it has to find.
func writePromela(w *world, p *pack.Pack, q check.Query, file string) (exit int) {
	if len(q.Properties) != 1 || len(q.Snapshots) != 1 || len(q.Overlays) > 1 {
		fmt.Fprintln(w.err, "pana: a model is of one property in one column: add --property ID --snapshot DATE, and --overlay NAME if it is not the law alone")
		return exitUnread
	}
	var overlays []string
	if len(q.Overlays) == 1 {
		overlays = q.Overlays[0]
	}
	m, problems := p.Compose(q.Snapshots[0], overlays)
	if bad := procedure.Errors(problems); len(bad) > 0 {
		return tellUnread(w.err, bad)
	}
	var model bytes.Buffer
	found, err := check.Promela(w.ctx, &model, m, p.Property(q.Properties[0]))
	if err == nil {
		err = writeModel(w.out, file, model.Bytes())
	}
	if err != nil {
		fmt.Fprintln(w.err, "pana:", err)
		return exitUnread
	}
	verdict := "no assertion violated"
	if found.Broken {
		verdict = "an assertion violated"
	}
	fmt.Fprintf(w.err, "Spin must find %d states stored and %s\n", found.States+1, verdict)
	return exitOK
}

// writeModel writes a new file, or over an old model: never half of one.
func writeModel(out io.Writer, file string, model []byte) error {
	if file == "-" {
		_, err := out.Write(model)
		return err
	}
	temporary := file + ".part"
	if err := os.WriteFile(temporary, model, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, file)
}
