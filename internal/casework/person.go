package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// AddIdentity adds to who the person is. A better known birth date changes the
// facts that the pack takes from it.
func AddIdentity(f *File, in AddIdentityInput, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	added := IdentityAdded{Identity: in.Identity}
	if in.Identity.Empty() && in.Identity.Born.SaidAge == 0 && in.Identity.Sex == "" {
		return Decision{}, fault.Form(fault.Field{Name: "name", Code: "required"})
	}
	added.Facts = map[string]string{}
	if born, known, err := in.Identity.Born.parse(m); err != nil {
		return Decision{}, err
	} else if known {
		added.ages(born, m)
	}
	added.citizenship(m)
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.identity_added"})
	b.add(CompartmentIdentity, added)
	return b.decision, nil
}

func (v *IdentityAdded) ages(born procedure.Born, m Moment) {
	local := m.At.In(m.Laws.Pack().Location())
	v.AgeKnown = AgeUnder18
	if procedure.AgeBand([]string{"under_18", AgeAdult}, born, local) == AgeAdult {
		v.AgeKnown = AgeAdult
	}
	for _, fact := range m.Laws.Pack().Spec.Facts {
		if fact.From == procedure.FromBirthDate {
			v.AgeBand = procedure.AgeBand(fact.Values, born, local)
			v.Facts[fact.Name] = v.AgeBand
		}
	}
}

// citizenship records what the pack reads from it. Two citizenships that mean
// different things make the fact not known again: no code is worth more.
func (v *IdentityAdded) citizenship(m Moment) {
	for _, fact := range m.Laws.Pack().Spec.Facts {
		if fact.From != procedure.FromCitizenship {
			continue
		}
		for _, code := range v.Identity.Citizen {
			value, ok := fact.Reads(code.Reveal())
			if before, known := v.Facts[fact.Name]; known && value != before {
				value = fact.NotKnown
			}
			if ok {
				v.Facts[fact.Name] = value
			}
		}
	}
}

// parse reads a birth date as far as it is known: 2011-05-01, 2011-05 or 2011.
func (b Born) parse(m Moment) (procedure.Born, bool, error) {
	local := m.At.In(m.Laws.Pack().Location())
	out := procedure.Born{SaidAge: b.SaidAge, SaidOn: local, About: b.About}
	date := b.Date.Reveal()
	if date == "" {
		return out, b.SaidAge > 0, nil
	}
	for layout, parts := range map[string]int{"2006": 1, "2006-01": 2, "2006-01-02": 3} {
		t, err := time.ParseInLocation(layout, date, local.Location())
		if err != nil {
			continue
		}
		if t.After(local) || t.Year() < local.Year()-120 {
			return out, false, fault.Form(fault.Field{Name: "born", Code: "age"})
		}
		out.Year = t.Year()
		if parts > 1 {
			out.Month = int(t.Month())
		}
		if parts > 2 {
			out.Day = t.Day()
		}
		return out, true, nil
	}
	return out, false, fault.Form(fault.Field{Name: "born", Code: "date"})
}

// SetContact says how to reach the person without danger.
func SetContact(f *File, c Contact, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.contact_set"})
	b.add(CompartmentIdentity, ContactSet{c})
	return b.decision, nil
}

// WriteNote writes a note in the compartment that access allowed.
func WriteNote(f *File, compartment string, text withheld.Text, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	if text.Empty() {
		return Decision{}, fault.Form(fault.Field{Name: "text", Code: "required"})
	}
	if compartment == "" {
		compartment = m.own()
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.note"})
	b.add(compartment, NoteWritten{text})
	return b.decision, nil
}
