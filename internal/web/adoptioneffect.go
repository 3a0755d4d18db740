package web

import (
	"strings"

	"pana/internal/desk"
)

// Parts are the lists of what moving running files to the edition would change.
func (p adoptionPage) Parts() []lawMovePart {
	if p.M.Effect.Move == nil {
		return nil
	}
	return movedParts(p.M.Effect.Move)
}

// Said names a line in the page's language.
func (p adoptionPage) Said(l desk.LawMoveLine) string { return l.Said(p.Lang) }

// Percent is how far the look at the guarantees is.
func (p adoptionPage) Percent() int {
	if p.M.Effect.Total == 0 {
		return 0
	}
	return 100 * p.M.Effect.Done / p.M.Effect.Total
}

// Property is one in a few words, of the edition that has them.
func (p adoptionPage) Property(id string) string {
	return p.named("property."+id+".short", "property."+id, "property.other")
}

// Tale tells how a person comes to where a property fails under the edition.
func (p adoptionPage) Tale(v desk.VerdictChange) []toldLine { return p.tell(v.Path) }

// Slow are the properties that were not decided in their time.
func (p adoptionPage) Slow() string { return strings.Join(p.M.Effect.Slow, ", ") }

// Rest is in how many columns a property comes out otherwise, beside the first.
func (p adoptionPage) Rest(property string) int {
	for _, g := range p.M.Effect.Guarantees {
		if g.Property == property {
			return len(g.Columns) - 1
		}
	}
	return 0
}
