package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// credentialCommand gives a machine of one body the right to ask removal
// checks. Whoever may run it holds the database and the master key, and could make
// two administrators: it asks for no second person. It is an event of the ledger, of
// the product itself and not of a worker.
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
	h, err := c.toInstall(w.ctx)
	if err != nil {
		return err
	}
	defer h.close()
	body, err := bodyCalled(w.ctx, h.store, c.Body)
	if err != nil {
		return err
	}
	scopes := []string{access.AskCheck}
	if c.Apart {
		scopes = append(scopes, access.TellCheck)
	}
	now := h.clock.Now()
	expires := now.AddDate(0, 0, c.Days)
	secret, err := h.installer(now).issueCredential(w.ctx, body, scopes, expires)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "credential: %s\nvalid until %s; shown once, only its hash is kept\n", secret.Reveal(), expires.Format(time.DateOnly))
	return nil
}

// toInstall opens an installation that is there, for an act of the product itself.
func (d database) toInstall(ctx context.Context) (*house, error) {
	addr, where, err := d.address()
	if err != nil {
		return nil, err
	}
	if where == "" {
		return nil, errors.New("what is recorded is sealed: --master-key KEY")
	}
	master, err := d.keySource.open(where)
	if err != nil {
		return nil, err
	}
	h, err := openKeys(ctx, d, addr, master)
	if err != nil {
		return nil, err
	}
	if err := h.prepareKeys(ctx, h.clock.Now()); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (i *installer) issueCredential(ctx context.Context, body id.Body, scopes []string, expires time.Time) (withheld.Text, error) {
	var key [32]byte
	_, _ = rand.Read(key[:])
	made, secret := auth.New(nil, nil, auth.Limits{}, key).NewCredential("", "")
	ref := casework.Ref{Kind: casework.CredentialStream, ID: made.ID}
	issued := casework.CredentialIssued{Scopes: scopes, Hash: withheld.New(hex.EncodeToString(made.Hash[:])), Expires: expires.UTC().Truncate(time.Microsecond)}
	err := i.act(ctx, "credential/"+made.ID, []casework.Ref{ref, bodyRef(body)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.IssueCredential(store.As[*casework.Credential](l, ref), made.ID, store.As[*casework.Body](l, bodyRef(body)), issued, m)
	})
	return secret, err
}

// administratorCommand adds an administrator to a body, when nobody is there who could
// be the second for one: at the beginning, and when one of two has left.
type administratorCommand struct {
	database
	Body  string `required:"" help:"Name or id of the body." placeholder:"NAME"`
	Login string `required:"" help:"Login of the new administrator."`
	Role  string `help:"The worker's role, as the pack names it." default:"administrator"`
}

func (c administratorCommand) Run(w *world) error {
	h, err := c.toInstall(w.ctx)
	if err != nil {
		return err
	}
	defer h.close()
	body, err := bodyCalled(w.ctx, h.store, c.Body)
	if err != nil {
		return err
	}
	login := withheld.New(auth.FoldLogin(c.Login))
	if n, err := h.store.Count(w.ctx, "accounts", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("login_tag", store.Is, casework.LoginTag(login))}}); err != nil || n > 0 {
		return errors.Join(err, fmt.Errorf("the login %s is somebody's already: nothing was changed", c.Login))
	}
	password := newPassword()
	hash, err := auth.NewHasher(passwordCost, 1).Hash(w.ctx, auth.AsPaper(password))
	if err != nil {
		return err
	}
	now := h.clock.Now()
	worker, until := id.New[id.Worker](now), now.Add(casework.CodeAge)
	refs := []casework.Ref{accountRef(worker), bodyRef(body)}
	err = h.installer(now).act(w.ctx, "account/"+string(worker), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OpenAccount(nil, worker, store.As[*casework.Body](l, bodyRef(body)), casework.AccountOpened{Login: login, Role: c.Role},
			casework.PasswordSet{Hash: withheld.New(hash), Once: true, Until: until}, m)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "login: %s\ncode: %s (shown once; it sets a password, until %s)\n", login.Reveal(), password, until.Format(time.DateOnly))
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
