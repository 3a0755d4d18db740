package auth_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"pana/internal/auth"
	"pana/internal/fault"
)

// TestPasswordsThatAreGuessed: what many have chosen, and what is long only by what is
// known of its worker.
func TestPasswordsThatAreGuessed(t *testing.T) {
	t.Parallel()
	known := []string{"a.serikova", "Айгүль Серикова", "Кризисный центр «Надежда»"}
	for _, row := range []struct{ why, typed, code string }{
		{"three words", "correct horse battery", ""},
		{"words of another script", "жаңбыр терезе шайнек", ""},
		{"a hundred letters, spaces and signs", strings.Repeat("a ladder; ", 10), ""},
		{"small letters alone are enough", "ladderpigeonfog", ""},
		{"short", "ladder fog", "field.password_short"},
		{"eleven letters of two bytes each", "жаңбыртерез", "field.password_short"},
		{"stands on the list", "1qaz2wsx3edc", "field.password_common"},
		{"in capitals", "1QAZ2WSX3EDC", "field.password_common"},
		{"with a space in it", "123456 qwerty", "field.password_common"},
		{"in wide letters, which are the same ones", "１ｑａｚ２ｗｓｘ３ｅｄｃ", "field.password_common"},
		{"on a Russian keyboard", "йцукенйцукен", "field.password_common"},
		{"a Russian sentence that stands there as Latin letters", "Привет как дела", "field.password_common"},
		{"the name and a year", "Серикова2026", "field.password_own"},
		{"the login and a number", "serikova-12345", "field.password_own"},
		{"the body and a number", "надежда 123456", "field.password_own"},
		{"everybody's word", "Password-2026", "field.password_own"},
		{"everybody's word in Kazakh", "құпиясөз-2026", "field.password_own"},
		{"the name among three words", "серикова ladder pigeon fog", ""},
		{"a short word of the name is a part of others", "a ladder and a pigeon", ""},
	} {
		err := auth.CheckPassword(row.typed, known...)
		switch f := fault.Of(err); {
		case row.code == "" && err != nil:
			t.Errorf("%s: %v", row.why, err)
		case row.code != "" && (len(f.Fields) != 1 || f.Fields[0].Code != row.code || f.Fields[0].Name != "new_password"):
			t.Errorf("%s: %v, want %s", row.why, err, row.code)
		}
	}
}

// TestTheListOfCommonPasswords is sorted, whole and longer than the standard asks.
func TestTheListOfCommonPasswords(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("common.bin")
	if err != nil {
		t.Fatal(err)
	}
	if len(b)%5 != 0 || len(b)/5 < 3000 {
		t.Fatalf("%d bytes", len(b))
	}
	for i := 5; i < len(b); i += 5 {
		if bytes.Compare(b[i-5:i], b[i:i+5]) >= 0 {
			t.Fatalf("entry %d does not come after the one before it", i/5)
		}
	}
}
