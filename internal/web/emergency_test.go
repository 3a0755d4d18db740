package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pana/internal/desk"
)

var emergencyTyped = url.Values{"key": {"k"}, "file_number": {"7Q4M-2PXA"}, "reason": {"medical"}}

func TestAnEmergencyIsAskedForTwiceBeforeTheBellRings(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		form   url.Values
		status int
		sees   string // on the page
		opened bool
	}{
		{"nothing is said", url.Values{"key": {"k"}, "go": {"check"}}, http.StatusUnprocessableEntity, `id="reason-error"`, false},
		{"no reason, at the last button", with(emergencyTyped, "reason", "", "go", "open"), http.StatusUnprocessableEntity, `id="reason-error"`, false},
		{"no number", with(emergencyTyped, "file_number", " ", "go", "check"), http.StatusUnprocessableEntity, `id="file_number-error"`, false},
		{"said once", with(emergencyTyped, "go", "check"), http.StatusOK, `value="open"`, false},
		{"another language", with(emergencyTyped, "set_lang", "kk"), http.StatusOK, `value="7Q4M-2PXA"`, false},
		{"said twice", with(emergencyTyped, "go", "open"), http.StatusSeeOther, "", true},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := &fakeDesk{}
			w := newVisitor(t, d).in("clinic").post("/emergency", row.form)
			if w.Code != row.status || !strings.Contains(w.Body.String(), row.sees) || (len(d.acts) == 1) != row.opened {
				t.Errorf("answered %d, did %v", w.Code, d.acts)
			}
			if in, ok := d.last.(desk.EmergencyInput); row.opened && (!ok || in.Reason != "medical" || in.Key != "k") {
				t.Errorf("asked for %+v", d.last)
			}
		})
	}
}

// Who guesses numbers hears only that there is none, in the page's own words.
func TestAnEmergencyNumberThatIsNone(t *testing.T) {
	t.Parallel()
	w := newVisitor(t, &fakeDesk{lost: true}).in("clinic").post("/emergency", with(emergencyTyped, "go", "open"))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `data-code="field.no_such_file"`) || !strings.Contains(w.Body.String(), `value="7Q4M-2PXA"`) {
		t.Errorf("answered %d", w.Code)
	}
}

// The browser asks again when the hour ends, without a script.
func TestTheHourEndsOnTheScreen(t *testing.T) {
	t.Parallel()
	w := newVisitor(t, &fakeDesk{}).in("clinic").get("/emergency/" + string(fileID(1)))
	if got := w.Header().Get("Refresh"); got != "3601" {
		t.Errorf("asks again after %q seconds", got)
	}
}

func TestAReviewNeedsItsAnswer(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("coordinator")
	for path, act := range map[string]string{"/file/" + string(fileID(1)) + "/emergency": "review", "/check/" + string(fileID(9)) + "/alarm": "alarm"} {
		if w := v.post(path, url.Values{"key": {"k"}, "task": {string(fileID(6))}, "outcome": {"justified"}}); w.Code != http.StatusOK || d.acts[len(d.acts)-1] != act {
			t.Errorf("%s answered %d, did %v", path, w.Code, d.acts)
		}
	}
}
