package access

import (
	"fmt"
	"slices"

	"pana/internal/pack"
)

// Rules are the compiled access rules of a pack.
type Rules struct{ rules []rule }

// rule is one row, compiled.
type rule struct {
	pack.Rule
	when guard
}

// Problem is what is wrong with a rule and how to mend it.
type Problem struct {
	Pos        pack.Pos
	What, Mend string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", p.Pos.File, p.Pos.Line, p.What, p.Mend)
}

// Compile compiles the rows of a pack, reporting every problem at once.
func Compile(rows []pack.Rule) (*Rules, []Problem) {
	out := &Rules{}
	var problems []Problem
	for _, row := range rows {
		problems = append(problems, lint(row)...)
		when, bad := compileGuard(row)
		bad = append(bad, when.unlistable(row)...)
		problems = append(problems, bad...)
		out.rules = append(out.rules, rule{Rule: row, when: when})
	}
	return out, problems
}

func lint(row pack.Rule) []Problem {
	var out []Problem
	known := func(list, words []string, what string) {
		for _, word := range list {
			if !slices.Contains(words, word) {
				out = append(out, Problem{row.Pos, fmt.Sprintf("rule %s names the %s %q, which nothing knows", row.ID, what, word), fmt.Sprintf("use one of %v", words)})
			}
		}
	}
	known(row.Acts, Acts, "act")
	known(row.Things, Things, "thing")
	known(row.Groups, Groups, "group")
	known(row.Relations, Relations[:len(Relations)-1], "relation")
	if len(row.Acts) == 0 || len(row.Things) == 0 {
		out = append(out, Problem{row.Pos, "rule " + row.ID + " names no act or no thing", "say what it allows: a rule that allows everything is not a rule"})
	}
	if len(row.Roles)+len(row.Kinds)+len(row.Relations) == 0 && !slices.Equal(row.Things, []string{"ledger"}) { // hashes are for all
		out = append(out, Problem{row.Pos, "rule " + row.ID + " says nothing about who", "name roles, kinds of body or relations"})
	}
	return out
}

// Decide says whether somebody may do an act with a thing. What no rule allows
// is denied; what a forbid denies, no rule allows.
func (r *Rules) Decide(who Who, act string, thing Thing) Verdict {
	a := ask{act, thing.Kind, thing.Compartment, thing.Group}
	for _, f := range forbids {
		if f.hits(who, a, thing) {
			return Verdict{Rule: "forbid." + f.id}
		}
	}
	for _, row := range r.rules {
		if row.fits(who, a) && row.related(thing) && row.when.holds(who, thing.Columns) {
			return Verdict{Allowed: true, Rule: row.ID, Purpose: row.Purpose}
		}
	}
	return Verdict{Rule: "none"}
}

// Scope is Decide as a condition on rows of a kind.
func (r *Rules) Scope(who Who, act, kind string) Scope {
	return r.scopeOf(who, ask{act: act, kind: kind})
}

// ScopeIn is Scope for one compartment and field group.
func (r *Rules) ScopeIn(who Who, act, kind, compartment, group string) Scope {
	return r.scopeOf(who, ask{act, kind, compartment, group})
}

func (r *Rules) scopeOf(who Who, a ask) Scope {
	var allow Or
	for _, row := range r.rules {
		if row.fits(who, a) {
			allow = append(allow, row.scope(who))
		}
	}
	all := And{allow}
	for _, f := range forbids {
		if f.denies != nil && f.denies(who, a) {
			return None{}
		}
		if f.denied != nil && f.readable(a) {
			all = append(all, Not{f.denied(who, a)})
		}
	}
	return simplify(all)
}

func (f forbid) hits(who Who, a ask, thing Thing) bool {
	if f.denies != nil && f.denies(who, a) {
		return true
	}
	return f.denied != nil && Holds(f.denied(who, a), who, thing)
}

// fits says whether the rule speaks of this asker and this ask; what the thing
// is comes after.
func (row rule) fits(who Who, a ask) bool {
	return any(row.Roles, who.Role) && any(row.Kinds, who.BodyKind) && slices.Contains(row.Acts, a.act) &&
		slices.Contains(row.Things, a.kind) && row.compartment(who, a.compartment) && row.group(a.group)
}

// compartment: a thing outside every compartment is let through by any rule; a
// compartment only by a rule that names it, or its keeper's by "own".
func (row rule) compartment(who Who, asked string) bool {
	if asked == "" || slices.Contains(row.Compartments, asked) {
		return true
	}
	return slices.Contains(row.Compartments, Own) && who.Compartment != "" && asked == who.Compartment
}

func (row rule) group(asked string) bool {
	return asked == "" || slices.Contains(row.Groups, asked)
}

func (row rule) related(thing Thing) bool {
	return len(row.Relations) == 0 || slices.ContainsFunc(row.Relations, func(r string) bool { return slices.Contains(thing.Relations, r) })
}

func (row rule) scope(who Who) Scope {
	out := And{row.when.scope(who)}
	if len(row.Relations) > 0 {
		out = append(out, Related{Body: who.Body, Relations: row.Relations})
	}
	return out
}

func any(list []string, asked string) bool {
	return len(list) == 0 || slices.Contains(list, asked)
}
