package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser starts a Chromium of the test's own and gives the context that
// chromedp's actions run in. It is skipped unless PANA_BROWSER is set, which
// make check does after finding the browser: go test ./... needs only Go.
func Browser(t testing.TB) context.Context {
	t.Helper()
	if !strings.Contains(t.Name(), "Browser") {
		t.Fatal("the gate finds tests that need a browser by their name: say InABrowser")
	}
	if os.Getenv("PANA_BROWSER") == "" {
		t.Skip("PANA_BROWSER is not set: make check GATES=browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // CI is root in a container, where the sandbox cannot start; pages are ours
		chromedp.WindowSize(1280, 900),
		chromedp.WSURLReadTimeout(time.Minute), // the first one of a run is read from the disk: 20 s were not enough once
	)
	if path := os.Getenv("PANA_CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	ctx, stopBrowser := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, stopTab := chromedp.NewContext(ctx)
	ctx, stopClock := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(func() { stopClock(); stopTab(); stopBrowser() })
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// Flaw is what axe found on a page. It names the rule and the elements by
// selector, never their text: pages show people.
type Flaw struct {
	Rule    string
	Impact  string
	Targets []string
}

func (f Flaw) String() string {
	return fmt.Sprintf("%s (%s) at %s", f.Rule, f.Impact, strings.Join(f.Targets, ", "))
}

// runAxe asks for the rules of WCAG 2.2 up to AA, and takes from the result only
// what may be printed.
const runAxe = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
	.then(r => JSON.stringify(r.violations.map(v => ({Rule: v.id, Impact: v.impact || "", Targets: v.nodes.map(n => n.target.join(" "))}))))`

// Axe gives the flaws of the page that the browser shows.
func Axe(ctx context.Context, t testing.TB) []Flaw {
	t.Helper()
	script, err := os.ReadFile(os.Getenv("PANA_AXE"))
	if err != nil {
		t.Fatalf("PANA_AXE names no axe.min.js: %v", err)
	}
	// The script is handed to the page over the debugger's line, which the page's
	// own content policy does not rule.
	var text string
	err = chromedp.Run(ctx, chromedp.Evaluate(string(script)+"\n;true", nil), chromedp.Evaluate(runAxe, &text, await))
	if err != nil {
		t.Fatalf("run axe: %v", err)
	}
	var flaws []Flaw
	if err := json.Unmarshal([]byte(text), &flaws); err != nil {
		t.Fatalf("read what axe says: %v", err)
	}
	return flaws
}

// await waits for a promise.
func await(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
