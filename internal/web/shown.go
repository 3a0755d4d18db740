package web

import (
	"net/url"
	"slices"
	"strings"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// shown are the fields whose conditions hold for what is answered so far. A
// page without scripts draws these, and asks on when an answer opens another.
// A condition that cannot be read hides nothing.
func shown(fields []pack.Field, v url.Values) (out []pack.Field) {
	earlier, answers := procedure.Schema{}, map[string]string{}
	for _, field := range fields {
		guard, problems := procedure.CompileGuard(field.Shown, earlier)
		if len(problems) > 0 || guard.Eval(answers) {
			out = append(out, field)
			answers[field.ID] = v.Get(fieldPrefix + field.ID)
		}
		earlier[field.ID] = nil // any text, as the pack is checked: an answer may also be "not sure"
	}
	return out
}

// drawn are the fields that were on the page that was sent; without that mark
// all that stand to be shown were.
func drawn(field pack.Field, v url.Values) bool {
	return !v.Has("drawn") || slices.Contains(strings.Fields(v.Get("drawn")), field.ID)
}

// unasked says that an answer has opened a question which was not on the page.
func unasked(fields []pack.Field, v url.Values) bool {
	return slices.ContainsFunc(shown(fields, v), func(f pack.Field) bool { return !drawn(f, v) })
}

// answerable are the shown fields that the reader has seen.
func answerable(fields []pack.Field, v url.Values) []pack.Field {
	return slices.DeleteFunc(shown(fields, v), func(f pack.Field) bool { return !drawn(f, v) })
}
