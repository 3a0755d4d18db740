package web

import (
	"net/url"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var householdForm = desk.HouseholdForm{
	Key: "k", Household: id.Operation(fileID(8)), Kinds: []string{"door_to_door"}, Kin: []string{"parent"},
	Fields: []pack.Field{{ID: "writes", Kind: "yes_no", Closed: true, Required: true}},
}

var fullHouseholds = desk.Households{Form: householdForm, Lines: []desk.HouseholdLine{fullHousehold.HouseholdLine}}

var fullHousehold = desk.HouseholdView{
	HouseholdLine: desk.HouseholdLine{
		ID: id.Operation(fileID(9)), Number: id.Number(fileID(9)), Kind: "door_to_door", At: noon, Area: withheld.New("<Sayram>"), Open: 1,
		Last:    casework.Visit{DoorVisited: casework.DoorVisited{Outcome: "again", Again: noon.AddDate(0, 0, -1)}, At: noon},
		Counted: desk.HouseholdCounts{Identified: 2, Settled: 1, Refused: 1, NotMet: 1, Files: 1, Waiting: 1},
	},
	Address: withheld.New("<Behind the mill>"), Until: noon, Asks: "q", Visits: []casework.Visit{{DoorVisited: casework.DoorVisited{Outcome: "met"}, At: noon}},
	Persons: []desk.HouseholdPerson{
		{No: 1, State: "identified", File: true, Stage: desk.FoundWaiting, Subject: girl, Said: desk.HouseholdRow{Line: fileID(21), State: "identified", Name: withheld.New("<Gul>")}},
		{No: 2, State: "identified", Said: desk.HouseholdRow{Line: fileID(22), State: "identified", Name: withheld.New("<Aru>"), Kin: "parent", Of: fileID(21)}, Alike: []desk.Subject{girl}},
		{No: 3, State: "settled", Said: desk.HouseholdRow{Line: fileID(23), State: "settled", Name: withheld.New("<Ali>")}},
		{No: 4, State: "refused", Said: desk.HouseholdRow{Line: fileID(24), State: "refused"}},
		{No: 5, State: "not_met", Said: desk.HouseholdRow{Line: fileID(25), State: "not_met"}},
	},
	Form: householdForm,
}

var fullAreas = desk.HouseholdAreas{
	Few: 11, Areas: []desk.HouseholdArea{{Area: withheld.New("=Sayram(1)"), Households: 3, HouseholdCounts: desk.HouseholdCounts{Identified: 2, Settled: 7}}, {Others: 2, Households: 2}}, All: desk.HouseholdArea{Households: 5},
}

// doorSent is a visit with two persons and an empty line between them.
var doorSent = url.Values{
	"key": {"k"}, "household": {string(fileID(8))}, "operation_kind": {"door_to_door"}, "visit": {"met"}, "area": {"<Sayram>"},
	"r0.file": {string(fileID(31))}, "r0.line_name": {"<Gul>"}, "r0.line_state": {"identified"}, "r0.line_age": {"31"}, "r0.f.writes": {"yes"}, "r0.consent": {"yes"},
	"r1.file": {string(fileID(32))},
	"r2.file": {string(fileID(33))}, "r2.line_state": {"identified"}, "r2.line_kin": {"parent"}, "r2.line_of": {string(fileID(31))},
}

var householdPages = []page{{"households", "a line for each, empty lines are nobody", func(l wording.Lang) any {
	return newHouseholdsView(signed(l, "households.title"), desk.Households{}, nil, 0)
}, func(l wording.Lang) any {
	f := signed(l, "households.title")
	f.Errors = []FieldError{{"r0.line_age", f.T("error.field.line_age"), "field.line_age"}}
	return newHouseholdsView(f, fullHouseholds, doorSent, moreRows)
}}, {"household", "everybody is counted once", func(l wording.Lang) any {
	return newHouseholdView(signed(l, "household.title", "number", "X"), desk.HouseholdView{Erased: true}, nil, 0)
}, func(l wording.Lang) any {
	p := newHouseholdView(signed(l, "household.title", "number", "X"), fullHousehold, nil, 0)
	p.Receipt = &fullReceipt
	return p
}}, {"doorareas", "a number for each area, and no name", func(l wording.Lang) any {
	return doorAreasView{signed(l, "households.areas"), desk.HouseholdAreas{}}
}, func(l wording.Lang) any {
	return doorAreasView{signed(l, "households.areas"), fullAreas}
}}}

// What somebody typed as an area is no formula in the table, the table says that its
// letters are more than ASCII, and nobody is in it twice.
func TestAreasAsATable(t *testing.T) {
	t.Parallel()
	body := newVisitor(t, &fakeDesk{}).in("worker").get("/households/areas.csv").Body.String()
	for _, want := range []string{letters + "area,areas_together,households,", "\n'=Sayram(1),1,3,9,2,", "2,2,0,"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
	if n := strings.Count(body, "\n"); n != 4 {
		t.Errorf("%d lines, want a head, two areas and the mark:\n%s", n, body)
	}
}

// Empty lines are nobody, a line keeps its id, and what a button asks for is sent.
func TestLinesOfAHousehold(t *testing.T) {
	t.Parallel()
	for pressed, want := range map[string]func(desk.HouseholdInput) bool{
		"record":                     func(in desk.HouseholdInput) bool { return !in.AllFiles && len(in.Files) == 0 },
		"files":                      func(in desk.HouseholdInput) bool { return in.AllFiles },
		"file." + string(fileID(33)): func(in desk.HouseholdInput) bool { return len(in.Files) == 1 && in.Files[0] == fileID(33) },
	} {
		d := &fakeDesk{}
		if res := newVisitor(t, d).in("worker").post("/households", with(doorSent, "go", pressed)); res.Code != 200 {
			t.Fatalf("%s: %d", pressed, res.Code)
		}
		in, _ := d.last.(desk.HouseholdInput)
		if len(in.Rows) != 2 || in.Rows[0].Line != fileID(31) || in.Rows[1].Of != fileID(31) || in.Rows[0].Said["writes"].Reveal() != "yes" || !want(in) {
			t.Errorf("%s sends %+v", pressed, in)
		}
	}
}

// What was typed at a door comes back whole.
func TestNothingTypedAtADoorIsLost(t *testing.T) {
	t.Parallel()
	for why, row := range map[string]struct {
		fail error
		with []string
	}{
		"a line must be mended":    {fault.Form(fault.Field{Name: "r1.consent", Code: "household.no_child"}), []string{"go", "files"}},
		"more lines are asked for": {nil, []string{"go", "rows"}},
		"the language is changed":  {nil, []string{"set_lang", "ru"}},
		"on a known household":     {fault.Form(fault.Field{Name: "visit", Code: "field.choice"}), []string{"go", "record", "known", "yes"}},
	} {
		d := &fakeDesk{fail: row.fail}
		body := newVisitor(t, d).in("worker").post("/households", with(doorSent, row.with...)).Body.String()
		for _, want := range []string{string(fileID(31)), string(fileID(33)), "&lt;Gul&gt;", `value="31"`, "&lt;Sayram&gt;"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %s is lost", why, want)
			}
		}
		if strings.Contains(body, string(fileID(32))) || len(d.acts) != 0 {
			t.Errorf("%s: an empty line is kept, or %v was done", why, d.acts)
		}
	}
}

// Whom a campaign looks for is the country's to say: without its words a page names
// nobody, with them it says whom, in the line, the list and the numbers.
func TestWhoIsLookedForIsTheCountrysWord(t *testing.T) {
	t.Parallel()
	country := func(key, said string) wording.Entry {
		return wording.Entry{Key: key, Texts: map[wording.Lang]wording.Text{"en": {wording.Other: said}, "ru": {wording.Other: said}, "kk": {wording.Other: said}}}
	}
	plain := signed("en", "households.title")
	with := plain
	with.words = wording.Join(testWords, wording.New([]wording.Entry{country("country.looked_for", "Shepherd"), country("country.looked_for.not", "No shepherd")}))
	for _, row := range []struct{ state, without, with string }{
		{"identified", "One of those looked for", "Shepherd"},
		{"settled", "Not one of those looked for", "No shepherd"},
		{"refused", "Refuses", "Refuses"},
	} {
		if a, b := plain.LineState(row.state), with.LineState(row.state); a != row.without || b != row.with {
			t.Errorf("%s: %q and %q", row.state, a, b)
		}
	}
	for _, o := range (form{with, nil}).lineStates().Options {
		if o.Value == "identified" && o.Label != "Shepherd" {
			t.Errorf("the form offers %q", o.Label)
		}
	}
	for _, key := range wording.Product().Keys() { // the lines of a household name no country's campaign
		if said := wording.Product().Say("en", key); strings.HasPrefix(key, "line_state.") && strings.Contains(said, "ationality") {
			t.Errorf("%s says %q", key, said)
		}
	}
}
