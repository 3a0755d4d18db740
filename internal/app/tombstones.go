package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
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
	b, err := writeTombstones(list)
	if err != nil {
		return err
	}
	_, err = w.out.Write(b)
	return err
}

// writeTombstones is a line for each, with the day after which no backup that was
// treated as it must be holds the keys.
func writeTombstones(list []store.Tombstone) ([]byte, error) {
	var b bytes.Buffer
	for _, t := range list {
		line, err := json.Marshal(struct {
			store.Tombstone
			Until string `json:"in_backups_until"`
		}{t, t.At.Add(keysLive).Format(time.DateOnly)})
		if err != nil {
			return nil, err
		}
		b.Write(append(line, '\n'))
	}
	return b.Bytes(), nil
}

// eraseAgain is pana tombstones apply at each start: a database that was set back must
// not be read for a second. A file that is not there is refused, because a disk that
// is not mounted looks the same.
func (h *house) eraseAgain(ctx context.Context) error {
	if h.tombstones == "" {
		return nil
	}
	b, err := os.ReadFile(h.tombstones)
	if err != nil {
		return fmt.Errorf("what was erased is kept in a file that cannot be read: mount its disk, or make it (pana tombstones list > FILE): %w", err)
	}
	list, err := readTombstones(b)
	if err != nil {
		return fmt.Errorf("%s: %w", h.tombstones, err)
	}
	here, err := h.store.Tombstones(ctx)
	if err != nil {
		return err
	}
	again, err := h.store.EraseAgain(ctx, access.Who{BodyKind: "product"}, missingIn(here, list), h.clock.Now())
	if err != nil {
		return err
	}
	if again > 0 {
		h.log.Warn("this database had what was erased: it is older than the list, and it was erased again", "erased", again)
	}
	return h.keepTombstones(ctx)
}

// keepTombstones adds to the file what was erased since. What is in it stays, also what
// a database that was set back does not know of.
func (h *house) keepTombstones(ctx context.Context) error {
	if h.tombstones == "" {
		return nil
	}
	b, err := os.ReadFile(h.tombstones)
	if err != nil {
		return err
	}
	list, err := readTombstones(b)
	if err != nil {
		return err
	}
	here, err := h.store.Tombstones(ctx)
	if err != nil {
		return err
	}
	more := missingIn(list, here)
	if len(more) == 0 {
		return nil
	}
	if b, err = writeTombstones(append(list, more...)); err != nil {
		return err
	}
	return writeWhole(h.tombstones, b)
}

// missingIn are those of a list that another does not have.
func missingIn(other, list []store.Tombstone) (out []store.Tombstone) {
	known := map[casework.Ref]bool{}
	for _, t := range other {
		known[t.Ref()] = true
	}
	for _, t := range list {
		if !known[t.Ref()] {
			out = append(out, t)
		}
	}
	return out
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
