package packs_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/pack"
	"pana/internal/wording"
)

// A question to the State can be sent: it names who can answer it.
func TestEveryQuestionNamesWhoIsAsked(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	for _, q := range p.AllQuestions() {
		if len(q.To) == 0 {
			t.Errorf("%s:%d: question %s does not say who is asked", q.Pos.File, q.Pos.Line, q.ID)
		}
		for _, lang := range p.Head.Languages {
			if ask := p.Words().Say(wording.Lang(lang), "question."+q.ID+".ask"); !strings.HasSuffix(ask, "?") {
				t.Errorf("%s: %q asks nothing", q.ID, ask)
			}
		}
	}
}

// The sentences to be read first are those on which somebody's safety hangs:
// each procedure whose article bars a removal has one of its bars among them.
func TestTheCriticalSentencesReachEveryBarOfRemoval(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	var bars, among []string
	for _, b := range p.Spec.Bars {
		if b.Level != "bar" || !slices.ContainsFunc(b.Binds, takesOut(p)) {
			continue
		}
		bars = append(bars, b.Procedure)
		if slices.Contains(p.Critical, "bar."+b.ID) {
			among = append(among, b.Procedure)
		}
	}
	if len(bars) == 0 {
		t.Fatal("no article bars a removal")
	}
	slices.Sort(bars)
	for _, procedure := range slices.Compact(bars) {
		// Of statelessness the sentence is the hold's: its article is a question.
		if procedure != "statelessness" && !slices.Contains(among, procedure) {
			t.Errorf("no bar of %s is among the sentences that are read first", procedure)
		}
	}
	for _, key := range []string{"step.voice_claim", "step.refuse_entry", "bar.determination_pending", "clock.expulsion_appeal"} {
		if !slices.Contains(p.Critical, key) {
			t.Errorf("%s is not among the sentences that are read first", key)
		}
	}
}

// takesOut says whether what a bar binds takes a person out of the country.
func takesOut(p *pack.Pack) func(string) bool {
	return func(bound string) bool {
		if bound == "removal" {
			return true
		}
		for _, s := range p.Spec.Steps {
			if s.ID == bound && s.Effect == "removal" {
				return true
			}
		}
		return false
	}
}

// Who reads Kazakh or Russian reads what an article says in Kazakh or Russian.
// That nothing is translated which no file says any more is in TestKazakhstanOperates.
func TestWhatTheLawSaysIsReadInEveryLanguage(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	said := map[string]bool{}
	for _, s := range p.Said() {
		said[s.Text] = true
		for _, lang := range p.Languages() {
			if _, got := p.Words().Sentence(lang, s.Text); got != lang {
				t.Errorf("%s:%d: no %s in wording/law for %q", s.Pos.File, s.Pos.Line, lang, s.Text)
			}
		}
	}
	if len(said) < 900 {
		t.Errorf("%d sentences of the law were looked at: there are more", len(said))
	}
}
