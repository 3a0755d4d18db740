package desk_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

// lapsing is the country with a year for what is kept beside files, which no act gives.
var lapsing = sync.OnceValues(func() (*pack.Pack, error) {
	var pairs []string
	for kind, question := range map[string]string{"calls": "calls", "complaints": "complaints", "tracks": "tracks", "accounts": "workers", "motions": "workers"} {
		line := "{id: " + kind + ", keep: "
		pairs = append(pairs, line+`unknown("q_retention_`+question+`"), basis: [{`, line+`1 year, basis: [{act: atl, art: "art. 0", mark: O}, {`)
	}
	return countryWith(pairs...)
})

// there says which of some streams can still be read.
func (w *world) there(refs map[string]casework.Ref) map[string]bool {
	w.t.Helper()
	out := map[string]bool{}
	for name, ref := range refs {
		l, err := w.store.View(w.t.Context(), ref)
		if err != nil {
			w.t.Fatal(err)
		}
		out[name] = l.State(ref) != nil
	}
	return out
}

// Calls, complaints, cases and who left go when their time is over: not before, not what
// is still open or of a file, and not what belongs to a file that an order keeps. What
// is left verifies, on both databases.
func TestTheTimeOfWhatIsBesideFilesIsOver(t *testing.T) {
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
			file, code := paged(w)
			refs := map[string]casework.Ref{}

			born := w.hired(w.shelter, "Leaver", "worker") // whose time counts from the day she leaves, and a case's from its last entry
			long := w.opens(investigator, "2026-10-02", "cc_128")
			w.push(20 * 24 * time.Hour)
			token, _ := w.onPage(code, herPIN)

			// 1. A call that ended, one that did not, a case that is over, one of a file, one that is not over.
			for _, kind := range []string{"call", "open call"} {
				refs[kind] = casework.Ref{Kind: casework.SignalStream, ID: string(w.call(operator, waiting()))}
			}
			in := waiting()
			in.Outcome = "ended"
			refs["call"] = casework.Ref{Kind: casework.SignalStream, ID: string(w.call(operator, in))}
			for _, kind := range []string{"case", "case of a file", "open case"} {
				track := w.opens(investigator, "2026-10-02", "cc_128")
				refs[kind] = casework.Ref{Kind: casework.TrackStream, ID: string(track)}
				if kind == "case of a file" {
					ref := refs[kind]
					w.do(investigator, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
						f, err := w.store.View(ctx, fileStream(file))
						if err != nil {
							return casework.Decision{}, err
						}
						return casework.LinkTrack(store.As[*casework.Track](l, ref), store.As[*casework.File](f, fileStream(file)), m)
					})
				}
				if kind != "open case" {
					w.acted(investigator, track, desk.TrackAct{Do: "move", Step: "discontinue_case", Reasons: withheld.New("nobody is accused")})
				}
			}
			// 2. Her complaint, and the answer; a worker who left, and one who did not.
			w.complains(token, "")
			complaints, err := w.desk.Complaints(ctx, adviser)
			if err != nil || len(complaints) != 1 {
				t.Fatal(complaints, err)
			}
			refs["complaint"] = casework.ComplaintRef(complaints[0].ID)
			w.must(w.desk.AnswerComplaint(ctx, adviser, desk.ComplaintReply{Key: w.k(), Complaint: complaints[0].ID, Text: withheld.New("It was looked into.")}))
			w.admits(w.admin, desk.WorkerInput{Worker: born.Worker, Do: desk.WorkerLeave})
			refs["who left"], refs["who stays"] = accountStream(born), accountStream(w.hired(w.shelter, "Stayer", "worker"))
			w.acted(investigator, long, desk.TrackAct{Do: "move", Step: "discontinue_case", Reasons: withheld.New("nobody is accused")})
			refs["long case"] = casework.Ref{Kind: casework.TrackStream, ID: string(long)}
			// 3. An order keeps her file.
			w.must(w.desk.Hold(ctx, coordinator, desk.HoldInput{Key: w.k(), File: file, Go: desk.HoldPlace, By: "court", Paper: withheld.New("17-A")}))

			stand := func(when string, gone ...string) {
				t.Helper()
				w.swept()
				want := map[string]bool{}
				for name := range refs {
					want[name] = true
				}
				for _, name := range gone {
					want[name] = false
				}
				for name, is := range w.there(refs) {
					if is != want[name] {
						t.Errorf("%s: %s there: %v", when, name, is)
					}
				}
			}
			stand("the same day")
			w.push(350 * 24 * time.Hour)
			stand("two weeks before")
			if s := schedule(w, adviser, pack.RecordComplaints); !s.Listed || s.N != 1 || !s.First.After(w.now()) {
				t.Errorf("what goes soon is not said: %+v", s)
			}
			if s := schedule(w, coordinator, pack.RecordComplaints); s.Listed || s.N != 0 {
				t.Errorf("the coordinator counts complaints: %+v", s)
			}
			w.push(17 * 24 * time.Hour)
			stand("a year and a day later", "call", "case", "long case", "who left")
			if s := schedule(w, adviser, pack.RecordComplaints); s.N != 0 {
				t.Errorf("that it is still there tells of an order: %+v", s)
			}
			w.agrees()
			// 4. The order holds no more.
			hold := w.file(file).Holds[0].Hold
			for _, who := range []access.Who{coordinator, adviser} {
				w.must(w.desk.Hold(ctx, who, desk.HoldInput{Key: w.k(), File: file, Go: desk.HoldRelease, Hold: hold, Why: "lifted"}))
			}
			w.push(24 * time.Hour)
			stand("without the order", "call", "case", "long case", "who left", "case of a file", "complaint")
			w.agrees()
		})
	}
}

func fileStream[T ~string](file T) casework.Ref {
	return casework.Ref{Kind: casework.FileStream, ID: string(file)}
}

func accountStream(who access.Who) casework.Ref {
	return casework.Ref{Kind: casework.AccountStream, ID: string(who.Worker)}
}

func schedule(w *world, who access.Who, kind string) desk.RecordSchedule {
	w.t.Helper()
	page, err := w.desk.Retentions(w.t.Context(), who)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	for _, s := range page.Records {
		if s.ID == kind {
			return s
		}
	}
	w.t.Fatalf("no line of %s", kind)
	return desk.RecordSchedule{}
}

// TestTheLawHasNoYearForTheseYet: in the pack that ships, what tells of a person goes by
// no length that no act gives.
func TestTheLawHasNoYearForTheseYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := waiting()
	in.Outcome = "ended"
	ref := casework.Ref{Kind: casework.SignalStream, ID: string(w.call(w.helpline("operator"), in))}
	w.push(99 * 366 * 24 * time.Hour)
	if w.swept(); !w.there(map[string]casework.Ref{"call": ref})["call"] {
		t.Error("a call was erased by no law")
	}
	if s := schedule(w, w.coordinator, pack.RecordCalls); s.Question == "" {
		t.Errorf("that nobody knows is not said: %+v", s)
	}
}
