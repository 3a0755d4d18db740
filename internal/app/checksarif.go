package app

import (
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"pana/internal/check"
	"pana/internal/pack"
)

// SARIF 2.1.0, as far as Pana has something to say in it: a rule for each
// property, a result for each cell that does not hold, the trace as its flow.
// Editors and code hosts show results beside the lines of the pack, if a place
// is written below the folder they look from: the one the command runs in.

const (
	sarifSchema  = "https://json.schemastore.org/sarif-2.1.0.json"
	sarifVersion = "2.1.0"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	// Bases says what a place is counted from where that is no folder.
	Bases      map[string]sarifBase `json:"originalUriBaseIds,omitempty"`
	Results    []sarifResult        `json:"results"`
	Properties map[string]string    `json:"properties"`
}

type sarifBase struct {
	Description sarifText `json:"description"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID    string    `json:"id"`
	Short sarifText `json:"shortDescription"`
	Full  sarifText `json:"fullDescription"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule       string            `json:"ruleId"`
	RuleIndex  int               `json:"ruleIndex"`
	Kind       string            `json:"kind"`
	Level      string            `json:"level"`
	Message    sarifText         `json:"message"`
	Locations  []sarifLocation   `json:"locations"`
	Flows      []sarifCodeFlow   `json:"codeFlows,omitempty"`
	Prints     map[string]string `json:"partialFingerprints"`
	Properties map[string]any    `json:"properties"`
}

type sarifCodeFlow struct {
	Threads []sarifThread `json:"threadFlows"`
}

type sarifThread struct {
	Locations []sarifStep `json:"locations"`
}

type sarifStep struct {
	Location sarifLocation `json:"location"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	} `json:"artifactLocation"`
	Region struct {
		Line int `json:"startLine"`
	} `json:"region"`
}

// insideProgram is what places are counted from when no folder was named.
const insideProgram = "PACK"

// printSARIF writes what does not hold. An error is a verdict that the pack
// does not expect; a gap that it does is a warning. What the text read does not
// settle is of the kind "open", for which the standard asks the level "none".
func printSARIF(w io.Writer, p *pack.Pack, cells []check.Cell, dir string) {
	run := sarifRun{Results: []sarifResult{}, Properties: map[string]string{"pack": p.Head.ID, "version": p.Head.Version}}
	if dir == "" {
		run.Bases = map[string]sarifBase{insideProgram: {sarifText{"the country pack inside the program"}}}
	}
	run.Tool.Driver = sarifDriver{Name: "pana", Version: moduleVersion(), Rules: []sarifRule{}}
	index := map[string]int{}
	for i, property := range p.Properties {
		index[property.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID:    property.ID,
			Short: sarifText{p.Words().Say("en", "property."+property.ID+".short")},
			Full:  sarifText{p.Words().Say("en", "property."+property.ID)},
		})
	}
	for _, c := range cells {
		if c.Verdict != check.Holds || !c.Agrees() {
			run.Results = append(run.Results, sarifOf(p, c, index[c.Property], dir))
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}}) // a reader that has gone away asks for no more
}

func sarifOf(p *pack.Pack, c check.Cell, rule int, dir string) sarifResult {
	out := sarifResult{
		Rule: c.Property, RuleIndex: rule,
		Message:    sarifText{p.Words().Say("en", "property."+c.Property) + " " + columnName(c) + ": " + string(c.Verdict) + ". " + c.Why},
		Prints:     map[string]string{"cell/v1": c.Property + " " + columnName(c)},
		Properties: map[string]any{"snapshot": c.Snapshot, "overlay": listed(c.Overlay), "verdict": string(c.Verdict), "questions": listed(c.Questions)},
	}
	out.Kind, out.Level = sarifLevel(c)
	var flow sarifThread
	for _, e := range c.Trace {
		at := sarifAt(e.At, dir)
		at.Message = &sarifText{e.Step}
		flow.Locations = append(flow.Locations, sarifStep{at})
	}
	if len(flow.Locations) > 0 {
		out.Flows = []sarifCodeFlow{{[]sarifThread{flow}}}
	}
	out.Locations = []sarifLocation{sarifAt(placeOf(p, c), dir)}
	return out
}

// placeOf is the line that a cell points at: the last step of its story, or the
// property.
func placeOf(p *pack.Pack, c check.Cell) string {
	if n := len(c.Trace); n > 0 && c.Trace[n-1].At != "" {
		return c.Trace[n-1].At
	}
	if len(c.Elements) > 0 && c.Elements[0].At != "" {
		return c.Elements[0].At
	}
	pos := p.Property(c.Property).Pos
	return pos.File + ":" + strconv.Itoa(pos.Line)
}

// sarifLevel is the kind of a result and how grave it is.
func sarifLevel(c check.Cell) (kind, level string) {
	switch {
	case !c.Agrees():
		return "fail", "error"
	case c.Verdict == check.Fails:
		return "fail", "warning"
	}
	return "open", "none"
}

// sarifAt turns "procedures/asylum.yaml:41" into a place below the pack's folder.
func sarifAt(at, dir string) (l sarifLocation) {
	file, line, _ := strings.Cut(at, ":")
	if dir == "" {
		l.Physical.Artifact.Base = insideProgram
	}
	l.Physical.Artifact.URI = placeURI(dir, file)
	l.Physical.Region.Line = 1
	if n, err := strconv.Atoi(line); err == nil && n > 0 {
		l.Physical.Region.Line = n
	}
	return l
}

// placeURI is a file of a pack as seen from the folder the command runs in; of a
// folder elsewhere the whole address, for a bare path from the root is none.
func placeURI(dir, file string) string {
	if dir == "" {
		return (&url.URL{Path: file}).String()
	}
	whole := filepath.Join(dir, filepath.FromSlash(file))
	if !filepath.IsAbs(whole) {
		return (&url.URL{Path: filepath.ToSlash(whole)}).String()
	}
	if here, err := os.Getwd(); err == nil {
		if below, err := filepath.Rel(here, whole); err == nil && filepath.IsLocal(below) {
			return (&url.URL{Path: filepath.ToSlash(below)}).String()
		}
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(whole)}).String()
}

// moduleVersion is what the build says of itself.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
