package synthetic

import (
	"crypto/hmac"
	"crypto/sha256"
	"math"
	"strings"
	"testing"
)

func sealWith(key string) Seal {
	return func(text string) [sha256.Size]byte {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(text))
		return [sha256.Size]byte(h.Sum(nil))
	}
}

func spent(t *testing.T, text, day string, s Spend, seal Seal) (string, Account, error) {
	t.Helper()
	b, err := ReadBudget(text, seal)
	if err != nil {
		t.Fatal(err)
	}
	row, account, err := b.Spend(Spending{Day: day, Name: "people", Spend: s}, seal)
	return text + row, account, err
}

// Ten tenths of a budget can be spent and no eleventh; the next year has its own.
func TestABudgetIsSpentOnce(t *testing.T) {
	seal := sealWith("a")
	text, err := NewBudget(Spend{1, 1e-5}, seal)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if text, _, err = spent(t, text, "2026-05-01", Spend{.1, 1e-7}, seal); err != nil {
			t.Fatal(err)
		}
	}
	if _, a, err := spent(t, text, "2026-12-31", Spend{.1, 1e-9}, seal); err == nil || !strings.Contains(err.Error(), "the budget of 2026 has epsilon 0 ") || a.Left.Epsilon != 0 {
		t.Errorf("an eleventh: %v", err)
	}
	_, a, err := spent(t, text, "2027-01-01", Spend{.4, 1e-6}, seal)
	if err != nil || a.Year != 2027 || math.Abs(a.Left.Epsilon-.6) > 1e-9 {
		t.Errorf("the next year: %+v, %v", a, err)
	}
	if _, _, err := spent(t, text, "2027-01-01", Spend{.4, 1e-4}, seal); err == nil {
		t.Error("more delta than there is was spent")
	}
}

// Nobody without the key changes a budget: each line stands behind the one before.
func TestABudgetIsNotChanged(t *testing.T) {
	seal := sealWith("a")
	text, _ := NewBudget(Spend{1, 1e-5}, seal)
	text, _, _ = spent(t, text, "2026-05-01", Spend{.5, 1e-6}, seal)
	text, _, _ = spent(t, text, "2026-06-01", Spend{.25, 1e-6}, seal)
	rows := strings.SplitAfter(text, "\n")
	for why, changed := range map[string]string{
		"less was spent":     strings.Replace(text, `"epsilon":0.5`, `"epsilon":0.1`, 1),
		"there is more":      strings.Replace(text, `"epsilon":1`, `"epsilon":9`, 1),
		"a line is gone":     rows[0] + rows[2],
		"a line stands anew": rows[0] + rows[2] + rows[1],
		"no first line":      rows[1] + rows[2],
		"twice the first":    rows[0] + text,
		"nothing":            "",
	} {
		if _, err := ReadBudget(changed, seal); err == nil {
			t.Errorf("%s, and the budget was read", why)
		}
	}
	if _, err := ReadBudget(text, sealWith("b")); err == nil {
		t.Error("another key reads it")
	}
}
