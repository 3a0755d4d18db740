package paper

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var (
	noon = time.Date(2026, 3, 3, 7, 0, 0, 0, time.UTC)
	zone = time.FixedZone("+05", 5*3600)
)

// words are the product's and a small country's; Kazakh lacks the appeal step.
func words(t *testing.T) *wording.Catalogue {
	t.Helper()
	entries, problems := wording.Read("w.yaml", []byte(`
step.refuse.done: {en: "Refused", ru: "Отказано", kk: "Бас тартылды"}
step.complain: {en: "Complain", ru: "Обжаловать"}
body.ministry: {en: "Ministry", ru: "Министерство", kk: "Министрлік"}
act.law: {en: "The Law", ru: "Закон", kk: "Заң"}
paper.card: {en: "Card", ru: "Карта", kk: "Карта"}
paper.card.text: {en: "Says so.", ru: "Так и есть.", kk: "Солай."}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return wording.Join(wording.New(entries), wording.Product())
}

func refusal() Facts {
	return Facts{
		Kind: Decision, Step: "refuse", File: "ABCD-2345", Issuer: map[string]string{"": "Akimat", "ru": "Акимат"},
		Person: []withheld.Text{withheld.New("Қайрат Тест")}, At: noon, Given: noon, Zone: zone,
		Reasons: withheld.New("because"), Basis: []procedure.Basis{{Act: "law", Art: "art. 12"}, {Source: "pana"}, {Act: "law", Art: "art. 12"}},
		Against: true, Appeal: "complain", AppealTo: []string{"ministry"}, Offices: []Office{{"Office One", "123"}},
		Limit: Term{Clock: "complaint", Due: noon.AddDate(0, 3, 0)}, Hotline: "11616",
	}
}

// text is everything a side says.
func text(s Side) string {
	var out []string
	for _, r := range s.Facts {
		out = append(out, r.Name, r.Text)
	}
	for _, b := range s.Blocks {
		out = append(append(out, b.Heading), b.Lines...)
	}
	return strings.Join(out, "\n")
}

func TestDecisionSaysWhatThePersonMustKnow(t *testing.T) {
	t.Parallel()
	d, whole := Compose(words(t), "ru", "en", refusal())
	if !whole || len(d.Sides) != 2 || d.Given != "because" || d.Main().Reasons == nil {
		t.Fatalf("%+v", d)
	}
	for i, parts := range [][]string{
		{"Акимат", "Қайрат Тест", "ABCD-2345", "Закон, ст. 12", "Обжаловать", "Министерство", "Office One 123", "3\u00a0июня", "11616"},
		{"Akimat", "Қайрат Тест", "The Law, art. 12", "Complain", "Ministry", "11616"},
	} {
		for _, part := range parts {
			if !strings.Contains(text(d.Sides[i]), part) {
				t.Errorf("%s lacks %q:\n%s", d.Sides[i].Lang, part, text(d.Sides[i]))
			}
		}
		if d.Sides[i].Draft == "" {
			t.Errorf("%s is a draft and does not say so", d.Sides[i].Lang)
		}
	}
	if strings.Count(text(d.Sides[0]), "ст. 12") != 1 {
		t.Error("one article is named twice")
	}
}

func TestHalfAPaperIsNone(t *testing.T) {
	t.Parallel()
	if _, whole := Compose(words(t), "kk", "", refusal()); whole {
		t.Error("how to appeal has no words in Kazakh, and the paper is made all the same")
	}
	if _, whole := Compose(words(t), "ru", "kk", refusal()); whole {
		t.Error("the language beside has a hole")
	}
	if got := Languages(words(t), []wording.Lang{"kk", "ru", "en", "uz"}, refusal()); len(got) != 2 {
		t.Errorf("offered: %v", got)
	}
}

func TestWhatNoTextSaysIsSaid(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		change func(*Facts)
		says   string
	}{
		{"no time was found in the law", func(f *Facts) { f.Limit = Term{Unknown: true} }, "name no time"},
		{"the time begins when she has understood", func(f *Facts) { f.Limit.Due = time.Time{} }, "understood this paper"},
		{"no appeal was found in the law", func(f *Facts) { f.Appeal = "" }, "do not say how"},
		{"nobody is named to bring it to", func(f *Facts) { f.AppealTo, f.Offices = nil, nil }, "Ask the body named above"},
		{"no name may stand here", func(f *Facts) { f.Person = nil }, "The person whose file"},
		{"it was read to her", func(f *Facts) { f.Read, f.Reader = "interpreter", "uz" }, "An interpreter read"},
		{"a certificate without a term", func(f *Facts) { f.Kind, f.Name, f.Valid = Certificate, "card", Term{Clock: "c", Unknown: true} }, "do not say until when"},
		{"a certificate with one", func(f *Facts) { f.Kind, f.Name, f.Valid = Certificate, "card", Term{Clock: "c", Due: noon} }, "Until 3"},
	} {
		f := refusal()
		row.change(&f)
		d, whole := Compose(words(t), "en", "", f)
		if !whole || !strings.Contains(text(d.Main()), row.says) {
			t.Errorf("%s: %v\n%s", row.why, whole, text(d.Main()))
		}
	}
}

func TestDocumentIsKeptAsItWas(t *testing.T) {
	t.Parallel()
	d, _ := Compose(words(t), "ru", "en", refusal())
	again, err := Read(d.Kept())
	if err != nil || again.Main().Title != d.Main().Title || again.Given != "because" || len(again.Sides) != 2 {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := Read(withheld.New("{")); err == nil {
		t.Error("half a document is read")
	}
}

func TestPDF(t *testing.T) {
	t.Parallel()
	f := refusal()
	f.Reasons = withheld.New(strings.Repeat("Ұзақ себеп, бірнеше бетке. ", 400))
	d, _ := Compose(words(t), "ru", "en", f)
	on := Printed{Code: "0123 4567", Link: "http://example.com/verify?code=01234567", At: noon, Demo: "DEMO"}
	one, err := PDF(d, on)
	if err != nil || !bytes.HasPrefix(one, []byte("%PDF-")) {
		t.Fatalf("%v, %.20q", err, one)
	}
	if two, _ := PDF(d, on); !bytes.Equal(one, two) {
		t.Error("the same paper gives other bytes")
	}
	if pages := bytes.Count(one, []byte("/Type /Page\n")); pages < 2 {
		t.Errorf("reasons of four pages are on %d", pages)
	}
	if bytes.Contains(one, []byte("Тест")) {
		t.Error("a name stands in the file's properties")
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	var key, other [32]byte
	other[0] = 1
	p := id.From[id.Paper](noon, bytes.NewReader(make([]byte, 10)))
	code := CodeOf(key, p)
	if CodeOf(other, p) == code || TagOf(other, code) == TagOf(key, code) {
		t.Error("another installation has the same codes")
	}
	shown := Groups(code)
	if len(strings.Fields(shown)) != 8 {
		t.Errorf("%q is not eight groups", shown)
	}
	for why, typed := range map[string]string{
		"as printed": shown, "small letters": strings.ToLower(shown), "without spaces": strings.ReplaceAll(shown, " ", ""),
		"dashes": strings.ReplaceAll(shown, " ", "-"), "typed on a Cyrillic keyboard": strings.NewReplacer("A", "А", "B", "В", "C", "С", "E", "Е").Replace(shown),
	} {
		if ParseCode(typed) != code {
			t.Errorf("%s is not understood", why)
		}
	}
	for _, typed := range []string{"", "zz", shown + "0", shown[:10], strings.Repeat("a", 10_000)} {
		if ParseCode(typed) != [CodeSize]byte{} {
			t.Errorf("%.20q is taken for a code", typed)
		}
	}
	if strings.Contains(TagOf(key, code), strings.ReplaceAll(strings.ToLower(shown), " ", "")) {
		t.Error("the tag gives the code away")
	}
}

// What stands at the foot of a page is set in as many lines as it needs, within the page:
// the edition of a blank form in two languages, a long name of a pack.
func TestALongFootIsSetInLines(t *testing.T) {
	t.Parallel()
	w := plainSheet(Printed{At: time.Unix(0, 0)}, "x", "kk")
	w.AddPage()
	for _, row := range []struct {
		why   string
		texts []string
		lines int
	}{
		{"one that fits", []string{"Бос форма, kz 2026.11"}, 1},
		{"two of which each is longer than a line", []string{
			"Бос форма, kz 2026.11-алғашқы-басылым, заң күні: 2026 ж. 23 қараша · Енгізер алдында код пен редакцияны «Қағаз формалар» бетінде салыстырыңыз.",
			"Пустая форма, kz 2026.11-первая-редакция, закон на 23 ноября 2026 г. · Перед вводом сверьте код и редакцию на странице «Бумажные формы».",
		}, 2},
		{"a word longer than a line", []string{strings.Repeat("қорғаныш", 40)}, 3},
	} {
		lines, size := w.smallLines(row.texts, 10)
		if len(lines) != row.lines || float64(len(lines))*size*0.45 > 10 {
			t.Errorf("%s: %d lines of %.1f points", row.why, len(lines), size)
		}
		for _, line := range lines {
			if wide := w.GetStringWidth(line); wide > w.width {
				t.Errorf("%s: %.0f of %.0f mm", row.why, wide, w.width)
			}
		}
		letters := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if letters(strings.Join(lines, "")) != letters(strings.Join(row.texts, "")) {
			t.Errorf("%s: something is lost: %q", row.why, lines)
		}
	}
}
