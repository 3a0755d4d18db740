package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// TakeInInput is one case of another organisation's table: a first concern, who she is,
// and what no place of a file was found for, as a note.
type TakeInInput struct {
	Open     OpenFileInput
	Identity Identity
	Note     withheld.Text
}

// TakeIn opens a file for a case that another system had. It is a first concern as any:
// the signs are read by this country's criteria, and what was decided elsewhere decides
// nothing here. Nobody here asked her for a yes, so there is none.
func TakeIn(old *File, in TakeInInput, m Moment) (Decision, error) {
	born, known, err := in.Identity.Born.parse(m)
	if err != nil {
		return Decision{}, err
	}
	local := m.At.In(m.Laws.Pack().Location())
	if known && !in.Identity.Born.Date.Empty() {
		in.Open.Age = yearsOn(time.Date(born.Year, time.Month(born.Month), born.Day, 0, 0, 0, 0, local.Location()), local)
		in.Open.AgeKnown = ageKnown(in.Open.Age)
	}
	opened, err := OpenFile(old, in.Open, m)
	if err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: Ref{FileStream, string(in.Open.File)}, at: m.At, decision: opened}
	if !in.Identity.Empty() {
		who := IdentityAdded{Identity: in.Identity, Facts: map[string]string{}}
		if known {
			who.ages(born, m)
		}
		who.citizenship(m)
		b.add(CompartmentIdentity, who)
	}
	if !in.Note.Empty() {
		b.add(m.own(), NoteWritten{in.Note})
	}
	return b.decision, nil
}

// TakeAllIn opens them all, or none.
func TakeAllIn(old func(TakeInInput) *File, all []TakeInInput, m Moment) (out Decision, err error) {
	if len(all) == 0 {
		return out, fault.Form(fault.Field{Name: "cases_content", Code: "cases.none"})
	}
	for _, in := range all {
		one, err := TakeIn(old(in), in, m)
		if err != nil {
			return Decision{}, err
		}
		out.Events, out.Effects = append(out.Events, one.Events...), append(out.Effects, one.Effects...)
	}
	out.Receipt = Receipt{Code: "receipt.cases_taken_in"}
	return out, nil
}

// yearsOn is how many birthdays somebody has had.
func yearsOn(born, day time.Time) int {
	n := day.Year() - born.Year()
	if day.Month() < born.Month() || day.Month() == born.Month() && day.Day() < born.Day() {
		n--
	}
	return n
}
