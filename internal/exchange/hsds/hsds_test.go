package hsds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/delimited"
)

// everything is all bytes that a feed gives.
func everything(t interface{ Fatal(...any) }, d Directory) string {
	f := Make(d)
	all, err := f.Services()
	if err != nil {
		t.Fatal(err)
	}
	files, err := f.Package()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range files {
		all = append(append(all, one.Name...), one.Text...)
	}
	return string(all)
}

// Whatever directory a country has: a feed with its houses is byte for byte the feed
// without them, so that nothing in it, no name, no number, no count, tells of one.
func TestAFeedTellsOfNoHouse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		d := Directory{Language: "en", HotlineName: "Hotline", Hotline: "11616", Houses: "Ring."}
		bodies := rapid.IntRange(0, 6).Draw(r, "bodies")
		houses := map[string]bool{}
		for b := range bodies {
			body, house := fmt.Sprintf("body-%d", b), rapid.Bool().Draw(r, "runs a house")
			houses[body] = house
			n := rapid.IntRange(1, 4).Draw(r, "services")
			beds := rapid.IntRange(0, n-1).Draw(r, "which has beds")
			for s := range n {
				secret := ""
				if house {
					secret = "SECRET"
				}
				d.Services = append(d.Services, Service{
					ID: fmt.Sprintf("%s-%d", body, s), Body: body, Name: "Help", BodyName: secret + body, BodyKind: "NGO" + secret, Area: rapid.SampledFrom([]string{"", "North", "South"}).Draw(r, "area"),
					Takes: secret, Phone: fmt.Sprintf("+7 (70%d) 000-00-0%d", map[bool]int{false: 1, true: 7}[house], b), House: house && s == beds,
				})
			}
		}
		without := d
		without.Services = slices.DeleteFunc(slices.Clone(d.Services), func(s Service) bool { return houses[s.Body] })
		got := everything(r, d)
		if got != everything(r, without) {
			t.Fatal("the feed of a country with houses is another")
		}
		if strings.Contains(got, "SECRET") || strings.Contains(got, "(707)") || strings.Contains(got, "latitude") || strings.Contains(got, "address_1") || strings.Contains(got, "capacit") {
			t.Fatalf("a house is told of: %s", got)
		}
	})
}

// A house's number or name that stands at another body as well is not given there either.
func TestANumberThatLeadsToAHouseIsNotGiven(t *testing.T) {
	t.Parallel()
	got := everything(t, Directory{Services: []Service{
		{ID: "1", Body: "a", Name: "Shelter", BodyName: "Quiet house", Phone: "+7 701 111 22 33", House: true},
		{ID: "2", Body: "b", Name: "Legal help", BodyName: "Lawyers", Phone: "+7(701)111-22-33"},
		{ID: "3", Body: "c", Name: "Money", BodyName: "Quiet house", Phone: "+7 702 000 00 00"},
	}})
	if strings.Contains(got, "111") || strings.Contains(got, "Quiet") || !strings.Contains(got, "Lawyers") {
		t.Error(got)
	}
}

// The page and the package say the same, and every reference leads somewhere.
func TestThePackageIsThePage(t *testing.T) {
	t.Parallel()
	f := Make(Directory{HotlineName: "Hotline", Hotline: "11616", Houses: "Ring.", Services: []Service{
		{ID: "2", Body: "b", Name: "Legal help", BodyName: "=Lawyers", BodyKind: "NGO", Area: "North", Takes: "women", Phone: "+7 701 111 22 33"},
		{ID: "3", Body: "b", Name: "Money", BodyName: "=Lawyers", BodyKind: "NGO"},
	}})
	text, err := f.Services()
	var page struct {
		Items    int `json:"total_items"`
		Contents []map[string]any
	}
	if err != nil || json.Unmarshal(text, &page) != nil || page.Items != 3 || len(page.Contents) != 3 {
		t.Fatalf("%s, %v", text, err)
	}
	files, err := f.Package()
	if err != nil || len(files) != 5 {
		t.Fatal(len(files), err)
	}
	ids := map[string]bool{}
	rows := map[string][]map[string]string{}
	for _, file := range files[1:] {
		table, err := delimited.Open(file.Text, "", "id")
		if err != nil {
			t.Fatal(err)
		}
		for {
			row, _, err := table.Next()
			if err != nil {
				t.Fatal(err)
			}
			if row == nil {
				break
			}
			cells := map[string]string{}
			for i, name := range table.Head {
				cells[name] = row[i]
			}
			ids[cells["id"]] = true
			rows[file.Name] = append(rows[file.Name], cells)
		}
		if !bytes.Contains(files[0].Text, []byte(file.Name)) {
			t.Errorf("%s is not in the description", file.Name)
		}
	}
	if len(rows["organizations.csv"]) != 2 || len(rows["services.csv"]) != 3 || len(rows["phones.csv"]) != 2 || len(rows["service_areas.csv"]) != 1 {
		t.Errorf("%v", rows)
	}
	for _, table := range rows {
		for _, cells := range table {
			for _, to := range []string{"organization_id", "service_id"} {
				if cells[to] != "" && !ids[cells[to]] {
					t.Errorf("%s leads nowhere", to)
				}
			}
		}
	}
	for _, required := range []string{"id", "name", "status"} { // schema/service.json
		for _, s := range page.Contents {
			if s[required] == nil || s["organization"].(map[string]any)["description"] == "" {
				t.Errorf("a service without %s, or an organisation without a description", required)
			}
		}
	}
}
