package web

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"pana/internal/desk"
)

// Who answers for a house is offered the rooms that have a bed, and reads of
// the others that they are full and where to say otherwise.
func TestOnlyARoomWithABedIsOffered(t *testing.T) {
	t.Parallel()
	site := testSite(t)
	taken := referral()
	taken.Places = []desk.PlaceView{{ID: taken.Places[1].ID, Name: "2-бөлме"}}
	for _, row := range []struct {
		why, has, hasNot string
		view             desk.ReferralView
	}{
		{"a room with a bed is a choice", `value="` + string(referral().Places[1].ID) + `"`, "", referral()},
		{"a full one is not", `data-full="yes">No bed is free in: 1-бөлме.`, `value="` + string(referral().Places[0].ID) + `"`, referral()},
		{"all are full", "You have no free place on the list", `name="place"`, taken},
	} {
		var out bytes.Buffer
		page := newReferralPage(signed("en", "referral.title", "number", "R-1042"), row.view, url.Values{})
		if err := site.pages["referral"].ExecuteTemplate(&out, "layout", page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), row.has) {
			t.Errorf("%s: %s is not there", row.why, row.has)
		}
		if row.hasNot != "" && strings.Contains(out.String(), row.hasNot) {
			t.Errorf("%s: %s is there", row.why, row.hasNot)
		}
	}
}
