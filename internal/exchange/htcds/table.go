package htcds

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pana/internal/delimited"
	"pana/internal/withheld"
)

// between several values of one field.
const between = ";"

// Rows is a table of records, with the names of fields first.
func Rows(records []Record) [][]string {
	columns := Columns()
	out := [][]string{columns}
	for _, r := range records {
		cells := r.cells()
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = cells[c]
		}
		out = append(out, row)
	}
	return out
}

func (r Record) cells() map[string]string {
	var citizen []string
	for _, c := range r.Citizen {
		if code := countryCode(c.Reveal()); code != "" {
			citizen = append(citizen, code)
		}
	}
	out := map[string]string{
		fieldName: strings.TrimSpace(r.Name.Reveal()), fieldGender: genderOf(r.Sex), fieldLanguage: languageCode(r.Language),
		fieldCitizen: strings.Join(citizen, between), fieldDocument: strings.TrimSpace(r.Document.Reveal()),
		fieldStatus: r.Status, fieldMethods: strings.Join(r.Methods, between), fieldCase: r.Case,
	}
	if _, err := time.Parse(time.DateOnly, r.Born.Reveal()); err == nil {
		out[fieldBorn] = r.Born.Reveal()
	}
	return out
}

// Finding is something about a table, at its place. Stops says that nothing is opened
// before it is mended. What stands in the cell is not in it.
type Finding struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Field  string `json:"field,omitempty"`
	Code   string `json:"code"`
	Stops  bool   `json:"stops,omitempty"`
}

// Codes of findings.
const (
	Unreadable  = "unreadable"   // not a table
	NoColumn    = "no_column"    // none of its columns is carried
	Unknown     = "unknown"      // a column that is not the standard's
	Twice       = "twice"        // two columns of one field
	NotCarried  = "not_carried"  // a column of the standard's that is not carried
	OneWay      = "one_way"      // read, and decided anew here
	NotADay     = "not_a_day"    // 2011-05-01 is one
	NotACode    = "not_a_code"   // not one of the field's
	NotKeptSex  = "sex_not_kept" // read as not known
	NoSign      = "no_sign"      // no sign here means what the code does: it is kept as a word
	TooLong     = "too_long"
	NothingSaid = "nothing_said" // a row with nothing that is carried
	SameBefore  = "same_before"  // a row above has this name and birth
	TooMany     = "too_many"
)

// longest name or number, in characters, and Most rows of a table that is
// taken in: they are opened in one act, all of them or none.
const (
	longest = 120
	Most    = 50
)

// Read reads a table and says what it found. Records are of all rows; where a finding
// stops, none of them is to be used.
func Read(text []byte, now time.Time) (records []Record, found []Finding) {
	t, err := delimited.Open(text, "")
	if err != nil {
		return nil, []Finding{unreadable(err)}
	}
	// Which separator it is, only a name that must be there would tell: the one under
	// which most names are the standard's is taken.
	best := -1
	for _, f := range append(slices.Clone(fields), Field{Name: "prs_First_Name"}, Field{Name: "prs_Second_Name"}, Field{Name: "prs_Nationality"}) {
		if with, err := delimited.Open(text, "", f.Name); err == nil && len(with.Head) > best {
			t, best = with, len(with.Head)
		}
	}
	r := reader{table: t, now: now, seen: map[string]bool{}}
	if !r.head() {
		return nil, r.found
	}
	for {
		row, where, err := t.Next()
		if err != nil {
			return nil, append(r.found, unreadable(err))
		}
		if row == nil {
			break
		}
		if strings.HasPrefix(row[0], "# ") && strings.Join(row[1:], "") == "" { // the mark of who took it out
			continue
		}
		r.row(row, where)
	}
	if len(r.records) > Most {
		r.found = append(r.found, Finding{r.records[Most].Line, 1, "", TooMany, true})
	}
	if len(r.records) == 0 {
		r.found = append(r.found, Finding{t.Line(), 1, "", NothingSaid, true})
	}
	return r.records, r.found
}

func unreadable(err error) Finding {
	out := Finding{1, 1, "", Unreadable, true}
	if at, ok := err.(*delimited.ReadError); ok {
		out.Line, out.Column = at.Line, at.Column
	}
	return out
}

// Stopped says that a table cannot be taken in as it is.
func Stopped(found []Finding) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Stops })
}

type reader struct {
	table   *delimited.Table
	fields  []Field // of each column; no name: not the standard's
	now     time.Time
	seen    map[string]bool
	records []Record
	found   []Finding
}

// head reads which column is which, and says of those that are not carried that they are not.
func (r *reader) head() bool {
	column, carried := 1, false
	for _, name := range r.table.Head {
		f, known := fieldCalled(name)
		switch {
		case !known:
			r.say(1, column, "", Unknown, false)
		case slices.ContainsFunc(r.fields, func(o Field) bool { return o.Name == f.Name }):
			r.say(1, column, f.Name, Twice, true)
		case f.Why != "":
			r.say(1, column, f.Name, NotCarried, false)
		case f.One:
			r.say(1, column, f.Name, OneWay, false)
		default:
			carried = true
		}
		r.fields = append(r.fields, f)
		column += utf8.RuneCountInString(name) + 1
	}
	if !carried {
		r.say(1, 1, "", NoColumn, true)
	}
	return carried
}

func (r *reader) say(line, column int, field, code string, stops bool) {
	r.found = append(r.found, Finding{line, column, field, code, stops})
}

func (r *reader) row(row []string, where []delimited.Place) {
	rec := Record{Line: where[0].Line}
	names := map[string]string{}
	for i, said := range row {
		f, at := r.fields[i], where[i]
		said = strings.TrimSpace(delimited.Plain(said))
		if said == "" || f.Name == "" {
			continue
		}
		say := func(code string, stops bool) { r.say(at.Line, at.Column, f.Name, code, stops) }
		switch f.Name {
		case fieldName, fieldFirst, fieldMiddle:
			names[f.Name] = said
		default:
			rec.take(f, said, r.now, say)
		}
	}
	var whole []string
	for _, part := range []string{fieldName, fieldFirst, fieldMiddle} { // as papers here have it: the family's first
		if names[part] != "" {
			whole = append(whole, names[part])
		}
	}
	rec.Name = withheld.New(strings.Join(whole, " "))
	if utf8.RuneCountInString(rec.Name.Reveal()) > longest {
		r.say(rec.Line, 1, fieldName, TooLong, true)
	}
	if rec.empty() {
		r.say(rec.Line, 1, "", NothingSaid, true)
	}
	if same := strings.ToLower(rec.Name.Reveal()) + "\x00" + rec.Born.Reveal(); !rec.Name.Empty() {
		if r.seen[same] {
			r.say(rec.Line, 1, "", SameBefore, false)
		}
		r.seen[same] = true
	}
	r.records = append(r.records, rec)
}

func (r Record) empty() bool {
	return r.Name.Empty() && r.Born.Empty() && r.Sex == "" && r.Language == "" && len(r.Citizen) == 0 && r.Document.Empty() && len(r.Methods) == 0
}

// take reads one cell.
func (r *Record) take(f Field, said string, now time.Time, say func(code string, stops bool)) {
	switch f.Name {
	case fieldBorn:
		if day, err := time.Parse(time.DateOnly, said); err != nil || day.After(now) || day.Year() < now.Year()-120 {
			say(NotADay, true)
			return
		}
		r.Born = withheld.New(said)
	case fieldGender:
		sex, kept, known := sexOf(said)
		switch {
		case !known:
			say(NotACode, true)
		case !kept:
			say(NotKeptSex, false)
			r.Sex, r.Besides = "unknown", append(r.Besides, Coded{f.Name, []string{said}})
		default:
			r.Sex = sex
		}
	case fieldLanguage:
		lang, ok := spoken(said)
		if !ok {
			say(NotACode, true)
		}
		r.Language = lang
	case fieldCitizen:
		for _, code := range split(said) {
			three, ok := country(code)
			if !ok {
				say(NotACode, true)
				continue
			}
			if !slices.ContainsFunc(r.Citizen, func(c withheld.Text) bool { return c.Reveal() == three }) {
				r.Citizen = append(r.Citizen, withheld.New(three))
			}
		}
	case fieldDocument:
		if utf8.RuneCountInString(said) > longest {
			say(TooLong, true)
			return
		}
		r.Document = withheld.New(said)
	case fieldMethods:
		r.takeMethods(said, say)
	case fieldStatus:
		r.Status = oneOf(said, statuses, say)
	case fieldCase:
		r.Case = oneOf(said, cases, say)
	default:
		r.beside(f.Name, said)
	}
}

func (r *Record) takeMethods(said string, say func(code string, stops bool)) {
	var got []string
	for _, s := range split(said) {
		code, ok := methodOf(s)
		if !ok {
			say(NotACode, true)
			continue
		}
		if SignOf(code) == "" {
			say(NoSign, false)
		}
		got = append(got, code)
	}
	for _, m := range methods { // in the order of the standard, each once
		if code := orElse(m.code, m.defined); slices.Contains(got, code) {
			r.Methods = append(r.Methods, code)
		}
	}
}

// beside keeps codes of a field that a file has no place for. What is no code of the
// field was typed by somebody, and is not kept.
func (r *Record) beside(field, said string) {
	var got []string
	for _, code := range split(said) {
		if slices.Contains(others[field], code) {
			got = append(got, code)
		}
	}
	if len(got) > 0 {
		r.Besides = append(r.Besides, Coded{field, got})
	}
}

func oneOf(said string, codes []string, say func(code string, stops bool)) string {
	if !slices.Contains(codes, said) {
		say(NotACode, true)
		return ""
	}
	return said
}

func split(said string) (out []string) {
	for _, s := range strings.Split(said, between) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Signs are those that mean what the record's codes do.
func (r Record) Signs() (out []string) {
	for _, code := range r.Methods {
		if s := SignOf(code); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Words are the codes that no place of a file was found for, in the standard's own words:
// they stand in a note, so that nothing is lost and nothing is weighed.
func (r Record) Words() string {
	var out []string
	say := func(field string, codes []string) {
		if len(codes) > 0 {
			out = append(out, field+": "+strings.Join(codes, between+" "))
		}
	}
	var methods []string
	for _, code := range r.Methods {
		if SignOf(code) == "" {
			methods = append(methods, code)
		}
	}
	say(fieldMethods, methods)
	for field, code := range map[string]string{fieldStatus: r.Status, fieldCase: r.Case} {
		if code != "" {
			say(field, []string{code})
		}
	}
	for _, b := range r.Besides {
		say(b.Field, b.Codes)
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	return "HTCDS " + Version + ". " + strings.Join(out, ". ")
}

// Document is records with what they cover, for a program.
type Document struct {
	Standard  string              `json:"standard"`
	Version   string              `json:"version"`
	Perimeter map[string]string   `json:"perimeter"`
	Footnotes []Footnote          `json:"footnotes"`
	Fields    []Field             `json:"fields"`
	Records   []map[string]string `json:"records"`
}

// Footnote is something to know of a field.
type Footnote struct {
	Field string `json:"field"`
	Says  string `json:"says"`
}

// Footnotes are what is to be known of the fields that are carried.
func Footnotes() []Footnote {
	return []Footnote{
		{fieldName, "The whole name as it was given; it is not divided into first and second."},
		{fieldBorn, "A birth known by year or month alone is left out: the standard has whole days."},
		{fieldCitizen, "ISO 3166 in two letters; XXA is stateless, as passports write it. Unknown is left out."},
		{fieldLanguage, "ISO 639-2."},
		{fieldMethods, "From signs of the ILO's list of 2009. RestrictsMovement is in the standard's definitions and not in its list of choices of version 2.0; it is written as defined."},
		{fieldStatus, "Presumed or in review: possible; identified by the body that decides: actual; finally not: not. When it is read, it is decided anew."},
	}
}

// JSON is the document. Perimeter says what the records are of.
func JSON(records []Record, perimeter map[string]string) ([]byte, error) {
	d := Document{Standard: "Human Trafficking Case Data Standard (IOM)", Version: Version, Perimeter: perimeter, Footnotes: Footnotes(), Fields: Fields(), Records: []map[string]string{}}
	for _, r := range records {
		cells := r.cells()
		for name, said := range cells {
			if said == "" {
				delete(cells, name)
			}
		}
		d.Records = append(d.Records, cells)
	}
	b, err := json.MarshalIndent(d, "", " ")
	return append(b, '\n'), err
}

// FromJSON is the table of a document that JSON wrote, to be read as any other. A record
// that is not as it is written is refused with its number.
func FromJSON(text []byte) ([][]string, error) {
	var d Document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, &delimited.ReadError{Line: 1, Column: 1, What: "not a document of records: {standard, version, records: [{field: value}]}"}
	}
	columns := Columns()
	rows := [][]string{columns}
	for i, rec := range d.Records {
		row := make([]string, len(columns))
		for name, said := range rec {
			at := slices.Index(columns, name)
			if at < 0 {
				return nil, &delimited.ReadError{Line: 1, Column: 1, What: "record " + strconv.Itoa(i+1) + " has a field that is not carried: pana htcds fields lists those that are"}
			}
			row[at] = said
		}
		rows = append(rows, row)
	}
	return rows, nil
}
