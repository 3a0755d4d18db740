package check

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/packs"
)

func load(t testing.TB, id string) *pack.Pack {
	t.Helper()
	sub, err := fs.Sub(packs.FS, id)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := pack.Load(sub)
	for _, x := range pack.Errors(problems) {
		t.Fatal(x)
	}
	return p
}

var noon = time.Date(2030, 3, 4, 12, 0, 0, 0, time.UTC)

// TestTracesReplay: every story of the trafficking side is a run of the engine:
// each step is lawful when its turn comes, and sets what the story says.
func TestTracesReplay(t *testing.T) {
	t.Parallel()
	p := load(t, "kz")
	ids := slices.DeleteFunc([]string{"A04", "A09", "A12", "E01", "E02", "E04", "E11"}, func(id string) bool {
		return !slices.ContainsFunc(p.Properties, func(o pack.Property) bool { return o.ID == id })
	})
	cells, err := Run(context.Background(), p, Query{Snapshots: p.Head.Snapshots[len(p.Head.Snapshots)/2:], Overlays: [][]string{nil}, Properties: ids}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, c := range cells {
		if len(c.Trace) == 0 {
			continue
		}
		day, _ := time.Parse(time.DateOnly, c.Snapshot)
		m, _ := p.Compose(pack.Day{Time: day}, nil)
		replay(t, m, c)
		told++
	}
	if told == 0 {
		t.Error("no story to replay: the test tries nothing")
	}
}

func replay(t *testing.T, m *procedure.Model, c Cell) {
	t.Helper()
	at := noon
	s := m.Record(m.Begin(c.Person), nil, at)
	for i, e := range c.Trace {
		at = at.Add(time.Minute)
		if id, ok := strings.CutPrefix(e.Step, "clock "); ok {
			view := m.Clocks(s, at)
			j := slices.IndexFunc(view, func(v procedure.ClockView) bool { return v.Clock.ID == id })
			if j < 0 {
				t.Errorf("%s %s: clock %s ends at %d and does not run", c.Property, c.Snapshot, id, i)
				return
			}
			if view[j].Due.IsZero() {
				return // how long it is is a question: the engine never ends it
			}
			at = view[j].Due
			continue
		}
		if fact, ok := strings.CutPrefix(e.Step, "birthday "); ok {
			s = m.Record(s, map[string]string{fact: e.Set[fact]}, at)
			continue
		}
		var o procedure.Outcome
		s, o = m.Take(s, e.Step, at)
		if o.Kind == procedure.Breach {
			t.Errorf("%s %s: step %d, %s, is a breach: %+v", c.Property, c.Snapshot, i, e.Step, o.Why)
			return
		}
		for name, value := range e.Set {
			if got := m.Read(s, name); got != value {
				t.Errorf("%s %s: after %s %s is %s, the story has %s", c.Property, c.Snapshot, e.Step, name, got, value)
			}
		}
	}
}

// TestWalksAreEdges: what the engine offers and takes, from day to day, are moves
// of the checker that lead to the same situation.
func TestWalksAreEdges(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"kz", "atlantis"} {
		p := load(t, id)
		for _, day := range p.Head.Snapshots {
			m, _ := p.Compose(day, nil)
			if m == nil {
				continue
			}
			w := newWorld(m)
			for seed := range uint64(8) {
				walk(t, w, rand.New(rand.NewPCG(seed, 7)), id+" "+day.Format(time.DateOnly))
			}
		}
	}
}

func walk(t *testing.T, w *world, r *rand.Rand, where string) {
	t.Helper()
	m, at := w.model, noon
	known, facts := map[atom]uint8{}, map[string]string{}
	for a, s := range w.Slots {
		v := s.Start[r.IntN(len(s.Start))]
		known[atom(a)] = v
		if s.Fact == nil || !s.Fact.Hidden {
			facts[s.Name] = s.Values[v]
		} else {
			delete(known, atom(a))
		}
	}
	s := m.Record(m.Begin(facts), nil, at)
	b := newBody(w, known)
	for range 25 {
		at = at.Add(time.Duration(r.IntN(40*24)) * time.Hour)
		b = expire(w, b, m.Clocks(s, at))
		var open []procedure.Offer
		for _, o := range m.Next(s, at) {
			if o.State == procedure.Open {
				open = append(open, o)
			}
		}
		if len(open) == 0 {
			return
		}
		o := open[r.IntN(len(open))]
		i := slices.IndexFunc(w.moves, func(l law) bool { return l.ID == o.Step.ID })
		if i < 0 {
			t.Fatalf("%s: the engine offers %s, which the checker holds for dead", where, o.Step.ID)
		}
		for _, g := range w.moves[i].guard {
			if may, _ := b.ask(g); !may {
				t.Fatalf("%s: the engine offers %s; the checker has it barred by %s", where, o.Step.ID, g.source)
			}
		}
		s, _ = m.Take(s, o.Step.ID, at)
		b = b.take(&move{law: &w.moves[i], clock: -1, age: -1}, &claim{}, nil)
		for a, slot := range w.Slots {
			if v := b.vals[a]; v < either && slot.Values[v] != m.Read(s, slot.Name) {
				t.Fatalf("%s: after %s the engine has %s %s, the checker %s", where, o.Step.ID, slot.Name, m.Read(s, slot.Name), slot.Values[v])
			}
		}
	}
}

// expire ends the clocks that the engine has ended.
func expire(w *world, b *body, views []procedure.ClockView) *body {
	for _, v := range views {
		c := slices.IndexFunc(w.Clocks, func(p procedure.ClockPart) bool { return p.ID == v.Clock.ID })
		a := w.clock(c)
		if v.State == procedure.ClockExpired && b.vals[a] == procedure.RunningByte {
			b = b.take(&move{clock: c, age: -1}, &claim{}, nil)
		}
		if v.State != procedure.ClockExpired && b.vals[a] == procedure.ExpiredByte {
			b = b.clone()
			b.vals[a] = procedure.RunningByte // an extension came in time
		}
	}
	return b
}

// TestSharedCells: a cell taken over from another column is the one this column
// would have given by itself.
func TestSharedCells(t *testing.T) {
	t.Parallel()
	p := load(t, "atlantis")
	together, err := Run(context.Background(), p, Query{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range together {
		day, _ := time.Parse(time.DateOnly, c.Snapshot)
		alone, err := Run(context.Background(), p, Query{Snapshots: []pack.Day{{Time: day}}, Overlays: [][]string{c.Overlay}, Properties: []string{c.Property}}, Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(c)
		y, _ := json.Marshal(alone[0])
		if !bytes.Equal(x, y) {
			t.Errorf("together %s\nalone    %s", x, y)
		}
	}
}
