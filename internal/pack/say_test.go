package pack_test

import (
	"io/fs"
	"testing"

	"pana/internal/pack"
	"pana/internal/wording"
	"pana/packs"
)

func TestRulesInWords(t *testing.T) {
	t.Parallel()
	dir, err := fs.Sub(packs.FS, "atlantis")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := pack.Load(dir)
	for _, row := range []struct {
		why, rule string
		lang      wording.Lang
		want      string
	}{
		{"nothing is asked", "", "en", "always"},
		{"one value", `claim == "open"`, "en", "Claim: open"},
		{"another than", `claim != "open"`, "en", "Claim: not open"},
		{"one of several", `claim in ["open", "review"]`, "ru", "Ходатайство: рассматривается или в суде"},
		{"turned round once, not twice", `!(claim != "open")`, "en", "Claim: open"},
		{"parts", `claim == "open" && age == "child"`, "kk", "Өтініш: қаралуда; және Жасы: бала"},
		{"a part of the other kind in brackets", `claim == "open" && (age == "child" || writes == "able")`, "en", "Claim: open; and (Age: child; or Writing: can write)"},
		{"not both is one or the other not", `!(claim == "open" && age == "child")`, "en", "Claim: not open; or Age: not child"},
		{"what others may read has words of its own", "claim_open", "en", "A claim is open"},
		{"and can be denied", "!claim_open", "en", "not so: A claim is open"},
		{"a question", `unknown("q_limit_stay")`, "en", `if the open question is answered yes: "whose claim is open": also while the month for review runs?`},
		{"a clock that has not ended", `!clock("review_limit").expired`, "en", "time has not run out: To ask for review"},
		{"a right, by what gives it", `has("stay")`, "en", "is owed: Stay while the claim is open or Stay with refuge"},
		{"a right that nobody gives there", `!has("stay", "harbour")`, "en", "is not owed: stay"},
		{"a hidden fact that has words", `danger == "would_be"`, "ru", "Возвращение: было бы опасно"},
		{"a choice", `age == "child" ? claim_open : true`, "en", "if Age: child, then A claim is open; otherwise always"},
		{"what the checker says of a favour", "force: may", "en", "nobody owes it: it is left to discretion"},
		{"what nobody has words for stands as written", `height == "tall"`, "en", "height: tall"},
		{"what cannot be read stands as written", `claim = "open"`, "en", `claim = "open"`},
		{"a number of rounds", "refuge.rounds < 2", "en", "rounds of Refuge less than 2"},
	} {
		if got := p.RuleInWords(row.lang, row.rule); got != row.want {
			t.Errorf("%s: %q, not %q", row.why, got, row.want)
		}
	}
}

func TestFieldsInWords(t *testing.T) {
	t.Parallel()
	dir, err := fs.Sub(packs.FS, "atlantis")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := pack.Load(dir)
	for _, row := range []struct {
		why, field, value string
		lang              wording.Lang
		want              string
	}{
		{"a rule", "when", `claim == "open"`, "en", "Claim: open"},
		{"no rule was written", "must", "", "en", ""},
		{"a question that is open", "exists", "q_limit_stay", "en", `"whose claim is open": also while the month for review runs?`},
		{"bodies, in their order, with what they must be there", "by", "council:member, guard", "ru", "Совет (Член совета), Охрана гавани"},
		{"a length", "length", "3 working days", "ru", "3 рабочих дня"},
		{"one of them", "length", "1 month", "en", "1 month"},
		{"a length that is a question", "length", "unknown(q_limit_stay)", "en", `unknown ("whose claim is open": also while the month for review runs?)`},
		{"no length", "length", "", "en", ""},
		{"what a step changes", "set", "claim: open", "en", "Claim: open"},
		{"a time limit", "adverse.limit", "review_limit", "en", "To ask for review"},
		{"a step", "adverse.appeal", "ask_review", "ru", "Просить суд о пересмотре"},
		{"an open part of a decision", "adverse.reasons", "unknown(q_limit_stay)", "en", `unknown ("whose claim is open": also while the month for review runs?)`},
		{"a duty", "force", "must", "ru", "обязанность"},
		{"who is told", "on_expiry", "tell: council, guard", "en", "Council, Harbour guard"},
		{"what time alone decides", "on_expiry", "deems: refuse", "en", "Refuse refuge"},
		{"what nobody has words for stands as written", "again", "2", "en", "2"},
	} {
		if got := p.FieldInWords(row.lang, row.field, row.value); got != row.want {
			t.Errorf("%s: %q, not %q", row.why, got, row.want)
		}
	}
}
