package web

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// element is an opening tag as a small reader sees it. The module set has no
// HTML parser, and our own pages are regular enough for a slow, obvious one.
type element struct {
	name  string
	attrs map[string]string
}

var (
	tagText  = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z:_-]+(?:="[^"]*")?)*)\s*/?>`)
	attrText = regexp.MustCompile(`([a-zA-Z:_-]+)(?:="([^"]*)")?`)
	void     = []string{"meta", "link", "input", "br", "img", "hr"}
)

// elements reads the tags of a page and reports those that do not nest.
func elements(page string) (out []element, problems []string) {
	var open []string
	for _, m := range tagText.FindAllStringSubmatch(page, -1) {
		name := strings.ToLower(m[2])
		if m[1] == "/" {
			if len(open) == 0 || open[len(open)-1] != name {
				problems = append(problems, fmt.Sprintf("</%s> closes %v", name, open))
				return out, problems
			}
			open = open[:len(open)-1]
			continue
		}
		e := element{name, map[string]string{}}
		for _, a := range attrText.FindAllStringSubmatch(m[3], -1) {
			e.attrs[a[1]] = a[2]
		}
		out = append(out, e)
		if !slices.Contains(void, name) && !strings.HasSuffix(m[0], "/>") {
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		problems = append(problems, fmt.Sprintf("never closed: %v", open))
	}
	return out, problems
}

// inspect holds every page to what a screen reader, the policy and the
// wording need.
func inspect(t *testing.T, page, lang string) {
	t.Helper()
	all, problems := elements(page)
	count, ids, labels := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, e := range all {
		count[e.name]++
		if i := e.attrs["id"]; i != "" {
			if ids[i] {
				problems = append(problems, "id twice: "+i)
			}
			ids[i] = true
		}
		if e.name == "label" {
			labels[e.attrs["for"]] = true
		}
		for a := range e.attrs {
			if a == "style" || strings.HasPrefix(a, "on") {
				problems = append(problems, "inline "+a+" on "+e.name)
			}
		}
	}
	for _, e := range all {
		problems = append(problems, checkElement(e, ids, labels)...)
	}
	if count["h1"] != 1 {
		problems = append(problems, fmt.Sprintf("%d h1", count["h1"]))
	}
	if all[0].name != "html" || all[0].attrs["lang"] != lang {
		problems = append(problems, "html lang is not "+lang)
	}
	if strings.Contains(page, "<style") || regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(page) {
		problems = append(problems, "inline style or script")
	}
	for _, m := range regexp.MustCompile(`⟦[^⟧]*⟧`).FindAllString(page, -1) {
		problems = append(problems, "no wording: "+m)
	}
	for _, bad := range []string{"[withheld]", "ZgotmplZ", "<no value>", "%!", "0001-01-01"} {
		if strings.Contains(page, bad) {
			problems = append(problems, "page says "+bad)
		}
	}
	if m := regexp.MustCompile(`data-label="[^"]*\?"`).FindString(page); m != "" {
		problems = append(problems, "on a telephone a colon follows a question: "+m)
	}
	title, _, _ := strings.Cut(page, "</title>")
	for _, name := range []string{"Гүл", "Ойгул", "Gul"} {
		if strings.Contains(title, name) {
			problems = append(problems, "the title names somebody")
		}
	}
	slices.Sort(problems)
	for _, p := range slices.Compact(problems) {
		t.Error(p)
	}
}

func checkElement(e element, ids, labels map[string]bool) (problems []string) {
	switch e.name {
	case "input", "select", "textarea":
		if kind := e.attrs["type"]; kind != "hidden" && (e.attrs["id"] == "" || !labels[e.attrs["id"]]) {
			problems = append(problems, "no label for "+e.attrs["name"])
		}
	case "form":
		if e.attrs["action"] == "" {
			problems = append(problems, "form without action")
		}
	}
	for _, ref := range []string{"aria-describedby", "aria-labelledby", "form"} {
		for _, i := range strings.Fields(e.attrs[ref]) {
			if !ids[i] {
				problems = append(problems, ref+" points to nothing: "+i)
			}
		}
	}
	if href := e.attrs["href"]; strings.HasPrefix(href, "#") && !ids[href[1:]] {
		problems = append(problems, "link to nothing: "+href)
	}
	if action := e.attrs["action"]; action != "" && !strings.HasPrefix(action, "/") {
		problems = append(problems, "form leaves the site: "+action)
	}
	return problems
}
