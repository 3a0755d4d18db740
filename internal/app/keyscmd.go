package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/seal"
	"pana/internal/store"
)

type keysCommand struct {
	Make   keysMake   `cmd:"" help:"A new master key in a new file, for nodes to be told of before it is exchanged."`
	Rotate keysRotate `cmd:"" help:"Exchange the master key while nodes run: wrap every key anew. Interrupted, the same command goes on."`
	Rewrap keysRewrap `cmd:"" help:"After one key-encryption key was stolen: wrap its data keys with a successor."`
	List   keysList   `cmd:"" help:"The key-encryption keys: name, age, how many data keys each wraps."`
}

type keysMake struct {
	File string `arg:"" type:"path" help:"A file that is not there."`
}

func (c keysMake) Run(w *world) error {
	if _, err := seal.NewMasterFile(c.File); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "made; keep a copy apart from the database before anything is wrapped with it")
	return nil
}

// keysRotate exchanges the master key. Nodes run on: each was started again with
// both keys before, and is started with the new one alone afterwards.
type keysRotate struct {
	database
	Old   string `name:"old-master-key" required:"" help:"The master key until now, as --master-key has it." placeholder:"KEY"`
	Again bool   `help:"Also wrap anew what the new master opens already: after a key service changed its own key."`
}

func (c keysRotate) Run(w *world) error {
	addr, where, err := c.address()
	if err != nil {
		return err
	}
	if c.Master == "" {
		return errors.New("say which master key is the new one: --master-key KEY (a file that is not there is made)")
	}
	old, err := c.keySource.open(c.Old)
	if err != nil {
		return fmt.Errorf("the old master key: %w", err)
	}
	next, err := c.openOrMake(where)
	if err != nil {
		return fmt.Errorf("the new master key: %w", err)
	}
	h, err := openKeys(w.ctx, c.database, addr, seal.Changing(next, old))
	if err != nil {
		return err
	}
	defer h.store.Close()
	got, err := seal.Rotate(w.ctx, next, old, h.store, c.Again)
	if err != nil {
		fmt.Fprintf(w.out, "%d keys wrapped anew before it stopped; the same command goes on\n", got.Changed)
		return err
	}
	if got.Changed > 0 {
		if err := h.wrote(w.ctx, casework.KeysWrapped{What: casework.WrappedMaster, Keys: got.Changed}); err != nil {
			return err
		}
	}
	fmt.Fprintf(w.out, "%d keys are wrapped by the new master key, %d were already\n", got.Changed, got.Already)
	fmt.Fprintln(w.out, "now: start every node with the new key alone; keep the old one, apart, as long as a backup from before today is kept; then destroy it")
	return nil
}

// keysRewrap has data keys wrapped by a successor of one key-encryption key.
type keysRewrap struct {
	database
	KEK   string `arg:"" help:"The key's name, as pana keys list has it: kek/shelter/2026q4."`
	Quiet bool   `help:"No progress."`
}

func (c keysRewrap) Run(w *world) error {
	addr, where, err := c.address()
	if err != nil {
		return err
	}
	if where == "" {
		return errors.New("keys are opened to be wrapped anew: --master-key KEY")
	}
	master, err := c.keySource.open(where)
	if err != nil {
		return err
	}
	h, err := openKeys(w.ctx, c.database, addr, master)
	if err != nil {
		return err
	}
	defer h.store.Close()
	now := h.clock.Now()
	next, err := c.successor(w, h, now)
	if err != nil {
		return err
	}
	n, err := h.store.RewrapDataKeys(w.ctx, c.KEK, next.ID, progress(w, c.Quiet, "data keys:"))
	if err != nil {
		fmt.Fprintf(w.out, "%d data keys wrapped by %s before it stopped; the same command goes on\n", n, next.ID)
		return err
	}
	gone, err := h.store.RetireKEK(w.ctx, c.KEK, next, now)
	if err != nil {
		return err
	}
	if n > 0 || gone {
		if err := h.wrote(w.ctx, casework.KeysWrapped{What: casework.WrappedKEK, KEK: c.KEK, Keys: int(n), Left: !gone}); err != nil {
			return err
		}
	}
	fmt.Fprintf(w.out, "%d data keys are wrapped by %s\n", n, next.ID)
	if gone {
		fmt.Fprintf(w.out, "%s is deleted\n", c.KEK)
		return nil
	}
	fmt.Fprintf(w.out, "%s stays for now: nodes that run notice its successor within ten minutes; run this again after a quarter of an hour, and it is deleted\n", c.KEK)
	return nil
}

// successor is the one that an interrupted run made, or a new one.
func (c keysRewrap) successor(w *world, h *house, now time.Time) (seal.WrappedKEK, error) {
	kept, err := h.store.KEKs(w.ctx)
	if err != nil {
		return seal.WrappedKEK{}, err
	}
	var newest seal.WrappedKEK
	for _, k := range kept {
		base, _, _ := strings.Cut(c.KEK, ".")
		if strings.HasPrefix(k.ID, base+".") && k.ID > c.KEK && k.ID > newest.ID {
			newest = k
		}
	}
	if newest.ID != "" {
		return newest, nil
	}
	return h.store.Keys().Succeed(w.ctx, c.KEK, now)
}

type keysList struct{ database }

func (c keysList) Run(w *world) error {
	c.Master = ""
	addr, _, err := c.address()
	if err != nil {
		return err
	}
	h, err := openKeys(w.ctx, c.database, addr, nil) // names and ages need no key
	if err != nil {
		return err
	}
	defer h.store.Close()
	kept, err := h.store.KEKs(w.ctx)
	if err != nil {
		return err
	}
	for _, k := range kept {
		n, err := h.store.DataKeysOf(w.ctx, k.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.out, "%-40s %s  %d\n", k.ID, k.MadeAt.Format(time.DateOnly), n)
	}
	return nil
}

// openKeys opens the database and what an installer needs, and serves nobody.
func openKeys(ctx context.Context, d database, addr string, master seal.Master) (*house, error) {
	if err := exists(addr); err != nil {
		return nil, err
	}
	p := plan{address: addr, stamp: store.AnyStamp, origin: "pana", packDir: d.Pack, master: master, clock: &Clock{}}
	o, err := openStore(ctx, p)
	if err != nil {
		return nil, err
	}
	if ahead, err := o.ClockAhead(ctx); err == nil { // a demonstration's clock was pushed
		p.clock.Push(ahead)
	}
	return newHouse(p, o), nil
}

// wrote records what was done to the keys, in the ledger like any act.
func (h *house) wrote(ctx context.Context, what casework.KeysWrapped) error {
	now := h.clock.Now()
	key := "keys/" + string(id.New[id.Event](now))
	return h.installer(now).act(ctx, key, []casework.Ref{casework.KeysRef()}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.WrapKeys(what, m), nil
	})
}
