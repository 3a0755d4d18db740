package casework

import (
	"time"

	"pana/internal/fault"
)

// WorkerAway says that a worker is away, from one moment until another. Why is not
// asked: it is nobody's to keep. It takes the place of what was said before.
type WorkerAway struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"` // the first moment at which she is back
}

// WorkerBack says that she is back, or never went.
type WorkerBack struct {
	Until time.Time `json:"until"` // of the absence that ends
}

func (WorkerAway) EventType() (string, int) { return "account.away", 1 }
func (WorkerBack) EventType() (string, int) { return "account.back", 1 }

// longestAway is what a form may send: longer is a slip of the pen, or a worker who
// has left.
const longestAway = 2 * 366 * 24 * time.Hour

// IsAway says whether a worker is away at a moment.
func (a *Account) IsAway(at time.Time) bool {
	return !at.Before(a.AwayFrom) && at.Before(a.AwayUntil)
}

// GoAway records that somebody of the body is away. What she has stays with her until
// it is handed over: nobody's work changes hands by itself.
func GoAway(a *Account, in WorkerAway, m Moment) (Decision, error) {
	if a == nil || a.Body != m.By.Body {
		return Decision{}, fault.Withheld("nobody of this body")
	}
	if err := working(a); err != nil {
		return Decision{}, err
	}
	var f fields
	if !in.Until.After(in.From) || in.Until.Sub(in.From) > longestAway {
		f.add("away_until", CodeAwayOrder)
	} else if !in.Until.After(m.At) {
		f.add("away_until", CodeAwayPast)
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	d := single(m, a.Ref(), in, "receipt.away")
	d.Receipt.Args = map[string]string{"from": timeArg(in.From), "until": timeArg(in.Until)}
	return d, nil
}

// ComeBack ends an absence, or takes back one that was to come.
func ComeBack(a *Account, m Moment) (Decision, error) {
	switch {
	case a == nil || a.Body != m.By.Body:
		return Decision{}, fault.Withheld("nobody of this body")
	case !a.AwayUntil.After(m.At):
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, a.Ref(), WorkerBack{a.AwayUntil}, "receipt.back"), nil
}
