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
}}}

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
