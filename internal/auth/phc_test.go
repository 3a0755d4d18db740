package auth

import "testing"

// FuzzParsePHC: a damaged row is an error, never a panic or a huge demand.
func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=47104,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		p, salt, hash, err := parsePHC(s)
		if err != nil {
			return
		}
		if p.MemoryKiB > maxMemoryKiB || p.Passes == 0 || p.Passes > maxPasses || p.Threads == 0 || len(salt) < 8 || len(hash) < 16 {
			t.Errorf("accepted %+v, %d, %d", p, len(salt), len(hash))
		}
	})
}
