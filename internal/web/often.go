package web

import "slices"

// unheld are pages that no limit of requests holds up, for a person's safety may hang
// on the next minute: leaving, freezing a file or the person's page, opening one in an
// emergency, and handing somebody over.
var unheld = []string{
	"GET /exit", "POST /exit", "POST /sign-out",
	"GET /file/{file}/freeze", "POST /file/{file}/freeze", "GET /close-page", "POST /close-page",
	"GET /emergency", "POST /emergency", "GET /emergency/{file}",
	"GET /file/{file}/refer", "POST /file/{file}/refer", "GET /calls/handover", "POST /calls/handover",
}

// unheldAtHers are the same buttons on the person's own page.
var unheldAtHers = []string{"leave", "close"}

// counted holds a request against the limits: of who is signed in and their body, or of
// the address where nobody is. What was typed comes back with the refusal, so it is asked
// after the form was read.
func (c *call) counted() error {
	switch {
	case slices.Contains(unheld, c.route.Pattern), c.route.Pattern == "POST /p" && slices.Contains(unheldAtHers, c.form.Get("go")):
		return nil
	case c.token.Empty():
		return c.site.Rate.Address(c.r.RemoteAddr)
	}
	return c.site.Rate.Worker(string(c.who.Worker), string(c.who.Body))
}
