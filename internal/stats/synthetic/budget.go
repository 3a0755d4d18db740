package synthetic

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Budget is how much may be said of the people of a list in a year, and what was said. It
// is a file of lines that anybody may read: the first says how much, and each further
// one is a release. Each line is sealed with the list's key together with the line before,
// so that none can be changed, taken out of the middle or put elsewhere by whoever
// lacks the key. A line that is missing at the end is not seen by the file alone:
// what was spent stands in each release too.
type Budget struct {
	PerYear Spend
	Spent   []Spending
	last    string // the seal of the last line
}

// Spending is one release.
type Spending struct {
	Day  string `json:"day"` // YYYY-MM-DD; its year is what it is spent of
	Name string `json:"name"`
	Spend
	Plan string `json:"plan"` // digest of the plan that it was made by
}

// Account is a year's budget as a release tells it.
type Account struct {
	Year    int   `json:"year"`
	PerYear Spend `json:"per_year"`
	Spent   Spend `json:"spent"` // with this one
	Left    Spend `json:"left"`
}

type line struct {
	PerYear *Spend    `json:"per_year,omitempty"`
	Release *Spending `json:"release,omitempty"`
	Seal    string    `json:"seal"`
}

// Seal makes a seal of a text with the list's key.
type Seal func(text string) [sha256.Size]byte

// NewBudget is the first line of a budget's file.
func NewBudget(perYear Spend, seal Seal) (string, error) {
	if err := perYear.check(0); err != nil {
		return "", err
	}
	return sealed(line{PerYear: &perYear}, "", seal)
}

func sealed(l line, before string, seal Seal) (string, error) {
	l.Seal = ""
	text, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	sum := seal(before + "\n" + string(text))
	l.Seal = base64.StdEncoding.EncodeToString(sum[:])
	text, err = json.Marshal(l)
	return string(text) + "\n", err
}

// ReadBudget reads a file and checks its seals.
func ReadBudget(text string, seal Seal) (*Budget, error) {
	b, n := &Budget{}, 0
	for row := range strings.Lines(text) {
		n++
		var l line
		d := json.NewDecoder(strings.NewReader(row))
		d.DisallowUnknownFields()
		if err := d.Decode(&l); err != nil || (n == 1) != (l.PerYear != nil) || (n > 1) != (l.Release != nil) {
			return nil, fmt.Errorf("line %d is none of a budget's", n)
		}
		again, err := sealed(l, b.last, seal)
		if err != nil {
			return nil, err
		}
		if !hmac.Equal([]byte(again), []byte(row)) {
			return nil, fmt.Errorf("line %d was not written with this key after the line before it: the budget is another list's, or somebody changed it", n)
		}
		if b.last = l.Seal; n == 1 {
			b.PerYear = *l.PerYear
			continue
		}
		if _, err := time.Parse(time.DateOnly, l.Release.Day); err != nil {
			return nil, fmt.Errorf("line %d has no day", n)
		}
		b.Spent = append(b.Spent, *l.Release)
	}
	if n == 0 {
		return nil, errors.New("the budget is empty: pana release --new-budget FILE writes one")
	}
	return b, nil
}

// Year adds a year up. What several releases say together is at most the sum of what each
// may say.
func (b *Budget) Year(year int) Account {
	a := Account{Year: year, PerYear: b.PerYear}
	for _, s := range b.Spent {
		if strings.HasPrefix(s.Day, fmt.Sprintf("%04d-", year)) {
			a.Spent.Epsilon += s.Epsilon
			a.Spent.Delta += s.Delta
		}
	}
	a.Left = Spend{less(b.PerYear.Epsilon, a.Spent.Epsilon), less(b.PerYear.Delta, a.Spent.Delta)}
	return a
}

// less subtracts decimals: three tenths of one leave seven, and not a little less.
func less(of, by float64) float64 {
	if left := of - by; left > of*1e-9 {
		return left
	}
	return 0
}

// Spend gives the line to add to the file before anything is made, or refuses.
func (b *Budget) Spend(s Spending, seal Seal) (string, Account, error) {
	day, err := time.Parse(time.DateOnly, s.Day)
	if err != nil {
		return "", Account{}, err
	}
	before := b.Year(day.Year())
	if over(s.Epsilon, before.Left.Epsilon) || over(s.Delta, before.Left.Delta) {
		return "", before, fmt.Errorf("the budget of %d has epsilon %.6g and delta %.6g left of %.6g and %.6g, and this release would spend %.6g and %.6g: spend less, or wait for another year",
			before.Year, before.Left.Epsilon, before.Left.Delta, b.PerYear.Epsilon, b.PerYear.Delta, s.Epsilon, s.Delta)
	}
	text, err := sealed(line{Release: &s}, b.last, seal)
	if err != nil {
		return "", before, err
	}
	with := Budget{PerYear: b.PerYear, Spent: append(append([]Spending{}, b.Spent...), s)}
	return text, with.Year(day.Year()), nil
}

func over(spend, left float64) bool { return spend > left*(1+1e-9) }
