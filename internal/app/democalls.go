package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/withheld"
)

// demoCall is a call to a hotline, or what a mission was told, some hours before now. Without an outcome it
// is open.
type demoCall struct {
	By       string   `yaml:"by"` // a body's slug; the hotline's when it is not said
	Ago      int      `yaml:"ago"`
	Channel  string   `yaml:"channel"`
	Line     string   `yaml:"line"`
	Caller   string   `yaml:"caller"`
	Language string   `yaml:"language"`
	Safety   string   `yaml:"safety"`
	Needs    []string `yaml:"needs"`
	Ring     string   `yaml:"ring"`
	RingIn   int      `yaml:"ring_in"` // hours after the call at which somebody shall ring
	Say      string   `yaml:"say"`
	Promise  string   `yaml:"promise"`
	Note     string   `yaml:"note"`
	Outcome  string   `yaml:"outcome"`
	Times    int      `yaml:"times"` // so many alike, an hour after one another
}

// calls are those that were taken.
func (s *seeder) calls(now time.Time) []deed {
	var out []deed
	for n, c := range s.t.data.Calls {
		for again := range max(1, c.Times) {
			out = append(out, s.call(c, n, again, now))
		}
	}
	return out
}

func (s *seeder) call(c demoCall, n, again int, now time.Time) deed {
	who := s.worker(cmp.Or(c.By, "hotline"), "", 0)
	in := desk.CallInput{
		Key: fmt.Sprint("seed-call-", n, "-", again), Channel: c.Channel, Line: c.Line, Caller: c.Caller, Language: c.Language, Safety: c.Safety, Needs: c.Needs,
		Ring: c.Ring, Say: c.Say, Promise: c.Promise, Note: withheld.New(c.Note), Outcome: cmp.Or(c.Outcome, casework.SignalOpen),
	}
	at := now.Add(-time.Duration(c.Ago-again) * time.Hour)
	if c.RingIn > 0 {
		in.RingAt = at.Add(time.Duration(c.RingIn) * time.Hour)
	}
	return deed{at: at, file: -1 - n, what: "call", do: func(ctx context.Context, d *desk.Desk) error {
		_, err := d.TakeCall(ctx, who, in)
		return err
	}}
}
