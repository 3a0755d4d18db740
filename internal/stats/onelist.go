package stats

import (
	"errors"
	"math"
	"slices"
)

// Contacts is one body's list with how often each person came: Times[k] people came
// k times. Nobody came 0 times who is known of.
type Contacts map[int]float64

func (c Contacts) observed() (n float64) {
	for _, people := range c {
		n += people
	}
	return n
}

// ErrOnce: these estimates compare who came once with who came twice.
var ErrOnce = errors.New("nobody came exactly once, or nobody exactly twice: how many never came is told by comparing the two")

// OneList is an estimate from one list.
type OneList struct {
	N, SE     float64
	Normal    Interval // N ± 1.96 SE
	Lognormal Interval // of the unseen, which cannot be fewer than none
}

func newOneList(n, observed, variance float64) OneList {
	se := math.Sqrt(variance)
	unseen := n - observed
	spread := math.Exp(z95 * math.Sqrt(math.Log(1+se*se/(unseen*unseen))))
	return OneList{N: n, SE: se, Normal: Interval{n - z95*se, n + z95*se},
		Lognormal: Interval{observed + unseen/spread, observed + unseen*spread}}
}

const z95 = 1.959963984540054

// Chao is a lower bound (Chao 1987): however unlike people are in how often they come,
// there are at least so many. Corrected is the version with less bias, which needs
// nobody to have come twice.
func Chao(c Contacts) (bound OneList, corrected float64, err error) {
	once, twice, n := c[1], c[2], c.observed()
	corrected = n + once*(once-1)/(2*(twice+1))
	if twice == 0 || once == 0 {
		return OneList{}, corrected, ErrOnce
	}
	r := once / twice
	return newOneList(n+once*once/(2*twice), n, twice*(r*r*r*r/4+r*r*r+r*r/2)), corrected, nil
}

// Zelterman takes the rate from those who came once and twice alone, who are most like
// those who never came (Zelterman 1988; variance by the delta method, Böhning 2008).
func Zelterman(c Contacts) (OneList, error) {
	once, twice, n := c[1], c[2], c.observed()
	if twice == 0 || once == 0 {
		return OneList{}, ErrOnce
	}
	rate := 2 * twice / once
	g := math.Exp(-rate) / math.Pow(1-math.Exp(-rate), 2)
	return newOneList(n/(1-math.Exp(-rate)), n, n*g*(1+n*g*rate*rate*(1/once+1/twice))), nil
}

// Seen is one kind of person in a regression: how often they came, how many they
// are, and what is known of them, the constant 1 first.
type Seen struct {
	Times, People float64
	X             []float64
}

// Truncated is a Poisson regression of how often those came who came at all. It
// supposes that people who are alike in X come at one rate, and by chance; where they
// do not, what it gives is too low.
type Truncated struct {
	OneList
	Coefficients  []float64
	LogLikelihood float64
	AIC, BIC      float64
}

// TruncatedPoisson estimates by Newton's method; N is the sum over those seen of one
// divided by their chance of being seen (Horvitz and Thompson), as in van der Heijden
// et al. 2003, with the variance they give.
func TruncatedPoisson(rows []Seen) (Truncated, error) {
	if len(rows) == 0 {
		return Truncated{}, ErrNoModel
	}
	p := len(rows[0].X)
	beta, info := make([]float64, p), make([]float64, p*p)
	last := math.Inf(-1)
	for range 200 {
		grad := make([]float64, p)
		clear(info)
		ll := 0.0
		for _, r := range rows {
			rate := math.Exp(dot(r.X, beta))
			seen := -math.Expm1(-rate)
			mean := rate / seen
			ll += r.People * (r.Times*math.Log(rate) - rate - math.Log(seen) - lgamma(r.Times+1))
			curve := mean * (1 + rate - mean)
			for i, x := range r.X {
				grad[i] += r.People * (r.Times - mean) * x
				for j, y := range r.X[:i+1] {
					info[i*p+j] += r.People * curve * x * y
				}
			}
		}
		if !cholesky(info, p) || math.IsNaN(ll) {
			return Truncated{}, errors.New("the rates of these groups cannot be told apart")
		}
		if math.Abs(ll-last) < 1e-12*math.Abs(ll) {
			return truncated(rows, beta, info, ll), nil
		}
		last = ll
		solve(info, grad, p)
		for i, step := range grad {
			beta[i] += step
		}
	}
	return Truncated{}, errors.New("the rates do not settle: some group came once only, each of its people")
}

// truncated sums up: variance from who happened to be seen, and from the rates.
func truncated(rows []Seen, beta, info []float64, ll float64) Truncated {
	p := len(beta)
	var n, observed, chance float64
	slope := make([]float64, p)
	for _, r := range rows {
		rate := math.Exp(dot(r.X, beta))
		seen := -math.Expm1(-rate)
		n += r.People / seen
		observed += r.People
		chance += r.People * (1 - seen) / (seen * seen)
		for i, x := range r.X {
			slope[i] -= r.People * x * rate * (1 - seen) / (seen * seen)
		}
	}
	moved := slices.Clone(slope)
	solve(info, moved, p)
	out := Truncated{OneList: newOneList(n, observed, chance+dot(slope, moved)), Coefficients: beta, LogLikelihood: ll}
	out.AIC = -2*ll + 2*float64(p)
	out.BIC = -2*ll + float64(p)*math.Log(observed)
	return out
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
