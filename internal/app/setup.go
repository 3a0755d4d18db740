package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/withheld"
)

// installer sets up bodies and accounts before there is anybody who could: the
// first administrator of a service, and everybody of a demonstration. Each act
// is an event like any other, of the product itself.
type installer struct {
	*house
	at  time.Time
	who access.Who
}

func (h *house) installer(at time.Time) *installer {
	return &installer{house: h, at: at, who: access.Who{BodyKind: "product"}}
}

// as is the installer acting for a body whose own act something is.
func (i *installer) as(body id.Body, kind string) *installer {
	other := *i
	other.who.Body, other.who.BodyKind = body, kind
	return &other
}

func (i *installer) moment() casework.Moment {
	return casework.Moment{At: i.at, By: casework.Actor{Body: i.who.Body, Kind: i.who.BodyKind}, Laws: i.laws}
}

// act records one decision about the streams; key makes it happen once.
func (i *installer) act(ctx context.Context, key string, refs []casework.Ref, decide func(*store.Loaded, casework.Moment) (casework.Decision, error)) error {
	snap, err := i.laws.On(i.at)
	if err != nil {
		return err
	}
	act := store.Act{Key: "install/" + key, Fingerprint: sha256.Sum256([]byte(key)), Who: i.who, At: i.at, Streams: refs, Pack: snap.Law}
	_, err = i.store.Change(ctx, act, func(l *store.Loaded) (casework.Decision, error) { return decide(l, i.moment()) })
	if err != nil {
		return fmt.Errorf("set up %s: %w", key, err)
	}
	return nil
}

func bodyRef(b id.Body) casework.Ref { return casework.Ref{Kind: casework.BodyStream, ID: string(b)} }
func accountRef(w id.Worker) casework.Ref {
	return casework.Ref{Kind: casework.AccountStream, ID: string(w)}
}
func placeRef(p id.Place) casework.Ref {
	return casework.Ref{Kind: casework.PlaceStream, ID: string(p)}
}

func (i *installer) addBody(ctx context.Context, body id.Body, in casework.BodyAdded) error {
	return i.act(ctx, "body/"+string(body), []casework.Ref{bodyRef(body)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.AddBody(store.As[*casework.Body](l, bodyRef(body)), body, in, m)
	})
}

func (i *installer) offerService(ctx context.Context, body id.Body, service id.Service, in casework.Offering) error {
	return i.act(ctx, "service/"+string(service), []casework.Ref{bodyRef(body)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OfferService(store.As[*casework.Body](l, bodyRef(body)), service, in, m)
	})
}

func (i *installer) openPlace(ctx context.Context, body id.Body, service id.Service, place id.Place, in casework.PlaceInput) error {
	refs := []casework.Ref{placeRef(place), bodyRef(body)}
	return i.act(ctx, "place/"+string(place), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OpenPlace(store.As[*casework.Place](l, placeRef(place)), place, store.As[*casework.Body](l, bodyRef(body)), service, in, m)
	})
}

// openAccount opens a worker's account with the PHC string of a password.
func (i *installer) openAccount(ctx context.Context, worker id.Worker, body id.Body, login, role, name, hash string) error {
	refs := []casework.Ref{accountRef(worker), bodyRef(body)}
	return i.act(ctx, "account/"+string(worker), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		in := casework.AccountOpened{Login: withheld.New(auth.FoldLogin(login)), Name: withheld.New(name), Role: role}
		return casework.OpenAccount(store.As[*casework.Account](l, accountRef(worker)), worker, store.As[*casework.Body](l, bodyRef(body)), in, casework.PasswordSet{Hash: withheld.New(hash)}, m)
	})
}

// setPassword gives an account the PHC string of a new password.
func (i *installer) setPassword(ctx context.Context, worker id.Worker, run, hash string) error {
	ref := accountRef(worker)
	return i.act(ctx, "password/"+string(worker)+"/"+run, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		a := store.As[*casework.Account](l, ref)
		if a == nil {
			return casework.Decision{}, errors.New("no such account")
		}
		return casework.SetPassword(a, withheld.New(hash), m)
	})
}

type initCommand struct {
	database
	Login string `help:"Login of the first administrator." default:"admin"`
	Body  string `help:"Name of the administrator's body." default:"Administration"`
	Kind  string `help:"Its kind, as the pack names it." default:"administrator"`
	Role  string `help:"The worker's role, as the pack names it." default:"administrator"`
}

// Run prepares an installation: a master key, a database stamped to serve, and
// one administrator, whose password is printed once.
func (c initCommand) Run(w *world) error {
	addr, keyFile, err := c.address()
	if err != nil {
		return err
	}
	if keyFile == "" {
		return errors.New("say where to put the master key: --master-key FILE")
	}
	if c.Data != "" {
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return err
		}
	}
	master, err := c.openOrMake(keyFile)
	if err != nil {
		return err
	}
	clock := &Clock{}
	h, err := build(w.ctx, plan{address: addr, stamp: serveStamp, origin: "pana", master: master, packDir: c.Pack, clock: clock, log: logger(w, false)})
	if err != nil {
		return err
	}
	defer h.close()
	if n, err := h.store.Count(w.ctx, "accounts", store.Query{Scope: access.All{}}); err != nil || n > 0 {
		return errors.Join(err, errors.New("this database has workers already: init is for a new one; nothing was changed"))
	}
	if isKeyFile(keyFile) {
		keyFile = filepath.Clean(keyFile)
	}
	return c.administrator(w, h, keyFile)
}

func (c initCommand) administrator(w *world, h *house, keyFile string) error {
	password := newPassword()
	hash, err := h.hash.Hash(w.ctx, password)
	if err != nil {
		return err
	}
	now := h.clock.Now()
	i, body, worker := h.installer(now), id.New[id.Body](now), id.New[id.Worker](now)
	if err := i.addBody(w.ctx, body, casework.BodyAdded{Kind: c.Kind, Name: c.Body}); err != nil {
		return err
	}
	if err := i.openAccount(w.ctx, worker, body, c.Login, c.Role, c.Login, hash); err != nil {
		return err
	}
	if _, err := h.store.Checkpoint(w.ctx, now); err != nil {
		return err
	}
	_, verifier, err := h.store.LatestCheckpoint(w.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "master key: %s (keep a copy apart from the database: without it nothing can be read again)\n", keyFile)
	fmt.Fprintf(w.out, "verifier: %s (keep it apart too: pana verify --verifier checks with it that nobody put other signatures in the place of ours)\n", verifier)
	fmt.Fprintf(w.out, "login: %s\npassword: %s (shown once; change it after signing in)\n", c.Login, password)
	return nil
}

func openOrMakeMaster(path string) (seal.Master, error) {
	m, err := seal.MasterFromFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return seal.NewMasterFile(path)
	}
	return m, err
}

// newPassword is random and can be read out: four groups of four letters.
func newPassword() string {
	text := strings.ToLower(rand.Text())
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
}
