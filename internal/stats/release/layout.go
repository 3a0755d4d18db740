package release

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"pana/internal/stats/synthetic"
)

// Layout is a table's columns as others publish it, with the values that each may have.
type Layout struct {
	Name    string         `json:"name"`
	What    string         `json:"what"`
	Columns []LayoutColumn `json:"columns"`
}

// LayoutColumn is one column, and where its values are found in a list that has other
// columns: the first of From that the list has; of signs, each of them.
type LayoutColumn struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"` // none: it is never filled
	From   []Origin `json:"from,omitempty"`
	Lost   string   `json:"lost,omitempty"` // what the column does not say that its origins do, or why it is empty
}

// Origin is a column of the list; Has is a value in it, or among its values with
// semicolons between, and As is what is said for it.
type Origin struct {
	Column string `json:"column"`
	Has    string `json:"has,omitempty"`
	As     string `json:"as,omitempty"`
}

// ages are CTDC's bands, as shared by all its layouts.
var ages = []string{"0--8", "9--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+"}

// Layouts are CTDC's, by the number of columns. The first was read as the header of its
// k-anonymised file of July 2021 in public code; the second in public code that imitates a
// later file; the third in public code that reads the Global Synthetic Dataset of
// 2024 and after. None of CTDC's own codebooks could be read: values are those seen.
var Layouts = []Layout{ctdc63(), ctdc37(), ctdc27()}

// FindLayout finds one by its name.
func FindLayout(name string) (*Layout, bool) {
	i := slices.IndexFunc(Layouts, func(l Layout) bool { return l.Name == name })
	if i < 0 {
		return nil, false
	}
	return &Layouts[i], true
}

// means are the 17 means of control that CTDC's first layout shares with the field
// definitions of HTCDS 2.0, in its order, each with the choice of HTCDS where it is
// spelt otherwise.
var means = [][2]string{
	{"DebtBondage"}, {"TakesEarnings"}, {"RestrictsFinancialAccess"}, {"Threats"}, {"PsychologicalAbuse"}, {"PhysicalAbuse"}, {"SexualAbuse"},
	{"FalsePromises"}, {"PsychoactiveSubstances", "PsychoactiveSubstance"}, {"RestrictsMovement"}, {"RestrictsMedicalCare"}, {"ExcessiveWorkingHours"},
	{"UsesChildren"}, {"ThreatOfLawEnforcement", "ThreatsLawEnforcement"}, {"WithholdsNecessities"}, {"WithholdsDocuments"}, {"Other"},
}

func meansFrom(names ...string) (out []Origin) {
	for _, name := range names {
		i := slices.IndexFunc(means, func(m [2]string) bool { return m[0] == name })
		out = append(out, Origin{Column: "meansOfControl" + name, Has: "1", As: "1"}, Origin{"vic_MethodsOfControl", name, "1"})
		if other := means[i][1]; other != "" {
			out = append(out, Origin{"vic_MethodsOfControl", other, "1"})
		}
		if name == "Threats" { // narrower, and so a threat
			out = append(out, Origin{"vic_MethodsOfControl", "PhysicalThreats", "1"}, Origin{"vic_MethodsOfControl", "ThreatensChildrenFamily", "1"})
		}
	}
	return out
}

func sign(name string, from ...Origin) LayoutColumn {
	return LayoutColumn{Name: name, Values: []string{"0", "1"}, From: from}
}

func flag(column string) Origin       { return Origin{column, "1", "1"} }
func exploitation(code string) Origin { return Origin{"vic_TypeOfExploitation", code, "1"} }
func list(name string, values ...string) LayoutColumn {
	return LayoutColumn{Name: name, Values: values}
}

func years() (out []string) {
	for y := 2002; y <= 2040; y++ {
		out = append(out, strconv.Itoa(y))
	}
	return out
}

// former are codes that golang.org/x/text knows and that are of no country of today:
// withdrawn, or reserved for something else.
var former = []string{"AC", "AN", "CP", "CQ", "CS", "DG", "EA", "EU", "EZ", "FQ", "IC", "SU", "TA", "TP", "UN", "YU"}

// countries are the codes of ISO 3166-1, of two letters or of three, as golang.org/x/text
// has them (CLDR); and XK.
func countries(letters int) (out []string) {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string(a) + string(b))
			if err != nil || !r.IsCountry() || slices.Contains(former, r.String()) || r.Canonicalize() != r || r.String() != string(a)+string(b) {
				continue
			}
			if letters == 3 {
				out = append(out, r.ISO3())
			} else {
				out = append(out, r.String())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var genders = map[string][2]string{"Feminine": {"Female", "Woman"}, "Masculine": {"Male", "Man"}, "female": {"Female", "Woman"}, "male": {"Male", "Man"}}

func gender(newer bool) LayoutColumn {
	c, which := list("gender", "Female", "Male"), 0
	if newer {
		c, which = list("gender", "Man", "Woman", "Trans/Transgender/NonConforming"), 1
		for _, of := range []string{"TransgenderFeminine", "TransgenderMasculine", "NonConforming"} {
			c.From = append(c.From, Origin{"prs_Gender", of, c.Values[2]})
		}
		c.From = append(c.From, Origin{"gender", "Female", "Woman"}, Origin{"gender", "Male", "Man"})
	}
	for _, of := range []string{"Feminine", "Masculine"} {
		c.From = append(c.From, Origin{"prs_Gender", of, genders[of][which]})
	}
	for _, of := range []string{"female", "male"} {
		c.From = append(c.From, Origin{"sex", of, genders[of][which]})
	}
	return c
}

const (
	ofOthers  = "made of the columns before it: not filled, as its wording could not be read"
	noneKnown = "its values could not be read: not filled"
)

func ctdc63() Layout {
	l := Layout{Name: "ctdc-63", What: "CTDC, k-anonymised dataset, header of July 2021: 63 columns"}
	put := func(c ...LayoutColumn) { l.Columns = append(l.Columns, c...) }
	put(list("yearOfRegistration", years()...), LayoutColumn{Name: "Datasource", Lost: noneKnown}, gender(false), list("ageBroad", ages...),
		list("majorityStatus", "Adult", "Minor"), list("majorityStatusAtExploit", "Adult", "Minor"), list("majorityEntry", "Adult", "Minor"),
		LayoutColumn{Name: "citizenship", Values: countries(2), From: []Origin{{Column: "prs_Citizenship"}}})
	for _, m := range means {
		put(sign("meansOfControl"+m[0], meansFrom(m[0])[1:]...))
	}
	put(sign("meansOfControlNotSpecified"), LayoutColumn{Name: "meansOfControlConcatenated", Lost: ofOthers})
	put(sign("isForcedLabour", exploitation("ForcedLabour")), sign("isSexualExploit", exploitation("SexualExploitation")),
		sign("isOtherExploit", exploitation("Other")), sign("isSexAndLabour"), sign("isForcedMarriage", exploitation("ForcedMarriage")),
		sign("isForcedMilitary", exploitation("ForcedMilitaryByNonStateActors")), sign("isOrganRemoval", exploitation("OrganRemoval")),
		sign("isSlaveryAndPractices", exploitation("Servitude")), LayoutColumn{Name: "typeOfExploitConcatenated", Lost: ofOthers})
	for _, of := range []string{"Agriculture", "Aquafarming", "Begging", "Construction", "DomesticWork", "Hospitality", "IllicitActivities", "Manufacturing", "MiningOrDrilling", "Peddling", "Transportation", "Other", "NotSpecified"} {
		c := sign("typeOfLabour" + of)
		if of == "Begging" {
			c.From = []Origin{exploitation("ForcedBegging")}
		}
		put(c)
	}
	put(LayoutColumn{Name: "typeOfLabourConcatenated", Lost: ofOthers})
	for _, of := range []string{"Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices"} {
		put(sign("typeOfSex"+of, Origin{"vic_TypeOfSexExploitation", of, "1"}))
	}
	put(LayoutColumn{Name: "typeOfSexConcatenated", Lost: ofOthers}, sign("isAbduction"), LayoutColumn{Name: "RecruiterRelationship", Lost: noneKnown},
		LayoutColumn{Name: "CountryOfExploitation", Values: countries(2)})
	for _, of := range []string{"IntimatePartner", "Friend", "Family", "Other", "Unknown"} {
		put(sign("recruiterRelation" + of))
	}
	return l
}

// narrowed are the names of the second layout, of which one program took the ends off.
var narrowed = [][2]string{{"DebtBondage"}, {"TakesEarnings"}, {"Threats"}, {"PsychologicalAbuse"}, {"PhysicalAbuse"}, {"SexualAbuse"}, {"FalsePromises"},
	{"PsychoactiveSubsta", "PsychoactiveSubstances"}, {"RestrictsMovement"}, {"RestrictsMedicalCa", "RestrictsMedicalCare"}, {"ExcessiveWorkingHo", "ExcessiveWorkingHours"},
	{"ThreatOfLawEnforce", "ThreatOfLawEnforcement"}, {"WithholdsNecessiti", "WithholdsNecessities"}, {"WithholdsDocuments"}, {"Other"}}

var (
	otherKinds  = []Origin{exploitation("Other"), flag("isForcedMarriage"), flag("isForcedMilitary"), flag("isOrganRemoval"), flag("isSlaveryAndPractices"), exploitation("ForcedMarriage"), exploitation("ForcedMilitaryByNonStateActors"), exploitation("OrganRemoval"), exploitation("Servitude"), exploitation("ForcedAdoption"), exploitation("Surrogacy")}
	otherLabour = []string{"Aquafarming", "Begging", "IllicitActivities", "Manufacturing", "MiningOrDrilling", "Peddling", "Transportation"}
)

func head(l *Layout, majority bool) {
	l.Columns = append(l.Columns, list("yearOfRegistration", years()...), gender(true), list("ageBroad", ages...))
	months := LayoutColumn{Name: "traffickMonths", Lost: noneKnown}
	if majority {
		l.Columns = append(l.Columns, list("majorityStatusAtExploit", "Adult", "Minor"), months)
	}
	l.Columns = append(l.Columns, LayoutColumn{Name: "citizenship", Values: countries(3), From: []Origin{{Column: "prs_Citizenship"}}}, LayoutColumn{Name: "CountryOfExploitation", Values: countries(3)})
	if !majority {
		l.Columns = append(l.Columns, months)
	}
}

func ctdc37() Layout {
	l := Layout{Name: "ctdc-37", What: "CTDC, later file, as public code imitates it: 37 columns"}
	head(&l, true)
	put := func(c LayoutColumn, lost string) { c.Lost = lost; l.Columns = append(l.Columns, c) }
	for _, m := range narrowed {
		whole := m[1]
		if whole == "" {
			whole = m[0]
		}
		from := meansFrom(whole)
		if m[0] == whole {
			from = from[1:]
		}
		lost := ""
		if m[0] == "Other" {
			from, lost = append(from, meansFrom("RestrictsFinancialAccess", "UsesChildren")...), "RestrictsFinancialAccess and UsesChildren are among the others"
		}
		put(sign("meansOfControl"+m[0], from...), lost)
	}
	put(sign("isForcedLabour", exploitation("ForcedLabour")), "")
	put(sign("isSexualExploit", exploitation("SexualExploitation")), "")
	put(sign("isOtherExploit", otherKinds...), "which other")
	for _, of := range []string{"Agriculture", "Construction", "DomesticWork", "Hospitality"} {
		put(sign("typeOfLabour"+of), "")
	}
	var rest []Origin
	for _, of := range otherLabour {
		rest = append(rest, flag("typeOfLabour"+of))
	}
	put(sign("typeOfLabourOther", rest...), "which other")
	put(sign("typeOfSexProstitution", Origin{"vic_TypeOfSexExploitation", "Prostitution", "1"}), "")
	put(sign("typeOfSexPornography", Origin{"vic_TypeOfSexExploitation", "Pornography", "1"}), "")
	put(sign("typeOfSexOther", flag("typeOfSexRemoteInteractiveServices"), flag("typeOfSexPrivateSexualServices"), Origin{"vic_TypeOfSexExploitation", "RemoteInteractiveServices", "1"}, Origin{"vic_TypeOfSexExploitation", "PrivateSexualServices", "1"}), "which other")
	recruiters(&l)
	return l
}

func recruiters(l *Layout) {
	for _, of := range []string{"IntimatePartner", "Friend", "Family", "Other"} {
		l.Columns = append(l.Columns, sign("recruiterRelation"+of))
	}
}

// ctdc27 has 1 or nothing in a sign: an absent sign and one that was not recorded are the
// same.
func ctdc27() Layout {
	l := Layout{Name: "ctdc-27", What: "CTDC, Global Synthetic Dataset, as public code of 2024 and after reads it: 27 columns"}
	head(&l, false)
	put := func(name, lost string, from ...Origin) {
		l.Columns = append(l.Columns, LayoutColumn{Name: name, Values: []string{"1"}, From: from, Lost: strings.TrimPrefix(lost+"; that a sign is absent", "; ")})
	}
	put("meansDebtBondageEarnings", "which of the two", meansFrom("DebtBondage", "TakesEarnings")...)
	put("meansThreats", "by whom", meansFrom("Threats", "ThreatOfLawEnforcement")...)
	put("meansAbusePsyPhySex", "which abuse", meansFrom("PsychologicalAbuse", "PhysicalAbuse", "SexualAbuse")...)
	put("meansFalsePromises", "", meansFrom("FalsePromises")...)
	put("meansDrugsAlcohol", "", meansFrom("PsychoactiveSubstances")...)
	put("meansDenyBasicNeeds", "which need", meansFrom("RestrictsFinancialAccess", "RestrictsMovement", "RestrictsMedicalCare", "WithholdsNecessities")...)
	put("meansExcessiveWorkHours", "", meansFrom("ExcessiveWorkingHours")...)
	put("meansWithholdDocs", "", meansFrom("WithholdsDocuments")...)
	put("isForcedLabour", "", exploitation("ForcedLabour"))
	put("isSexualExploit", "", exploitation("SexualExploitation"))
	put("isOtherExploit", "which other", otherKinds...)
	for _, of := range []string{"Agriculture", "Construction", "DomesticWork", "Hospitality"} {
		put("sectorOfLabour"+of, "", flag("typeOfLabour"+of))
	}
	put("sectorOfSexProstitution", "", flag("typeOfSexProstitution"), Origin{"vic_TypeOfSexExploitation", "Prostitution", "1"})
	put("sectorOfSexPornography", "", flag("typeOfSexPornography"), Origin{"vic_TypeOfSexExploitation", "Pornography", "1"})
	for _, of := range []string{"IntimatePartner", "Friend", "Family", "Other"} {
		put("recruiterRelation"+of, "")
	}
	return l
}

// Taken is a list in a layout's columns.
type Taken struct {
	Head  []string
	Rows  [][]string
	Fates []Fate
}

// Fate is what became of one column of a layout.
type Fate struct {
	Column string   `json:"column"`
	From   []string `json:"from"` // none: nothing is in it
	Lost   string   `json:"lost,omitempty"`
}

// filled are the columns in which anything can be.
func (t *Taken) filled() (out []string) {
	for _, f := range t.Fates {
		if len(f.From) > 0 {
			out = append(out, f.Column)
		}
	}
	return out
}

// Take brings a list into a layout's columns. A value that is not among a column's is
// refused with how many there are, and never repeated.
func (l *Layout) Take(names []string, rows [][]string) (*Taken, error) {
	t := &Taken{Rows: make([][]string, len(rows))}
	for i := range t.Rows {
		t.Rows[i] = make([]string, len(l.Columns))
	}
	for c, column := range l.Columns {
		t.Head = append(t.Head, column.Name)
		fate := Fate{Column: column.Name, From: []string{}, Lost: column.Lost}
		if len(column.Values) == 0 {
			t.Fates = append(t.Fates, fate)
			continue
		}
		other := 0
		for _, from := range append([]Origin{{Column: column.Name}}, column.From...) {
			at := slices.Index(names, from.Column)
			if at < 0 {
				continue
			}
			if !slices.Contains(fate.From, from.Column) {
				fate.From = append(fate.From, from.Column)
			}
			for i, row := range rows {
				said, found := from.reads(row[at], &column)
				switch {
				case !found:
					other++
				case said != "" && (t.Rows[i][c] == "" || t.Rows[i][c] == "0"):
					t.Rows[i][c] = said
				}
			}
		}
		if len(fate.From) == 0 && fate.Lost == "" {
			fate.Lost = "the list has nothing for it"
		}
		if other > 0 {
			return nil, fmt.Errorf("layout %s, column %s: %d values are none of its own: pana release --layouts says which there are", l.Name, column.Name, other)
		}
		t.Fates = append(t.Fates, fate)
	}
	return t, nil
}

// reads is what a value says for a column; found is false where the column itself has one
// that it may not have.
func (o Origin) reads(value string, c *LayoutColumn) (said string, found bool) {
	value = strings.TrimSpace(value)
	if value == "" {
		return "", true
	}
	if o.Has != "" {
		for part := range strings.SplitSeq(value, ";") {
			if strings.TrimSpace(part) == o.Has {
				return o.As, true
			}
		}
		return "", true
	}
	if o.Column != c.Name { // of several, as of citizenships, the first is said
		value, _, _ = strings.Cut(value, ";")
	}
	if r, err := language.ParseRegion(value); err == nil && len(c.Values) > 100 && len(value) <= 3 {
		if value = r.String(); len(c.Values[0]) == 3 {
			value = r.ISO3()
		}
	}
	if slices.Contains(c.Values, value) {
		return value, true
	}
	// What another layout says in a column of the same name is read from there; and 0 is
	// not said where there is only 1.
	return "", value == "0" || slices.ContainsFunc(c.From, func(f Origin) bool { return f.Column == c.Name && f.Has == value })
}

// declared are a layout's columns for synthetic records.
func (t *Taken) declared(l *Layout) (out []synthetic.Column) {
	for _, c := range l.Columns {
		if slices.Contains(t.filled(), c.Name) {
			out = append(out, synthetic.Column{Name: c.Name, Values: c.Values})
		}
	}
	return out
}
