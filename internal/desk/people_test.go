package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

// onePerson is an administrator's statement that two logins are one person's.
func (w *world) onePerson(a, b access.Who) {
	w.t.Helper()
	done, err := w.desk.ChangeWorker(w.t.Context(), w.staff(w.admin), desk.WorkerInput{Key: w.k(), Worker: a.Worker, Other: b.Worker, Do: desk.WorkerSame})
	if err != nil || done.Waits || done.Receipt.Code != "receipt.logins_same" {
		w.t.Fatalf("%+v, %s", done.Receipt, explain(err))
	}
}

// hold is one act about an order, which the page offers to whom the act lets do it.
func (w *world) hold(who access.Who, file id.File, do string, which id.Hold) error {
	w.t.Helper()
	page, err := w.desk.Holds(w.t.Context(), who, file)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	asks := do == desk.HoldRelease && page.Holds[0].Now != "releasing" // the first of two
	_, err = w.desk.Hold(w.t.Context(), who, desk.HoldInput{Key: w.k(), File: file, Go: do, Hold: which, Why: "lifted"})
	if !asks && page.Holds[0].Second != (err == nil) {
		w.t.Errorf("the page offers the second signature: %v, the act says %v", page.Holds[0].Second, err)
	}
	return err
}

// ordered is a file that an order keeps, and two logins that may keep orders: the first placed it.
func (w *world) ordered() (first, second access.Who, file id.File, which id.Hold) {
	w.t.Helper()
	file = w.named()
	first, second = w.hired(w.coordinator, "First", "coordinator"), w.hired(w.coordinator, "Second", "coordinator")
	w.must(w.desk.Hold(w.t.Context(), first, desk.HoldInput{Key: w.k(), File: file, Go: desk.HoldPlace, By: "court", Paper: withheld.New("17-A")}))
	page, err := w.desk.Holds(w.t.Context(), second, file)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return first, second, file, page.Holds[0].Hold
}

// detainedBy is a man whose claim waits, the login by which he was detained, and the one
// that decides on his claim.
func (w *world) detainedBy() (officer, askar access.Who, file id.File) {
	w.t.Helper()
	askar, file = w.claimant()
	officer = w.hired(w.body("police", "Police", "officer"), "Officer", "officer")
	w.do(officer, []casework.Ref{{Kind: casework.FileStream, ID: string(file)}}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := store.As[*casework.File](l, casework.Ref{Kind: casework.FileStream, ID: string(file)})
		return casework.TakeStep(f, casework.TakeStepInput{Step: "detain", Reasons: withheld.New("No papers."), Language: "uz"}, m)
	})
	return officer, askar, file
}

// Each check of two, and each of who did one thing and may not do another, takes two
// logins of one person for one; and takes them for two until somebody states it.
func TestTwoLoginsOfOnePersonAreOne(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		code string // "": withheld
		// story is everything before the second act, which it returns, with the two logins.
		story func(w *world) (first, second access.Who, act func() error)
		pages func(t *testing.T, w *world, second access.Who) // after the statement
	}{
		{why: "a step of two is confirmed", code: casework.CodeProposalOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			_, alua, berik := w.office()
			file := w.girl()
			w.must(w.desk.Propose(w.t.Context(), alua, w.refusal(alua, file)))
			return alua, berik, func() error {
				_, err := w.desk.Confirm(w.t.Context(), berik, w.seconds(w.proposed(berik, file)))
				return err
			}
		}, pages: func(t *testing.T, w *world, berik access.Who) {
			if line := w.proposalLine(berik); strings.Contains(line, "work.confirm") {
				t.Errorf("My work asks to confirm one's own: %s", line)
			}
		}},
		{why: "a step of two is sent back", code: casework.CodeProposalOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			_, alua, berik := w.office()
			file := w.girl()
			w.must(w.desk.Propose(w.t.Context(), alua, w.refusal(alua, file)))
			return alua, berik, func() error {
				v := w.proposed(berik, file)
				in := w.seconds(v)
				in.Why = withheld.New("Say what was looked at.")
				_, err := w.desk.SendBack(w.t.Context(), berik, in)
				if err != nil && v.Confirms {
					w.t.Error("the page lets one confirm one's own")
				}
				return err
			}
		}},
		{why: "a motion is confirmed", code: casework.CodeMotionOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			rosa, twin := w.hired(w.shelter, "Rosa", "administrator"), w.hired(w.shelter, "Twin", "administrator")
			if _, err := w.desk.ChangeWorker(w.t.Context(), rosa, desk.WorkerInput{Key: w.k(), Body: w.shelter.Body, Login: "third", Role: "administrator"}); err != nil {
				w.t.Fatal(explain(err))
			}
			waits := w.waiting().ID
			return rosa, twin, func() error {
				_, err := w.desk.DecideMotion(w.t.Context(), twin, desk.MotionInput{Key: w.k(), Motion: waits, Do: "confirm"})
				return err
			}
		}, pages: func(t *testing.T, w *world, twin access.Who) {
			page, err := w.desk.Motions(t.Context(), twin)
			if err != nil || len(page.Waits) != 1 || page.Waits[0].Confirms {
				t.Errorf("the page lets one confirm one's own: %+v, %v", page.Waits, err)
			}
			again, err := w.desk.ChangeWorker(t.Context(), twin, desk.WorkerInput{Key: w.k(), Body: w.shelter.Body, Login: "fourth", Role: "administrator"})
			if err != nil || again.Seconds != 0 {
				t.Errorf("%d could be the second, though the other is oneself, %v", again.Seconds, err)
			}
		}},
		{why: "a motion about oneself is confirmed", code: casework.CodeMotionOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			about, twin := w.hired(w.shelter, "Aliya", "worker"), w.hired(w.shelter, "Twin", "administrator")
			if _, err := w.desk.ChangeWorker(w.t.Context(), w.hired(w.shelter, "Rosa", "administrator"), desk.WorkerInput{Key: w.k(), Worker: about.Worker, Role: "administrator", Do: desk.WorkerRole}); err != nil {
				w.t.Fatal(explain(err))
			}
			return about, twin, func() error {
				_, err := w.desk.DecideMotion(w.t.Context(), twin, desk.MotionInput{Key: w.k(), Motion: w.waiting().ID, Do: "confirm"})
				return err
			}
		}},
		{why: "an edition of the pack is adopted", code: casework.CodeMotionOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			d := w.withFolder(&folder{offered: casework.Edition{Bytes: "b"}, laws: withRules(w.t, func(r []pack.Rule) []pack.Rule { return r })})
			first, twin := w.hired(w.admin, "First", "administrator"), w.hired(w.admin, "Twin", "administrator")
			if _, err := d.DecideAdoption(w.t.Context(), first, desk.AdoptionInput{Key: w.k(), Do: "propose", Edition: "b", Looked: true}); err != nil {
				w.t.Fatal(explain(err))
			}
			return first, twin, func() error {
				page, err := d.Adoption(w.t.Context(), twin)
				if err != nil {
					return err
				}
				_, err = d.DecideAdoption(w.t.Context(), twin, desk.AdoptionInput{Key: w.k(), Do: "confirm", Edition: "b", Motion: page.Waits.ID})
				if fault.Is(err, casework.CodeMotionOwn) != page.Waits.First {
					w.t.Errorf("the page says of one's own %v, the act %v", page.Waits.First, err)
				}
				return err
			}
		}},
		{why: "a file is erased", code: casework.CodeErasureOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			file := w.named()
			_, adviser := w.erasers()
			first, second := w.hired(w.coordinator, "Coordinator", "coordinator"), w.hired(adviser, "Adviser", "adviser")
			if err := w.says(first, file, desk.ErasureAsk); err != nil {
				w.t.Fatal(explain(err))
			}
			return first, second, func() error {
				view, err := w.desk.Erasure(w.t.Context(), second, file)
				if err != nil {
					return err
				}
				err = w.says(second, file, desk.ErasureAllow)
				if fault.Is(err, casework.CodeErasureOwn) != view.First {
					w.t.Errorf("the page says of one's own %v, the act %v", view.First, err)
				}
				return err
			}
		}, pages: func(t *testing.T, w *world, second access.Who) {
			if verbs := w.workVerbs(second); slices.Contains(verbs, "work.erasure_asked") {
				t.Errorf("My work asks for one's own second signature: %v", verbs)
			}
		}},
		{why: "an emergency opening is judged", code: casework.CodeEmergencyOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			first, second := w.hired(w.coordinator, "First", "coordinator"), w.hired(w.coordinator, "Head", "head")
			file := w.named()
			if _, _, err := w.desk.OpenEmergency(w.t.Context(), first, desk.EmergencyInput{Key: w.k(), File: id.Number(file), Reason: "missing"}); err != nil {
				w.t.Fatal(explain(err))
			}
			return first, second, func() error {
				page, err := w.desk.EmergencyReview(w.t.Context(), second, file)
				if err != nil {
					return err
				}
				_, err = w.desk.ReviewEmergency(w.t.Context(), second, desk.ReviewInput{Key: w.k(), File: file, Task: page.Openings[0].Task, Outcome: casework.Justified})
				if fault.Is(err, casework.CodeEmergencyOwn) != page.Openings[0].Mine {
					w.t.Errorf("the page says of one's own %v, the act %v", page.Openings[0].Mine, err)
				}
				return err
			}
		}},
		{why: "an order is confirmed", code: casework.CodeHoldOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			first, second, file, which := w.ordered()
			return first, second, func() error { return w.hold(second, file, desk.HoldConfirm, which) }
		}},
		{why: "an order is let go", code: casework.CodeHoldOwn, story: func(w *world) (access.Who, access.Who, func() error) {
			first, second, file, which := w.ordered()
			third := w.hired(w.coordinator, "Third", "coordinator")
			for _, err := range []error{w.hold(third, file, desk.HoldConfirm, which), w.hold(first, file, desk.HoldRelease, which)} {
				if err != nil {
					w.t.Fatal(explain(err))
				}
			}
			return first, second, func() error { return w.hold(second, file, desk.HoldRelease, which) }
		}},
		{why: "an opening is shown to her later by who cares for her", story: func(w *world) (access.Who, access.Who, func() error) {
			file, _, prosecutor := w.prosecuted()
			near, second := w.hired(w.inspector, "Near", "inspector"), w.hired(prosecutor, "Prosecutor", "prosecutor")
			view, err := w.desk.Deferrals(w.t.Context(), second, file)
			if err != nil {
				w.t.Fatal(explain(err))
			}
			in := w.byLaw(w.dayIn(10))
			in.Opening = view.Lines[0].Seq
			return near, second, func() error { return w.later(second, file, in) }
		}},
		{why: "who detained decides", code: casework.CodeStepNotOpen, story: func(w *world) (access.Who, access.Who, func() error) {
			officer, askar, file := w.detainedBy()
			return officer, askar, func() error {
				form, err := w.desk.StepForm(w.t.Context(), askar, file, "recognise")
				if err != nil {
					return err
				}
				_, err = w.desk.TakeStep(w.t.Context(), askar, w.stepOf(askar, file, "recognise", nil))
				if fault.Is(err, casework.CodeStepNotOpen) != slices.ContainsFunc(form.Offer.WhyNot, func(y desk.WhyNot) bool { return y.Key == "why.not_same" }) {
					w.t.Errorf("the page says %+v, the act %v", form.Offer.WhyNot, err)
				}
				return err
			}
		}},
		{why: "who detained is named to hear", code: casework.CodeHearingApart, story: func(w *world) (access.Who, access.Who, func() error) {
			officer, askar, file := w.detainedBy()
			other := w.hired(askar, "Other", "decider")
			return officer, askar, func() error {
				in := w.interview(file, "2026-11-25T10:00")
				in.Decider, in.Despite = askar.Worker, true
				form, err := w.desk.HearingForm(w.t.Context(), other, file, "interview")
				if err != nil {
					return err
				}
				_, err = w.desk.SetHearing(w.t.Context(), other, in)
				if named := slices.ContainsFunc(form.Deciders, func(c desk.Colleague) bool { return c.Worker == askar.Worker }); named != (err == nil) {
					w.t.Errorf("the page offers them: %v, the act says %v", named, err)
				}
				return err
			}
		}},
		{why: "who detained is given the claim", code: casework.CodeWorkApart, story: func(w *world) (access.Who, access.Who, func() error) {
			officer, askar, file := w.detainedBy()
			head := w.hired(askar, "Head", "head")
			return officer, askar, func() error {
				piece := desk.Piece{File: file, Step: "recognise"}
				plan, err := w.desk.ShareOut(w.t.Context(), head, []desk.Piece{piece})
				if err != nil {
					return err
				}
				got := w.given(head, casework.GivenByHand, desk.Give{Piece: piece, To: askar.Worker})[0]
				if got != casework.CodeWorkApart {
					return nil
				}
				if plan.Lines[0].To.Worker == askar.Worker {
					w.t.Error("shared out to who is kept apart")
				}
				return fault.New(fault.Invalid, got)
			}
		}},
		{why: "a paper is signed twice", code: casework.CodeSignatureTwice, story: func(w *world) (access.Who, access.Who, func() error) {
			first, second := w.hired(w.border, "First", "officer"), w.hired(w.border, "Second", "officer")
			file, err := w.said(w.body("local_executive_body", "Akimat", "decider").Body, map[string]string{"writes": "able"})
			if err != nil {
				w.t.Fatal(err)
			}
			paper := w.handedOver(file)
			w.must(w.sign(first, file, paper, testkit.SignatureOf(w.t, printed)))
			return first, second, func() error {
				view := w.paperView(second, file, paper)
				_, err := w.sign(second, file, paper, testkit.SignatureOf(w.t, printed))
				if fault.Is(err, casework.CodeSignatureTwice) != view.Signed {
					w.t.Errorf("the page says signed %v, the act %v", view.Signed, err)
				}
				return err
			}
		}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, _, act := row.story(w)
			if err := act(); err != nil {
				t.Errorf("two people could not: %s", explain(err))
			}
			w = newWorld(t)
			first, second, act := row.story(w)
			w.onePerson(first, second)
			if row.pages != nil {
				row.pages(t, w, second)
			}
			if err := act(); row.code == "" && !isWithheld(err) || row.code != "" && !fault.Is(err, row.code) && !slices.Contains(faultsOf(err), "decider "+row.code) {
				t.Errorf("one person by two logins: %v", err)
			}
			w.agrees()
		})
	}
}

// Two files' worth of signatures at once ask the same question.
func TestOnePersonDoesNotSignForManyTwice(t *testing.T) {
	t.Parallel()
	w := forgetfulWorld(t)
	_, adviser := w.erasers()
	first, second := w.hired(w.coordinator, "Coordinator", "coordinator"), w.hired(adviser, "Adviser", "adviser")
	file := w.named()
	w.push(year)
	w.swept()
	if got := w.retains(first, desk.RetentionSign, file); got[0] != "receipt.erasure_asked" {
		t.Fatal(got)
	}
	w.onePerson(second, first)
	page, err := w.desk.Retentions(t.Context(), second)
	if err != nil || len(page.Over) != 1 || !page.Over[0].Own {
		t.Errorf("the page: %+v, %v", page.Over, err)
	}
	if got := w.retains(second, desk.RetentionSign, file); got[0] != casework.CodeErasureOwn {
		t.Errorf("one person is both: %v", got)
	}
}

// What is said of two logins holds for every other of the same person. One administrator
// says it; that it is another person after all is confirmed by a second, and by none of
// the logins of whom it is about.
func TestLoginsArePutTogetherByOneAndApartByTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	secretary, alua, berik := w.office()
	w.onePerson(alua, secretary)
	w.onePerson(berik, secretary)
	file := w.girl()
	w.must(w.desk.Propose(ctx, alua, w.refusal(alua, file)))
	confirm := func() error {
		_, err := w.desk.Confirm(ctx, berik, w.seconds(w.proposed(berik, file)))
		return err
	}
	if err := confirm(); !fault.Is(err, casework.CodeProposalOwn) {
		t.Errorf("the same as whom the first is the same as: %v", err)
	}
	form, err := w.desk.StepForm(ctx, alua, file, "not_identify")
	if err != nil || form.Two.Seconds != 0 {
		t.Errorf("who could be the second: %+v, %v", form.Two, err)
	}
	admin, other := w.hired(w.admin, "Admin", "administrator"), w.staff(w.admin)
	say := func(who access.Who, in desk.WorkerInput) (desk.WorkerDone, error) {
		in.Key = w.k()
		return w.desk.ChangeWorker(ctx, who, in)
	}
	line := func(login string) desk.WorkerLine {
		t.Helper()
		page, err := w.desk.Workers(ctx, admin)
		if err != nil {
			t.Fatal(err)
		}
		return page.Lines[slices.IndexFunc(page.Lines, func(l desk.WorkerLine) bool { return l.Login == login })]
	}
	if got := line("berik").Same; !slices.Equal(got, []string{"alua", "secretary"}) {
		t.Errorf("berik is also %v", got)
	}
	done, err := say(admin, desk.WorkerInput{Worker: berik.Worker, Do: desk.WorkerApart})
	if err != nil || !done.Waits || w.waiting().Act != casework.MotionApart {
		t.Fatalf("one alone takes them apart: %+v, %s", done, explain(err))
	}
	if err := confirm(); !fault.Is(err, casework.CodeProposalOwn) {
		t.Errorf("while it waits: %v", err)
	}
	if _, err := w.desk.DecideMotion(ctx, admin, desk.MotionInput{Key: w.k(), Motion: w.waiting().ID, Do: "confirm"}); !fault.Is(err, casework.CodeMotionOwn) {
		t.Errorf("by who proposed it: %v", err)
	}
	w.must(w.desk.DecideMotion(ctx, other, desk.MotionInput{Key: w.k(), Motion: w.waiting().ID, Do: "confirm"}))
	if got := line("alua").Same; !slices.Equal(got, []string{"secretary"}) {
		t.Errorf("alua is also %v", got)
	}
	if err := confirm(); err != nil {
		t.Errorf("another person after all: %s", explain(err))
	}
	if _, err := say(admin, desk.WorkerInput{Worker: berik.Worker, Do: desk.WorkerApart}); !fault.Is(err, casework.CodeLoginsApart) {
		t.Errorf("apart twice: %v", err)
	}
	w.agrees()
}

// Who may say whose a login is: nobody of their own, by whichever of them, and nobody of
// an account that they do not keep.
func TestWhoSaysWhoseALoginIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first, twin := w.hired(w.admin, "Asel", "administrator"), w.hired(w.admin, "Asel A", "administrator")
	worker, stranger := w.hired(w.shelter, "Rosa B", "worker"), w.hired(w.inspector, "b rosa", "inspector")
	if page, err := w.desk.Workers(ctx, first); err != nil || !slices.ContainsFunc(page.Lines, func(l desk.WorkerLine) bool {
		return l.ID == worker.Worker && slices.Equal(l.Alike, []string{"b rosa"})
	}) {
		t.Errorf("nobody is asked about the same name: %+v, %v", page.Lines, err)
	}
	w.onePerson(first, twin)
	own := w.staff(w.shelter)
	for _, row := range []struct {
		why  string
		who  access.Who
		in   desk.WorkerInput
		want string // "": withheld
	}{
		{"of one's own other login", first, desk.WorkerInput{Worker: twin.Worker, Do: desk.WorkerSuspend}, desk.CodeOwnAccount},
		{"that another's login is one's own", first, desk.WorkerInput{Worker: worker.Worker, Other: twin.Worker, Do: desk.WorkerSame}, desk.CodeOwnAccount},
		{"of whom another body keeps", own, desk.WorkerInput{Worker: worker.Worker, Other: stranger.Worker, Do: desk.WorkerSame}, ""},
		{"of nobody", first, desk.WorkerInput{Worker: worker.Worker, Do: desk.WorkerSame}, "field.choice"},
		{"of itself", first, desk.WorkerInput{Worker: worker.Worker, Other: worker.Worker, Do: desk.WorkerSame}, "field.choice"},
		{"of who is not there", first, desk.WorkerInput{Worker: worker.Worker, Other: id.New[id.Worker](w.now()), Do: desk.WorkerSame}, ""},
	} {
		row.in.Key = w.k()
		_, err := w.desk.ChangeWorker(ctx, row.who, row.in)
		if said := row.want == "" && isWithheld(err) || fault.Is(err, row.want) || slices.Contains(faultsOf(err), "same_as "+row.want); !said {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	page, err := w.desk.Workers(ctx, first)
	if err != nil || !slices.ContainsFunc(page.Lines, func(l desk.WorkerLine) bool { return l.ID == twin.Worker && l.Own }) {
		t.Errorf("the page lets one keep one's own other login: %v", err)
	}
	w.onePerson(worker, stranger)
	if page, err := w.desk.Workers(ctx, own); err != nil || len(page.Lines) != 1 || len(page.Lines[0].Same) != 0 {
		t.Errorf("a body's administrator reads of another body's login: %+v, %v", page.Lines, err)
	}
	w.agrees()
}
