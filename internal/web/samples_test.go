package web

import (
	"net/url"
	"slices"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var law = []procedure.Basis{{Act: "atl", Art: "art. 16(2)", Mark: "T"}}

func signed(l wording.Lang, title string, args ...any) Frame {
	f := testFrame(l, title, true)
	f.TitleArgs = args
	return f
}

var concernChoices = desk.ConcernForm{
	Key: "k", Region: "KZ-75", Needs: []string{"bed", "doctor"}, Languages: []string{"kk", "ru", "uz"},
	Indicators: []desk.IndicatorGroup{{Set: "exploitation", IDs: []string{"papers", "unpaid"}}, {Set: "coercion", IDs: []string{"locked"}}},
	Duties:     []desk.Duty{{ID: "tell", To: []string{"police"}, Basis: law}},
}

var concernTyped = url.Values{
	"key": {"k"}, "region": {"KZ-75"}, "safety": {"not_safe"}, "age_known": {"not_sure"}, "age": {"15"}, "sex": {"female"}, "language": {"uz"},
	"needs": {"bed", "doctor"}, "consent": {"child"}, "call_name": {"<Gul>"}, "indicators": {"papers", "locked"}, "fear": {"yes"},
}

func concernRow(step string) page {
	return page{"concern", "taps before typing; nothing lost: " + step, func(l wording.Lang) any {
		return newConcernPage(signed(l, ""), desk.ConcernForm{}, url.Values{}, step)
	}, func(l wording.Lang) any {
		f := signed(l, "")
		if step == "safety" {
			f.Errors = []FieldError{{"age", f.T("error.field.age"), "field.age"}, {"safety", f.T("error.field.required"), "field.required"}}
		}
		return newConcernPage(f, concernChoices, concernTyped, step)
	}}
}

var guards = []desk.Safeguard{
	{ID: "presumed", Kind: "hold", Since: noon, Basis: law, Unclear: []string{"q"}},
	{ID: "child", Kind: "bar", Basis: law},
	{ID: "shelter", Kind: "entitlement", OwedBy: []string{"police"}, Basis: law},
	{ID: "stay", Kind: "entitlement", OwedBy: []string{"police"}, Basis: law, Unclear: []string{"q"}},
}

var screening = desk.Screening{
	Result: "presumed", Rule: "child", Child: true, ByDoubt: true,
	Dimensions: []desk.DimensionResult{
		{Set: "exploitation", Positive: true, Rule: "two", Counted: []desk.CountedIndicator{{ID: "papers", Weight: "strong"}, {ID: "unpaid", Weight: "medium"}}},
		{Set: "coercion"},
	},
}

var providers = []desk.ProviderOption{
	{Service: serviceID(1), Name: "Қызғалдақ үйі", Type: "shelter", Region: "KZ-75", Near: true, Takes: []string{"women", "girls"}, Free: 2, AsOf: noon.Add(-2 * time.Hour), Fits: true, Phone: "+77000000001"},
	{Service: serviceID(2), Name: "Үміт", Type: "shelter", Region: "KZ-79", Free: -1, Stale: true, AsOf: noon.Add(-40 * time.Hour), Fits: true},
	{Service: serviceID(3), Name: "Шаңырақ", Type: "shelter", Region: "KZ-71", Free: 0, Takes: []string{"men"}, WhyNot: []string{"sex", "no_room"}},
}

func serviceID(n byte) id.Service { return id.Service(fileID(n)) }

var tonight = desk.Tonight{Hotline: "11616", Coordinator: []desk.Phone{{Name: "Үйлестіруші", Number: "+77000000009"}}, Steps: []string{"tonight.stay", "tonight.call", "tonight.next"}}

var who = desk.Identity{
	CallName: withheld.New("Гүл"), Names: []desk.Name{{Script: "cyrl", Full: withheld.New("Ойгул <Сапаева>"), Use: "given"}},
	Born: desk.Born{Date: withheld.New("2011"), About: true}, Citizen: []withheld.Text{withheld.New("UZB")},
	Documents: []desk.Document{{Kind: "passport", Number: withheld.New("AA000")}}, Contacts: []desk.Contact{{Kind: "phone", Value: withheld.New("+998"), SafeAt: "daytime"}},
}

func referral() desk.ReferralView {
	return desk.ReferralView{
		ID: id.Referral(fileID(4)), Number: "R-1042", File: fileID(1), State: "open", From: desk.Phone{Name: "Түркістан еңбек инспекциясы", Number: "+77000000002"},
		Card: desk.NeedCard{Subject: girl, Needs: []string{"bed"}, Safety: "not_safe", Health: []string{"none"}, Priority: "emergency", Note: withheld.New("Екі сөмке")},
		Mine: desk.Ask{State: "asked", AckDue: noon.Add(12 * time.Minute), AnswerDue: noon.Add(57 * time.Minute)}, Identity: &who, Tonight: tonight,
		Asked: []desk.Ask{
			{Name: "Қызғалдақ үйі", State: "acknowledged", AnswerDue: noon.Add(30 * time.Minute), Phone: "+77000000001"},
			{Name: "Үміт", State: "refused", Answered: noon.Add(-5 * time.Minute), Refusal: "no_papers", Forbidden: law},
		},
		Acts:      []string{"acknowledge", "accept", "refuse", "ask", "answer", "undo", "arrived", "left", "stayed", "withdraw"},
		UndoUntil: noon.Add(10 * time.Minute), Places: []desk.PlaceView{{ID: id.Place(fileID(7)), Name: "1-бөлме"}, {ID: id.Place(fileID(6)), Name: "2-бөлме", Free: 2}},
		Refusals:  []desk.RefusalOption{{ID: "full"}, {ID: "no_papers", Forbidden: law}},
		Questions: []desk.Question{{ID: "q1", By: "Үміт", Text: withheld.New("Тамақтану?"), At: noon}, {ID: "q2", By: "Үміт", Text: withheld.New("Тіл?"), Answer: withheld.New("Өзбек"), At: noon}},
	}
}

func fullFile() desk.FileView {
	return desk.FileView{
		ID: fileID(1), Number: "ABCD-2345", Subject: girl, Covered: true, Sections: []string{"situation", "clocks", "timeline", "rights", "consents", "openings", "indicators"}, Safeguards: guards, Gaps: []desk.Gap{{Property: "E04", Column: "2026-11-21/law", Depends: true, Basis: law}, {Property: "A01", Column: "2026-11-21/law", Basis: law}}, Contact: &who.Contacts[0], Same: []id.File{fileID(2)},
		Offers: []desk.StepOffer{
			{ID: "identify", Of: "identification", State: "open", Force: procedure.Must, Mine: true, By: []string{"police"}, Due: noon.Add(70 * time.Hour), Basis: law},
			{ID: "review", State: "unclear", Force: procedure.Own, By: []string{"person"}, Unclear: []string{"q"}},
			{ID: "expel", State: "closed", Force: procedure.May, WhyNot: []desk.WhyNot{{Key: "why.other", Basis: law}}},
		},
		Picture: []desk.Picture{fullPicture(), {Procedure: "identification", Lanes: []string{"person"}, States: []desk.PictureState{{Value: "victim.none", State: "here"}}}},
		Timeline: []desk.TimelineLine{
			{Event: id.Event(fileID(7)), At: noon.Add(-time.Hour), Recorded: noon, Code: "other", Body: "Еңбек инспекциясы", MayCorrect: true, Basis: law},
			{At: noon.Add(-30 * time.Hour), Recorded: noon.Add(-30 * time.Hour), Code: "unheard", Body: "Шекара қызметі", Irregular: true, Of: []string{"police:officer", "court"}, Overtaken: true, Corrected: true},
		},
		Rights:   []desk.RightLine{{ID: "shelter", State: "due", OwedBy: []string{"police"}, Until: &desk.ClockLine{ID: "identification", Due: noon.AddDate(0, 0, 1), Unknown: "q_18_8"}, Basis: law}, {ID: "lawyer", State: "denied"}},
		Consents: []desk.ConsentLine{{ID: id.Consent(fileID(8)), Purpose: "referral", State: "given", At: noon, Recipients: []string{"shelter", "clinic"}, Excluded: []string{"Полиция"}, MayWithdraw: true}},
		Openings: []desk.OpeningLine{{At: noon, Body: "Қызғалдақ үйі", What: "identity", Purpose: "care"}},
		Tasks:    []desk.TaskLine{{Verb: "work.refer", Body: "Еңбек инспекциясы", Due: noon.Add(-time.Minute), State: "overdue"}},
		Clocks:   []desk.ClockLine{{ID: "c", Due: noon.Add(50 * time.Hour), State: "running", Basis: law}, {ID: "d", State: "running", Unknown: "q"}},
		Tabs:     []string{"labour", "shelter"}, Tab: "labour", Notes: []desk.NoteLine{{At: noon, Body: "Еңбек инспекциясы", Text: withheld.New("<b>жазба</b>")}},
		Referrals: []desk.ReferralView{referral()}, Acts: []string{"refer", "note", "consent", "right", "correct", "same", "irregular", "identity", "show", "freeze"},
	}
}

func fullPicture() desk.Picture {
	return desk.Picture{
		Procedure: "identification", Lanes: []string{"person", "police"},
		States: []desk.PictureState{
			{Value: "victim.none", Lane: 0, Column: 0, State: "been"}, {Value: "victim.presumed", Lane: 1, Column: 1, State: "here"},
			{Value: "victim.identified", Lane: 1, Column: 2, State: "possible"}, {Value: "victim.not_identified", Lane: 0, Column: 2, State: "closed", Why: "why.other"},
		},
		Steps: []desk.PictureStep{{ID: "presume", From: "victim.none", To: "victim.presumed", State: "been"}, {ID: "identify", From: "victim.presumed", To: "victim.identified", State: "possible"}, {ID: "not", From: "victim.presumed", To: "victim.not_identified", State: "closed"}, {ID: "back", From: "victim.not_identified", To: "victim.presumed", State: "closed"}},
	}
}

var adverseStep = desk.StepForm{
	Key: "k", File: fileID(1), Subject: girl, Languages: []string{"kk", "ru", "uz"},
	Fields: []pack.Field{{ID: "grounds", Kind: "choice", Options: []string{"other"}, Required: true}, {ID: "note", Kind: "long_text"}, {ID: "present", Kind: "yes_no", Closed: true}},
	Offer: desk.StepOffer{
		ID: "not_identified", State: "unclear", Unclear: []string{"q"}, Basis: law, Due: noon.Add(time.Hour), Sets: []desk.Change{{Var: "victim", From: "presumed", To: "not_identified"}},
		Adverse: &desk.AdverseForm{Deciders: []string{"police", "court"}, Parts: []desk.AdversePart{{Part: "decider", Law: "police", Basis: law}, {Part: "reasons", Law: "none", Product: true}, {Part: "limit", Law: "unknown"}}, Limit: noon.Add(720 * time.Hour), Appeal: "review"},
		WhyNot:  []desk.WhyNot{{Key: "why.other"}},
	},
}

var afterStep = desk.After{
	Step: "voice_claim", Guards: stepEffects.Gained, Clocks: append(slices.Clone(stepEffects.Started), desk.ClockLine{ID: "x", Unknown: "q"}),
	Next:   []desk.StepOffer{{ID: "identify", State: "open", Force: procedure.Must, Mine: true, Due: noon.Add(time.Hour)}, {ID: "complain", State: "open", Force: procedure.Own, Mine: true}},
	Advice: []string{"after.voice_claim.1"}, Unnamed: true, Docket: true,
}

var stepEffects = desk.Effects{
	Sets:    []desk.Change{{Var: "victim", From: "presumed", To: "not_identified"}},
	Gained:  []desk.Safeguard{{ID: "stay", Kind: "entitlement", Basis: law, OwedBy: []string{"police"}}},
	Lost:    []desk.Safeguard{{ID: "protection", Kind: "hold", Basis: law, Unclear: []string{"q"}}},
	Started: []desk.ClockLine{{ID: "complaint", Of: []string{"person"}, Due: noon.Add(720 * time.Hour), Basis: law}, {ID: "court", Unknown: "q"}},
	Stopped: []desk.ClockLine{{ID: "decision"}}, Then: []string{"complain"},
}

var beginning = desk.BeginForm{
	Key: "k", Step: "say_fear", Where: []desk.WherePlace{{Step: "at_quay", Key: "var.place.quay"}}, Languages: []string{"kk", "uz"}, Basis: law,
	Fields:     []pack.Field{{ID: "grounds", Kind: "choice", Options: []string{"other"}, Required: true, Closed: true}},
	Recipients: []desk.Phone{{Body: "b1", Name: "Әкімдік"}, {Body: "b2", Name: "Another"}}, Duties: []desk.Duty{{ID: "d", Basis: law}},
}

var refer = desk.ReferForm{
	Key: "k", File: fileID(1), Subject: girl, Needs: []string{"bed"}, AllNeeds: []string{"bed", "doctor"}, Health: []string{"none", "other"},
	Priorities: []string{"emergency", "urgent"}, Priority: "emergency", MaxAsked: 3, Providers: providers, NeedsYes: true,
}

func answerOf(answer string) page {
	return page{"answer", "one answer fills the screen: " + answer, func(l wording.Lang) any {
		return newAnswerPage(signed(l, "answer.title"), desk.CheckAnswer{Answer: answer, At: noon}, nil)
	}, func(l wording.Lang) any {
		return newAnswerPage(signed(l, "answer.title"), desk.CheckAnswer{Answer: answer, At: noon, Number: "7K2M-91QX", Duty: []desk.Phone{{Name: "Кезекші", Number: "+77000000007"}}, Why: guards[:2], Unclear: []string{"q"}},
			url.Values{"name": {"x"}, "key": {"k"}})
	}}
}

var (
	emergencyChoices = desk.EmergencyForm{Key: "k", Minutes: 60, Reasons: []string{"danger_to_life", "medical"}, Tells: []string{"coordinator"}}
	emergencyShown   = desk.EmergencyView{
		Subject: girl, Until: noon.Add(time.Hour), Reason: "medical", Told: tonight.Coordinator, Identity: &who, Needs: []string{"doctor"}, Safety: "not_safe",
		Contact: &desk.Contact{Kind: "phone", Value: withheld.New("+998"), SafeAt: "daytime"},
	}
	toFollowUp = desk.FollowUps{File: fileID(1), Number: "7Q4M-2PXA", Subject: girl, Agreed: true, Contact: &desk.Contact{Value: withheld.New("<x>"), SafeAt: "daytime"}, Lines: []desk.FollowUpLine{
		{Task: id.Task(fileID(6)), Row: "later", Due: noon, Outcome: "well", Done: noon}, {Task: id.Task(fileID(7)), Row: "later", Due: noon},
	}}
	fullOpenings = desk.OpeningsView{File: fileID(1), Number: "7Q4M-2PXA", Subject: girl, Leaves: 12, Lines: []desk.NumberedOpening{
		{OpeningLine: desk.OpeningLine{At: noon, Body: "Қызғалдақ үйі", What: "identity", Purpose: "care"}, Seq: 4, Leaf: 4011, Previous: "zNEDSkL8yzgtxoL2RWc6vpWO1quSgN4+m0B4U08Ae2A="},
	}}
	openingsToReview = desk.EmergencyReview{File: fileID(1), Number: "7Q4M-2PXA", Subject: girl, Openings: []desk.OpeningReview{
		{Task: id.Task(fileID(6)), By: tonight.Coordinator[0], Reason: "missing", At: noon, Until: noon.Add(time.Hour)},
		{Task: id.Task(fileID(7)), By: tonight.Coordinator[0], Reason: "medical", At: noon, Until: noon.Add(time.Hour)},
		{By: tonight.Coordinator[0], Reason: "medical", At: noon, Until: noon, Outcome: "not_justified"},
		{Task: id.Task(fileID(8)), Mine: true, At: noon, Until: noon},
	}}
	alarm = desk.Alarm{Check: id.Check(fileID(9)), Kind: "repeats", By: tonight.Coordinator[0], Times: 3, First: noon, Last: noon, Outcomes: []string{"justified", "not_justified"}}
)

var fullSignIns = desk.SignIns{
	Sessions: []desk.SessionLine{
		{ID: "s1", Agent: "firefox windows", Since: noon.Add(-time.Hour), Seen: noon, Until: noon.Add(time.Hour), Here: true},
		{ID: "s2", Agent: "", Since: noon.Add(-9 * time.Hour), Seen: noon.Add(-10 * time.Minute)},
	},
	Devices: []desk.DeviceLine{{ID: "d1", Agent: "firefox windows", First: noon.AddDate(0, -2, 0), Seen: noon, Here: true}, {ID: "d2", Agent: "safari iphone", First: noon, Seen: noon}},
	Most:    6, Ended: 1,
	Taken: []casework.Taking{{What: "overdue", At: noon}, {What: "figures", At: noon.AddDate(0, -1, 0)}},
}

var fullSecond = desk.SecondView{Key: "k", Secret: withheld.New("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), URI: "otpauth://totp/Pana:ainur?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Demanded: true, Ask: desk.Ceremony{Options: `{"publicKey":{}}`, Ticket: "t"}}
