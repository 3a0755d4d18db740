package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"pana/internal/testkit"
)

// TestGuaranteesInABrowser reads the pages about the law, which need no name, as
// TestEveryPageInABrowser reads the others; and those that answer a dispute.
func TestGuaranteesInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.untilFound("E04", "2026-11-21/law")
			v.guarantees()
			v.lawAndQuestions()
			v.disputing("/guarantees/E04/2026-11-21/law")
		})
	}
}

// untilFound has cells looked for and waits for one of today's law, which is
// looked for first. Then it stops: the whole matrix takes half a minute of
// processor, and what is not found yet is drawn as such.
func (v *viewer) untilFound(property, column string) {
	v.Helper()
	desk := v.l.house.desk
	ctx, cancel := context.WithCancel(v.T.Context())
	done := make(chan struct{})
	defer func() { cancel(); <-done }()
	go func() { defer close(done); desk.KeepGuarantees(ctx) }()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		g, err := desk.Guarantees(ctx)
		if err != nil {
			v.Fatal(err)
		}
		if _, ok := g.Cell(property, column); ok {
			return
		}
	}
	v.Fatalf("%s at %s is not found", property, column)
}

func (v *viewer) guarantees() {
	v.sees("guarantees", "/guarantees", "guarantees.title")
	v.sees("guarantees-matrix", "/guarantees?view=matrix", "guarantees.title")
	v.sees("guarantees-filtered", "/guarantees?theme=trafficking&at=2019-03-01/practice-unhcr-2019&show=all", "guarantees.title")
	v.sees("guarantees-nothing", "/guarantees?find=zzz&verdict=fails&theme=none", "guarantees.title")
	v.sees("story", "/guarantees/E04/2026-11-21/law", "story.title")
	v.sees("story-whole", "/guarantees/E04/2026-11-21/law?print=all", "story.title")
	v.sees("story-of-rules", "/guarantees/A05/2026-11-21/law", "story.title")
	v.sees("story-not-yet", "/guarantees/E04/2019-03-01/practice-unhcr-2019", "story.title")
}

func (v *viewer) lawAndQuestions() {
	v.sees("law", "/law", "law.title")
	v.sees("law-asylum", "/law/asylum?from=2016-06-27&to=2026-11-21", "law.title")
	v.sees("questions", "/questions", "questions.title")
}

// disputing: a reader says that an answer is wrong, and is answered.
func (v *viewer) disputing(cell string) {
	v.sees("dispute", cell+"/dispute", "dispute.title")
	v.Press("", "", v.keyed()...)
	v.look("dispute-wrong", "dispute.title")
	v.Fill("dispute_text", "Article 20 was amended.")
	v.Press("", "", v.keyed()...)
	v.look("dispute-check", "dispute.title")
	v.Press("go", "send")
	v.look("dispute-sent", "dispute.title")
	v.sees("story-disputed", cell, "story.title")
	v.as("administrator")
	v.sees("disputes", "/admin/disputes", "disputes.title")
	v.Press("", "", v.keyed()...)
	v.look("disputes-wrong", "disputes.title")
	v.Fill("reply", "Read, and encoded.")
	v.Tap("show", "yes")
	v.Press("", "", v.keyed()...)
	v.look("disputes-sent", "disputes.title")
	v.sees("disputes-answered", "/admin/disputes", "disputes.title")
	v.sees("story-answered", cell, "story.title")
}

// TestQuestionsToTheStateInABrowser: a worker records that a question was put, is told
// what is missing, records the answer, and puts a day right; everybody reads it.
func TestQuestionsToTheStateInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.as("administrator")
			v.sees("questions-kept", "/admin/questions", "questions.kept.title")
			one := v.href("/admin/questions?question=", "/admin/questions")
			day := l.local().AddDate(0, 0, -3).Format(time.DateOnly)
			v.sees("question-not-put", one, "questions.kept.title")
			v.Tap("question_state", "put")
			v.Press("", "", v.keyed()...)
			v.look("question-missing", "questions.kept.title")
			v.Fill("asked_to", "interior")
			v.Fill("put_on", day)
			v.Fill("question_letter", "1-2/345")
			v.Press("", "", v.keyed()...)
			v.look("question-recorded", "questions.kept.title")
			v.sees("question-put", one, "questions.kept.title")
			v.Tap("question_state", "answered")
			v.Fill("put_on", l.local().AddDate(0, 0, -4).Format(time.DateOnly))
			v.Fill("answered_on", l.local().Format(time.DateOnly))
			v.Fill("question_answer", "A month, by an order that is not published.")
			v.Fill("question_source", "Letter 7-8/91")
			v.Press("", "", v.keyed()...)
			v.look("question-no-reason", "questions.kept.title")
			v.Fill("question_why", "The day was typed wrongly.")
			v.Press("", "", v.keyed()...)
			v.look("question-recorded-again", "questions.kept.title")
			v.sees("question-answered", one, "questions.kept.title")
			v.sees("questions-answered", "/questions?print=all", "questions.title")
			if n := strings.Count(v.HTML(), `data-state="answered"`); n != 1 || strings.Contains(v.HTML(), "typed wrongly") {
				t.Errorf("everybody reads %d answers", n)
			}
		})
	}
}
