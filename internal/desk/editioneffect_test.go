package desk_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/pack"
)

// ofToday is the checker itself, on the newest day and on what the test asks of.
func ofToday(properties ...string) desk.Checker {
	return func(ctx context.Context, p *pack.Pack, q check.Query, o check.Options) ([]check.Cell, error) {
		if !slices.Contains(properties, q.Properties[0]) {
			return nil, nil
		}
		q.Snapshots, q.Overlays = p.Head.Snapshots[len(p.Head.Snapshots)-1:], [][]string{nil}
		return check.Run(ctx, p, q, o)
	}
}

// effectOf waits until an edition was looked at.
func effectOf(t *testing.T, d *desk.Desk, w *world) desk.PackEffect {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		page, err := d.Adoption(t.Context(), w.admin)
		if err != nil {
			t.Fatal(err)
		}
		if !page.Effect.Looking {
			return page.Effect
		}
		if time.Now().After(end) {
			t.Fatalf("still looking: %d of %d", page.Effect.Done, page.Effect.Total)
		}
	}
}

// TestWhatAnEditionDoes: the page says which guarantees come out otherwise and from how
// many people something is taken, before anybody moves the edition; what it says of
// files is what moving them would say.
func TestWhatAnEditionDoes(t *testing.T) {
	t.Parallel()
	newer, err := narrowed()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	older := w.laws
	w.girl()
	w.girl()
	w.atTheBorder()
	d, err := desk.New(desk.Deps{
		Store: w.store, Laws: w.laws, Now: w.now, Check: ofToday(changedBy, "E04"), Editions: &folder{offered: casework.Edition{Bytes: "b"}, laws: laws{newer}},
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.Adoption(t.Context(), w.admin)
	if err != nil || !page.Effect.Looking || page.Effect.Move != nil {
		t.Fatalf("the page waits for what it looks at: %+v, %v", page.Effect, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go d.KeepEditions(ctx)
	found := effectOf(t, d, w)
	if found.Failed != "" || found.Done != found.Total || found.Total != 2*len(newer.Properties) || len(found.Slow) != 0 {
		t.Errorf("looked at %d of %d, slow %v, %q", found.Done, found.Total, found.Slow, found.Failed)
	}
	if len(found.Guarantees) != 1 || found.Guarantees[0].Property != changedBy {
		t.Fatalf("guarantees that change: %+v", found.Guarantees)
	}
	turned := found.Guarantees[0].Columns[0]
	if turned.Was.Verdict != check.Holds || turned.Is.Verdict != check.Fails || len(turned.Path) == 0 {
		t.Errorf("%s: %+v", changedBy, turned)
	}
	if m := found.Move; m == nil || m.Files != 3 || len(m.Lost) != 1 || m.Lost[0].People != 2 || len(m.Lost[0].Files) != 0 {
		t.Fatalf("files: %+v", m)
	}
	w.under(newer, older)
	if seen := w.look(); seen.Code != found.Move.Code {
		t.Errorf("the page says %+v, the move %+v", found.Move, seen)
	}
}

// A checker that ends with nothing, or not in its time, leaves no verdict that looks like
// one; a node without a checker says so; and the page is drawn all the same.
func TestAnEditionThatCannotBeChecked(t *testing.T) {
	t.Parallel()
	newer, err := mended()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	slow := func(_ context.Context, p *pack.Pack, q check.Query, o check.Options) ([]check.Cell, error) {
		if p == newer { // half of its columns, and then its time is over
			o.Progress(0, 0, check.Cell{Property: q.Properties[0], Snapshot: "2026-11-21", Verdict: check.Holds})
			return nil, fault.New(fault.Busy, "x")
		}
		return aChecker(t.Context(), p, q, o)
	}
	for why, row := range map[string]struct {
		checker desk.Checker
		none    bool
		slow    int
	}{"out of time": {slow, false, len(newer.Properties)}, "no checker": {nil, true, 0}} {
		d, err := desk.New(desk.Deps{Store: w.store, Laws: w.laws, Now: w.now, Check: row.checker, Editions: &folder{offered: casework.Edition{Bytes: "b"}, laws: laws{newer}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		go d.KeepEditions(ctx)
		found := effectOf(t, d, w)
		stop()
		if found.NoChecker != row.none || len(found.Slow) != row.slow || found.Move == nil {
			t.Errorf("%s: %+v", why, found)
		}
		for _, g := range found.Guarantees {
			for _, c := range g.Columns {
				if c.Was == nil || c.Is == nil {
					t.Errorf("%s: %s in %s is said to be gone", why, g.Property, c.Column.ID())
				}
			}
		}
	}
}

// narrowed is the country where services are owed to who was identified only, and who is
// afraid may be sent back unless a citizen: E06 then holds no more.
var narrowed = sync.OnceValues(func() (*pack.Pack, error) {
	const owed, afraid = "  owed_by: [shelter, local_executive_body]\n", "  when: victim == \"identified\" && fear == \"yes\" && return_wish == \"does_not_want\""
	return countryWith(owed+"  when: identification_open\n", owed+"  when: victim == \"identified\"\n", afraid, afraid+" && nat == \"citizen\"")
})

const changedBy = "E06"

// TestAnEditionThatStartsAClock: what the page says of files is what they will be once
// they are read under the edition, with the times it gives from steps taken long ago.
func TestAnEditionThatStartsAClock(t *testing.T) {
	t.Parallel()
	newer, err := countryWith("  length: 5 days\n  starts_when: claim == \"voiced\" && entry == \"regular\"\n  stops_when: claim != \"voiced\"\n",
		"  length: 5 days\n  starts_when: place == \"border\"\n  stops_when: place != \"border\"\n")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	older := w.laws
	w.atTheBorder()
	w.push(2 * day)
	d, err := desk.New(desk.Deps{Store: w.store, Laws: w.laws, Now: w.now, Editions: &folder{offered: casework.Edition{Bytes: "b"}, laws: laws{newer}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Adoption(t.Context(), w.admin); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go d.KeepEditions(ctx)
	found := effectOf(t, d, w)
	starts := func(m *desk.LawMove) bool {
		return m != nil && slices.ContainsFunc(m.Started, func(l desk.LawMoveLine) bool { return l.What == "clock.claim_limit" && l.People == 1 })
	}
	if !starts(found.Move) {
		t.Errorf("the page does not say that a time of five days starts: %+v", found.Move)
	}
	w.under(newer, older)
	if seen := w.look(); !starts(&seen) || seen.Code != found.Move.Code {
		t.Errorf("the page says %+v, the move %+v", found.Move, seen)
	}
}
