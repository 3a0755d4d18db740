package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

// TestCasesComeInInABrowser: a table of another system is looked at, mended, and taken in;
// each case has a file.
func TestCasesComeInInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			send := func(text string) {
				name := filepath.Join(t.TempDir(), "cases.csv")
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := chromedp.Run(v.Context(), chromedp.SetUploadFiles(`input[name=cases_content]`, []string{name})); err != nil {
					t.Fatal(err)
				}
				v.Press("go", "look")
			}
			v.as("inspector")
			v.Go("/cases/in")
			v.look("cases", "cases.title")
			const head = "prs_SecondName,prs_FirstName,prs_Birthdate,prs_Gender,prs_MobilePhone,vic_TraffickingStatus,vic_MethodsOfControl\n"
			send(head + "Қалиева,Айжан,03.02.2010,Feminine,,,DebtBondage\n")
			v.look("cases-to-mend", "cases.title")
			if !testkit.Sees(v, "data-finding", "not_a_day") || testkit.Sees(v, "value", "take") {
				t.Error("a day that is none is not found, or the table can be taken in with it")
			}
			send(head + "Қалиева,Айжан,2010-02-03,Feminine,+77010000000,ActualVictimOfTrafficking,DebtBondage;RestrictsMovement;FalsePromises;WithholdsDocuments\nАлиев,Рустам,1990-11-30,NonConforming,,,\n")
			v.look("cases-found", "cases.title")
			v.Press("go", "take")
			v.look("cases-done", "cases.done")
		})
	}
}
