package desk_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// atTheBorder is a man whom the border post has recorded, with a step taken.
func (w *world) atTheBorder() id.File {
	w.t.Helper()
	r := w.must(w.desk.RecordConcern(w.t.Context(), w.border, desk.ConcernInput{
		Key: w.k(), Safety: "not_sure", AgeKnown: "adult", Sex: "male", Language: "fa", Consent: "yes", Fear: "yes", Citizenship: "AFG",
	}))
	file := id.File(r.Args["file"])
	w.take(w.border, file, "at_crossing", nil)
	return file
}

// take takes a step with answers; an adverse one with what it must carry.
func (w *world) take(who access.Who, file id.File, step string, answers map[string]string) {
	w.t.Helper()
	in := w.stepOf(who, file, step, answers)
	in.Reasons, in.Language = withheld.New("because"), "fa"
	w.must(w.desk.TakeStep(w.t.Context(), who, in))
}

func (w *world) stepOf(who access.Who, file id.File, step string, answers map[string]string) desk.StepInput {
	w.t.Helper()
	form, err := w.desk.StepForm(w.t.Context(), who, file, step)
	if err != nil {
		w.t.Fatal(step, err)
	}
	in := desk.StepInput{Key: w.k(), File: file, Version: form.Version, Step: step, Fields: map[string]withheld.Text{}}
	for name, value := range answers {
		in.Fields[name] = withheld.New(value)
	}
	return in
}

func guardIDs(list []desk.Safeguard) (out []string) {
	for _, s := range list {
		out = append(out, s.Kind+"."+s.ID)
	}
	return out
}

func clockIDs(list []desk.ClockLine) (out []string) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// A step says what the person gains and loses by it before it is confirmed, and
// what the answers record counts.
func TestAStepSaysWhatItChangesBeforeItIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	effects := func(step string, answers map[string]string) desk.Effects {
		t.Helper()
		e, err := w.desk.StepEffects(t.Context(), w.border, w.stepOf(w.border, file, step, answers))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	said := effects("voice_claim", map[string]string{"writes": "able", "entered_how": "irregular"})
	if !slices.Contains(guardIDs(said.Gained), "hold.claim_said") {
		t.Errorf("saying it holds a removal, and the page does not say so: %v", guardIDs(said.Gained))
	}
	if !slices.Contains(clockIDs(said.Started), "claim_limit_crossing") {
		t.Errorf("what the answers record is not counted: %v", clockIDs(said.Started))
	}
	if regular := effects("voice_claim", map[string]string{"writes": "able", "entered_how": "regular"}); !slices.Contains(clockIDs(regular.Started), "claim_limit") {
		t.Errorf("another answer starts another clock: %v", clockIDs(regular.Started))
	}
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able", "entered_how": "irregular"})
	registered := effects("register_at_crossing", nil)
	if got := guardIDs(registered.Gained); !slices.Contains(got, "bar.claim_registered") || !slices.Contains(got, "entitlement.certificate_claimant") {
		t.Errorf("registration gives a bar and a certificate: %v", got)
	}
	if got := guardIDs(registered.Lost); !slices.Contains(got, "hold.claim_said") {
		t.Errorf("the hold becomes a bar: %v", got)
	}
	if !slices.Contains(clockIDs(registered.Stopped), "claim_limit_crossing") || !slices.Contains(clockIDs(registered.Started), "claim_decision") {
		t.Errorf("clocks: %v start, %v stop", clockIDs(registered.Started), clockIDs(registered.Stopped))
	}
	// Foreseeing is not doing.
	view, err := w.desk.File(t.Context(), w.border, file, "")
	if err != nil || view.Situation["claim"] != "voiced" {
		t.Errorf("the claim is %q after looking, %v", view.Situation["claim"], err)
	}
}

// A duty that a kind of body has which decides nothing is in the list of those
// who are with the person, and opens the file to nobody else of the kind.
func TestADutyIsInTheListOfWhoIsWithThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able"})
	elsewhere, akimat := w.body("border_service", "Another post", "officer"), w.body("local_executive_body", "Akimat", "decider")
	owes := func(who access.Who) bool {
		return slices.ContainsFunc(w.work(who, "step"), func(l desk.WorkLine) bool { return l.Verb == "step.register_at_crossing" })
	}
	if !owes(w.border) {
		t.Error("who met him registers the claim, and does not find it in My work")
	}
	for _, other := range []access.Who{elsewhere, akimat} {
		if _, err := w.desk.File(t.Context(), other, file, ""); owes(other) || err == nil {
			t.Errorf("%s, who never met him: listed %v, opened %v", other.BodyKind, owes(other), err == nil)
		}
	}
}

// said begins a file at the counter, in one act, for somebody named to receive it.
func (w *world) said(to id.Body, answers map[string]string) (id.File, error) {
	in := desk.BeginInput{Key: w.k(), Step: "voice_claim", Where: "at_airport", AgeKnown: "adult", Sex: "male", Language: "fa", To: to, Fields: map[string]withheld.Text{}}
	for name, value := range answers {
		in.Fields[name] = withheld.New(value)
	}
	r, err := w.desk.Begin(w.t.Context(), w.border, in)
	return id.File(r.Args["file"]), err
}

// What is filed goes to one body, by name: it is told, has it in its list and may
// open the file; another of its kind may not, and a kind that the pack does not
// name cannot be chosen.
func TestWhatIsFiledGoesToABodyByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	named, other := w.body("local_executive_body", "Akimat", "decider"), w.body("local_executive_body", "Another akimat", "decider")
	file, err := w.said(named.Body, map[string]string{"writes": "unable"})
	if err != nil {
		t.Fatal(err)
	}
	sent := func(who access.Who) int {
		return len(slices.DeleteFunc(w.work(who, "task"), func(l desk.WorkLine) bool { return l.Filed != "voice_claim" || l.Subject.File != file }))
	}
	if sent(named) != 1 || sent(other) != 0 {
		t.Errorf("the named body has %d lines, another of its kind %d", sent(named), sent(other))
	}
	if _, err := w.desk.File(t.Context(), named, file, ""); err != nil {
		t.Errorf("the named body cannot open it: %v", err)
	}
	if _, err := w.desk.File(t.Context(), other, file, ""); err == nil {
		t.Error("another of its kind opens it")
	}
	analyst := named
	analyst.Role = "analyst"
	if _, err := w.desk.File(t.Context(), analyst, file, ""); err == nil {
		t.Error("a role that no rule names opens it")
	}
	for _, to := range []id.Body{w.shelter.Body, id.New[id.Body](w.at)} {
		if _, err := w.said(to, map[string]string{"writes": "able"}); err == nil {
			t.Errorf("it was sent to %s, which is not of a kind the pack names", to)
		}
	}
	able, err := w.said(named.Body, map[string]string{"writes": "able"})
	if err != nil {
		t.Fatal(err)
	}
	waits := slices.DeleteFunc(append(w.work(named, "task"), w.work(named, "step")...), func(l desk.WorkLine) bool { return l.Subject.File != able })
	if len(waits) != 1 || waits[0].Verb != "step.register_at_crossing" {
		t.Errorf("one person waits in %d lines: %+v", len(waits), waits)
	}
}

// Beginning a file is one act: sent twice it is one file, and a step that may not
// be taken leaves none.
func TestAFileBegunTwiceIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := desk.BeginInput{Key: w.k(), Step: "voice_claim", Where: "at_airport", AgeKnown: "adult", Fields: map[string]withheld.Text{"writes": withheld.New("able")}}
	first := w.must(w.desk.Begin(t.Context(), w.border, in))
	again := w.must(w.desk.Begin(t.Context(), w.border, in))
	if first.Args["file"] == "" || first.Args["file"] != again.Args["file"] {
		t.Errorf("sent twice: %q and %q", first.Args["file"], again.Args["file"])
	}
	view, err := w.desk.File(t.Context(), w.border, id.File(first.Args["file"]), "")
	if err != nil || view.Situation["claim"] != "voiced" || view.Situation["place"] != "airport" {
		t.Errorf("begun as %v, %v", view.Situation, err)
	}
	for why, bad := range map[string]func(*desk.BeginInput){
		"a step nobody begins with":              func(in *desk.BeginInput) { in.Step = "refuse_claim" },
		"a place that is no place":               func(in *desk.BeginInput) { in.Where = "presume" },
		"an age that is none":                    func(in *desk.BeginInput) { in.AgeKnown = "old" },
		"a file id that is none":                 func(in *desk.BeginInput) { in.File = "x" },
		"a place that only another kind records": func(in *desk.BeginInput) { in.Where = "register_claim" },
	} {
		one := in
		one.Key = w.k()
		bad(&one)
		if _, err := w.desk.Begin(t.Context(), w.border, one); err == nil {
			t.Errorf("%s: begun", why)
		}
	}
	in.Key = w.k()
	_, shown := w.desk.BeginForm(t.Context(), w.shelter, "voice_claim")
	_, begun := w.desk.Begin(t.Context(), w.shelter, in)
	if fault.Of(shown).Kind != fault.NotFound || fault.Of(begun).Kind != fault.NotFound {
		t.Errorf("to a kind of body that the pack does not let begin: %v, %v", shown, begun)
	}
}

// refused is the journey of a man as far as the refusal: whom he was sent to, and
// the ministry that answers complaints.
func (w *world) refused() (file id.File, akimat, ministry access.Who) { return w.refusedAnd("") }

// refusedAnd is such a man who understood the refusal on a day.
func (w *world) refusedAnd(understood string) (file id.File, akimat, ministry access.Who) {
	w.t.Helper()
	akimat, ministry = w.body("local_executive_body", "Akimat", "decider"), w.body("ministry", "Ministry", "decider")
	file, err := w.said(akimat.Body, map[string]string{"writes": "able"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.take(w.border, file, "register_at_crossing", nil)
	w.take(akimat, file, "interview", map[string]string{"interpreter_there": "understood"})
	in := w.stepOf(akimat, file, "refuse_claim", map[string]string{"heard": "heard"})
	in.Reasons, in.Language, in.Understood = withheld.New("because"), "fa", understood
	w.must(w.desk.TakeStep(w.t.Context(), akimat, in))
	return file, akimat, ministry
}

// filed files a step with a body by name.
func (w *world) filed(who access.Who, file id.File, step string, to id.Body) {
	w.t.Helper()
	in := w.stepOf(who, file, step, nil)
	in.To = to
	w.must(w.desk.TakeStep(w.t.Context(), who, in))
}

// A receipt says how things stand: what protects the person, which clock runs
// whose, and what whoever recorded it does next; to somebody to whom the file has
// closed it says nothing of the person.
func TestAReceiptSaysWhatIsNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	file, err := w.said(akimat.Body, map[string]string{"writes": "able", "entered_how": "regular"})
	if err != nil {
		t.Fatal(err)
	}
	after := func(who access.Who) desk.After {
		t.Helper()
		out, err := w.desk.After(t.Context(), who, file, "voice_claim")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	next := func(a desk.After) (out []string) {
		for _, o := range a.Next {
			out = append(out, o.ID)
		}
		return out
	}
	said := after(w.border)
	if !slices.Contains(guardIDs(said.Guards), "hold.claim_said") || !slices.Contains(clockIDs(said.Clocks), "claim_limit") {
		t.Errorf("what holds: %v, what runs: %v", guardIDs(said.Guards), clockIDs(said.Clocks))
	}
	if !slices.Equal(next(said), []string{"register_at_crossing"}) || !said.Unnamed || len(said.Advice) == 0 || said.Docket {
		t.Errorf("next: %v, unnamed %v, advice %v, docket %v", next(said), said.Unnamed, said.Advice, said.Docket)
	}
	w.must(w.desk.AddIdentity(t.Context(), w.border, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("Beytanysov Farhad"), Script: "latn", Use: "given"}))
	if after(w.border).Unnamed {
		t.Error("named, and the receipt says that nobody is")
	}
	if !after(akimat).Docket {
		t.Error("who decides has no list of decisions to go back to")
	}
	if closed := after(w.shelter); len(closed.Guards)+len(closed.Clocks)+len(closed.Next) > 0 || closed.Unnamed {
		t.Errorf("a shelter that never met him reads %+v", closed)
	}
}

// The person's own step that has a limit stands in the list of who is with the
// person, with its day; who decided against her is not asked to complain for her.
func TestAnAppealWaitsInTheListOfWhoIsWithThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, akimat, ministry := w.refused()
	waits := func(who access.Who, step string) (out []desk.WorkLine) {
		return slices.DeleteFunc(w.work(who, "step"), func(l desk.WorkLine) bool { return l.Verb != "step."+step || l.Subject.File != file })
	}
	if lines := waits(w.border, "complain_claim"); len(lines) != 1 {
		t.Errorf("who met him has %d lines to complain", len(lines))
	}
	for _, other := range []access.Who{akimat, ministry, w.shelter} {
		if lines := waits(other, "complain_claim"); len(lines) != 0 {
			t.Errorf("%s is asked to complain for him: %v", other.BodyKind, lines)
		}
	}
	w.filed(w.border, file, "complain_claim", ministry.Body)
	if lines := waits(w.border, "complain_claim"); len(lines) != 0 {
		t.Errorf("filed, and it still waits: %v", lines)
	}
}

// Before a refusal somebody has heard the person, and was understood; a child alone
// has a guardian before the interview and a record of what is in the child's
// interest before the refusal. The page says whose rule that is: the service's own.
// What happened without them is recorded all the same.
func TestAChildIsHeardWithAGuardian(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat, guardianship := w.body("local_executive_body", "Akimat", "decider"), w.body("guardianship", "Guardianship", "specialist")
	in := desk.BeginInput{
		Key: w.k(), Step: "voice_claim", Where: "at_airport", AgeKnown: "under_18", Sex: "male", Language: "fa", To: akimat.Body,
		Fields: map[string]withheld.Text{"writes": withheld.New("able"), "with_whom": withheld.New("alone")},
	}
	file := id.File(w.must(w.desk.Begin(t.Context(), w.border, in)).Args["file"])
	w.take(w.border, file, "register_at_crossing", nil)
	held := func(step, bar string) {
		t.Helper()
		form, err := w.desk.StepForm(t.Context(), akimat, file, step)
		if err != nil {
			t.Fatal(err)
		}
		why := slices.IndexFunc(form.Offer.WhyNot, func(n desk.WhyNot) bool { return n.Key == "bar."+bar })
		if form.Offer.State != "hold" || why < 0 {
			t.Fatalf("%s is %s, because of %v", step, form.Offer.State, form.Offer.WhyNot)
		}
		if basis := form.Offer.WhyNot[why].Basis; basis[len(basis)-1].Source != "pana" {
			t.Errorf("%s: the page does not say whose rule it is: %v", bar, basis)
		}
		take := w.stepOf(akimat, file, step, map[string]string{"heard": "heard", "interpreter_there": "understood"})
		take.Reasons, take.Language = withheld.New("because"), "fa"
		if _, err := w.desk.TakeStep(t.Context(), akimat, take); err == nil {
			t.Fatalf("%s was taken although %s holds it", step, bar)
		}
	}
	owed := func() bool {
		return slices.ContainsFunc(w.work(akimat, "step"), func(l desk.WorkLine) bool { return l.Verb == "step.interview" })
	}
	held("interview", "guardian_before_interview")
	if !owed() {
		t.Error("nobody has heard him, and no interview is owed")
	}
	w.take(guardianship, file, "appoint_guardian", nil)
	held("refuse_claim", "heard_before_refusal")
	w.take(akimat, file, "interview", map[string]string{"interpreter_there": "was_not"})
	held("refuse_claim", "heard_before_refusal")
	w.take(akimat, file, "interview", map[string]string{"interpreter_there": "understood"})
	if owed() {
		t.Error("he was heard, and the interview is owed again")
	}
	held("refuse_claim", "interest_before_refusal")
	happened := w.stepOf(akimat, file, "refuse_claim", map[string]string{"heard": "heard"})
	happened.Irregular = true
	if _, err := w.desk.StepEffects(t.Context(), akimat, happened); err != nil {
		t.Errorf("what happened all the same cannot be recorded: %v", err)
	}
	w.take(guardianship, file, "find_return_unsafe", nil)
	w.take(akimat, file, "refuse_claim", map[string]string{"heard": "heard"})
}

// Who the person is closes to whoever was named when what was filed is decided,
// and only then: to the ministry with its answer, to the court with its judgment.
// What the body wrote, and what became of it, it still sees; and what is filed
// with it again opens it again.
func TestWhoThePersonIsClosesWithTheJudgment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, akimat, ministry := w.refused()
	w.must(w.desk.AddIdentity(t.Context(), w.border, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("Beytanysov Farhad"), Script: "latn", Use: "given"}))
	shows := func(why string, who access.Who, want bool) {
		t.Helper()
		_, err := w.desk.ShowIdentity(t.Context(), who, file)
		if (err == nil) != want {
			t.Errorf("%s: who the person is is shown: %v, %v", why, err == nil, err)
		}
		if !want && fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%s: the refusal is %v, not as if there were nothing", why, err)
		}
	}
	judgment := map[string]string{"heard": "heard"}
	shows("the court, before anything is filed with it", w.judge, false)
	w.filed(w.border, file, "complain_claim", ministry.Body)
	shows("the ministry, with a complaint before it", ministry, true)
	w.take(ministry, file, "dismiss_claim_complaint", judgment)
	shows("the ministry, after its answer", ministry, false)
	w.filed(w.border, file, "sue_claim", w.judge.Body)
	shows("the court, with a suit before it", w.judge, true)
	w.take(w.judge, file, "dismiss_claim_suit", judgment)
	shows("the court, after its judgment", w.judge, false)
	if view, err := w.desk.File(t.Context(), w.judge, file, ""); err != nil || view.Situation["claim"] != "refused" {
		t.Errorf("who judged no longer sees what became of it: %v", err)
	}
	w.filed(w.border, file, "appeal_claim_judgment", w.judge.Body)
	shows("the court, with an appeal before it", w.judge, true)
	higher := w.judge // another judge: nobody judges an appeal against their own judgment
	higher.Worker = id.New[id.Worker](w.at)
	w.take(higher, file, "dismiss_claim_finally", judgment)
	shows("the court, after the last judgment", w.judge, false)
	shows("who registered it, after the last judgment", akimat, false)
	w.agrees()
}

// What a step brought about goes with it: a judgment taken back opens the file to the
// court again, which has it to do; a suit filed with the wrong court closes it.
func TestACorrectedStepTakesBackWhatItOpenedAndClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, _, ministry := w.refused()
	w.must(w.desk.AddIdentity(t.Context(), w.border, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("Beytanysov Farhad"), Script: "latn", Use: "given"}))
	sees := func(why string, want bool) {
		t.Helper()
		if _, err := w.desk.ShowIdentity(t.Context(), ministry, file); (err == nil) != want {
			t.Errorf("%s: the ministry sees who the person is: %v, %v", why, err == nil, err)
		}
		has := slices.ContainsFunc(w.work(ministry, ""), func(l desk.WorkLine) bool { return l.Subject.File == file })
		if has != want {
			t.Errorf("%s: the ministry has it to do: %v", why, has)
		}
	}
	correct := func(who access.Who, step string) {
		t.Helper()
		view, err := w.desk.File(t.Context(), who, file, "")
		if err != nil {
			t.Fatal(explain(err))
		}
		i := slices.IndexFunc(view.Timeline, func(l desk.TimelineLine) bool { return l.Code == "step."+step && l.MayCorrect })
		w.must(w.desk.Correct(t.Context(), who, desk.CorrectInput{Key: w.k(), File: file, Event: view.Timeline[i].Event, Reason: "mistake"}))
	}
	w.filed(w.border, file, "complain_claim", ministry.Body)
	sees("with a complaint before it", true)
	correct(w.border, "complain_claim")
	sees("when the complaint is taken back", false)
	w.filed(w.border, file, "complain_claim", ministry.Body)
	w.take(ministry, file, "dismiss_claim_complaint", map[string]string{"heard": "heard"})
	sees("after its answer", false)
	correct(ministry, "dismiss_claim_complaint")
	sees("when its answer is taken back", true)
	w.agrees()
}

// Who ordered the expulsion does not judge the claim: the step is closed to that
// judge, with the reason, and open to a colleague.
func TestWhoOrderedItDoesNotJudge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, _, ministry := w.refused()
	w.filed(w.border, file, "complain_claim", ministry.Body)
	w.take(ministry, file, "dismiss_claim_complaint", map[string]string{"heard": "heard"})
	w.filed(w.border, file, "sue_claim", w.judge.Body)
	ordered := w.stepOf(w.judge, file, "order_expulsion", nil)
	ordered.Irregular = true
	w.must(w.desk.TakeStep(t.Context(), w.judge, ordered))
	colleague := w.judge
	colleague.Worker = id.New[id.Worker](w.at)
	for _, row := range []struct {
		who   access.Who
		state string
	}{{w.judge, "closed"}, {colleague, "open"}} {
		form, err := w.desk.StepForm(t.Context(), row.who, file, "dismiss_claim_suit")
		if err != nil || form.Offer.State != row.state {
			t.Errorf("offered as %q, not %q: %v", form.Offer.State, row.state, err)
		}
		in := w.stepOf(row.who, file, "dismiss_claim_suit", map[string]string{"heard": "heard"})
		in.Reasons, in.Language = withheld.New("because"), "fa"
		if _, err := w.desk.TakeStep(t.Context(), row.who, in); (err == nil) != (row.state == "open") {
			t.Errorf("%s to this judge, and taking it: %v", row.state, err)
		}
	}
}

// Nobody is asked twice: what was answered at an earlier step stands beside the
// question at the next, and leaving it empty changes nothing.
func TestAStepSaysWhatTheFileSaysAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	form := func() map[string]string {
		t.Helper()
		f, err := w.desk.StepForm(t.Context(), w.border, file, "register_at_crossing")
		if err != nil {
			t.Fatal(err)
		}
		return f.Known
	}
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able", "entered_how": "irregular"})
	if k := form(); k["entered_how"] != "irregular" || k["writes"] != "able" || k["with_whom"] == "alone" {
		t.Errorf("of what was answered the next form says %v", k)
	}
	w.take(w.border, file, "register_at_crossing", map[string]string{"entered_how": "regular"})
	for fact, want := range map[string]string{"entry": "regular", "can_write": "able"} {
		if is := w.file(file).Situation.Value(fact); is != want {
			t.Errorf("after a form with one answer %s is %q", fact, is)
		}
	}
}

// A country whose rules let a body take the step and not see the situation: its form says
// nothing of what another wrote, neither by the question nor by what has to be there first.
func TestAFormSaysNothingToWhoDoesNotSeeTheSituation(t *testing.T) {
	t.Parallel()
	seen := "acts: [file.list, file.see], things: [file], compartments: [own], groups: [subject, need, safety, situation, timeline,"
	for _, row := range []struct {
		why  string
		is   string
		says bool
	}{
		{"as the rules are", seen, true},
		{"without the situation", strings.Replace(seen, "situation, ", "", 1), false},
	} {
		p, err := countryWith("{id: own_files, relations: [opened, provider, advocate], "+seen, "{id: own_files, relations: [opened, provider, advocate], "+row.is)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorldOf(t, filepath.Join(t.TempDir(), "pana.db"), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), p)
		file := w.atTheBorder()
		w.take(w.border, file, "voice_claim", map[string]string{"writes": "able", "entered_how": "irregular"})
		form, err := w.desk.StepForm(t.Context(), w.border, file, "register_at_crossing")
		if err != nil {
			t.Fatalf("%s: %v", row.why, explain(err))
		}
		if says := form.Known["entered_how"] == "irregular"; says != row.says || !row.says && (len(form.Known) > 0 || form.Evidence != nil || len(form.Walls) > 0) {
			t.Errorf("%s: of what is in the file the form says %v", row.why, form.Known)
		}
	}
}

// What the law asks of a refusal is not called the service's own rule, and what only the
// service asks is not called law.
func TestARefusalSaysWhoseRuleEachPartIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	file := id.File(w.must(w.desk.Begin(t.Context(), w.border, desk.BeginInput{
		Key: w.k(), Step: "voice_claim", Where: "at_airport", AgeKnown: "adult", Sex: "male", Language: "fa", To: akimat.Body,
		Fields: map[string]withheld.Text{"writes": withheld.New("able")},
	})).Args["file"])
	w.take(w.border, file, "register_at_crossing", nil)
	form, err := w.desk.StepForm(t.Context(), akimat, file, "refuse_claim")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, part := range form.Offer.Adverse.Parts {
		silent := part.Law == "none" || part.Law == "unknown"
		said[part.Part] = map[bool]string{true: "silent", false: "stated"}[silent] + map[bool]string{true: ", asked here"}[part.Product]
	}
	for part, want := range map[string]string{"reasons": "stated", "notice": "stated", "language": "silent, asked here", "limit": "stated"} {
		if said[part] != want {
			t.Errorf("%s is %q", part, said[part])
		}
	}
}
