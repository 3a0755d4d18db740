package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"pana/internal/backup"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
	"pana/internal/store"
)

// doctorCommand looks at a deployment and says what is wrong with it and what to
// do. It changes nothing, opens no file of a person, and needs no keys; with them
// it also sees whether they are the right ones.
type doctorCommand struct {
	database
	BackupTo string `help:"Folder of the backups, to look at." type:"path" placeholder:"DIR"`
	Cert     string `name:"tls-cert" help:"The certificate that serve is given." type:"path" placeholder:"FILE"`
	Addr     string `help:"Where serve listens." default:"127.0.0.1:8080"`
	Proxy    string `help:"The proxy that serve is told of." placeholder:"ADDRESS"`
	Site     string `help:"The site's address that serve is told of." placeholder:"URL"`
	elsewhereSettings
	rateSettings
}

// finding is one thing that was looked at.
type finding struct {
	what  string
	wrong string // empty: it is well
	mend  string
	note  bool // worth knowing, and not wrong enough for the exit code
}

// Bounds of what is well.
const (
	checkpointOld = 3 * checkpointEvery
	backupOld     = 24 * time.Hour
	masterOld     = 2 * 365 * 24 * time.Hour
	clockOff      = 2 * time.Second
	clockTold     = 7 * 24 * time.Hour // how long it is said that a clock was set
	certEnds      = 21 * 24 * time.Hour
)

// Run exits 0 when nothing is wrong.
func (c doctorCommand) Run(w *world) error {
	found := c.look(w.ctx, time.Now())
	wrong := 0
	for _, f := range found {
		switch {
		case f.wrong == "":
			fmt.Fprintf(w.out, "well   %s\n", f.what)
		case f.note:
			fmt.Fprintf(w.out, "note   %s: %s\n       %s\n", f.what, f.wrong, f.mend)
		default:
			wrong++
			fmt.Fprintf(w.out, "WRONG  %s: %s\n       %s\n", f.what, f.wrong, f.mend)
		}
	}
	if wrong > 0 {
		fmt.Fprintf(w.out, "%d wrong\n", wrong)
		return verdict(exitFailed)
	}
	return nil
}

func (c doctorCommand) look(ctx context.Context, now time.Time) []finding {
	addr, where, err := c.address()
	if err != nil {
		return []finding{{what: "where the database is", wrong: err.Error(), mend: "give --data, or --db and --master-key"}}
	}
	out := c.files(addr, where)
	out = append(out, c.network(now)...)
	out = append(out, c.rateSettings.finding())
	out = append(out, c.providers(ctx, now)...)
	d := c.database
	o, err := d.openWhole(ctx, store.AnyStamp)
	if err != nil {
		return append(out, finding{what: "the database opens", wrong: fault.Of(err).Code, mend: opensNot(err)})
	}
	s := o.Store
	defer s.Close()
	out = append(out, finding{what: "the database opens"})
	out = append(out, packFinding(o)...)
	out = append(out, ledgerFindings(ctx, s, now)...)
	out = append(out, c.backups(ctx, s, now)...)
	return append(out, serverFindings(ctx, s, now)...)
}

func opensNot(err error) string {
	switch fault.Of(err).Code {
	case "seal.wrong_master":
		return "this is not the master key that the database was made with; during an exchange give the other one"
	case "seal.kms_unavailable", "seal.kms_refused":
		return "the key service does not answer, or not to this token: look there first"
	case CodeEditionBytes:
		return "what stands in the database as the adopted edition of the pack is not what was adopted: somebody wrote into it; pana verify, and restore from a backup"
	case CodeEditionNewer:
		return "a newer program adopted the edition of the pack that runs: put that program here too; this one neither runs nor replaces it"
	case "store.half_restored":
		return "a restore was interrupted: delete this database and restore again"
	}
	return "look whether the address is right and the server runs"
}

// files looks at who may read what lies on the disk.
func (c doctorCommand) files(addr, where string) (out []finding) {
	if where == "" {
		out = append(out, finding{what: "master key", wrong: "not given, so content and keys are not looked at", mend: "--master-key KEY", note: true})
	} else if isKeyFile(where) {
		out = append(out, closed("master key", where, "chmod 600"))
		if isFile(addr) && filepath.Dir(where) == filepath.Dir(addr) {
			out = append(out, finding{what: "master key apart", wrong: "it lies in the folder of the database: who copies the folder can read everything", mend: "keep it on a volume that backups do not take, or in a key service; see docs/operators.md, Keys", note: true})
		}
	}
	if isFile(addr) {
		out = append(out, closed("database", addr, "chmod 600"), closed("its folder", filepath.Dir(addr), "chmod 700"))
	}
	if c.BackupTo != "" {
		out = append(out, closed("folder of backups", c.BackupTo, "chmod 700"))
	}
	return out
}

func closed(what, path, mend string) finding {
	f := finding{what: what + " is closed to others"}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		f.wrong, f.mend = "it cannot be looked at", "is the path right, and may this user read it?"
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		f.wrong, f.mend = "its mode is "+info.Mode().Perm().String(), mend+" "+path
	}
	return f
}

// ledgerFindings look at what proves that nothing was changed.
func ledgerFindings(ctx context.Context, s *store.Store, now time.Time) []finding {
	f := finding{what: "checkpoints are signed"}
	signed, verifier, err := s.LatestCheckpoint(ctx)
	if err != nil {
		f.wrong, f.mend = "there is none", "start serve: it signs one every ten minutes"
		return []finding{f}
	}
	c, err := ledger.OpenCheckpoint(signed, verifier)
	switch {
	case err != nil:
		f.wrong, f.mend = "the last one does not verify", "pana verify --verifier KEY, with the key that you kept apart"
	case now.Sub(c.At) > checkpointOld && c.Size < leavesNow(ctx, s):
		f.wrong, f.mend = fmt.Sprintf("the last is %s old, and acts came after it", now.Sub(c.At).Round(time.Minute)), "does serve run? look for \"checkpoint not signed\" in its log"
	case c.At.Sub(now) > clockOff:
		f.wrong, f.mend = "the last is from the future", "this machine's clock is behind, or another node's was ahead: look at NTP"
	}
	return append([]finding{f}, keyFindings(ctx, s, now)...)
}

func leavesNow(ctx context.Context, s *store.Store) int64 {
	h, err := s.Health(ctx)
	if err != nil {
		return 0 // serverFindings says so
	}
	return h.Leaves
}

// keyFindings look at the age of keys.
func keyFindings(ctx context.Context, s *store.Store, now time.Time) []finding {
	kept, err := s.KEKs(ctx)
	if err != nil || len(kept) == 0 {
		return []finding{{what: "key-encryption keys", wrong: "there are none", mend: "pana init"}}
	}
	first, this := kept[0].MadeAt, false
	quarter := fmt.Sprintf("%04dq%d", now.UTC().Year(), (int(now.UTC().Month())+2)/3)
	for _, k := range kept {
		if k.MadeAt.Before(first) {
			first = k.MadeAt
		}
		this = this || strings.HasPrefix(k.ID, "kek/") && strings.Contains(k.ID, quarter)
	}
	out := []finding{{what: "keys of this quarter"}}
	if !this {
		out[0].wrong, out[0].mend = "none was made", "serve makes them at start and every ten minutes: does it run?"
	}
	age := finding{what: "age of the master key"}
	since := first
	if s.Keys() != nil {
		if l, err := s.View(ctx, casework.KeysRef()); err == nil {
			if at := store.As[*casework.Keys](l, casework.KeysRef()).MasterChangedAt(); at.After(since) {
				since = at
			}
		}
	}
	if now.Sub(since) > masterOld {
		age.wrong, age.mend, age.note = fmt.Sprintf("%d days", int(now.Sub(since).Hours()/24)), "pana keys rotate exchanges it while nodes run", true
	}
	return append(out, age)
}

// backups looks at the age of the last one and at what should have been forgotten.
func (c doctorCommand) backups(ctx context.Context, s *store.Store, now time.Time) []finding {
	f := finding{what: "backup", mend: "pana backup --to DIR --recipient AGE, or serve --backup-to; and try pana restore every quarter"}
	at, err := s.BackedUpAt(ctx)
	switch {
	case err != nil || at.IsZero():
		f.wrong = "there never was one that pana made"
	case now.Sub(at) > backupOld:
		f.wrong = fmt.Sprintf("the last is %s old", now.Sub(at).Round(time.Hour))
	}
	out := []finding{f}
	if c.BackupTo == "" {
		return out
	}
	_, verifier, _ := s.LatestCheckpoint(ctx)
	runs, err := backup.Runs(c.BackupTo, verifier)
	chain := finding{what: "the folder's runs follow each other"}
	if err != nil || len(runs) == 0 {
		chain.wrong, chain.mend = "they do not", "bring back what is missing from a copy of the folder, or begin a new one; then pana restore into another database"
		return append(out, chain)
	}
	old := finding{what: "keys in backups are forgotten after thirty days"}
	names, _ := fs.Glob(os.DirFS(c.BackupTo), "*-keys.age")
	for _, r := range runs[:len(runs)-1] {
		for _, name := range names {
			if strings.HasPrefix(name, fmt.Sprintf("%06d-", r.Number)) && now.Sub(r.Upto.At) > backup.KeysLife+backupOld {
				old.wrong, old.mend = name+" is still there", "delete it here and in every copy of the folder: it undoes erasures"
			}
		}
	}
	return append(out, chain, old)
}

// clockFinding tells of a node whose clock was set while it ran.
func clockFinding(ctx context.Context, s *store.Store, now time.Time) finding {
	f := finding{what: "no clock was set while a node ran", mend: "NTP on every node (chrony: makestep only at the start). After a clock went twenty hours ahead or more that node erases nothing for a day, or until it is set back; look under pana_clock_jumps which one"}
	at, by, err := s.ClockWasSet(ctx)
	if err != nil || at.IsZero() || now.Sub(at).Abs() > clockTold {
		return f
	}
	f.wrong, f.note = fmt.Sprintf("by %s, at %s", by.Round(time.Second), at.UTC().Format(time.RFC3339)), by.Abs() < time.Minute
	return f
}

// serverFindings ask the database about itself.
func serverFindings(ctx context.Context, s *store.Store, now time.Time) (out []finding) {
	h, err := s.Health(ctx)
	if err != nil {
		return []finding{{what: "the database's settings", wrong: fault.Of(err).Code, mend: "they could not be asked for"}}
	}
	clock := finding{what: "clocks agree"}
	if off := h.Clock.Sub(now); !h.Clock.IsZero() && (off > clockOff || off < -clockOff) {
		clock.wrong, clock.mend = fmt.Sprintf("the database's is %s from this machine's", off.Round(time.Millisecond)), "NTP on both"
	}
	if h.RecordedAt.Sub(now) > clockOff {
		clock.wrong, clock.mend = fmt.Sprintf("recorded time is %s ahead", h.RecordedAt.Sub(now).Round(time.Second)), "a clock was far ahead for a moment; recorded time stands still until it has caught up"
	}
	out = append(out, clock, clockFinding(ctx, s, now))
	if !h.Server {
		return out
	}
	return append(out, []finding{
		{what: "synchronous_commit", wrong: unless(h.SynchronousCommit == "on" || h.SynchronousCommit == "remote_apply", "it is "+h.SynchronousCommit+": an acknowledged act can be lost"), mend: "alter system set synchronous_commit = on"},
		{what: "synchronous standby", wrong: unless(h.Standbys > 0, "there is none: what was acknowledged is lost with one machine"), mend: "synchronous_standby_names, and a standby; see docs/operators.md"},
		{what: "fsync", wrong: unless(h.FSync && h.FullPageWrites, "fsync or full_page_writes is off: a power cut destroys the database"), mend: "alter system set fsync = on; alter system set full_page_writes = on"},
		{what: "encoding", wrong: unless(h.Encoding == "UTF8", "it is "+h.Encoding), mend: "make the database in UTF8"},
		{what: "PostgreSQL's version", wrong: unless(h.Version >= 150000, fmt.Sprintf("%d", h.Version/10000)), mend: "15 or newer is tested"},
		{what: "TLS to the database", wrong: unless(h.TLS || h.Local, "the connection is in clear"), mend: "sslmode=verify-full in the address"},
	}...)
}

func unless(well bool, wrong string) string {
	if well {
		return ""
	}
	return wrong
}

// packFinding says whether what serve runs is what the folder holds.
func packFinding(o *opened) []finding {
	f := finding{what: "the adopted edition of the pack"}
	switch {
	case o.Keys() == nil:
		f.wrong, f.mend, f.note = "not looked at", "--master-key KEY", true
	case o.adopted == nil:
		f.wrong, f.mend, f.note = "none was adopted yet", "start serve: it adopts the first by itself", true
	case o.unread:
		f.wrong, f.mend = "this program cannot read it", "serve will adopt the one it is given in its place, and say so in the ledger: is that the program and the folder that you mean?"
	case o.differs() != "":
		f.wrong, f.mend, f.note = o.differs(), "two administrators adopt it on the page Edition of the pack; or put the adopted edition back", true
	}
	return []finding{f}
}
