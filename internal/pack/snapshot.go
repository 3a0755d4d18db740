package pack

import "time"

// Snapshot is the pack on one day.
type Snapshot struct {
	Day  Day
	Law  string // digest of what procedures, bars and clocks say on that day
	Rest string // digest of the rest
	Pack *Pack
}

// At gives the pack on the day, in the pack's zone, that contains an instant.
// Snapshots are kept.
func (p *Pack) At(at time.Time) (*Snapshot, []Problem) {
	y, m, d := at.In(p.location).Date()
	day := Day{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.days[day]; s != nil {
		return s, nil
	}
	s := &Snapshot{Day: day, Pack: p}
	p.days[day] = s
	return s, nil
}
