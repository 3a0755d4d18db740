package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/store"
	"pana/internal/withheld"
)

// KeptQuestion is a question as who keeps its state reads it: with everything that
// was said of it, by which body.
type KeptQuestion struct {
	OpenQuestion
	Seq   uint64
	Asked []string // who may be chosen, whom the pack names for it first
	Past  []QuestionPast
}

// QuestionPast is one statement.
type QuestionPast struct {
	QuestionStands
	At   time.Time
	Body string
	Why  withheld.Text
}

// QuestionInput says how a question stands.
type QuestionInput struct {
	Key      string
	Question string
	Seq      uint64
	State    string
	To       string
	PutOn    string
	Letter   withheld.Text
	Answered string
	Answer   withheld.Text
	Source   withheld.Text
	Why      withheld.Text
}

// KeptQuestions is the list of those who keep it.
func (d *Desk) KeptQuestions(ctx context.Context, who access.Who) (Questions, error) {
	if err := d.mayDo(who, access.KeepQuestion, "question"); err != nil {
		return Questions{}, err
	}
	return d.Questions(ctx)
}

// KeptQuestion is one question, to say how it stands.
func (d *Desk) KeptQuestion(ctx context.Context, who access.Who, question string) (KeptQuestion, error) {
	all, err := d.KeptQuestions(ctx, who)
	if err != nil {
		return KeptQuestion{}, err
	}
	i := slices.IndexFunc(all.List, func(q OpenQuestion) bool { return q.ID == question })
	if i < 0 {
		return KeptQuestion{}, fault.Withheld("no such question")
	}
	out := KeptQuestion{OpenQuestion: all.List[i], Asked: d.askable(all.List[i].To)}
	ref := casework.StateQuestionRef(question)
	l, err := d.deps.Store.View(ctx, ref)
	if err != nil {
		return KeptQuestion{}, fault.At("a question", err)
	}
	q := store.As[*casework.StateQuestion](l, ref)
	if q == nil {
		return out, nil
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return KeptQuestion{}, err
	}
	out.Seq = q.Seq()
	for _, p := range slices.Backward(q.Past) {
		said := stands(&casework.StateQuestion{Now: p.QuestionStated})
		out.Past = append(out.Past, QuestionPast{said, p.At, names.of(p.Body), p.Why})
	}
	return out, nil
}

// askable are all whom the pack asks anything, those of one question first.
func (d *Desk) askable(first []string) []string {
	out := slices.Clone(first)
	var rest []string
	for _, q := range slices.Concat(d.pack().Spec.Questions, d.pack().Keeping.Questions) {
		for _, to := range q.To {
			if !slices.Contains(out, to) && !slices.Contains(rest, to) {
				rest = append(rest, to)
			}
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}

// SayQuestion records how a question of the pack stands.
func (d *Desk) SayQuestion(ctx context.Context, who access.Who, in QuestionInput) (casework.Receipt, error) {
	q, err := d.KeptQuestion(ctx, who, in.Question)
	if err != nil {
		return casework.Receipt{}, err
	}
	var bad []fault.Field
	if !slices.Contains(casework.QuestionStates, in.State) {
		bad = append(bad, fault.Field{Name: "question_state", Code: "field.choice"})
	}
	if in.To != "" && !slices.Contains(q.Asked, in.To) {
		bad = append(bad, fault.Field{Name: "asked_to", Code: "field.choice"})
	}
	_, bad = typedDay(bad, "put_on", in.PutOn)
	_, bad = typedDay(bad, "answered_on", in.Answered)
	if err := fault.Form(bad...); err != nil {
		return casework.Receipt{}, err
	}
	said := casework.QuestionStated{
		State: in.State, To: in.To, PutOn: in.PutOn, Letter: in.Letter, Answered: in.Answered, Answer: in.Answer, Source: in.Source, Why: in.Why,
	}
	ref := casework.StateQuestionRef(in.Question)
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.SayQuestion(in.Question, store.As[*casework.StateQuestion](l, ref), in.Seq, said, m)
	})
}
