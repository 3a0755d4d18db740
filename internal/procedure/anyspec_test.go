package procedure

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A pack broken in any way gives problems or a model that runs, never a panic.
func TestAnySpec(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		spec := words()
		var texts []reflect.Value
		var words []string
		eachText(reflect.ValueOf(&spec).Elem(), func(v reflect.Value) {
			texts = append(texts, v)
			words = append(words, v.String())
		})
		junk := rapid.SampledFrom(append(words, "", "none", "zzz", "a.b", "0", "-1 days", "999999 years", "unknown(q)", `((`, `has("stay")`, `clock("claim_wait").expired`, `!child`, "\x00", "ж"))
		for range rapid.IntRange(1, 6).Draw(rt, "breaks") {
			texts[rapid.IntRange(0, len(texts)-1).Draw(rt, "where")].SetString(junk.Draw(rt, "what"))
		}
		cutLists(rt, &spec)
		m, problems := Compile(spec, noonTuesday, time.UTC, weekdays{})
		if m == nil {
			if len(Errors(problems)) == 0 {
				rt.Fatal("no model and no error")
			}
			return
		}
		s := m.Begin(nil)
		for _, st := range m.Steps() {
			s, _ = m.Take(s, st.ID, noonTuesday)
		}
		m.Next(s, hours(5000))
		m.Removal(s, hours(5000))
		m.Entitlements(s, hours(5000))
		m.Clocks(s, hours(5000))
		m.Join(s, m.Begin(nil))
	})
}

func cutLists(rt *rapid.T, spec *Spec) {
	v := reflect.ValueOf(spec).Elem()
	for i := range v.NumField() {
		if n := v.Field(i).Len(); n > 0 && rapid.IntRange(0, 9).Draw(rt, "cut") == 0 {
			v.Field(i).SetLen(rapid.IntRange(0, n).Draw(rt, "keep"))
		}
	}
}

// eachText visits every text in a value that can be changed in place.
func eachText(v reflect.Value, visit func(reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			visit(v)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), visit)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Day]() {
			return
		}
		for i := range v.NumField() {
			eachText(v.Field(i), visit)
		}
	}
}
