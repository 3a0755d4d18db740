package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"pana/internal/jobs"
	"pana/internal/testkit"
)

// TestAnEstimateIsPublishedInABrowser: the ministry's analyst types a table in, sees what
// is wrong in it, sees every method; a colleague publishes it; anybody reads it and takes
// it away.
func TestAnEstimateIsPublishedInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.sees("estimates-none", "/published/estimates", "estimates.published.title")
			in := func(login string) {
				v.Tab = testkit.NewTab(ctx, t, l.url, lang, true)
				v.Go("/sign-in")
				v.Fill("login", login)
				v.Fill("password", l.demo.password)
				v.Press("", "", "login="+login)
			}
			in("ministry")
			v.sees("estimates", "/estimates", "estimates.title")
			v.Fill("estimate_title", "Қанау құрбандары, 2025 (ойдан шығарылған)")
			for _, name := range []string{"estimate_perimeter", "estimate_differs", "estimate_source"} {
				v.Fill(name, "Invented for a test of this page, and long enough to show how a sentence breaks on a telephone.")
			}
			v.Fill("estimate_table", `{"lists": ["Полиция және көші-қон қызметі", "Shelters of organisations", "11616"], "invented": true, "cells": {"100": 60, "010": 30, "001": 40, "110": 22, "101": 3, "011": 7, "111": 1, "12": 3}}`)
			v.Press("go", "ask")
			if !testkit.Sees(v.Tab, "data-again", "") {
				t.Error("a table with a cell that is none was taken")
			}
			v.look("estimates-wrong", "estimates.title")
			v.Fill("estimate_table", `{"lists": ["Полиция және көші-қон қызметі", "Shelters of organisations", "11616"], "invented": true, "cells": {"100": 60, "010": 30, "001": 40, "110": 22, "101": 3, "011": 7, "111": 1}}`)
			v.Press("go", "ask")
			if !testkit.Sees(v.Tab, "data-receipt", "receipt.estimate_asked") {
				t.Fatal("the table was not taken")
			}
			jobs.Once(t.Context(), l.store, l.desk, jobs.Options{Now: l.clock.Now, Log: slog.New(slog.DiscardHandler)})
			at := v.said(`href="[^"]*(/estimates/[0-9a-z]{26})"`)
			for until := time.Now().Add(time.Minute); ; time.Sleep(time.Second) {
				if v.Go(at); testkit.Sees(v.Tab, "data-state", "counted") {
					break
				}
				if time.Now().After(until) {
					t.Fatal("it is not counted")
				}
			}
			v.sees("estimate", at, "estimate.title")
			if testkit.Sees(v.Tab, "data-act", "publish") || !testkit.Sees(v.Tab, "data-second", "") {
				t.Error("who asked is offered to publish")
			}
			in("ministry-decider")
			v.sees("estimate-second", at, "estimate.title")
			v.Press("go", "publish")
			if !testkit.Sees(v.Tab, "data-receipt", "receipt.estimate_published") {
				t.Error("the page does not say that it was published")
			}
			v.as("inspector")
			v.sees("estimate-published", "/published/estimates", "estimates.published.title")
			if !testkit.Sees(v.Tab, "data-published", "published") || !testkit.Sees(v.Tab, "data-method", "bic_exhaustive_bca.maxorder") {
				t.Error("it was published, and nobody reads it")
			}
			name, rows := v.table("/published/estimates.csv")
			if !strings.HasPrefix(name, "estimates") || len(rows) < 7 || rows[1][2] == "" || rows[1][11] == "" {
				t.Errorf("%s has %d rows", name, len(rows))
			}
		})
	}
}
