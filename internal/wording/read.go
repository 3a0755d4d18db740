package wording

import (
	"embed"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"sync"
	"time"

	"pana/internal/strict"
)

//go:embed strings/*.yaml
var own embed.FS

// Product is the catalogue of the product's own sentences: pages, buttons,
// faults. A country's are in its pack.
var Product = sync.OnceValue(func() *Catalogue {
	entries, problems := ReadDir(own, "strings")
	if len(problems) > 0 {
		panic("wording: " + problems[0].String())
	}
	return New(entries)
})

// ReadDir reads every *.yaml of a folder and reports all that is wrong with
// each by itself; whether a key is complete is for Check to say. Files named in
// but hold something else.
func ReadDir(fsys fs.FS, dir string, but ...string) ([]Entry, []strict.Problem) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, []strict.Problem{{File: dir, Line: 1, Code: "wording.folder", What: err.Error()}}
	}
	var entries []Entry
	var problems []strict.Problem
	for _, name := range names {
		if slices.Contains(but, path.Base(name)) {
			continue
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, strict.Problem{File: name, Line: 1, Code: "wording.file", What: "cannot be read: " + err.Error()})
			continue
		}
		es, ps := Read(name, data)
		entries, problems = append(entries, es...), append(problems, ps...)
	}
	first := map[string]Pos{}
	for _, e := range entries {
		if at, twice := first[e.Key]; twice {
			problems = append(problems, strict.Problem{File: e.Pos.File, Line: e.Pos.Line, Code: "wording.twice",
				What: "key " + e.Key + " is also in " + at.File, Mend: "keep one of them"})
			continue
		}
		first[e.Key] = e.Pos
	}
	return entries, problems
}

// Read reads one wording file: keys, each with its text by language and its
// state; "state:" at the top is the state of every key that has none.
func Read(file string, data []byte) ([]Entry, []strict.Problem) {
	var f wordingFile
	problems := strict.Read(file, data, &f)
	for i := range f.entries {
		if f.entries[i].State == "" {
			f.entries[i].State = f.state
		}
	}
	return f.entries, problems
}

type wordingFile struct {
	state   string
	entries []Entry
}

// ReadYAML reads a file's keys in their order.
func (f *wordingFile) ReadYAML(r *strict.Reader, n *strict.Node) {
	f.state = Draft
	r.Pairs(n, func(key, value *strict.Node) {
		if key.Value == "state" {
			f.state = state(r, value)
			return
		}
		e := Entry{Pos: Pos{r.File, key.Line}, Key: key.Value, Texts: map[Lang]Text{}}
		r.Pairs(value, func(k, v *strict.Node) { e.read(r, k, v) })
		if !goodKey.MatchString(e.Key) {
			r.Add(key, "wording.key", "write it as service.shelter", "%q is not a wording key", e.Key)
		}
		f.entries = append(f.entries, e)
	})
}

var (
	goodKey  = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	goodLang = regexp.MustCompile(`^[a-z]{2}$`)
)

func (e *Entry) read(r *strict.Reader, k, v *strict.Node) {
	switch {
	case k.Value == "state":
		e.State = state(r, v)
	case k.Value == "by":
		e.By = r.Text(v)
	case k.Value == "on":
		var day struct{ time.Time }
		r.Into(v, reflect.ValueOf(&day).Elem())
		e.On = day.Time
	case goodLang.MatchString(k.Value): // Check knows which languages are wanted
		e.Texts[Lang(k.Value)] = text(r, v)
	default:
		r.Add(k, "yaml.unknown_key", "known here: a language of two letters, state, by, on", "unknown key %q", k.Value)
	}
}

func state(r *strict.Reader, n *strict.Node) string {
	s := r.Text(n)
	if s != Draft && s != Reviewed {
		r.Add(n, "wording.state", "write draft or reviewed", "%q is not a state of wording", s)
	}
	return s
}

func text(r *strict.Reader, n *strict.Node) Text {
	if len(n.Content) == 0 {
		return Text{Other: r.Text(n)}
	}
	t := Text{}
	r.Pairs(n, func(k, v *strict.Node) {
		switch f := Form(k.Value); f {
		case One, Few, Many, Other:
			t[f] = r.Text(v)
		default:
			r.Add(k, "wording.form", "use one, few, many, other", "%q is not a plural form", k.Value)
		}
	})
	return t
}
