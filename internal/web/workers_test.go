package web

import (
	"net/http"
	"net/url"
	"testing"

	"pana/internal/desk"
)

// A code on paper opens the page that sets a password, and nothing else.
func TestWhoCameByPaperIsLedToAPassword(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{once: true, lacks: true}
	v := newVisitor(t, d).in("coordinator")
	for path, want := range map[string]int{
		"/work": http.StatusSeeOther, "/admin/workers": http.StatusSeeOther, "/sign-ins": http.StatusSeeOther, "/sign-ins/second": http.StatusSeeOther,
		"/file/" + string(fileID(1)): http.StatusSeeOther, "/sign-ins/password": http.StatusOK, "/guarantees": http.StatusOK,
	} {
		if got := v.get(path); got.Code != want || want == http.StatusSeeOther && got.Header().Get("Location") != "/sign-ins/password" {
			t.Errorf("%s: %d to %q", path, got.Code, got.Header().Get("Location"))
		}
	}
	if got := v.post("/emergency", url.Values{"key": {"k"}}); got.Code != http.StatusSeeOther || len(d.acts) != 0 {
		t.Errorf("an act: %d, %v", got.Code, d.acts)
	}
	typed := url.Values{"key": {"k"}, "new_password": {"correct horse battery"}, "new_password_again": {"correct horse battery"}}
	if got := v.post("/sign-ins/password", typed); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/work" {
		t.Errorf("set: %d to %q", got.Code, got.Header().Get("Location"))
	}
	if in := d.last.(desk.OwnPasswordInput); in.Typed != in.Again || in.Typed.Empty() || in.Token.Empty() {
		t.Error("the password did not arrive")
	}
}

// Two buttons beside one account are two acts; the account's body is nobody's to send.
func TestOneButtonOneAct(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("coordinator")
	form := url.Values{"key": {"k"}, "worker": {string(fileID(5))}, "of_body": {string(fileID(6))}, "role": {"head"}}
	keys := map[string]bool{}
	for _, do := range []string{desk.WorkerRole, desk.WorkerCode, desk.WorkerSuspend, desk.WorkerResume, desk.WorkerSecond, desk.WorkerLeave} {
		if got := v.post("/admin/workers", with(form, "go", do)); got.Code != http.StatusOK {
			t.Fatalf("%s: %d", do, got.Code)
		}
		in := d.last.(desk.WorkerInput)
		if in.Do != do || in.Body != "" || keys[in.Key] {
			t.Errorf("%s: %+v", do, in)
		}
		keys[in.Key] = true
	}
}
