package pack

import (
	"testing"
	"time"
)

// What is forgotten is compiled again to the same law.
func TestAForgottenDayIsTheSameLaw(t *testing.T) {
	t.Parallel()
	p, problems := Load(base(t))
	if bad := Errors(problems); len(bad) > 0 {
		t.Fatal(bad[0])
	}
	day := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	before, _ := p.At(day)
	p.Forget()
	after, problems := p.At(day)
	if after == before || after.Model == nil || len(Errors(problems)) > 0 || after.Law != before.Law || after.Rest != before.Rest || after.Day != before.Day {
		t.Errorf("law %s became %s (%v)", before.Law, after.Law, problems)
	}
}
