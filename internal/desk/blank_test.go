package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/wording"
)

func codesOf(t *testing.T, w *world, who access.Who) []string {
	t.Helper()
	all, err := w.desk.Forms(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range all.Lines {
		if slices.Contains(out, l.Code) {
			t.Errorf("%s has %s twice", who.BodyKind, l.Code)
		}
		out = append(out, l.Code)
		if _, err := w.desk.BlankForm(t.Context(), who, l.Code); err != nil {
			t.Errorf("%s, form %s: %v", who.BodyKind, l.Code, err)
		}
	}
	return out
}

// Each body finds what it uses, by the pack's own words on who takes which step.
func TestFormsAreThoseOfTheBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	for _, row := range []struct {
		why       string
		who       access.Who
		has, lack []string
	}{
		{"an inspector meets people", w.inspector, []string{"concern", "referral", "identity"}, []string{"call", "step.refuse_claim"}},
		{"an officer at the border writes the word down", w.border, []string{"begin.voice_claim", "concern"}, []string{"step.refuse_claim", "begin.notice_home_birth"}},
		{"who decides has the decision", akimat, []string{"step.refuse_claim", "step.interview"}, []string{"call", "operation"}},
		{"who keeps accounts has none", w.admin, nil, []string{"concern", "call", "operation", "identity", "referral"}},
	} {
		got := codesOf(t, w, row.who)
		for _, code := range row.has {
			if !slices.Contains(got, code) {
				t.Errorf("%s: %s is not there: %v", row.why, code, got)
			}
		}
		for _, code := range row.lack {
			if slices.Contains(got, code) {
				t.Errorf("%s: %s is there", row.why, code)
			}
			if _, err := w.desk.BlankForm(t.Context(), row.who, code); !isWithheld(err) {
				t.Errorf("%s: %s can be printed: %v", row.why, code, err)
			}
		}
	}
}

// A decision on paper has what it must carry, its condition and its articles.
func TestABlankDecisionHasItsLaw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	b, err := w.desk.BlankForm(t.Context(), akimat, "step.refuse_claim")
	if err != nil || b.Offer.Adverse == nil || len(b.Offer.Basis) == 0 || len(b.Fields) == 0 || len(b.Offer.Sets) == 0 || b.Pack == "" {
		t.Fatalf("%+v, %v", b, err)
	}
	if when := b.When(wording.Russian); when == "" || strings.Contains(when, "==") {
		t.Errorf("the condition is not in words: %q", when)
	}
	if b.Line.Kind != desk.BlankStep || b.Line.Own {
		t.Errorf("%+v", b.Line)
	}
}

// A form of a step of two has a line for the second to sign, and no other form has.
func TestAFormOfTwoIsSignedByTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for code, two := range map[string]bool{"step.not_identify": true, "step.identify": false} {
		form, err := w.desk.BlankForm(t.Context(), w.identifiers, code)
		if err != nil || form.Two != two {
			t.Errorf("%s: signed by two is %t: %v", code, form.Two, err)
		}
	}
}
