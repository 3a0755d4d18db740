package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/wording"
)

var fullFamily = desk.Family{
	File: fileID(1), Subject: girl, Key: "k", New: fileID(30), Says: true, Kinds: []string{"parent", "sibling"}, Hidden: true,
	Lines: []desk.KinLine{
		{Subject: desk.Subject{File: fileID(2), Number: "ABCD-9999", Sex: "female", AgeBand: "adult"}, Kind: "parent", State: casework.KinStands, Since: noon, There: true,
			Reads: []desk.Change{{Var: "mother.papers", To: "none"}}},
		{Subject: desk.Subject{File: fileID(3), Number: "ABCD-8888"}, Kind: "sibling", State: casework.KinEnded, Since: noon, Reason: "mistake"},
	},
	Steps: []desk.KinStep{{Kind: "guardian", Offer: desk.StepOffer{ID: "appoint", Mine: true, By: []string{"guardianship"}}}, {Kind: "guardian", Offer: desk.StepOffer{ID: "call"}, Taken: noon}},
}

var familyTyped = url.Values{
	"key": {"k"}, "new": {string(fileID(31))}, "kin_kind": {"parent"}, "kin_seen": {"both"}, "call_name": {"<Gul>"}, "sex": {"female"}, "age_known": {"adult"}, "consent": {"yes"}, "go": {"add"},
}

var familyPages = []page{{"family", "what may be seen, and how to add, end and hide", func(l wording.Lang) any {
	return newFamilyPage(signed(l, "family.title", "number", "X"), desk.Family{File: fileID(1)}, url.Values{})
}, func(l wording.Lang) any {
	f := signed(l, "family.title", "number", "X")
	f.Errors = []FieldError{{"kin_kind", f.T("error.field.required"), "field.required"}}
	p := newFamilyPage(f, fullFamily, familyTyped)
	p.Receipt = &fullReceipt
	return p
}}, {"familystep", "a row for each person, with reasons of their own", func(l wording.Lang) any {
	return newFamilyStepPage(signed(l, "familystep.title", "number", "X"), desk.FamilyStep{File: fileID(1), Step: "identify"}, url.Values{})
}, func(l wording.Lang) any {
	f := signed(l, "familystep.title", "number", "X")
	f.Errors = []FieldError{{"r0.reasons", f.T("error.field.required"), "field.required"}}
	p := newFamilyStepPage(f, fullFamilyStep, familyStepTyped)
	p.Rest, p.Refused = true, []desk.FamilyDone{{File: fileID(2), Number: "B", Refused: fault.New(fault.Invalid, "step.not_open")}}
	return p
}}, {"familystep", "what became of each", func(l wording.Lang) any {
	return newFamilyStepPage(signed(l, "familystep.title", "number", "X"), fullFamilyStep, url.Values{})
}, func(l wording.Lang) any {
	p := newFamilyStepPage(signed(l, "familystep.title", "number", "X"), fullFamilyStep, url.Values{})
	p.MainForm = false
	p.Done = []desk.FamilyDone{{File: fileID(1), Number: "A"}, {File: fileID(2), Number: "B", Refused: fault.New(fault.Invalid, "step.not_open")}}
	return p
}}}

var fullFamilyStep = desk.FamilyStep{
	Key: "k", File: fileID(1), Step: "identify", Adverse: true, Languages: []string{"uz", "ru"},
	Members: []desk.FamilyMember{
		{Subject: girl, Version: 3, Open: true, Offer: desk.StepOffer{ID: "identify", State: "open", Mine: true}},
		{Subject: desk.Subject{File: fileID(2), Number: "ABCD-9999"}, Kind: "parent", Version: 7, Offer: desk.StepOffer{ID: "identify", State: "closed", WhyNot: []desk.WhyNot{{Key: "why.other", Basis: law}}}},
	},
}

// familyStepTyped has the second person chosen and not the first, in rows the
// other way round.
var familyStepTyped = url.Values{
	"key": {"k"}, "go": {"take"}, "r0.file": {string(fileID(2))}, "r0.version": {"6"}, "r0.take": {"yes"}, "r0.reasons": {"<why>"}, "r0.language": {"uz"},
	"r1.file": {string(fileID(1))}, "r1.version": {"3"},
}

// Each row is one person's, whatever its number; who is not chosen is not sent;
// reasons typed at one person are nobody else's.
func TestFamilyStepForm(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("officer")
	path := "/file/" + string(fileID(1)) + "/family/identify"
	if res := v.post(path, familyStepTyped); res.Code != 200 || !strings.Contains(res.Body.String(), `data-done="yes"`) {
		t.Fatalf("%d", res.Code)
	}
	in, _ := d.last.(desk.FamilyInput)
	if len(in.Acts) != 1 || in.Acts[0].File != fileID(2) || in.Acts[0].Version != 6 || in.Acts[0].Reasons.Reveal() != "<why>" || in.Rest {
		t.Errorf("%+v", in)
	}
	v.post(path, with(familyStepTyped, "go", "rest"))
	if in, _ = d.last.(desk.FamilyInput); !in.Rest {
		t.Error("the worker says that the rest go on, and it is not sent")
	}
	d.fail = fault.New(fault.Invalid, "family.not_all")
	res := v.post(path, familyStepTyped)
	if body := res.Body.String(); res.Code != 422 || !strings.Contains(body, "&lt;why&gt;") || !strings.Contains(body, `value="rest"`) {
		t.Errorf("%d: what was typed is lost, or the rest cannot go on", res.Code)
	}
}

// Each button of the page does its own act, and what was typed comes back.
func TestFamilyForms(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("officer")
	path := "/file/" + string(fileID(1)) + "/family"
	if res := v.post(path, familyTyped); res.Code != 200 || !slices.Contains(d.acts, "say kin") {
		t.Fatalf("%d %v", res.Code, d.acts)
	}
	if in, _ := d.last.(desk.KinInput); in.New != fileID(31) || in.Kind != "parent" || in.Seen != "both" || in.CallName.Reveal() != "<Gul>" || in.Consent != "yes" {
		t.Errorf("%+v", in)
	}
	v.post(path, url.Values{"key": {"k2"}, "go": {"hide"}})
	v.post(path, url.Values{"key": {"k3"}, "go": {"state"}, "relative": {string(fileID(2))}, "kind": {"parent"}, "kin_state": {"contested"}, "kin_reason": {"document"}})
	if in, _ := d.last.(desk.KinChange); in.Other != id.File(fileID(2)) || in.State != "contested" || in.Reason != "document" || in.Seen != "" {
		t.Errorf("%+v", in)
	}
	if !slices.Equal(d.acts, []string{"say kin", "hide kin", "change kin"}) {
		t.Errorf("%v", d.acts)
	}
	d.fail = fault.Form(fault.Field{Name: "kin_kind", Code: "field.required"})
	if res := v.post(path, familyTyped); res.Code != 422 || !strings.Contains(res.Body.String(), "&lt;Gul&gt;") {
		t.Errorf("%d, or what was typed is lost", res.Code)
	}
	d.lost = true
	if v.get(path).Code != 404 {
		t.Error("a file that is not for this worker has a family")
	}
}
