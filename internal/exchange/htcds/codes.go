package htcds

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// genders are the codes of 2.0, and what a file has for them. Who is neither, or of whom
// it is not said, is kept here as not known: that is said where it happens.
var genders = []struct{ code, sex string }{
	{"Feminine", "female"}, {"Masculine", "male"}, {"NonSpecifiedUnknown", "unknown"},
	{"TransgenderFeminine", ""}, {"TransgenderMasculine", ""}, {"NonConforming", ""},
	// before 1.0
	{"Female", "female"}, {"Male", "male"}, {"Unknown", "unknown"}, {"Transgender/NonConforming", ""},
}

func genderOf(sex string) string {
	for _, g := range genders {
		if g.sex == sex && sex != "" {
			return g.code
		}
	}
	return ""
}

// sexOf gives what a file has for a code; kept is false where it has nothing for it.
func sexOf(code string) (sex string, kept, known bool) {
	for _, g := range genders {
		if g.code == code {
			return g.sex, g.sex != "", true
		}
	}
	return "", false, false
}

// Codes of the status of a case and of a person, in the order of the standard.
const (
	Possible = "PossibleVictimOfTrafficking"
	Actual   = "ActualVictimOfTrafficking"
	NotOne   = "NotAVictimOfTrafficking"

	Active   = "Active"
	FollowUp = "FollowUp"
	Closed   = "Closed"
)

var (
	statuses = []string{Possible, Actual, NotOne}
	cases    = []string{Active, FollowUp, Closed, "ClosedReferred"}
)

// methods are the means of control. The standard is at odds with itself: its list of
// definitions, which CTDC shares, has RestrictsMovement and UsesChildren, and the list of
// choices of 2.0 does not; three others are spelled in two ways. Both spellings are read.
// The choice is written where there is one, and the word of the definitions where not.
// Threats of the definitions is wider than PhysicalThreats of the choices: it stays itself.
var methods = []struct{ code, defined, sign string }{
	{"PhysicalThreats", "", "threats"},
	{"", "Threats", ""},
	{"ThreatsLawEnforcement", "ThreatOfLawEnforcement", "denunciation_threat"},
	{"ThreatensChildrenFamily", "", ""},
	{"DebtBondage", "DebtBondage", "debt_bondage"},
	{"FalsePromises", "FalsePromises", ""},
	{"PhysicalAbuse", "PhysicalAbuse", "violence"},
	{"SexualAbuse", "SexualAbuse", ""},
	{"TakesEarnings", "TakesEarnings", "wages_withheld"},
	{"RestrictsFinancialAccess", "RestrictsFinancialAccess", ""},
	{"RestrictsMedicalCare", "RestrictsMedicalCare", ""},
	{"WithholdsNecessities", "WithholdsNecessities", ""},
	{"PsychologicalAbuse", "PsychologicalAbuse", ""},
	{"PsychoactiveSubstance", "PsychoactiveSubstances", ""},
	{"ExcessiveWorkingHours", "ExcessiveWorkingHours", "excessive_hours"},
	{"WithholdsDocuments", "WithholdsDocuments", "documents_confiscated"},
	{"", "RestrictsMovement", "isolation"},
	{"", "UsesChildren", ""},
	{"Other", "Other", ""},
}

// wider are signs that a code says less of than they do: written, and not read back.
var wider = map[string]string{
	"debt_recruited": "DebtBondage", "documents_taken_recruited": "WithholdsDocuments", "isolation_recruited": "RestrictsMovement", "money_withheld": "TakesEarnings",
	"violence_recruited": "PhysicalAbuse", "threats_recruited": "PhysicalThreats", "denunciation_recruited": "ThreatsLawEnforcement",
	"nature_of_job": "FalsePromises", "wages_promise": "FalsePromises", "conditions_promise": "FalsePromises", "contract_promise": "FalsePromises", "housing_promise": "FalsePromises",
	"papers_promise": "FalsePromises", "travel_promise": "FalsePromises", "family_reunion_promise": "FalsePromises", "marriage_promise": "FalsePromises", "education_promise": "FalsePromises",
}

// methodOf is a code as it is written, by either of its spellings.
func methodOf(said string) (string, bool) {
	for _, m := range methods {
		if said != "" && (said == m.code || said == m.defined) {
			return orElse(m.code, m.defined), true
		}
	}
	return "", false
}

// Defined says that a code is of the definitions alone: the list of choices lacks it.
func Defined(code string) bool {
	return slices.ContainsFunc(methods, func(m struct{ code, defined, sign string }) bool { return m.code == "" && m.defined == code })
}

// MethodsOf are the codes for signs of the ILO's list of 2009, in the order of the standard.
func MethodsOf(signs []string) (out []string) {
	for _, m := range methods {
		code := orElse(m.code, m.defined)
		if slices.ContainsFunc(signs, func(s string) bool {
			s = s[strings.LastIndexByte(s, '.')+1:]
			return m.sign == s || wider[s] == code
		}) {
			out = append(out, code)
		}
	}
	return out
}

// SignOf is the sign that means what a code does; of many codes there is none, and to
// take the nearest would weigh what nobody said.
func SignOf(code string) string {
	for _, m := range methods {
		if orElse(m.code, m.defined) == code {
			return m.sign
		}
	}
	return ""
}

// Signs are all that a code may be written for.
func Signs() (out []string) {
	for _, m := range methods {
		if m.sign != "" {
			out = append(out, m.sign)
		}
	}
	for s := range wider {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// others are codes of fields that a file has no place for: what is one of these may be
// kept beside the file in the standard's own word, and anything else is not.
var others = map[string][]string{
	"vic_TraffickingStatusDecisionMakingOrg": {"Police", "NGO", "CourtOrProsecution", "NonPoliceGovernmentalOrganization", "Other"},
	"vic_RelationshipToTrafficker":           {"Familial", "Acquainted", "Unaquainted"},
	"vic_MethodOfRecruitment":                {"AtAPlaceOfBusiness", "AtAnEducationalInstitution", "AtWork", "ThroughOnlineSocialNetworks", "ThroughAnOnlineAdvertisement", "ThroughATelevisionAdvert", "ThroughANewspaperAdvert", "ThroughFamilyOrFamilyEvents", "ThroughFriendsOrSocialEvents", "Other"},
	"vic_TypeOfExploitation":                 {"ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude", "ForcedMilitaryByNonStateActors", "OrganRemoval", "ForcedBegging", "ForcedAdoption", "Surrogacy", "Other"},
	"vic_TypeOfSexExploitation":              {"Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices"},
	"prs_MaritalStatus":                      {"Single", "Married", "Widowed", "Divorced", "Separated", "RegisteredPartnership"},
}

// Stateless is what passports write (ICAO 9303); ISO 3166 leaves it to its users. The
// standard has no word for it, and to leave it out would make a person somebody's citizen
// by silence.
const Stateless = "XXA"

// countryCode is ISO 3166 in two letters, as the standard asks, of three.
func countryCode(three string) string {
	if three == Stateless {
		return Stateless
	}
	r, err := language.ParseRegion(three)
	if err != nil || !r.IsCountry() {
		return ""
	}
	return r.String()
}

// country is ISO 3166 in three letters, of two or three.
func country(code string) (string, bool) {
	if code == Stateless {
		return Stateless, true
	}
	if len(code) != 2 && len(code) != 3 || code != strings.ToUpper(code) {
		return "", false
	}
	r, err := language.ParseRegion(code)
	if err != nil || !r.IsCountry() || r.ISO3() == "ZZZ" {
		return "", false
	}
	return r.ISO3(), true
}

// languageCode is ISO 639-2 of what packs write.
func languageCode(two string) string {
	b, err := language.ParseBase(two)
	if err != nil {
		return ""
	}
	return b.ISO3()
}

// spoken is what packs write for ISO 639-2.
func spoken(three string) (string, bool) {
	if len(three) != 3 || three != strings.ToLower(three) {
		return "", false
	}
	b, err := language.ParseBase(three)
	if err != nil {
		return "", false
	}
	return b.String(), true
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
