package withheld

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
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

func revealStruct(v reflect.Value) (any, error) {
	out := make(map[string]any, v.NumField())
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		omit := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		if omit && isEmpty(v.Field(i)) {
			continue
		}
		value, err := reveal(v.Field(i))
		if err != nil {
			return nil, err
		}
		out[name] = value
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
