package desk_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

func (w *world) keeps(who access.Who, kind, number string) (casework.Receipt, error) {
	return w.desk.HoldRecord(w.t.Context(), who, desk.KeptInput{
		Key: w.k(), Go: desk.HoldPlace, Kind: kind, Order: casework.HoldPlaced{By: "court", Paper: withheld.New("17-A"), Record: withheld.New(number)},
	})
}

func (w *world) kept(who access.Who) []desk.KeptLine {
	w.t.Helper()
	v, err := w.desk.Kept(w.t.Context(), who)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return v.Lines
}

// An order on one record keeps it beyond its time, from the first signature until two
// have let it go; others of its kind go. Then it goes, and the order with it.
func TestAnOrderKeepsASingleRecord(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "pana.db") },
		"postgres": func(t *testing.T) string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := lapsing()
			if err != nil {
				t.Fatal(err)
			}
			w := newWorldOf(t, address(t), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), p)
			ctx := t.Context()
			coordinator, adviser := w.erasers()
			operator, investigator := w.helpline("operator"), w.body("police", "Police", "investigator")
			refs := map[string]casework.Ref{}
			for _, kind := range []string{"call", "kept call"} {
				in := waiting()
				in.Outcome = "ended"
				refs[kind] = casework.Ref{Kind: casework.SignalStream, ID: string(w.call(operator, in))}
			}
			for _, kind := range []string{"case", "kept case"} {
				track := w.opens(investigator, "2026-10-02", "cc_128")
				w.acted(investigator, track, desk.TrackAct{Do: "move", Step: "discontinue_case", Reasons: withheld.New("nobody is accused")})
				refs[kind] = casework.Ref{Kind: casework.TrackStream, ID: string(track)}
			}
			for _, name := range []string{"Leaver", "Kept"} {
				who := w.hired(w.shelter, name, "worker")
				w.admits(w.admin, desk.WorkerInput{Worker: who.Worker, Do: desk.WorkerLeave})
				refs[name] = accountStream(who)
			}
			number := strings.ToLower(strings.ReplaceAll(id.Number(refs["kept call"].ID), "-", " ")) // as it is read aloud
			w.must(w.keeps(coordinator, pack.RecordCalls, number))
			w.must(w.keeps(coordinator, pack.RecordTracks, id.Number(refs["kept case"].ID)))
			w.must(w.keeps(adviser, pack.RecordAccounts, " KEPT "))
			w.push(340 * 24 * time.Hour)
			for _, row := range []struct {
				who  access.Who
				kind string
				n    int
			}{{coordinator, pack.RecordCalls, 2}, {coordinator, pack.RecordTracks, 2}, {coordinator, pack.RecordAccounts, 2}, {adviser, pack.RecordAccounts, 2}} {
				if s := schedule(w, row.who, row.kind); !s.Listed || s.N != row.n || !s.First.After(w.now()) {
					t.Errorf("what goes soon is not counted for the %s: %+v", row.who.BodyKind, s)
				}
			}
			w.push(30 * 24 * time.Hour)
			w.swept()
			there := w.there(refs)
			for name, want := range map[string]bool{"call": false, "case": false, "Leaver": false, "kept call": true, "kept case": true, "Kept": true} {
				if there[name] != want {
					t.Errorf("a year later: %s there: %v", name, there[name])
				}
			}
			if s := schedule(w, coordinator, pack.RecordCalls); s.N != 0 {
				t.Errorf("that it is still there tells of an order: %+v", s)
			}
			// Two let the calls' order go; one is not enough, and not the same one twice.
			var call desk.KeptLine
			for _, l := range w.kept(adviser) {
				if l.Kind == pack.RecordCalls {
					call = l
				}
			}
			let := func(who access.Who) error {
				return second(w.desk.HoldRecord(ctx, who, desk.KeptInput{Key: w.k(), Go: desk.HoldRelease, Of: call.Of, Hold: call.Hold, Why: "lifted"}))
			}
			if err := let(coordinator); err != nil {
				t.Fatal(explain(err))
			}
			if err := let(coordinator); !fault.Is(err, casework.CodeHoldOwn) {
				t.Errorf("one lets it go alone: %v", err)
			}
			w.push(24 * time.Hour)
			if w.swept(); !w.there(refs)["kept call"] {
				t.Error("one signature lets it go")
			}
			if err := let(adviser); err != nil {
				t.Fatal(explain(err))
			}
			w.push(24 * time.Hour)
			w.swept()
			orders := casework.Ref{Kind: casework.KeptStream, ID: call.Of}
			if there := w.there(map[string]casework.Ref{"call": refs["kept call"], "order": orders, "case": refs["kept case"]}); there["call"] || there["order"] || !there["case"] {
				t.Errorf("two have let it go: %v", there)
			}
			w.agrees()
		})
	}
}

// Who records an order learns nothing of what there is, and of complaints nothing is
// recorded, seen or let go but by who answers them.
func TestAnOrderOnARecordTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	coordinator, adviser := w.erasers()
	in := waiting()
	in.Outcome = "ended"
	call := w.call(w.helpline("operator"), in)
	there, err := w.keeps(coordinator, pack.RecordCalls, id.Number(call))
	none, err2 := w.keeps(coordinator, pack.RecordCalls, "7K2M-9QXF")
	if err != nil || err2 != nil || there.Code != none.Code || len(there.Args)+len(none.Args) > 0 {
		t.Errorf("a call that is there and one that is not: %+v, %v; %+v, %v", there, err, none, err2)
	}
	for _, row := range []struct{ why, kind, number, field string }{
		{"no number", pack.RecordCalls, "", "kept_number"}, {"half a number", pack.RecordCalls, "7K2M", "kept_number"}, {"no letters of ours", pack.RecordCalls, "7K2M-9QX!", "kept_number"},
		{"no kind", "", "7K2M-9QXF", "kept_kind"}, {"a kind that goes by itself", pack.RecordJobs, "7K2M-9QXF", "kept_kind"}, {"a complaint", pack.RecordComplaints, "7K2M-9QXF", "kept_kind"},
	} {
		e := fault.Of(second(w.keeps(coordinator, row.kind, row.number)))
		if len(e.Fields) == 0 || e.Fields[0].Name != row.field {
			t.Errorf("%s: %+v", row.why, e)
		}
	}
	w.push(time.Minute)
	w.must(w.keeps(adviser, pack.RecordComplaints, "7K2M-9QXF"))
	if lines := w.kept(coordinator); len(lines) != 2 {
		t.Errorf("the coordinator sees %d orders, not the two on calls", len(lines))
	}
	lines := w.kept(adviser)
	if len(lines) != 3 || lines[0].Kind != pack.RecordComplaints || lines[0].Record.Reveal() != "7K2M-9QXF" {
		t.Fatalf("%+v", lines)
	}
	for why, of := range map[string]string{"a complaint's": lines[0].Of, "none": "calls-00000000"} {
		if _, err := w.desk.HoldRecord(t.Context(), coordinator, desk.KeptInput{Key: w.k(), Go: desk.HoldConfirm, Of: of, Hold: lines[0].Hold}); !isWithheld(err) {
			t.Errorf("the coordinator confirms %s: %v", why, err)
		}
	}
	for _, who := range []access.Who{w.inspector, w.admin, w.body("police", "Police", "officer")} {
		if _, err := w.desk.Kept(t.Context(), who); !isWithheld(err) {
			t.Errorf("%s: %v", who.BodyKind, err)
		}
		if _, err := w.keeps(who, pack.RecordCalls, "7K2M-9QXF"); !isWithheld(err) {
			t.Errorf("%s: %v", who.BodyKind, err)
		}
	}
	w.must(w.desk.HoldRecord(t.Context(), adviser, desk.KeptInput{Key: w.k(), Go: desk.HoldConfirm, Of: lines[1].Of, Hold: lines[1].Hold}))
	w.agrees()
}
