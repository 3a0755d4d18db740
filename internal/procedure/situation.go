package procedure

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Situation is what is recorded of one person: the value of each fact and
// variable, and when each clock started. It is a value: every change returns a
// new one. It knows names, not a model, so that it outlives a change of the
// law; what nobody recorded is not in it, and the model reads what the pack
// says for that (Model.Read). The zero Situation is a person nothing is known of.
type Situation struct {
	values []pair  // sorted by name
	clocks []timer // sorted by id; only clocks that started or whose condition holds
	asOf   int64   // microseconds: when the last step was taken; 0 never
}

type pair struct{ name, value string }

// timer is what is kept of a clock: when it started, not when it ends. Times
// are microseconds since 1970.
type timer struct {
	id      string
	start   int64 // 0: off
	pause   int64 // start of the suspension now running, 0 none
	paused  int64 // length of the suspensions that ended
	extends int64 // how often it was extended
	held    bool  // whether starts_when held when last looked at
}

// Value is what is recorded under a name, or "" when nothing is. It does not
// read not_known: Model.Read does.
func (s Situation) Value(name string) string {
	if i, ok := s.find(name); ok {
		return s.values[i].value
	}
	return ""
}

// With is the situation with one value changed; an empty value forgets it. The
// error is for a name or value that could not be written down; whether a pack
// knows them is for Model.Set to say.
func (s Situation) With(name, value string) (Situation, error) {
	if !isName(name) || value != "" && !isValue(value) {
		return s, errors.New("procedure: not a name and a value of a situation")
	}
	return s.with(name, value), nil
}

func (s Situation) with(name, value string) Situation {
	i, ok := s.find(name)
	if ok && s.values[i].value == value || !ok && value == "" {
		return s
	}
	next := make([]pair, 0, len(s.values)+1)
	next = append(next, s.values[:i]...)
	if value != "" {
		next = append(next, pair{name, value})
	}
	if ok {
		i++
	}
	s.values = append(next, s.values[i:]...)
	return s
}

// Map is every recorded value by name; it is the caller's to keep.
func (s Situation) Map() map[string]string {
	m := make(map[string]string, len(s.values))
	for _, p := range s.values {
		m[p.name] = p.value
	}
	return m
}

// Equal says whether two situations record the same.
func (s Situation) Equal(o Situation) bool {
	return s.asOf == o.asOf && slices.Equal(s.values, o.values) && slices.Equal(s.clocks, o.clocks)
}

// AsOf is when the last step was taken; zero when none was.
func (s Situation) AsOf() time.Time { return fromMicros(s.asOf) }

// String is the text form. It holds coded values only, never who the person is.
func (s Situation) String() string {
	b, _ := s.AppendText(make([]byte, 0, s.textLen()))
	return string(b)
}

// textLen is room enough for the text form of most situations.
func (s Situation) textLen() int {
	n := 64 * (1 + len(s.clocks))
	for _, p := range s.values {
		n += len(p.name) + len(p.value) + 2
	}
	return n
}

// MarshalText writes "age=adult;victim=presumed;@identify=1763719200000000,0,0,0,1;^=1763719200000000":
// values, then clocks (start, suspension running, suspended so far, extensions,
// condition held), then the time of the last step; times in microseconds.
func (s Situation) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// AppendText is MarshalText onto b.
func (s Situation) AppendText(b []byte) ([]byte, error) {
	from := len(b)
	sep := func() {
		if len(b) > from {
			b = append(b, ';')
		}
	}
	for _, p := range s.values {
		sep()
		b = append(append(append(b, p.name...), '='), p.value...)
	}
	for _, t := range s.clocks {
		sep()
		b = append(append(append(b, '@'), t.id...), '=')
		for _, n := range []int64{t.start, t.pause, t.paused, t.extends} {
			b = append(strconv.AppendInt(b, n, 10), ',')
		}
		if t.held {
			b = append(b, '1')
		} else {
			b = append(b, '0')
		}
	}
	if s.asOf != 0 {
		sep()
		b = strconv.AppendInt(append(b, "^="...), s.asOf, 10)
	}
	return b, nil
}

var errSituation = errors.New("procedure: not the text of a situation")

// UnmarshalText reads what MarshalText wrote. On an error the situation is
// left as it was.
func (s *Situation) UnmarshalText(text []byte) error {
	var out Situation
	if len(text) == 0 {
		*s = out
		return nil
	}
	for part := range strings.SplitSeq(string(text), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || !out.read(name, value) {
			return errSituation
		}
	}
	*s = out
	return nil
}

// read adds one part. Parts come sorted, which also rules out doubles.
func (s *Situation) read(name, value string) bool {
	switch {
	case name == "^":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || s.asOf != 0 || n == 0 {
			return false
		}
		s.asOf = n
		return true
	case strings.HasPrefix(name, "@"):
		t, ok := readTimer(name[1:], value)
		if !ok || len(s.clocks) > 0 && s.clocks[len(s.clocks)-1].id >= t.id {
			return false
		}
		s.clocks = append(s.clocks, t)
		return true
	case !isName(name) || !isValue(value) || len(s.values) > 0 && s.values[len(s.values)-1].name >= name:
		return false
	}
	s.values = append(s.values, pair{name, value})
	return true
}

func readTimer(id, value string) (timer, bool) {
	parts := strings.Split(value, ",")
	if !isName(id) || len(parts) != 5 || parts[4] != "0" && parts[4] != "1" {
		return timer{}, false
	}
	var n [4]int64
	for i := range n {
		v, err := strconv.ParseInt(parts[i], 10, 64)
		if err != nil {
			return timer{}, false
		}
		n[i] = v
	}
	return timer{id: id, start: n[0], pause: n[1], paused: n[2], extends: n[3], held: parts[4] == "1"}, true
}

func (s Situation) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.values, name, func(p pair, name string) int { return cmp.Compare(p.name, name) })
}

func (s Situation) timer(id string) timer {
	if i, ok := s.findTimer(id); ok {
		return s.clocks[i]
	}
	return timer{id: id}
}

func (s Situation) findTimer(id string) (int, bool) {
	return slices.BinarySearchFunc(s.clocks, id, func(t timer, id string) int { return cmp.Compare(t.id, id) })
}

// withTimer keeps t, or forgets it when it says nothing.
func (s Situation) withTimer(t timer) Situation {
	i, ok := s.findTimer(t.id)
	empty := t == timer{id: t.id}
	if ok && s.clocks[i] == t || !ok && empty {
		return s
	}
	next := make([]timer, 0, len(s.clocks)+1)
	next = append(next, s.clocks[:i]...)
	if !empty {
		next = append(next, t)
	}
	if ok {
		i++
	}
	s.clocks = append(next, s.clocks[i:]...)
	return s
}

// isName holds for "victim", "mother.papers": lower-case words, at most one dot.
func isName(s string) bool {
	if len(s) == 0 || len(s) > 80 {
		return false
	}
	dots := 0
	for i := range len(s) {
		c := s[i]
		first := i == 0 || s[i-1] == '.'
		switch {
		case c >= 'a' && c <= 'z':
		case !first && (c >= '0' && c <= '9' || c == '_'):
		case !first && c == '.' && i+1 < len(s) && dots == 0:
			dots++
		default:
			return false
		}
	}
	return true
}

// isValue holds for "presumed", "under_14", "3".
func isValue(s string) bool {
	if len(s) == 0 || len(s) > 80 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '+' || c == '.') {
			return false
		}
	}
	return true
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
