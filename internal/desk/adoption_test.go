package desk_test

import (
	"context"
	"io/fs"
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
	"pana/packs"
)

// folder is a node's folder with an edition in it that says who may read more.
type folder struct {
	running, offered casework.Edition
	laws             laws
	problems         []pack.Problem
	kept             []string
}

func (f *folder) Running() casework.Edition { return f.running }
func (f *folder) Offered(time.Time) (desk.OfferedPack, error) {
	return desk.OfferedPack{Edition: f.offered, Laws: f.laws}, nil
}
func (f *folder) Keep(_ context.Context, bytes string, _ time.Time) error {
	f.kept = append(f.kept, bytes)
	return nil
}
func (f *folder) Of(context.Context, string) (casework.Laws, error) { return f.laws, nil }
func (f *folder) Lint(context.Context, string) ([]pack.Problem, error) {
	return f.problems, nil
}

// withRules is the country's pack, read anew, with other access rules.
func withRules(t *testing.T, rules func([]pack.Rule) []pack.Rule) laws {
	t.Helper()
	dir, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, err := loaded(dir)
	if err != nil {
		t.Fatal(err)
	}
	p.Rules = rules(p.Rules)
	return laws{p}
}

func widened(rules []pack.Rule) []pack.Rule {
	return append(rules, pack.Rule{ID: "too_wide", Kinds: []string{"labour_inspectorate"}, Roles: []string{"inspector"}, Acts: []string{access.ReadLedger}, Things: []string{"check"}})
}

// withFolder is a desk on the world's record whose node has a folder.
func (w *world) withFolder(f *folder) *desk.Desk {
	w.t.Helper()
	d, err := desk.New(desk.Deps{Store: w.store, Laws: w.laws, Now: w.now, Editions: f})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) adopted() *casework.Adoption {
	w.t.Helper()
	l, err := w.store.View(w.t.Context(), casework.AdoptionRef())
	if err != nil {
		w.t.Fatal(err)
	}
	return store.As[*casework.Adoption](l, casework.AdoptionRef())
}

// TestAnEditionIsAdoptedByTwo: one administrator moves what the folder holds, another
// seconds it, and not before that is it adopted. Who moved it and who seconded stand in
// one event, with the digest.
func TestAnEditionIsAdoptedByTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first := casework.Edition{Digest: "first", Bytes: "bytes-1", Pack: "kz", Version: "1"}
	w.do(access.Who{BodyKind: "product"}, []casework.Ref{casework.AdoptionRef()}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.AdoptPack(nil, casework.PackAdopted{Edition: first, How: casework.AdoptedFirst}, m)
	})
	f := &folder{running: first, offered: casework.Edition{Digest: "second", Bytes: "bytes-2", Pack: "kz", Version: "2"}, laws: withRules(t, widened)}
	d := w.withFolder(f)
	admin, second := w.admin, w.staff(w.admin)
	do := func(who access.Who, in desk.AdoptionInput) error {
		in.Key = w.k()
		_, err := d.DecideAdoption(ctx, who, in)
		return err
	}
	if _, err := d.Adoption(ctx, w.shelter); !isWithheld(err) {
		t.Errorf("the page for a worker: %v", err)
	}
	if err := do(w.staff(w.shelter), desk.AdoptionInput{Do: "propose", Edition: "bytes-2", Looked: true}); !isWithheld(err) {
		t.Errorf("moved by an administrator of another body: %v", err)
	}
	page, err := d.Adoption(ctx, admin)
	if err != nil || page.Change == nil || page.Waits != nil || len(page.Change.More) != 1 || page.Change.More[0].Rule != "too_wide" || len(page.Change.Less) != 0 {
		t.Fatalf("the page: %+v, %v", page.Change, err)
	}
	for _, row := range []struct {
		why  string
		in   desk.AdoptionInput
		code string
	}{
		{"another edition than was on the page", desk.AdoptionInput{Do: "propose", Edition: "bytes-3", Looked: true}, desk.CodeAdoptionGone},
		{"nobody looked at who may read more", desk.AdoptionInput{Do: "propose", Edition: "bytes-2"}, "form.invalid"},
	} {
		if err := do(admin, row.in); err == nil || row.code != "form.invalid" && !fault.Is(err, row.code) || row.code == "form.invalid" && len(fault.Of(err).Fields) != 1 {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if err := do(admin, desk.AdoptionInput{Do: "propose", Edition: "bytes-2", Looked: true}); err != nil {
		t.Fatal(explain(err))
	}
	if !slices.Contains(f.kept, "bytes-2") {
		t.Error("what was moved was not kept: no other node could run it")
	}
	if err := do(second, desk.AdoptionInput{Do: "propose", Edition: "bytes-2", Looked: true}); !fault.Is(err, desk.CodeAdoptionWaits) {
		t.Errorf("moved twice: %v", err)
	}
	page, err = d.Adoption(ctx, second)
	if err != nil || page.Waits == nil || page.Waits.Mine || !page.Waits.Here {
		t.Fatalf("for the second: %+v, %v", page.Waits, err)
	}
	motion := page.Waits.ID
	confirm := desk.AdoptionInput{Do: "confirm", Edition: "bytes-2", Motion: motion, Looked: true}
	if err := do(admin, confirm); !fault.Is(err, casework.CodeMotionOwn) {
		t.Errorf("seconded by who moved it: %v", err)
	}
	if _, err := w.desk.DecideMotion(ctx, second, desk.MotionInput{Key: w.k(), Motion: motion, Do: "confirm"}); !isWithheld(err) {
		t.Errorf("on the page of other motions, where nobody sees what it changes: %v", err)
	}
	if all, err := w.desk.Motions(ctx, second); err != nil || len(all.Waits) != 0 {
		t.Errorf("it stands among other motions: %+v, %v", all.Waits, err)
	}
	unseen := confirm
	unseen.Looked = false
	if err := do(second, unseen); len(fault.Of(err).Fields) != 1 {
		t.Errorf("seconded unseen: %v", err)
	}
	if a := w.adopted(); a.Edition.Digest != "first" {
		t.Fatalf("adopted before it was seconded: %+v", a)
	}
	if err := do(second, confirm); err != nil {
		t.Fatal(explain(err))
	}
	if a := w.adopted(); a.Edition.Digest != "second" || a.From != admin.Worker || a.By != second.Worker || a.How != casework.AdoptedByTwo {
		t.Errorf("adopted: %+v", a)
	}
	if page, err := d.Adoption(ctx, admin); err != nil || !page.Restart || page.Change != nil {
		t.Errorf("after it: restart %v, %v", page.Restart, err)
	}
	if err := do(w.staff(w.admin), confirm); !fault.Is(err, casework.CodeMotionOver) {
		t.Errorf("seconded twice: %v", err)
	}
	w.agrees()
}

// A condition in the place of another may open more or less: it is ticked like what
// opens more.
func TestAnotherConditionIsLookedAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	turned := 0
	d := w.withFolder(&folder{offered: casework.Edition{Bytes: "b"}, laws: withRules(t, func(rules []pack.Rule) []pack.Rule {
		for i, r := range rules {
			if r.When == "region == my_region" {
				rules[i].When, turned = "region != my_region", turned+1
			}
		}
		return rules
	})})
	page, err := d.Adoption(t.Context(), w.admin)
	if err != nil || turned == 0 || len(page.Change.More) != 0 || len(page.Change.Less) != 0 || len(page.Change.Other) == 0 || page.Change.Other[0].Was[0] != "region == my_region" {
		t.Fatalf("%d rules turned: more %v, less %v, other %v, %v", turned, page.Change.More, page.Change.Less, page.Change.Other, err)
	}
	in := desk.AdoptionInput{Key: w.k(), Do: "propose", Edition: "b"}
	if _, err := d.DecideAdoption(t.Context(), w.admin, in); len(fault.Of(err).Fields) != 1 {
		t.Errorf("moved unlooked: %v", err)
	}
	in.Key, in.Looked = w.k(), true
	if _, err := d.DecideAdoption(t.Context(), w.admin, in); err != nil {
		t.Error(explain(err))
	}
}

// An edition with errors, or under which nobody could adopt the next, is not moved; what
// was compared with another than what runs now is not seconded; refused is refused.
func TestAnEditionThatIsNotAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	nobody := func(rules []pack.Rule) []pack.Rule {
		return slices.DeleteFunc(rules, func(r pack.Rule) bool { return r.ID == "adopt_pack" })
	}
	broken := func(rules []pack.Rule) []pack.Rule {
		return append(rules, pack.Rule{ID: "b", Roles: []string{"head"}, Acts: []string{"no.such"}, Things: []string{"file"}})
	}
	same := func(rules []pack.Rule) []pack.Rule { return rules }
	for _, row := range []struct {
		why      string
		rules    func([]pack.Rule) []pack.Rule
		problems []pack.Problem
	}{
		{"lint finds an error", same, []pack.Problem{{Code: "x"}}},
		{"nobody could adopt the next", nobody, nil},
		{"a rule that nothing knows: no node would start", broken, nil},
	} {
		d := w.withFolder(&folder{offered: casework.Edition{Bytes: "b"}, laws: withRules(t, row.rules), problems: row.problems})
		if _, err := d.DecideAdoption(ctx, w.admin, desk.AdoptionInput{Key: w.k(), Do: "propose", Edition: "b", Looked: true}); !fault.Is(err, desk.CodeAdoptionLint) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	d := w.withFolder(&folder{offered: casework.Edition{Bytes: "b"}, laws: withRules(t, same), problems: []pack.Problem{{Code: "x", Warning: true}}})
	second := w.staff(w.admin)
	do := func(who access.Who, do string, motion id.Motion) error {
		_, err := d.DecideAdoption(ctx, who, desk.AdoptionInput{Key: w.k(), Do: do, Edition: "b", Motion: motion, Why: withheld.New("because")})
		return err
	}
	move := func() id.Motion {
		t.Helper()
		if err := do(w.admin, "propose", ""); err != nil {
			t.Fatal(explain(err))
		}
		page, err := d.Adoption(ctx, second)
		if err != nil || page.Waits == nil {
			t.Fatalf("%+v, %v", page, err)
		}
		return page.Waits.ID
	}
	if err := do(second, "refuse", move()); err != nil {
		t.Error(explain(err))
	}
	m := move()
	if err := do(second, "withdraw", m); !isWithheld(err) {
		t.Errorf("taken back by another: %v", err)
	}
	if err := do(w.admin, "withdraw", m); err != nil {
		t.Error(explain(err))
	}
	m = move()
	w.do(access.Who{BodyKind: "product"}, []casework.Ref{casework.AdoptionRef()}, func(l *store.Loaded, mo casework.Moment) (casework.Decision, error) {
		return casework.AdoptPack(nil, casework.PackAdopted{Edition: casework.Edition{Digest: "z", Bytes: "z"}, How: casework.AdoptedFirst}, mo)
	})
	if err := do(second, "confirm", m); !fault.Is(err, casework.CodeAdoptionMoved) {
		t.Errorf("compared with what no longer runs: %v", err)
	}
	if a := w.adopted(); a.Edition.Digest != "z" {
		t.Errorf("adopted all the same: %+v", a)
	}
}
