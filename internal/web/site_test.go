package web

import (
	"testing"

	"pana/internal/wording"
)

// testWords is the product's catalogue with a few words of a country, as a
// pack would bring them.
var testWords = wording.Join(wording.Product(), wording.New(countryWords()))

func countryWords() (out []wording.Entry) {
	for key, said := range map[string][3]string{
		"language.uz":          {"өзбек тілі", "узбекский язык", "Uzbek"},
		"language.ru":          {"орыс тілі", "русский язык", "Russian"},
		"language.kk":          {"қазақ тілі", "казахский язык", "Kazakh"},
		"need.bed":             {"Бүгін түнде қауіпсіз орын", "Безопасное место на эту ночь", "A safe place tonight"},
		"need.bed.short":       {"бүгін түнге орын керек", "нужно место на эту ночь", "needs a bed tonight"},
		"need.doctor":          {"Дәрігер", "Врач", "A doctor"},
		"demo.role.inspector":  {"Еңбек инспекторы", "Инспектор труда", "Labour inspector"},
		"demo.role.shelter":    {"Баспана қызметкері", "Сотрудник приюта", "Shelter worker"},
		"demo.try.inspector.1": {"Жаңа хабарлама ашыңыз.", "Откройте новое сообщение.", "Open a new concern about a girl of about fifteen."},
		"demo.try.inspector.2": {"Баспаналардан сұраңыз.", "Спросите три приюта.", "Ask three shelters and watch the clock."},
		"demo.try.shelter.1":   {"Жолдамаға жауап беріңіз.", "Ответьте на направление.", "Answer a referral with a bed."},
		"demo.try.shelter.2":   {"Қабылдамай көріңіз.", "Попробуйте отказать.", "Try to refuse for a reason the law forbids."},
	} {
		e := wording.Entry{Key: key, State: wording.Draft, Texts: map[wording.Lang]wording.Text{}}
		for i, lang := range Langs {
			e.Texts[lang] = wording.Text{wording.Other: said[i]}
		}
		out = append(out, e)
	}
	return out
}

func testSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(Options{Words: testWords, Zone: almaty, Hotline: "11616"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
