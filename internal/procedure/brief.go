package procedure

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// A person's situation has a hundred values, and all but a few are those that
// everybody starts with. Where a million of them are kept for a look-up, only the
// others are written down, behind a mark of the start they were left out of: a text
// is never read with another law's start.

// ErrOtherStart tells that a brief text was written under a law by which a person
// starts otherwise: it says nothing here, and the file has to be read.
var ErrOtherStart = errors.New("procedure: the text of a situation leaves out another law's start")

// startMarkBytes of a hash tell two starts of one country apart.
const startMarkBytes = 6

// start is the situation of a person of whom nothing is known, and the mark of it.
type start struct {
	of   Situation
	mark string
}

func (m *Model) makeStart() {
	var s Situation
	for i := range m.slots { // by name, as the situation has them
		slot := &m.slots[i]
		m.names, m.initials = append(m.names, slot.name), append(m.initials, slot.initial)
		if slot.fact == nil {
			s.values = append(s.values, pair{slot.name, slot.values[slot.initial]})
		}
	}
	sum := sha256.Sum256([]byte(s.String()))
	m.start = start{s, "~" + hex.EncodeToString(sum[:startMarkBytes])}
}

// Brief is the text form without the values that a person starts with under this
// law: "~5f0c2a9be471;-birth;victim=presumed;@identify=…", where a name behind a
// dash has no value here though the start gives it one.
func (m *Model) Brief(s Situation) string {
	b := append(make([]byte, 0, 128), m.start.mark...)
	rest := Situation{clocks: s.clocks, asOf: s.asOf}
	from := m.start.of.values
	for _, p := range s.values {
		for len(from) > 0 && from[0].name < p.name {
			b = append(append(b, ";-"...), from[0].name...)
			from = from[1:]
		}
		same := len(from) > 0 && from[0] == p
		if len(from) > 0 && from[0].name == p.name {
			from = from[1:]
		}
		if !same {
			rest.values = append(rest.values, p)
		}
	}
	for _, p := range from {
		b = append(append(b, ";-"...), p.name...)
	}
	if len(rest.values) > 0 || len(rest.clocks) > 0 || rest.asOf != 0 {
		b, _ = rest.AppendText(append(b, ';'))
	}
	return string(b)
}

// ReadBrief reads what Brief wrote. The error is ErrOtherStart when the text was
// written under a law with another start, and another when it is damaged.
func (m *Model) ReadBrief(text string) (Situation, error) {
	mark, text, more := strings.Cut(text, ";")
	if !strings.HasPrefix(mark, "~") {
		return Situation{}, errSituation
	}
	if mark != m.start.mark {
		return Situation{}, ErrOtherStart
	}
	out := m.start.of
	for last := ""; more && strings.HasPrefix(text, "-"); {
		var name string
		name, text, more = strings.Cut(text[1:], ";")
		if _, known := out.find(name); !known || cmp.Compare(last, name) >= 0 {
			return Situation{}, errSituation
		}
		out, last = out.with(name, ""), name
	}
	if !more {
		return out, nil
	}
	var rest Situation
	if text == "" || rest.UnmarshalText([]byte(text)) != nil {
		return Situation{}, errSituation
	}
	for _, p := range rest.values {
		out = out.with(p.name, p.value)
	}
	out.clocks, out.asOf = rest.clocks, rest.asOf
	return out, nil
}
