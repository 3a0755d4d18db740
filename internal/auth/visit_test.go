package auth_test

import (
	"context"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

func (m *memory) AddVisit(_ context.Context, v auth.Visit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.visits == nil {
		m.visits = map[auth.Hash]auth.Visit{}
	}
	m.visits[v.Hash] = v
	return m.fail
}

func (m *memory) Visit(_ context.Context, token auth.Hash) (auth.Visit, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.visits[token]
	return v, ok, m.fail
}

func (m *memory) TouchVisit(_ context.Context, token auth.Hash, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.visits[token]
	v.SeenAt = seen
	m.visits[token] = v
	return m.fail
}

func (m *memory) EndVisit(_ context.Context, token auth.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.visits, token)
	return m.fail
}

func (m *memory) EndVisits(_ context.Context, page id.Page) error {
	return m.drop(func(v auth.Visit) bool { return v.Page == page })
}

func (m *memory) ForgetVisits(_ context.Context, seen time.Time) error {
	return m.drop(func(v auth.Visit) bool { return v.SeenAt.Before(seen) })
}

func (m *memory) drop(which func(auth.Visit) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for token, v := range m.visits {
		if which(v) {
			delete(m.visits, token)
		}
	}
	return m.fail
}

// pageWorld has a page with two PINs.
type pageWorld struct {
	world
	pins [2]string
}

// page tries it from a place.
func (w pageWorld) page(tag, typed, source string, at time.Time) (bool, error) {
	try := auth.PageTry{Tag: tag, Source: source, Typed: withheld.New(typed)}
	if tag == "hers" {
		try.PIN, try.Second = w.pins[0], w.pins[1]
	}
	return w.TryPage(w.Context(), try, at)
}

func newPageWorld(t *testing.T) (w pageWorld) {
	t.Helper()
	w.world = newWorld(t)
	h := auth.NewHasher(cheap, 1)
	for i, pin := range []string{"482915", "730164"} {
		phc, err := h.Hash(t.Context(), pin)
		if err != nil {
			t.Fatal(err)
		}
		w.pins[i] = phc
	}
	return w
}

func TestTryPage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, tag, typed, want string
		second                bool
	}{
		{"the right PIN", "hers", "482915", "", false},
		{"the second PIN", "hers", "730164", "", true},
		{"a wrong PIN", "hers", "000000", "auth.wrong", false},
		{"a code that never was is told the same", "none", "482915", "auth.wrong", false},
		{"nothing typed opens nothing, with a second PIN or without", "none", "", "auth.wrong", false},
	} {
		w := newPageWorld(t)
		second, err := w.page(row.tag, row.typed, "s", noon)
		if second != row.second || row.want == "" && err != nil || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, %v", row.why, second, err)
		}
	}
}

// Wrong PINs make whoever types them wait. They never keep out for good, and they do
// not keep her out at all where she came in before.
func TestWrongPINsSlowWhoTypesThem(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t)
	if _, err := w.page("hers", "482915", "home", noon); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		_, _ = w.page("hers", "000000", "his", noon.Add(time.Duration(i)*time.Hour/4))
	}
	at := noon.Add(10 * time.Hour)
	for range 8 {
		_, _ = w.page("hers", "000000", "his", at)
	}
	for _, row := range []struct {
		why, tag, source, want string
	}{
		{"he waits, with the right PIN too", "hers", "his", "auth.wait"},
		{"another network of his waits too: it is strangers that try", "hers", "other", "auth.wait"},
		{"she does not, where she came in before", "hers", "home", ""},
		{"and nobody who tries another code from elsewhere", "none", "third", "auth.wrong"},
	} {
		if _, err := w.page(row.tag, "482915", row.source, at); row.want == "" && err != nil || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if _, err := w.page("hers", "482915", "his", at.Add(16*time.Minute)); err != nil {
		t.Errorf("kept out after the longest wait: %v", err)
	}
}

// A code that never was slows in the same steps as one with a page.
func TestNoCodeIsToldApartByItsWaiting(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t)
	for i := range 9 {
		_, hers := w.page("hers", "000000", "a", noon)
		_, none := w.page("none", "000000", "b", noon)
		if fault.Of(hers).Code != fault.Of(none).Code || fault.Of(hers).Args["seconds"] != fault.Of(none).Args["seconds"] {
			t.Errorf("try %d: %v and %v", i, hers, none)
		}
	}
}

func TestAVisitEnds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		uses []time.Duration
		end  func(world, withheld.Text)
		want bool
	}{
		{"at once", []time.Duration{0}, nil, true},
		{"a moment before ten minutes unused", []time.Duration{auth.VisitIdle - 1}, nil, true},
		{"after ten minutes unused", []time.Duration{auth.VisitIdle}, nil, false},
		{"a clock set back by less", []time.Duration{1 - auth.VisitIdle}, nil, true},
		{"a clock set back: who finds it open is not her", []time.Duration{-time.Hour}, nil, false},
		{"each use moves its end", []time.Duration{9 * time.Minute, 18 * time.Minute}, nil, true},
		{"no use moves the longest", every(9*time.Minute, auth.VisitLongest+9*time.Minute), nil, false},
		{"she left", []time.Duration{0}, func(w world, token withheld.Text) { _ = w.EndVisit(w.Context(), token) }, false},
		{"her page was closed", []time.Duration{0}, func(w world, _ withheld.Text) { _ = w.EndVisits(w.Context(), "p") }, false},
		{"somebody else's was", []time.Duration{0}, func(w world, _ withheld.Text) { _ = w.EndVisits(w.Context(), "q") }, true},
		{"what is over is deleted", []time.Duration{0}, func(w world, _ withheld.Text) { _ = w.ForgetVisits(w.Context(), noon.Add(2*auth.VisitLongest)) }, false},
	} {
		w := newWorld(t)
		token, err := w.BeginVisit(t.Context(), auth.Visit{Page: "p", File: "f"}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if row.end != nil {
			row.end(w, token)
		}
		for _, d := range row.uses {
			_, err = w.VisitOf(t.Context(), token, noon.Add(d))
		}
		if (err == nil) != row.want {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}
