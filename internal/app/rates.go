package app

import (
	"fmt"
	"strings"

	"pana/internal/rate"
)

// rateSettings say how much one asker may send before the rest would feel it. A test
// holds the numbers here against rate.Default.
type rateSettings struct {
	Worker     int `name:"limit-worker" help:"Requests a minute of one worker, and five minutes' worth at once; 0: no limit." default:"600"`
	Body       int `name:"limit-body" help:"The same of all workers and machines of one body; at least four times that of a worker." default:"12000"`
	Address    int `name:"limit-address" help:"The same of one address (IPv6: one /64) from which nobody is signed in; this machine's own is not counted." default:"1200"`
	Credential int `name:"limit-credential" help:"The same of one machine's credential." default:"6000"`
}

func (s rateSettings) limits() (rate.Limits, error) {
	l := rate.Limits{Worker: s.Worker, Body: s.Body, Address: s.Address, Credential: s.Credential}
	return l, l.Check()
}

// finding says what is set, and what one asker could do under it.
func (s rateSettings) finding() finding {
	f := finding{what: fmt.Sprintf("limits of requests a minute: worker %d, body %d, address %d, credential %d", s.Worker, s.Body, s.Address, s.Credential)}
	l, err := s.limits()
	if err != nil {
		f.wrong, f.mend = err.Error(), "serve does not start with these"
		return f
	}
	var none []string
	for i, n := range []int{l.Worker, l.Body, l.Address, l.Credential} {
		if n == 0 {
			none = append(none, rate.Kinds[i])
		}
	}
	if len(none) > 0 {
		f.wrong, f.mend, f.note = "none for "+strings.Join(none, ", ")+": one of them can make everybody wait", "leave the flag out for the usual limit", true
	}
	return f
}
