package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"pana/internal/openid"
	"pana/internal/serve"
)

// elsewhereSettings name ministries' own sign-ins.
type elsewhereSettings struct {
	Providers string `name:"sign-in-providers" help:"File that names OpenID Connect providers, each with the bodies whose workers it may sign in; see docs/operators.md. Needs --site." type:"path" placeholder:"FILE"`
}

func (s elsewhereSettings) apply(p *plan) (err error) {
	if s.Providers == "" {
		return nil
	}
	if p.site == "" {
		return errors.New("--sign-in-providers: providers send browsers back to an address that they know: give --site https://…")
	}
	if err := openid.SafeURL(p.site); err != nil {
		return errors.New("--site: " + err.Error())
	}
	p.elsewhere, err = openid.Read(s.Providers, p.log, time.Now)
	return err
}

// refusedElsewhere counts answers of providers that were not believed, by why.
func refusedElsewhere(s *openid.Set) (out []serve.Gauge) {
	for _, why := range openid.Reasons {
		out = append(out, serve.Gauge{
			Name: "pana_sign_in_elsewhere_refused", Label: "why=\"" + why + "\"", Help: "Answers of sign-in providers that were not believed.", Value: float64(s.Refused()[why]),
		})
	}
	return out
}

// providers looks whether each answers, keeps the hour and knows the way back.
func (c doctorCommand) providers(ctx context.Context, now time.Time) (out []finding) {
	if c.Providers == "" {
		return nil
	}
	if c.Site == "" {
		return []finding{{what: "sign-in providers", wrong: "the site's address is not given", mend: "--site https://…, as serve has it"}}
	}
	set, err := openid.Read(c.Providers, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		return []finding{{what: "file of sign-in providers", wrong: err.Error(), mend: "docs/operators.md, Sign-in through a ministry"}}
	}
	out = append(out, closed("file of sign-in providers", c.Providers, "chmod 600"))
	for _, p := range set.All() {
		found := p.Look(ctx, c.Site, now)
		answers := finding{what: "sign-in provider " + p.ID + " answers", mend: "is the issuer written as the provider itself writes it, and may this machine reach it?"}
		if found.Down != nil {
			answers.wrong = "its description cannot be read"
			out = append(out, answers)
			continue
		}
		clock := finding{what: "clock of provider " + p.ID, mend: "NTP here and there: tokens are good for minutes"}
		if found.ClockOff.Abs() > clockOff+time.Second { // its answer says whole seconds
			clock.wrong = "it is " + found.ClockOff.Round(time.Second).String() + " from this machine's"
		}
		back := finding{what: "provider " + p.ID + " knows the way back", mend: "have it registered for the client, letter for letter: " + found.Redirect}
		if found.Refuses {
			back.wrong = "it refuses the address"
		}
		tells := finding{what: "provider " + p.ID + " says who signed out", note: true, mend: "where it can, have it tell (back-channel logout, with the session's id): " + found.SignOut}
		if found.Silent {
			tells.wrong = "its description does not say that it does: who signs out there stays signed in here until their time is over"
		}
		out = append(out, answers, clock, back, tells)
	}
	return out
}
