package access

import "slices"

// Holds says whether a thing's row is in a scope: what the store's SQL says of
// the same row. Relations of the thing are those of the scope's body.
func Holds(s Scope, who Who, thing Thing) bool {
	switch s := s.(type) {
	case All:
		return true
	case None:
		return false
	case And:
		return !slices.ContainsFunc(s, func(p Scope) bool { return !Holds(p, who, thing) })
	case Or:
		return slices.ContainsFunc(s, func(p Scope) bool { return Holds(p, who, thing) })
	case Not:
		return !Holds(s.Scope, who, thing)
	case In:
		return slices.Contains(s.Values, thing.Columns[s.Column])
	case Related:
		return s.Body == who.Body && slices.ContainsFunc(s.Relations, func(r string) bool { return slices.Contains(thing.Relations, r) })
	}
	return false
}

// simplify takes out what changes nothing, so that the query stays readable and
// an impossible list costs no query.
func simplify(s Scope) Scope {
	switch s := s.(type) {
	case And:
		return join(s, All{}, None{}, func(p []Scope) Scope { return And(p) })
	case Or:
		return join(s, None{}, All{}, func(p []Scope) Scope { return Or(p) })
	case Not:
		return not(simplify(s.Scope))
	case In:
		if len(s.Values) == 0 {
			return None{}
		}
	}
	return s
}

func not(s Scope) Scope {
	switch s := s.(type) {
	case All:
		return None{}
	case None:
		return All{}
	case Not:
		return s.Scope
	}
	return Not{s}
}

// join drops the parts that are neutral, and is the absorbing one if any part is.
func join(parts []Scope, neutral, absorbing Scope, make func([]Scope) Scope) Scope {
	var out []Scope
	for _, p := range parts {
		p = simplify(p)
		if same(p, absorbing) {
			return absorbing
		}
		if !same(p, neutral) {
			out = append(out, p)
		}
	}
	switch len(out) {
	case 0:
		return neutral
	case 1:
		return out[0]
	}
	return make(out)
}

// same compares the two scopes that have no parts.
func same(a, b Scope) bool {
	switch a.(type) {
	case All:
		_, ok := b.(All)
		return ok
	case None:
		_, ok := b.(None)
		return ok
	}
	return false
}
