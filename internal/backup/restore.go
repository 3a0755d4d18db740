package backup

import (
	"context"
	"slices"

	"filippo.io/age"

	"pana/internal/fault"
	"pana/internal/store"
)

// Restore brings a run back into an empty database, opened without keys, and
// gives the run. number 0 is the newest. What comes is compared with the root
// that the manifest signs; the caller then opens the database with the master
// key, which makes the index anew, applies the tombstones and verifies.
func Restore(ctx context.Context, s *store.Store, dir, verifier string, with []age.Identity, number int) (Run, error) {
	runs, err := Runs(dir, verifier)
	if err != nil {
		return Run{}, err
	}
	i := len(runs) - 1
	if number > 0 {
		i = slices.IndexFunc(runs, func(r Run) bool { return r.Number == number })
	}
	if i < 0 {
		return Run{}, fault.New(fault.NotFound, "backup.no_run")
	}
	runs = runs[:i+1]
	run := runs[i]
	if run.Schema > store.SchemaVersion {
		return Run{}, fault.New(fault.Invalid, "backup.newer_program")
	}
	in, err := s.BeginCopyIn(ctx)
	if err != nil {
		return Run{}, err
	}
	// The keys' newest first: a row that is there stays.
	if err := run.read(dir, store.PartState, with, in); err != nil {
		return Run{}, err
	}
	for n, r := range withKeys(runs) {
		var to sink = in
		if n > 0 {
			to = &dataKeysOnly{sink: in}
		}
		if err := r.read(dir, store.PartKeys, with, to); err != nil {
			return Run{}, err
		}
	}
	for _, r := range runs {
		if err := r.read(dir, store.PartRecord, with, in); err != nil {
			return Run{}, err
		}
	}
	return run, in.End(run.Upto)
}

// withKeys are the runs whose keys together are all: back to the last that wrote
// every one.
func withKeys(runs []Run) (out []Run) {
	for _, r := range slices.Backward(runs) {
		out = append(out, r)
		if r.AllKeys {
			return out
		}
	}
	return out
}

// dataKeysOnly leaves out of an older run's keys what every run has whole: a key
// that was deleted since must not come back.
type dataKeysOnly struct {
	sink
	take bool
}

func (d *dataKeysOnly) Table(part, name string, columns []string) error {
	if d.take = name == "data_keys"; !d.take {
		return nil
	}
	return d.sink.Table(part, name, columns)
}

func (d *dataKeysOnly) Row(values []any) error {
	if !d.take {
		return nil
	}
	return d.sink.Row(values)
}
