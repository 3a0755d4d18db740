package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"pana/internal/wording"
)

// Field is one question as it is drawn: taps before typing, the reason for
// asking under it, the message at it.
type Field struct {
	Frame    Frame
	Name     string
	ID       string // of the element, when not the name
	Kind     string // choice, choices, text, long_text, day, date (as far as known), number, select, yes
	Label    string
	Why      string
	Options  []Option
	Value    string
	Max      int
	Optional bool
	Fold     bool   // answered before: shown as one line, opened to change it
	None     string // what a select says when nothing is chosen
	Known    string // what the file says already, in words
}

// Option is one tap.
type Option struct {
	Value, Label, Hint string
	On                 bool
	Warn               string // said beside a choice the law forbids
}

// Error is the message at the field.
func (f Field) Error() string { return f.Frame.Err(f.Name) }

// El is the field's element; the error summary links to it.
func (f Field) El() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

// DescribedBy names the hint and the message for a screen reader.
func (f Field) DescribedBy() string {
	s := ""
	if f.Why != "" {
		s = f.El() + "-why"
	}
	if f.Error() != "" {
		s += " " + f.El() + "-error"
	}
	return s
}

// knows is the field, with what the file says already under it: the words of that
// choice. It is chosen for nobody: who leaves it empty leaves it so.
func (f Field) knows(value string) Field {
	i := slices.IndexFunc(f.Options, func(o Option) bool { return o.Value == value })
	if i < 0 {
		return f
	}
	f.Known = f.Options[i].Label
	words := "field.known"
	if !f.Optional {
		words = "field.known.required"
	}
	f.Why = strings.TrimSpace(f.Why + " " + f.Frame.T(words, "what", f.Known))
	return f
}

// First is the element that the error summary's link goes to.
func (f Field) First(i int) string {
	if i == 0 {
		return f.El()
	}
	return f.El() + "-" + f.Options[i].Value
}

// form draws fields with what was typed in them.
type form struct {
	frame Frame
	typed url.Values
}

func (f form) field(kind, name string) Field {
	out := Field{Frame: f.frame, Name: name, Kind: kind, Label: f.frame.T("field." + name), Value: f.typed.Get(name), Max: limitOf(name), None: f.frame.T("choose.one")}
	if f.frame.Has("field." + name + ".why") {
		out.Why = f.frame.T("field." + name + ".why")
	}
	return out
}

// choose is a field of taps. Labels are looked up under the prefix: what the
// pack calls its needs, sexes, languages.
func (f form) choose(kind, name, prefix string, values ...string) Field {
	out := f.field(kind, name)
	for _, v := range values {
		o := Option{Value: v, Label: f.frame.Or(prefix+"."+v, "option."+v), On: slices.Contains(f.typed[name], v)}
		if hint := prefix + "." + v + ".hint"; f.frame.Has(hint) {
			o.Hint = f.frame.T(hint)
		}
		out.Options = append(out.Options, o)
	}
	return out
}

// said answers with the words of what was chosen, for check-your-answers.
func (f Field) Said() []string {
	if len(f.Options) == 0 {
		if f.Value == "" {
			return nil
		}
		if day, err := time.Parse(time.DateOnly, f.Value); err == nil && f.Kind == "day" {
			return []string{wording.Date(f.Frame.Lang, day, time.UTC)}
		}
		return []string{f.Value}
	}
	var out []string
	for _, o := range f.Options {
		if o.On {
			out = append(out, o.Label)
		}
	}
	return out
}

// Kept is something typed on another page, sent along so that it is not lost.
type Kept struct{ Name, Value string }

// keep carries every value except the named fields and the buttons'.
func keep(v url.Values, except ...string) []Kept {
	names := make([]string, 0, len(v))
	for name := range v {
		if !slices.Contains(except, name) && !slices.Contains(buttons, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []Kept
	for _, name := range names {
		for _, value := range v[name] {
			out = append(out, Kept{name, value})
		}
	}
	return out
}

// buttons are the names of buttons, which are not answers, and of passwords,
// which are never given back.
var buttons = []string{"go", "set_lang", "resume", "next", "password", "new_password", "new_password_again", "login", "figures", "ceremony", "answer"}
