package desk_test

import (
	"slices"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

// Everybody reads what became of a question, and the pack is as it was; only who may
// records it, and what was said before stays with whose body said it.
func TestAQuestionIsPutAndAnswered(t *testing.T) {
	t.Parallel()
	w := checked(t, aChecker)
	public := func() desk.Questions {
		t.Helper()
		q, err := w.desk.Questions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	before := public()
	i := slices.IndexFunc(before.List, func(q desk.OpenQuestion) bool { return len(q.To) > 0 })
	one := before.List[i]
	if one.Stands.State != casework.QuestionNotPut || before.States[casework.QuestionNotPut] != len(before.List) {
		t.Fatalf("before anybody puts it: %+v, %v", one.Stands, before.States)
	}
	in := desk.QuestionInput{Key: w.k(), Question: one.ID, State: casework.QuestionPut, To: one.To[0], PutOn: "2026-03-02", Letter: withheld.New("1-2/345")}
	if _, err := w.desk.SayQuestion(t.Context(), w.inspector, in); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("an inspector records it: %v", err)
	}
	if _, err := w.desk.KeptQuestion(t.Context(), w.inspector, one.ID); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("an inspector opens it: %v", err)
	}
	other := in
	other.Question = "no_such_question"
	if _, err := w.desk.SayQuestion(t.Context(), w.admin, other); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("of no question of the pack: %v", err)
	}
	other = in
	other.To, other.Key = "nobody_the_pack_asks", w.k()
	if _, err := w.desk.SayQuestion(t.Context(), w.admin, other); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("put to nobody that the pack asks: %v", err)
	}
	w.must(w.desk.SayQuestion(t.Context(), w.admin, in))
	law := w.law()
	answered := in
	answered.Key, answered.Seq, answered.State = w.k(), 1, casework.QuestionAnswered
	answered.Answered, answered.Answer, answered.Source = "2026-03-02", withheld.New("A month."), withheld.New("Letter 7")
	w.must(w.desk.SayQuestion(t.Context(), w.admin, answered))
	after := public()
	now := after.List[slices.IndexFunc(after.List, func(q desk.OpenQuestion) bool { return q.ID == one.ID })]
	if s := now.Stands; s.State != casework.QuestionAnswered || s.To != one.To[0] || s.PutOn != "2026-03-02" || s.Letter.Reveal() != "1-2/345" || s.Answer.Reveal() != "A month." || s.Source.Reveal() != "Letter 7" {
		t.Errorf("everybody reads %+v", s)
	}
	if after.States[casework.QuestionAnswered] != 1 || after.States[casework.QuestionNotPut] != len(after.List)-1 || len(after.List) != len(before.List) {
		t.Errorf("counted are %v", after.States)
	}
	if w.law() != law || now.Answers() != one.Answers() {
		t.Error("an answer changed the law")
	}
	kept, err := w.desk.KeptQuestion(t.Context(), w.admin, one.ID)
	if err != nil || kept.Seq != 2 || len(kept.Past) != 2 || kept.Past[0].State != casework.QuestionAnswered || kept.Past[1].State != casework.QuestionPut || kept.Past[0].Body == "" || kept.Asked[0] != one.To[0] {
		t.Errorf("who keeps it reads %+v, %v", kept, err)
	}
	w.agrees()
}

// law is the digest of the law of today.
func (w *world) law() string {
	w.t.Helper()
	snap, err := w.laws.On(w.now())
	if err != nil {
		w.t.Fatal(err)
	}
	return snap.Law
}
