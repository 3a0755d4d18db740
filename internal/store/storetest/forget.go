package storetest

import (
	"context"
	"strconv"
	"time"

	"pana/internal/auth"
	"pana/internal/id"
)

// signInsForgotten: sessions that were not used or are too old go, and so do old
// failures; what still counts stays.
func signInsForgotten(w *World) {
	ctx := context.Background()
	w.exec(`create table accounts (stream_kind text, stream_id text, left_body bigint)`)
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	kept := map[auth.Hash]bool{}
	for i, row := range []struct {
		created, seen int
		stays         bool
	}{{0, 60, false}, {30, 39, false}, {30, 40, true}, {50, 50, true}} {
		token := auth.Hash{byte(i + 1)}
		w.must(w.S.AddSession(ctx, auth.Session{ID: "s", Hash: token, Worker: "w1", CreatedAt: at(row.created), SeenAt: at(row.seen)}))
		kept[token] = row.stays
	}
	old, fresh := auth.Hash{8}, auth.Hash{9}
	for key, minute := range map[auth.Hash]int{old: 19, fresh: 20} {
		_, err := w.S.AddFailure(ctx, key, at(minute), start)
		w.must(err)
	}
	for tag, minute := range map[auth.Hash]int{old: 29, fresh: 30} {
		w.must(w.S.PutDevice(ctx, auth.Device{ID: "d", Tag: tag, Worker: "w1", FirstAt: start, SeenAt: at(minute)}))
	}
	w.must(w.S.ForgetSignIns(ctx, auth.Before{Idle: at(40), Begun: at(1), Failed: at(20), Device: at(30)}))
	for tag, want := range map[auth.Hash]bool{old: false, fresh: true} {
		if _, found, err := w.S.Device(ctx, "w1", tag); found != want || err != nil {
			w.T.Errorf("device %d: there is %v, want %v (%v)", tag[0], found, want, err)
		}
	}
	for token, stays := range kept {
		if _, _, found, err := w.S.Session(ctx, token); found != stays || err != nil {
			w.T.Errorf("session %d: there is %v, want %v (%v)", token[0], found, stays, err)
		}
	}
	for key, want := range map[auth.Hash]int{old: 0, fresh: 1} {
		if n, err := w.S.Attempts(ctx, key); n.Failed != want || err != nil {
			w.T.Errorf("failures %d: %d, want %d (%v)", key[0], n.Failed, want, err)
		}
	}
}

// ownSignIns: a worker's sessions and devices are listed, the last used first, and
// ended one by one; another worker's are neither.
func ownSignIns(w *World) {
	ctx := context.Background()
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	add := func(n byte, worker id.Worker, device string) {
		w.must(w.S.AddSession(ctx, auth.Session{ID: id.Session([]byte{'s', n}), Hash: auth.Hash{n}, Worker: worker, CreatedAt: start, SeenAt: at(int(n)), Agent: "firefox linux", Device: device, Ended: int(n - '0')}))
		w.must(w.S.PutDevice(ctx, auth.Device{Tag: auth.Hash{n}, ID: device, Worker: worker, Agent: "firefox linux", FirstAt: start, SeenAt: at(int(n))}))
	}
	for n, worker := range map[byte]id.Worker{'1': "o1", '2': "o1", '3': "o1", '4': "o2"} {
		add(n, worker, "d"+string(n))
	}
	list := func(worker id.Worker) (out string) {
		sessions, err := w.S.Sessions(ctx, worker)
		w.must(err)
		for _, s := range sessions {
			if string(s.ID) != "s"+strconv.Itoa(s.Ended) {
				w.T.Errorf("%s ended %d when it began", s.ID, s.Ended)
			}
			out += string(s.ID) + " " + s.Agent + " " + s.Device + ", "
		}
		devices, err := w.S.Devices(ctx, worker)
		w.must(err)
		for _, d := range devices {
			out += d.ID + " "
		}
		return out
	}
	const all = "s3 firefox linux d3, s2 firefox linux d2, s1 firefox linux d1, d3 d2 d1 "
	if got := list("o1"); got != all {
		w.T.Errorf("a worker's own: %q", got)
	}
	w.must(w.S.EndSessionOf(ctx, "o2", "s1"))
	w.must(w.S.ForgetDevice(ctx, "o2", "d1"))
	if got := list("o1"); got != all {
		w.T.Errorf("another worker ended %q", got)
	}
	w.must(w.S.EndSessionOf(ctx, "o1", "s1"))
	w.must(w.S.ForgetDevice(ctx, "o1", "d2"))
	if got := list("o1"); got != "s3 firefox linux d3, d3 d1 " {
		w.T.Errorf("after one was ended and one let go: %q", got)
	}
	for _, row := range []struct {
		why   string
		n     int64
		fresh bool
	}{{"the first", 7, true}, {"the same again", 7, false}, {"one before it", 6, false}, {"a later one", 8, true}} {
		if fresh, err := w.S.Spend(ctx, auth.Hash{9}, row.n, start); fresh != row.fresh || err != nil {
			w.T.Errorf("%s: fresh is %v, %v", row.why, fresh, err)
		}
	}
	w.must(w.S.ProveSession(ctx, auth.Hash{'3'}, auth.Hash{'6'}, at(50)))
	if s, _, _, err := w.S.Session(ctx, auth.Hash{'6'}); err != nil || s.ID != "s3" || !s.ProvedAt.Equal(at(50)) {
		w.T.Errorf("proved: %+v, %v", s, err)
	}
	if _, _, found, _ := w.S.Session(ctx, auth.Hash{'3'}); found {
		w.T.Error("the token before the proof opens the session")
	}
	w.must(w.S.ProveSession(ctx, auth.Hash{'6'}, auth.Hash{'3'}, at(50)))
	add('5', "o1", "d5")
	w.must(w.S.EndOtherSessions(ctx, "o1", auth.Hash{'3'}))
	if got := list("o1") + list("o2"); got != "s3 firefox linux d3, d5 d3 d1 s4 firefox linux d4, d4 " {
		w.T.Errorf("after all others ended: %q", got)
	}
	if _, found, err := w.S.Device(ctx, "o2", auth.Hash{'3'}); found || err != nil {
		w.T.Errorf("another worker's mark is known: %v", err)
	}
	w.must(w.S.PutDevice(ctx, auth.Device{Tag: auth.Hash{'3'}, ID: "d3", Worker: "o1", Agent: "edge windows", FirstAt: at(9), SeenAt: at(99)}))
	if d, found, err := w.S.Device(ctx, "o1", auth.Hash{'3'}); !found || err != nil || d.Agent != "edge windows" || !d.FirstAt.Equal(start) || !d.SeenAt.Equal(at(99)) {
		w.T.Errorf("a device that signs in again: %+v, %v", d, err)
	}
}

// endedByAProvider: a provider ends what it began, of whom it names.
func endedByAProvider(w *World) {
	ctx := context.Background()
	for _, row := range []struct {
		why, provider string
		worker        id.Worker
		tag           string
		want          string // of p1 e1 e2 e0 o1 x1, what stays
	}{
		{"of a worker", "ministry", "v1", "", "p1 o1 x1 "},
		{"of a worker, one session, and those without a name", "ministry", "v1", "t1", "p1 e2 o1 x1 "},
		{"one session, of whom is not said", "ministry", "", "t1", "p1 e2 e0 o1 x1 "},
		{"of nobody", "ministry", "", "", "p1 e1 e2 e0 o1 x1 "},
		{"of no provider", "", "v1", "", "p1 e1 e2 e0 o1 x1 "},
		{"another provider's", "bank", "v1", "", "p1 e1 e2 e0 o1 "},
	} {
		all := []auth.Session{
			{ID: "p1", Worker: "v1"}, {ID: "e1", Worker: "v1", Elsewhere: "ministry", ThereTag: "t1"}, {ID: "e2", Worker: "v1", Elsewhere: "ministry", ThereTag: "t2"},
			{ID: "e0", Worker: "v1", Elsewhere: "ministry"}, {ID: "o1", Worker: "v2", Elsewhere: "ministry", ThereTag: "t9"}, {ID: "x1", Worker: "v1", Elsewhere: "bank", ThereTag: "t1"},
		}
		for i := range all {
			all[i].Hash, all[i].CreatedAt, all[i].SeenAt = auth.Hash{'v', byte(i)}, start, start
			w.must(w.S.AddSession(ctx, all[i]))
		}
		w.must(w.S.EndSessionsBy(ctx, row.provider, row.worker, row.tag))
		stay := ""
		for _, s := range all {
			_, _, found, err := w.S.Session(ctx, s.Hash)
			w.must(err)
			if found {
				stay += string(s.ID) + " "
			}
			w.must(w.S.EndSession(ctx, s.Hash))
		}
		if stay != row.want {
			w.T.Errorf("%s: %q stay, want %q", row.why, stay, row.want)
		}
	}
}
