package web

import (
	"bytes"
	"testing"

	"pana/internal/wording"
)

// A rail that is kept is never another worker's, nor of another window, language
// or page: whatever differs, what is shown is what drawing it anew gives.
func TestRailIsOnesOwn(t *testing.T) {
	t.Parallel()
	pages, err := templates()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why    string
		change func(*Frame)
	}{
		{"the first", func(*Frame) {}},
		{"again", func(*Frame) {}},
		{"another language", func(f *Frame) { f.Lang = wording.Russian }},
		{"a second window", func(f *Frame) { f.base = "/~2" }},
		{"another body", func(f *Frame) { f.BodyName = "Police <of> Almaty" }},
		{"another role", func(f *Frame) { f.Role = "head" }},
		{"other doors", func(f *Frame) { f.Nav = navigation([]string{"work", "check"}, "/work") }},
		{"another place", func(f *Frame) { f.Nav = navigation([]string{"work", "check"}, "/check") }},
		{"not a demonstration", func(f *Frame) { f.Demo = nil }},
		{"the first once more", func(*Frame) {}},
	} {
		f := testFrame(wording.English, "work.title", true)
		row.change(&f)
		var want bytes.Buffer
		if err := pages["error"].ExecuteTemplate(&want, "rail", f); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Rail(); err != nil || string(got) != want.String() {
			t.Errorf("%s: %v\n%s\nwant\n%s", row.why, err, got, want.String())
		}
	}
}
