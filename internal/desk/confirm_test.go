package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Somebody looks for his wife. Whether she is in a shelter or was never heard of, the
// operator who takes his call has the same pages, with the same figures and the same
// answers to everything that can be typed: the call itself, what a search finds, and
// what a concern with her name says.
func TestWhoLooksForSomebodyLearnsNothing(t *testing.T) {
	t.Parallel()
	asks := func(known bool) (out []string) {
		w := newWorld(t)
		ctx := t.Context()
		operator := w.helpline("operator")
		if known {
			file := w.named()
			w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.refer(file), Place: w.bed}))
		}
		say := func(v any, err error) {
			t.Helper()
			if err != nil {
				out = append(out, explain(err))
				return
			}
			out = append(out, w.text(v))
		}
		in := desk.CallInput{
			Channel: "call", Caller: "relative", Region: region, Language: "uz", Safety: "safe_now", Outcome: "information",
			Number: withheld.New("+7 700 555 44 33"), Note: withheld.New("looks for " + planted),
		}
		in.Key = "the call"
		r, err := w.desk.TakeCall(ctx, operator, in)
		say([]any{r.Code, r.Next, r.Told, r.Due}, err)
		list, err := w.desk.Calls(ctx, operator)
		say([]any{list.Figures, len(list.Open)}, err)
		for _, typed := range []string{planted, "Plantedova", "2011", ""} {
			found, err := w.desk.Search(ctx, operator, desk.SearchInput{Text: withheld.New(typed)})
			say([]any{len(found.Lines), found.Next, found.Relations, found.Steps}, err)
		}
		docket, err := w.desk.MyWork(ctx, operator, desk.WorkFilter{}, "")
		say([]any{len(docket.Lines)}, err)
		concern := desk.ConcernInput{
			Key: "a concern", Safety: "not_safe", Age: "15", AgeKnown: "under_18", Sex: "female", Language: "uz", Consent: "child", Region: region,
			CallName: withheld.New(planted), Indicators: theMany, Fear: "not_sure",
		}
		c, err := w.desk.RecordConcern(ctx, operator, concern)
		say([]any{c.Code, c.Next, c.Told, c.Due, c.Args["result"]}, err)
		file := id.File(c.Args["file"])
		n, err := w.desk.AddIdentity(ctx, operator, desk.IdentityInput{Key: "a name", File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01")})
		say([]any{n.Code, n.Next, n.Told, n.Due}, err)
		v, err := w.desk.File(ctx, operator, file, "")
		say([]any{v.Version, v.Same, v.Tabs, v.Acts, v.Sections, len(v.Tasks), len(v.Timeline), len(v.Openings), v.Situation, len(v.Referrals)}, err)
		found, err := w.desk.Search(ctx, operator, desk.SearchInput{Text: withheld.New(planted)})
		say([]any{len(found.Lines)}, err)
		return out
	}
	known, unknown := asks(true), asks(false)
	for i := range known {
		if known[i] != unknown[i] {
			t.Errorf("answer %d when she is on file:\n%s\nwhen she is not:\n%s", i, known[i], unknown[i])
		}
	}
	if len(known) != len(unknown) || len(known) < 10 {
		t.Errorf("%d answers and %d", len(known), len(unknown))
	}
}

// A file that may be of somebody who has one is the coordinator's to look into. What
// the coordinator says of it stands in the history for who may open both files; who
// has only one of them learns neither that it was looked into nor that there is
// another, and a form that they had open is not sent back for it.
func TestThatThereIsAnotherFileIsNotSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ngo := w.body("ngo", "Help", "worker")
	file := func(who access.Who) id.File {
		r := w.must(w.desk.RecordConcern(ctx, who, desk.ConcernInput{
			Key: w.k(), Safety: "safe_now", Age: "15", AgeKnown: "under_18", Sex: "female", Consent: "child", Fear: "no", Region: region, Indicators: theMany,
		}))
		f := id.File(r.Args["file"])
		w.must(w.desk.AddIdentity(ctx, who, desk.IdentityInput{Key: w.k(), File: f, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01")}))
		return f
	}
	first := file(w.inspector)
	second := file(ngo)
	page, err := w.desk.File(ctx, ngo, second, "")
	if err != nil {
		t.Fatal(err)
	}
	refs := []casework.Ref{{Kind: casework.FileStream, ID: string(first)}, {Kind: casework.FileStream, ID: string(second)}}
	w.do(w.coordinator, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.SaySame(store.As[*casework.File](l, refs[0]), store.As[*casework.File](l, refs[1]), "one_person", m)
	})
	reads := func(who access.Who) (codes []string, tasks int) {
		v, err := w.desk.File(ctx, who, second, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range v.Timeline {
			if strings.HasPrefix(l.Code, "event.same") || strings.HasPrefix(l.Code, "event.task") {
				codes = append(codes, l.Code)
			}
		}
		return codes, len(v.Tasks)
	}
	if codes, tasks := reads(ngo); len(codes) != 0 || tasks != 0 {
		t.Errorf("who has only one of them reads %v and %d tasks", codes, tasks)
	}
	if _, err := w.desk.AddIdentity(ctx, ngo, desk.IdentityInput{Key: w.k(), File: second, Version: page.Version, Name: withheld.New("Another Name"), Script: "latn"}); err != nil {
		t.Errorf("a form that was open is sent back: %v", err)
	}
	if codes, tasks := reads(w.coordinator); !slices.Contains(codes, "event.same.said") || tasks == 0 {
		t.Errorf("who said it, and whose task it is, reads %v and %d tasks", codes, tasks)
	}
	w.speaksFor(first, ngo.Body)
	if codes, _ := reads(ngo); !slices.Contains(codes, "event.same.said") {
		t.Errorf("who may open both reads %v", codes)
	}
	w.agrees()
}
