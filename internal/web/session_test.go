package web

import (
	"net/http"
	"net/url"
	"testing"
)

// A right password leaves a mark on the device, and the next try brings it:
// strangers who try a login must not hold up its owner.
func TestSigningInKnowsTheDevice(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d)
	form := url.Values{"login": {"ainur"}, "password": {"right"}}
	if got := v.post("/sign-in", form).Code; got != http.StatusSeeOther {
		t.Fatalf("signing in answered %d", got)
	}
	if d.device != "" {
		t.Errorf("a new device sent the mark %q", d.device)
	}
	v.post("/sign-in", form)
	if d.device != "mark-of-ainur" {
		t.Errorf("a known device sent the mark %q", d.device)
	}
}
