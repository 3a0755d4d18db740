package auth_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/id"
	"pana/internal/withheld"
)

// memory is auth.Store in memory. internal/store has the real one.
type memory struct {
	mu          sync.Mutex
	accounts    map[string]auth.Account
	sessions    map[auth.Hash]auth.Session
	attempts    map[auth.Hash]auth.Attempts
	credentials map[string]auth.Credential
	used        map[string]time.Time
	devices     map[auth.Hash]auth.Device
	visits      map[auth.Hash]auth.Visit
	touched     int
	asked       int // for devices
	spent       map[auth.Hash]int64
	fail        error
}

func (m *memory) Account(_ context.Context, login string) (auth.Account, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.accounts[login]
	return a, ok, m.fail
}

func (m *memory) AccountOf(_ context.Context, worker id.Worker) (auth.Account, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.accounts {
		if a.Worker == worker {
			return a, true, m.fail
		}
	}
	return auth.Account{}, false, m.fail
}

func (m *memory) AccountOfSubject(_ context.Context, tag string) (auth.Account, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.accounts {
		if a.Subject == tag {
			return a, true, m.fail
		}
	}
	return auth.Account{}, false, m.fail
}

func (m *memory) UseRecovery(_ context.Context, worker id.Worker, hash string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for login, a := range m.accounts {
		if i := slices.Index(a.Second.Recovery, hash); a.Worker == worker && i >= 0 {
			a.Second.Recovery = slices.Delete(slices.Clone(a.Second.Recovery), i, i+1)
			m.accounts[login] = a
			return true, m.fail
		}
	}
	return false, m.fail
}

func (m *memory) Spend(_ context.Context, key auth.Hash, n int64, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last, ok := m.spent[key]; ok && last >= n {
		return false, m.fail
	}
	m.spent[key] = n
	return true, m.fail
}

func (m *memory) ProveSession(_ context.Context, token, next auth.Hash, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[token]
	s.ProvedAt = at
	s.Hash = next
	delete(m.sessions, token)
	m.sessions[next] = s
	return m.fail
}

func (m *memory) UpgradePassword(_ context.Context, worker id.Worker, old, new string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for login, a := range m.accounts {
		if a.Worker == worker && a.Password == old {
			a.Password = new
			m.accounts[login] = a
		}
	}
	return m.fail
}

func (m *memory) AddSession(_ context.Context, s auth.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.Hash] = s
	return m.fail
}

func (m *memory) Session(_ context.Context, token auth.Hash) (auth.Session, bool, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[token]
	left := false
	for _, a := range m.accounts {
		left = left || a.Worker == s.Worker && a.Left
	}
	return s, left, ok, m.fail
}

func (m *memory) TouchSession(_ context.Context, token auth.Hash, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[token]
	s.SeenAt = seen
	if s.CreatedAt.After(seen) {
		s.CreatedAt = seen
	}
	m.sessions[token] = s
	m.touched++
	return m.fail
}

func (m *memory) ForgetSignIns(_ context.Context, b auth.Before) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(_ auth.Hash, s auth.Session) bool { return s.SeenAt.Before(b.Idle) || s.CreatedAt.Before(b.Begun) })
	maps.DeleteFunc(m.attempts, func(_ auth.Hash, n auth.Attempts) bool { return n.LastAt.Before(b.Failed) })
	maps.DeleteFunc(m.devices, func(_ auth.Hash, d auth.Device) bool { return d.SeenAt.Before(b.Device) })
	return m.fail
}

func (m *memory) EndSession(_ context.Context, token auth.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, token)
	return m.fail
}

func (m *memory) EndSessions(_ context.Context, worker id.Worker) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for h, s := range m.sessions {
		if s.Worker == worker {
			delete(m.sessions, h)
		}
	}
	return m.fail
}

func (m *memory) EndSessionOf(_ context.Context, worker id.Worker, session id.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(_ auth.Hash, s auth.Session) bool { return s.Worker == worker && s.ID == session })
	return m.fail
}

func (m *memory) EndSessionsBy(_ context.Context, provider string, worker id.Worker, tag string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(_ auth.Hash, s auth.Session) bool {
		if worker == "" {
			return s.Elsewhere == provider && tag != "" && s.ThereTag == tag
		}
		return s.Elsewhere == provider && s.Worker == worker && (tag == "" || s.ThereTag == "" || s.ThereTag == tag)
	})
	return m.fail
}

func (m *memory) EndOtherSessions(_ context.Context, worker id.Worker, but auth.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(h auth.Hash, s auth.Session) bool { return s.Worker == worker && h != but })
	return m.fail
}

func (m *memory) Sessions(_ context.Context, worker id.Worker) (out []auth.Session, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sessions {
		if s.Worker == worker {
			out = append(out, s)
		}
	}
	return out, m.fail
}

func (m *memory) Device(_ context.Context, worker id.Worker, tag auth.Hash) (auth.Device, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	d, ok := m.devices[tag]
	return d, ok && d.Worker == worker, m.fail
}

func (m *memory) PutDevice(_ context.Context, d auth.Device) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.devices[d.Tag] = d
	return m.fail
}

func (m *memory) Devices(_ context.Context, worker id.Worker) (out []auth.Device, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.devices {
		if d.Worker == worker {
			out = append(out, d)
		}
	}
	return out, m.fail
}

func (m *memory) ForgetDevice(_ context.Context, worker id.Worker, device string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.devices, func(_ auth.Hash, d auth.Device) bool { return d.Worker == worker && d.ID == device })
	maps.DeleteFunc(m.sessions, func(_ auth.Hash, s auth.Session) bool { return s.Worker == worker && s.Device == device })
	return m.fail
}

func (m *memory) Attempts(_ context.Context, key auth.Hash) (auth.Attempts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.attempts[key], m.fail
}

func (m *memory) AddFailure(_ context.Context, key auth.Hash, at, forget time.Time) (auth.Attempts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.attempts[key]
	if n.LastAt.Before(forget) {
		n.Failed = 0
	}
	n = auth.Attempts{Failed: n.Failed + 1, LastAt: at}
	m.attempts[key] = n
	return n, m.fail
}

func (m *memory) FailedBy(_ context.Context, key auth.Hash, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n, ok := m.attempts[key]; ok && n.LastAt.After(at) {
		m.attempts[key] = auth.Attempts{Failed: n.Failed, LastAt: at}
	}
	return m.fail
}

func (m *memory) ClearFailures(_ context.Context, key auth.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.attempts, key)
	return m.fail
}

func (m *memory) UseCredential(_ context.Context, name string, day time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used[name] = day
	return nil
}

func (m *memory) Credential(_ context.Context, name string) (auth.Credential, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.credentials[name]
	return c, ok, m.fail
}

// cheap parameters keep the tests fast; nothing here depends on the cost.
var cheap = auth.Params{MemoryKiB: 64, Passes: 1, Threads: 1}

const password = "correct horse"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type world struct {
	*testing.T
	*auth.Auth
	store *memory
}

// newWorld has one worker, ainur, and one who has left, marat.
func newWorld(t *testing.T) world {
	t.Helper()
	h := auth.NewHasher(cheap, 2)
	phc, err := h.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{
		accounts: map[string]auth.Account{
			"ainur": {Worker: "w1", Password: phc},
			"marat": {Worker: "w2", Password: phc, Left: true},
			"new":   {Worker: "w3"},
		},
		sessions: map[auth.Hash]auth.Session{}, attempts: map[auth.Hash]auth.Attempts{}, credentials: map[string]auth.Credential{}, used: map[string]time.Time{}, devices: map[auth.Hash]auth.Device{}, spent: map[auth.Hash]int64{},
	}
	return world{t, auth.New(m, h, auth.Limits{}, [32]byte{1}), m}
}

func (w world) try(login, pass, source, device string, at time.Time) (auth.SignedIn, error) {
	return w.SignIn(w.Context(), auth.Attempt{Login: login, Password: withheld.New(pass), Source: source, Device: device}, at)
}
