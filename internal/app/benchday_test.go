package app

import (
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/seal"
	"pana/internal/store"
)

// The bench reads our own pages: what it takes for a form's answers must be what a
// browser would send.
func TestFormsAreFilledAsABrowserWould(t *testing.T) {
	t.Parallel()
	page := []byte(`<main><form method="post" action="/other"><input name="key" value="no"></form>
		<form id="answers" method="post" action="/file/x/note?tab=y"><input type="hidden" name="key" value="k&amp;1">
		<input type="radio" name="sex" value="female"><input type="radio" name="sex" value="male" checked>
		<input type="radio" name="fear" value="yes"><input type="radio" name="fear" value="no">
		<input type="checkbox" name="needs" value="bed"><input type="checkbox" name="needs" value="food">
		<select name="place"><option value="">none</option><option value="p1">one</option></select>
		<textarea name="text" rows="4"></textarea><button name="go" value="send">x</button></form></main>`)
	f := formTo(page, "/file/x/note", "go", "send")
	if f == nil {
		t.Fatal("the form was not found")
	}
	got := f.filled(url.Values{"needs": {"food"}, "go": {"send"}})
	for _, row := range []struct{ why, name, want string }{
		{"what is hidden travels along, read as HTML", "key", "k&1"},
		{"a choice that is made stays", "sex", "male"},
		{"one that is not made is made", "fear", "yes"},
		{"what is given goes before what stood there", "needs", "food"},
		{"a list that says nothing takes its first answer", "place", "p1"},
		{"a button counts only when it is pressed", "go", "send"},
	} {
		if got.Get(row.name) != row.want {
			t.Errorf("%s: %s = %q, want %q", row.why, row.name, got.Get(row.name), row.want)
		}
	}
	if got.Get("text") == "" || !slices.Equal(f.offers("needs"), []string{"bed", "food"}) {
		t.Errorf("text = %q, offers %v", got.Get("text"), f.offers("needs"))
	}
	if formTo(page, "/file/x/note", "go", "accept") != nil || formTo(page, "/none", "", "") != nil {
		t.Error("a form was found that is not there")
	}
}

// A country's files made of a demonstration's verify to the last row, and say other
// names than those they are made of.
func TestCopiesOfLivesVerify(t *testing.T) {
	t.Parallel()
	from := begin(t).demo
	ctx := t.Context()
	to, err := build(ctx, plan{address: filepath.Join(t.TempDir(), databaseFile), stamp: serveStamp, origin: "pana-test", master: seal.NewMaster(), unadopted: true, clock: &Clock{}, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer to.close()
	done, err := to.store.Multiply(ctx, store.Multiplying{From: from.store, Kind: casework.FileStream, Files: 90, Texts: otherName,
		Whole: []casework.Kind{casework.BodyStream, casework.AccountStream, casework.PlaceStream}})
	if err != nil || done.Files != 90 {
		t.Fatalf("done = %+v, %v", done, err)
	}
	if _, err := to.store.Verify(ctx, store.VerifyAll, nil); err != nil {
		t.Error(err)
	}
}

func TestTheDayIsDrawnAtItsRate(t *testing.T) {
	t.Parallel()
	worker := &atWork{nav: []string{"/work", "/concern"}, files: []string{"/file/x"}}
	d := &workday{dayCommand: dayCommand{Rate: 100, For: 100 * time.Second}, staff: []*atWork{worker}, able: map[string][]*atWork{}}
	for _, k := range kinds {
		if k.can(worker) {
			d.able[k.name] = append(d.able[k.name], worker)
		}
	}
	acts, last := 0, time.Duration(0)
	plan := d.plan() // the same in every run
	for _, deed := range plan {
		if deed.at < last || !deed.kind.can(worker) {
			t.Fatalf("%s at %s after %s", deed.kind.name, deed.at, last)
		}
		if last = deed.at; deed.kind.act {
			acts++
		}
	}
	if len(plan) < 9700 || len(plan) > 10300 || acts < 600 || acts > 1100 {
		t.Errorf("%d things, %d of them acts", len(plan), acts)
	}
}

// Who finds nothing where something lay in the morning has lost it to who acted since:
// that is an answer. Where one of her lists still leads there, it is an error.
func TestWhatLiesBeforeNobodyAnyMore(t *testing.T) {
	t.Parallel()
	l := begin(t)
	ctx := t.Context()
	d := &workday{server: &server{base: l.url}}
	a, err := d.arrive(ctx, seededWorker{Login: "inspectorate"}, l.demo.password)
	if err != nil || len(a.files) == 0 {
		t.Fatal("nothing lies before the inspector", err)
	}
	other, err := d.arrive(ctx, seededWorker{Login: "yellow-umbrella"}, l.demo.password)
	if err != nil || len(other.guests) == 0 {
		t.Fatal("nobody is in the house", err)
	}
	_, refused := a.page(ctx, other.guests[0])
	for _, row := range []struct {
		why, at string
		said    error
		left    bool
	}{
		{"not of her lists, as it answers itself", other.guests[0], refused, true},
		{"a list leads there", a.files[0], &badAnswer{status: 404}, false},
		{"a list leads to the file of the step", a.files[0] + "/step/presume", &badAnswer{status: 404}, false},
		{"something broke", other.guests[0], &badAnswer{status: 500}, false},
	} {
		var said *badAnswer
		if err := a.left(ctx, row.at, row.said); !errors.As(err, &said) || said.left != row.left {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if a.left(ctx, a.files[0], nil) != nil {
		t.Error("what is there is gone")
	}
}
