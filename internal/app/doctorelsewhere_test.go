package app

import (
	"strings"
	"testing"
	"time"

	"pana/internal/id"
	"pana/internal/testkit"
)

// TestTheDoctorAsksWhetherAProviderTellsWhoLeft: of a provider whose description does not
// say so it is a note, with the address to register, and not something wrong; of one that
// does it is well; and of one that is down only that.
func TestTheDoctorAsksWhetherAProviderTellsWhoLeft(t *testing.T) {
	t.Parallel()
	issuer := testkit.NewIssuer(t)
	c := doctorCommand{}
	c.Site = "https://pana.example"
	c.Providers = issuer.Providers(t, t.TempDir(), "", string(id.New[id.Body](time.Now())))
	const what = "provider ministry says who signed out"
	for _, row := range []struct {
		why   string
		set   func(*testkit.Issuer)
		lines int
		wrong bool
	}{
		{"it does not say that it tells", func(*testkit.Issuer) {}, 1, true},
		{"it says so", func(i *testkit.Issuer) { i.Ends = true }, 1, false},
		{"it is down", func(i *testkit.Issuer) { i.Down = true }, 0, false},
	} {
		issuer.Set(row.set)
		lines := 0
		for _, f := range c.providers(t.Context(), time.Now()) {
			if f.what != what {
				continue
			}
			lines++
			if (f.wrong != "") != row.wrong || !f.note || !strings.HasSuffix(f.mend, "https://pana.example/api/v1/sign-out/ministry") {
				t.Errorf("%s: %+v", row.why, f)
			}
		}
		if lines != row.lines {
			t.Errorf("%s: %d lines", row.why, lines)
		}
	}
}
