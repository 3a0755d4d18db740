package testkit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

// TestAxeFindsAPlantedFlawInABrowser: a check that never finds anything proves nothing.
// The page has the content policy of the product, so axe must work under it.
func TestAxeFindsAPlantedFlawInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	for _, row := range []struct{ why, body, want string }{
		{"a picture without words", `<main><h1>Pana</h1><img src="x.png"></main>`, "image-alt"},
		{"a field without a name", `<main><h1>Pana</h1><input></main>`, "label"},
		{"nothing wrong", `<main><h1>Pana</h1><p>Refuge</p></main>`, ""},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Pana</title></head><body>%s</body></html>`, row.body)
		}))
		t.Cleanup(server.Close)
		if err := chromedp.Run(ctx, chromedp.Navigate(server.URL)); err != nil {
			t.Fatal(err)
		}
		flaws := testkit.Axe(ctx, t)
		found := slices.ContainsFunc(flaws, func(f testkit.Flaw) bool { return f.Rule == row.want })
		if (row.want == "") != (len(flaws) == 0) || row.want != "" && !found {
			t.Errorf("%s: %v", row.why, flaws)
		}
	}
}
