package access_test

import (
	"io/fs"
	"testing"

	"pana/internal/access"
	"pana/internal/pack"
	"pana/packs"
)

// The rules that ship compile, and say what the product promises.
func TestKazakhstan(t *testing.T) {
	t.Parallel()
	kz, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := pack.Load(kz)
	if p == nil || len(p.Rules) == 0 {
		t.Fatal("no rules in the pack", problems)
	}
	if _, problems := access.Compile(p.Rules); len(problems) > 0 {
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}

// Who may do what because the person was given to them by name, or because of the
// body's own work: one row for each rule that no story needs alone, and one for what
// stands just beyond it.
func TestKazakhstansRulesOneByOne(t *testing.T) {
	t.Parallel()
	kz, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := pack.Load(kz)
	rules, _ := access.Compile(p.Rules)
	who := func(kind, role string) access.Who {
		k := p.BodyKind(kind)
		return access.Who{Body: "b1", BodyKind: kind, Role: role, Region: "KZ-71", Compartment: k.Compartment, Powers: k.Can}
	}
	for _, row := range []struct {
		why, kind, role, act, thing, relation, group, want string
	}{
		{"a court finds what it owes in a list", "court", "judge", access.SeeDocket, "file", "decider", "", "docket_others"},
		{"and nothing that it does not owe", "court", "judge", access.SeeDocket, "file", "opened", "", "none"},
		{"an NGO that was asked by name sees what for", "ngo", "worker", access.OpenFile, "file", "addressed", "need", "addressed_help"},
		{"takes its steps", "ngo", "worker", access.TakeStep, "file", "addressed", "", "addressed_help_steps"},
		{"and can reach her", "shelter", "advocate", access.ShowIdentity, "file", "addressed", "contact", "addressed_help_identity"},
		{"but sees no papers of hers", "shelter", "advocate", access.ShowIdentity, "file", "addressed", "documents", "none"},
		{"a mission that she turned to sees what she needs", "consulate", "consul", access.OpenFile, "file", "addressed", "need", "addressed_consulate"},
		{"helps", "consulate", "consul", access.TakeStep, "file", "addressed", "", "addressed_consulate_steps"},
		{"and knows her papers", "consulate", "consul", access.ShowIdentity, "file", "addressed", "documents", "addressed_consulate_identity"},
		{"a mission that nobody named sees nothing", "consulate", "consul", access.OpenFile, "file", "", "need", "none"},
		{"nor where she lives", "consulate", "consul", access.OpenFile, "file", "addressed", access.Whereabouts, "none"},
		{"who only works at a mission is not the consul", "consulate", "officer", access.OpenFile, "file", "addressed", "need", "none"},
		{"a prosecutor who is told in writing sees the situation", "prosecutor", "prosecutor", access.OpenFile, "file", "addressed", "situation", "addressed_prosecutor"},
		{"and a name", "prosecutor", "prosecutor", access.ShowIdentity, "file", "addressed", "identity", "addressed_prosecutor_identity"},
		{"not how to reach her", "prosecutor", "prosecutor", access.ShowIdentity, "file", "addressed", "contact", "none"},
		{"nor what she needs", "prosecutor", "prosecutor", access.OpenFile, "file", "addressed", "need", "none"},
		{"a prosecutor whom nobody told sees nothing", "prosecutor", "prosecutor", access.OpenFile, "file", "", "situation", "none"},
		{"police asked to stop a penalty see the situation", "police", "officer", access.OpenFile, "file", "addressed", "situation", "addressed_police"},
		{"and not who she is", "police", "officer", access.ShowIdentity, "file", "addressed", "identity", "none"},
		{"deciders without a head share out their work", "prosecutor", "prosecutor", access.ShareWork, "work", "", "", "share_work_alone"},
		{"a mission keeps what it is told", "consulate", "consul", access.TakeCall, "signal", "", "", "take_notices"},
		{"and reads it", "consulate", "consul", access.SeeCalls, "signal", "", "", "own_notices"},
		{"the coordinator looks at a newer law", "coordinator", "head", access.MoveLaw, "law", "", "", "move_law_coordinator"},
		{"the coordinator's administrator of workers does not", "coordinator", "administrator", access.MoveLaw, "law", "", "", "none"},
		{"a shelter's administrator of workers opens no file, also one that came there", "shelter", "administrator", access.OpenFile, "file", "provider", "", "forbid.administrator"},
		{"a shelter's administrator keeps the accounts of its own", "shelter", "administrator", access.ChangeAccount, "account", "own", "", "administer_own"},
		{"and of no other", "shelter", "administrator", access.ChangeAccount, "account", "", "", "none"},
		{"the prosecutor does not", "prosecutor", "prosecutor", access.MoveLaw, "law", "", "", "none"},
		{"nor do the police", "police", "head", access.MoveLaw, "law", "", "", "none"},
		{"nor a shelter", "shelter", "head", access.MoveLaw, "law", "", "", "none"},
	} {
		w := who(row.kind, row.role)
		thing := access.Thing{Kind: row.thing, Columns: map[string]string{"region": "KZ-71", "body_id": "b1"}, Group: row.group}
		if row.relation != "" {
			thing.Relations = []string{row.relation}
		}
		if row.act == access.OpenFile {
			thing.Compartment = w.Compartment
		}
		if got := rules.Decide(w, row.act, thing); got.Rule != row.want {
			t.Errorf("%s (%s %s, %s): %s, want %s", row.why, row.kind, row.role, row.act, got.Rule, row.want)
		}
	}
}
