package desk_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/testkit"
	"pana/internal/withheld"
	"pana/packs"
)

// mended is the country with one of its rights written otherwise: services are
// owed to who was identified only.
var mended = sync.OnceValues(func() (*pack.Pack, error) {
	return countryWith("  owed_by: [shelter, local_executive_body]\n  when: identification_open\n", "  owed_by: [shelter, local_executive_body]\n  when: victim == \"identified\"\n")
})

// countryWith is the country with passages written otherwise: pairs of was and is.
func countryWith(pairs ...string) (*pack.Pack, error) {
	dir, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		return nil, err
	}
	out := fstest.MapFS{}
	err = fs.WalkDir(dir, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, path)
		for i := 0; i+1 < len(pairs); i += 2 {
			data = bytes.Replace(data, []byte(pairs[i]), []byte(pairs[i+1]), 1)
		}
		out[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	return loaded(out)
}

// kept are packs as the wiring keeps them.
type kept []laws

func (k kept) Of(_ context.Context, law string) (casework.Laws, error) {
	for _, l := range k {
		if l.p.Knows(law) {
			return l, nil
		}
	}
	return nil, fault.New(fault.NotFound, desk.CodeNotPinned)
}

// under opens the world's database again with another pack.
func (w *world) under(p *pack.Pack, older ...laws) {
	w.t.Helper()
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.laws = laws{p}
	var err error
	w.store, err = store.Open(w.t.Context(), store.Options{Address: w.path, Stamp: "demo", Origin: "pana.test", Model: model{w.laws}, Master: w.master})
	if err != nil {
		w.t.Fatal(err)
	}
	w.desk, err = desk.New(desk.Deps{Store: w.store, Laws: w.laws, Kept: kept(older), Now: w.now, Names: w.names, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.desk.LoadNames(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) look() desk.LawMove {
	w.t.Helper()
	seen, err := w.desk.LookAtMove(w.t.Context(), func(int, int) {})
	if err != nil {
		w.t.Fatal(err)
	}
	return seen
}

func (w *world) pinned(file id.File) string { return w.file(file).Pinned }

// What the look says is what the move does, on both databases: so many files, no
// more and no fewer, each once, however often it was interrupted; and the index
// is then what the record adds up to under the newer pack.
func TestFilesAreMovedToANewerPack(t *testing.T) {
	t.Parallel()
	newer, err := mended()
	if err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "pana.db") },
		"postgres": func(t *testing.T) string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldIn(t, address(t), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
			older := w.laws
			files := []id.File{w.girl(), w.girl(), w.girl(), w.atTheBorder()}
			was := w.pinned(files[0])
			w.under(newer, older)

			if err := w.desk.AllDaily(t.Context()); err != nil { // a day goes by
				t.Fatal(err)
			}
			if got := w.pinned(files[0]); got != was {
				t.Fatal("a file was moved to a newer pack, and nobody signed")
			}
			seen := w.look()
			if seen.Files != 4 || seen.Untouched != 1 || len(seen.Lost) != 1 || seen.Lost[0].What != "entitlement.services_presumed" || seen.Lost[0].People != 3 {
				t.Fatalf("%d files, %d untouched, lost %+v", seen.Files, seen.Untouched, seen.Lost)
			}
			if again := w.look(); again.Code != seen.Code || w.pinned(files[0]) != was {
				t.Error("looking changes something")
			}

			if _, _, err := w.desk.MoveAll(t.Context(), func(int) {}); !fault.Is(err, desk.CodeMoveUnsigned) {
				t.Errorf("moved without a signature: %v", err)
			}
			for _, row := range []struct {
				why  string
				in   desk.LawMoveInput
				code string
			}{
				{"another list was looked at", desk.LawMoveInput{Code: "0000000000", Reason: withheld.New("x")}, desk.CodeMoveChanged},
				{"something is taken without a word why", desk.LawMoveInput{Code: seen.Code}, "form.mend"},
			} {
				row.in.Key = w.k()
				if _, err := w.desk.SignMove(t.Context(), row.in); err == nil || row.code != "form.mend" && !fault.Is(err, row.code) {
					t.Errorf("%s: %v", row.why, err)
				}
			}
			if _, err := w.desk.SignMove(t.Context(), desk.LawMoveInput{Key: w.k(), Code: seen.Code, Reason: withheld.New("The order was repealed.")}); err != nil {
				t.Fatal(err)
			}

			w.desk.MoveFew(1)
			ctx, cut := context.WithCancel(t.Context())
			first, _, err := w.desk.MoveAll(ctx, func(n int) {
				if n == 2 {
					cut()
				}
			})
			if err == nil || first != 2 {
				t.Fatalf("cut after two: %d, %v", first, err)
			}
			moved, wait, err := w.desk.MoveAll(t.Context(), func(int) {})
			if err != nil || first+moved != seen.Files || wait != 0 {
				t.Errorf("%d and %d moved of %d, %d wait: %v", first, moved, seen.Files, wait, err)
			}
			if moved, _, err := w.desk.MoveAll(t.Context(), func(int) {}); moved != 0 || err != nil {
				t.Errorf("once more: %d, %v", moved, err)
			}
			for i, file := range files {
				var lines []casework.Entry
				for _, e := range w.file(file).Timeline {
					if e.Type == "law.changed" {
						lines = append(lines, e)
					}
				}
				lost := 0
				if i < 3 {
					lost = 1
				}
				if len(lines) != 1 || len(lines[0].Lost) != lost || !newer.Knows(w.pinned(file)) {
					t.Errorf("file %d says %+v", i, lines)
				}
			}
			w.agrees()
		})
	}
}

// Till it has been signed, what a newer pack takes is not taken at the border: the
// answer about a file that waits is no weaker than a hold.
func TestAFileThatWaitsToBeMovedIsHeld(t *testing.T) {
	t.Parallel()
	newer, err := mended()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	older := w.laws
	w.onRecord(person{age: "30", identified: true, threat: "no", wish: "wants"})
	grown := func(in *desk.CheckInput) { in.Born = withheld.New("1996-05-01") }
	if got := w.askOn(w.desk, grown).Answer; got != desk.NoBar {
		t.Fatalf("before: %s", got)
	}
	w.under(newer, older)
	if got := w.askOn(w.desk, grown).Answer; got != desk.Hold {
		t.Errorf("waiting: %s", got)
	}
	if _, err := w.desk.SignMove(t.Context(), desk.LawMoveInput{Key: w.k(), Code: w.look().Code, Reason: withheld.New("x")}); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.AllDaily(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.askOn(w.desk, grown).Answer; got != desk.NoBar {
		t.Errorf("moved: %s", got)
	}
}

// The page counts for who signs, and names only to who may see.
func TestAMoveOnItsPage(t *testing.T) {
	t.Parallel()
	newer, err := mended()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	older := w.laws
	file := w.girl()
	w.refer(file)
	w.push(31 * time.Minute) // nobody answers: the coordinator has it
	w.letters()
	w.under(newer, older)
	ctx := t.Context()
	for _, who := range []access.Who{w.inspector, w.shelter, w.border, w.judge} {
		if _, err := w.desk.LawMove(ctx, who); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%s: %v", who.BodyKind, err)
		}
	}
	if err := w.desk.LookAtLaw(ctx, w.admin); err != nil {
		t.Fatal(err)
	}
	page := func(who access.Who) desk.LawMoveView {
		t.Helper()
		for {
			v, err := w.desk.LawMove(ctx, who)
			if err != nil {
				t.Fatal(err)
			}
			if !v.Looking {
				return v
			}
		}
	}
	v := page(w.admin)
	if v.Seen == nil || len(v.Seen.Lost) != 1 || len(v.Seen.Lost[0].Files) != 0 {
		t.Fatalf("an administrator, who sees no file, is told %+v", v.Seen)
	}
	if v := page(w.coordinator); len(v.Seen.Lost[0].Files) != 1 || v.Seen.Lost[0].Files[0].File != file {
		t.Errorf("a coordinator who has the file before them is told %+v", v.Seen.Lost)
	}
	sign := func(in desk.LawMoveInput) error {
		in.Key, in.Code, in.Reason = w.k(), v.Seen.Code, withheld.New("The order was repealed.")
		_, err := w.desk.SignLaw(ctx, w.admin, in)
		return err
	}
	if err := sign(desk.LawMoveInput{}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a loss that nobody looked at was signed for: %v", err)
	}
	if err := sign(desk.LawMoveInput{Looked: []string{"entitlement.services_presumed"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.AllDaily(ctx); err != nil {
		t.Fatal(err)
	}
	if v := page(w.admin); v.Waiting != 0 || v.Signed == nil || !newer.Knows(w.pinned(file)) {
		t.Errorf("after the day's work: %+v", v)
	}
	if err := sign(desk.LawMoveInput{}); !fault.Is(err, desk.CodeMoveChanged) {
		t.Errorf("what was looked at is gone, and was signed for: %v", err)
	}
	w.agrees()
}

// A pack that is not kept cannot be compared with, and nothing is moved from it.
func TestAPackThatIsNotKept(t *testing.T) {
	t.Parallel()
	newer, err := mended()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	file := w.girl()
	was := w.pinned(file)
	w.under(newer)
	seen := w.look()
	if !seen.Refused() || len(seen.Unread) != 1 || seen.Unread[0].What != was {
		t.Errorf("seen %+v", seen)
	}
	if _, err := w.desk.SignMove(t.Context(), desk.LawMoveInput{Key: w.k(), Code: seen.Code}); !fault.Is(err, desk.CodeMoveRefused) {
		t.Errorf("signed: %v", err)
	}
	if slices.Contains(newer.Laws(), w.pinned(file)) {
		t.Error("moved")
	}
}
