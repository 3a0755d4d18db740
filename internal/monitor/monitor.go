// Package monitor watches a ledger from outside, with nothing but its public key
// and what it saw before. It keeps the last checkpoint that it believed and the
// right edge of the tree; what comes later must grow out of them. It so finds what
// no look at the database alone can find: a history that was rewritten by somebody
// who has the database and the keys. It refuses to read anything about a person,
// and there is nothing about one in what it reads.
package monitor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/ledger"
)

// Kept is what a monitor remembers, in one small file.
type Kept struct {
	Verifier string    `json:"verifier"`
	Signed   string    `json:"checkpoint"` // the last that was believed
	Edge     [][]byte  `json:"edge"`       // hashes of the tiles that were not full then, by level
	SeenAt   time.Time `json:"seen_at"`
	GrewAt   time.Time `json:"grew_at"` // when it was last seen to have more leaves
	// StoodFor is when enough witnesses were last seen under it: they sign after the
	// checkpoint, and a monitor may look between the two.
	StoodFor time.Time `json:"stood_for,omitzero"`
	// Evidence is two signed checkpoints that cannot both be true, as often as such
	// were found. It stays until a person takes the file away: a ledger that shows
	// its right face again is not mended.
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is for whoever must be convinced: both are signed by the ledger's key.
type Evidence struct {
	At     time.Time `json:"at"`
	What   string    `json:"what"`
	Before string    `json:"before"`
	After  string    `json:"after"`
}

// Source is where a ledger is read.
type Source interface {
	Checkpoint(ctx context.Context) (string, error)
	Tile(ctx context.Context, t tlog.Tile) ([]byte, error)
}

// Rules say what is expected beside the arithmetic.
type Rules struct {
	Stale     time.Duration // the newest signature may be this old
	Quiet     time.Duration // and the newest leaf that is not of before may be this late; 0: any
	Witnesses []note.Verifier
	Quorum    int  // how many of them must have cosigned
	Full      bool // read every tile again from the first
}

// Kinds of what can be wrong.
const (
	Rewritten  = "rewritten"   // what was there is not there now
	Forked     = "forked"      // as long as before, and another
	RolledBack = "rolled_back" // shorter than before
	BadTiles   = "bad_tiles"   // the hashes do not add up to what was signed
	NotSigned  = "not_signed"  // not by the key
	IsStale    = "stale"       // nothing was signed for too long
	IsQuiet    = "quiet"       // nothing was added for too long
	TooFew     = "witnesses"   // too few witnesses stand for it
	Unread     = "unread"      // it could not be read
)

// Finding is what is wrong. Broken says that history is, and not only the line.
type Finding struct {
	Kind   string
	Broken bool
	Why    string
}

func (f *Finding) Error() string { return f.Kind + ": " + f.Why }

func broken(kind, format string, args ...any) *Finding {
	return &Finding{kind, true, fmt.Sprintf(format, args...)}
}

// Seen is what a look found in order.
type Seen struct {
	Checkpoint ledger.Checkpoint
	Added      int64                // leaves since the last look
	Cosigned   map[string]time.Time // by the witness's name
}

// Look reads the ledger, compares it with what was kept, and writes into kept what
// it believes. What is wrong comes back as a *Finding.
func Look(ctx context.Context, from Source, kept *Kept, rules Rules, now time.Time) (Seen, error) {
	signed, err := from.Checkpoint(ctx)
	if err != nil {
		return Seen{}, &Finding{Kind: Unread, Why: err.Error()}
	}
	c, err := ledger.OpenCheckpoint(signed, kept.Verifier)
	if err != nil {
		return Seen{}, broken(NotSigned, "the checkpoint is not signed by the ledger's key")
	}
	tree, before, err := kept.tree()
	if err != nil {
		return Seen{}, err
	}
	l := look{ctx: ctx, from: from, kept: kept, before: before, now: c}
	if bad := l.history(tree, rules.Full); bad != nil {
		if bad.Broken {
			kept.Evidence = append(kept.Evidence, Evidence{now, bad.Error(), kept.Signed, signed})
		}
		return Seen{}, bad
	}
	added := c.Size - before.Size
	if added > 0 || kept.GrewAt.IsZero() {
		kept.GrewAt = now
	}
	kept.Signed, kept.Edge, kept.SeenAt = signed, l.tree.Edge(), now
	seen := Seen{c, added, cosigned(signed, rules.Witnesses)}
	if bad := rules.expected(seen, kept, now); bad != nil {
		return seen, bad
	}
	return seen, nil
}

// tree is the tree as it was kept; an empty one at the first look.
func (k *Kept) tree() (*ledger.Tree, ledger.Checkpoint, error) {
	if k.Signed == "" {
		return &ledger.Tree{}, ledger.Checkpoint{}, nil
	}
	c, err := ledger.OpenCheckpoint(k.Signed, k.Verifier)
	if err != nil {
		return nil, c, errors.New("what was kept is not signed by this key: it is of another ledger, or was changed")
	}
	tree, err := ledger.FromEdge(c.Size, k.Edge)
	if err == nil && tree.Root() != c.Root {
		err = errors.New("what was kept does not add up: the file was changed")
	}
	return tree, c, err
}

func cosigned(signed string, witnesses []note.Verifier) map[string]time.Time {
	out := map[string]time.Time{}
	for _, w := range witnesses {
		if at, ok := ledger.Cosigned(signed, w); ok {
			out[w.Name()] = at
		}
	}
	return out
}

// expected is what a ledger in good order does beside adding up: it is signed anew
// every hour, grows, and has witnesses.
func (r Rules) expected(seen Seen, kept *Kept, now time.Time) *Finding {
	switch {
	case r.Stale > 0 && now.Sub(seen.Checkpoint.At) > r.Stale:
		return &Finding{Kind: IsStale, Why: "signed last at " + seen.Checkpoint.At.Format(time.RFC3339)}
	case r.Quiet > 0 && now.Sub(kept.GrewAt) > r.Quiet:
		return &Finding{Kind: IsQuiet, Why: "no new leaf since " + kept.GrewAt.Format(time.RFC3339)}
	case len(seen.Cosigned) >= r.Quorum:
		kept.StoodFor = now
	case kept.StoodFor.IsZero() || now.Sub(kept.StoodFor) > r.Stale:
		return &Finding{Kind: TooFew, Why: fmt.Sprintf("%d of %d witnesses cosigned, %d must", len(seen.Cosigned), len(r.Witnesses), r.Quorum)}
	}
	return nil
}
