package web

import (
	"net/url"
	"testing"

	"pana/internal/pack"
)

// What is left empty is asked for in words that fit how it is answered.
func TestAnEmptyFieldIsAskedForAsItIsAnswered(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"choice": "field.required", "text": "field.required", "yes_no": "field.required", "date": "field.date_missing", "number": "field.number_missing",
	} {
		got := fieldsMend([]pack.Field{{ID: "x", Kind: kind, Required: true}, {ID: "free", Kind: kind}}, url.Values{})
		if len(got) != 1 || got[0].Code != want || got[0].Name != fieldPrefix+"x" {
			t.Errorf("%s: %v, not %s", kind, got, want)
		}
	}
}
