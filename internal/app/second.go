package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/desk"
	"pana/internal/pack"
)

// secondSettings say whose password is not enough. Which telephones people have,
// and when they can have been given one, whoever installs Pana knows.
type secondSettings struct {
	SecondFactor     []string `name:"second-factor" help:"Roles that must have a second factor beside the password; all: every role." placeholder:"ROLE,…"`
	SecondFactorFrom string   `name:"second-factor-from" help:"First day (UTC) on which they must; until then they are told." placeholder:"2026-12-01"`
}

func (s secondSettings) apply(p *plan) (err error) {
	p.second.Roles = s.SecondFactor
	if s.SecondFactorFrom == "" {
		return nil
	}
	if p.second.From, err = time.Parse(time.DateOnly, s.SecondFactorFrom); err != nil {
		return fmt.Errorf("--second-factor-from is a day like 2026-12-01, not %q", s.SecondFactorFrom)
	}
	return nil
}

// sessionSettings say how many sign-ins of one worker count at once. A test holds the
// number here against auth's own.
type sessionSettings struct {
	Sessions int `name:"sessions" help:"Most sign-ins of one worker at once: one more ends the oldest; 0: no limit." default:"6"`
}

func (s sessionSettings) apply(p *plan) error {
	if s.Sessions < 0 {
		return fmt.Errorf("--sessions is how many count at once, or 0 for no limit, not %d", s.Sessions)
	}
	if p.limits.Live = s.Sessions; s.Sessions == 0 {
		p.limits.Live = -1
	}
	return nil
}

// knownRoles refuses a role that the pack does not have: a slip would leave whom it
// was meant for with a password alone, and nobody would notice.
func knownRoles(second desk.SecondFor, p *pack.Pack) error {
	known := []string{"all"}
	for _, k := range p.BodyKinds {
		known = append(known, k.Roles...)
	}
	for _, role := range second.Roles {
		if !slices.Contains(known, role) {
			slices.Sort(known)
			return fmt.Errorf("--second-factor: no role %q; there are %s", role, strings.Join(slices.Compact(known), ", "))
		}
	}
	return nil
}
