package procedure

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSituationWith(t *testing.T) {
	t.Parallel()
	var s Situation
	for _, row := range []struct{ why, name, value, text string }{
		{"a first value", "victim", "presumed", "victim=presumed"},
		{"sorted by name", "age", "adult", "age=adult;victim=presumed"},
		{"changed in place", "victim", "identified", "age=adult;victim=identified"},
		{"a relative's", "mother.papers", "none", "age=adult;mother.papers=none;victim=identified"},
		{"forgotten", "age", "", "mother.papers=none;victim=identified"},
	} {
		before := s.String()
		next, err := s.With(row.name, row.value)
		if err != nil || next.String() != row.text {
			t.Errorf("%s: %s (%v)", row.why, next, err)
		}
		if s.String() != before {
			t.Errorf("%s: the situation it came from changed", row.why)
		}
		s = next
	}
	for _, bad := range [][2]string{{"", "x"}, {"A", "x"}, {"a", "x y"}, {"a", "x;b=y"}, {"@k", "1"}, {"a.b.c", "x"}, {"a.", "x"}} {
		if _, err := s.With(bad[0], bad[1]); err == nil {
			t.Errorf("%q = %q is accepted", bad[0], bad[1])
		}
	}
}

func FuzzSituationText(f *testing.F) {
	for _, text := range []string{"", "age=adult", "age=adult;@k=1,0,0,0,1;^=5", "a=b;a=c", "@k=1,2", "^=0", "b=c;a=d", ";", "=", "@k=1,0,0,9223372036854775807,0;^=-3"} {
		f.Add(text)
	}
	m := compiled(f, hill())
	f.Fuzz(func(t *testing.T, text string) {
		var s, again Situation
		if s.UnmarshalText([]byte(text)) != nil {
			if s.String() != "" {
				t.Fatal("a text that was refused left something behind")
			}
			return
		}
		out, _ := s.MarshalText()
		if err := again.UnmarshalText(out); err != nil || !again.Equal(s) {
			t.Fatalf("%q becomes %q, which reads differently (%v)", text, out, err)
		}
		m.Next(s, noonTuesday) // whatever was written down, the engine is total
		m.Removal(s, noonTuesday)
		m.Clocks(s, noonTuesday)
	})
}

// anyHistory draws steps, facts and occurrences at any times, in no order of time.
func anyHistory(m *Model) *rapid.Generator[[]Happening] {
	steps := []string{"", "no_such_step"}
	for _, s := range m.Steps() {
		steps = append(steps, s.ID)
	}
	one := rapid.Custom(func(t *rapid.T) Happening {
		h := Happening{Step: rapid.SampledFrom(steps).Draw(t, "step"), At: noonTuesday.Add(time.Duration(rapid.IntRange(-1000, 5000).Draw(t, "hour")) * time.Hour)}
		if h.Step == "" || rapid.Bool().Draw(t, "records") {
			name := rapid.SampledFrom(m.Names()).Draw(t, "name")
			h.Values = map[string]string{name: rapid.SampledFrom(append(m.Values(name), "", "nonsense")).Draw(t, "value")}
		}
		return h
	})
	return rapid.SliceOfN(one, 0, 25)
}

// No history, however wild, makes the engine panic, forget or contradict itself.
func TestAnyHistory(t *testing.T) {
	t.Parallel()
	spec := words()
	spec.Clocks = append(spec.Clocks, Clock{ID: "chain", Procedure: "care", Kind: Duty, Length: "2 days", StartsWhen: `clock("identify_duty").expired`, Suspended: `pregnant`})
	m := compiled(t, spec)
	rapid.Check(t, func(rt *rapid.T) {
		s := m.Begin(nil)
		for _, h := range anyHistory(m).Draw(rt, "history") {
			before := s
			if h.Step == "" {
				s = m.Record(s, h.Values, h.At)
			} else {
				o := Outcome{}
				s, o = m.TakeWith(s, h.Step, h.Values, h.At)
				checkSets(rt, m, h, before, s, o)
			}
			var back Situation
			if text, _ := s.MarshalText(); back.UnmarshalText(text) != nil || !back.Equal(s) {
				rt.Fatalf("%s does not come back", s)
			}
			checkOffers(rt, m, s, h.At)
			checkOwed(rt, m, s, h.At)
		}
	})
}

// checkOwed holds Owed against its plain meaning: Next, and of it what is owed.
func checkOwed(rt *rapid.T, m *Model, s Situation, at time.Time) {
	even := func(st *Step) bool { return len(st.ID)%2 == 0 }
	var want []Offer
	for _, o := range m.Next(s, at) {
		owed := o.Step.Force == Own || o.Step.Force == May || o.Step.Force == Must && o.Owed != False
		if owed && !o.Step.Irregular && o.State != Closed && even(o.Step) {
			want = append(want, o)
		}
	}
	if got := m.Reading(s, at).Owed(m.Choose(even)); !reflect.DeepEqual(got, want) {
		rt.Fatalf("owed %v, of Next %v", got, want)
	}
}

func checkSets(rt *rapid.T, m *Model, h Happening, before, after Situation, o Outcome) {
	st := m.Step(h.Step)
	if st == nil {
		if !after.Equal(before) || o.Kind != Breach {
			rt.Fatalf("a step nobody declares did something")
		}
		return
	}
	for name, value := range st.Set {
		if after.Value(name) != value {
			rt.Fatalf("%s did not set %s", h.Step, name)
		}
	}
}

// checkOffers: what is against a person is never open while it hangs on the
// law; no removal is open while the removal check says anything but none.
func checkOffers(rt *rapid.T, m *Model, s Situation, at time.Time) {
	removal := m.Removal(s, at)
	for _, o := range m.Next(s, at) {
		against := o.Step.Adverse != nil || o.Step.Effect == RemovalEffect
		if against && (o.State == Unclear || o.State == Open && len(o.Questions) > 0) {
			rt.Fatalf("%s is against the person and %s on unclear law", o.Step.ID, o.State)
		}
		if o.Step.Effect == RemovalEffect && o.State == Open && removal.Answer != NotBarred {
			rt.Fatalf("%s is open and the check says %s", o.Step.ID, removal.Answer)
		}
		if o.State == Closed && len(o.Why) == 0 {
			rt.Fatalf("%s is closed and nothing says why", o.Step.ID)
		}
	}
}

// Joining two files never takes protection away from either.
func TestJoinProtects(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) Situation {
			values := map[string]string{}
			for _, name := range m.Names() {
				if v := rapid.SampledFrom(append(m.Values(name), "")).Draw(rt, label+name); v != "" && name != "exploited" {
					values[name] = v
				}
			}
			s := m.Begin(values)
			for range rapid.IntRange(0, 4).Draw(rt, label+"steps") {
				step := rapid.SampledFrom(m.Steps()).Draw(rt, label+"step").ID
				s, _ = m.Take(s, step, hours(rapid.IntRange(0, 50).Draw(rt, label+"hour")))
			}
			return s
		}
		a, b := draw("a"), draw("b")
		ab, ba := m.Join(a, b), m.Join(b, a)
		if !ab.Equal(ba) {
			rt.Fatalf("joining is not the same both ways: %s and %s", ab, ba)
		}
		if !m.Join(a, a).Equal(a) {
			rt.Fatalf("joined with itself %s becomes %s", a, m.Join(a, a))
		}
		for _, name := range []string{"victim", "claim"} {
			i, _ := m.slot(name)
			for _, s := range []Situation{a, b} {
				if rankOf(&m.slots[i], ab.Value(name)) < rankOf(&m.slots[i], s.Value(name)) {
					rt.Fatalf("%s lost protection", name)
				}
			}
		}
	})
}

func TestGuardsDoNotAllocate(t *testing.T) {
	m := wordsModel(t)
	g, _ := m.compileTest(`victim in ["presumed", "identified"] && (pregnant || children < 2) && !clock("appeal_limit").expired && (unknown("q_child") || has("stay"))`)
	f := m.frame(m.Begin(nil), noonTuesday)
	if n := testing.AllocsPerRun(100, func() { g.truth(f) }); n != 0 {
		t.Errorf("one evaluation allocates %v times", n)
	}
}

func BenchmarkGuard(b *testing.B) {
	m := wordsModel(b)
	g, _ := m.compileTest(`victim in ["presumed", "identified"] && (pregnant || children < 2) && !clock("appeal_limit").expired`)
	f := m.frame(m.Begin(map[string]string{"victim": "presumed"}), noonTuesday)
	b.ReportAllocs()
	for b.Loop() {
		g.truth(f)
	}
}

func BenchmarkNext(b *testing.B) {
	m := wordsModel(b)
	s := m.Begin(map[string]string{"victim": "presumed"})
	b.ReportAllocs()
	for b.Loop() {
		m.Next(s, noonTuesday)
	}
}

func BenchmarkRemoval(b *testing.B) {
	m := wordsModel(b)
	s := m.Begin(map[string]string{"victim": "presumed"})
	b.ReportAllocs()
	for b.Loop() {
		m.Removal(s, noonTuesday)
	}
}

func BenchmarkReplayTenSteps(b *testing.B) {
	m := wordsModel(b)
	on := func(time.Time) (*Model, error) { return m, nil }
	var story []Happening
	for i, step := range []string{"presume", "refuse", "refuse_given", "refuse_understood", "appeal", "identify", "claim", "deny", "shelter", "deport"} {
		story = append(story, Happening{ID: step, At: hours(i), Recorded: hours(i), Step: step, Decided: Lawful})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Replay(on, noonTuesday, nil, story); err != nil {
			b.Fatal(err)
		}
	}
}

// A brief text gives the situation back whatever was recorded, forgotten or never
// known, and is read under no other law.
func TestBrief(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	other := hill()
	other.Vars[1].Start = []string{"gone"}
	rapid.Check(t, func(t *rapid.T) {
		s := m.Begin(nil)
		for _, h := range anyHistory(m).Draw(t, "history") {
			for name, value := range h.Values {
				if next, err := s.With(name, value); err == nil {
					s = next
				}
			}
			s, _ = m.TakeWith(s, h.Step, h.Values, h.At)
		}
		text := m.Brief(s)
		back, err := m.ReadBrief(text)
		if err != nil || !back.Equal(s) {
			t.Fatalf("%s reads %s for %s (%v)", text, back, s, err)
		}
	})
	if text := m.Brief(m.Begin(nil)); len(text) != 1+2*startMarkBytes {
		t.Errorf("who is at the start is written %q", text)
	}
	if _, err := compiled(t, other).ReadBrief(m.Brief(m.Begin(nil))); !errors.Is(err, ErrOtherStart) {
		t.Errorf("read under a law with another start: %v", err)
	}
	mark := m.Brief(m.Begin(nil))
	for _, bad := range []string{"", "age=adult", "age=adult;" + mark, mark + ";", mark + ";-", mark + ";-nobody", mark + ";=", mark + ";^=0"} {
		if _, err := m.ReadBrief(bad); err == nil || errors.Is(err, ErrOtherStart) {
			t.Errorf("%q is read (%v)", bad, err)
		}
	}
}
