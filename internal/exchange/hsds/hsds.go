// Package hsds gives the directory of services as a feed of the Human Services Data
// Specification 3 (Open Referral): JSON as its API pages it, and a tabular data package.
// It has no address, no coordinates and no capacity of anybody, and of whoever runs a
// house with beds it has nothing at all: not one byte of a feed tells whether there is
// such a house.
//
// Fields were read in openreferral/specification: schema/simple/schema.csv,
// schema/service.json, schema/organization.json and schema/openapi.json (branch of 3.0).
package hsds

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"pana/internal/delimited"
)

// Version of the specification.
const Version = "3.0"

// Service is one of the directory's, in words of one language.
type Service struct {
	ID, Body string
	Name     string // what kind of help it is
	BodyName string
	BodyKind string // in words
	Area     string // the region, in words
	Takes    string // who is taken, in words
	Phone    string
	House    bool // it has beds, or its body runs a house
}

// Directory is what a feed is made of.
type Directory struct {
	Language string
	Services []Service
	// Hotline is the one number that leads to a house: its name and digits.
	HotlineName, Hotline string
	// Houses says in words that shelters are not in the feed, and how to find one.
	Houses string
}

type phone struct {
	ID      string `json:"id"`
	Service string `json:"service_id,omitempty"`
	Body    string `json:"organization_id,omitempty"`
	Number  string `json:"number"`
	Type    string `json:"type"`
}

type area struct {
	ID      string `json:"id"`
	Service string `json:"service_id"`
	Name    string `json:"name"`
}

type organization struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type service struct {
	ID           string       `json:"id"`
	Body         string       `json:"organization_id"`
	Name         string       `json:"name"`
	Status       string       `json:"status"`
	Eligibility  string       `json:"eligibility_description,omitempty"`
	Alert        string       `json:"alert,omitempty"`
	Organization organization `json:"organization"`
	Phones       []phone      `json:"phones,omitempty"`
	Areas        []area       `json:"service_areas,omitempty"`
}

// Feed is the directory as it is given.
type Feed struct{ services []service }

// Make leaves out whoever runs a house, with all that they offer: a number or a name that
// is the same leads to its door. What stands for all houses is the hotline, whether
// there are any or not.
func Make(d Directory) Feed {
	house := map[string]bool{}
	for _, s := range d.Services {
		house[s.Body] = house[s.Body] || s.House
	}
	// The same number or name under another body leads there as well.
	leads := map[string]bool{}
	for _, s := range d.Services {
		if house[s.Body] {
			leads["n"+s.BodyName], leads["p"+digits(s.Phone)] = true, true
		}
	}
	var out []service
	for _, s := range d.Services {
		if house[s.Body] || leads["n"+s.BodyName] {
			continue
		}
		one := service{
			ID: uuid("service", s.ID), Body: uuid("organization", s.Body), Name: s.Name, Status: "active", Eligibility: s.Takes,
			Organization: organization{uuid("organization", s.Body), s.BodyName, s.BodyKind},
		}
		if digits(s.Phone) != "" && !leads["p"+digits(s.Phone)] {
			one.Phones = []phone{{ID: uuid("phone", s.ID), Service: one.ID, Number: s.Phone, Type: "voice"}}
		}
		if s.Area != "" {
			one.Areas = []area{{uuid("service_area", s.ID), one.ID, s.Area}}
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b service) int { return cmp.Compare(a.ID, b.ID) })
	if d.Hotline != "" {
		line := uuid("service", "hotline")
		body := organization{uuid("organization", "hotline"), d.HotlineName, d.HotlineName}
		out = append([]service{{
			ID: line, Body: body.ID, Name: d.HotlineName, Status: "active", Alert: d.Houses, Organization: body,
			Phones: []phone{{ID: uuid("phone", "hotline"), Service: line, Number: d.Hotline, Type: "voice"}},
		}}, out...)
	}
	return Feed{out}
}

// digits of a number: spaces and brackets make it no other.
func digits(phone string) string {
	var out []rune
	for _, r := range phone {
		if r >= '0' && r <= '9' {
			out = append(out, r)
		}
	}
	return string(out)
}

// uuid is the same for the same thing in every feed, and says nothing of its number here.
func uuid(kind, of string) string {
	sum := sha256.Sum256([]byte("pana hsds\x00" + kind + "\x00" + of))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // RFC 9562, version 8
	s := hex.EncodeToString(sum[:16])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// Perimeter says what a feed covers, for a program.
func Perimeter() map[string]string {
	return map[string]string{
		"of":        "services that bodies of the country's directory offer now",
		"not":       "houses with beds, whoever runs one, addresses, coordinates, free places",
		"locations": "none: a service is given by the region it serves",
		"standard":  "Human Services Data Specification 3.0 (Open Referral)",
	}
}

// Services is the page of /services: one page has them all.
func (f Feed) Services() ([]byte, error) {
	page := struct {
		Items    int       `json:"total_items"`
		Pages    int       `json:"total_pages"`
		Page     int       `json:"page_number"`
		Size     int       `json:"size"`
		First    bool      `json:"first_page"`
		Last     bool      `json:"last_page"`
		Empty    bool      `json:"empty"`
		Contents []service `json:"contents"`
	}{len(f.services), 1, 1, len(f.services), true, true, len(f.services) == 0, append([]service{}, f.services...)}
	return indented(page)
}

// About is the answer at the root of the API.
func About() ([]byte, error) {
	return indented(map[string]any{
		"version": Version, "profile": "https://docs.openreferral.org/en/3.0/hsds/", "openapi_url": "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json",
		"perimeter": Perimeter(),
	})
}

func indented(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", " ")
	return append(b, '\n'), err
}

// File is one of a tabular data package.
type File struct {
	Name string
	Text []byte
}

// table is a resource of the package.
type table struct {
	name, file string
	rows       [][]string
}

func (f Feed) tables() []table {
	organizations, services := [][]string{{"id", "name", "description"}}, [][]string{{"id", "organization_id", "name", "status", "eligibility_description", "alert"}}
	phones, areas := [][]string{{"id", "service_id", "number", "type"}}, [][]string{{"id", "service_id", "name"}}
	seen := map[string]bool{}
	for _, s := range f.services {
		if o := s.Organization; !seen[o.ID] {
			seen[o.ID] = true
			organizations = append(organizations, []string{o.ID, o.Name, o.Description})
		}
		services = append(services, []string{s.ID, s.Body, s.Name, s.Status, s.Eligibility, s.Alert})
		for _, p := range s.Phones {
			phones = append(phones, []string{p.ID, p.Service, p.Number, p.Type})
		}
		for _, a := range s.Areas {
			areas = append(areas, []string{a.ID, a.Service, a.Name})
		}
	}
	return []table{{"organization", "organizations.csv", organizations}, {"service", "services.csv", services}, {"phone", "phones.csv", phones}, {"service_area", "service_areas.csv", areas}}
}

// Package is the tabular data package: its description, and a table for each resource.
func (f Feed) Package() ([]File, error) {
	type field struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	type resource struct {
		Profile string             `json:"profile"`
		Name    string             `json:"name"`
		Path    string             `json:"path"`
		Format  string             `json:"format"`
		Schema  map[string][]field `json:"schema"`
	}
	var resources []resource
	var out []File
	for _, t := range f.tables() {
		var fields []field
		for _, name := range t.rows[0] {
			fields = append(fields, field{name, "string"})
		}
		resources = append(resources, resource{"tabular-data-resource", t.name, t.file, "csv", map[string][]field{"fields": fields}})
		var text bytes.Buffer
		if err := delimited.Write(&text, t.rows); err != nil {
			return nil, err
		}
		out = append(out, File{t.file, text.Bytes()})
	}
	about, err := indented(map[string]any{"profile": "tabular-data-package", "name": "directory", "hsds_version": Version, "perimeter": Perimeter(), "resources": resources})
	return append([]File{{"datapackage.json", about}}, out...), err
}
