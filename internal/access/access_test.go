package access

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/id"
	"pana/internal/pack"
)

var shelterRule = pack.Rule{
	ID: "shelter_opens_its_own", Kinds: []string{"shelter"}, Relations: []string{"provider"},
	Acts: []string{OpenFile, ListFiles}, Things: []string{"file"}, Compartments: []string{Own}, Groups: []string{"identity"},
	When: `region == "KZ-71"`, Purpose: "shelter",
}

func TestDecide(t *testing.T) {
	t.Parallel()
	rules, problems := Compile([]pack.Rule{
		shelterRule,
		{ID: "all_of_it", Acts: Acts, Things: Things, Roles: []string{"officer", Administrator, "machine", Person, Guardian}, Compartments: []string{"shelter"}, Groups: Groups},
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	shelter := Who{Body: "b1", BodyKind: "shelter", Role: "worker", Compartment: "shelter"}
	police := Who{Body: "b2", BodyKind: "police", Role: "officer", Powers: []string{Enforce}, Compartment: "police"}
	file := func(columns map[string]string, relations ...string) Thing {
		return Thing{Kind: "file", Columns: columns, Relations: relations}
	}
	in := func(thing Thing, compartment, group string) Thing {
		thing.Compartment, thing.Group = compartment, group
		return thing
	}
	open := map[string]string{"region": "KZ-71"}
	she := Who{BodyKind: Person, Role: Person, Self: "f1"}
	aunt := Who{BodyKind: Guardian, Role: Guardian, Ward: "f1"}
	for _, row := range []struct {
		why   string
		who   Who
		act   string
		thing Thing
		want  string
	}{
		{"the provider opens what its kind keeps", shelter, OpenFile, in(file(open, "provider"), "shelter", "identity"), "shelter_opens_its_own"},
		{"not what another kind keeps", shelter, OpenFile, in(file(open, "provider"), "medical", ""), "none"},
		{"not a group the rule does not name", shelter, OpenFile, in(file(open, "provider"), "shelter", "contact"), "none"},
		{"not before it is the provider", shelter, OpenFile, in(file(open, "asked"), "shelter", ""), "none"},
		{"not once the guard fails", shelter, OpenFile, in(file(map[string]string{"region": "KZ-75"}, "provider"), "shelter", ""), "none"},
		{"not an act the rule does not name", shelter, Refer, file(open, "provider"), "none"},
		{"police by a rule that allows everything", police, OpenFile, in(file(open), "shelter", ""), "all_of_it"},
		{"but never the whereabouts", police, OpenFile, in(file(open), "shelter", Whereabouts), "forbid.whereabouts"},
		{"nor any place", police, SeePlaces, Thing{Kind: "place"}, "forbid.whereabouts"},
		{"nor a complaint against themselves", police, OpenFile, file(map[string]string{AboutBody: "b2"}), "forbid.complaint"},
		{"a complaint against others is not forbidden", police, OpenFile, file(map[string]string{AboutBody: "b9"}), "all_of_it"},
		{"the accused gets nothing", police, OpenFile, file(open, "opened", Accused), "forbid.assailant"},
		{"an administrator reads no file", Who{Role: Administrator}, OpenFile, file(open), "forbid.administrator"},
		{"and makes no removal check", Who{Role: Administrator}, AskCheck, Thing{Kind: "check"}, "forbid.administrator"},
		{"but manages accounts", Who{Role: Administrator}, ChangeAccount, Thing{Kind: "account"}, "all_of_it"},
		{"a machine opens no file", Who{Role: "machine", Machine: true}, OpenFile, file(open), "forbid.machine"},
		{"a machine asks a removal check", Who{Role: "machine", Machine: true}, AskCheck, Thing{Kind: "check"}, "all_of_it"},
		{"she reads her page", she, UsePage, file(open, Self), "all_of_it"},
		{"and nobody else's", she, UsePage, file(open), "forbid.person"},
		{"not who her file is of", she, OpenFile, in(file(open, Self), "", "identity"), "forbid.person"},
		{"nor what a body noted", she, OpenFile, in(file(open, Self), "shelter", ""), "forbid.person"},
		{"nor where anybody is", she, SeePlaces, Thing{Kind: "place", Relations: []string{Self}}, "forbid.person"},
		{"and does nothing that a worker does", she, Refer, file(open, Self), "forbid.person"},
		{"the guardian reads the child's", aunt, OpenFile, in(file(open, Ward), "", "rights"), "all_of_it"},
		{"and nobody else's", aunt, OpenFile, file(open), "forbid.guardian"},
		{"not who the child is", aunt, OpenFile, in(file(open, Ward), "", "identity"), "forbid.guardian"},
		{"nor what a body noted", aunt, OpenFile, in(file(open, Ward), "shelter", ""), "forbid.guardian"},
		{"nor where the child is", aunt, OpenFile, in(file(open, Ward), "", Whereabouts), "forbid.guardian"},
		{"and writes nothing in the child's name", aunt, UsePage, file(open, Ward), "forbid.guardian"},
		{"nor agrees to anything", aunt, RecordConsent, file(open, Ward), "forbid.guardian"},
	} {
		if got := rules.Decide(row.who, row.act, row.thing); got.Rule != row.want {
			t.Errorf("%s: %s, want %s", row.why, got.Rule, row.want)
		}
	}
}

func TestCompileReportsEveryProblem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		rule pack.Rule
	}{
		{"an act nobody knows", pack.Rule{Acts: []string{"file.peek"}, Things: []string{"file"}, Roles: []string{"r"}}},
		{"a relation no rule may name", pack.Rule{Acts: []string{OpenFile}, Things: []string{"file"}, Relations: []string{Accused}}},
		{"nothing about who", pack.Rule{Acts: []string{OpenFile}, Things: []string{"file"}}},
		{"a guard that is not one", pack.Rule{Acts: []string{OpenFile}, Things: []string{"file"}, Roles: []string{"r"}, When: "state =="}},
		{"a guard over two columns, which SQL and we might read apart", pack.Rule{Acts: []string{OpenFile}, Things: []string{"file"}, Roles: []string{"r"}, When: "state == region"}},
		{"a list whose table has no such column", pack.Rule{Acts: []string{ListFiles}, Things: []string{"file"}, Roles: []string{"r"}, When: `victim == "presumed"`}},
		{"a bare column", pack.Rule{Acts: []string{OpenFile}, Things: []string{"file"}, Roles: []string{"r"}, When: "state"}},
	} {
		rules, problems := Compile([]pack.Rule{row.rule})
		if len(problems) == 0 {
			t.Errorf("%s: no problem reported", row.why)
		}
		if row.rule.When != "" && rules.Decide(Who{Role: "r"}, OpenFile, Thing{Kind: "file"}).Allowed {
			t.Errorf("%s: the broken rule allows", row.why)
		}
	}
}

// The rows in the Scope are those that Decide allows, whatever the rules.
func TestScopeAgreesWithDecide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules, problems := Compile(rapid.SliceOfN(rapid.Custom(anyRule), 0, 4).Draw(t, "rules"))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		who := anyWho(t)
		thing := anyThing(t)
		act := pick(t, "act", OpenFile, TakeStep, SeePlaces, AskCheck)
		scope := rules.ScopeIn(who, act, thing.Kind, thing.Compartment, thing.Group)
		if got, want := Holds(scope, who, thing), rules.Decide(who, act, thing).Allowed; got != want {
			t.Fatalf("scope %v says %v, Decide says %v", scope, got, want)
		}
	})
}

// A scope of related things lets through none that the body has no relation to, and
// what may let such a thing through is not called one.
func TestOnlyRelated(t *testing.T) {
	t.Parallel()
	related, region := Related{Body: "b1", Relations: []string{"provider"}}, In{Column: "region", Values: []string{"KZ-71"}}
	for _, row := range []struct {
		why  string
		s    Scope
		want bool
	}{
		{"a relation", related, true},
		{"nothing at all", None{}, true},
		{"no alternative is nothing", Or{}, true},
		{"a relation, and more is asked", And{region, related}, true},
		{"either is a relation", Or{related, And{related, region}}, true},
		{"one alternative is none", Or{related, region}, false},
		{"everything", All{}, false},
		{"no condition is everything", And{}, false},
		{"a column says nothing of relations", region, false},
		{"who has none", Not{related}, false},
	} {
		if got := OnlyRelated(row.s); got != row.want {
			t.Errorf("%s: %v", row.why, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		rules, problems := Compile(rapid.SliceOfN(rapid.Custom(anyRule), 0, 4).Draw(t, "rules"))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		who, thing := anyWho(t), anyThing(t)
		thing.Relations = nil
		scope := rules.ScopeIn(who, OpenFile, thing.Kind, thing.Compartment, thing.Group)
		if OnlyRelated(scope) && Holds(scope, who, thing) {
			t.Fatalf("%v lets through what has no relation", scope)
		}
	})
}

func pick(t *rapid.T, name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }

func some(t *rapid.T, name string, of ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(t, name)
}

func anyRule(t *rapid.T) pack.Rule {
	return pack.Rule{
		ID: "r", Roles: append(some(t, "roles", "a", Administrator), "b"), Kinds: some(t, "kinds", "shelter", "police"),
		Relations: some(t, "relations", "provider", "asked"), Acts: append(some(t, "acts", TakeStep, AskCheck), OpenFile),
		Things: append(some(t, "things", "place", "check"), "file"), Compartments: some(t, "compartments", Own, "medical"),
		Groups: some(t, "groups", "identity", Whereabouts), When: anyGuard(t, 3),
	}
}

func anyGuard(t *rapid.T, depth int) string {
	leaf := func() string {
		return pick(t, "leaf", `state == "open"`, `state != "open"`, `region == my_region`, `region in ["KZ-71", "KZ-75"]`, `body != my_body`, "true", "false")
	}
	if depth == 0 {
		return leaf()
	}
	switch rapid.IntRange(0, 4).Draw(t, "form") {
	case 0:
		return fmt.Sprintf("!(%s)", anyGuard(t, depth-1))
	case 1:
		return fmt.Sprintf("(%s) && (%s)", anyGuard(t, depth-1), anyGuard(t, depth-1))
	case 2:
		return fmt.Sprintf("(%s) || (%s)", anyGuard(t, depth-1), anyGuard(t, depth-1))
	case 3:
		return fmt.Sprintf("(%s) ? (%s) : (%s)", anyGuard(t, depth-1), anyGuard(t, depth-1), anyGuard(t, depth-1))
	}
	return leaf()
}

func anyWho(t *rapid.T) Who {
	return Who{
		Body: id.Body(pick(t, "body", "b1", "b2")), BodyKind: pick(t, "kind", "shelter", "police"), Role: pick(t, "role", "a", "b", Administrator),
		Region: pick(t, "region", "KZ-71", "KZ-75", ""), Machine: rapid.Bool().Draw(t, "machine"),
		Compartment: pick(t, "compartment", "shelter", "police"), Powers: some(t, "powers", Enforce),
	}
}

func anyThing(t *rapid.T) Thing {
	thing := Thing{
		Kind: pick(t, "thing", "file", "place", "check"), Relations: some(t, "related", "provider", "asked"),
		Compartment: pick(t, "in", "", "medical", "shelter"), Group: pick(t, "group", "", "identity", Whereabouts),
		Columns: map[string]string{
			"state": pick(t, "state", "open", "closed"), "region": pick(t, "at", "KZ-71", "KZ-75", ""),
			"body": pick(t, "of", "b1", "b2"),
		},
	}
	// A row has only what its table has.
	if thing.Kind == "check" {
		thing.Columns[AboutBody] = pick(t, "about", "", "b1")
	}
	if thing.Kind == "file" {
		thing.Relations = append(thing.Relations, some(t, "accused", Accused)...)
	}
	return thing
}
