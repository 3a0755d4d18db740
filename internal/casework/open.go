package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// OpenFile records a first concern. It asks for no proof and no co-operation:
// where the pack's criteria presume a victim, the step is taken with it, so
// that safety does not wait. An age nobody is sure of is the child's path.
func OpenFile(old *File, in OpenFileInput, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodeFileExists)
	}
	if err := in.check(m); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: Ref{FileStream, string(in.File)}, at: occurred(in.OccurredAt, m)}
	model, err := modelOn(m.Laws, b.at)
	if err != nil {
		return Decision{}, err
	}
	created := in.created(m, b.at)
	b.add(CompartmentCore, created)
	if in.Contact != nil {
		b.add(CompartmentIdentity, ContactSet{*in.Contact})
	}
	screening := Screen(m.Laws.Pack().Criteria, created.AgeKnown != AgeAdult, in.Indicators)
	screening.ByDoubt = screening.Child && created.AgeKnown == AgeNotSure
	b.add(CompartmentCore, Screened{in.Indicators, screening})
	b.consent(in)
	b.presume(model, created, screening)
	b.receipt(Receipt{Code: "receipt.file_opened", Args: map[string]string{"file": string(in.File), "result": screening.Result}, Next: "next.refer"})
	return b.decision, nil
}

// presume takes the steps that the criteria name, and those of a person who
// says that she is afraid to go back: saying it is enough to record it.
func (b *builder) presume(model *procedure.Model, created FileCreated, s Screening) {
	situation := model.Record(model.Begin(created.Facts), nil, b.at)
	situation = b.follow(model, situation, s, created.Fear == "yes")
	b.clocks(model, procedure.Situation{}, situation)
}

// follow takes of each list that the criteria name for what was seen and said
// the first step that the law opens to this body.
func (b *builder) follow(model *procedure.Model, situation procedure.Situation, s Screening, afraid bool) procedure.Situation {
	criteria := b.m.Laws.Pack().Criteria
	var lists [][]string
	for _, rule := range criteria.Cases {
		if rule.ID == s.Rule && s.Rule != "" {
			lists = append(lists, rule.Takes)
		}
	}
	if afraid {
		lists = append(lists, criteria.Afraid)
	}
	for _, steps := range lists {
		for _, step := range steps {
			o, ok := model.Offer(situation, step, b.at)
			if !ok || o.State == procedure.Closed || o.State == procedure.Held || !mayTake(o.Step, b.m.By) {
				continue
			}
			b.add(CompartmentCore, StepTaken{Step: step, Kind: TakenStep})
			situation, _ = model.Take(situation, step, b.at)
			break
		}
	}
	return situation
}

func (in OpenFileInput) created(m Moment, at time.Time) FileCreated {
	c := FileCreated{
		CallName: in.CallName, Sex: in.Sex, Language: in.Language, Region: in.Region, Age: in.Age, AgeKnown: in.AgeKnown,
		Citizenship: in.Citizenship, Safety: in.Safety, Needs: in.Needs, Children: in.Children, Fear: in.Fear,
	}
	if c.AgeKnown == "" {
		c.AgeKnown = AgeNotSure
		if in.Age > 0 {
			c.AgeKnown = ageKnown(in.Age)
		}
	}
	c.Facts = map[string]string{}
	local := at.In(m.Laws.Pack().Location())
	for _, fact := range m.Laws.Pack().Spec.Facts {
		switch {
		case fact.From == procedure.FromBirthDate:
			c.Facts[fact.Name] = saidBand(fact, c, local)
			c.AgeBand = c.Facts[fact.Name]
		default:
			if v, ok := fact.Reads(c.answer(fact.From)); ok {
				c.Facts[fact.Name] = v
			}
		}
	}
	return c
}

// fromConcern begins the source of a fact that is an answer of the concern form.
const fromConcern = "concern."

func (c FileCreated) answer(from string) string {
	switch from {
	case procedure.FromCitizenship:
		return c.Citizenship.Reveal()
	case fromConcern + "sex":
		return c.Sex
	case fromConcern + "safety":
		return c.Safety
	case fromConcern + "fear":
		return c.Fear
	case fromConcern + "children":
		return c.Children
	case fromConcern + "age_known":
		return c.AgeKnown
	}
	return ""
}

// adultAge is the Convention on the Rights of the Child, art. 1.
const adultAge = 18

func ageKnown(age int) string {
	if age < adultAge {
		return AgeUnder18
	}
	return AgeAdult
}

// saidBand is the band of an age as said. Who is not sure, or says under 18
// without a number, gets what the pack says for not known: the child's path.
func saidBand(fact procedure.Fact, c FileCreated, at time.Time) string {
	switch {
	case c.AgeKnown == AgeNotSure:
		return fact.NotKnown
	case c.Age > 0:
		return procedure.AgeBand(fact.Values, procedure.Born{SaidAge: c.Age, SaidOn: at}, at)
	case c.AgeKnown == AgeAdult:
		return procedure.AgeBand(fact.Values, procedure.Born{SaidAge: adultAge, SaidOn: at}, at)
	}
	return fact.NotKnown
}

// check names everything that must be mended, at once.
func (in OpenFileInput) check(m Moment) error {
	p := m.Laws.Pack()
	var f fields
	f.oneOf("safety", in.Safety, "safe_now", "not_safe", "not_sure")
	f.oneOf("age_known", in.AgeKnown, AgeUnder18, AgeAdult, AgeNotSure)
	f.oneOf("sex", in.Sex, "female", "male", "unknown")
	f.oneOf("fear", in.Fear, "yes", "no", "not_sure")
	f.oneOf("consent", in.Consent, "yes", "no", "child", "not_able")
	f.each("needs", in.Needs, func(n string) bool { return p.Need(n) != nil })
	f.each("indicators", in.Indicators, func(i string) bool { return knownIndicator(p.Criteria, i) })
	if in.Region != "" && p.Region(in.Region) == nil {
		f.add("region", "not_a_choice")
	}
	if in.Age < 0 || in.Age > 120 {
		f.add("age", "age")
	}
	if in.Age > 0 && in.AgeKnown != "" && in.AgeKnown != AgeNotSure && in.AgeKnown != ageKnown(in.Age) {
		f.add("age_known", "age_conflict")
	}
	f.past("occurred_at", in.OccurredAt, m.At)
	return fault.Form(f...)
}

func knownIndicator(c pack.Criteria, indicator string) bool {
	for _, set := range c.Sets {
		for _, i := range set.Indicators {
			if i.ID == indicator || set.ID+"."+i.ID == indicator {
				return true
			}
		}
	}
	return false
}

// consent keeps the yes or no of the first meeting. A child's path and a person
// not able to answer leave no consent behind: the ground is then another.
func (b *builder) consent(in OpenFileInput) {
	in.Purpose = ReferralPurpose(b.m.Laws.Pack(), in.Purpose)
	if in.Purpose == "" || in.ConsentID == "" {
		return
	}
	switch in.Consent {
	case "yes":
		given := ConsentGiven{Consent: in.ConsentID, Purpose: in.Purpose}
		if p := b.m.Laws.Pack().Purpose(in.Purpose); p != nil {
			given.Recipients, given.Groups = p.Recipients, p.Groups
		}
		b.add(CompartmentCore, given)
	case "no":
		b.add(CompartmentCore, ConsentRefused{in.ConsentID, in.Purpose})
	}
}

// RefusedAdult counts an adult who wants no file: a month, a region, a band. It
// leaves nothing else, and cells below the standard's few are never shown.
func RefusedAdult(in RefusedInput, m Moment) (Decision, error) {
	var f fields
	if in.AgeBand == "" {
		f.add("age_band", "required")
	}
	if _, err := time.Parse("2006-01", in.Month); err != nil {
		f.add("month", "date")
	}
	if in.Region != "" && m.Laws.Pack().Region(in.Region) == nil {
		f.add("region", "not_a_choice")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: TallyRef(in.Month, in.Region), at: m.At}
	b.add(CompartmentCore, TallyCounted{What: "refused", AgeBand: in.AgeBand, Sex: in.Sex, Few: m.Laws.Pack().Standards.Few})
	b.receipt(Receipt{Code: "receipt.refused_counted"})
	return b.decision, nil
}

// TallyRef names the tally of a month and region.
func TallyRef(month, region string) Ref { return Ref{TallyStream, month + "." + region} }

// Shown is the cells that may be given out: none below few.
func (t *Tally) Shown() map[Cell]int {
	out := map[Cell]int{}
	for c, n := range t.Cells {
		if n >= t.Few {
			out[c] = n
		}
	}
	return out
}

// fields collects what must be mended on a form.
type fields []fault.Field

func (f *fields) add(name, code string, args ...string) {
	*f = append(*f, fault.Field{Name: name, Code: code, Args: pairs(args...)})
}

func (f *fields) oneOf(name, value string, known ...string) {
	if value != "" && !slices.Contains(known, value) {
		f.add(name, "not_a_choice")
	}
}

func (f *fields) each(name string, values []string, known func(string) bool) {
	for i, v := range values {
		if !known(v) {
			f.add(name, "not_a_choice", "n", strconv.Itoa(i+1))
		}
	}
}

func (f *fields) past(name string, at, now time.Time) {
	if at.After(now) {
		f.add(name, "future")
	}
}

func occurred(at time.Time, m Moment) time.Time {
	if at.IsZero() {
		return m.At
	}
	return at
}
