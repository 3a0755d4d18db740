// Package app wires the parts together and is the command line: what others
// script against. It holds no rule of any country and decides nothing.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes that scripts rely on.
const (
	exitOK      = 0
	exitFailed  = 1 // it ran and the answer is no, or it could not be done
	exitMisused = 2 // the command line was not understood
)

type commands struct {
	Demo          demoCommand          `cmd:"" help:"Run with invented people in an embedded database. Needs nothing."`
	Serve         serveCommand         `cmd:"" help:"Run for an office (SQLite) or a country (PostgreSQL)."`
	Verify        verifyCommand        `cmd:"" help:"Check that every event, index row and ledger leaf agrees; name the first that does not."`
	Monitor       monitorCommand       `cmd:"" help:"Watch a ledger from outside with its public key only: find what was rewritten, forked, rolled back or left unsigned."`
	Proof         proofCommand         `cmd:"" help:"Check offline, with a ledger's public key only, that a PDF was recorded as handed over and not changed."`
	Witness       witnessCommand       `cmd:"" help:"Sign beside another organisation's ledger that it only grows; refuses to go back."`
	Rebuild       rebuildCommand       `cmd:"" help:"Make the index anew from the events."`
	Backup        backupCommand        `cmd:"" help:"Add what came since the last backup to a folder, encrypted; read it back and compare it with the ledger."`
	Restore       restoreCommand       `cmd:"" help:"Bring a backup back into a new database, and verify it."`
	Doctor        doctorCommand        `cmd:"" help:"Look at a deployment; say what is wrong and what to do."`
	Keys          keysCommand          `cmd:"" help:"Exchange the master key, or one key-encryption key, while nodes run."`
	Erased        tombstonesCommand    `cmd:"" name:"tombstones" help:"What was erased, and erasing it again after a restore."`
	Pack          packCommand          `cmd:"" help:"Look at a country pack."`
	Check         checkCommand         `cmd:"" help:"Look for what the procedures of a pack do not guarantee."`
	Diff          diffCommand          `cmd:"" help:"What the law of one day says otherwise than of another, with the act that changed it, and rights lost."`
	Estimate      estimateCommand      `cmd:"" help:"How many people no list has: every method that fits a table of overlapping lists, and whether one number may be given."`
	Link          linkCommand          `cmd:"" help:"Which records of two lists are one person's, and how probably; or who is in one list more than once."`
	Exchange      exchangeCommands     `cmd:"" help:"How many people several bodies know, counted without any of them showing another whom it knows."`
	Release       releaseCommand       `cmd:"" help:"Tables and microdata of a list of people that can be published, and what that costs."`
	HTCDS         htcdsCommands        `cmd:"" name:"htcds" help:"IOM's Human Trafficking Case Data Standard 2.0, to and fro: what is carried, and what not."`
	Names         namesCommand         `cmd:"" help:"How a name is written by papers and alphabets, and what is compared of it."`
	Bench         benchCommands        `cmd:"" help:"Measure this machine: referrals, pages, removal checks, a day of a thousand workers."`
	Init          initCommand          `cmd:"" help:"Prepare a new installation: master key, first administrator."`
	Administrator administratorCommand `cmd:"" help:"Add an administrator to a body, when nobody is there to confirm one."`
	Machine       credentialCommand    `cmd:"" name:"credential" help:"Give a machine a credential for removal checks; shown once."`
	Tamper        tamperCommand        `cmd:"" hidden:"" help:"Change one stored row of a demo, for verify to find."`
	Version       versionCommand       `cmd:"" help:"Print the version."`
}

// world is what a command gets from outside.
type world struct {
	ctx      context.Context
	out, err io.Writer
}

// Main runs one command line and returns its exit code.
func Main(args []string, out, errs io.Writer) int {
	var c commands
	exit, exited := exitOK, false
	parser, err := kong.New(&c,
		kong.Name("pana"),
		kong.Description("Pana runs a country's protection procedures from data."),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exit, exited = code, true }),
		kong.UsageOnError(), kong.DefaultEnvars("PANA"))
	if err != nil {
		fmt.Fprintln(errs, "pana:", err)
		return exitMisused
	}
	command, err := parser.Parse(args)
	if exited {
		return exit
	}
	if err != nil {
		fmt.Fprintln(errs, "pana:", err)
		return exitMisused
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return code(errs, command.Run(&world{ctx, out, errs}))
}

// verdict is an exit code as an error, of what was already told in full on the
// output.
type verdict int

func (v verdict) Error() string { return "exit " + strconv.Itoa(int(v)) }

func code(errs io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	var told verdict
	if errors.As(err, &told) { // kong wraps what a command returns
		return int(told)
	}
	fmt.Fprintln(errs, "pana:", err)
	return exitFailed
}
