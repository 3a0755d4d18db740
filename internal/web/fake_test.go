package web

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// fakeDesk answers with samples and remembers which acts were done. Fail, when
// set, is what every act answers.
type fakeDesk struct {
	elsewhereFake
	printed []byte // what a signature came with
	device  string // sent with the last sign-in
	stuck   bool   // signing out takes for ever
	ended   []string
	stale   bool // a proof that is too old
	lacks   bool // a second factor that must be
	once    bool // came in by a code on paper
	second  bool // there is one
	mu      sync.Mutex
	acts    []string
	taken   []string // what left Pana
	deaf    bool     // nothing that leaves can be recorded
	last    any
	fail    error
	lost    bool // every file is withheld
	two     bool // every step is taken by two
}

func (d *fakeDesk) SendAgain(_ fakeCtx, _ fakeWho, bodies, code string) error {
	_, err := d.done("send_again", bodies+" "+code)
	return err
}
func (d *fakeDesk) done(act string, in any) (casework.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return casework.Receipt{}, d.fail
	}
	d.acts, d.last = append(d.acts, act), in
	return casework.Receipt{Code: "receipt.done", Args: map[string]string{"file": string(fileID(1))}}, nil
}

func (d *fakeDesk) found() error {
	if d.lost {
		return fault.Withheld("test")
	}
	return nil
}

type (
	fakeCtx = context.Context
	fakeWho = access.Who
)

func (d *fakeDesk) SignIn(_ fakeCtx, in desk.SignInInput) (desk.SignedIn, error) {
	if in.Password.Reveal() != "right" {
		return desk.SignedIn{}, fault.New(fault.Unauthenticated, "auth.wrong")
	}
	d.device = in.Device
	if d.second {
		return desk.SignedIn{Ticket: "ticket"}, nil
	}
	return desk.SignedIn{Token: withheld.New("t-" + in.Login), Device: "mark-of-" + in.Login, Lasts: 12 * time.Hour}, nil
}
func (d *fakeDesk) Session(_ fakeCtx, token withheld.Text) (desk.Session, error) {
	if !strings.HasPrefix(token.Reveal(), "t-") {
		return desk.Session{}, fault.New(fault.Unauthenticated, "session.over")
	}
	acts := []string{"work", "concern", "inbox", "docket", "check", "grounds", "emergency", "directory", "places", "admin", "staff", "disputes", "questions", "complaints", "calls", "close_page", "operations", "households", "hearings", "rolls", "tracks", "overdue", "figures", "estimates", "law_move", "adoption", "erasures", "retention"}
	if token.Reveal() == "t-clerk" {
		acts = nil
	}
	return desk.Session{Who: access.Who{Worker: id.Worker(token.Reveal())}, BodyName: "Body of " + token.Reveal(), Acts: acts, Fresh: !d.stale, Lacks: d.lacks, Once: d.once}, nil
}
func (d *fakeDesk) BodyNames(fakeCtx, fakeWho, ...id.Body) (map[id.Body]string, error) {
	return nil, nil
}
func (d *fakeDesk) MyWork(fakeCtx, fakeWho, desk.WorkFilter, string) (desk.Work, error) {
	return fullWork(), nil
}
func (d *fakeDesk) ConcernForm(fakeCtx, fakeWho) (desk.ConcernForm, error) {
	return concernChoices, nil
}
func (d *fakeDesk) RecordConcern(_ fakeCtx, _ fakeWho, in desk.ConcernInput) (casework.Receipt, error) {
	return d.done("concern", in)
}
func (d *fakeDesk) ConcernResult(fakeCtx, fakeWho, id.File) (desk.ConcernResult, error) {
	return desk.ConcernResult{Result: screening}, d.found()
}
func (d *fakeDesk) ReferForm(fakeCtx, fakeWho, id.File) (desk.ReferForm, error) {
	return refer, d.found()
}
func (d *fakeDesk) Refer(_ fakeCtx, _ fakeWho, in desk.ReferInput) (casework.Receipt, error) {
	return d.done("refer", in)
}
func (d *fakeDesk) Referred(fakeCtx, fakeWho, id.Referral) (casework.Receipt, error) {
	return fullReceipt, d.found()
}
func (d *fakeDesk) Referral(fakeCtx, fakeWho, id.Referral) (desk.ReferralView, error) {
	return referral(), d.found()
}
func (d *fakeDesk) Inbox(fakeCtx, fakeWho) ([]desk.ReferralView, error) { return nil, nil }
func (d *fakeDesk) Acknowledge(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("acknowledge", in)
}
func (d *fakeDesk) Accept(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("accept", in)
}
func (d *fakeDesk) Refuse(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("refuse", in)
}
func (d *fakeDesk) Ask(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("ask", in)
}
func (d *fakeDesk) AnswerQuestion(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("answer", in)
}
func (d *fakeDesk) UndoAccept(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("undo", in)
}
func (d *fakeDesk) Withdraw(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("withdraw", in)
}
func (d *fakeDesk) Arrived(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("arrived", in)
}
func (d *fakeDesk) Left(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("left", in)
}

func (d *fakeDesk) Stayed(_ fakeCtx, _ fakeWho, in desk.AnswerInput) (casework.Receipt, error) {
	return d.done("stayed", in)
}
func (d *fakeDesk) File(fakeCtx, fakeWho, id.File, string) (desk.FileView, error) {
	return fullFile(), d.found()
}
func (d *fakeDesk) FileActs(fakeCtx, fakeWho, id.File) ([]string, error) {
	return []string{"identity", "consent", "right", "correct", "freeze", "same"}, d.found()
}

func (d *fakeDesk) ShowIdentity(fakeCtx, fakeWho, id.File) (desk.FileView, error) {
	_, err := d.done("show", nil)
	return fullFile(), err
}
func (d *fakeDesk) AddIdentity(_ fakeCtx, _ fakeWho, in desk.IdentityInput) (casework.Receipt, error) {
	return d.done("identity", in)
}
func (d *fakeDesk) SetContact(_ fakeCtx, _ fakeWho, in desk.ContactInput) (casework.Receipt, error) {
	return d.done("contact", in)
}
func (d *fakeDesk) AddNote(_ fakeCtx, _ fakeWho, in desk.NoteInput) (casework.Receipt, error) {
	return d.done("note", in)
}
func (d *fakeDesk) RecordRight(_ fakeCtx, _ fakeWho, in desk.RightInput) (casework.Receipt, error) {
	return d.done("right", in)
}
func (d *fakeDesk) ConsentForm(fakeCtx, fakeWho, id.File) (desk.ConsentForm, error) {
	return desk.ConsentForm{}, d.found()
}
func (d *fakeDesk) GiveConsent(_ fakeCtx, _ fakeWho, in desk.ConsentInput) (casework.Receipt, error) {
	return d.done("consent", in)
}
func (d *fakeDesk) FinishTask(_ fakeCtx, _ fakeWho, in desk.TaskInput) (casework.Receipt, error) {
	return d.done("task", in)
}

func (d *fakeDesk) WithdrawConsent(_ fakeCtx, _ fakeWho, in desk.ConsentInput) (casework.Receipt, error) {
	return d.done("withdraw consent", in)
}
func (d *fakeDesk) Correct(_ fakeCtx, _ fakeWho, in desk.CorrectInput) (casework.Receipt, error) {
	return d.done("correct", in)
}
func (d *fakeDesk) SaySame(_ fakeCtx, _ fakeWho, in desk.SameInput) (casework.Receipt, error) {
	return d.done("same", in)
}
func (d *fakeDesk) Freeze(_ fakeCtx, _ fakeWho, in desk.FreezeInput) (casework.Receipt, error) {
	return d.done("freeze", in)
}
func (d *fakeDesk) StepForm(fakeCtx, fakeWho, id.File, string) (desk.StepForm, error) {
	if d.two {
		return twoStep(nil), d.found()
	}
	return adverseStep, d.found()
}
func (d *fakeDesk) BeginForm(fakeCtx, fakeWho, string) (desk.BeginForm, error) {
	return beginning, d.found()
}
func (d *fakeDesk) BeginEffects(fakeCtx, fakeWho, desk.BeginInput) (desk.Effects, error) {
	return stepEffects, d.found()
}
func (d *fakeDesk) Begin(_ fakeCtx, _ fakeWho, in desk.BeginInput) (casework.Receipt, error) {
	return d.done("begin", in)
}
func (d *fakeDesk) StepEffects(fakeCtx, fakeWho, desk.StepInput) (desk.Effects, error) {
	return stepEffects, d.found()
}
func (d *fakeDesk) After(fakeCtx, fakeWho, id.File, string) (desk.After, error) {
	return afterStep, nil
}
func (d *fakeDesk) TakeStep(_ fakeCtx, _ fakeWho, in desk.StepInput) (casework.Receipt, error) {
	return d.done("step", in)
}
func (d *fakeDesk) Directory(fakeCtx, fakeWho, desk.DirectoryFilter) (desk.Directory, error) {
	return desk.Directory{}, nil
}
func (d *fakeDesk) House(fakeCtx, fakeWho) (desk.House, error) { return fullHouse(), nil }
func (d *fakeDesk) Guest(fakeCtx, fakeWho, id.File) (desk.GuestView, error) {
	return fullGuest(), d.found()
}
func (d *fakeDesk) HouseMonth(fakeCtx, fakeWho, time.Time) (desk.Month, error) { return fullMonth, nil }
func (d *fakeDesk) LogCare(_ fakeCtx, _ fakeWho, in desk.CareInput) (casework.Receipt, error) {
	return d.done("care", in)
}
func (d *fakeDesk) SetGoal(_ fakeCtx, _ fakeWho, in desk.GoalInput) (casework.Receipt, error) {
	return d.done("goal", in)
}
func (d *fakeDesk) CloseGoal(_ fakeCtx, _ fakeWho, in desk.CloseGoalInput) (casework.Receipt, error) {
	return d.done("goal", in)
}
func (d *fakeDesk) RecordIncident(_ fakeCtx, _ fakeWho, in desk.IncidentInput) (casework.Receipt, error) {
	return d.done("incident", in)
}
func (d *fakeDesk) MyPlaces(fakeCtx, fakeWho) ([]desk.PlaceView, error) { return nil, nil }
func (d *fakeDesk) ChangePlace(_ fakeCtx, _ fakeWho, in desk.PlaceInput) (casework.Receipt, error) {
	return d.done("place", in)
}
func (d *fakeDesk) Docket(fakeCtx, fakeWho, desk.DocketFilter, string) (desk.Docket, error) {
	return desk.Docket{}, nil
}
func (d *fakeDesk) Search(_ fakeCtx, _ fakeWho, in desk.SearchInput) (desk.Found, error) {
	d.last = in
	return desk.Found{}, nil
}
func (d *fakeDesk) PublicDirectory(_ fakeCtx, lang string) (desk.PublicDirectory, error) {
	return desk.PublicDirectory{About: []byte("{}"), Services: []byte(`{"contents":["` + lang + `"]}`)}, nil
}
func (d *fakeDesk) CaseRecord(_ fakeCtx, _ fakeWho, _ id.File, named bool) (desk.CaseRecord, error) {
	name := ""
	if named {
		name = "Гүл"
	}
	return desk.CaseRecord{Rows: [][]string{{"prs_SecondName", "prs_Gender"}, {name, "Feminine"}}, JSON: []byte(`{"records":[]}`)}, nil
}
func (d *fakeDesk) CasesForm(fakeCtx, fakeWho) (string, error) { return "k", nil }
func (d *fakeDesk) ReadCases(_ fakeCtx, _ fakeWho, in desk.CasesInput) (desk.CasesRead, error) {
	return desk.CasesRead{Key: in.Key, Kept: in.Kept(), Rows: []desk.CaseRow{{Line: 2, Name: in.Text}}}, nil
}
func (d *fakeDesk) TakeCasesIn(fakeCtx, fakeWho, desk.CasesInput) (casework.Receipt, error) {
	return casework.Receipt{Code: "receipt.cases_taken_in"}, nil
}
func (d *fakeDesk) TakeOut(_ fakeCtx, _ fakeWho, in desk.TakeOutInput) (desk.Mark, error) {
	return d.take("take_out")
}
func (d *fakeDesk) CheckForm(fakeCtx, fakeWho) (desk.CheckForm, error) { return desk.CheckForm{}, nil }
func (d *fakeDesk) RemovalCheck(_ fakeCtx, _ fakeWho, in desk.CheckInput) (desk.CheckAnswer, error) {
	_, err := d.done("check", in)
	return desk.CheckAnswer{Answer: "no_bar_on_record", At: noon}, err
}
func (d *fakeDesk) Bodies(fakeCtx, fakeWho) (desk.Bodies, error) { return desk.Bodies{}, nil }
func (d *fakeDesk) ChangeBody(_ fakeCtx, _ fakeWho, in desk.BodyInput) (casework.Receipt, error) {
	return d.done("body", in)
}
func (d *fakeDesk) Workers(fakeCtx, fakeWho) (desk.Workers, error) { return desk.Workers{}, nil }
func (d *fakeDesk) ChangeWorker(_ fakeCtx, _ fakeWho, in desk.WorkerInput) (desk.WorkerDone, error) {
	r, err := d.done("worker", in)
	return desk.WorkerDone{Receipt: r}, err
}
func (d *fakeDesk) Motions(fakeCtx, fakeWho) (desk.Motions, error) { return desk.Motions{}, nil }
func (d *fakeDesk) DecideMotion(_ fakeCtx, _ fakeWho, in desk.MotionInput) (casework.Receipt, error) {
	return d.done("motion", in)
}
func (d *fakeDesk) Machines(fakeCtx, fakeWho) (desk.Machines, error) { return desk.Machines{}, nil }
func (d *fakeDesk) ChangeMachine(_ fakeCtx, _ fakeWho, in desk.MachineInput) (desk.MachineDone, error) {
	r, err := d.done("machine", in)
	return desk.MachineDone{Receipt: r}, err
}
func (d *fakeDesk) SetOwnPassword(_ fakeCtx, _ fakeWho, in desk.OwnPasswordInput) error {
	_, err := d.done("own_password", in)
	return err
}
func (d *fakeDesk) Story(_ fakeCtx, property, column string) (desk.Story, error) {
	if property == "none" {
		return desk.Story{}, fault.Withheld("no such cell")
	}
	return fullStory(), nil
}
func (d *fakeDesk) LawInTime(_ fakeCtx, procedure, from, to string) (desk.LawInTime, error) {
	return fullLaw(), nil
}
func (d *fakeDesk) Questions(fakeCtx) (desk.Questions, error) { return fullQuestions(), nil }
func (d *fakeDesk) Dispute(_ fakeCtx, in desk.DisputeInput) (casework.Receipt, error) {
	return d.done("dispute", in)
}
func (d *fakeDesk) LawMove(fakeCtx, fakeWho) (desk.LawMoveView, error) { return fullMove, nil }
func (d *fakeDesk) Adoption(fakeCtx, fakeWho) (desk.AdoptionView, error) {
	return fullAdoption, nil
}
func (d *fakeDesk) DecideAdoption(_ fakeCtx, _ fakeWho, in desk.AdoptionInput) (casework.Receipt, error) {
	return d.done("adopt", in)
}
func (d *fakeDesk) LookAtLaw(fakeCtx, fakeWho) error { return nil }
func (d *fakeDesk) SignLaw(_ fakeCtx, _ fakeWho, in desk.LawMoveInput) (casework.Receipt, error) {
	return d.done("sign law", in)
}
func (d *fakeDesk) Disputes(fakeCtx, fakeWho) ([]desk.DisputeView, error) { return fullDisputes(), nil }
func (d *fakeDesk) AnswerDispute(_ fakeCtx, _ fakeWho, in desk.ReplyInput) (casework.Receipt, error) {
	return d.done("answer dispute", in)
}
func (d *fakeDesk) Guarantees(fakeCtx) (desk.Guarantees, error)      { return fullGuarantees(), nil }
func (d *fakeDesk) Ledger(fakeCtx, fakeWho) (desk.LedgerView, error) { return desk.LedgerView{}, nil }
func (d *fakeDesk) LedgerCheckpoint(fakeCtx) (string, error)         { return "pana\n1\n", nil }
func (d *fakeDesk) LedgerTile(_ fakeCtx, path string) ([]byte, bool, error) {
	if path != "tile/0/000" && path != "tile/0/001.p/3" {
		return nil, false, fault.Withheld("no such tile")
	}
	return []byte("hashes"), path == "tile/0/000", nil
}
func (d *fakeDesk) Openings(fakeCtx, fakeWho, id.File) (desk.OpeningsView, error) {
	return fullOpenings, nil
}
func (d *fakeDesk) TakeOpenings(_ fakeCtx, _ fakeWho, in desk.TakeOpeningsInput) ([]byte, desk.Mark, error) {
	if in.Purpose == "" {
		return nil, desk.Mark{}, fault.Form(fault.Field{Name: "taken_for", Code: "field.required"})
	}
	m, err := d.take("openings")
	return []byte(`{"taken_as": 4096}`), m, err
}

// take records what leaves Pana apart from acts: of what a page shows a GET is
// recorded, and changes nothing.
func (d *fakeDesk) take(what string) (desk.Mark, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return desk.Mark{}, d.fail
	}
	if d.deaf {
		return desk.Mark{}, fault.New(fault.Busy, "ledger.not_signed")
	}
	d.taken = append(d.taken, what)
	return desk.Mark{N: 4096, At: noon, Body: "019dcd4tvw7rtc1g3qvyvpxq7e"}, nil
}
func (d *fakeDesk) Take(_ fakeCtx, _ fakeWho, in desk.Taking) (desk.Mark, error) {
	return d.take(in.What)
}

// visitor sends requests as a browser would, with its cookies.
type visitor struct {
	t       *testing.T
	handler http.Handler
	cookies map[string]string
	headers map[string]string
}

func newVisitor(t *testing.T, d *fakeDesk) *visitor {
	t.Helper()
	return newLimitedVisitor(t, d, nil)
}

// in is the same visitor, signed in.
func (v *visitor) in(as string) *visitor {
	v.cookies[sessionCookie(1)] = "t-" + as
	return v
}

func (v *visitor) get(path string) *httptest.ResponseRecorder {
	return v.send(httptest.NewRequest(http.MethodGet, path, nil))
}

func (v *visitor) post(path string, form url.Values) *httptest.ResponseRecorder {
	return v.postText(path, form.Encode())
}

func (v *visitor) postText(path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(r)
}

func (v *visitor) send(r *http.Request) *httptest.ResponseRecorder {
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for name, value := range v.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		v.cookies[c.Name] = c.Value
	}
	return w
}

// with copies values and sets more: pairs of name and value.
func with(v url.Values, pairs ...string) url.Values {
	out := maps.Clone(v)
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

func (d *fakeDesk) EmergencyForm(fakeCtx, fakeWho) (desk.EmergencyForm, error) {
	return emergencyChoices, nil
}
func (d *fakeDesk) OpenEmergency(_ fakeCtx, _ fakeWho, in desk.EmergencyInput) (desk.EmergencyView, casework.Receipt, error) {
	if d.lost {
		return desk.EmergencyView{}, casework.Receipt{}, fault.Withheld("test")
	}
	r, err := d.done("emergency", in)
	return emergencyShown, r, err
}
func (d *fakeDesk) EmergencyFile(fakeCtx, fakeWho, id.File) (desk.EmergencyView, error) {
	return emergencyShown, d.found()
}
func (d *fakeDesk) EmergencyReview(fakeCtx, fakeWho, id.File) (desk.EmergencyReview, error) {
	return openingsToReview, d.found()
}
func (d *fakeDesk) ReviewEmergency(_ fakeCtx, _ fakeWho, in desk.ReviewInput) (casework.Receipt, error) {
	return d.done("review", in)
}
func (d *fakeDesk) FollowUps(fakeCtx, fakeWho, id.File) (desk.FollowUps, error) {
	return toFollowUp, d.found()
}
func (d *fakeDesk) FollowUp(_ fakeCtx, _ fakeWho, in desk.FollowUpInput) (casework.Receipt, error) {
	return d.done("followup", in)
}
func (d *fakeDesk) Alarm(fakeCtx, fakeWho, id.Check) (desk.Alarm, error) { return alarm, d.found() }
func (d *fakeDesk) ReviewAlarm(_ fakeCtx, _ fakeWho, in desk.ReviewInput) (casework.Receipt, error) {
	return d.done("alarm", in)
}

func (d *fakeDesk) CheckGrounds(fakeCtx, fakeWho, id.Check) (desk.Grounds, error) {
	return desk.Grounds{}, fault.Withheld("no such check")
}

func (d *fakeDesk) Tracks(fakeCtx, fakeWho) (desk.Tracks, error) { return fullTracks, nil }
func (d *fakeDesk) Track(fakeCtx, fakeWho, id.Track) (desk.TrackView, error) {
	return fullTrack, d.found()
}
func (d *fakeDesk) OpenTrack(_ fakeCtx, _ fakeWho, in desk.TrackInput) (casework.Receipt, error) {
	return d.done("track", in)
}
func (d *fakeDesk) ActOnTrack(_ fakeCtx, _ fakeWho, in desk.TrackAct) (casework.Receipt, error) {
	return d.done("track", in)
}
func (d *fakeDesk) TrackFigures(fakeCtx, fakeWho, string) (desk.TrackFigures, error) {
	return fullTrackFigures, nil
}
func (d *fakeDesk) FigureList(fakeCtx, fakeWho) (desk.FigureList, error) { return fullFigureList, nil }
func (d *fakeDesk) Figures(fakeCtx, fakeWho, string, int, int) (desk.Figures, error) {
	return fullFigures, nil
}
func (d *fakeDesk) Overseen(fakeCtx, fakeWho) (desk.Overseen, error)     { return fullOverseen, nil }
func (d *fakeDesk) Operations(fakeCtx, fakeWho) (desk.Operations, error) { return fullOperations, nil }
func (d *fakeDesk) Operation(fakeCtx, fakeWho, id.Operation) (desk.OperationView, error) {
	return fullOperation, d.found()
}
func (d *fakeDesk) Households(fakeCtx, fakeWho) (desk.Households, error) { return fullHouseholds, nil }
func (d *fakeDesk) Household(fakeCtx, fakeWho, id.Operation) (desk.HouseholdView, error) {
	return fullHousehold, d.found()
}
func (d *fakeDesk) HouseholdAreas(fakeCtx, fakeWho) (desk.HouseholdAreas, error) {
	return fullAreas, nil
}
func (d *fakeDesk) VisitDoor(_ fakeCtx, _ fakeWho, in desk.HouseholdInput) (casework.Receipt, error) {
	return d.done("visit", in)
}
func (d *fakeDesk) Met(_ fakeCtx, _ fakeWho, in desk.OperationInput) (casework.Receipt, error) {
	r, err := d.done("met", in)
	r.Args = map[string]string{"operation": string(in.Operation), "n": "2", "before": "0", "all": "2"}
	return r, err
}

func (d *fakeDesk) Family(fakeCtx, fakeWho, id.File) (desk.Family, error) {
	return fullFamily, d.found()
}
func (d *fakeDesk) SayKin(_ fakeCtx, _ fakeWho, in desk.KinInput) (casework.Receipt, error) {
	return d.done("say kin", in)
}
func (d *fakeDesk) ChangeKin(_ fakeCtx, _ fakeWho, in desk.KinChange) (casework.Receipt, error) {
	return d.done("change kin", in)
}
func (d *fakeDesk) FamilyStep(fakeCtx, fakeWho, id.File, string) (desk.FamilyStep, error) {
	return fullFamilyStep, d.found()
}
func (d *fakeDesk) TakeFamily(_ fakeCtx, _ fakeWho, in desk.FamilyInput) ([]desk.FamilyDone, error) {
	r, err := d.done("family step", in)
	out := []desk.FamilyDone{{File: fileID(1), Number: "A", Receipt: r}}
	if err != nil {
		out[0].Refused = fault.New(fault.Invalid, "step.not_open")
	}
	return out, err
}
func (d *fakeDesk) HideKin(_ fakeCtx, _ fakeWho, _ string, file id.File, _ bool) (casework.Receipt, error) {
	return d.done("hide kin", file)
}

func (d *fakeDesk) Calls(fakeCtx, fakeWho) (desk.Calls, error) { return fullCalls, nil }
func (d *fakeDesk) TakeCall(_ fakeCtx, _ fakeWho, in desk.CallInput) (casework.Receipt, error) {
	r, err := d.done("call", in)
	r.Args = map[string]string{"signal": string(fullCall.Signal)}
	return r, err
}
func (d *fakeDesk) Call(fakeCtx, fakeWho, id.Signal) (desk.CallView, error) {
	return fullCall, d.found()
}
func (d *fakeDesk) CloseCall(_ fakeCtx, _ fakeWho, in desk.CloseCallInput) (casework.Receipt, error) {
	return d.done("close call", in)
}
func (d *fakeDesk) LinkCallers(_ fakeCtx, _ fakeWho, in desk.LinkingInput) (casework.Receipt, error) {
	return d.done("link callers", in)
}
func (d *fakeDesk) NotTheSame(_ fakeCtx, _ fakeWho, in desk.UnlinkInput) (casework.Receipt, error) {
	return d.done("not the same", in)
}
func (d *fakeDesk) ToAmend(fakeCtx, fakeWho, id.Signal) (desk.AmendView, error) {
	return fullAmend, d.found()
}
func (d *fakeDesk) AmendCall(_ fakeCtx, _ fakeWho, in desk.AmendInput) (casework.Receipt, error) {
	return d.done("amend call", in)
}
func (d *fakeDesk) RangBack(_ fakeCtx, _ fakeWho, in desk.RangInput) (casework.Receipt, error) {
	return d.done("rang back", in)
}
func (d *fakeDesk) TakeOver(_ fakeCtx, _ fakeWho, in desk.TakeOverInput) (casework.Receipt, error) {
	return d.done("take over", in)
}

func (d *fakeDesk) HearingForm(fakeCtx, fakeWho, id.File, string) (desk.HearingForm, error) {
	return hearingToSet, d.found()
}
func (d *fakeDesk) Hearing(fakeCtx, fakeWho, id.File, id.Hearing) (desk.HearingView, error) {
	return fullHearing, d.found()
}
func (d *fakeDesk) Hearings(fakeCtx, fakeWho, time.Time, bool) (desk.HearingCalendar, error) {
	return fullCalendar, nil
}
func (d *fakeDesk) SetHearing(_ fakeCtx, _ fakeWho, in desk.HearingInput) (casework.Receipt, error) {
	return d.done("set hearing", in)
}
func (d *fakeDesk) SayInterpreter(_ fakeCtx, _ fakeWho, in desk.InterpreterInput) (casework.Receipt, error) {
	return d.done("interpreter", in)
}
func (d *fakeDesk) CloseHearing(_ fakeCtx, _ fakeWho, in desk.CloseHearingInput) (casework.Receipt, error) {
	return d.done("close hearing", in)
}

func (d *fakeDesk) ShareOut(fakeCtx, fakeWho, []desk.Piece) (desk.Sharing, error) {
	return fullSharing, d.fail
}
func (d *fakeDesk) GiveWork(_ fakeCtx, _ fakeWho, in desk.GiveInput) ([]desk.GiveDone, error) {
	_, err := d.done("give work", in)
	return fullGiven, err
}
func (d *fakeDesk) Given(fakeCtx, fakeWho, id.File, string) (desk.GivenView, error) {
	return givenToMe, d.found()
}
func (d *fakeDesk) GiveBack(_ fakeCtx, _ fakeWho, in desk.GiveBackInput) (casework.Receipt, error) {
	return d.done("give back", in)
}

func (d *fakeDesk) Staff(fakeCtx, fakeWho) ([]desk.Load, error)  { return fullShare.Staff, nil }
func (d *fakeDesk) Away(fakeCtx, fakeWho) (desk.AwayView, error) { return fullAway, nil }
func (d *fakeDesk) SetAway(_ fakeCtx, _ fakeWho, in desk.AwayInput) (casework.Receipt, error) {
	return d.done("away", in)
}

func (d *fakeDesk) Propose(_ fakeCtx, _ fakeWho, in desk.StepInput) (casework.Receipt, error) {
	return d.done("propose", in)
}
func (d *fakeDesk) Proposal(fakeCtx, fakeWho, id.File, string) (desk.ProposalView, error) {
	return proposedStep, d.found()
}
func (d *fakeDesk) Confirm(_ fakeCtx, _ fakeWho, in desk.ConfirmInput) (casework.Receipt, error) {
	return d.done("confirm", in)
}
func (d *fakeDesk) SendBack(_ fakeCtx, _ fakeWho, in desk.ConfirmInput) (casework.Receipt, error) {
	return d.done("send back", in)
}
func (d *fakeDesk) WithdrawProposal(_ fakeCtx, _ fakeWho, in desk.ConfirmInput) (casework.Receipt, error) {
	return d.done("withdraw", in)
}
