package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/seal"
	"pana/internal/testkit"
)

// narrowedPack is the country where who is afraid may be sent back unless a citizen, the
// police's heads see the ledger of checks, and who sees the directory does so where they
// coordinate.
func narrowedPack(t *testing.T) string {
	t.Helper()
	const afraid = `when: victim == "identified" && fear == "yes" && return_wish == "does_not_want"`
	dir := packFolder(t, "procedures/removal.yaml", afraid, afraid+` && nat == "citizen"`)
	path := filepath.Join(dir, "access.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const own = "- {id: administer_own,"
	text = bytes.Replace(text, []byte(own), []byte(`- {id: wider, kinds: [police], roles: [head], acts: [ledger.see], things: [check], purpose: oversight, basis: [{source: pana, says: "Keeps bodies and workers; never sees a file.", mark: P}]}`+"\n"+own), 1)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestAnEditionIsAdoptedInABrowser: what lies in the folder is looked at behind the page,
// one administrator moves it, another seconds it, and after the next start it runs.
func TestAnEditionIsAdoptedInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	dir := narrowedPack(t)
	l := begin(t, func(p *plan) { p.packDir = dir })
	s, _ := storyOf(t, l, l.plain(t, "en"))
	s.name = girl.name
	s.recordConcern(girl)
	was, offered := l.pack.Digest(), l.opened.offered
	if offered == nil {
		t.Fatal("the folder offers nothing")
	}
	v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, "en", true), l: l, s: s, lang: "en", seen: map[string]bool{}}
	v.as("administrator")
	v.sees("adoption-looking", "/admin/pack", "adoption.title")
	if !testkit.Sees(v, "data-part", "guarantees") || len(v.All("data-turned")) != 0 {
		t.Error("the page says what nobody looked at")
	}
	v.untilLooked("E06")
	v.sees("adoption-found", "/admin/pack", "adoption.title")
	for attr, value := range map[string]string{"data-guarantee": "E06", "data-turned": "2026-11-21/law", "data-grant": "police.head.ledger.see.check", "data-files": "41"} {
		if !testkit.Sees(v, attr, value) {
			t.Errorf("no %s %s: %v", attr, value, v.All(attr))
		}
	}
	v.sees("adoption-whole", "/admin/pack?print=all", "adoption.title")
	for _, lang := range []string{"kk", "ru"} {
		also := &viewer{T: t, Tab: testkit.NewTab(testkit.Browser(t), t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
		also.as("administrator")
		also.sees("adoption-found", "/admin/pack", "adoption.title")
	}
	v.Go("/admin/pack")
	v.Press("go", "propose")
	v.look("adoption-unlooked", "adoption.title") // nobody ticked
	v.Tap("adopt_looked", "yes")
	v.Press("go", "propose")
	v.look("adoption-moved", "adoption.title")
	v.sees("adoption-mine", "/admin/pack", "adoption.title")
	if testkit.Sees(v, "value", "confirm") {
		t.Error("who moved it may second it")
	}
	v.Go("/~2/sign-in")
	v.Fill("login", "admin-second")
	v.Fill("password", l.password)
	v.Press("", "", "login=admin-second")
	v.sees("adoption-second", "/~2/admin/pack", "adoption.title")
	v.Tap("adopt_looked", "yes")
	v.Press("go", "confirm")
	v.look("adoption-done", "adoption.title")
	v.sees("adoption-restart", "/~2/admin/pack", "adoption.title")
	adopted, err := lastAdopted(t.Context(), l.store)
	if err != nil || adopted.How != casework.AdoptedByTwo || adopted.Edition.Digest != offered.Digest || adopted.From == adopted.By {
		t.Fatalf("adopted: %+v, %v", adopted, err)
	}
	if l.pack.Digest() != was {
		t.Error("it runs before the node was started anew")
	}
	next, err := build(t.Context(), plan{
		address: filepath.Join(l.dir, databaseFile), stamp: demoStamp, origin: "pana-demo", master: masterOf(t, l.dir), clock: l.clock, log: l.house.log, blind: true, unlinted: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer next.close()
	if next.pack.Digest() != offered.Digest {
		t.Error("after the next start it does not run")
	}
}

// untilLooked has the folder's edition looked at, as a node that serves does, and waits
// until what it does to a property under today's law is found; the rest goes on behind.
func (v *viewer) untilLooked(property string) {
	v.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(v.T.Context()))
	done := make(chan struct{})
	v.T.Cleanup(func() { cancel(); <-done })
	go func() { defer close(done); v.l.house.desk.KeepEditions(ctx) }()
	for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		if v.Go("/admin/pack"); testkit.Sees(v, "data-guarantee", property) {
			return
		}
	}
	v.Fatal("the edition is still looked at")
}

func masterOf(t *testing.T, dir string) seal.Master {
	t.Helper()
	master, err := seal.MasterFromFile(filepath.Join(dir, masterFile))
	if err != nil {
		t.Fatal(err)
	}
	return master
}
