package desk_test

import (
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

const herPIN, secondPIN = "482915", "730164"

// aPage is what the shelter asked and she typed.
func aPage(w *world, file id.File) desk.OwnPageInput {
	return desk.OwnPageInput{
		Key: w.k(), File: file, Device: casework.PageOwnPhone, Reader: casework.PageNobody, Holder: casework.HeldByPerson, Safe: "yes", Language: "ru",
		PIN: withheld.New(herPIN), Again: withheld.New(herPIN), Second: withheld.New(secondPIN),
	}
}

// paged is somebody in the shelter with a page.
func paged(w *world) (id.File, string) {
	w.t.Helper()
	file, _ := w.guest(w.bed)
	code, err := w.desk.IssueOwnPage(w.t.Context(), w.shelter, aPage(w, file))
	if err != nil {
		w.t.Fatal(err)
	}
	return file, code
}

func (w *world) enter(code, pin, from string) (withheld.Text, error) {
	return w.desk.EnterPage(w.t.Context(), desk.PageEntry{Code: code, PIN: withheld.New(pin), From: from})
}

// onPage is her page, opened with a PIN.
func (w *world) onPage(code, pin string) (withheld.Text, desk.HerPage) {
	w.t.Helper()
	token, err := w.enter(code, pin, "net")
	if err != nil {
		w.t.Fatal(err)
	}
	page, err := w.desk.HerPage(w.t.Context(), token, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return token, page
}

func textOf(p desk.HerPage) string {
	var out []string
	for _, b := range p.Side.Blocks {
		out = append(append(out, b.Heading), b.Lines...)
	}
	return strings.Join(out, "\n")
}

// Her page says what is hers, and neither a name, a place nor a telephone; who opened
// her file stands there by kind of body, each opening by itself with its number.
func TestHerPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, code := paged(w)
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn"}))
	w.must(w.desk.AddNote(ctx, w.shelter, desk.NoteInput{Key: w.k(), File: file, Compartment: w.shelter.Compartment, Text: withheld.New("the note of the house")}))
	if _, err := w.desk.ShowIdentity(ctx, w.inspector, file); err != nil {
		t.Fatal(err)
	}
	token, page := w.onPage(strings.ToLower(code), herPIN)
	text := textOf(page)
	for _, want := range []string{"Инспекция труда", "Кто этот человек", "Запись", "после "} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	for _, never := range append(w.shelterNames(), planted, "the note of the house", id.Number(file), "+7 700", "Shelter One", "Labour inspectorate") {
		if never != "" && strings.Contains(text, never) {
			t.Errorf("the page says %q", never)
		}
	}
	if err := w.desk.SayOnPage(ctx, token, "m", withheld.New("May I work?")); err != nil {
		t.Fatal(err)
	}
	view, err := w.desk.OwnPage(ctx, w.shelter, file)
	if err != nil || len(view.Messages) != 1 || view.Messages[0].Text.Reveal() != "May I work?" {
		t.Fatalf("%+v, %v", view, err)
	}
	w.must(w.desk.AnswerOnPage(ctx, w.shelter, desk.OwnPageAnswer{Key: w.k(), File: file, Message: view.Messages[0].ID, Text: withheld.New("Yes, you may")}))
	if page, err = w.desk.HerPage(ctx, token, "kk"); err != nil || page.Messages[0].Answer.Reveal() != "Yes, you may" || page.Language != "kk" {
		t.Fatalf("%+v, %v", page, err)
	}
	for why, who := range map[string]access.Who{"the police": w.body("police", "Police", "officer"), "who found her": w.inspector} {
		if _, err := w.desk.OwnPage(ctx, who, file); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%s reads her page: %v", why, err)
		}
		seen, err := w.desk.File(ctx, who, file, "")
		for _, l := range seen.Timeline {
			if strings.HasPrefix(l.Code, "event.page.") {
				t.Errorf("%s sees %s, %v", why, l.Code, err)
			}
		}
		for _, l := range seen.Tasks {
			if casework.OfPageTask(l.Verb) {
				t.Errorf("%s sees %s", why, l.Verb)
			}
		}
	}
}

// The second PIN opens a page that says nothing, does nothing, and tells who gave it.
func TestTheSecondPIN(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, code := paged(w)
	token, page := w.onPage(code, secondPIN)
	if !page.Harmless || len(page.Side.Blocks) > 0 || len(page.Messages) > 0 {
		t.Errorf("%+v", page)
	}
	if err := w.desk.SayOnPage(ctx, token, "m", withheld.New("forced words")); err != nil {
		t.Error(err)
	}
	if err := w.desk.CloseHerPage(ctx, token, "c"); err != nil {
		t.Error(err)
	}
	view, err := w.desk.OwnPage(ctx, w.shelter, file)
	if err != nil || view.State != "open" || len(view.Alarms) != 1 || len(view.Messages) != 0 {
		t.Errorf("%+v, %v", view, err)
	}
	work, err := w.desk.MyWork(ctx, w.shelter, desk.WorkFilter{}, "")
	told := false
	for _, l := range work.Lines {
		told = told || l.Verb == casework.TaskPageAlarm && l.Target == "/file/"+string(file)+"/own-page"
	}
	if err != nil || !told {
		t.Errorf("who gave the page is not told: %+v, %v", work.Lines, err)
	}
}

// A page ends when she, who gave it or the hotline closes it, or a new one is given:
// for the code and for whoever is on it.
func TestAPageEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hotline := w.body("hotline", "Hotline", "operator")
	file, code := paged(w)
	for _, row := range []struct {
		why string
		end func(token withheld.Text) error
	}{
		{"she closes it", func(token withheld.Text) error { return w.desk.CloseHerPage(ctx, token, w.k()) }},
		{"who gave it", func(withheld.Text) error {
			_, err := w.desk.CloseOwnPage(ctx, w.shelter, w.k(), file)
			return err
		}},
		{"the hotline", func(withheld.Text) error { return w.desk.ClosePageByCode(ctx, hotline, w.k(), code) }},
		{"a new paper", func(withheld.Text) error { return nil }},
	} {
		token, _ := w.onPage(code, herPIN)
		old := code
		if err := row.end(token); err != nil {
			t.Fatalf("%s: %v", row.why, err)
		}
		if row.why != "a new paper" {
			if _, err := w.enter(old, herPIN, row.why); !fault.Is(err, "auth.wrong") {
				t.Errorf("%s: the code still opens it: %v", row.why, err)
			}
		}
		var err error
		if code, err = w.desk.IssueOwnPage(ctx, w.shelter, aPage(w, file)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.enter(old, herPIN, row.why); !fault.Is(err, "auth.wrong") {
			t.Errorf("%s: the old code opens the new page: %v", row.why, err)
		}
		if _, err := w.desk.HerPage(ctx, token, ""); fault.Of(err).Kind != fault.Unauthenticated {
			t.Errorf("%s: who was on it still is: %v", row.why, err)
		}
	}
	if err := w.desk.ClosePageByCode(ctx, hotline, w.k(), "0000 0000 0000 0000"); err != nil {
		t.Errorf("the hotline learns that there is no such page: %v", err)
	}
	if err := w.desk.ClosePageByCode(ctx, w.border, w.k(), code); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("the border closes pages: %v", err)
	}
	token, _ := w.onPage(code, herPIN)
	w.push(auth.VisitIdle)
	if _, err := w.desk.HerPage(ctx, token, ""); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("a page that nobody used for ten minutes is open: %v", err)
	}
	w.agrees()
}

// There is no page where somebody else might read it, nor with a PIN that is tried first.
func TestNoPageThatIsNotSafe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, _ := w.guest(w.bed)
	for _, row := range []struct {
		why, field, code string
		change           func(*desk.OwnPageInput)
	}{
		{"others use the telephone", "page_device", "page.unsafe", func(in *desk.OwnPageInput) { in.Device = casework.PageShared }},
		{"somebody reads it", "page_reader", "page.unsafe", func(in *desk.OwnPageInput) { in.Reader = casework.PageSomebody }},
		{"she is not sure", "page_reader", "page.unsafe", func(in *desk.OwnPageInput) { in.Reader = casework.PageNotSure }},
		{"nobody asked", "page_reader", "field.required", func(in *desk.OwnPageInput) { in.Reader = "" }},
		{"they say no", "page_safe", "page.unsafe", func(in *desk.OwnPageInput) { in.Safe = "no" }},
		{"nobody says that it is safe", "page_safe", "field.required", func(in *desk.OwnPageInput) { in.Safe = "" }},
		{"a parent keeps the paper", "page_holder", "field.required", func(in *desk.OwnPageInput) { in.Holder = "parent" }},
		{"four digits", "page_pin", "page.pin", func(in *desk.OwnPageInput) { in.PIN = withheld.New("4829") }},
		{"one digit", "page_pin", "page.pin", func(in *desk.OwnPageInput) { in.PIN = withheld.New("777777") }},
		{"in a row", "page_pin", "page.pin", func(in *desk.OwnPageInput) { in.PIN = withheld.New("876543") }},
		{"mistyped", "page_again", "page.again", func(in *desk.OwnPageInput) { in.Again = withheld.New("482916") }},
		{"the second is the first", "page_second", "page.same", func(in *desk.OwnPageInput) { in.Second = in.PIN }},
		{"no words in her language", "page_in", "field.required", func(in *desk.OwnPageInput) { in.Language = "uz" }},
	} {
		in := aPage(w, file)
		row.change(&in)
		_, err := w.desk.IssueOwnPage(t.Context(), w.shelter, in)
		if fields := fault.Of(err).Fields; err == nil || len(fields) != 1 || fields[0].Name != row.field || fields[0].Code != row.code {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if view, err := w.desk.OwnPage(t.Context(), w.shelter, file); err != nil || view.State != "none" {
		t.Errorf("%+v, %v", view, err)
	}
}
