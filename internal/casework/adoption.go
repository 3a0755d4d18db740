package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/id"
)

// Which edition of the pack an installation runs is an act like any other: it decides
// who may read what. Two administrators adopt one (docs/decisions/0035).

// Edition is a pack as a whole.
type Edition struct {
	Digest  string `json:"digest"` // of all that it says, whatever its comments
	Bytes   string `json:"bytes"`  // of the folder as it is kept: what was adopted can be told from what was put in its place
	Law     string `json:"law"`    // of the day
	Pack    string `json:"pack"`   // kz
	Version string `json:"version"`
	// Format is how far the program could read that moved it: one that reads less far is
	// older, and does not decide what runs. 0: from before that was kept.
	Format int `json:"format,omitempty"`
}

// Is says whether two editions say the same.
func (e Edition) Is(other Edition) bool {
	return e.Digest == other.Digest || e.Bytes == other.Bytes
}

// How an edition came to be adopted.
const (
	AdoptedFirst  = "first"  // there was none, and nobody who could
	AdoptedByTwo  = "two"    // one administrator moved it, another seconded
	AdoptedUnread = "unread" // this program cannot read the one before it any more
)

// PackAdopted says which edition runs from here on.
type PackAdopted struct {
	Edition Edition   `json:"edition"`
	How     string    `json:"how"`
	From    id.Worker `json:"from,omitempty"` // who moved it; who seconded is the event's worker
	Was     string    `json:"was,omitempty"`  // bytes of the one before
}

func (PackAdopted) EventType() (string, int) { return "pack.adopted", 1 }

// PackProposed is what a motion to adopt proposes, in the place of what ran then.
type PackProposed struct {
	Edition Edition `json:"edition"`
	Was     string  `json:"was"`
}

// Adoption is the edition that was adopted last.
type Adoption struct {
	PackAdopted
	At  time.Time
	By  id.Worker // who seconded; none: the product
	seq uint64
}

// AdoptionRef names the one stream of adoptions.
func AdoptionRef() Ref { return Ref{PackStream, "adopted"} }

func (*Adoption) Ref() Ref      { return AdoptionRef() }
func (a *Adoption) Seq() uint64 { return a.seq }

// CodeAdoptionMoved: another edition was adopted since this one was proposed.
const CodeAdoptionMoved = "adoption.moved"

// AdoptPack records it. The product itself adopts the first edition, and one whose
// forerunner cannot be read; any other is adopted from the one it was compared with.
func AdoptPack(old *Adoption, in PackAdopted, m Moment) (Decision, error) {
	switch {
	case old == nil:
	case old.Edition.Is(in.Edition):
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	case in.How == AdoptedFirst, old.Edition.Bytes != in.Was:
		return Decision{}, fault.New(fault.Conflict, CodeAdoptionMoved)
	}
	if in.How == AdoptedByTwo && (in.From == "" || m.By.Worker == "" || m.byWho(in.From)) {
		return Decision{}, fault.New(fault.Invalid, CodeMotionOwn)
	}
	return single(m, AdoptionRef(), in, "receipt.pack_adopted"), nil
}

func foldAdoption(e Event, v PackAdopted) State {
	return &Adoption{PackAdopted: v, At: e.OccurredAt, By: e.Worker, seq: e.Seq}
}

// SecondAdoption confirms a motion to adopt: who moved it and who seconds are two.
func SecondAdoption(o *Motion, old *Adoption, m Moment) (Decision, error) {
	if o == nil || o.Adopts == nil {
		return Decision{}, fault.Withheld("no motion")
	}
	if err := anotherThan(o, m); err != nil {
		return Decision{}, err
	}
	done, err := AdoptPack(old, PackAdopted{Edition: o.Adopts.Edition, How: AdoptedByTwo, From: o.By, Was: o.Adopts.Was}, m)
	if err != nil {
		return Decision{}, err
	}
	return ConfirmMotion(o, done, m)
}
