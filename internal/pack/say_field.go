package pack

import (
	"strings"

	"pana/internal/procedure"
	"pana/internal/wording"
)

// FieldInWords tells one field of a difference: a rule as RuleInWords does, a
// body, a step or a clock by its name, a length, a question by its words. What
// has no words is told as the pack writes it. Empty stays empty.
func (p *Pack) FieldInWords(lang wording.Lang, field, value string) string {
	w := ruleWords{p, lang}
	switch field {
	case "when", "must", "starts_when", "stops_when", "suspended":
		if value == "" {
			return ""
		}
		return p.RuleInWords(lang, value)
	case "exists":
		return p.sayOr(lang, value, "question."+value)
	case "length":
		return w.length(value)
	case "set", "records", "on_expiry":
		return w.each(value, func(one string) string { return w.pair(field, one) })
	}
	return w.each(value, func(one string) string { return w.item(field, one) })
}

// each tells a list item by item.
func (w ruleWords) each(list string, say func(string) string) string {
	if list == "" {
		return ""
	}
	items := strings.Split(list, ", ")
	for i, one := range items {
		items[i] = say(one)
	}
	return strings.Join(items, ", ")
}

// fieldNames are the wordings in which the items of a field have their names.
var fieldNames = map[string][]string{
	"by": {"body."}, "of": {"body."}, "owed_by": {"body."}, "adverse.decider": {"body."},
	"starts": {"clock."}, "stops": {"clock."}, "adverse.limit": {"clock.", "adverse."},
	"adverse.appeal": {"step.", "adverse."}, "adverse.reasons": {"adverse."}, "adverse.language": {"adverse."},
	"adverse.notice": {"form.", "adverse."}, "notice": {"form."}, "form": {"form."},
	"force": {"force."}, "level": {"law.level."}, "gives": {"right."}, "binds": {"step."},
}

func (w ruleWords) item(field, value string) string {
	if q, ok := procedure.QuestionOf(value); ok {
		return w.open(q)
	}
	id, role, _ := strings.Cut(value, ":")
	var keys []string
	for _, prefix := range fieldNames[field] {
		keys = append(keys, prefix+id)
	}
	said := w.p.sayOr(w.lang, id, keys...)
	if role != "" {
		said += " (" + w.p.sayOr(w.lang, role, "role."+role) + ")"
	}
	return said
}

// open is what hangs on a question of law.
func (w ruleWords) open(q string) string {
	return w.words("law.value.unknown", "question", w.p.sayOr(w.lang, q, "question."+q))
}

func (w ruleWords) length(value string) string {
	if value == "" {
		return ""
	}
	l, err := procedure.ParseLength(value)
	switch {
	case err != nil:
		return value
	case l.Question != "":
		return w.open(l.Question)
	}
	return w.words("law.length."+strings.ReplaceAll(string(l.Unit), " ", "_"), "n", l.N)
}

// pair tells what becomes of a variable, where a field of a form is kept, whom
// a clock tells.
func (w ruleWords) pair(field, one string) string {
	name, value, _ := strings.Cut(one, ": ")
	switch field {
	case "set":
		return w.what(name) + ": " + w.p.ValueInWords(w.lang, name, value)
	case "records":
		return w.p.sayOr(w.lang, name, "field."+name)
	}
	switch name { // of on_expiry
	case "deems":
		return w.p.sayOr(w.lang, value, "step."+value)
	case "tell":
		name = value // the first of those who are told
	}
	return w.p.sayOr(w.lang, name, "body."+name, "role."+name)
}
