package desk

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/exchange/htcds"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Cases come and go in the words of IOM's case data standard (HTCDS 2.0).

// CaseRecord is a file as a table of the standard and as a document for a program.
type CaseRecord struct {
	Rows [][]string
	JSON []byte
}

// CaseRecord says of a file what the standard has a field for and this worker may see:
// who the person is only where it may be shown and is asked for, which is a disclosure.
func (d *Desk) CaseRecord(ctx context.Context, who access.Who, file id.File, named bool) (CaseRecord, error) {
	read := d.view
	if named {
		read = func(ctx context.Context, file id.File) (*casework.File, error) {
			return d.discloseIdentity(ctx, who, file)
		}
	}
	f, err := read(ctx, file)
	if err != nil {
		return CaseRecord{}, err
	}
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return CaseRecord{}, err
	}
	of := "one file, without who it is of"
	if named {
		of = "one file, with who it is of"
	}
	rec := d.caseOf(who, f, named)
	text, err := htcds.JSON([]htcds.Record{rec}, map[string]string{"of": of, "country": d.pack().Head.ID, "day": d.now().In(d.pack().Location()).Format("2006-01-02"), "signs": "ILO operational indicators, 2009"})
	return CaseRecord{htcds.Rows([]htcds.Record{rec}), text}, fault.At("write a case", err)
}

func (d *Desk) caseOf(who access.Who, f *casework.File, named bool) htcds.Record {
	rec := htcds.Record{Case: htcds.Active}
	if f.Over != nil {
		rec.Case = htcds.Closed
	}
	if d.inGroup(who, f, "subject") {
		rec.Sex, rec.Language = f.Sex, f.Language
	}
	if d.inGroup(who, f, "indicators") && f.Screening != nil {
		var signs []string
		for _, dim := range f.Screening.Dimensions {
			for _, c := range dim.Counted {
				signs = append(signs, c.ID)
			}
		}
		rec.Methods = htcds.MethodsOf(signs)
	}
	if d.inGroup(who, f, "situation") {
		rec.Status = caseStatus[f.Situation.Map()["victim"]]
	}
	if !named {
		return rec
	}
	if len(f.Identity.Names) > 0 {
		rec.Name = f.Identity.Names[0].Full
	}
	rec.Born, rec.Citizen = f.Identity.Born.Date, f.Identity.Citizen
	if len(rec.Citizen) == 0 && !f.Citizen.Empty() {
		rec.Citizen = []withheld.Text{f.Citizen}
	}
	if len(f.Identity.Documents) > 0 {
		rec.Document = f.Identity.Documents[0].Number
	}
	return rec
}

// caseStatus is what the standard calls where identification stands. Who is found not to
// be one may still complain, and is possible until that is over.
var caseStatus = map[string]string{"presumed": htcds.Possible, "review": htcds.Possible, "not_identified": htcds.Possible, "identified": htcds.Actual, "final_not": htcds.NotOne}

// CasesInput is a table of another system: the text itself, or as the page kept it.
type CasesInput struct {
	Key  string
	Text withheld.Text
}

// CasesLimit is how long a table may be, in bytes. It travels along in the form.
const CasesLimit = 128 << 10

// Kept is the table as a form carries it from the look to the act.
func (in CasesInput) Kept() string {
	return base64.RawURLEncoding.EncodeToString([]byte(in.Text.Reveal()))
}

// CasesKept reads it back; what is none is an empty table.
func CasesKept(kept string) withheld.Text {
	text, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil {
		return withheld.Text{}
	}
	return withheld.New(string(text))
}

// CasesRead is a table that was looked at, before anything is opened.
type CasesRead struct {
	Key     string
	Kept    string
	Rows    []CaseRow
	Found   []CaseFinding
	Stopped bool
}

// CaseRow is one case as it would be opened.
type CaseRow struct {
	Line     int
	Name     withheld.Text
	Born     withheld.Text
	Sex      string
	Language string
	Citizen  []withheld.Text
	Signs    []string
	Words    string
	Alike    []Subject // files that may be hers already, of those open to this worker
}

// CaseFinding is something about the table, at its place.
type CaseFinding struct {
	Line, Column int
	Field, Code  string
	Stops        bool
}

// CasesForm says whether this worker may take cases in.
func (d *Desk) CasesForm(_ context.Context, who access.Who) (string, error) {
	if err := d.mayDo(who, access.RecordConcern, "file"); err != nil {
		return "", err
	}
	return string(id.New[id.Event](d.now())), nil
}

// ReadCases looks at a table and opens nothing. Where a name finds a file that this
// worker may open, that is recorded there, as of any search.
func (d *Desk) ReadCases(ctx context.Context, who access.Who, in CasesInput) (CasesRead, error) {
	if err := d.mayDo(who, access.RecordConcern, "file"); err != nil {
		return CasesRead{}, err
	}
	records, found := htcds.Read([]byte(in.Text.Reveal()), d.now())
	out := CasesRead{Key: in.Key, Kept: in.Kept(), Stopped: htcds.Stopped(found)}
	for _, f := range found {
		out.Found = append(out.Found, CaseFinding(f))
	}
	if out.Stopped {
		return out, nil
	}
	for _, r := range records {
		row := CaseRow{Line: r.Line, Name: r.Name, Born: r.Born, Sex: r.Sex, Language: r.Language, Citizen: r.Citizen, Signs: d.signsHere(r), Words: r.Words()}
		alike, err := d.alike(ctx, who, HouseholdRow{State: casework.LineIdentified, Name: r.Name})
		if err != nil {
			return CasesRead{}, err
		}
		row.Alike = alike
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// signsHere are those of a record's signs that this country's criteria have.
func (d *Desk) signsHere(r htcds.Record) (out []string) {
	for _, s := range r.Signs() {
		for _, set := range d.pack().Criteria.Sets {
			for _, i := range set.Indicators {
				if i.ID == s {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// TakeCasesIn opens a file for each case of a table in one act: all of them or none.
func (d *Desk) TakeCasesIn(ctx context.Context, who access.Who, in CasesInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.RecordConcern, "file"); err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	records, found := htcds.Read([]byte(in.Text.Reveal()), at)
	if htcds.Stopped(found) {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "cases_content", Code: "cases.stopped"})
	}
	var all []casework.TakeInInput
	var refs []casework.Ref
	for _, r := range records {
		one := d.takeIn(who, r)
		all, refs = append(all, one), append(refs, fileRef(one.Open.File))
	}
	opened := false
	receipt, err := d.change(ctx, who, in.Key, in, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		opened = true
		return casework.TakeAllIn(func(one casework.TakeInInput) *casework.File { return fileOf(l, one.Open.File) }, all, m)
	})
	if err != nil || !opened { // sent twice, it is one act: the files are those of the first
		return receipt, err
	}
	for _, one := range all {
		if err := d.tellOfDuplicates(ctx, who, IdentityInput{Key: in.Key + "/" + string(one.Open.File), File: one.Open.File}); err != nil {
			return receipt, err
		}
	}
	return receipt, nil
}

func (d *Desk) takeIn(who access.Who, r htcds.Record) casework.TakeInInput {
	out := casework.TakeInInput{
		Open: casework.OpenFileInput{File: id.New[id.File](d.now()), Sex: r.Sex, Language: r.Language, Region: who.Region, Indicators: d.signsHere(r), Safety: "not_sure"},
		Note: withheld.New(r.Words()), Identity: casework.Identity{Born: casework.Born{Date: r.Born}, Sex: r.Sex, Citizen: r.Citizen},
	}
	if len(r.Citizen) == 1 {
		out.Open.Citizenship = r.Citizen[0]
	}
	if !r.Name.Empty() {
		script, _ := scriptOf(r.Name.Reveal())
		out.Identity.Names = []casework.Name{{Script: script, Full: r.Name, Use: "given"}}
	}
	if !r.Document.Empty() {
		out.Identity.Documents = []casework.Document{{Kind: "other", Number: r.Document}}
	}
	if missing := slices.DeleteFunc(r.Signs(), func(s string) bool { return slices.Contains(out.Open.Indicators, s) }); len(missing) > 0 {
		out.Note = withheld.New(strings.TrimSpace(out.Note.Reveal() + " " + strings.Join(htcds.MethodsOf(missing), "; ")))
	}
	return out
}
