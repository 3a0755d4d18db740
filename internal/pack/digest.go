package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/procedure"
	"pana/internal/strict"
	"pana/internal/wording"
)

// A digest is the same whatever the comments, the order of keys and the files
// of a pack, and differs when what the pack says does. The law's digest covers
// what the engine runs on a day, and not its dates: so that a file's law
// changes on the days on which its rules do, and on no other. Where a rule is
// from, and where it stands in a picture, is in the rest.

// notLaw are keys that the engine does not run.
var notLaw = []string{"dates", "basis", "at", "lanes", "picture", "ends", "alone"}

func lawDigest(p *Pack, day Day) string {
	c := newCanon(notLaw)
	s := p.Spec
	on := func(d Dates) bool { return Contains(d, day.Time) }
	c.text("law 1")
	c.text(p.Head.Zone)
	c.value(reflect.ValueOf(p.Calendar.Weekend))
	for _, h := range p.Calendar.Holidays {
		if on(h.Dates) {
			c.value(reflect.ValueOf(h))
		}
	}
	c.spec(s, func(d Dates, _ procedure.Overlaid) bool { return on(d) })
	return c.sum()
}

// spec writes what a spec says, of dated elements those that are in.
func (c *canon) spec(s procedure.Spec, in func(Dates, procedure.Overlaid) bool) {
	put(c, s.Facts, func(e procedure.Fact) string { return e.Procedure + " " + e.Name }, nil)
	put(c, s.Vars, func(e procedure.Var) string { return e.Procedure + " " + e.Name }, nil)
	put(c, s.Derived, func(e procedure.Derived) string { return e.Procedure + " " + e.Name }, nil)
	put(c, s.Assume, func(e procedure.Assumption) string { return e.When }, nil)
	put(c, s.Questions, func(e procedure.Question) string { return e.Procedure + " " + e.ID }, nil)
	put(c, s.Procedures, func(e procedure.Procedure) string { return e.ID }, nil)
	put(c, s.Steps, func(e procedure.Step) string { return e.Procedure + " " + e.ID }, func(e procedure.Step) bool { return in(e.Dates, e.Overlay) })
	put(c, s.Bars, func(e procedure.Bar) string { return e.Procedure + " " + e.ID }, func(e procedure.Bar) bool { return in(e.Dates, e.Overlay) })
	put(c, s.Entitlements, func(e procedure.Entitlement) string { return e.Procedure + " " + e.ID }, func(e procedure.Entitlement) bool { return in(e.Dates, e.Overlay) })
	put(c, s.Clocks, func(e procedure.Clock) string { return e.Procedure + " " + e.ID }, func(e procedure.Clock) bool { return in(e.Dates, e.Overlay) })
}

func (p *Pack) restDigest() string {
	c := newCanon(nil)
	c.text("rest 1")
	for _, part := range p.parts() {
		c.text(part.file)
		c.value(reflect.ValueOf(part.into).Elem())
	}
	for _, one := range byProcedure(p.Procedures, func(e Process) string { return e.Procedure.ID }) {
		c.value(reflect.ValueOf(one))
	}
	for _, one := range p.Tracks {
		c.value(reflect.ValueOf(one))
	}
	for _, o := range p.Overlays {
		c.value(reflect.ValueOf(o))
	}
	p.canonWords(c)
	return c.sum()
}

func (p *Pack) canonWords(c *canon) {
	for _, key := range p.sortedKeys() {
		e := p.words.Entry(key)
		c.text(e.Key)
		c.text(e.State)
		c.value(reflect.ValueOf(e.Texts))
	}
	for _, e := range slices.SortedFunc(slices.Values(p.sentences), func(a, b wording.Entry) int { return strings.Compare(a.Key, b.Key) }) {
		c.text(e.Key)
		c.text(e.State)
		c.value(reflect.ValueOf(e.Texts))
	}
}

func (p *Pack) sortedKeys() []string {
	var keys []string
	for _, e := range p.entries {
		keys = append(keys, e.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func put[T any](c *canon, list []T, key func(T) string, in func(T) bool) {
	c.text(reflect.TypeFor[T]().Name())
	for _, e := range byProcedure(list, key) {
		if in == nil || in(e) {
			c.text(key(e))
			c.value(reflect.ValueOf(e))
		}
	}
}

// canon writes values in one way: every text with its length before it, keys
// sorted, what is empty left out.
type canon struct {
	h    hash.Hash
	skip []string
}

func newCanon(skip []string) *canon { return &canon{sha256.New(), skip} }

func (c *canon) sum() string { return hex.EncodeToString(c.h.Sum(nil)) }

func (c *canon) text(s string) {
	c.h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
}

func (c *canon) value(v reflect.Value) {
	switch {
	case strict.IsDay(v.Type()):
		c.text(v.Field(0).Interface().(time.Time).Format(time.DateOnly))
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			c.value(v.Elem())
		}
	case v.Kind() == reflect.Struct:
		c.record(v)
	case v.Kind() == reflect.Slice:
		c.text("[" + strconv.Itoa(v.Len()))
		for i := range v.Len() {
			c.value(v.Index(i))
		}
	case v.Kind() == reflect.Map:
		c.table(v)
	case v.Kind() == reflect.String:
		c.text(v.String())
	case v.Kind() == reflect.Bool:
		c.text(strconv.FormatBool(v.Bool()))
	case v.CanInt():
		c.text(strconv.FormatInt(v.Int(), 10))
	default:
		panic("pack: a format struct has a " + v.Type().String())
	}
}

func (c *canon) record(v reflect.Value) {
	fields := strict.Fields(v.Type())
	keys := make([]string, 0, len(fields))
	for k, i := range fields {
		if !slices.Contains(c.skip, k) && !v.Field(i).IsZero() {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	c.text("{" + strings.Join(keys, ","))
	for _, k := range keys {
		c.value(v.Field(fields[k]))
	}
}

func (c *canon) table(v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	c.text("(" + strconv.Itoa(len(keys)))
	for _, k := range keys {
		c.text(k.String())
		c.value(v.MapIndex(k))
	}
}
