package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"pana/internal/access"
	"pana/internal/store"
)

// keysLive is how long backups of the data keys are kept: after it nothing can bring
// an erased file back.
const keysLive = store.KeysLife

type tombstonesCommand struct {
	List  tombstonesList  `cmd:"" help:"Print what was erased, a line each: ids and times, nothing about anybody. Keep it apart from the backups."`
	Apply tombstonesApply `cmd:"" help:"After a restore: erase again what was erased since that backup was made."`
}

type tombstonesList struct{ database }

// Run prints the list.
func (c tombstonesList) Run(w *world) error {
	s, err := c.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Tombstones(w.ctx)
	if err != nil {
		return err
	}
	for _, t := range list {
		line, err := json.Marshal(t)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.out, "%s\n", line)
	}
	return nil
}

type tombstonesApply struct {
	database
	File string `arg:"" type:"existingfile" help:"What pana tombstones list printed."`
}

// Run erases again what the file names; what is erased already stays so.
func (c tombstonesApply) Run(w *world) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	list, err := readTombstones(b)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	s, err := c.open(w.ctx, store.AnyStamp)
	if err != nil {
		return err
	}
	defer s.Close()
	if s.Keys() == nil {
		return errors.New("erasing is an act in the ledger, and that needs the master key: --master-key FILE")
	}
	now := time.Now().UTC()
	again, err := s.EraseAgain(w.ctx, access.Who{BodyKind: "product"}, list, now)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%d erased again, of %d on the list; the last backup of their keys must be gone by %s\nrun pana verify before anybody signs in\n", again, len(list), now.Add(keysLive).Format("2006-01-02"))
	return nil
}

// readTombstones reads the whole list or nothing: half of it would leave somebody
// readable who asked not to be.
func readTombstones(b []byte) (out []store.Tombstone, err error) {
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var t store.Tombstone
		if json.Unmarshal(lines.Bytes(), &t) != nil || t.Kind == "" || t.ID == "" || t.At.IsZero() {
			return nil, fmt.Errorf("line %d is not a tombstone; nothing was erased", n)
		}
		out = append(out, t)
	}
	return out, lines.Err()
}
