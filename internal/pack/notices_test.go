package pack

import "testing"

func TestNoticesHaveWording(t *testing.T) {
	t.Parallel()
	p, _ := Load(edited(t, "procedures/help.yaml", "  form: ask\n", `  form: ask
  adverse: {decider: police, reasons: written, notice: written, language: hers, limit: none, appeal: none}
`))
	for key, want := range map[string]string{
		"step.give_given":      "Give notice: Help",
		"step.give_understood": "Notice is understood: Help",
		"var.give_notice.due":  "due",
	} {
		if got := p.Words().Say("en", key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if p.Words().Has("en", "step.ask_given") {
		t.Error("a step without notice has wording for one")
	}
}
