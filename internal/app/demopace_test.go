package app

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/packs"
)

// A demonstration lives its past while the pack is looked at, and does not serve
// a pack that it would have refused beforehand.
func TestDemoServesNoBadPack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, packs.FS); err != nil {
		t.Fatal(err)
	}
	services := filepath.Join(dir, "kz", "services.yaml")
	text, err := os.ReadFile(services)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(services, []byte(strings.Replace(string(text), "needs: [company]", "needs: [compony]", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := openDemo(t.Context(), t.TempDir(), 30, io.Discard, slog.New(slog.DiscardHandler), func(p *plan) { p.packDir = filepath.Join(dir, "kz") })
	if err == nil {
		_ = d.close()
		t.Fatal("it serves a service that meets a need nobody has")
	}
	if !strings.Contains(err.Error(), `services.yaml:10: service cultural names "compony"`) {
		t.Errorf("it says %v", err)
	}
}

// pace is a seeder whose deeds do nothing but say that they were done.
type pace struct {
	*seeder
	mu   sync.Mutex
	done []deed
}

func newPace(t *testing.T) *pace {
	t.Helper()
	p := &pace{seeder: &seeder{t: &town{data: &demoData{}}, refused: map[string]int{}, begun: map[int][]deed{}, past: make(chan *lane, 4)}}
	for range cap(p.past) {
		p.past <- &lane{}
	}
	return p
}

func (p *pace) deed(file int, at time.Time, then ...func()) deed {
	d := deed{at: at, file: file, what: "deed"}
	d.do = func(context.Context, *desk.Desk) error {
		p.mu.Lock()
		p.done = append(p.done, d)
		p.mu.Unlock()
		for _, do := range then {
			do()
		}
		return nil
	}
	return d
}

// Every deed of before now is done once; of one file in the order of their time,
// with what they set going in its place; and no file runs ahead of another by
// more deeds than may be begun at once.
func TestThePastIsLivedInItsOrder(t *testing.T) {
	t.Parallel()
	p := newPace(t)
	r := rand.New(rand.NewPCG(1, 2))
	now := epoch.Add(10_000 * time.Minute)
	var deeds []deed
	for n := range 3000 {
		file, at := r.IntN(300), epoch.Add(time.Duration(r.IntN(11_000))*time.Minute)
		if n%10 > 0 {
			deeds = append(deeds, p.deed(file, at))
			continue
		}
		ring := p.deed(file, at.Add(time.Duration(r.IntN(600))*time.Minute)) // soon enough that the file may have gone on
		deeds = append(deeds, p.deed(file, at, func() { p.after(ring) }))
	}
	want := 0
	for _, d := range deeds {
		if d.at.Before(now) {
			want++
		}
	}
	if err := p.run(t.Context(), deeds, now, io.Discard); err != nil {
		t.Fatal(err)
	}
	last, rings, ahead := map[int]time.Time{}, 0, 0
	for i, d := range p.done {
		if !d.at.Before(now) {
			t.Errorf("done before its time: %s", d.at)
		}
		if d.at.Before(last[d.file]) {
			t.Errorf("file %d: %s after %s", d.file, d.at, last[d.file])
		}
		last[d.file] = d.at
		late := slices.IndexFunc(p.done[i:], func(o deed) bool {
			return o.at.Before(d.at.Add(-3 * abreast * 11_000 / 3000 * time.Minute)) // thrice: they do not lie evenly, and a late one sets others going
		})
		ahead = max(ahead, late)
	}
	if rings = len(p.done) - want; rings < 200 {
		t.Errorf("%d deeds came of others, of some 270", rings)
	}
	if ahead > 0 {
		t.Errorf("a deed was done before one long before it")
	}
}

// What cannot be written ends the living of it; what is refused is counted.
func TestThePastEndsAtAFault(t *testing.T) {
	t.Parallel()
	p := newPace(t)
	var deeds []deed
	for n := range 2000 {
		d := p.deed(n, epoch.Add(time.Duration(n)*time.Minute))
		switch n {
		case 10:
			d.do = func(context.Context, *desk.Desk) error { return fault.New(fault.Conflict, "test.no") }
		case 1000:
			d.do = func(context.Context, *desk.Desk) error { return fault.New(fault.Internal, "test.broken") }
		}
		deeds = append(deeds, d)
	}
	err := p.run(t.Context(), deeds, epoch.Add(9000*time.Minute), io.Discard)
	if !fault.Is(err, "test.broken") {
		t.Errorf("it ended with %v", err)
	}
	if p.refused["deed: test.no"] != 1 {
		t.Errorf("refused: %v", p.refused)
	}
	if len(p.done) > 1000+abreast {
		t.Errorf("%d deeds were done after it could not be written", len(p.done))
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if p := newPace(t); p.run(ctx, []deed{p.deed(1, epoch)}, epoch.Add(time.Minute), io.Discard) == nil {
		t.Error("who stopped it is told that all is done")
	}
}
