// Package openid asks a ministry's own sign-in who somebody is: OpenID Connect, the
// code flow with PKCE. It answers with who the provider says it was, and nothing of
// what they may do. It asks for no name, no address and no e-mail, keeps nothing, and
// believes no token that it did not fetch itself.
package openid

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pana/internal/id"
	"pana/internal/strict"
)

// settings is the file that names providers.
type settings struct {
	Providers []setting `yaml:"providers"`
}

// setting is one provider of that file.
type setting struct {
	ID     string            `yaml:"id"`   // stands in addresses
	Name   map[string]string `yaml:"name"` // by language, as its button says
	Issuer string            `yaml:"issuer"`
	Client string            `yaml:"client"`
	// Secret is a file, read at each sign-in: it is exchanged without a restart.
	Secret string `yaml:"secret-file"`
	// Bodies are those whose workers it may sign in, by their ids.
	Bodies []string `yaml:"bodies"`
	// Second says by which of its words it has asked for a second factor; without it
	// ours is asked for as after a password.
	Second second `yaml:"second-factor,omitempty"`
	// Roots is a PEM file of who signs its certificate; without it the system's.
	Roots string `yaml:"ca-file,omitempty"`
}

type second struct {
	ACR []string `yaml:"acr,omitempty"`
	AMR []string `yaml:"amr,omitempty"`
}

var shape = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// Read reads the file that names providers. Paths in it are seen from its folder.
func Read(path string, log *slog.Logger, now func() time.Time) (*Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var in settings
	if problems := strict.Read(path, b, &in); len(problems) > 0 {
		var all []error
		for _, p := range problems {
			all = append(all, errors.New(p.String()))
		}
		return nil, errors.Join(all...)
	}
	if len(in.Providers) == 0 {
		return nil, fmt.Errorf("%s: it names no provider", path)
	}
	out := &Set{log: log, refused: map[string]int64{}}
	for _, one := range in.Providers {
		p, err := one.open(filepath.Dir(path), now)
		if err != nil {
			return nil, fmt.Errorf("%s: provider %q: %w", path, one.ID, err)
		}
		if slices.ContainsFunc(out.list, func(other *Provider) bool { return other.ID == p.ID || other.Issuer == p.Issuer }) {
			return nil, fmt.Errorf("%s: provider %q: its id or its issuer stands there twice", path, one.ID)
		}
		out.list = append(out.list, p)
	}
	return out, nil
}

func (s setting) open(dir string, now func() time.Time) (*Provider, error) {
	var bad []error
	if !shape.MatchString(s.ID) {
		bad = append(bad, errors.New("id: small letters, figures and -, a letter first"))
	}
	if err := SafeURL(s.Issuer); err != nil {
		bad = append(bad, fmt.Errorf("issuer: %w", err))
	}
	if s.Client == "" {
		bad = append(bad, errors.New("client: the name that the provider knows Pana by"))
	}
	if len(s.Name) == 0 {
		bad = append(bad, errors.New("name: what its button says, by language"))
	}
	if len(s.Bodies) == 0 {
		bad = append(bad, errors.New("bodies: whose workers it may sign in, by the ids of the page Organisations"))
	}
	p := &Provider{
		ID: s.ID, Issuer: s.Issuer, names: s.Name, client: s.Client, acr: s.Second.ACR, amr: s.Second.AMR, now: now,
	}
	for _, b := range s.Bodies {
		body, ok := id.Parse[id.Body](b)
		if !ok {
			bad = append(bad, fmt.Errorf("bodies: %q is no body's id", b))
		}
		p.Bodies = append(p.Bodies, body)
	}
	from := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(dir, path)
	}
	p.secretFile = from(s.Secret)
	if s.Secret == "" {
		bad = append(bad, errors.New("secret-file: a file with the secret that the provider gave"))
	} else if _, err := p.secret(); err != nil {
		bad = append(bad, fmt.Errorf("secret-file: %w", err))
	}
	var err error
	if p.http, err = client(from(s.Roots)); err != nil {
		bad = append(bad, fmt.Errorf("ca-file: %w", err))
	}
	return p, errors.Join(bad...)
}

// SafeURL wants TLS beyond this machine: who stands between could sign in as anybody.
func SafeURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("an address like https://login.example.org, without a question or a password in it")
	}
	here, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || err == nil && here.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return errors.New("beyond this machine only https")
	}
	return nil
}

// Name is what a provider is called in a language, or in any.
func (p *Provider) Name(lang string) string {
	return cmp.Or(p.names[lang], p.names["ru"], p.names["en"], p.names["kk"], p.ID)
}

func (p *Provider) secret() (string, error) {
	b, err := os.ReadFile(p.secretFile)
	if err != nil {
		return "", err
	}
	s := strings.TrimSpace(string(b))
	if s == "" {
		return "", errors.New("the file is empty")
	}
	return s, nil
}

// CountsSecond says that the provider may say that a second factor was shown.
func (p *Provider) CountsSecond() bool { return len(p.acr)+len(p.amr) > 0 }
