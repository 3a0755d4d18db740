package casework

import (
	"pana/internal/fault"
	"pana/internal/procedure"
)

// GrowOlder brings a file to the age that the person has today. Whose age nobody
// is sure of stays on the child's path until somebody says otherwise, and an
// adult grows no older for any rule.
func GrowOlder(f *File, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	reached, moved := f.reached(m)
	if !moved {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.age_reached"})
	b.add(CompartmentCore, reached)
	return b.decision, nil
}

// HasGrown says whether GrowOlder would record anything.
func HasGrown(f *File, m Moment) bool {
	_, moved := f.reached(m)
	return moved
}

// reached is the band of today, and whether it is another than the file's.
func (f *File) reached(m Moment) (out AgeReached, moved bool) {
	born, known := f.bornAsKnown(m)
	if f.AgeKnown != AgeUnder18 || !known {
		return out, false
	}
	var read IdentityAdded
	read.Facts = map[string]string{}
	read.ages(born, m)
	for name, value := range read.Facts {
		moved = moved || f.Situation.Value(name) != value
	}
	return AgeReached{read.AgeBand, read.AgeKnown, read.Facts}, moved || read.AgeKnown != f.AgeKnown
}

// bornAsKnown is the date of birth that was recorded, else the age that was said
// when the file was opened.
func (f *File) bornAsKnown(m Moment) (procedure.Born, bool) {
	if !f.Identity.Born.Date.Empty() {
		born, known, err := f.Identity.Born.parse(m)
		return born, known && err == nil
	}
	if f.Identity.Born.SaidAge > 0 || f.SaidAge == 0 {
		return procedure.Born{}, false // said later, on a day that is not with it
	}
	return procedure.Born{SaidAge: f.SaidAge, SaidOn: f.Opened.In(m.Laws.Pack().Location())}, true
}
