package access

import (
	"slices"
	"strings"

	"pana/internal/pack"
)

// Grant is what the rules of a pack let one role of one kind of body do with a kind of
// thing. Conditions on the thing's columns stand beside it; what a forbid denies is none.
type Grant struct {
	Kind, Role, Act, Thing string
	Rule                   string // the first that gives it
	Relations              []string
	Compartments           []string
	Groups                 []string
	When                   []string // conditions that it has; none: whatever the thing is
	Was                    []string // those of before, where only they changed
}

// one is a grant in its smallest parts.
type one struct{ kind, role, act, thing, relation, compartment, group string }

// Compare lists who may do more under the second pack than under the first, who may do
// less, and who may do the same under another condition: which of two conditions is
// wider nobody can say without the record. Both are asked of the compiled rules, forbids
// and all, and of bodies and roles as each pack has them: a body that gets another
// compartment reads more, though no rule changed.
func Compare(before, after *pack.Pack) (more, less, other []Grant) {
	was, is := grants(before), grants(after)
	otherwise := changed(was, is)
	not := func(key one) bool { return !otherwise[key] }
	more, less = beyond(was, is, after, not), beyond(is, was, before, not)
	other = beyond(was, is, after, func(key one) bool { return otherwise[key] })
	for i, g := range other {
		for key := range otherwise {
			if key.kind != g.Kind || key.role != g.Role || key.act != g.Act || key.thing != g.Thing {
				continue
			}
			for _, when := range was[key].when {
				put(&other[i].Was, when)
			}
		}
	}
	return more, less, other
}

// changed are the parts that both grant, each under a condition that the other has not.
func changed(was, is map[one]given) map[one]bool {
	out := map[one]bool{}
	for key, g := range is {
		old, both := was[key]
		if both && uncovered(was, key, g) && uncovered(is, key, old) {
			out[key] = true
		}
	}
	return out
}

func uncovered(have map[one]given, key one, g given) bool {
	return slices.ContainsFunc(g.when, func(when string) bool { return !covers(have, key, when) })
}

// given is under which conditions something is granted, and by which rule.
type given struct{ rules, when []string }

func grants(p *pack.Pack) map[one]given {
	out := map[one]given{}
	for _, row := range p.Rules {
		bare := row
		bare.When = ""
		rules, _ := Compile([]pack.Rule{bare})
		for _, k := range p.BodyKinds {
			for _, role := range k.Roles {
				who := Who{Worker: "w", Body: "b", BodyKind: k.ID, Role: role, Compartment: k.Compartment, Powers: k.Can, Region: "r"}
				if any(row.Roles, role) && any(row.Kinds, k.ID) {
					rules.give(out, who, row)
				}
			}
		}
	}
	return out
}

func (r *Rules) give(out map[one]given, who Who, row pack.Rule) {
	relations := row.Relations
	if len(relations) == 0 {
		relations = []string{""}
	}
	compartments := []string{""}
	for _, c := range row.Compartments {
		if c == Own {
			c = who.Compartment
		}
		if c != "" {
			compartments = append(compartments, c)
		}
	}
	groups := append([]string{""}, row.Groups...)
	for _, act := range row.Acts {
		for _, thing := range row.Things {
			for _, relation := range relations {
				for _, compartment := range compartments {
					for _, group := range groups {
						t := Thing{Kind: thing, Compartment: compartment, Group: group}
						if relation != "" {
							t.Relations = []string{relation}
						}
						if !r.Decide(who, act, t).Allowed {
							continue
						}
						key := one{who.BodyKind, who.Role, act, thing, relation, compartment, group}
						g := out[key]
						out[key] = given{append(slices.Clip(g.rules), row.ID), append(slices.Clip(g.when), row.When)}
					}
				}
			}
		}
	}
}

// covers says whether something was granted already, under the same condition, under
// none, or to everybody whatever their relation.
func covers(have map[one]given, key one, when string) bool {
	for _, relation := range []string{key.relation, ""} {
		key.relation = relation
		if g, ok := have[key]; ok && (slices.Contains(g.when, "") || slices.Contains(g.when, when)) {
			return true
		}
	}
	return false
}

// beyond is what the second grants and the first does not, a line for each role, act and
// kind of thing, in the order of the pack.
func beyond(first, second map[one]given, order *pack.Pack, of func(one) bool) []Grant {
	lines := map[[4]string]*Grant{}
	for key, g := range second {
		if !of(key) {
			continue
		}
		for i, when := range g.when {
			if covers(first, key, when) {
				continue
			}
			at := [4]string{key.kind, key.role, key.act, key.thing}
			line := lines[at]
			if line == nil {
				line = &Grant{Kind: key.kind, Role: key.role, Act: key.act, Thing: key.thing}
				lines[at] = line
			}
			if line.Rule == "" || ruleAt(order, g.rules[i]) < ruleAt(order, line.Rule) {
				line.Rule = g.rules[i]
			}
			put(&line.Relations, key.relation)
			put(&line.Compartments, key.compartment)
			put(&line.Groups, key.group)
			put(&line.When, when)
		}
	}
	out := make([]Grant, 0, len(lines))
	for _, line := range lines {
		out = append(out, *line)
	}
	slices.SortFunc(out, func(a, b Grant) int {
		if a.Kind != b.Kind {
			return kindAt(order, a.Kind) - kindAt(order, b.Kind)
		}
		return strings.Compare(a.Role+" "+a.Thing+" "+a.Act, b.Role+" "+b.Thing+" "+b.Act)
	})
	return out
}

func put(list *[]string, v string) {
	if i, there := slices.BinarySearch(*list, v); v != "" && !there {
		*list = slices.Insert(*list, i, v)
	}
}

func kindAt(p *pack.Pack, kind string) int {
	return slices.IndexFunc(p.BodyKinds, func(k pack.BodyKind) bool { return k.ID == kind })
}

func ruleAt(p *pack.Pack, rule string) int {
	return slices.IndexFunc(p.Rules, func(r pack.Rule) bool { return r.ID == rule })
}
