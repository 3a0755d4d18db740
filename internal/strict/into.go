package strict

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Into reads a node into a settable value.
func (r *Reader) Into(n *Node, v reflect.Value) {
	if v.CanAddr() {
		if self, ok := v.Addr().Interface().(Self); ok {
			self.ReadYAML(r, n)
			return
		}
	}
	switch {
	case IsDay(v.Type()):
		r.day(n, v)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.Into(n, v.Elem())
	case v.Kind() == reflect.String:
		v.SetString(r.Text(n))
	case v.Kind() == reflect.Bool:
		r.boolean(n, v)
	case v.CanInt():
		r.integer(n, v)
	case v.CanFloat():
		r.fraction(n, v)
	case v.Kind() == reflect.Slice:
		r.list(n, v)
	case v.Kind() == reflect.Map:
		r.table(n, v)
	case v.Kind() == reflect.Struct:
		r.record(n, v)
	default:
		panic("strict: a format struct has a " + v.Type().String())
	}
}

// IsDay says whether a type is a day: a struct around one time.Time.
func IsDay(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Type == reflect.TypeFor[time.Time]()
}

// guessed is what one or another YAML reader takes for something that is not
// text: numbers of every base, dates, booleans of YAML 1.1, nothing.
var guessed = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?(\d[\d_,]*)?\.?\d[\d_]*(e[-+]?\d+)?|[-+]?\d[\d_]*\.|[-+]?0[xob][\da-f_]+|[-+]?\d+(:\d\d?)+(\.\d*)?|[-+]?\.(inf|nan)|\d{4}-\d\d?-\d\d?([t ].*)?)$`)

// Text reads a text. An unquoted word that another reader may take for a
// number, a date or a truth value is refused.
func (r *Reader) Text(n *Node) string {
	if !r.scalar(n, "a text") {
		return ""
	}
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Value
	}
	if guessed.MatchString(n.Value) {
		r.Add(n, "yaml.guess", `write "`+n.Value+`"`, "%s without quotes is not a text to every reader of YAML", n.Value)
	}
	return n.Value
}

func (r *Reader) scalar(n *Node, want string) bool {
	if n.Kind != yaml.ScalarNode {
		r.Add(n, "yaml.type", "", "%s is wanted here, not %s", want, kindName(n))
		return false
	}
	if n.Value == "" && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 {
		r.Add(n, "yaml.nothing", "write a value, or leave the key out", "nothing is written here")
		return false
	}
	return true
}

func kindName(n *Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "one value"
	}
}

func (r *Reader) boolean(n *Node, v reflect.Value) {
	if !r.scalar(n, "true or false") {
		return
	}
	if n.Value != "true" && n.Value != "false" || n.ShortTag() != "!!bool" {
		r.Add(n, "yaml.type", "write true or false, without quotes", "%q is not true or false", n.Value)
	}
	v.SetBool(n.Value == "true")
}

var decimal = regexp.MustCompile(`^(0|-?[1-9]\d{0,8})$`)

func (r *Reader) integer(n *Node, v reflect.Value) {
	if !r.scalar(n, "a whole number") {
		return
	}
	if !decimal.MatchString(n.Value) || n.ShortTag() != "!!int" {
		r.Add(n, "yaml.type", "write digits only, without quotes and leading zeros", "%q is not a whole number", n.Value)
		return
	}
	i, _ := strconv.ParseInt(n.Value, 10, 64)
	v.SetInt(i)
}

var fraction = regexp.MustCompile(`^-?(0|[1-9]\d{0,8})(\.\d{1,9})?$`)

func (r *Reader) fraction(n *Node, v reflect.Value) {
	if !r.scalar(n, "a number") {
		return
	}
	if tag := n.ShortTag(); !fraction.MatchString(n.Value) || tag != "!!int" && tag != "!!float" {
		r.Add(n, "yaml.type", "write digits, and a point before the decimals, without quotes", "%q is not a number", n.Value)
		return
	}
	f, _ := strconv.ParseFloat(n.Value, 64)
	v.SetFloat(f)
}

func (r *Reader) day(n *Node, v reflect.Value) {
	if !r.scalar(n, "a day") {
		return
	}
	t, err := time.Parse(time.DateOnly, n.Value)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		r.Add(n, "yaml.day", "write it as 2024-09-03", "%q is not a day of the calendar", n.Value)
		return
	}
	v.Field(0).Set(reflect.ValueOf(t))
}

func (r *Reader) list(n *Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		r.Add(n, "yaml.type", "put it in [ ], or under a dash", "a list is wanted here, not %s", kindName(n))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		r.Into(c, out.Index(i))
	}
	v.Set(out)
}

// Pairs goes through the keys of a mapping, each once.
func (r *Reader) Pairs(n *Node, each func(key, value *Node)) {
	if n.Kind != yaml.MappingNode {
		r.Add(n, "yaml.type", "", "keys with values are wanted here, not %s", kindName(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := n.Content[i]; k.Kind == yaml.ScalarNode && !seen[k.Value] {
			seen[k.Value] = true
			each(k, n.Content[i+1])
		}
	}
}

func (r *Reader) table(n *Node, v reflect.Value) {
	out := reflect.MakeMap(v.Type())
	r.Pairs(n, func(key, value *Node) {
		item := reflect.New(v.Type().Elem()).Elem()
		r.Into(value, item)
		out.SetMapIndex(reflect.ValueOf(r.Text(key)).Convert(v.Type().Key()), item)
	})
	v.Set(out)
}

func (r *Reader) record(n *Node, v reflect.Value) {
	fields := Fields(v.Type())
	r.place(n, v)
	r.Pairs(n, func(key, value *Node) {
		i, ok := fields[key.Value]
		if !ok {
			r.Add(key, "yaml.unknown_key", "known here: "+strings.Join(names(fields), ", "), "unknown key %q", key.Value)
			return
		}
		r.Into(value, v.Field(i))
	})
}

// place fills a field Pos that has File and Line, if the type has one.
func (r *Reader) place(n *Node, v reflect.Value) {
	pos := v.FieldByName("Pos")
	if !pos.IsValid() || pos.Kind() != reflect.Struct {
		return
	}
	if f, l := pos.FieldByName("File"), pos.FieldByName("Line"); f.IsValid() && l.IsValid() {
		f.SetString(r.File)
		l.SetInt(int64(n.Line))
	}
}

// Fields maps the keys of a format struct to its fields.
func Fields(t reflect.Type) map[string]int {
	m := map[string]int{}
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("yaml"); ok && tag != "-" {
			name, _, _ := strings.Cut(tag, ",")
			m[name] = i
		}
	}
	return m
}

func names(fields map[string]int) []string {
	out := make([]string, 0, len(fields))
	for k := range fields {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
