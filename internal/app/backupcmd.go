package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"pana/internal/backup"
	"pana/internal/store"
)

// backupSettings are serve's; without a folder nothing is backed up by it.
type backupSettings struct {
	BackupTo        string        `help:"Folder for encrypted backups, on another disk. One node backs up." type:"path" placeholder:"DIR"`
	BackupRecipient []string      `help:"Who can decrypt them: age1…, or a file of such lines." placeholder:"AGE"`
	BackupEvery     time.Duration `help:"How often." default:"15m"`
}

func (b backupSettings) check() ([]age.Recipient, error) {
	if b.BackupTo == "" {
		return nil, nil
	}
	if b.BackupEvery < time.Minute {
		return nil, errors.New("--backup-every is at least a minute")
	}
	return recipients(b.BackupRecipient)
}

// keepBackups takes one at once, and then on the timetable, until ctx ends.
func (h *house) keepBackups(ctx context.Context, b backupSettings, to []age.Recipient) {
	if b.BackupTo == "" {
		return
	}
	tick := time.NewTicker(b.BackupEvery)
	defer tick.Stop()
	for {
		run, err := backup.Take(ctx, h.store, b.BackupTo, to, h.clock.Now())
		switch {
		case err == nil:
			h.log.Info("backed up and checked", "run", run.Number, "leaves", run.Upto.Leaves, "bytes", run.Bytes())
		case ctx.Err() == nil:
			h.log.Error("not backed up", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// recipients reads age1… or files of them.
func recipients(texts []string) (out []age.Recipient, err error) {
	for _, text := range texts {
		lines := text
		if !strings.HasPrefix(text, "age1") {
			b, err := os.ReadFile(text)
			if err != nil {
				return nil, fmt.Errorf("recipient: %w", err)
			}
			lines = string(b)
		}
		some, err := age.ParseRecipients(strings.NewReader(lines))
		if err != nil {
			return nil, errors.New("a recipient is age1…, as age-keygen prints it, or a file of such lines")
		}
		out = append(out, some...)
	}
	if len(out) == 0 {
		return nil, errors.New("say who can decrypt the backup: a recipient, age1… (age-keygen makes one; its identity belongs on no server)")
	}
	return out, nil
}

type backupCommand struct {
	database
	To        string   `required:"" help:"Folder to add to." type:"path" placeholder:"DIR"`
	Recipient []string `required:"" help:"Who can decrypt it: age1…, or a file of such lines." placeholder:"AGE"`
	Identity  string   `help:"Then also restore all of it to a temporary file and verify that, with this identity: the drill." type:"path" placeholder:"FILE"`
}

// Run adds what came since the last backup, reads it back from the disk and
// compares it with the ledger.
func (c backupCommand) Run(w *world) error {
	to, err := recipients(c.Recipient)
	if err != nil {
		return err
	}
	s, err := c.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	if s.Keys() == nil {
		return errors.New("a backup is signed with a key of the installation: --master-key KEY")
	}
	start := time.Now()
	run, err := backup.Take(w.ctx, s, c.To, to, start)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "run %d: leaves %d to %d, %d bytes, %s; read back and compared with the ledger\nroot %s\n",
		run.Number, run.Since.Leaves, run.Upto.Leaves, run.Bytes(), time.Since(start).Round(time.Millisecond), run.Upto.Root)
	if c.Identity == "" {
		return nil
	}
	return c.drill(w, s)
}

// drill restores to a temporary file, as if this machine were gone.
func (c backupCommand) drill(w *world, s *store.Store) error {
	_, verifier, err := s.SignText(w.ctx, "drill\n", time.Now())
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "pana-drill-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	_, master, err := c.address()
	if err != nil {
		return err
	}
	keys := c.keySource
	keys.Master = master
	return restoreCommand{
		database: database{DB: "sqlite:" + filepath.Join(dir, databaseFile), keySource: keys, Pack: c.Pack},
		From:     c.To, Identity: c.Identity, Verifier: verifier, Quiet: true,
	}.Run(w)
}

type restoreCommand struct {
	database
	From     string `required:"" help:"Folder of the backups." type:"path" placeholder:"DIR"`
	Identity string `required:"" help:"File with the age identity that decrypts them." type:"path" placeholder:"FILE"`
	Verifier string `help:"Public key that must have signed them, as pana init printed it." placeholder:"KEY"`
	Number   int    `name:"run" help:"Which run; without it, the newest." placeholder:"N"`
	Quiet    bool   `help:"No progress."`
}

// Run brings a backup back into a new database, makes the index, applies the
// tombstones, and exits 0 only when everything agrees.
func (c restoreCommand) Run(w *world) error {
	with, err := identities(c.Identity)
	if err != nil {
		return err
	}
	addr, where, err := c.address()
	if err != nil {
		return err
	}
	if where == "" {
		return errors.New("a backup is useless without the master key: --master-key KEY")
	}
	master, err := c.keySource.open(where)
	if err != nil {
		return err
	}
	if c.Data != "" {
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return err
		}
	}
	run, err := c.bring(w, addr, with)
	if err != nil {
		return fmt.Errorf("%w\nwhat came so far is not a whole database: delete it before you try again", err)
	}
	s, err := openStore(w.ctx, plan{address: addr, stamp: store.AnyStamp, packDir: c.Pack, master: master, verifier: c.Verifier})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.ApplyTombstones(w.ctx, nil, time.Now()); err != nil {
		return err
	}
	report, err := s.Verify(w.ctx, store.VerifyAll, progress(w, c.Quiet, "verified"))
	var bad *store.Mismatch
	if errors.As(err, &bad) {
		fmt.Fprintf(w.out, "restored, and does not agree: %s\n", bad)
		return verdict(exitFailed)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "restored run %d of %s: %d leaves, %d streams (%d erased), %d documents; all of it agrees\nroot %s\n",
		run.Number, run.Upto.At.Format(time.RFC3339), report.Leaves, report.Streams, report.Erased, report.Blobs, report.Root)
	if c.Verifier == "" {
		fmt.Fprintln(w.out, "nobody's signature was asked for: give --verifier to know that this is the installation's own backup")
	}
	return nil
}

func (c restoreCommand) bring(w *world, addr string, with []age.Identity) (backup.Run, error) {
	s, err := openStore(w.ctx, plan{address: addr, stamp: store.AnyStamp, packDir: c.Pack})
	if err != nil {
		return backup.Run{}, err
	}
	run, err := backup.Restore(w.ctx, s.Store, c.From, c.Verifier, with, c.Number)
	return run, errors.Join(err, s.Close())
}

func identities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	with, err := age.ParseIdentities(f)
	if err != nil {
		return nil, errors.New("the identity is a file that age-keygen made")
	}
	return with, nil
}
