package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Tab is a Reader in a real browser. Everything a person would do with a mouse
// is done with one: labels are clicked, not values set.
type Tab struct {
	t      testing.TB
	ctx    context.Context
	base   string
	status int
	shots  string // where pictures go; empty: nowhere
	seen   map[string]bool
	// Looked is called on each new page.
	Looked func(*Tab)
}

// NewTab opens the site in the browser of ctx, in a language, with scripts or
// without.
func NewTab(ctx context.Context, t testing.TB, base, lang string, scripts bool) *Tab {
	t.Helper()
	tab := &Tab{t: t, ctx: ctx, base: base, seen: map[string]bool{}, shots: os.Getenv("PANA_SHOTS")}
	tab.run(
		network.Enable(),
		network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": lang}),
		emulation.SetScriptExecutionDisabled(!scripts),
	)
	return tab
}

// Context is the browser's, for what only a test of the browser itself does.
func (b *Tab) Context() context.Context { return b.ctx }

// patience is how long a page may take on a busy machine.
const patience = 30 * time.Second

func (b *Tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	if err := settled(func() error { return chromedp.Run(ctx, actions...) }); err != nil {
		b.t.Fatalf("%s: %v", b.where(), err)
	}
}

// passing is what Chromium says when the page has just changed under what is asked of
// it: the node or the context that was meant a moment ago is not that of the page now.
var passing = regexp.MustCompile(`(?i)no node with given id|could not find node|cannot find context|execution context was destroyed|does not belong to the document|node is detached|of null \(reading 'outerHTML'\)`)

// settled does something again, a moment later, while the page changes under it. None
// of these answers comes after a key or a click was given.
func settled(do func() error) error {
	for left := tries; ; left-- {
		err := do()
		if err == nil || left == 0 || !passing.MatchString(err.Error()) {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// leave does what loads another page, and waits for it.
func (b *Tab) leave(action chromedp.Action, what string) {
	b.t.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	res, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.where(), what, err)
	}
	b.status = int(res.Status)
	if b.Looked != nil {
		b.Looked(b)
	}
}

func (b *Tab) where() string {
	var at string
	ctx, done := context.WithTimeout(b.ctx, time.Second)
	defer done()
	if err := chromedp.Run(ctx, chromedp.Location(&at)); err != nil {
		return "somewhere"
	}
	return at
}

// Go implements Reader.
func (b *Tab) Go(path string) { b.leave(chromedp.Navigate(b.base+path), "open "+path) }

// quoted makes a value safe inside a selector or a script.
func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// find gives a selector that names one element: the first that matches.
func (b *Tab) find(script, what string) string {
	b.t.Helper()
	var ok bool
	b.run(chromedp.Evaluate(`(() => { document.querySelectorAll("[data-test-this]").forEach(e => e.removeAttribute("data-test-this"));
		const e = `+script+`; if (!e) return false; for (let d = e; d; d = d.parentElement) if (d.tagName === "DETAILS") d.open = true;
		e.setAttribute("data-test-this", ""); return true })()`, &ok))
	if !ok {
		b.t.Fatalf("%s (%d) has no %s", b.where(), b.status, what)
	}
	return "[data-test-this]"
}

// Fill implements Reader.
func (b *Tab) Fill(name, value string) {
	b.t.Helper()
	this := b.find(`document.querySelector("main [name=" + CSS.escape(`+quoted(name)+`) + "]:not([type=hidden])")`, "field "+name)
	var kind string
	b.run(chromedp.Evaluate(`(e => e.tagName === "SELECT" ? "SELECT" : e.type)(document.querySelector("[data-test-this]"))`, &kind))
	// Which keys a day or an hour takes is the browser's language: "10:00" without
	// "AM" is half an hour's answer, and Chromium then does not send the form.
	if kind == "SELECT" || kind == "date" || kind == "time" {
		b.run(chromedp.SetValue(this, value, chromedp.ByQuery))
		return
	}
	for range tries {
		// Emptied by hand: chromedp's Clear wants a textarea to have a text already.
		var stands string
		b.run(
			chromedp.Evaluate(`document.querySelector("[data-test-this]").value = ""`, nil),
			chromedp.SendKeys(this, value, chromedp.ByQuery),
			chromedp.Evaluate(`document.querySelector("[data-test-this]").value`, &stands),
		)
		if stands == value {
			return
		}
	}
	b.t.Logf("%s: field %s does not hold what was typed", b.where(), name)
}

// tries is how often a key or a click that did not arrive is given: Chromium on a
// busy machine loses one in some thousands, and a person sees it and does it again.
const tries = 3

// Tap implements Reader: it clicks the label, as a finger does.
func (b *Tab) Tap(name, value string) {
	b.t.Helper()
	this := b.find(fmt.Sprintf(`[...document.querySelectorAll("main input")].filter(e => e.name === %s && e.value === %s && e.type !== "hidden").map(e => e.labels[0])[0]`, quoted(name), quoted(value)), "answer "+name+"="+value)
	var chosen, taken bool
	b.run(chromedp.Evaluate(`document.querySelector("[data-test-this]").control.checked`, &chosen))
	for range tries {
		b.run(chromedp.Click(this, chromedp.ByQuery))
		b.run(chromedp.Evaluate(fmt.Sprintf(`(e => e.checked && (e.type === "radio" || !%t) || !e.checked && %t)(document.querySelector("[data-test-this]").control)`, chosen, chosen), &taken))
		if taken {
			return
		}
	}
	b.t.Logf("%s: answer %s=%s does not take a click", b.where(), name, value)
}

// Press implements Reader.
func (b *Tab) Press(name, value string, in ...string) {
	b.t.Helper()
	button, what := b.button(name, value, in), "press "+name+"="+value
	b.leave(b.pressing(button, what), what)
}

// pressing clicks a button, and once more after a while if it still stands there:
// Chromium loses a click in some thousands, and a person would press again. What a
// form sends twice is one act.
func (b *Tab) pressing(button, what string) chromedp.ActionFunc {
	return func(ctx context.Context) error {
		if err := settled(func() error { return chromedp.Click(button, chromedp.ByQuery).Do(ctx) }); err != nil {
			return err
		}
		go func() {
			select {
			case <-ctx.Done():
				return
			case <-time.After(patience / 2):
			}
			var there bool
			look := chromedp.Evaluate(`document.readyState === "complete" && document.querySelector(`+quoted(button)+`) !== null`, &there)
			if err := look.Do(ctx); err == nil && there && ctx.Err() == nil {
				b.t.Logf("%s: nothing came of it, pressed again", what)
				_ = chromedp.Click(button, chromedp.ByQuery).Do(ctx)
			}
		}()
		return nil
	}
}

// Opens presses a button that opens another tab, and gives that.
func (b *Tab) Opens(name, value string, in ...string) *Tab {
	b.t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool { return i.URL != "" })
	b.run(chromedp.Click(b.button(name, value, in), chromedp.ByQuery))
	select {
	case at := <-opened:
		ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithTargetID(at))
		b.t.Cleanup(stop)
		// The first run attaches to the tab for as long as its context lives: it
		// may not be one that ends with the waiting.
		if err := chromedp.Run(ctx); err != nil {
			b.t.Fatalf("attach to the tab that %s=%s opened: %v", name, value, err)
		}
		other := &Tab{t: b.t, ctx: ctx, base: b.base, seen: map[string]bool{}, shots: b.shots}
		other.run(chromedp.WaitReady("main", chromedp.ByQuery))
		return other
	case <-time.After(patience):
		b.t.Fatalf("%s: %s=%s opens no tab", b.where(), name, value)
		return nil
	}
}

// Downloads presses a button that is answered with a file, as the browser keeps it:
// its name and what is in it.
func (b *Tab) Downloads(name, value string, in ...string) (string, string) {
	b.t.Helper()
	return b.keeps(chromedp.Click(b.button(name, value, in), chromedp.ByQuery), "press "+name+"="+value)
}

// keeps does what is answered with a file.
func (b *Tab) keeps(action chromedp.Action, what string) (string, string) {
	b.t.Helper()
	dir, kept, called := b.t.TempDir(), make(chan string, 1), make(chan string, 1)
	ctx, done := context.WithCancel(b.ctx)
	defer done()
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *browser.EventDownloadWillBegin:
			called <- e.SuggestedFilename
		case *browser.EventDownloadProgress:
			if e.State == browser.DownloadProgressStateCompleted {
				kept <- e.GUID
			}
		}
	})
	b.run(browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllowAndName).WithDownloadPath(dir).WithEventsEnabled(true), action)
	select {
	case file := <-kept:
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			b.t.Fatal(err)
		}
		return <-called, string(text)
	case <-time.After(patience):
		b.t.Fatalf("%s: %s gives no file", b.where(), what)
		return "", ""
	}
}

// button finds a button of a form that holds what is named.
func (b *Tab) button(name, value string, in []string) string {
	b.t.Helper()
	holds := "true"
	for _, one := range in {
		holds += fmt.Sprintf(` && [...e.form.elements].some(f => f.name + "=" + f.value === %s)`, quoted(one))
	}
	return b.find(fmt.Sprintf(`[...document.querySelectorAll("main button")].filter(e => (%s === "" || e.name === %s && e.value === %s) && e.form && %s)[0]`, quoted(name), quoted(name), quoted(value), holds), "button "+name+"="+value)
}

// All implements Reader.
func (b *Tab) All(attr string) (out []string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(fmt.Sprintf(`[...document.querySelectorAll("[" + %s + "]")].map(e => e.getAttribute(%s))`, quoted(attr), quoted(attr)), &out))
	return out
}

// HTML implements Reader.
func (b *Tab) HTML() (text string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(`document.documentElement.outerHTML`, &text))
	return text
}

// Path implements Reader.
func (b *Tab) Path() string {
	at, err := url.Parse(b.where())
	if err != nil {
		b.t.Fatal(err)
	}
	return at.RequestURI()
}

// Status implements Reader.
func (b *Tab) Status() int { return b.status }

// Widths that a page is looked at in: a cheap phone and a desktop.
var Widths = []int64{360, 1280}

// At looks at the page in a width, and puts it back.
func (b *Tab) At(width int64, look func()) {
	b.t.Helper()
	b.run(emulation.SetDeviceMetricsOverride(width, 800, 1, width < 600))
	look()
	b.run(emulation.ClearDeviceMetricsOverride(), chromedp.Evaluate(drawn, nil, await))
}

// drawn waits until the page stands as it was laid out last: a click where a button
// was a moment ago hits nothing.
const drawn = `new Promise(done => { setTimeout(done, 500); requestAnimationFrame(() => requestAnimationFrame(() => done())) })`

// Dark looks at the page as a reader who prefers dark colours sees it.
func (b *Tab) Dark(look func()) {
	b.t.Helper()
	b.media("", "dark", look)
}

// Printed looks at the page as it is put on paper.
func (b *Tab) Printed(look func()) {
	b.t.Helper()
	b.media("print", "light", look)
}

func (b *Tab) media(kind, colours string, look func()) {
	b.t.Helper()
	// Without motion: a colour on its way to another is neither.
	set := emulation.SetEmulatedMedia().WithMedia(kind).WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: colours}, {Name: "prefers-reduced-motion", Value: "reduce"},
	})
	b.run(set)
	look()
	b.run(emulation.SetEmulatedMedia())
}

// Shown gives, of the elements that a selector finds, those that take up room.
func (b *Tab) Shown(selector string) (texts []string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(`[...document.querySelectorAll(`+quoted(selector)+`)].filter(e => e.checkVisibility({contentVisibilityAuto: true}) && e.getClientRects().length > 0).map(e => e.tagName.toLowerCase() + "." + e.className)`, &texts))
	return texts
}

// Cut gives the elements whose content is wider than they are and is not shown:
// on paper nobody can scroll.
func (b *Tab) Cut() (texts []string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(`[...document.querySelectorAll("main *")].filter(e => e.getClientRects().length > 0 && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && getComputedStyle(e).overflowX !== "visible" && getComputedStyle(e).display !== "inline").map(e => e.tagName.toLowerCase() + "." + e.className)`, &texts))
	return texts
}

// Wider says by how many pixels the page is wider than the window: a reader
// would have to scroll sideways.
func (b *Tab) Wider() (by int) {
	b.t.Helper()
	b.run(chromedp.Evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`, &by))
	return by
}

// PNG is one element as it is drawn.
func (b *Tab) PNG(selector string) (png []byte) {
	b.t.Helper()
	b.run(chromedp.Screenshot(selector, &png, chromedp.ByQuery))
	return png
}

// Picture keeps the page as a PNG in the folder that PANA_SHOTS names.
func (b *Tab) Picture(name string) {
	b.t.Helper()
	if b.shots == "" {
		return
	}
	var png []byte
	b.run(chromedp.FullScreenshot(&png, 100))
	if err := os.MkdirAll(b.shots, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
