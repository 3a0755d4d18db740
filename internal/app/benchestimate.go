package app

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"pana/internal/stats"
)

// unitedKingdom is the table of potential victims of 2013, five lists, from which
// published intervals were drawn (MSETools, MIT licence; see internal/stats/testdata).
const unitedKingdom = `{"lists": ["LA", "NG", "PFNCA", "GO", "GP"], "observed_total": 2744, "cells": {
 "10000": 54, "01000": 463, "00100": 995, "00010": 695, "00001": 316, "11000": 15, "10100": 19, "10010": 3, "01100": 62,
 "01010": 19, "01001": 1, "00110": 76, "00101": 11, "00011": 8, "11100": 1, "11010": 1, "01110": 4, "11110": 1}}`

// estimate measures intervals whose every replicate selects among all models: 1,024
// with pairs only, and 6,893 with all terms. The anchor fitted 6,519 models in each
// of 1,000 replicates in 284 s on one thread.
func (b *bench) estimate(ctx context.Context) error {
	in, err := stats.Read([]byte(unitedKingdom))
	if err != nil {
		return err
	}
	const replicates = 1000
	cores := runtime.GOMAXPROCS(0)
	for _, order := range []int{2, 4} {
		b.say("estimate: terms of at most %d lists", order)
		boot := stats.Boot{Replicates: replicates, Seed: 1, Workers: cores}
		began, used := time.Now(), processorTime()
		e, err := stats.Exhaustive(order).Interval(ctx, in.Table, boot)
		if err != nil {
			return err
		}
		b.add(figure{Name: fmt.Sprintf("interval of five lists, %d replicates, terms of up to %d", replicates, order), Value: time.Since(began).Seconds(), Unit: "s",
			Note: fmt.Sprintf("%d cores, %.1f s of processor; %.0f (%.0f to %.0f)", cores, (processorTime() - used).Seconds(), e.N, e.CI.Low, e.CI.High)})
	}
	const fits = 20_000
	m, err := stats.ParseModel("[12,13,23,25,34]", len(in.Table.Lists))
	if err != nil {
		return err
	}
	fixed := stats.Fixed("poisson_loglinear", nil, m)
	began := time.Now()
	for range fits {
		if _, err := fixed.Pick(in.Table); err != nil {
			return err
		}
	}
	b.add(figure{Name: "one model of five lists, its existence checked", Value: float64(time.Since(began).Nanoseconds()) / fits / 1000, Unit: "µs", Note: "11 parameters"})
	return nil
}
