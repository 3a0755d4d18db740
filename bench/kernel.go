package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed peers.py
var peersScript []byte

// peersRates are the peers' a second; what could not be had is 0, and why.
type peersRates struct {
	Anonlink      float64 `json:"anonlink"`
	AnonlinkError string  `json:"anonlink_error"`
	Clkhash       float64 `json:"clkhash"`
	ClkhashError  string  `json:"clkhash_error"`
}

// kernels compares the three builds of the kernel, and the encoder, with anonlink's and
// clkhash's on this machine. The peers run before and after, and the better of the two
// counts: a machine that is busy with something else would flatter us.
func kernels(root, dir string, out io.Writer) error {
	python := peerPython(dir, out, "anonlink", "clkhash")
	before := askPeers(python, dir)
	rows := map[string][]figure{}
	builds := []struct {
		name string
		env  []string
	}{
		{"default build", nil},
		{"GOAMD64=v3", []string{"GOAMD64=v3"}},
		{"GOEXPERIMENT=simd, GOAMD64=v3", []string{"GOAMD64=v3", "GOEXPERIMENT=simd"}},
	}
	for i, b := range builds {
		pana := filepath.Join(dir, fmt.Sprint("pana", i))
		if err := build(root, pana, "./cmd/pana", b.env...); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		c := exec.Command(pana, "bench", "kernel", "--json")
		c.Stderr = os.Stderr
		text, err := c.Output()
		if err != nil {
			return fmt.Errorf("pana bench kernel: %w", err)
		}
		var figures []figure
		if err := json.Unmarshal(text, &figures); err != nil {
			return err
		}
		rows[b.name] = figures
	}
	after := askPeers(python, dir)
	fmt.Fprintf(out, "%s; 1,024 bits, Dice 0.7\n", cpu())
	line := func(build, what string, value float64, unit string, peer float64, name string) {
		ratio := "the peer could not be had"
		if peer > 0 {
			ratio = fmt.Sprintf("%.1f times %s's %.1f", value/peer, name, peer)
		}
		fmt.Fprintf(out, "%-31s %-46s %9.1f %-20s %s\n", build, what, value, unit, ratio)
	}
	for _, b := range builds {
		for _, f := range rows[b.name] {
			if f.Unit == "million a second" {
				line(b.name, f.Name, f.Value, f.Unit, max(before.Anonlink, after.Anonlink)/1e6, "anonlink")
			} else {
				line(b.name, f.Name, f.Value, f.Unit, max(before.Clkhash, after.Clkhash)/1e3, "clkhash")
			}
		}
	}
	for _, why := range []string{after.AnonlinkError, after.ClkhashError} {
		if why != "" {
			fmt.Fprintln(out, "note:", why)
		}
	}
	return nil
}

// peerPython installs peers in a folder of the bench's own, or says why not.
func peerPython(dir string, out io.Writer, peers ...string) string {
	venv := filepath.Join(dir, "venv-"+peers[0])
	python := filepath.Join(venv, "bin", "python")
	for _, args := range [][]string{{"python3", "-m", "venv", venv}, append([]string{python, "-m", "pip", "install", "--quiet"}, peers...)} {
		c := exec.Command(args[0], args[1:]...)
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			fmt.Fprintf(out, "%s left out: cannot be installed here (%v)\n", strings.Join(peers, " and "), err)
			return ""
		}
	}
	return python
}

func askPeers(python, dir string) (r peersRates) {
	if python == "" {
		return r
	}
	script := filepath.Join(dir, "peers.py")
	if err := os.WriteFile(script, peersScript, 0o600); err != nil {
		return peersRates{AnonlinkError: err.Error()}
	}
	text, err := exec.Command(python, script).Output()
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		r.AnonlinkError = err.Error()
	}
	return r
}
