// Package withheld has the types for what must not leak: names, narratives,
// addresses. They print as [withheld] in every ordinary way of printing,
// logging and encoding; only Reveal, and Encode for what is about to be sealed,
// give the content.
package withheld

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/go-json-experiment/json/jsontext"
)

// Mask is what a withheld value prints as.
const Mask = "[withheld]"

// Text is a string about a person.
type Text struct{ s string }

// New withholds s.
func New(s string) Text { return Text{s} }

// Reveal gives the content. Call it in a template, an export or a comparison,
// never in a log or an error.
func (t Text) Reveal() string { return t.s }

// Empty says whether there is anything to withhold.
func (t Text) Empty() bool { return t.s == "" }

func (t Text) String() string               { return Mask }
func (t Text) GoString() string             { return Mask }
func (t Text) LogValue() slog.Value         { return slog.StringValue(Mask) }
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }
func (t Text) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// Format answers every verb, so that %x and %d tell nothing either.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// UnmarshalJSON takes a JSON string in.
func (t *Text) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil // as for every other value
	}
	plain, err := jsontext.AppendUnquote(nil, b)
	if err != nil {
		return errNoString // what it was is not told
	}
	t.s = string(plain)
	return nil
}

var errNoString = errors.New("withheld: a text is a JSON string")
