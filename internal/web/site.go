// Package web is the pages: it finds the form in a request, calls desk, and
// renders what came back. It decides nothing about a person and never touches
// the store. Pages are rendered whole before the first byte, work without
// scripts, carry ids and never names in their addresses and titles, and change
// nothing on GET; the one exception is the leaf that desk writes before
// restricted content is shown.
package web

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/rate"
	"pana/internal/withheld"
	"pana/internal/wording"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// doorDesk signs people in and out, and says who is asking and which doors
// they have.
type doorDesk interface {
	SignIn(ctx context.Context, in desk.SignInInput) (desk.SignedIn, error)
	SignOut(ctx context.Context, token withheld.Text) error
	SignIns(ctx context.Context, token withheld.Text) (desk.SignIns, error)
	EndSignIn(ctx context.Context, token withheld.Text, in desk.EndSignInInput) error
	Session(ctx context.Context, token withheld.Text) (desk.Session, error)
	BodyNames(ctx context.Context, who access.Who, bodies ...id.Body) (map[id.Body]string, error)
}

// Desk is everything the pages ask for; each part stands in the file of the
// pages that call it.
type Desk interface {
	doorDesk
	secondDesk
	elsewhereDesk
	workDesk
	concernDesk
	referralDesk
	fileDesk
	stepDesk
	proposalDesk
	beginDesk
	placesDesk
	houseDesk
	hearingsDesk
	givenDesk
	awayDesk
	checkDesk
	groundsDesk
	emergencyDesk
	reviewDesk
	followUpDesk
	docketDesk
	overdueDesk
	figuresDesk
	estimatesDesk
	adminDesk
	ledgerDesk
	historyDesk
	guaranteesDesk
	storyDesk
	lawDesk
	lawMoveDesk
	adoptionDesk
	disputeDesk
	questionDesk
	callsDesk
	papersDesk
	signaturesDesk
	cardDesk
	ownCopyDesk
	ownPageDesk
	guardianPageDesk
	keptDesk
	herPageDesk
	complaintDesk
	documentsDesk
	operationsDesk
	householdsDesk
	tracksDesk
	blankDesk
	familyDesk
	rollsDesk
	searchDesk
	takeOutDesk
	casesDesk
	hsdsDesk
	markDesk
	eraseDesk
	deferralDesk
}

// Demo is what a demonstration adds; nil when the service is real.
type Demo interface {
	Roles() []DemoRole
	// Enter signs in as a role without a password.
	Enter(ctx context.Context, role string, in desk.SignInInput) (desk.SignedIn, error)
	// Push moves the clock: "1h", "1d" or "next".
	Push(ctx context.Context, by string) error
}

// DemoRole is a button of the demonstration's sign-in page. What it is called
// and what to try are wording: demo.role.<ID>, demo.try.<ID>.1 and .2.
type DemoRole struct {
	ID    string
	Body  string            // the invented body's name
	Names map[string]string // of the body, by language
}

// Called is the body's name in a language.
func (r DemoRole) Called(lang wording.Lang) string {
	if name := r.Names[string(lang)]; name != "" {
		return name
	}
	return r.Body
}

// Options say what a site is made of.
type Options struct {
	Desk   Desk
	Words  *wording.Catalogue
	Zone   *time.Location
	Now    func() time.Time
	Log    *slog.Logger
	Demo   Demo
	Secure bool // cookies only over TLS
	// Origin is the address that people type, https://…: passkeys are bound to it.
	Origin string
	// ExitTo is the harmless page that the quick exit opens.
	ExitTo string
	// Rate says who has asked too often; nil: nobody is held up.
	Rate *rate.Gate
	// Hotline is the country's number; printed where somebody may be alone.
	Hotline string
}

// Site is the pages, ready to serve.
type Site struct {
	Options
	pages  map[string]*template.Template
	static http.Handler
	guard  *http.CrossOriginProtection
}

// templates are parsed once for every site: they are part of the program.
var templates = sync.OnceValues(func() (map[string]*template.Template, error) { return parse(templateFiles) })

// New makes a site of its parts.
func New(o Options) (*Site, error) {
	pages, err := templates()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.ExitTo == "" {
		o.ExitTo = "https://www.wikipedia.org/"
	}
	s := &Site{Options: o, pages: pages, static: http.FileServerFS(files), guard: http.NewCrossOriginProtection()}
	return s, nil
}

// Handler serves every page and the static files.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static", s.cached(s.static)))
	for _, r := range Routes() {
		mux.Handle(r.Pattern, s.serve(r))
	}
	mux.Handle("/", s.serve(Route{Act: Public, Page: "error", run: lost}))
	return s.windows(s.guarded(mux))
}

// cached lets static files be kept for a day; they hold nothing about anybody. A folder
// is none of them: what there is, is not listed.
func (s *Site) cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		if r.URL.Path == "" || strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=86400")
		next.ServeHTTP(w, r)
	})
}
