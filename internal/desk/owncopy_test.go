package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// aCopy is what the shelter would hand over, and does.
func aCopy(w *world, file id.File) desk.OwnCopyInput {
	return desk.OwnCopyInput{Key: w.k(), File: file, Asked: casework.AskedPerson, Safe: "yes", Language: "ru", Read: "interpreter"}
}

// Her own copy says what is hers, and nothing of a place, of another person, or of
// what somebody told or noted; who opened the file stands there by body.
func TestThePersonsOwnCopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, _ := w.guest(w.bed)
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn"}))
	mother := w.girl()
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: mother, Name: withheld.New("Sabohat Other"), Script: "latn"}))
	w.must(w.desk.SayKin(ctx, w.inspector, desk.KinInput{Key: w.k(), File: file, Kind: "sibling", Seen: desk.SeenBoth, Other: string(mother)}))
	w.must(w.desk.AddNote(ctx, w.shelter, desk.NoteInput{Key: w.k(), File: file, Compartment: w.shelter.Compartment, Text: withheld.New("the note of the house")}))
	if _, err := w.desk.ShowIdentity(ctx, w.inspector, file); err != nil {
		t.Fatal(err)
	}
	form, err := w.desk.OwnCopyForm(ctx, w.shelter, file, "")
	if err != nil || form.Wanted != "uz" || form.In != "" || !slices.Contains(form.Askers, casework.AskedGuardian) {
		t.Fatalf("%+v, %v", form, err)
	}
	r := w.must(w.desk.MakeOwnCopy(ctx, w.shelter, aCopy(w, file)))
	view, err := w.desk.Paper(ctx, w.shelter, file, id.Paper(r.Args["paper"]))
	if err != nil || !view.Line.Stands || !view.MayRevoke || !w.genuine(view.Code) {
		t.Fatalf("%+v, %v", view, err)
	}
	text := said(view.Document)
	for _, want := range []string{planted, id.Number(file), "переводчик", "Инспекция", "Кто этот человек"} {
		if !strings.Contains(text, want) {
			t.Errorf("the copy lacks %q:\n%s", want, text)
		}
	}
	for _, never := range []string{"Sabohat", id.Number(mother), "the note of the house", "Room"} {
		if strings.Contains(text, never) {
			t.Errorf("the copy says %q", never)
		}
	}
	for _, b := range w.shelterNames() {
		if strings.Contains(text, b) {
			t.Errorf("the copy names a house: %q", b)
		}
	}
	list, err := w.desk.Papers(ctx, w.shelter, file)
	if err != nil || !list.MayCopy || !slices.ContainsFunc(list.Lines, func(l desk.PaperLine) bool { return l.Paper == view.Line.Paper }) {
		t.Errorf("not among the papers: %+v, %v", list, err)
	}
	for why, who := range map[string]access.Who{"another house": w.shelter2, "decides": w.identifiers, "coordinates": w.coordinator, "has nothing to do with her": w.border} {
		if _, err := w.desk.OwnCopyForm(ctx, who, file, "ru"); !isWithheld(err) {
			t.Errorf("%s: %v", why, err)
		}
		if _, err := w.desk.MakeOwnCopy(ctx, who, aCopy(w, file)); !isWithheld(err) {
			t.Errorf("%s, and made: %v", why, err)
		}
	}
	if _, err := w.desk.Paper(ctx, w.inspector, file, view.Line.Paper); !isWithheld(err) {
		t.Errorf("a copy that another kind of body made: %v", err)
	}
	if report, err := w.store.Verify(ctx, 2, nil); err != nil {
		t.Errorf("verify: %v %+v", err, report)
	}
	if strings.Contains(w.log.String(), "Planted") {
		t.Error("a name is in the log")
	}
}

// shelterNames are what the houses with beds are called.
func (w *world) shelterNames() (out []string) {
	w.t.Helper()
	found, err := w.desk.Directory(w.t.Context(), w.inspector, desk.DirectoryFilter{Need: "bed_tonight"})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range found.Services {
		out = append(out, p.Name)
	}
	if len(out) < 2 {
		w.t.Fatalf("houses: %q", out)
	}
	return out
}

// Nothing is printed where it was not said that it is safe, or who asked.
func TestAnOwnCopyThatIsNotSafeIsNotPrinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	for _, row := range []struct {
		why    string
		change func(*desk.OwnCopyInput)
		field  string
		code   string
	}{
		{"it is not safe", func(in *desk.OwnCopyInput) { in.Safe = "no" }, "copy_safe", "own_copy.unsafe"},
		{"nobody was asked whether it is", func(in *desk.OwnCopyInput) { in.Safe = "" }, "copy_safe", "field.required"},
		{"nobody asked for it", func(in *desk.OwnCopyInput) { in.Asked = "" }, "copy_asked", "field.required"},
		{"a parent asks", func(in *desk.OwnCopyInput) { in.Asked = "other" }, "copy_asked", "own_copy.parent"},
		{"who is on no list asks", func(in *desk.OwnCopyInput) { in.Asked = "parent" }, "copy_asked", "field.required"},
		{"no words in that language", func(in *desk.OwnCopyInput) { in.Language = "fa" }, "paper_in", "paper.no_words"},
		{"not her language, and nobody read it to her", func(in *desk.OwnCopyInput) { in.Read = "" }, "read", "paper.read"},
	} {
		in := aCopy(w, file)
		row.change(&in)
		_, err := w.desk.MakeOwnCopy(t.Context(), w.inspector, in)
		if f := fault.Of(err).Fields; err == nil || len(f) != 1 || f[0].Name != row.field || f[0].Code != row.code {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if list, err := w.desk.Papers(t.Context(), w.inspector, file); err != nil || len(list.Lines) != 0 {
		t.Errorf("%+v, %v", list.Lines, err)
	}
}
