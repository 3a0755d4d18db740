package auth_test

import (
	"testing"

	"pana/internal/auth"
)

func TestLoginsThatLookAlike(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, login string
		ok         bool
	}{
		{"Latin", "aliya.k", true}, {"Cyrillic", "әлия-2", true}, {"an address", "aliya@akimat.kz", true}, {"full width, folded", "ａｌｉｙａ", true},
		{"two scripts", "аliya", false}, {"two scripts further on", "aliya.қ", false}, {"a third script", "αλι", false}, {"a space that is not seen", "ali\u200bya", false},
		{"a letter that turns the line", "ali\u202eya", false}, {"a mark above", "ali\u0323\u0331ya", false},
	} {
		if err := auth.CheckLogin(row.login); (err == nil) != row.ok {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	for _, two := range [][2]string{{"сора", "copa"}, {"rosa", "r0sa"}, {"oral", "ora1"}, {"ali", "a1i"}, {"marna", "mama"}, {"вес", "bec"}, {"ROSA", "rosa"}} {
		if auth.LookOf(two[0]) != auth.LookOf(two[1]) {
			t.Errorf("%s and %s look alike: %s, %s", two[0], two[1], auth.LookOf(two[0]), auth.LookOf(two[1]))
		}
	}
	if auth.LookOf("aliya") == auth.LookOf("aigul") {
		t.Error("aliya and aigul do not look alike")
	}
}
