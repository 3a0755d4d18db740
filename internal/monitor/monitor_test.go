package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/ledger"
	"pana/internal/monitor"
	"pana/internal/store"
	"pana/internal/store/storetest"
	"pana/internal/withheld"
)

var morning = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// office is a database with a ledger, as a monitor sees it.
type office struct {
	*testing.T
	storetest.Place
	*store.Store
	wrote int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	place := storetest.Place{Address: filepath.Join(t.TempDir(), "office.db")}
	return &office{T: t, Place: place, Store: place.Open(t, storetest.Options())}
}

// works writes n acts and signs.
func (o *office) works(n int, at time.Time) {
	o.Helper()
	for range n {
		o.wrote++
		if _, err := storetest.WriteAt(o.Store, fmt.Sprint("act", o.wrote), storetest.Ref(o.wrote%3), storetest.Wrote{
			Name: "n", Text: withheld.New("t"), Region: "r", Body: "b",
		}, at); err != nil {
			o.Fatal(err)
		}
	}
	o.sign(at)
}

func (o *office) sign(at time.Time) {
	o.Helper()
	if _, err := o.Store.Checkpoint(context.Background(), at); err != nil {
		o.Fatal(err)
	}
}

func (o *office) key() string {
	o.Helper()
	_, verifier, err := o.LatestCheckpoint(context.Background())
	if err != nil {
		o.Fatal(err)
	}
	return verifier
}

// line is what a monitor reads: the office's own, with what a test makes of it.
type line struct {
	*office
	tile func(tlog.Tile, []byte) ([]byte, error)
	note func(string) (string, error)
}

func (l line) Checkpoint(ctx context.Context) (string, error) {
	signed, _, err := l.LatestCheckpoint(ctx)
	if err == nil && l.note != nil {
		return l.note(signed)
	}
	return signed, err
}

func (l line) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	data, err := l.SignedTile(ctx, t)
	if err == nil && l.tile != nil {
		return l.tile(t, data)
	}
	return data, err
}

func kindOf(err error) string {
	var f *monitor.Finding
	if errors.As(err, &f) {
		return f.Kind
	}
	return fmt.Sprint(err)
}

func TestAnHonestLedger(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.works(300, morning)
	kept := &monitor.Kept{Verifier: o.key()}
	for i, more := range []int{0, 0, 1, 255, 3} {
		if more > 0 {
			o.works(more, morning.Add(time.Duration(i)*time.Hour))
		}
		seen, err := monitor.Look(t.Context(), line{office: o}, kept, monitor.Rules{Full: i == 3}, morning)
		if err != nil || seen.Checkpoint.Size != int64(o.wrote) || i > 0 && seen.Added != int64(more) {
			t.Fatalf("after %d more: %+v, %v", more, seen, err)
		}
	}
	if len(kept.Evidence) != 0 {
		t.Error("evidence against an honest ledger")
	}
}

// What is served is what public logs serve: tlog's own reader believes it.
func TestTlogReadsTheTiles(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.works(300, morning)
	signed, verifier, err := o.LatestCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(verifier)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	c, err := ledger.OpenCheckpoint(signed, verifier)
	if err != nil || n.Text == "" {
		t.Fatalf("%q: %v", n.Text, err)
	}
	reader := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, served{o})
	for _, leaf := range []int64{0, 255, 256, 299} {
		p, err := o.ProveLeaf(t.Context(), uint64(leaf))
		if err != nil {
			t.Fatal(err)
		}
		proof, err := tlog.ProveRecord(c.Size, leaf, reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, c.Size, c.Root, leaf, p.Leaf); err != nil {
			t.Errorf("leaf %d: %v", leaf, err)
		}
	}
	o.works(1, morning)
	if _, err := o.SignedTile(t.Context(), tlog.Tile{H: 8, N: 1, W: 46}); err == nil {
		t.Error("a tile of leaves that nobody has signed for")
	}
}

// Nothing that is not signed for is given out.
func TestNothingBeyondTheCheckpoint(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.works(5, morning)
	for i := range 3 {
		if _, err := storetest.Write(o.Store, fmt.Sprint("late", i), storetest.Ref(1), storetest.Wrote{Name: "n", Region: "r", Body: "b"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.SignedTile(t.Context(), tlog.Tile{H: 8, N: 0, W: 5}); err != nil {
		t.Error(err)
	}
	if _, err := o.SignedTile(t.Context(), tlog.Tile{H: 8, N: 0, W: 6}); err == nil {
		t.Error("a stranger learns of an act at the second it is done")
	}
}

// served is tlog's TileReader over the store.
type served struct{ *office }

func (served) Height() int { return ledger.TileHeight }

func (served) SaveTiles([]tlog.Tile, [][]byte) {}

func (s served) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, t := range tiles {
		data, err := s.SignedTile(context.Background(), t)
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func TestWhatIsFound(t *testing.T) {
	t.Parallel()
	later := morning.Add(time.Hour)
	for _, row := range []struct {
		why    string
		rules  monitor.Rules
		now    time.Time
		change func(o *office, l *line)
		want   string
		broken bool
	}{
		{"a tile changed on its way", monitor.Rules{}, later, func(_ *office, l *line) {
			l.tile = func(_ tlog.Tile, data []byte) ([]byte, error) { data[len(data)-1] ^= 1; return data, nil }
		}, monitor.BadTiles, true},
		{"the same, every tile read again", monitor.Rules{Full: true}, later, func(_ *office, l *line) {
			l.tile = func(_ tlog.Tile, data []byte) ([]byte, error) { data[0] ^= 1; return data, nil }
		}, monitor.BadTiles, true},
		{"a tile too short", monitor.Rules{}, later, func(_ *office, l *line) {
			l.tile = func(_ tlog.Tile, data []byte) ([]byte, error) { return data[1:], nil }
		}, monitor.Unread, false},
		{"nobody answers", monitor.Rules{}, later, func(_ *office, l *line) {
			l.note = func(string) (string, error) { return "", errors.New("no route") }
		}, monitor.Unread, false},
		{"signed by somebody else", monitor.Rules{}, later, func(_ *office, l *line) {
			l.note = func(string) (string, error) { return another(t, 40, ledger.Hash{1}, later), nil }
		}, monitor.NotSigned, true},
		{"not signed for a day", monitor.Rules{Stale: 2 * time.Hour}, later.Add(24 * time.Hour), nil, monitor.IsStale, false},
		{"signed anew each hour, and nothing happens for a month", monitor.Rules{Stale: 2 * time.Hour, Quiet: 7 * 24 * time.Hour}, later.AddDate(0, 1, 0), func(o *office, _ *line) {
			o.sign(later.AddDate(0, 1, 0))
		}, monitor.IsQuiet, false},
		{"no witness stands for it", monitor.Rules{Quorum: 1}, later, nil, monitor.TooFew, false},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.works(10, morning)
			kept := &monitor.Kept{Verifier: o.key()}
			if _, err := monitor.Look(t.Context(), line{office: o}, kept, monitor.Rules{}, morning); err != nil {
				t.Fatal(err)
			}
			l := line{office: o}
			if row.want != monitor.IsQuiet {
				o.works(2, later)
			}
			if row.change != nil {
				row.change(o, &l)
			}
			_, err := monitor.Look(t.Context(), l, kept, row.rules, row.now)
			if kindOf(err) != row.want || (len(kept.Evidence) > 0) != row.broken && row.want != monitor.NotSigned {
				t.Errorf("found %v, %d pieces of evidence", err, len(kept.Evidence))
			}
		})
	}
}

func another(t *testing.T, size int64, root ledger.Hash, at time.Time) string {
	t.Helper()
	signer, _, err := ledger.SignerOf("pana.test", [32]byte{99})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := ledger.Checkpoint{Origin: "pana.test", Size: size, Root: root, At: at}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// Somebody has the database and every key. Rows are changed and the whole ledger
// is made and signed anew: nothing inside can tell, whoever kept a checkpoint can.
func TestAHistoryThatWasRewritten(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		thus func(*office)
		want string
	}{
		{"another reason stands in the fourth act, and work goes on", func(o *office) {
			o.forge(`update events set reason = 'another' where n = 4`)
			o.works(3, morning.Add(time.Hour))
		}, monitor.Rewritten},
		{"another worker did it, and nothing else happened", func(o *office) {
			o.forge(`update events set worker = 'w2' where n = 4`, `update receipts set worker = 'w2' where act_key = 'act5'`)
		}, monitor.Forked},
		{"the last acts are gone", func(o *office) {
			o.forge(`delete from receipts where act_key in ('act39', 'act40')`, `delete from events where n >= 38`)
		}, monitor.RolledBack},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.works(40, morning)
			kept := &monitor.Kept{Verifier: o.key()}
			if _, err := monitor.Look(t.Context(), line{office: o}, kept, monitor.Rules{}, morning); err != nil {
				t.Fatal(err)
			}
			row.thus(o)

			fresh := o.Place.Open(t, storetest.Options())
			if _, err := fresh.Verify(t.Context(), store.VerifyAll, nil); err != nil && row.want != monitor.RolledBack {
				t.Fatalf("the forgery is not good enough for the test: %v", err)
			}
			_, err := monitor.Look(t.Context(), line{office: o}, kept, monitor.Rules{}, morning)
			if kindOf(err) != row.want || len(kept.Evidence) != 1 || kept.Evidence[0].Before == "" || kept.Evidence[0].After == "" {
				t.Errorf("found %v, evidence %+v", err, kept.Evidence)
			}
			if row.want != monitor.RolledBack {
				if _, err := monitor.Look(t.Context(), line{office: o}, kept, monitor.Rules{Full: true}, morning); kindOf(err) != row.want {
					t.Errorf("read from the first leaf: %v", err)
				}
			}
		})
	}
}

// TestAMonitorGoesWhereItWasSent and nowhere else: a ledger that answers with another
// address is not looked at there.
func TestAMonitorGoesWhereItWasSent(t *testing.T) {
	t.Parallel()
	asked := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer other.Close()
	here := httptest.NewServer(http.RedirectHandler(other.URL+"/ledger/checkpoint", http.StatusFound))
	defer here.Close()
	if note, err := monitor.NewRemote(here.URL).Checkpoint(t.Context()); err == nil || asked {
		t.Errorf("%q, %v; the other was asked: %v", note, err, asked)
	}
}
