package app

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/store"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// packMigrate moves running files to the pack of a folder. It prints counts and
// the names of rights and steps, never whose they are: whoever has the database
// and its key is not thereby somebody who may see a file.
type packMigrate struct {
	Data string `help:"Folder with pana.db and master.key." type:"path" placeholder:"DIR"`
	DB   string `help:"sqlite:PATH or postgres://… instead of a folder." placeholder:"ADDRESS"`
	keySource
	To     string `required:"" help:"Folder of the newer pack." type:"path" placeholder:"DIR"`
	From   string `help:"Folder of the older pack, where the one in the database cannot be read any more." type:"path" placeholder:"DIR"`
	Dry    bool   `help:"Write nothing: say what would change, for how many people."`
	Sign   string `help:"The code printed under the list that was looked at." placeholder:"CODE"`
	Reason string `help:"Why, where something is taken from people; kept sealed." placeholder:"TEXT"`
	Lang   string `help:"Language of names: en, ru, kk." default:"en" placeholder:"LANG"`
	Quiet  bool   `help:"No progress."`
}

// Run exits 0 when nothing is left to move, or nothing stands in the way of it;
// 1 when something does.
func (c packMigrate) Run(w *world) error {
	return c.move(w, plan{stamp: store.AnyStamp, packDir: c.To})
}

func (c packMigrate) move(w *world, p plan) error {
	m, err := c.open(w, p)
	if err != nil {
		return err
	}
	defer m.store.Close()
	if c.Dry || c.Sign == "" {
		return m.look(c)
	}
	return m.run(c)
}

// migration is a move as the command line makes it: a store under the newer pack,
// and a desk on it that serves nobody.
type migration struct {
	w     *world
	store *store.Store
	desk  *desk.Desk
	lang  wording.Lang
	pin   func() error
	// other says that the folder is not the edition that was adopted.
	other bool
}

func (c packMigrate) open(w *world, p plan) (*migration, error) {
	addr, master, err := database{Data: c.Data, DB: c.DB, keySource: c.keySource}.address()
	if err != nil {
		return nil, err
	}
	if master == "" {
		return nil, errors.New("files are read to be compared: --master-key FILE")
	}
	if err := exists(addr); err != nil {
		return nil, err
	}
	p.address = addr
	if p.master, err = c.keySource.open(master); err != nil {
		return nil, err
	}
	var also *laws
	if c.From != "" {
		older, _, err := loadPack(c.From)
		if err != nil {
			return nil, fmt.Errorf("the older pack: %w", err)
		}
		also = &laws{older}
	}
	p.asGiven = true
	o, err := openStore(w.ctx, p)
	if err != nil {
		return nil, err
	}
	s, newer := o.Store, o.running.pack
	adopted, err := lastAdopted(w.ctx, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	m := &migration{w: w, store: s, lang: languageOf(newer, c.Lang), other: adopted != nil && !adopted.Edition.Is(o.running.Edition)}
	clock := &Clock{}
	if ahead, err := s.ClockAhead(w.ctx); err == nil { // a demonstration's clock was pushed
		clock.Push(ahead)
	}
	m.pin = func() error { return pin(w.ctx, s, o.running, clock.Now()) }
	m.desk, err = desk.New(desk.Deps{Store: s, Laws: laws{newer}, Kept: newKeptLaws(s, also), Now: clock.Now, Wall: time.Now, Log: logger(w, false)})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return m, nil
}

// look prints what would change and writes nothing.
func (m *migration) look(c packMigrate) error {
	tick := progress(m.w, c.Quiet, "files compared:")
	seen, err := m.desk.LookAtMove(m.w.ctx, func(done, total int) { tick(int64(done), int64(total)) })
	if err != nil {
		return err
	}
	m.tell(seen)
	switch {
	case seen.Files == 0:
		return nil
	case seen.Refused():
		m.line("Refused: files hold what this pack has no word for, or follow one that cannot be read. Nothing was written.")
		return verdict(exitFailed)
	}
	m.line("Nothing was written. To move them: the same command with --sign %s%s instead of --dry", seen.Code, map[bool]string{true: " --reason TEXT"}[len(seen.Lost) > 0])
	if !c.Dry {
		return verdict(exitFailed) // it was asked to move, and nobody signed
	}
	return nil
}

func (m *migration) line(format string, args ...any) { fmt.Fprintf(m.w.out, format+"\n", args...) }

func (m *migration) tell(seen desk.LawMove) {
	m.line("%d files follow another pack than %s (law %.12s); for %d of them nothing changes", seen.Files, seen.Pack, seen.Law, seen.Untouched)
	for _, part := range []struct {
		title string
		lines []desk.LawMoveLine
	}{
		{"Lost: this takes", seen.Lost}, {"Gained", seen.Gained}, {"Steps of bodies that close", seen.Closed}, {"Steps of bodies that open", seen.Opened},
		{"Clocks that stop", seen.Ended}, {"Clocks that start", seen.Started}, {"Clocks that end at another time", seen.Moved},
		{"What the record adds up to otherwise", seen.Read}, {"In these procedures", seen.Procedures},
		{"REFUSED: this pack has no word for", seen.Unsaid}, {"REFUSED: the pack that files follow cannot be read", seen.Unread},
	} {
		if len(part.lines) == 0 {
			continue
		}
		m.line("%s:", part.title)
		for _, l := range part.lines {
			m.line("  %6d  %s (%s)", l.People, l.Said(m.lang), l.What)
		}
	}
}

// run signs, unless the same was signed before and the run was interrupted, and
// moves file by file.
func (m *migration) run(c packMigrate) error {
	if m.other {
		return errors.New("this folder is not the edition that two administrators adopted: they do that on the page Edition of the pack, then files are moved; nothing was written")
	}
	key := "move-signed/" + strings.ToLower(c.Sign)
	_, err := m.desk.SignMove(m.w.ctx, desk.LawMoveInput{Key: key, Code: strings.ToLower(c.Sign), Reason: withheld.New(c.Reason)})
	resumed := fault.Is(err, desk.CodeMoveChanged) || fault.Is(err, desk.CodeMoveNobody)
	if err != nil && !resumed {
		return m.why(err)
	}
	if err := m.pin(); err != nil {
		return err
	}
	tick := progress(m.w, c.Quiet, "files moved:")
	moved, wait, err := m.desk.MoveAll(m.w.ctx, func(n int) { tick(int64(n), int64(n)) })
	if fault.Is(err, desk.CodeMoveUnsigned) {
		return errors.New("the code is not that of what there is now: run with --dry, look at the list, and sign with the code under it; nothing was written")
	}
	if err != nil {
		return fmt.Errorf("%d files were moved before this; the same command goes on: %w", moved, err)
	}
	m.line("%d files moved, %d wait", moved, wait)
	if wait > 0 {
		m.line("those that wait would lose what nobody signed for: run with --dry, look, and sign again")
		return verdict(exitFailed)
	}
	return nil
}

func (m *migration) why(err error) error {
	if fault.Of(err).Kind == fault.Invalid {
		return errors.New("something is taken from people: say why with --reason TEXT; nothing was written")
	}
	if fault.Is(err, desk.CodeMoveRefused) {
		return errors.New("files hold what this pack has no word for, or follow one that cannot be read: --dry lists it; nothing was written")
	}
	return err
}
