package casework

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// kinds is every payload that was ever written, by type and version. A version
// is never taken out: what was recorded must stay readable for ever.
var kinds = map[string]reflect.Type{}

func kindKey(eventType string, version int) string { return eventType + "@" + strconv.Itoa(version) }

func init() {
	for _, p := range payloads {
		t, v := p.EventType()
		key := kindKey(t, v)
		if _, twice := kinds[key]; twice {
			panic("casework: two payloads of " + key)
		}
		kinds[key] = reflect.TypeOf(p)
	}
}

// Types lists every event type with its version, "referral.asked@1", sorted.
func Types() []string {
	out := make([]string, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Encode writes a payload, its personal parts in clear. What it returns must be
// sealed before it goes anywhere.
func Encode(p Payload) ([]byte, error) {
	if p == nil {
		return nil, errors.New("casework: no payload to encode")
	}
	return withheld.Encode(p)
}

// asWritten reads as encoding/json reads, in half the time: a file is folded from all
// its events. What was sealed was JSON when it was sealed, so it is not read through
// once before to say in encoding/json's words where it is broken: nobody is told.
var asWritten = json.JoinOptions(jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false))

// Decode reads a payload of any type and version that was ever written.
func Decode(eventType string, version int, b []byte) (Payload, error) {
	t, ok := kinds[kindKey(eventType, version)]
	if !ok {
		return nil, fault.New(fault.Internal, CodeEventUnknown, "type", eventType, "version", strconv.Itoa(version))
	}
	p := reflect.New(t)
	if err := json.Unmarshal(b, p.Interface(), asWritten); err != nil {
		// The cause may quote what was sealed, so only its kind is kept.
		return nil, fault.Because(fmt.Errorf("payload of %s is not readable", eventType),
			fault.Internal, CodeEventBroken, "type", eventType)
	}
	return p.Elem().Interface().(Payload), nil
}
