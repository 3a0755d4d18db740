package pack

import (
	"reflect"

	"pana/internal/procedure"
	"pana/internal/wording"
)

// Said is a sentence of ours about the law, in English, and where it stands
// first: what a basis says, or why a text and its sources differ.
type Said struct {
	Text string
	Pos  Pos
}

// Said lists each such sentence once, in the order of the files. People read
// them in their own language: wording/law has the translations.
func (p *Pack) Said() []Said {
	c := &collector{seen: map[string]bool{}}
	for i := range p.Procedures {
		c.collect(reflect.ValueOf(&p.Procedures[i]).Elem(), p.Procedures[i].Procedure.Pos)
	}
	for i := range p.Tracks {
		c.collect(reflect.ValueOf(&p.Tracks[i]).Elem(), p.Tracks[i].Track.Pos)
	}
	for _, part := range p.parts() {
		c.collect(reflect.ValueOf(part.into).Elem(), Pos{File: part.file, Line: 1})
	}
	for i := range p.Overlays {
		c.collect(reflect.ValueOf(&p.Overlays[i]).Elem(), p.Overlays[i].Pos)
	}
	return c.list
}

type collector struct {
	seen map[string]bool
	list []Said
}

func (c *collector) collect(v reflect.Value, pos Pos) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.collect(v.Elem(), pos)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.collect(v.Index(i), pos)
		}
	case reflect.Struct:
		c.record(v, pos)
	}
}

// record reads a struct: a basis, an expectation, or what may hold one.
func (c *collector) record(v reflect.Value, pos Pos) {
	if f := v.FieldByName("Pos"); f.IsValid() {
		if own := f.Interface().(Pos); own.File != "" {
			pos = own
		}
	}
	switch e := v.Interface().(type) {
	case procedure.Basis:
		c.add(e.Says, pos)
	case Expectation:
		c.add(e.Because, pos)
	case Day:
	default:
		for i := range v.NumField() {
			c.collect(v.Field(i), pos)
		}
	}
}

func (c *collector) add(text string, pos Pos) {
	if text != "" && !c.seen[text] {
		c.seen[text] = true
		c.list = append(c.list, Said{text, pos})
	}
}

// translated: a pack that translates what its law files say translates all of
// it, and nothing that no file says any more; the figures are the same in every
// language. A pack that translates none is read in English, and pages say so.
func (l *linter) translated() {
	if len(l.Pack.sentences) == 0 {
		return
	}
	said := map[string]bool{}
	for _, s := range l.Said() {
		said[s.Text] = true
		for _, lang := range l.Languages() {
			if _, in := l.words.Sentence(lang, s.Text); in != lang {
				l.warn(s.Pos, "wording.untranslated", "translate it in a file of "+lawWording, "no sentence in %s for %q", lang, s.Text)
			}
		}
	}
	for _, e := range l.Pack.sentences {
		l.problems = append(l.problems, fromStrict(wording.CheckSentence(e, l.Languages()))...)
		if !said[e.Key] {
			l.warn(Pos(e.Pos), "wording.unused", "remove it, or write en: as the law file has it now", "no file of the law says %q", e.Key)
		}
	}
}
