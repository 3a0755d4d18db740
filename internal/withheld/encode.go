package withheld

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// Encode writes v as JSON with every Text in clear. What it returns must be
// sealed before it goes anywhere. Struct fields follow encoding/json's tags
// (name, omitempty, omitzero, "-"); embedded structs are written as a field of their own.
func Encode(v any) ([]byte, error) {
	tree, err := reveal(reflect.ValueOf(v))
	if err != nil {
		return nil, err
	}
	return json.Marshal(tree)
}

var (
	textType = reflect.TypeFor[Text]()
	timeType = reflect.TypeFor[time.Time]()
)

func reveal(v reflect.Value) (any, error) {
	if !v.IsValid() {
		return nil, nil
	}
	switch v.Type() {
	case textType:
		return v.Interface().(Text).s, nil
	case timeType:
		return v.Interface(), nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, nil
		}
		return reveal(v.Elem())
	case reflect.Struct:
		return revealStruct(v)
	case reflect.Map:
		return revealMap(v)
	case reflect.Slice, reflect.Array:
		return revealSlice(v)
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return v.Interface(), nil
	}
	return nil, fmt.Errorf("withheld: cannot encode a %s", v.Type())
}

// written is one field of a struct as its tag has it.
type written struct {
	at   int
	name string
	omit bool // when empty
}

// fields keeps what the tags of each type say: reading them again for each value
// was a fifth of what encoding cost.
var fields sync.Map // of []written by reflect.Type

func fieldsOf(t reflect.Type) []written {
	if known, ok := fields.Load(t); ok {
		return known.([]written)
	}
	var out []written
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		out = append(out, written{i, name, strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")})
	}
	fields.Store(t, out)
	return out
}

func revealStruct(v reflect.Value) (any, error) {
	all := fieldsOf(v.Type())
	out := make(map[string]any, len(all))
	for _, f := range all {
		field := v.Field(f.at)
		if f.omit && isEmpty(field) {
			continue
		}
		value, err := reveal(field)
		if err != nil {
			return nil, err
		}
		out[f.name] = value
	}
	return out, nil
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}

func revealMap(v reflect.Value) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	out := make(map[string]any, v.Len())
	for it := v.MapRange(); it.Next(); {
		value, err := reveal(it.Value())
		if err != nil {
			return nil, err
		}
		out[fmt.Sprint(it.Key().Interface())] = value
	}
	return out, nil
}

func revealSlice(v reflect.Value) (any, error) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return nil, nil
	}
	if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
		return v.Bytes(), nil
	}
	out := make([]any, v.Len())
	for i := range out {
		value, err := reveal(v.Index(i))
		if err != nil {
			return nil, err
		}
		out[i] = value
	}
	return out, nil
}
