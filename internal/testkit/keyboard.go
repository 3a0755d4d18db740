package testkit

import (
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keyboard is a Tab whose reader has no mouse: an operator with one hand on the
// receiver. Focus moves by the Tab key, answers change by the arrows and the
// space bar, buttons are pressed by their access key where the page gives them
// one. What the Tab key does not reach cannot be answered here, and the test fails.
type Keyboard struct{ *Tab }

// reach is how often the Tab key is pressed before a field counts as out of reach.
const reach = 250

func (k Keyboard) keys(keys string, with ...chromedp.KeyOption) {
	k.t.Helper()
	k.run(chromedp.KeyEvent(keys, with...))
}

// true says whether a script that looks at e, the focused element, holds.
func (k Keyboard) true(script string) (ok bool) {
	k.t.Helper()
	k.run(chromedp.Evaluate(`(e => !!(`+script+`))(document.activeElement)`, &ok))
	return ok
}

// press presses a key until it is so: at once when it is already.
func (k Keyboard) press(key, until, what string) {
	k.t.Helper()
	for range reach {
		if k.true(until) {
			return
		}
		k.keys(key)
	}
	k.t.Fatalf("%s: no key reaches %s", k.where(), what)
}

// Fill implements Reader: it types, or goes down a list.
func (k Keyboard) Fill(name, value string) {
	k.t.Helper()
	k.press(kb.Tab, fmt.Sprintf(`e.name === %s && e.type !== "hidden"`, quoted(name)), "field "+name)
	if !k.true(`e.tagName === "SELECT"`) {
		k.run(chromedp.Evaluate(`document.activeElement.select()`, nil))
		k.keys(value)
		return
	}
	k.press(kb.ArrowDown, `e.value === `+quoted(value), name+"="+value)
}

// Tap implements Reader. The Tab key stops once in a group of which one answer is
// chosen, and at each box of a group of which many may be.
func (k Keyboard) Tap(name, value string) {
	k.t.Helper()
	named := fmt.Sprintf(`e.name === %s`, quoted(name))
	this := named + ` && e.value === ` + quoted(value)
	k.press(kb.Tab, fmt.Sprintf(`e.type === "radio" ? %s : %s`, named, this), "answer "+name+"="+value)
	k.press(kb.ArrowDown, this, "answer "+name+"="+value)
	if !k.true(`e.checked`) {
		k.keys(" ")
	}
	if !k.true(`e.checked`) {
		k.t.Fatalf("%s: the keys do not choose %s=%s", k.where(), name, value)
	}
}

// Press implements Reader.
func (k Keyboard) Press(name, value string, in ...string) {
	k.t.Helper()
	button := k.button(name, value, in)
	var access string
	k.run(chromedp.Evaluate(`document.querySelector(`+quoted(button)+`).accessKey`, &access))
	if access != "" {
		k.leave(chromedp.KeyEvent(access, chromedp.KeyModifiers(input.ModifierAlt)), "press Alt "+access)
		return
	}
	k.press(kb.Tab, `e.matches(`+quoted(button)+`)`, "button "+name+"="+value)
	k.leave(chromedp.KeyEvent(kb.Enter), "press "+name+"="+value)
}

// Follow opens a link of the page by its address.
func (k Keyboard) Follow(href string) {
	k.t.Helper()
	k.link(href)
	k.leave(chromedp.KeyEvent(kb.Enter), "follow "+href)
}

// Keeps follows a link that is answered with a file: its name and what is in it.
func (k Keyboard) Keeps(href string) (string, string) {
	k.t.Helper()
	k.link(href)
	return k.keeps(chromedp.KeyEvent(kb.Enter), "follow "+href)
}

func (k Keyboard) link(href string) {
	k.t.Helper()
	k.press(kb.Tab, `e.matches("main a") && e.getAttribute("href") === `+quoted(href), "link "+href)
}
