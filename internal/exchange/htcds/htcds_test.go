package htcds

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pana/internal/delimited"
	"pana/internal/withheld"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func written(t interface{ Fatal(...any) }, records []Record) []byte {
	var b bytes.Buffer
	if err := delimited.Write(&b, Rows(records)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever a file holds: written, read and written again it is the same bytes.
func TestWrittenReadAndWrittenAgainIsTheSame(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, m := range methods {
		codes = append(codes, orElse(m.code, m.defined))
	}
	rapid.Check(t, func(r *rapid.T) {
		var records []Record
		for range rapid.IntRange(1, 12).Draw(r, "records") {
			name := rapid.SampledFrom([]string{"Әлия Сәрсенқызы", "O'Brien, \"Ann\"", "'Abd al-Rahman", "=cmd", "-x", "Нур; Али", " край ", "Мария\nАнна"}).Draw(r, "name")
			rec := Record{
				Name: withheld.New(name), Sex: rapid.SampledFrom([]string{"", "female", "male", "unknown"}).Draw(r, "sex"),
				Born:     withheld.New(rapid.SampledFrom([]string{"", "2009-01-01", "1988-12-31", "2011", "2011-05"}).Draw(r, "born")),
				Language: rapid.SampledFrom([]string{"", "kk", "ru", "uz", "ky", "tg", "tk", "ug", "fa", "ps", "zh", "tr", "en", "ar", "uk", "not_sure"}).Draw(r, "language"),
				Document: withheld.New(rapid.SampledFrom([]string{"", "N 0123456", "+7"}).Draw(r, "document")),
				Methods:  slices.DeleteFunc(slices.Clone(codes), func(string) bool { return rapid.Bool().Draw(r, "left") }),
				Status:   rapid.SampledFrom(append([]string{""}, statuses...)).Draw(r, "status"), Case: rapid.SampledFrom(append([]string{""}, cases...)).Draw(r, "case"),
			}
			for _, c := range []string{"KAZ", "UZB", "AFG", Stateless, "XXX"} {
				if rapid.Bool().Draw(r, c) {
					rec.Citizen = append(rec.Citizen, withheld.New(c))
				}
			}
			records = append(records, rec)
		}
		first := written(r, records)
		read, found := Read(first, now)
		if Stopped(found) {
			t.Fatalf("its own table is refused: %+v", found)
		}
		if again := written(r, read); !bytes.Equal(first, again) {
			t.Fatalf("%q became %q", first, again)
		}
		whole, err := JSON(read, nil)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := FromJSON(whole)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := delimited.Write(&b, rows); err != nil || !bytes.Equal(first, b.Bytes()) {
			t.Fatalf("through JSON %q became %q, %v", first, b.Bytes(), err)
		}
	})
}

func TestEachSpellingOfTheStandardIsRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // why in the key: names and codes as the place named has them
		"prs_FirstName;prs_MiddleName;prs_SecondName;prs_Gender\nAnna;M;Lee;Feminine":              "Lee Anna M|female|||",                                                                 // 2.0
		"prs_First_Name,prs_Second_Name,prs_Gender,prs_Nationality\nAnna,Lee,Female,KZ":            "Lee Anna|female|KAZ||",                                                                // the survey form
		"prs_Gender,vic_Methods_of_Control\nMale,RestrictsMovement;Threats;ThreatOfLawEnforcement": "|male||Threats ThreatsLawEnforcement RestrictsMovement|denunciation_threat isolation", // the definitions
		"prs_Gender,vic_MethodsOfControl\nMasculine,PhysicalThreats;PsychoactiveSubstance":         "|male||PhysicalThreats PsychoactiveSubstance|threats",                                 // the choices of 2.0
		"prs_Gender\tprs_Citizenship\nNonSpecifiedUnknown\tuz":                                     "stops",
		"prs_Gender\tprs_Citizenship\nNonSpecifiedUnknown\tUZB;XXA":                                "|unknown|UZB XXA||",
	} {
		records, found := Read([]byte(text), now)
		got := "stops"
		if !Stopped(found) {
			r := records[0]
			var citizen []string
			for _, c := range r.Citizen {
				citizen = append(citizen, c.Reveal())
			}
			got = strings.Join([]string{r.Name.Reveal(), r.Sex, strings.Join(citizen, " "), strings.Join(r.Methods, " "), strings.Join(r.Signs(), " ")}, "|")
		}
		if got != want {
			t.Errorf("%q: %q, want %q (%+v)", text, got, want, found)
		}
	}
}

// What is wrong is found at its place, and the cell is not repeated.
func TestFindingsHaveAPlaceAndNoContent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Finding{
		"":                     {1, 1, "", Unreadable, true},
		"name,born\nAnna,2001": {1, 1, "", NoColumn, true},
		"prs_Gender,prs_Birthdate\nFeminine,2001":             {2, 10, fieldBorn, NotADay, true},
		"prs_Gender,prs_Birthdate\nFeminine,2031-01-01":       {2, 10, fieldBorn, NotADay, true},
		"prs_Gender\nWoman":                                   {2, 1, fieldGender, NotACode, true},
		"prs_Gender\nNonConforming":                           {2, 1, fieldGender, NotKeptSex, false},
		"prs_Gender,vic_MethodsOfControl\nMale,Other;Beating": {2, 6, fieldMethods, NotACode, true},
		"prs_Gender,vic_MethodsOfControl\nMale,FalsePromises": {2, 6, fieldMethods, NoSign, false},
		"prs_Gender,prs_MobilePhone\nMale,+77010000000":       {1, 12, "prs_MobilePhone", NotCarried, false},
		"prs_Gender,vic_TraffickingStatus\nMale," + Actual:    {1, 12, fieldStatus, OneWay, false},
		"prs_Gender,prs_Gender\nMale,Female":                  {1, 12, fieldGender, Twice, true},
		"prs_Gender,colour\nMale,red":                         {1, 12, "", Unknown, false},
		"prs_Gender,colour\n,red":                             {2, 1, "", NothingSaid, true},
		"prs_Gender":                                          {1, 11, "", NothingSaid, true},
		"prs_SecondName\nLi\nli":                              {3, 1, "", SameBefore, false},
		"prs_SecondName\n\"Li":                                {2, 1, "", Unreadable, true},
		"prs_SecondName\n" + strings.Repeat("я", 121):         {2, 1, fieldName, TooLong, true},
		"prs_SecondName" + strings.Repeat("\nLi", Most+1):     {Most + 2, 1, "", TooMany, true},
	} {
		_, found := Read([]byte(text), now)
		if want.Code == NothingSaid && want.Line == 1 {
			want.Line, want.Column = found[len(found)-1].Line, found[len(found)-1].Column
		}
		if !slices.Contains(found, want) {
			t.Errorf("%q: %+v, want %+v", text, found, want)
		}
	}
}

// What no place was found for is kept in words; what somebody typed is not among them.
func TestCodesWithoutAPlaceAreKeptInWords(t *testing.T) {
	t.Parallel()
	records, found := Read([]byte("prs_Gender,vic_TypeOfExploitation,vic_MethodsOfControl,cas_Status,cco_CaseComment\nNonConforming,ForcedLabour;beaten by Ivan,FalsePromises;DebtBondage,Active,she said a lot\n"), now)
	if Stopped(found) {
		t.Fatal(found)
	}
	want := "HTCDS 2.0. cas_Status: Active. prs_Gender: NonConforming. vic_MethodsOfControl: FalsePromises. vic_TypeOfExploitation: ForcedLabour"
	if got := records[0].Words(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Each field of the standard is carried or says why not; each is named once.
func TestEveryFieldIsCarriedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range Fields() {
		if seen[f.Name] {
			t.Errorf("%s is named twice", f.Name)
		}
		seen[f.Name] = true
		if f.Why != "" && !slices.Contains([]string{NoPlace, Free, Where, Anew, Others, Deciders}, f.Why) {
			t.Errorf("%s: no such reason", f.Name)
		}
	}
	for field := range others {
		if f, ok := fieldCalled(field); !ok || f.Why == "" {
			t.Errorf("%s has codes kept beside, and is carried or not the standard's", field)
		}
	}
	for _, name := range alias {
		if !slices.Contains(append(Columns(), fieldFirst), name) {
			t.Errorf("an alias of %s, which is not carried", name)
		}
	}
}

// FuzzRead: whatever a table holds, it is read or a finding has a place in it.
func FuzzRead(f *testing.F) {
	f.Add([]byte("prs_Gender,prs_Birthdate\nFeminine,2001-01-01\n"))
	f.Add([]byte("prs_SecondName;prs_Citizenship\n\"'=a\";KZ;AF\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		records, found := Read(text, now)
		for _, at := range found {
			if at.Line < 1 || at.Column < 1 || at.Code == "" {
				t.Fatalf("%+v", at)
			}
		}
		if !Stopped(found) {
			first := written(t, records)
			again, _ := Read(first, now)
			if !bytes.Equal(first, written(t, again)) {
				t.Fatalf("%q is not written as it was", first)
			}
		}
	})
}
