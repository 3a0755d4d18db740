package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// Place is a room of a service and the beds kept in it.
type Place struct {
	ID      id.Place
	Body    id.Body
	Service id.Service
	Name    withheld.Text
	Takes   []string
	Beds    int
	Free    int // held and taken beds are not free
	Held    []Hold
	Taken   []id.Referral
	Closed  bool
	AsOf    time.Time // when the provider last said how many are free
	was     []wasFree // the oldest first
	seq     uint64
	changed LastChange
}

// Hold keeps one bed for one referral.
type Hold struct {
	Referral id.Referral
	Until    time.Time
}

func (p *Place) Ref() Ref               { return Ref{PlaceStream, string(p.ID)} }
func (p *Place) Seq() uint64            { return p.seq }
func (p *Place) Changed() uint64        { return p.changed.Seq }
func (p *Place) LastChange() LastChange { return p.changed }

// State is free, held, taken or closed.
func (p *Place) State() string {
	switch {
	case p.Closed:
		return "closed"
	case p.Free > 0:
		return "free"
	case len(p.Held) > 0:
		return "held"
	}
	return "taken"
}

// Body is an organisation with the services it offers.
type Body struct {
	ID      id.Body
	Kind    string
	Name    string
	Names   map[string]string // by language; a change of Name ends them
	Region  string
	Phone   string
	Email   string
	SMS     SMS
	Closed  bool
	Linking bool // calls from one number are said to be alike
	// Published are the months of its figures that were given out, in that order.
	Published []PublishedFigures
	Services  []Service
	seq       uint64
}

// Offering is what a service is and whom it takes. Takes holds codes: women,
// men, girls, boys, mother_with_children, disability, any_region.
type Offering struct {
	Type   string   `json:"type"` // service type of the pack
	Region string   `json:"region,omitempty"`
	Takes  []string `json:"takes,omitempty"`
	Phone  string   `json:"phone,omitempty"`
}

// Service is one service of a body.
type Service struct {
	ID     id.Service
	Offer  Offering
	Closed bool
	Since  time.Time
}

func (b *Body) Ref() Ref    { return Ref{BodyStream, string(b.ID)} }
func (b *Body) Seq() uint64 { return b.seq }

// Called is the body's name in a language.
func (b *Body) Called(lang string) string {
	if name := b.Names[lang]; name != "" {
		return name
	}
	return b.Name
}

// Service finds a service by id.
func (b *Body) Service(sid id.Service) (Service, bool) {
	for _, s := range b.Services {
		if s.ID == sid {
			return s, true
		}
	}
	return Service{}, false
}

// Account is a worker's.
type Account struct {
	ID       id.Worker
	Login    withheld.Text
	Name     withheld.Text
	Body     id.Body
	Role     string
	Password withheld.Text // argon2id
	// Once says that Password is a code on paper, good until CodeUntil.
	Once      bool
	CodeUntil time.Time
	Left      bool
	LeftAt    time.Time
	Suspended bool
	Since     time.Time
	Second    SecondFactor
	Passkeys  []Passkey
	Linked    AccountLinked // to a provider's subject; empty: to none
	Same      []id.Worker   // the other logins of this person, as an administrator stated
	// AwayFrom and AwayUntil are when she is away, now or to come.
	AwayFrom, AwayUntil time.Time
	// Taken are the tables that she took out of Pana lately, the newest last.
	Taken []Taking
	seq   uint64
}

// SecondFactor is what a worker has beside the password: a telephone's secret and
// hashes of the codes on paper that are left. Since is zero when there is none.
type SecondFactor struct {
	Secret   withheld.Text
	Recovery []withheld.Text
	Since    time.Time
}

// Passkey is a key that signs in by itself; Name is what its worker calls it.
type Passkey struct {
	ID         string
	Name       withheld.Text
	Credential withheld.Text
	Since      time.Time
}

// HasSecond says that a password alone does not sign in.
func (a *Account) HasSecond() bool { return !a.Second.Secret.Empty() || len(a.Passkeys) > 0 }

// Out says that nobody signs in with it: the worker has left, or is kept out for a
// time. The column "left_body" says the same, so that both are out with the commit.
func (a *Account) Out() bool { return a.Left || a.Suspended }

func (a *Account) Ref() Ref    { return Ref{AccountStream, string(a.ID)} }
func (a *Account) Seq() uint64 { return a.seq }

// Check is a removal check that was answered.
type Check struct {
	ID      id.Check
	At      time.Time
	Worker  id.Worker
	Body    id.Body
	Query   CheckQuery
	Answer  string
	Told    string
	Grounds []CheckGround
	// Question is the keyed tag of whom was asked about.
	Question string
	Alarm    string    // why somebody must ask this body about it
	Reviewed time.Time // zero while nobody has
	Outcome  string
	seq      uint64
}

// Rings is the alarm that nobody has looked into yet, or nothing.
func (c *Check) Rings() string {
	if !c.Reviewed.IsZero() {
		return ""
	}
	return c.Alarm
}

func (c *Check) Ref() Ref    { return Ref{CheckStream, string(c.ID)} }
func (c *Check) Seq() uint64 { return c.seq }

// Tally counts people who left nothing but a number. Cells below Few are not
// given out by Shown nor written to the index.
type Tally struct {
	ID    string
	Cells map[Cell]int
	Few   int
	seq   uint64
}

// Cell is what is known of those counted.
type Cell struct{ What, AgeBand, Sex string }

func (t *Tally) Ref() Ref    { return Ref{TallyStream, t.ID} }
func (t *Tally) Seq() uint64 { return t.seq }
