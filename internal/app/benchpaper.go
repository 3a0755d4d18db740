package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/paper"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// papers measures a paper as it is printed: a decision against somebody, in two
// languages, with reasons of a page. No server and no database: both are
// measured with the pages.
func (b *bench) papers(ctx context.Context) error {
	country, _, err := readPack("")
	if err != nil {
		return err
	}
	facts, err := longDecision(country)
	if err != nil {
		return err
	}
	langs := country.Languages()
	doc, whole := paper.Compose(country.Words(), langs[0], langs[1], facts)
	if !whole {
		return errors.New("the paper has no words in the pack's first two languages")
	}
	const rounds = 40
	var all []time.Duration
	size, before := 0, cpuOf("self")
	for range rounds {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		began := time.Now()
		out, err := paper.PDF(doc, paper.Printed{Code: paper.Groups(paper.CodeOf([32]byte{}, "")), Link: "https://example.org/verify?code=00", At: facts.Given})
		if err != nil {
			return err
		}
		all, size = append(all, time.Since(began)), len(out)
	}
	slices.Sort(all)
	spent := (cpuOf("self") - before).Seconds() / rounds
	ms := func(q int) float64 { return all[min(len(all)-1, len(all)*q/100)].Seconds() * 1000 }
	b.add(figure{
		Name: "paper as PDF, two languages, reasons of a page", P50ms: ms(50), P95ms: ms(95), P99ms: ms(99),
		Note: fmt.Sprintf("%.1f ms of processor each, %d kB", spent*1000, size>>10),
	})
	return nil
}

// longDecision is of the first step of the pack that is a decision against
// somebody and has words.
func longDecision(country *pack.Pack) (paper.Facts, error) {
	at := time.Now().UTC()
	for _, s := range country.Spec.Steps {
		if s.Adverse == nil || !pack.Contains(s.Dates, at) {
			continue
		}
		f := paper.Facts{
			Kind: paper.Decision, Step: s.ID, File: id.Number(id.New[id.File](at)), Issuer: map[string]string{"": "Body"}, At: at, Given: at,
			Zone: country.Location(), Reasons: withheld.New(string(bytes.Repeat([]byte("Себебі осында жазылған, бір бетке. "), 80))), Basis: s.Adverse.Basis,
			Against: true, Limit: paper.Term{Clock: "any"}, Hotline: country.Head.Hotline,
		}
		if len(paper.Languages(country.Words(), []wording.Lang{country.Languages()[0]}, f)) == 1 {
			return f, nil
		}
	}
	return paper.Facts{}, errors.New("the pack has no decision against anybody")
}
