package web

import (
	"net/http"
	"strings"
	"testing"

	"pana/internal/wording"
)

// testWords is the product's catalogue with a few words of a country, as a
// pack would bring them.
var testWords = wording.Join(wording.Product(), wording.New(countryWords()).WithSentences([]wording.Entry{
	{Key: "The joint body identifies.", Texts: map[wording.Lang]wording.Text{"ru": {wording.Other: "Идентифицирует совместный орган."}, "kk": {wording.Other: "Бірлескен орган сәйкестендіреді."}}},
}))

func countryWords() (out []wording.Entry) {
	for key, said := range map[string][3]string{
		"language.uz":                 {"өзбек тілі", "узбекский язык", "Uzbek"},
		"language.ru":                 {"орыс тілі", "русский язык", "Russian"},
		"language.kk":                 {"қазақ тілі", "казахский язык", "Kazakh"},
		"kin.parent":                  {"Ата-анасы", "Родитель", "Parent"},
		"kin.sibling":                 {"Бауыры", "Брат или сестра", "Brother or sister"},
		"need.bed":                    {"Бүгін түнде қауіпсіз орын", "Безопасное место на эту ночь", "A safe place tonight"},
		"need.bed.short":              {"бүгін түнге орын керек", "нужно место на эту ночь", "needs a bed tonight"},
		"need.doctor":                 {"Дәрігер", "Врач", "A doctor"},
		"demo.role.inspector":         {"Еңбек инспекторы", "Инспектор труда", "Labour inspector"},
		"demo.role.shelter":           {"Баспана қызметкері", "Сотрудник приюта", "Shelter worker"},
		"demo.try.inspector.1":        {"Жаңа хабарлама ашыңыз.", "Откройте новое сообщение.", "Open a new concern about a girl of about fifteen."},
		"demo.try.inspector.2":        {"Баспаналардан сұраңыз.", "Спросите три приюта.", "Ask three shelters and watch the clock."},
		"demo.try.shelter.2":          {"Қабылдамай көріңіз.", "Попробуйте отказать.", "Try to refuse for a reason the law forbids."},
		"demo.try.shelter.1":          {"Жолдамаға жауап беріңіз.", "Ответьте на направление.", "Answer a referral with a bed."},
		"need.doctor.short":           {"дәрігер", "нужен врач", "needs a doctor"},
		"indicator.papers":            {"Құжаттарын алып қойған", "Документы отобрали", "Papers were taken"},
		"indicator.unpaid":            {"Жалақысын төлемеген", "Не платили", "Was not paid"},
		"indicator.locked":            {"Қамап ұстаған", "Держали взаперти", "Was locked in"},
		"dimension.exploitation":      {"Қанау", "Эксплуатация", "Exploitation"},
		"dimension.coercion":          {"Мәжбүрлеу", "Принуждение", "Coercion"},
		"service.shelter":             {"Баспана", "Приют", "Shelter"},
		"role.head":                   {"басшы", "руководитель", "head"},
		"role.worker":                 {"қызметкер", "сотрудник", "worker"},
		"region.KZ-75":                {"Алматы", "Алматы", "Almaty"},
		"region.KZ-71":                {"Астана", "Астана", "Astana"},
		"priority.emergency":          {"Шұғыл: 60 минут", "Срочно: 60 минут", "Emergency: 60 minutes"},
		"priority.urgent":             {"Жедел: 24 сағат", "Быстро: 24 часа", "Urgent: 24 hours"},
		"body.police":                 {"Полиция", "Полиция", "Police"},
		"act.atl":                     {"110-VIII Заң", "Закон 110-VIII", "Law 110-VIII"},
		"var.victim.none":             {"Әлі ештеңе жоқ", "Пока ничего", "Nothing yet"},
		"var.victim.presumed":         {"Болжамды құрбан", "Предполагаемая жертва", "Presumed victim"},
		"var.victim.identified":       {"Құрбан деп танылды", "Признана жертвой", "Identified victim"},
		"var.victim.not_identified":   {"Құрбан деп танылмады", "Не признана жертвой", "Not identified as a victim"},
		"var.victim":                  {"Мәртебесі", "Статус", "Status"},
		"step.identify":               {"Құрбан деп тану", "Признать жертвой", "Identify as a victim"},
		"procedure.identification":    {"Құрбанды анықтау", "Идентификация", "Identification"},
		"field.grounds":               {"Негізі", "Основание", "Grounds"},
		"country.money":               {"{sum} теңге", "{sum} тенге", "{sum} tenge"},
		"act.code":                    {"Жаңа кодекс", "Новый кодекс", "New code"},
		"act.code_old":                {"Бұрынғы кодекс", "Прежний кодекс", "Old code"},
		"offence.old_1":               {"Бұрынғы бап", "Прежняя статья", "An old article"},
		"offence.new_1":               {"Жаңа бап", "Новая статья", "A new article"},
		"var.case_stage.investigated": {"Тергелуде", "Расследуется", "Investigated"},
		"var.case_outcome.convicted":  {"Айыптау үкімі", "Приговор", "Convicted"},
		"var.case_trail.unsaid":       {"Айтылмаған", "Не сказано", "Unsaid"},
		"step.stop":                   {"Тоқтату", "Прекратить", "Stop"},
		"step.join":                   {"Қосу", "Соединить", "Join"},
		"track_money.taken":           {"Тәркіленді", "Конфисковано", "Taken"},
		"field.present":               {"Адам қатысты ма?", "Человек присутствовал?", "Was the person present?"},
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

// TestFoldersAreNotListed: what lies among the files that are the same for everybody is
// served by its name, and not told.
func TestFoldersAreNotListed(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	for _, path := range []string{"/static/", "/static"} {
		if w := v.get(path); w.Code != http.StatusNotFound && w.Code != http.StatusMovedPermanently && w.Code != http.StatusTemporaryRedirect || strings.Contains(w.Body.String(), "pana.css") {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
	if w := v.get("/static/pana.css"); w.Code != http.StatusOK {
		t.Errorf("a file by its name: %d", w.Code)
	}
}
