package desk

import (
	"context"
	"slices"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
)

// OpenQuestion is something the sources do not settle, with the cells that hang
// on it. What it says, and what to ask, is wording: question.ID and its .ask.
type OpenQuestion struct {
	ID        string
	Procedure string
	Basis     []procedure.Basis
	To        []string // who is asked: wording asked.ID
	Hang      []HangingOn
	Stands    QuestionStands
}

// QuestionStands is what became of a question, as everybody reads it: not who
// recorded it.
type QuestionStands struct {
	State    string // casework.QuestionStates
	To       string
	PutOn    string // 2026-11-02
	Letter   withheld.Text
	Answered string
	Answer   withheld.Text
	Source   withheld.Text
}

// HangingOn is a property with the columns in which a question would decide.
type HangingOn struct {
	Property string
	Columns  []Column
}

// Questions are the open questions of the pack.
type Questions struct {
	List     []OpenQuestion
	Cells    int // answers that hang on some question
	States   map[string]int
	Editions string
	Imprint  Imprint
	Complete bool
}

// Questions lists what must be asked of the State; those on which most hangs
// come first.
func (d *Desk) Questions(ctx context.Context) (Questions, error) {
	g := d.guarantees()
	out := Questions{Editions: g.Editions, Imprint: g.Imprint, Complete: g.Complete()}
	cells := g.Cells()
	hang := map[string][]HangingOn{}
	for _, c := range cells {
		asked := slices.Clone(c.Questions)
		for _, k := range c.Kinds {
			asked = append(asked, k.Questions...)
		}
		slices.Sort(asked)
		if asked = slices.Compact(asked); len(asked) > 0 {
			out.Cells++
		}
		for _, q := range asked {
			col := Column{Snapshot: c.Snapshot, Overlays: c.Overlay}
			i := slices.IndexFunc(hang[q], func(h HangingOn) bool { return h.Property == c.Property })
			if i < 0 {
				i = len(hang[q])
				hang[q] = append(hang[q], HangingOn{Property: c.Property})
			}
			hang[q][i].Columns = append(hang[q][i].Columns, col)
		}
	}
	ofKeeping := slices.Clone(d.pack().Keeping.Questions)
	for i := range ofKeeping {
		ofKeeping[i].Procedure = "keeping" // wording procedure.keeping
	}
	said, err := d.questionsSaid(ctx)
	if err != nil {
		return Questions{}, err
	}
	out.States = map[string]int{}
	for _, q := range slices.Concat(d.pack().Spec.Questions, ofKeeping) {
		one := OpenQuestion{ID: q.ID, Procedure: q.Procedure, Basis: q.Basis, To: q.To, Hang: hang[q.ID], Stands: stands(said[q.ID])}
		out.States[one.Stands.State]++
		out.List = append(out.List, one)
	}
	slices.SortStableFunc(out.List, func(a, b OpenQuestion) int { return b.Answers() - a.Answers() })
	return out, nil
}

// Answers is how many cells hang on the question.
func (q OpenQuestion) Answers() int {
	n := 0
	for _, h := range q.Hang {
		n += len(h.Columns)
	}
	return n
}

// maxQuestions bounds a list that is read whole: a pack has some hundreds.
const maxQuestions = 2000

// questionsSaid are the questions of which something was recorded.
func (d *Desk) questionsSaid(ctx context.Context) (map[string]*casework.StateQuestion, error) {
	all, err := folded[*casework.StateQuestion](ctx, d, casework.QuestionsTable, store.Query{Scope: everything, Limit: maxQuestions})
	if err != nil {
		return nil, fault.At("questions to the State", err)
	}
	out := map[string]*casework.StateQuestion{}
	for _, q := range all {
		out[q.Question] = q
	}
	return out, nil
}

func stands(q *casework.StateQuestion) QuestionStands {
	if q == nil {
		return QuestionStands{State: casework.QuestionNotPut}
	}
	n := q.Now
	return QuestionStands{n.State, n.To, n.PutOn, n.Letter, n.Answered, n.Answer, n.Source}
}
