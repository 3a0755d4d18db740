// Package htcds writes and reads the Human Trafficking Case Data Standard 2.0 of IOM as
// a table: a row for each case, the names of fields in the first line, semicolons between
// several values of one field, as the standard's own spreadsheets have it. It carries
// what a file has a place for, and says of every other field why it is not carried. It
// decides nothing and opens no file, and a finding never repeats what stands in a cell.
//
// Fields and codes were read in UNMigration/HTCDS: "HTCDS Field Standards 2.0.ods" (the
// list of 2.0), "Field Definitions.md" and "HTCDS Field Reference.md" (definitions, and
// the codes of versions before it), "Toolkit/Excel/README.md" (the table) and
// "Toolkit/Survey/htcds_xform.xml" (names as the survey form spells them).
package htcds

import (
	"pana/internal/withheld"
)

// Version of the standard that is written. Older codes are read as well.
const Version = "2.0"

// Record is one case as far as the standard and a file agree. The name is whole: which
// word of it is a family's is not known here, and guessed wrongly of half the people.
type Record struct {
	Line     int // in the table it was read from
	Name     withheld.Text
	Born     withheld.Text // 2011-05-01: the standard has no part of a date
	Sex      string        // female, male, unknown
	Language string        // as packs write it: kk
	Citizen  []withheld.Text
	Document withheld.Text
	Methods  []string // codes of the standard, in its order
	Status   string   // code of the standard
	Case     string   // code of the standard
	Besides  []Coded  // codes of fields that a file has no place for
}

// Coded is a field with codes of the standard, and nothing that was typed.
type Coded struct {
	Field string
	Codes []string
}

// Why a field is not carried.
const (
	NoPlace  = "no_place" // a file has no such field
	Free     = "free"     // free text about a person stays in the part of the file that protects it
	Where    = "where"    // where somebody lives, is reached or was held
	Anew     = "anew"     // what was agreed with another organisation is asked anew here
	Others   = "others"   // about other persons and organisations
	Deciders = "deciders" // kept by who decides, and not in what a worker takes out
)

// Field is one of the standard's. Why is empty of those that are carried; One says that
// it is written and not taken over when it is read: here that is decided anew.
type Field struct {
	Name string `json:"field"`
	Core bool   `json:"core,omitempty"`
	Why  string `json:"not_carried,omitempty"`
	One  bool   `json:"one_way,omitempty"`
}

// The fields that are carried.
const (
	fieldName     = "prs_SecondName"
	fieldBorn     = "prs_Birthdate"
	fieldGender   = "prs_Gender"
	fieldLanguage = "prs_PrimaryLanguage"
	fieldCitizen  = "prs_Citizenship"
	fieldDocument = "prs_IdentityNumber"
	fieldStatus   = "vic_TraffickingStatus"
	fieldMethods  = "vic_MethodsOfControl"
	fieldCase     = "cas_Status"

	fieldFirst  = "prs_FirstName"
	fieldMiddle = "prs_MiddleName"
)

// Columns are the fields that are written, in the order of the standard.
func Columns() (out []string) {
	for _, f := range Fields() {
		if f.Why == "" && f.Name != fieldFirst && f.Name != fieldMiddle {
			out = append(out, f.Name)
		}
	}
	return out
}

// Fields is every field of the standard.
func Fields() []Field { return fields }

var fields = func() []Field {
	var out []Field
	list := func(core bool, why string, names ...string) {
		for _, n := range names {
			out = append(out, Field{Name: n, Core: core, Why: why})
		}
	}
	list(false, Others, "org_Name", "org_ShippingStreet", "org_ShippingCity", "org_ShippingState", "org_ShippingCountry", "org_ShippingPostalCode", "org_ShippingLongitude", "org_ShippingLatitude", "org_Phone", "org_Type")
	list(true, NoPlace, "prs_Salutation")
	list(true, "", fieldFirst)
	list(false, "", fieldMiddle)
	list(true, "", fieldName, fieldBorn, fieldGender)
	list(false, NoPlace, "prs_Deceased", "prs_MaritalStatus", "prs_NumberOfChildren")
	list(false, "", fieldLanguage)
	list(false, NoPlace, "prs_SecondaryLanguage", "prs_HighestLevelOfEducation")
	list(true, "", fieldCitizen)
	list(false, "", fieldDocument)
	list(true, NoPlace, "prs_Title")
	list(true, Where, "prs_Email", "prs_HomePhone", "prs_MobilePhone", "prs_MailingStreet", "prs_MailingCity", "prs_MailingState", "prs_MailingCountry", "prs_MailingPostalCode")
	list(false, Where, "prs_MailingLongitude", "prs_MailingLatitude")
	list(false, Anew, "vic_AgreementToManagePersonalData")
	out = append(out, Field{Name: fieldStatus, Core: true, One: true})
	list(true, Deciders, "vic_TraffickingStatusDecisionMakingOrg")
	list(false, NoPlace, "vic_RelationshipToTrafficker", "vic_AgeWhenTrafficked", "vic_RecruitmentWebsitesAndApps", "vic_ExploitationWebsitesAndApps")
	list(true, NoPlace, "vic_MethodOfRecruitment")
	list(true, Where, "vic_LocationOfRecruitment", "vic_LocationOfExploitation")
	list(true, "", fieldMethods)
	list(true, Deciders, "vic_TypeOfExploitation")
	list(true, NoPlace, "vic_ForcedLabourIndustry", "vic_TypeOfSexExploitation")
	list(false, Free, "vic_Vulnerabilities", "vic_DetailsOfVulnerabilities")
	list(false, Others, "per_RoleInProcess", "per_RoleDetails")
	out = append(out, Field{Name: fieldCase, Core: true, One: true})
	list(true, Free, "cas_ReasonForCaseClosure")
	list(true, Others, "cas_CaseOwner", "cas_ReferringOrganisation", "cas_IncomingReferralDate", "cas_ReferringPrimaryCaseWorker", "cas_ReasonForIncomingReferral")
	list(true, Free, "cas_IncomingReferralDetails")
	list(true, Others, "cas_ReferredOrganisation", "cas_ReferredPrimaryCaseWorker", "cas_ReasonForOutgoingReferral", "cas_OutgoingReferralDate")
	list(true, Free, "cas_OutgoingReferralDetails")
	list(false, Free, "cco_CaseComment")
	list(false, Where, "hte_Longitude", "hte_Latitude", "hte_City", "hte_Country", "hte_State", "hte_Street", "hte_PostalCode")
	list(false, NoPlace, "hte_Date", "hte_Type")
	list(false, Free, "hte_Description", "spl_Objectives", "spl_ActionPlan")
	list(false, NoPlace, "spl_PlannedEndDate", "spl_ActualEndDate", "spl_Type")
	list(true, Anew, "con_Consent")
	return out
}()

// alias are names that the standard's own survey form spells in another way, and the
// name that a field had before 1.0.
var alias = map[string]string{
	"prs_First_Name": fieldFirst, "prs_Second_Name": fieldName, "prs_Nationality": fieldCitizen, "vic_Methods_of_Control": fieldMethods,
}

func fieldCalled(name string) (Field, bool) {
	if a, ok := alias[name]; ok {
		name = a
	}
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}
