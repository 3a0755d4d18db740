package desk_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// The files that SQL lists under a scope are those that access.Decide allows,
// for random rules and askers, on a real database.
func TestScopeInSQLIsDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.someFiles()
	all, err := w.store.List(t.Context(), "files", store.Query{Scope: access.All{}, Limit: 100})
	if err != nil || len(all.Rows) != 4 {
		t.Fatalf("%d files, %v", len(all.Rows), err)
	}
	askers := []access.Who{w.inspector, w.shelter, w.shelter2, w.coordinator, w.border, w.admin}
	rapid.Check(t, func(rt *rapid.T) {
		rules, problems := access.Compile(rapid.SliceOfN(rapid.Custom(anyRule), 0, 4).Draw(rt, "rules"))
		if len(problems) > 0 {
			rt.Fatal(problems)
		}
		who := rapid.SampledFrom(askers).Draw(rt, "who")
		page, err := w.store.List(t.Context(), "files", store.Query{Scope: rules.Scope(who, access.ListFiles, "file"), Limit: 100})
		if err != nil {
			rt.Fatal(err)
		}
		var listed, allowed []string
		for _, r := range page.Rows {
			listed = append(listed, r.Ref.ID)
		}
		for _, r := range all.Rows {
			if rules.Decide(who, access.ListFiles, w.thing(rt, r, who)).Allowed {
				allowed = append(allowed, r.Ref.ID)
			}
		}
		slices.Sort(listed)
		slices.Sort(allowed)
		if !slices.Equal(listed, allowed) || page.Total != len(allowed) {
			rt.Fatalf("SQL lists %v (says %d), Decide allows %v", listed, page.Total, allowed)
		}
	})
}

// someFiles are four: two of women, two of girls, one of each referred and one
// of those accepted.
func (w *world) someFiles() {
	w.t.Helper()
	var files []id.File
	for range 2 {
		files = append(files, id.File(w.concern().Args["file"]))
		files = append(files, id.File(w.must(w.desk.RecordConcern(w.t.Context(), w.inspector, desk.ConcernInput{
			Key: w.k(), Safety: "safe_now", Age: "30", AgeKnown: "adult", Sex: "female", Language: "ru", CallName: withheld.New("A"),
			Needs: []string{"lawyer"}, Consent: "yes", Region: "KZ-75",
		})).Args["file"]))
	}
	referral := w.refer(files[0])
	w.must(w.desk.Accept(w.t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	w.refer(files[2])
}

// thing is a row as access sees it: its text columns, the asker's relations.
func (w *world) thing(t *rapid.T, row store.Found, who access.Who) access.Thing {
	l, err := w.store.View(w.t.Context(), row.Ref)
	if err != nil {
		t.Fatal(err)
	}
	f := store.As[*casework.File](l, row.Ref)
	out := access.Thing{Kind: "file", Columns: map[string]string{}, Relations: casework.Relations(f)[who.Body]}
	for _, column := range []string{"region", "age_band", "sex", "language", "opened_by"} {
		out.Columns[column] = row.Text(column)
	}
	return out
}

func anyRule(t *rapid.T) pack.Rule {
	some := func(name string, of ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(t, name)
	}
	return pack.Rule{
		ID: "r", Roles: append(some("roles", "inspector", "coordinator"), "worker"), Kinds: some("kinds", "shelter", "labour_inspectorate", "coordinator"),
		Relations: some("relations", "opened", "asked", "provider"), Acts: []string{access.ListFiles}, Things: []string{"file"}, When: anyGuard(t, 3),
	}
}

func anyGuard(t *rapid.T, depth int) string {
	leaf := rapid.SampledFrom([]string{
		`region == my_region`, `region != "KZ-75"`, `age_band in ["adult", "under_14"]`, `opened_by == my_body`, `language != "ru"`, "true", "false",
	}).Draw(t, "leaf")
	if depth == 0 {
		return leaf
	}
	switch rapid.IntRange(0, 3).Draw(t, "form") {
	case 0:
		return "!(" + anyGuard(t, depth-1) + ")"
	case 1:
		return "(" + leaf + ") && (" + anyGuard(t, depth-1) + ")"
	case 2:
		return "(" + leaf + ") || (" + anyGuard(t, depth-1) + ")"
	}
	return leaf
}
