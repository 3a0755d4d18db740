package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pana/internal/access"
	"pana/internal/backup"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/store/storetest"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

func TestMain(m *testing.M) {
	code := m.Run()
	testkit.StopPostgres()
	os.Exit(code)
}

var day = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// office is a database that is backed up, and where to.
type office struct {
	*testing.T
	s        *store.Store
	opt      store.Options
	dir      string
	identity *age.X25519Identity
	verifier string
}

func newOffice(t *testing.T, place storetest.Place) *office {
	t.Helper()
	o := &office{T: t, opt: storetest.Options(), dir: filepath.Join(t.TempDir(), "backups")}
	o.s = place.Open(t, o.opt)
	identity, err := age.GenerateX25519Identity()
	o.must(err)
	o.identity = identity
	_, o.verifier, err = o.s.SignText(t.Context(), "x\n", day)
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) write(n int, key string) {
	o.Helper()
	_, err := storetest.WriteAt(o.s, key, storetest.Ref(n), storetest.Wrote{Name: key}, day)
	o.must(err)
}

func (o *office) document(n int, key string, of []byte, at time.Time) casework.Blob {
	o.Helper()
	w, err := o.s.NewBlob(o.Context(), storetest.Ref(n), "shelter", at)
	o.must(err)
	_, err = w.Write(of)
	o.must(err)
	b, err := w.Finish()
	o.must(err)
	_, err = storetest.WriteAt(o.s, key, storetest.Ref(n), storetest.Wrote{Name: key, Blob: &b}, at)
	o.must(err)
	return b
}

func (o *office) take(at time.Time) backup.Run {
	o.Helper()
	run, err := backup.Take(o.Context(), o.s, o.dir, []age.Recipient{o.identity.Recipient()}, at)
	o.must(err)
	return run
}

// restore brings a run back to a place and opens it as the command does.
func (o *office) restore(to storetest.Place, number int) (*store.Store, error) {
	opt := o.opt
	opt.Stamp, opt.Master = store.AnyStamp, nil
	bare, err := to.Try(opt)
	if err != nil {
		return nil, err
	}
	_, err = backup.Restore(context.Background(), bare, o.dir, o.verifier, []age.Identity{o.identity}, number)
	o.must(bare.Close())
	if err != nil {
		return nil, err
	}
	s := to.Open(o, o.opt)
	o.must(s.ApplyTombstones(o.Context(), nil, day))
	return s, nil
}

func (o *office) has(s *store.Store, n int, key string) bool {
	o.Helper()
	l, err := s.View(o.Context(), storetest.Ref(n))
	o.must(err)
	pad := store.As[*storetest.Pad](l, storetest.Ref(n))
	if pad == nil {
		return false
	}
	_, ok := pad.Lines[key]
	return ok
}

func sqlite(t testing.TB) storetest.Place {
	return storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}
}

func postgres(t testing.TB) storetest.Place { return storetest.Place{Address: testkit.Postgres(t)} }

// A life of an office: acts, documents, an erasure and backups between them; then
// the machine is gone, and all that was backed up is there again, on either
// database, and what was erased is not.
func TestWhatWasBackedUpComesBack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why      string
		from, to func(testing.TB) storetest.Place
	}{
		{"an office's file", sqlite, sqlite},
		{"a country's server", postgres, postgres},
		{"from an office to a country", sqlite, postgres},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, row.from(t))
			o.write(1, "first")
			o.write(2, "to be erased")
			page := bytes.Repeat([]byte("scan"), 60_000)
			doc := o.document(3, "scan", page, day)
			late, err := o.s.NewBlob(t.Context(), storetest.Ref(4), "shelter", day.Add(-time.Hour)) // on a slow line
			o.must(err)
			_, err = o.s.Checkpoint(t.Context(), day)
			o.must(err)
			o.must(o.s.PinPack(t.Context(), "sha256:toy", []byte("the law of the day"), day))
			first := o.take(day)
			if !first.AllKeys || first.Upto.Leaves != 3 {
				t.Errorf("the first run: %+v", first)
			}
			_, err = late.Write(page)
			o.must(err)
			blob, err := late.Finish()
			o.must(err)
			_, err = storetest.WriteAt(o.s, "late", storetest.Ref(4), storetest.Wrote{Name: "late", Blob: &blob}, day)
			o.must(err)
			_, err = o.s.Erase(t.Context(), "erase", access.Who{Worker: "w1"}, storetest.Ref(2), "asked", day)
			o.must(err)
			second := o.take(day.Add(time.Hour))
			if second.AllKeys || second.Rows[store.PartRecord]["events"] != 2 || second.Rows[store.PartKeys]["data_keys"] == 0 || second.Rows[store.PartRecord]["packs"] != 0 {
				t.Errorf("the second run took what the first had: %+v", second.Rows)
			}
			o.write(5, "after the last backup")

			s, err := o.restore(row.to(t), 0)
			o.must(err)
			if !o.has(s, 1, "first") || !o.has(s, 4, "late") || o.has(s, 2, "to be erased") || o.has(s, 5, "after the last backup") {
				t.Error("another record came back")
			}
			for _, d := range []struct {
				n    int
				blob casework.Blob
			}{{3, doc}, {4, blob}} {
				r, err := s.ReadBlob(t.Context(), storetest.Ref(d.n), d.blob)
				o.must(err)
				if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, page) {
					t.Errorf("document of %d: %d bytes, %v", d.n, len(got), err)
				}
			}
			report, err := s.Verify(t.Context(), store.VerifyAll, nil)
			if err != nil || report.Leaves != second.Upto.Leaves || report.Root != second.Upto.Root || report.Erased != 1 || report.Checkpoints != 1 {
				t.Errorf("report = %+v, %v", report, err)
			}
			if law, err := s.PinnedPack(t.Context(), "sha256:toy"); err != nil || string(law) != "the law of the day" {
				t.Errorf("the law that files follow: %q, %v", law, err)
			}
			if _, err := storetest.WriteAt(s, "goes on", storetest.Ref(1), storetest.Wrote{Name: "goes on"}, day); err != nil {
				t.Errorf("the restored database takes no act: %v", err)
			}
			if _, err := storetest.WriteAt(s, "first", storetest.Ref(1), storetest.Wrote{Name: "first"}, day); err != nil || s.Close() != nil {
				t.Errorf("an act done before the backup is not known again: %v", err)
			}
		})
	}
}

// The drill: who has the backup and the identity and not the master key reads nothing.
func TestABackupIsUselessWithoutTheMasterKey(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sqlite(t))
	_, err := storetest.WriteAt(o.s, "said", storetest.Ref(1), storetest.Wrote{Name: "said", Text: withheld.New("Nozima")}, day)
	o.must(err)
	o.take(day)
	files, err := filepath.Glob(filepath.Join(o.dir, "*"))
	o.must(err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		o.must(err)
		if bytes.Contains(b, []byte("Nozima")) || bytes.Contains(b, []byte("kek/")) {
			t.Errorf("%s is in clear", filepath.Base(f))
		}
		info, err := os.Stat(f)
		o.must(err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(f), info.Mode().Perm())
		}
	}
	right := o.opt.Master
	o.opt.Master = seal.NewMaster()
	to := sqlite(t)
	opt := o.opt
	opt.Master, opt.Stamp = nil, store.AnyStamp
	bare := to.Open(t, opt)
	_, err = backup.Restore(t.Context(), bare, o.dir, o.verifier, []age.Identity{o.identity}, 0)
	o.must(err)
	o.must(bare.Close())
	b, err := os.ReadFile(to.Address)
	o.must(err)
	if bytes.Contains(b, []byte("Nozima")) {
		t.Error("the restored file has what she said in clear")
	}
	if _, err := to.Try(o.opt); !fault.Is(err, "seal.wrong_master") {
		t.Errorf("another master key opened it: %v", err)
	}
	o.opt.Master = right
	if s := to.Open(t, o.opt); !o.has(s, 1, "said") {
		t.Error("the right master key did not open it")
	}
	stranger, err := age.GenerateX25519Identity()
	o.must(err)
	o.identity = stranger
	if _, err := o.restore(sqlite(t), 0); !fault.Is(err, "backup.identity") {
		t.Errorf("another's identity decrypted it: %v", err)
	}
}

// What was changed, cut, taken away or put in place of another is refused, and
// never by half restored without saying so.
func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sqlite(t))
	for n := range 3 {
		o.write(n, fmt.Sprint("line ", n))
		o.take(day.Add(time.Duration(n) * time.Hour))
	}
	whole := o.dir
	for _, row := range []struct {
		why, want string
		harm      func(dir string) error
	}{
		{"a byte of the record", "backup.damaged", func(dir string) error { return flip(filepath.Join(dir, "000002-record.age")) }},
		{"a byte of the keys", "backup.damaged", func(dir string) error { return flip(filepath.Join(dir, "000003-keys.age")) }},
		{"the end of a part", "backup.damaged", func(dir string) error { return cut(filepath.Join(dir, "000001-record.age")) }},
		{"a part is gone", "backup.part_missing", func(dir string) error { return os.Remove(filepath.Join(dir, "000001-record.age")) }},
		{"a run is gone", "backup.run_missing", func(dir string) error { return os.Remove(filepath.Join(dir, "000002.manifest")) }},
		{"the first run is gone", "backup.run_missing", func(dir string) error { return os.Remove(filepath.Join(dir, "000001.manifest")) }},
		{"a part in another's place", "backup.damaged", func(dir string) error {
			return os.Rename(filepath.Join(dir, "000002-state.age"), filepath.Join(dir, "000003-state.age"))
		}},
		{"a manifest that somebody else wrote", "backup.manifest", func(dir string) error {
			b, err := os.ReadFile(filepath.Join(dir, "000003.manifest"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "000003.manifest"), bytes.Replace(b, []byte(`"leaves":3`), []byte(`"leaves":4`), 1), 0o600)
		}},
	} {
		dir := t.TempDir()
		o.must(os.CopyFS(filepath.Join(dir, "b"), os.DirFS(whole)))
		o.dir = filepath.Join(dir, "b")
		o.must(row.harm(o.dir))
		to := sqlite(t)
		if _, err := o.restore(to, 0); !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %s", row.why, err, row.want)
		}
		if s, err := to.Try(o.opt); err == nil {
			if report, _ := s.Verify(t.Context(), store.VerifyRecord, nil); report.Leaves > 0 {
				t.Errorf("%s: half of it opens as if it were whole", row.why)
			}
			_ = s.Close()
		} else if !fault.Is(err, "store.half_restored") {
			t.Errorf("%s: afterwards %v", row.why, err)
		}
	}
	o.dir = whole
	if s, err := o.restore(sqlite(t), 2); err != nil || !o.has(s, 1, "line 1") || o.has(s, 2, "line 2") {
		t.Errorf("an earlier run did not come back: %v", err)
	}
	full := sqlite(t)
	_ = full.Open(t, o.opt).Close()
	if _, err := o.restore(full, 0); !fault.Is(err, "restore.not_empty") {
		t.Errorf("a database that is in use was restored over: %v", err)
	}
}

func flip(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[len(b)-20] ^= 1
	return os.WriteFile(path, b, 0o600)
}

func cut(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()-40)
}

// Keys live for thirty days in backups, and every key is written once a day.
func TestKeysInBackupsAreForgotten(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sqlite(t))
	var all []bool
	for n, after := range []time.Duration{0, time.Hour, 25 * time.Hour, 30 * 24 * time.Hour, 31 * 24 * time.Hour} {
		o.write(n, fmt.Sprint("line ", n))
		all = append(all, o.take(day.Add(after)).AllKeys)
	}
	if fmt.Sprint(all) != "[true false true true true]" {
		t.Errorf("all keys were written in %v", all)
	}
	left, err := filepath.Glob(filepath.Join(o.dir, "*-keys.age"))
	o.must(err)
	if len(left) != 3 || !strings.Contains(left[0], "000003") { // the third is 29 days and 23 hours old
		t.Errorf("keys left: %v", left)
	}
	if s, err := o.restore(sqlite(t), 0); err != nil || !o.has(s, 0, "line 0") {
		t.Errorf("what is left does not restore: %v", err)
	}
	next, err := o.s.Keys().Succeed(t.Context(), "kek/shelter/2026q1", day)
	o.must(err)
	_, err = o.s.RewrapDataKeys(t.Context(), "kek/shelter/2026q1", next.ID, nil)
	o.must(err)
	if run := o.take(day.Add(31*24*time.Hour + time.Minute)); !run.AllKeys {
		t.Error("data keys moved to a successor were not written again")
	}
	if s, err := o.restore(sqlite(t), 0); err != nil || !o.has(s, 0, "line 0") {
		t.Errorf("after a stolen key: %v", err)
	}
}

// A database that was set back is not added to the backups of what it was.
func TestABackupOfAnotherPastIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sqlite(t))
	o.write(1, "one")
	o.take(day)
	o.write(1, "two")
	o.take(day.Add(time.Hour))
	s, err := o.restore(sqlite(t), 1)
	o.must(err)
	o.s = s
	if _, err := backup.Take(t.Context(), o.s, o.dir, []age.Recipient{o.identity.Recipient()}, day); !fault.Is(err, "backup.ledger_shorter") {
		t.Errorf("shorter: %v", err)
	}
	o.write(2, "another second")
	o.write(2, "another third")
	if _, err := backup.Take(t.Context(), o.s, o.dir, []age.Recipient{o.identity.Recipient()}, day); !fault.Is(err, "backup.other_ledger") {
		t.Errorf("another past: %v", err)
	}
	if runs, err := backup.Runs(o.dir, o.verifier); err != nil || len(runs) != 2 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}
