package pack

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"pana/internal/procedure"
	"pana/internal/strict"
)

// Format is how far this program reads. It counts up with every change of what a pack can
// say, so that an edition which was adopted by a newer program is known for what it is by
// an older one, which cannot read it and must not put its own in its place. A test holds
// it against the schemas.
const Format = 3

// Schemas gives a JSON Schema (2020-12) for each file of a pack, by the name it
// has in packs/schema, for editors. They are made from the format structs, so
// that they cannot differ from them; what only the linter can say is not there.
func Schemas() map[string][]byte {
	out := map[string][]byte{"procedure.json": schemaOf("procedures/*.yaml", reflect.TypeFor[Process]()), "track.json": schemaOf("tracks/*.yaml", reflect.TypeFor[Track]()), "overlay.json": schemaOf("overlays/*.yaml", reflect.TypeFor[Overlay]()), "wording.json": wordingSchema(), "wording-law.json": sentencesSchema()}
	p := &Pack{}
	for _, part := range p.parts() {
		out[strings.TrimSuffix(part.file, ".yaml")+".json"] = schemaOf(part.file, reflect.TypeOf(part.into).Elem())
	}
	return out
}

type object = map[string]any

func schemaOf(title string, t reflect.Type) []byte {
	s := schemaMaker{defs: object{}}
	root := s.of(t)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	if len(s.defs) > 0 {
		root["$defs"] = s.defs
	}
	return encode(root)
}

func encode(v any) []byte {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic("pack: schema: " + err.Error())
	}
	return append(b, '\n')
}

type schemaMaker struct{ defs object }

// of makes the schema of a type. Structs inside go to $defs, once each.
func (s *schemaMaker) of(t reflect.Type) object {
	switch {
	case strict.IsDay(t):
		return object{"type": "string", "format": "date"}
	case t.Kind() == reflect.Pointer:
		return s.of(t.Elem())
	case t == reflect.TypeFor[procedure.Force]():
		return object{"type": "string", "enum": []string{"own", "must", "may", "world"}}
	case t.Kind() == reflect.String:
		return object{"type": "string"}
	case t.Kind() == reflect.Bool:
		return object{"type": "boolean"}
	case t.Kind() == reflect.Int:
		return object{"type": "integer"}
	case t.Kind() == reflect.Slice:
		return object{"type": "array", "items": s.item(t.Elem())}
	case t.Kind() == reflect.Map:
		return object{"type": "object", "additionalProperties": s.item(t.Elem())}
	}
	return s.record(t)
}

func (s *schemaMaker) item(t reflect.Type) object {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || strict.IsDay(t) {
		return s.of(t)
	}
	if _, ok := s.defs[t.Name()]; !ok {
		s.defs[t.Name()] = true // holds the name while its fields are made
		s.defs[t.Name()] = s.record(t)
	}
	return object{"$ref": "#/$defs/" + t.Name()}
}

func (s *schemaMaker) record(t reflect.Type) object {
	properties := object{}
	for key, i := range strict.Fields(t) {
		properties[key] = s.property(t, key, t.Field(i).Type)
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	for _, id := range []string{"id", "name"} {
		if _, ok := properties[id]; ok {
			out["required"] = []string{id}
			break
		}
	}
	return out
}

// choices are the fields whose values are the mechanism's own words.
var choices = map[string]set{
	"Basis.mark": words("mark", "T O S N I P"), "Field.kind": fieldKinds, "BodyKind.can": powers,
	"Indicator.adult": weights, "Indicator.child": weights, "CaseRule.for": whom, "CaseRule.result": results,
	"Bar.level": words("level", "bar hold"), "Paper.kind": paperKinds, "Clock.kind": words("kind", "duty limit validity wait"), "Calendar.weekend": weekdays,
	"Overlay.kind": overlayKinds, "Change.op": changeOps, "Expectation.verdict": verdicts, "Expectation.derived": verdicts,
}

func (s *schemaMaker) property(t reflect.Type, key string, of reflect.Type) object {
	out := s.item(of)
	if choice, ok := choices[t.Name()+"."+key]; ok {
		values := make([]string, 0, len(choice.has))
		for v := range choice.has {
			values = append(values, v)
		}
		slices.Sort(values)
		if of.Kind() == reflect.Slice {
			out["items"] = object{"type": "string", "enum": values}
		} else {
			out["enum"] = values
		}
	}
	return out
}

// sentencesSchema is written by hand, as wordingSchema is.
func sentencesSchema() []byte {
	entry := wordingEntry(object{"type": "string"})
	entry["required"] = []string{"en"}
	return encode(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": lawWording + "/*.yaml", "type": "object",
		"properties":           object{"state": wordingState, "sentences": object{"type": "array", "items": entry}},
		"additionalProperties": false,
	})
}

// wordingSchema is written by hand: its keys are the pack's.
func wordingSchema() []byte {
	text := object{"anyOf": []any{
		object{"type": "string"},
		object{"type": "object", "properties": object{"one": object{"type": "string"}, "few": object{"type": "string"}, "many": object{"type": "string"}, "other": object{"type": "string"}}, "required": []string{"other"}, "additionalProperties": false},
	}}
	return encode(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "wording/*.yaml", "type": "object",
		"properties": object{"state": wordingState}, "additionalProperties": wordingEntry(text),
	})
}

var wordingState = object{"enum": []string{"draft", "reviewed"}}

// wordingEntry is a text in each language, and who has read it.
func wordingEntry(text object) object {
	return object{
		"type":       "object",
		"properties": object{"state": wordingState, "by": object{"type": "string"}, "on": object{"type": "string", "format": "date"}},
		// "by" and "on" have two letters too, and are no languages.
		"patternProperties":    object{"^([ac-np-z][a-z]|b[a-xz]|o[a-mo-z])$": text},
		"additionalProperties": false,
	}
}
