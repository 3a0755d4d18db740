package packs_test

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/packs"
)

// A search follows one person. What a guard reads of a relative ("mother.papers")
// is a fact: every value is tried, and each stays for the whole run. This asks
// whether that hides anything: the same searches with relatives whose papers and
// nationality may become anything at any time, which is more than any pair of
// persons could do. What holds still holds, so it is proven of every pair; what
// fails still fails; and under the law alone nothing turns at all. An unknown may
// turn to fails where a mother would have to lose the document she had.
func TestRelativesMayChange(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("searches of every column")
	}
	still, moving := kazakhstanOf(t), kazakhstanOf(t)
	names := setFree(&moving.Spec)
	if len(names) == 0 {
		t.Fatal("no fact of a relative")
	}
	for i := range moving.Properties {
		eachText(reflect.ValueOf(&moving.Properties[i]).Elem(), underscored(names))
	}
	for i := range moving.Overlays {
		eachText(reflect.ValueOf(&moving.Overlays[i]).Elem(), underscored(names))
	}
	q := check.Query{Properties: about(still, "birth_registration", "nationality")}
	a, err := check.Run(t.Context(), still, q, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := check.Run(t.Context(), moving, q, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a) != len(b) || len(a) < 5*len(still.Head.Snapshots) {
		t.Fatalf("%d and %d cells", len(a), len(b))
	}
	for i := range a {
		turned := a[i].Verdict != b[i].Verdict
		if turned && (a[i].Verdict != check.Unknown || b[i].Verdict != check.Fails || len(a[i].Overlay) == 0) {
			t.Errorf("%s %s: %s, and %s when a relative's facts may change: %s", a[i].Property, columnName(a[i]), a[i].Verdict, b[i].Verdict, b[i].Why)
		}
	}
}

func kazakhstanOf(t *testing.T) *pack.Pack {
	t.Helper()
	dir, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := pack.Load(dir)
	return p
}

// about are the properties whose search begins with one of these procedures.
func about(p *pack.Pack, procedures ...string) []string {
	var out []string
	for _, property := range p.Properties {
		if slices.ContainsFunc(procedures, func(id string) bool { return slices.Contains(property.Focus, id) }) {
			out = append(out, property.ID)
		}
	}
	return out
}

// setFree turns each fact of a relative into a variable that begins with any
// value and that the world may change to any other.
func setFree(s *procedure.Spec) []string {
	var names []string
	for _, f := range s.Facts {
		if !strings.Contains(f.Name, ".") {
			continue
		}
		names = append(names, f.Name)
		s.Vars = append(s.Vars, procedure.Var{Pos: f.Pos, Procedure: f.Procedure, Name: f.Name, Values: f.Values, Start: f.Values})
		for _, value := range f.Values {
			s.Steps = append(s.Steps, procedure.Step{Pos: f.Pos, Procedure: f.Procedure, ID: f.Name + "_" + value, Force: procedure.World, Set: map[string]string{f.Name: value}})
		}
		for i := range s.Procedures {
			if s.Procedures[i].ID == f.Procedure {
				s.Procedures[i].Exports = append(slices.Clone(s.Procedures[i].Exports), f.Name)
			}
		}
	}
	s.Facts = slices.DeleteFunc(s.Facts, func(f procedure.Fact) bool { return slices.Contains(names, f.Name) })
	for i := range s.Steps {
		s.Steps[i].Records = nil
	}
	eachText(reflect.ValueOf(s).Elem(), underscored(names))
	return names
}

// underscored writes the names without the dot that only a relative's fact has.
func underscored(names []string) func(string) string {
	return func(s string) string {
		for _, name := range names {
			s = strings.ReplaceAll(s, name, strings.ReplaceAll(name, ".", "_"))
		}
		return s
	}
}

// eachText rewrites every text in a value, the keys of maps included.
func eachText(v reflect.Value, write func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(write(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), write)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), write)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() != reflect.String {
			return
		}
		out := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			out.SetMapIndex(reflect.ValueOf(write(k.String())).Convert(v.Type().Key()), v.MapIndex(k))
		}
		if !v.IsNil() {
			v.Set(out)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[procedure.Day]() {
			return
		}
		for i := range v.NumField() {
			eachText(v.Field(i), write)
		}
	}
}
