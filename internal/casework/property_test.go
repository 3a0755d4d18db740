package casework

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pana/internal/id"
	"pana/internal/withheld"
)

// Whatever people do, in whatever order, late or wrong: the fold stands, a
// rebuild gives the same rows, the situation is that of a slow obvious fold, and
// identity never is with two providers of one referral.
func TestAnySequenceFolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.open()
		providers := w.shelters(2)
		w.must(decider, func(m Moment) (Decision, error) {
			return AnswerConsent(w.file(girl), ConsentInput{Consent: fixed[id.Consent]("c"), Purpose: "refer", Yes: true}, m)
		})
		for range rapid.IntRange(1, 25).Draw(r, "acts") {
			w.at = w.at.Add(time.Duration(rapid.IntRange(0, 90).Draw(r, "minutes")) * time.Minute)
			kept := w.file(girl)
			rows := Rows(kept)
			w.anything(r, providers)
			if !reflect.DeepEqual(rows, Rows(kept)) {
				t.Fatal("a state that a reader kept was changed in place")
			}
			w.sound(t)
		}
	})
}

// anything does one thing, possible or not.
func (w *world) anything(r *rapid.T, providers []Provider) {
	f := w.file(girl)
	who := rapid.SampledFrom([]Actor{inspector, decider, officer, shelter(0), shelter(1)}).Draw(r, "who")
	n := rapid.IntRange(0, 1).Draw(r, "shelter")
	late := w.at.Add(-time.Duration(rapid.IntRange(0, 3000).Draw(r, "late")) * time.Minute)
	ref := rapid.SampledFrom([]id.Referral{refOne, fixed[id.Referral]("two")}).Draw(r, "referral")
	decide := map[string]func(Moment) (Decision, error){
		"refer": func(m Moment) (Decision, error) {
			return Refer(f, ReferInput{Referral: ref, Providers: providers, Needs: []string{"bed"}, Priority: "emergency"}, m)
		},
		"accept":   func(m Moment) (Decision, error) { return Accept(f, ref, w.place(bedroom(n)), m) },
		"refuse":   func(m Moment) (Decision, error) { return Refuse(f, ref, "nationality", m) },
		"undo":     func(m Moment) (Decision, error) { return UndoAccept(f, ref, w.place(bedroom(n)), m) },
		"withdraw": func(m Moment) (Decision, error) { return Withdraw(f, ref, w.place(bedroom(n)), "changed", m) },
		"arrive":   func(m Moment) (Decision, error) { return Arrived(f, ref, w.place(bedroom(n)), m) },
		"escalate": func(m Moment) (Decision, error) { return Escalate(f, ref, m) },
		"expire":   func(m Moment) (Decision, error) { return ExpireHold(w.place(bedroom(n)), ref, m) },
		"step": func(m Moment) (Decision, error) {
			step := rapid.SampledFrom([]string{"presume", "identify", "refuse", "appeal", "deport", "voice_fear"}).Draw(r, "step")
			return TakeStep(f, TakeStepInput{
				Step: step, OccurredAt: late, Irregular: rapid.Bool().Draw(r, "irregular"), Reasons: withheld.New("x"), Language: "uz",
			}, m)
		},
		"correct": func(m Moment) (Decision, error) {
			return Correct(f, f.Timeline[rapid.IntRange(0, len(f.Timeline)-1).Draw(r, "event")].Event, "mistake", m)
		},
		"identity": func(m Moment) (Decision, error) {
			return AddIdentity(f, AddIdentityInput{Identity: Identity{Born: Born{Date: withheld.New("2012")}}}, m)
		},
		"withdraw consent": func(m Moment) (Decision, error) { return WithdrawConsent(f, fixed[id.Consent]("c"), m) },
		"open":             func(m Moment) (Decision, error) { return Open(f, Opened{What: "identity"}, m) },
	}
	names := []string{"refer", "accept", "refuse", "undo", "withdraw", "arrive", "escalate", "expire", "step", "correct", "identity", "withdraw consent", "open"}
	// Refusing is right too; only what it records is looked at.
	_ = w.do(who, decide[rapid.SampledFrom(names).Draw(r, "act")])
}

func (w *world) sound(t *testing.T) {
	t.Helper()
	f := w.file(girl)
	for ref, state := range w.states {
		again, err := Replay(w.laws, nil, w.events[ref])
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(Rows(again), Rows(state)) {
			t.Fatalf("%s: a rebuild gives other rows\n%v\n%v", ref, Rows(again), Rows(state))
		}
		w.inTwo(t, state, w.events[ref])
	}
	if want := slowSituation(t, w); f.Situation.String() != want {
		t.Fatalf("situation %s, slowly %s", f.Situation, want)
	}
	has := map[id.Referral]int{}
	for _, p := range f.Passed {
		if p.Ended.IsZero() {
			has[p.Referral]++
		}
	}
	for _, r := range f.Referrals {
		accepted := 0
		for _, a := range r.Asks {
			if a.State == Accepted {
				accepted++
			}
		}
		if has[r.ID] > 1 || accepted > 1 {
			t.Fatalf("referral with %d providers, identity with %d", accepted, has[r.ID])
		}
	}
	for n := range 2 {
		if p := w.place(bedroom(n)); p.Free+len(p.Held)+len(p.Taken) > p.Beds {
			t.Fatalf("a bed given twice: %+v", p)
		}
	}
}

// inTwo folds a stream in two goes, as a reader does that knew its beginning: the
// state is that of one by one, whatever the second go brings.
func (w *world) inTwo(t *testing.T, want State, events []Event) {
	t.Helper()
	for _, cut := range []int{1, len(events) / 2, len(events) - 1} {
		first, err := Replay(w.laws, nil, events[:cut])
		if err != nil {
			t.Fatal(err)
		}
		all, err := Replay(w.laws, first, events[cut:])
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(all, want) {
			t.Fatalf("%s: %d and then %d events fold to another state\n%v\n%v", want.Ref(), cut, len(events)-cut, all, want)
		}
	}
}

// slowSituation is pack-semantics §6 written plainly: what stands, in the order
// it happened, from nothing.
func slowSituation(t *testing.T, w *world) string {
	t.Helper()
	events := w.events[Ref{FileStream, string(girl)}]
	gone := map[id.Event]bool{}
	for i := len(events) - 1; i >= 0; i-- {
		if c, ok := events[i].Payload.(Corrected); ok && !gone[events[i].ID] {
			gone[c.Event] = true
		}
	}
	var stand []Event
	for _, e := range events {
		if !gone[e.ID] {
			stand = append(stand, e)
		}
	}
	slices.SortStableFunc(stand[1:], func(a, b Event) int { return a.OccurredAt.Compare(b.OccurredAt) })
	model, err := modelOn(w.laws, morning)
	if err != nil {
		t.Fatal(err)
	}
	s := model.Begin(stand[0].Payload.(FileCreated).Facts)
	s = model.Record(s, stand[0].Payload.(FileCreated).Facts, stand[0].OccurredAt)
	for _, e := range stand {
		switch v := e.Payload.(type) {
		case IdentityAdded:
			s = model.Record(s, v.Facts, e.OccurredAt)
		case StepTaken:
			if v.Kind == TakenOccurrence {
				s = model.Record(s, v.Set, e.OccurredAt)
				continue
			}
			s, _ = model.TakeWith(s, v.Step, v.Facts, e.OccurredAt)
		}
	}
	return s.String()
}

func BenchmarkFold(b *testing.B) {
	w := newWorld(b)
	w.open()
	if err := w.refer(w.shelters(3)); err != nil {
		b.Fatal(err)
	}
	events := w.events[Ref{FileStream, string(girl)}]
	last := events[len(events)-1]
	before, err := Replay(w.laws, nil, events[:len(events)-1])
	if err != nil {
		b.Fatal(err)
	}
	b.Run("next", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Fold(w.laws, before, last); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("replay", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Replay(w.laws, nil, events); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rows", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Rows(before)
		}
	})
}

// Every row has its table's columns, in type.
func TestRowsFitTheirTables(t *testing.T) {
	t.Parallel()
	w := acceptedWorld(t, 2)
	w.must(inspector, func(m Moment) (Decision, error) {
		return RecordCheck(fixed[id.Check]("check"), CheckAnswered{Answer: "hold", Told: "stop"}, m), nil
	})
	w.must(inspector, func(m Moment) (Decision, error) {
		return ReceiveSignal(fixed[id.Signal]("call"), SignalReceived{Channel: "call"}, SignalEnded, m)
	})
	types := map[ColumnType]reflect.Type{
		TextColumn: reflect.TypeFor[string](), IntColumn: reflect.TypeFor[int64](), TimeColumn: reflect.TypeFor[time.Time](), BoolColumn: reflect.TypeFor[bool](), BytesColumn: reflect.TypeFor[[]byte](),
	}
	byName := map[string]Table{}
	for _, table := range Tables() {
		byName[table.Name] = table
	}
	for _, s := range w.states {
		for _, row := range Rows(s) {
			columns := byName[row.Table].Columns
			if len(columns) != len(row.Values) {
				t.Fatalf("%s has %d columns and %d values", row.Table, len(columns), len(row.Values))
			}
			for i, c := range columns {
				if reflect.TypeOf(row.Values[i]) != types[c.Type] {
					t.Errorf("%s.%s holds a %T", row.Table, c.Name, row.Values[i])
				}
			}
		}
	}
}

// What the index keeps sealed, by name: a column on this list is not on the
// clear one, which is every other. A new one is a decision, not a slip.
func TestSealedColumns(t *testing.T) {
	t.Parallel()
	var sealed []string
	for _, table := range Tables() {
		for _, c := range table.Columns {
			if c.Sealed {
				sealed = append(sealed, table.Name+"."+c.Name)
			}
			if c.Sealed != (c.Type == BytesColumn) || c.Sealed && c.Key {
				t.Errorf("%s.%s: bytes are sealed, and nothing is found by what is sealed", table.Name, c.Name)
			}
		}
	}
	if !slices.Equal(sealed, []string{"names.known"}) {
		t.Errorf("sealed: %q", sealed)
	}
}
