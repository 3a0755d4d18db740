package desk_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/pack"
	"pana/internal/withheld"
)

const cellColumn = "2026-11-21/law"

// aChecker answers at once: E04 fails for everybody, the rest hold.
func aChecker(_ context.Context, p *pack.Pack, q check.Query, o check.Options) ([]check.Cell, error) {
	days := q.Snapshots
	if days == nil {
		days = p.Head.Snapshots
	}
	for _, property := range q.Properties {
		for _, day := range days {
			c := check.Cell{Property: property, Snapshot: day.Format(time.DateOnly), Verdict: check.Holds}
			if property == "E04" {
				c.Verdict, c.Person = check.Fails, map[string]string{"age": "under_18"}
				c.Kinds = []check.Kind{{Kind: map[string]string{"age": "adult"}, Verdict: check.Holds}, {Kind: map[string]string{"age": "under_18"}, Verdict: check.Fails, Questions: []string{"q_23_presumed"}}}
				c.Trace = []check.Event{{Step: "presume", Set: map[string]string{"victim": "presumed"}}, {Step: "clock identify"}, {Step: "send_off", Set: map[string]string{"victim": "not_identified"}, Effect: "removal"}}
				c.Other = &check.Other{Person: c.Person, Trace: []check.Event{c.Trace[0], {Step: "forget", Set: map[string]string{"victim": "none"}}}}
			}
			o.Progress(0, 0, c)
		}
	}
	return nil, nil
}

// newWorldWith is a world whose desk has cells looked for.
func newWorldWith(t *testing.T, c desk.Checker) *world {
	t.Helper()
	w := newWorld(t)
	hasher := auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Threads: 1}, 2)
	var err error
	w.desk, err = desk.New(desk.Deps{
		Store: w.store, Laws: w.laws, Hasher: hasher, Names: linkage.NewIndex([32]byte{1}), Post: w.post, Now: w.now, Check: c,
		Auth: auth.New(desk.SignInStore{Store: w.store, Laws: w.laws, Now: w.now}, hasher, auth.Limits{}, [32]byte{2}),
		Log:  slog.New(slog.NewTextHandler(w.log, nil)),
	})
	if err == nil {
		err = w.desk.LoadNames(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// checked is a world whose cells were looked for.
func checked(t *testing.T, c desk.Checker) *world {
	t.Helper()
	w := newWorldWith(t, c)
	if _, err := w.desk.Guarantees(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.desk.KeepGuarantees(t.Context())
	return w
}

func TestCellsAreLookedForBehindThePage(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, aChecker)
	g, err := w.desk.Guarantees(t.Context())
	if err != nil || g.Done != 0 || g.Total != len(g.Properties)*len(g.Columns) || g.Complete() {
		t.Fatalf("before: %d of %d, %v", g.Done, g.Total, err)
	}
	w.desk.KeepGuarantees(t.Context())
	g, err = w.desk.Guarantees(t.Context())
	if err != nil || g.Current != cellColumn || g.Count(cellColumn)[check.Fails] != 1 {
		t.Errorf("the law of today is %s, %v, %v", g.Current, g.Count(g.Current), err)
	}
	if c, ok := g.Cell("E04", cellColumn); !ok || c.Verdict != check.Fails {
		t.Errorf("E04 is %v %v", c.Verdict, ok)
	}
}

func TestAPropertyThatDoesNotEndIsUnknown(t *testing.T) {
	t.Parallel()
	w := checked(t, func(ctx context.Context, p *pack.Pack, q check.Query, o check.Options) ([]check.Cell, error) {
		if q.Properties[0] == "E04" {
			return nil, errors.New("it was cut short")
		}
		return aChecker(ctx, p, q, o)
	})
	g, err := w.desk.Guarantees(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, ok := g.Cell("E04", cellColumn)
	if !ok || c.Verdict != check.Unknown || !c.Bound {
		t.Errorf("what was not found is %v, bound %t", c.Verdict, c.Bound)
	}
	if _, ok := g.Cell(g.Properties[0].ID, cellColumn); !ok {
		t.Error("one that does not end keeps the others from being found")
	}
}

func TestNothingIsLookedForAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, func(context.Context, *pack.Pack, check.Query, check.Options) ([]check.Cell, error) {
		t.Error("looked for after the end")
		return nil, nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.desk.KeepGuarantees(ctx) // nobody has asked yet, and it returns
}

func TestAStoryIsTold(t *testing.T) {
	t.Parallel()
	w := checked(t, aChecker)
	s, err := w.desk.Story(t.Context(), "E04", cellColumn)
	if err != nil || len(s.Lines) != 3 || len(s.Pictures) == 0 {
		t.Fatalf("%d lines, %d pictures, %v", len(s.Lines), len(s.Pictures), err)
	}
	if s.Lines[1].Clock != "identify" || s.Lines[0].Changed[0].To != "presumed" || len(s.Lines[0].Gained) == 0 {
		t.Errorf("the story is %+v", s.Lines[:2])
	}
	if len(s.Other) != 2 || len(s.Other[1].Lost) == 0 {
		t.Errorf("nothing is lost when a presumed victim is one no more: %+v", s.Other)
	}
	state := map[string]string{}
	for _, b := range s.Pictures[0].States {
		state[b.Value] = b.State
	}
	if state["victim.presumed"] != "been" || state["victim.not_identified"] != "path_end" || state["victim.identified"] != "off_path" {
		t.Errorf("the path is drawn %v", state)
	}
	for _, none := range [][2]string{{"Z99", cellColumn}, {"E04", "1999-01-01/law"}, {"E04", "2026-11-21/nobody"}} {
		if _, err := w.desk.Story(t.Context(), none[0], none[1]); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%v: %v", none, err)
		}
	}
}

func TestQuestionsSayWhatHangsOnThem(t *testing.T) {
	t.Parallel()
	w := checked(t, aChecker)
	q, err := w.desk.Questions(t.Context())
	if err != nil || len(q.List) == 0 || q.List[0].ID != "q_23_presumed" || q.List[0].Hang[0].Property != "E04" || q.Cells == 0 {
		t.Errorf("first of %d is %+v, %v", len(q.List), q.List[0], err)
	}
}

func TestTheLawInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, err := w.desk.LawInTime(t.Context(), "identification", "2016-06-27", "2026-11-21")
	if err != nil || len(l.Changes) == 0 || !l.Drawn || len(l.Picture.Steps) == 0 {
		t.Fatalf("%d changes, drawn %t, %v", len(l.Changes), l.Drawn, err)
	}
	same, err := w.desk.LawInTime(t.Context(), "identification", "2026-11-21", "2026-11-21")
	if err != nil || len(same.Changes) != 0 {
		t.Errorf("one day differs from itself by %d, %v", len(same.Changes), err)
	}
	for _, none := range [][3]string{{"nothing", "", ""}, {"identification", "1999-01-01", ""}, {"identification", "", "x"}} {
		if _, err := w.desk.LawInTime(t.Context(), none[0], none[1], none[2]); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%v: %v", none, err)
		}
	}
}

func TestADisputeIsReadAfterItsReply(t *testing.T) {
	t.Parallel()
	w := checked(t, aChecker)
	in := desk.DisputeInput{Key: w.k(), Property: "E04", Column: cellColumn, Text: withheld.New("Article 20 was amended."), Source: withheld.New("art. 20")}
	made, err := w.desk.Dispute(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.desk.Dispute(t.Context(), in)
	if err != nil || !again.Seen || again.Args["dispute"] != made.Args["dispute"] {
		t.Errorf("sent twice it is two: %+v, %v", again, err)
	}
	dispute := id.Dispute(made.Args["dispute"])
	public := w.disputes()
	if len(public) != 1 || !public[0].Text.Empty() || !public[0].Answered.IsZero() || public[0].ReplyDue.Before(w.now().AddDate(0, 0, 14)) {
		t.Fatalf("before the reply the public reads %+v", public)
	}
	if _, err := w.desk.AnswerDispute(t.Context(), w.inspector, desk.ReplyInput{Key: w.k(), Dispute: dispute, Text: withheld.New("x")}); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("an inspector answers: %v", err)
	}
	if all, err := w.desk.Disputes(t.Context(), w.admin); err != nil || len(all) != 1 || all[0].Text.Reveal() != "Article 20 was amended." {
		t.Errorf("who answers reads %+v, %v", all, err)
	}
	reply := desk.ReplyInput{Key: w.k(), Dispute: dispute, Text: withheld.New("Read, and encoded."), Show: true}
	if _, err := w.desk.AnswerDispute(t.Context(), w.admin, reply); err != nil {
		t.Fatal(err)
	}
	reply.Key = w.k()
	if _, err := w.desk.AnswerDispute(t.Context(), w.admin, reply); !fault.Is(err, "dispute.answered_before") {
		t.Errorf("answered twice: %v", err)
	}
	public = w.disputes()
	if len(public) != 1 || public[0].Text.Reveal() != "Article 20 was amended." || public[0].Reply.Reveal() != "Read, and encoded." || public[0].By == "" || !public[0].Answered.Equal(w.now()) {
		t.Errorf("after the reply the public reads %+v", public)
	}
	if g, err := w.desk.Guarantees(t.Context()); err != nil || g.Disputed["E04/"+cellColumn] != 0 || len(g.Disputed) != 1 {
		t.Errorf("the matrix marks %v, %v", g.Disputed, err)
	}
	if strings.Contains(w.log.String(), "Article 20") {
		t.Error("the log has what was disputed")
	}
}

func (w *world) disputes() []desk.DisputeView {
	w.t.Helper()
	s, err := w.desk.Story(w.t.Context(), "E04", cellColumn)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Disputes
}

func TestDisputesOfOneCellAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := desk.DisputeInput{Property: "E04", Column: cellColumn, Text: withheld.New("no")}
	var err error
	for range 11 {
		in.Key = w.k()
		_, err = w.desk.Dispute(t.Context(), in)
	}
	if !fault.Is(err, "dispute.cell_full") {
		t.Errorf("the eleventh: %v", err)
	}
	in.Key, in.Text = w.k(), withheld.Text{}
	in.Column = "2021-07-01/law"
	if _, err := w.desk.Dispute(t.Context(), in); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a dispute that says nothing: %v", err)
	}
	in.Column = "1999-01-01/law"
	if _, err := w.desk.Dispute(t.Context(), in); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("a cell that is none: %v", err)
	}
}

// A property that fails today touches a person whose situation it speaks of, and
// nobody else.
func TestAFileSaysWhichGapsTouchThePerson(t *testing.T) {
	t.Parallel()
	w := checked(t, aChecker)
	file := id.File(w.concern().Args["file"])
	view, err := w.desk.File(t.Context(), w.inspector, file, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(view.Gaps) != 1 || view.Gaps[0].Property != "E04" || view.Gaps[0].Column != cellColumn {
		t.Errorf("a presumed victim is touched by %+v (situation %v)", view.Gaps, view.Situation)
	}
}
