package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/procedure"
)

// act is one event that makes the situation: the first facts, a step, an
// occurrence, or facts learned later.
type act struct {
	event    id.Event
	occurred time.Time
	recorded time.Time
	step     string
	kind     string            // TakenStep, TakenBreach, TakenOccurrence; "" for facts alone
	facts    map[string]string // recorded with it
	set      map[string]string // of an occurrence
	gone     time.Time         // when a correction took it out; zero: it stands
	entry    int               // index in Timeline

	after procedure.Situation // up to and with this act, as known now
}
