package casework

import (
	"slices"
	"strings"

	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// An order may keep one record beside files: a call, a complaint, a case, an account, an
// administrator's proposal. It is a stream of its own, named by the kind and by the
// number that stands on the paper, and is recorded whether there is such a record or
// not: who records it learns nothing of what there is. The sweep asks for it before it
// takes a record away; with the record it goes too.

// KeptKinds are the kinds of record that an order can name by itself.
var KeptKinds = []string{pack.RecordCalls, pack.RecordComplaints, pack.RecordTracks, pack.RecordAccounts, pack.RecordMotions}

// Kept is the orders on one record.
type Kept struct {
	Kind  string
	Name  string // the number without its hyphen, or the tag of a sign-in name
	Holds []LegalHold
	seq   uint64
}

// KeptRef names the stream.
func KeptRef(kind, name string) Ref { return Ref{KeptStream, kind + "-" + name} }

func (k *Kept) Ref() Ref    { return KeptRef(k.Kind, k.Name) }
func (k *Kept) Seq() uint64 { return k.seq }

// Held says whether an order keeps the record now.
func (k *Kept) Held(m Moment) bool { return k != nil && held(k.Holds, m) }

// KeptBy is the stream of orders on a record; false: its kind has none.
func KeptBy(s State, kind string) (Ref, bool) {
	if !slices.Contains(KeptKinds, kind) {
		return Ref{}, false
	}
	if a, is := s.(*Account); is {
		return KeptRef(kind, LoginTag(a.Login)), true
	}
	return KeptRef(kind, strings.ReplaceAll(id.Number(s.Ref().ID), "-", "")), true
}

// KeptName is the name of a stream by what was typed: the number of a record, read as
// it is read aloud, or of an account the sign-in name. Empty: it is neither.
func KeptName(kind string, typed withheld.Text) string {
	said := strings.TrimSpace(typed.Reveal())
	if kind == pack.RecordAccounts {
		if said == "" {
			return ""
		}
		return LoginTag(withheld.New(said))
	}
	var b strings.Builder
	for _, r := range strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "").Replace(strings.ToUpper(said)) {
		if !strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", r) {
			return ""
		}
		b.WriteRune(r)
	}
	if b.Len() != 8 {
		return ""
	}
	return b.String()
}

// PlaceKept records an order on a single record.
func PlaceKept(kind string, in HoldPlaced, m Moment) (Decision, error) {
	var bad fields
	if !slices.Contains(KeptKinds, kind) {
		bad.add("kept_kind", "field.required")
	}
	name := KeptName(kind, in.Record)
	switch {
	case in.Record.Empty():
		bad.add("kept_number", "field.required")
	case name == "":
		bad.add("kept_number", "field.kept_number")
	}
	in.Record = withheld.New(strings.TrimSpace(in.Record.Reveal()))
	if kind != pack.RecordAccounts && name != "" {
		in.Record = withheld.New(name[:4] + "-" + name[4:]) // as its page has it
	}
	d, err := placeHold(KeptRef(kind, name), in, bad, m)
	d.Receipt.Code = "receipt.kept_placed"
	return d, err
}

// ConfirmKept is the second who read the paper; ReleaseKept the first or the second who
// says that it holds no more.
func ConfirmKept(k *Kept, hold id.Hold, m Moment) (Decision, error) {
	return confirmHold(k.Ref(), k.Holds, hold, m)
}

func ReleaseKept(k *Kept, hold id.Hold, why string, m Moment) (Decision, error) {
	d, err := releaseHold(k.Ref(), k.Holds, hold, why, m)
	if d.Receipt.Code == "receipt.hold_release_asked" {
		d.Receipt.Code = "receipt.kept_release_asked"
	}
	return d, err
}

func foldKept(old *Kept, e Event) (State, error) {
	k := &Kept{}
	if old != nil {
		*k = *old
	} else {
		k.Kind, k.Name, _ = strings.Cut(e.Stream.ID, "-")
	}
	list, is := foldHold(k.Holds, e)
	if !is {
		return nil, unknown(e)
	}
	k.Holds, k.seq = list, e.Seq
	return k, nil
}

func (k *Kept) rows() (out []Row) {
	for _, h := range k.Holds {
		if h.Released.IsZero() {
			out = append(out, row(KeptTable, string(h.Hold), k.Kind, h.State(), h.Placed))
		}
	}
	return out
}

// KeptTable has the orders on single records that stand.
const KeptTable = "kept"
