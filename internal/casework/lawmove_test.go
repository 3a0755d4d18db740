package casework

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// hillWith is the invented country with its law written otherwise.
func hillWith(t *testing.T, otherwise ...string) hillLaws {
	t.Helper()
	data, err := os.ReadFile("testdata/hill.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(otherwise...).Replace(string(data)) // of the first of two that fit at one place
	if text == string(data) {
		t.Fatal("nothing is otherwise")
	}
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	p, problems := pack.Load(fsys)
	if bad := pack.Errors(problems); len(bad) > 0 {
		t.Fatal(bad)
	}
	return hillLaws{p}
}

// What a newer pack changes for a person is what her record adds up to under one
// and under the other, at one moment.
func TestWhatANewerPackChanges(t *testing.T) {
	t.Parallel()
	const bed = `- {id: bed_for_victim, gives: bed, owed_by: [shelter], when: 'victim in ["presumed", "identified"]', right: shelter}`
	for _, row := range []struct {
		why       string
		otherwise []string
		want      LawShift
	}{
		{"a right that is gone is lost", []string{bed, ""}, LawShift{Lost: []string{"entitlement.bed_for_victim"}}},
		{"one that waits for a decision is lost to who waits for it", []string{`'victim in ["presumed", "identified"]', right`, `'victim == "identified"', right`}, LawShift{Lost: []string{"entitlement.bed_for_victim"}}},
		{"a bar that only holds is less than a bar", []string{`level: bar, binds: [removal], when: 'victim == "identified"'`, `level: hold, binds: [removal], when: 'victim == "presumed"'`}, LawShift{Gained: []string{"bar.identified"}}},
		{"her own step that closes is lost", []string{`when: 'claim == "none"'`, `when: 'claim == "voiced"'`}, LawShift{Lost: []string{"step.voice_fear"}}},
		{"a body's step that closes is no right", []string{"- {id: identify, when: 'victim == \"presumed\"'", "- {id: identify, when: 'victim == \"presumed\" && age == \"adult\"'"}, LawShift{Closed: []string{"step.identify"}}},
		{"a clock that ends later moves", []string{"length: 10 working days}\n- {id: appeal", "length: 20 working days}\n- {id: appeal"}, LawShift{Moved: []string{"clock.identification"}}},
		{"a step that was taken and is not there is unsaid, and what it set is read otherwise", []string{"{id: presume, when: 'victim == \"none\"', force: must, must: 'exploited == \"was\"'", "{id: assume, when: 'victim == \"none\"', force: must, must: 'exploited == \"was\"'"}, LawShift{
			Lost: []string{"entitlement.bed_for_victim"}, Closed: []string{"step.identify", "step.refuse"}, Opened: []string{"step.assume"}, Ended: []string{"clock.identification"},
			Read: []string{"var.victim"}, Unsaid: []string{"step.presume"},
		}},
		{"a procedure under another name is another procedure", []string{"procedures/care.yaml", "procedures/help.yaml", "procedure: {id: care", "procedure: {id: help"}, LawShift{Unsaid: []string{"procedure.care"}}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.open()
			older := w.laws
			newer := hillWith(t, row.otherwise...)
			f, err := w.file(girl).Known(newer, w.at)
			if err != nil {
				t.Fatal(err)
			}
			m := w.moment(Actor{})
			m.Laws = newer
			got, err := ShiftOf(f, older, m)
			if err != nil {
				t.Fatal(err)
			}
			for _, pair := range []struct {
				what      string
				got, want []string
			}{
				{"lost", got.Lost, row.want.Lost}, {"gained", got.Gained, row.want.Gained}, {"opened", got.Opened, row.want.Opened},
				{"closed", got.Closed, row.want.Closed}, {"started", got.Started, row.want.Started}, {"ended", got.Ended, row.want.Ended},
				{"moved", got.Moved, row.want.Moved}, {"read", got.Read, row.want.Read}, {"unsaid", got.Unsaid, row.want.Unsaid},
			} {
				if !slices.Equal(pair.got, pair.want) {
					t.Errorf("%s: %v, not %v", pair.what, pair.got, pair.want)
				}
			}
		})
	}
}

// A file is moved when what it loses was signed for, and never to a pack that has
// no word for what it holds.
func TestMovingAFile(t *testing.T) {
	t.Parallel()
	const bed = `- {id: bed_for_victim, gives: bed, owed_by: [shelter], when: 'victim in ["presumed", "identified"]', right: shelter}`
	move := func(t *testing.T, allowed []string, otherwise ...string) (Decision, error) {
		t.Helper()
		w := newWorld(t)
		w.open()
		older := w.laws
		w.laws = hillWith(t, otherwise...)
		f, err := w.file(girl).Known(w.laws, w.at)
		if err != nil {
			t.Fatal(err)
		}
		return MoveLaw(f, older, allowed, w.moment(Actor{}))
	}
	for _, row := range []struct {
		why       string
		allowed   []string
		otherwise []string
		code      string
	}{
		{"nobody signed for the bed", nil, []string{bed, ""}, CodeLawUnsigned},
		{"somebody signed for something else", []string{"entitlement.lawyer_for_victim"}, []string{bed, ""}, CodeLawUnsigned},
		{"the bed was signed for", []string{"entitlement.bed_for_victim"}, []string{bed, ""}, ""},
		{"nothing is lost", nil, []string{"length: 30 days", "length: 60 days"}, ""},
		{"what is unsaid cannot be signed for", []string{"procedure.care"}, []string{"procedures/care.yaml", "procedures/help.yaml", "procedure: {id: care", "procedure: {id: help"}, CodeLawUnsaid},
	} {
		d, err := move(t, row.allowed, row.otherwise...)
		if row.code != "" {
			if !fault.Is(err, row.code) || len(d.Events) != 0 {
				t.Errorf("%s: %v", row.why, err)
			}
			continue
		}
		if err != nil || len(d.Events) != 1 || d.Events[0].Reason != ReasonNewerPack {
			t.Errorf("%s: %+v, %v", row.why, d, err)
		}
	}
}

// Who takes something from people says why.
func TestSigningAMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := []LawLoss{{"entitlement.bed_for_victim", 3}}
	sign := func(in LawMoveSigned) error {
		return w.do(decider, func(m Moment) (Decision, error) { return SignLawMove("abc", in, m) })
	}
	if err := sign(LawMoveSigned{Files: 4, Lost: lost}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := sign(LawMoveSigned{Files: 4}); err != nil {
		t.Errorf("nothing is lost, and a reason is asked for: %v", err)
	}
	if err := sign(LawMoveSigned{Files: 4, Lost: lost, Reason: withheld.New("The order was repealed.")}); err != nil {
		t.Fatal(err)
	}
	s, _ := w.states[LawMoveRef("abc")].(*LawMove)
	if s == nil || s.Law != "abc" || !slices.Equal(s.Lost, []string{lost[0].What}) || s.Signed.Files != 4 {
		t.Errorf("signed %+v", s)
	}
}
