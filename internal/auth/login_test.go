package auth_test

import (
	"strings"
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
	for _, two := range [][2]string{{"сора", "copa"}, {"rosa", "r0sa"}, {"oral", "ora1"}, {"ali", "a1i"}, {"marna", "mama"}, {"вес", "bec"}, {"ROSA", "rosa"},
		// as the looks of before had them
		{"әлия", "алия"}, {"қара", "kapa"}, {"нұр", "hyp"}, {"күн", "kyн"}, {"ғ", "f"}, {"ёлка", "елка"}, {"тамм", "tamm"}, {"ч", "4"}, {"зо", "3o"}, {"vvoda", "woda"},
		// and as only the standard's table has them
		{"сыр", "сьір"}, {"ҽва", "ева"}, {"ꚙ", "oo"}, {"ѣ", "ҍ"}, {"ћ", "h"}, {"ҿ", "e"}, {"андрей", "андреи"}} {
		if auth.LookOf(two[0]) != auth.LookOf(two[1]) {
			t.Errorf("%s and %s look alike: %s, %s", two[0], two[1], auth.LookOf(two[0]), auth.LookOf(two[1]))
		}
	}
	for _, two := range [][2]string{{"aliya", "aigul"}, {"айгүл", "айнұр"}, {"ерлан", "ержан"}, {"дана", "лана"}, {"marat", "murat"}} {
		if auth.LookOf(two[0]) == auth.LookOf(two[1]) {
			t.Errorf("%s and %s do not look alike: %s", two[0], two[1], auth.LookOf(two[0]))
		}
	}
}

// TestLooksFollowTheStandard: whatever the table of UTS 39 calls confusable looks alike,
// and the table has a row of each letter that a login may have and the standard knows.
func TestLooksFollowTheStandard(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(auth.Confusables) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, ";")
		from, to := auth.CodePoints(parts[0]), auth.CodePoints(parts[1])
		rows++
		if auth.LookOf(from) != auth.LookOf(to) {
			t.Errorf("%s and %s: %q, %q", from, to, auth.LookOf(from), auth.LookOf(to))
		}
		if err := auth.CheckLogin(from); err != nil {
			t.Errorf("%s stands in no login", from)
		}
	}
	if rows != 74 {
		t.Errorf("%d rows of the standard's table", rows)
	}
}
