package app

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/testkit"
)

// office is an installation in a folder, opened as serve opens it.
type office struct {
	*testing.T
	dir     string
	address string // "": a file in dir
	master  seal.Master
	log     bytes.Buffer
}

func (o *office) open(packDir string) *house {
	o.Helper()
	h, err := o.tryOpen(packDir)
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() { _ = h.close() })
	return h
}

func (o *office) tryOpen(packDir string) (*house, error) {
	o.log.Reset()
	address := o.address
	if address == "" {
		address = filepath.Join(o.dir, databaseFile)
	}
	return build(o.Context(), plan{
		address: address, stamp: serveStamp, origin: "pana-test", master: o.master, packDir: packDir,
		clock: &Clock{}, log: slog.New(slog.NewTextHandler(&o.log, nil)), blind: true, unlinted: true,
	})
}

// packFolder is the country's pack in a folder of its own, with one sentence in one file
// written otherwise.
func packFolder(t *testing.T, file, was, is string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "kz")
	if err := os.CopyFS(dir, os.DirFS("../../packs/kz")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte(was)) {
		t.Fatalf("%s: %v", path, err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte(was), []byte(is), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// adoptsBy records that two workers adopted the edition of a folder.
func adoptsBy(ctx context.Context, s *store.Store, e *edition, l casework.Laws) error {
	at := (&Clock{}).Now()
	first, second := id.New[id.Worker](at), id.New[id.Worker](at)
	who := access.Who{Worker: second, BodyKind: "administrator", Role: "administrator"}
	if err := s.PinPack(ctx, editionPrefix+e.Bytes, e.content, at); err != nil {
		return err
	}
	_, err := s.Change(ctx, store.Act{Key: "adopt " + e.Bytes, Who: who, At: at, Streams: []casework.Ref{casework.AdoptionRef()}}, func(had *store.Loaded) (casework.Decision, error) {
		old := store.As[*casework.Adoption](had, casework.AdoptionRef())
		return casework.AdoptPack(old, casework.PackAdopted{Edition: e.Edition, How: casework.AdoptedByTwo, From: first, Was: old.Edition.Bytes}, casework.Moment{At: at, By: casework.Actor{Worker: second}, Laws: l})
	})
	return err
}

// TestTheAdoptedEditionRuns: who can write to the folder decides nothing. The first
// edition is adopted by itself, and is a leaf; another in the folder waits, and says so;
// one that does not load stops nobody; adopted by two it runs from the next start.
func TestTheAdoptedEditionRuns(t *testing.T) {
	t.Parallel()
	o := &office{T: t, dir: t.TempDir()}
	var err error
	if o.master, err = seal.NewMasterFile(filepath.Join(o.dir, masterFile)); err != nil {
		t.Fatal(err)
	}
	h := o.open("")
	own := h.pack.Digest()
	adopted, err := lastAdopted(t.Context(), h.store)
	if err != nil || adopted == nil || adopted.How != casework.AdoptedFirst || adopted.Edition.Digest != own || adopted.Edition.Bytes == "" || adopted.Edition.Law == "" {
		t.Fatalf("the first start adopted %+v, %v", adopted, err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	doctor := func(dir string) string {
		t.Helper()
		for _, f := range (doctorCommand{database: database{Data: o.dir, Pack: dir}}).look(t.Context(), (&Clock{}).Now()) {
			if f.what == "the adopted edition of the pack" {
				return f.wrong
			}
		}
		return "it says nothing"
	}
	if said := doctor(""); said != "" {
		t.Errorf("the doctor of a folder that runs: %s", said)
	}

	wider := packFolder(t, "access.yaml", "- {id: administer_own,", "- {id: wider, kinds: [police], roles: [head], acts: [ledger.see], things: [check], purpose: oversight, basis: [{source: pana, says: \"Keeps bodies and workers; never sees a file.\", mark: P}]}\n- {id: administer_own,")
	h = o.open(wider)
	if h.pack.Digest() != own || h.opened.offered == nil || h.opened.offered.Digest == own {
		t.Errorf("another edition in the folder runs, unadopted: offered %t", h.opened.offered != nil)
	}
	if !strings.Contains(o.log.String(), "another edition of the pack") {
		t.Errorf("the log says nothing of it: %s", o.log.String())
	}
	if said := doctor(wider); !strings.Contains(said, "another edition") {
		t.Errorf("the doctor says %q", said)
	}
	newer := h.opened.offered
	if err := adoptsBy(t.Context(), h.store, newer, h.laws); err != nil {
		t.Fatal(err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}

	h = o.open("") // another node, whose folder is still the old one
	if h.pack.Digest() != newer.Digest || h.opened.offered == nil {
		t.Error("the adopted edition does not run where the folder is another")
	}
	if _, err := h.store.Verify(t.Context(), store.VerifyAll, nil); err != nil {
		t.Errorf("verify under the adopted edition: %v", err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}

	h = o.open(packFolder(t, "pack.yaml", "zone:", "zona:"))
	if h.pack.Digest() != newer.Digest || h.opened.bad == nil || !strings.Contains(o.log.String(), "does not load") {
		t.Errorf("a folder that does not load: %v, log %s", h.opened.bad, o.log.String())
	}
	// What is kept as the adopted edition is looked at: who holds the database puts no
	// other in its place.
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(o.dir, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`update packs set content = (select content from packs where digest = ?) where digest = ?`, editionPrefix+adopted.Edition.Bytes, editionPrefix+newer.Bytes); err != nil {
		t.Fatal(err)
	}
	if _, err := o.tryOpen(""); err == nil || !strings.Contains(err.Error(), CodeEditionBytes) {
		t.Errorf("bytes that nobody adopted: %v", err)
	}
}

// TestTwoNodesAdoptOnce: of two nodes that begin at once with the same folder one adopts;
// one that begins with another folder at that moment is told, and adopts nothing.
func TestTwoNodesAdoptOnce(t *testing.T) {
	t.Parallel()
	o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster()}
	h := o.open("")
	h.opened.adopted = nil // as the other saw it, a moment before
	if err := h.adopt(t.Context(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	late := o.open(packFolder(t, "access.yaml", "- {id: administer_own,", "- {id: wider, kinds: [police], roles: [head], acts: [ledger.see], things: [check], purpose: oversight, basis: [{source: pana, says: \"Keeps bodies and workers; never sees a file.\", mark: P}]}\n- {id: administer_own,"))
	late.opened.adopted, late.opened.running = nil, late.opened.offered
	if err := late.adopt(t.Context(), late.clock.Now()); !fault.Is(err, casework.CodeAdoptionMoved) {
		t.Errorf("another folder at the same moment: %v", err)
	}
	if a, err := lastAdopted(t.Context(), h.store); err != nil || a.Seq() != 1 {
		t.Errorf("adopted %d times, %v", a.Seq(), err)
	}
}

// TestTwoNodesAdoptFromOneFolder, on PostgreSQL: one node's folder holds an edition that
// the other's does not. It is moved on the first and seconded on the other, by two at
// once and adopted once; and both run it from their next start.
func TestTwoNodesAdoptFromOneFolder(t *testing.T) {
	t.Parallel()
	o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster(), address: testkit.Postgres(t)}
	wider := packFolder(t, "access.yaml", "- {id: administer_own,", "- {id: wider, kinds: [police], roles: [head], acts: [ledger.see], things: [check], purpose: oversight, basis: [{source: pana, says: \"Keeps bodies and workers; never sees a file.\", mark: P}]}\n- {id: administer_own,")
	one := o.open("")
	other := o.open(wider)
	if one.pack.Digest() != other.pack.Digest() || other.opened.offered == nil || one.opened.offered != nil {
		t.Fatal("the nodes do not run one edition, or the folders offer the same")
	}
	offered := other.opened.offered.Edition
	admins := administrators(t, one)
	ctx := t.Context()
	do := func(h *house, who access.Who, in desk.AdoptionInput) error {
		in.Key, in.Edition, in.Looked = string(id.New[id.Event](h.clock.Now())), offered.Bytes, true
		_, err := h.desk.DecideAdoption(ctx, who, in)
		return err
	}
	if err := do(one, admins[0], desk.AdoptionInput{Do: "propose"}); !fault.Is(err, desk.CodeAdoptionGone) {
		t.Errorf("moved on a node whose folder does not hold it: %v", err)
	}
	if err := do(other, admins[0], desk.AdoptionInput{Do: "propose"}); err != nil {
		t.Fatal(err)
	}
	page, err := one.desk.Adoption(ctx, admins[1])
	if err != nil || page.Waits == nil || page.Waits.Here || page.Change == nil || len(page.Change.More) != 1 {
		t.Fatalf("on the node without the folder: %+v, %+v, %v", page.Waits, page.Change, err)
	}
	if err := do(one, admins[0], desk.AdoptionInput{Do: "confirm", Motion: page.Waits.ID}); !fault.Is(err, casework.CodeMotionOwn) {
		t.Errorf("seconded by who moved it, on another node: %v", err)
	}
	var all sync.WaitGroup
	var adopted atomic.Int32
	for i, h := range []*house{one, other} {
		all.Go(func() {
			err := do(h, admins[1+i], desk.AdoptionInput{Do: "confirm", Motion: page.Waits.ID})
			switch {
			case err == nil:
				adopted.Add(1)
			case !fault.Is(err, casework.CodeMotionOver):
				t.Errorf("the slower of two seconds: %v", err)
			}
		})
	}
	all.Wait()
	if adopted.Load() != 1 {
		t.Errorf("adopted %d times", adopted.Load())
	}
	if a, err := lastAdopted(ctx, one.store); err != nil || a.Seq() != 2 || a.Edition.Digest != offered.Digest || a.From != admins[0].Worker {
		t.Errorf("adopted: %+v, %v", a, err)
	}
	for _, h := range []*house{one, other} {
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"", wider} {
		if h := o.open(dir); h.pack.Digest() != offered.Digest {
			t.Errorf("folder %q: the adopted edition does not run", dir)
		} else if _, err := h.store.Verify(ctx, store.VerifyAll, nil); err != nil {
			t.Errorf("folder %q: %v", dir, err)
		}
	}
}

// administrators are three who may adopt, of one body.
func administrators(t *testing.T, h *house) (out []access.Who) {
	t.Helper()
	body := id.New[id.Body](h.clock.Now())
	for range 3 {
		out = append(out, access.Who{Worker: id.New[id.Worker](h.clock.Now()), Body: body, BodyKind: "administrator", Role: "administrator"})
	}
	return out
}
