package procedure

import (
	"testing"

	"pgregory.net/rapid"
)

// What is read quickly reads as the plain meaning has it: of a person who begins with
// any facts, of what changed between any two situations, and of names and values that
// another law left in a situation.
func TestReadsAsItIsMeant(t *testing.T) {
	t.Parallel()
	m := compiled(t, words())
	some := rapid.MapOf(rapid.SampledFrom(append(m.Names(), "aaa_of_another_law", "zzz_of_another_law")), rapid.SampledFrom([]string{"", "nonsense", "true", "false", "presumed", "identified", "adult", "child", "refused"}))
	rapid.Check(t, func(rt *rapid.T) {
		facts := some.Draw(rt, "facts")
		begun := m.Begin(facts)
		plain := m.Begin(nil)
		for name, value := range facts {
			if next, err := m.Set(plain, map[string]string{name: value}); err == nil && value != "" {
				plain = next
			}
		}
		if !begun.Equal(plain) {
			rt.Fatalf("begins as %s, is meant to begin as %s", begun, plain)
		}
		other := begun
		for name, value := range some.Draw(rt, "later") {
			other = other.with(name, value)
		}
		checkRead(rt, m, begun, other)
	})
}

func checkRead(rt *rapid.T, m *Model, before, after Situation) {
	vals := make([]uint8, len(m.slots))
	m.readAll(vals, after)
	var want []Change
	for i, name := range m.Names() {
		was, is := m.Read(before, name), m.Read(after, name)
		if got := m.Values(name)[vals[i]]; got != is {
			rt.Fatalf("%s is read as %s, is meant as %s", name, got, is)
		}
		if was != is {
			want = append(want, Change{name, was, is})
		}
	}
	got := m.Changes(before, after)
	if len(got) != len(want) {
		rt.Fatalf("changed %v, is meant %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			rt.Fatalf("changed %v, is meant %v", got, want)
		}
	}
}
