package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"pana/internal/stats/release"
	"pana/internal/stats/synthetic"
)

// mostBudget bounds a budget's file: some thousands of releases.
const mostBudget = 1 << 20

func (c releaseCommand) layouts(w *world) error {
	if c.JSON {
		return indented(w.out, struct {
			Layouts []release.Layout `json:"layouts"`
		}{release.Layouts})
	}
	for _, l := range release.Layouts {
		fmt.Fprintf(w.out, "%s: %s\n", l.Name, l.What)
		for _, col := range l.Columns {
			fmt.Fprintf(w.out, "  %s%s\n", col.Name, originsOf(col))
		}
	}
	return nil
}

func originsOf(c release.LayoutColumn) string {
	var said []string
	for _, from := range c.From {
		if from.Has == "" {
			said = append(said, from.Column)
			continue
		}
		said = append(said, from.Column+" has "+from.Has)
	}
	text := ""
	if len(said) > 0 {
		text = ": " + strings.Join(said, ", ")
	}
	if c.Lost != "" {
		text += " (lost: " + c.Lost + ")"
	}
	return text
}

func (c releaseCommand) newBudget(w *world) error {
	if c.Key == "" {
		fmt.Fprintln(w.err, "pana: --new-budget FILE needs --key FILE and --epsilon E: the budget is of the list whose key it is")
		return verdict(exitMisused)
	}
	secret, err := c.readKey()
	if err != nil {
		return unread(w, err)
	}
	text, err := synthetic.NewBudget(synthetic.Spend{Epsilon: c.Epsilon, Delta: c.Delta}, secret.Seal)
	if err != nil {
		return misused(w, err)
	}
	f, err := os.OpenFile(c.NewBudget, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		fmt.Fprintln(w.err, "pana: a budget is never written over another:", err)
		return verdict(exitFailed)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s: epsilon %g and delta %g a year; keep one for the list, and publish it\n", c.NewBudget, c.Epsilon, c.Delta)
	return f.Close()
}

func (c releaseCommand) showBudget(w *world) error {
	_, budget, err := c.readBudget()
	if err != nil {
		return unread(w, err)
	}
	now := budget.Year(time.Now().Year())
	if c.JSON {
		return indented(w.out, struct {
			Budget   synthetic.Account    `json:"budget"`
			Releases []synthetic.Spending `json:"releases"`
		}{now, append([]synthetic.Spending{}, budget.Spent...)})
	}
	for _, s := range budget.Spent {
		fmt.Fprintf(w.out, "%s  %s: epsilon %g, delta %g\n", s.Day, s.Name, s.Epsilon, s.Delta)
	}
	fmt.Fprintln(w.out, accountLine(now))
	return nil
}

func accountLine(a synthetic.Account) string {
	return fmt.Sprintf("%d: epsilon %.6g of %.6g is spent and %.6g left; delta %.6g of %.6g, %.6g left",
		a.Year, a.Spent.Epsilon, a.PerYear.Epsilon, a.Left.Epsilon, a.Spent.Delta, a.PerYear.Delta, a.Left.Delta)
}

func (c releaseCommand) readBudget() (secret release.Secret, budget *synthetic.Budget, err error) {
	if secret, err = c.readKey(); err != nil {
		return secret, nil, err
	}
	text, err := readAtMost(c.Budget, mostBudget)
	if err == nil {
		budget, err = synthetic.ReadBudget(string(text), secret.Seal)
	}
	if err != nil {
		return secret, nil, fmt.Errorf("%s: %w", c.Budget, err)
	}
	return secret, budget, nil
}

// synthesise makes the plan's synthetic records. A dry run spends nothing, and so gives
// out no record: who has them has the release.
func (c releaseCommand) synthesise(w *world) error {
	// 1. What is there.
	plan, secret, err := c.readPlan(w)
	if err != nil {
		return err
	}
	if plan.Synthetic == nil {
		return unread(w, fmt.Errorf("%s: the plan has no synthetic records: docs/release.md", c.Tables))
	}
	table, err := c.readPeople(plan, secret)
	if err != nil {
		return unread(w, fmt.Errorf("%s: %w", c.File, err))
	}
	if !c.DryRun {
		if err := os.Mkdir(c.Out, 0o755); err != nil { // before anything is spent
			return failed(w, err)
		}
	}
	// 2. What it spends. From here on it is spent, whatever becomes of the rest.
	account, err := c.spend(plan)
	if err != nil {
		return c.refuseSynthetic(w, account, err)
	}
	// 3. The records.
	order := synthetic.Order{Spend: synthetic.Spend{Epsilon: c.Epsilon, Delta: c.Delta}, Pairs: plan.Synthetic.Pairs}
	order.Random = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	made, err := synthetic.Make(table, order)
	if err != nil {
		return c.refuseSynthetic(w, account, err)
	}
	if !c.DryRun {
		files, about, err := plan.SyntheticFiles(made, account)
		if err == nil {
			err = c.writeInto(files, about)
		}
		if err != nil {
			return err
		}
	}
	if c.JSON {
		return printSynthetic(w.out, &syntheticAnswer{made.About, made.Quality, account}, nil)
	}
	c.drawSynthetic(w.out, made, account)
	return nil
}

func (c releaseCommand) readPeople(plan *release.Plan, secret release.Secret) (*synthetic.Table, error) {
	columns := []string{plan.ID}
	for _, col := range plan.Synthetic.Columns {
		columns = append(columns, col.Name)
	}
	head, rows, err := c.readRows(columns)
	if err != nil {
		return nil, err
	}
	if head, rows, err = plan.LaySynthetic(head, rows); err != nil {
		return nil, err
	}
	// Who stands in it twice would change the counts by two.
	if _, err := release.NewData(head, rows, plan.ID, nil, secret); err != nil {
		return nil, err
	}
	return synthetic.Read(plan.Synthetic.Columns, head, rows)
}

// spend adds the release to the budget's file, one process at a time; a dry run says what
// would be left.
func (c releaseCommand) spend(plan *release.Plan) (account synthetic.Account, err error) {
	if !c.DryRun {
		lock, err := os.OpenFile(c.Budget+".lock", os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return account, fmt.Errorf("somebody else is spending of this budget (where nobody is, a release died: look at the budget's last line, and remove the file): %w", err)
		}
		defer func() { _ = lock.Close(); _ = os.Remove(lock.Name()) }()
	}
	secret, budget, err := c.readBudget()
	if err != nil {
		return account, err
	}
	text, err := json.Marshal(plan)
	if err != nil {
		return account, err
	}
	digest := sha256.Sum256(text)
	row, account, err := budget.Spend(synthetic.Spending{
		Day: time.Now().Format(time.DateOnly), Name: plan.Synthetic.Name,
		Spend: synthetic.Spend{Epsilon: c.Epsilon, Delta: c.Delta}, Plan: hex.EncodeToString(digest[:8]),
	}, secret.Seal)
	if err != nil || c.DryRun {
		return account, err
	}
	f, err := os.OpenFile(c.Budget, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return account, err
	}
	_, err = f.WriteString(row)
	return account, errors.Join(err, f.Sync(), f.Close())
}

type syntheticAnswer struct {
	About   synthetic.About   `json:"about"`
	Quality synthetic.Quality `json:"quality"`
	Budget  synthetic.Account `json:"budget"`
}

func (c releaseCommand) refuseSynthetic(w *world, account synthetic.Account, why error) error {
	if !c.DryRun {
		_ = os.Remove(c.Out) // empty still
	}
	if c.JSON {
		var answer *syntheticAnswer
		if account.Year > 0 {
			answer = &syntheticAnswer{Budget: account}
		}
		if err := printSynthetic(w.out, answer, why); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(w.err, "pana: nothing is published:", why)
	}
	return verdict(exitFailed)
}

func printSynthetic(out io.Writer, answer *syntheticAnswer, refused error) error {
	var why *string
	if refused != nil {
		text := refused.Error()
		why = &text
	}
	return indented(out, struct {
		Synthetic *syntheticAnswer `json:"synthetic"`
		Refused   *string          `json:"refused"`
	}{answer, why})
}

func indented(out io.Writer, what any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(what)
}

// drawSynthetic says what the release costs, to who reviews it.
func (c releaseCommand) drawSynthetic(out io.Writer, made *synthetic.Release, account synthetic.Account) {
	q, a := made.Quality, made.About
	fmt.Fprintf(out, "%d people, %d records; noise of a count by one column %.1f, by two %.1f (standard deviation)\n", q.People, q.Records, a.Single, a.Pair)
	for _, s := range q.Singles {
		fmt.Fprintf(out, "by %s: off by %.1f on average, %.1f %% of the people are elsewhere\n", s.Column, s.Mean, 50*s.Relative)
	}
	p := q.Pairs
	fmt.Fprintf(out, "by two columns (%d pairs): off by %.1f on average; %.1f %% of the people are elsewhere, %.1f %% if columns had nothing to do with each other\n", p.Pairs, p.Mean, 100*p.Distance, 100*p.Apart)
	for _, worst := range p.Worst[:min(3, len(p.Worst))] {
		fmt.Fprintf(out, "furthest off: %s with %s, %.1f %%\n", worst.Of[0], worst.Of[1], 100*worst.Distance)
	}
	fmt.Fprintf(out, "values shown as not recorded, as too few have them: %d of %d values, %d people\n", len(a.Unshown), len(a.Unshown)+shownValues(made), q.Unshown)
	fmt.Fprintf(out, "%d people are alone with their values; %d of these combinations are in the records too, by chance of the noise\n", q.Alone, q.Repeated)
	if c.DryRun {
		fmt.Fprintf(out, "if it is made, %s\nnothing was written and nothing spent: --out DIR makes it with other noise, once a second person has looked at this\n", accountLine(account))
		return
	}
	fmt.Fprintf(out, "%s\nwritten to %s; the figures above are against the list itself, for who reviews the release, and are not in it\n", accountLine(account), c.Out)
}

func shownValues(made *synthetic.Release) int {
	seen := map[[2]string]bool{}
	for _, row := range made.Rows {
		for c, v := range row {
			if v != "" {
				seen[[2]string{made.Columns[c], v}] = true
			}
		}
	}
	return len(seen)
}
