package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/id"
	"pana/internal/store"
)

// credentialCommand gives a machine of one body the right to ask removal
// checks. Whoever may run it holds the database and could write the row by
// hand: it asks for no password. The act is not an event of the ledger yet.
type credentialCommand struct {
	database
	Body  string `required:"" help:"Name or id of the body whose machine it is." placeholder:"NAME"`
	Apart bool   `help:"It may tell the cautious answers apart; without this, it reads stop."`
	Days  int    `help:"How long it is valid, in days." default:"90"`
}

func (c credentialCommand) Run(w *world) error {
	if c.Days < 1 || c.Days > 366 {
		return errors.New("--days is from 1 to 366: a credential that nobody renews should end")
	}
	s, err := c.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	body, err := bodyCalled(w.ctx, s, c.Body)
	if err != nil {
		return err
	}
	scopes := []string{access.AskCheck}
	if c.Apart {
		scopes = append(scopes, access.TellCheck)
	}
	// A demonstration's clock may be ahead of ours.
	ahead, err := s.ClockAhead(w.ctx)
	if err != nil {
		return err
	}
	now := time.Now().Add(ahead)
	made, secret := auth.NewCredential(body, scopes, now, now.AddDate(0, 0, c.Days))
	if err := s.PutCredential(w.ctx, made); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "credential: %s\nvalid until %s; shown once, only its hash is kept\n", secret.Reveal(), made.ExpiresAt.Format(time.DateOnly))
	return nil
}

// bodyCalled finds the one open body of a name or an id.
func bodyCalled(ctx context.Context, s *store.Store, called string) (id.Body, error) {
	page, err := s.List(ctx, "bodies", store.Query{
		Scope: access.All{}, Limit: 2, Where: []store.Filter{store.Where("closed", store.Is, false)},
		Any: []store.Filter{store.Where("name", store.Is, called), store.Where("body_id", store.Is, called)},
	})
	switch {
	case err != nil:
		return "", err
	case len(page.Rows) == 0:
		return "", fmt.Errorf("no open body is called %q", called)
	case len(page.Rows) > 1:
		return "", fmt.Errorf("more than one body is called %q: give its id", called)
	}
	return id.Body(page.Rows[0].Text("body_id")), nil
}
