// Package fault holds the errors that people meet. A fault has a kind, which
// decides how an edge answers, and a code that will still be true in five
// years; the sentence a person reads is looked up from the code in wording.
// The cause stays inside for us. A fault never carries content: ids, codes and
// limits only.
package fault

import (
	"errors"
	"fmt"
)

// Kind decides what an edge does with a fault.
type Kind uint8

const (
	Internal        Kind = iota // ours: log it, apologise, say what is safe
	Invalid                     // what was sent can be mended by the sender
	NotFound                    // there is no such thing, or it is not for you
	Conflict                    // somebody else was first; look again
	Unauthenticated             // sign in
	Limited                     // too many, too fast; come back
	Busy                        // could not be done now and was not done
)

// Field is one thing to mend on a form. Name is the form field's name; Code
// names the sentence; Args are limits and codes, never what was typed.
type Field struct {
	Name string
	Code string
	Args map[string]string
}

// Error is a fault. Compare kinds and codes, never text.
type Error struct {
	Kind   Kind
	Code   string
	Args   map[string]string
	Fields []Field
	Cause  error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Code + ": " + e.Cause.Error()
	}
	return e.Code
}

func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault. Args come in pairs: name, value.
func New(kind Kind, code string, args ...string) *Error {
	return &Error{Kind: kind, Code: code, Args: pairs(args)}
}

// Because makes a fault that keeps its cause for the log.
func Because(cause error, kind Kind, code string, args ...string) *Error {
	return &Error{Kind: kind, Code: code, Args: pairs(args), Cause: cause}
}

// Form makes one fault out of what must be mended, or nil when nothing must.
func Form(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "form.invalid", Fields: fields}
}

// Withheld is the one answer to "no such thing" and "not for you": the same
// kind, the same code, nothing else. Why it is withheld stays in the cause.
func Withheld(why string) *Error {
	return &Error{Kind: NotFound, Code: "not_found", Cause: errors.New(why)}
}

// At adds the operation where packages meet: fault.At("refer file 01h…", err).
func At(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}

// Of finds the fault in an error. An error without one is Internal.
func Of(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return &Error{Kind: Internal, Code: "internal", Cause: err}
}

// Is says whether err carries a fault with this code.
func Is(err error, code string) bool { return err != nil && Of(err).Code == code }

func pairs(args []string) map[string]string {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}
