package casework

import "time"

// KeysStream is what was done to the installation's keys; it has one stream.
const KeysStream Kind = "keys"

// KeysRef names it.
func KeysRef() Ref { return Ref{KeysStream, "installation"} }

// KeysWrapped says that keys were wrapped anew: all of them under another master
// key, or the data keys of one key-encryption key under its successor.
type KeysWrapped struct {
	What string `json:"what"` // WrappedMaster or WrappedKEK
	// KEK is the key-encryption key that data keys were taken from.
	KEK  string `json:"kek,omitempty"`
	Keys int    `json:"keys"`
	// Left says that the key they were taken from is still there.
	Left bool `json:"left,omitempty"`
}

// What was exchanged.
const (
	WrappedMaster = "master"
	WrappedKEK    = "kek"
)

func (KeysWrapped) EventType() (string, int) { return "keys.wrapped", 1 }

// Keys is the history of the installation's keys.
type Keys struct {
	Changes []KeyChange
	seq     uint64
}

// KeyChange is one of them.
type KeyChange struct {
	At time.Time
	KeysWrapped
}

func (k *Keys) Ref() Ref    { return KeysRef() }
func (k *Keys) Seq() uint64 { return k.seq }

// MasterChangedAt is when the master key was last exchanged; zero: never.
func (k *Keys) MasterChangedAt() (at time.Time) {
	if k == nil {
		return at
	}
	for _, c := range k.Changes {
		if c.What == WrappedMaster {
			at = c.At
		}
	}
	return at
}

func foldKeys(old *Keys, e Event) (State, error) {
	k := Keys{seq: e.Seq}
	if old != nil {
		k.Changes = old.Changes
	}
	v, ok := e.Payload.(KeysWrapped)
	if !ok {
		return nil, unknown(e)
	}
	k.Changes = added(k.Changes, KeyChange{e.OccurredAt, v})
	return &k, nil
}

// WrapKeys records that keys were wrapped anew.
func WrapKeys(in KeysWrapped, m Moment) Decision {
	return single(m, KeysRef(), in, "receipt.keys_wrapped")
}
