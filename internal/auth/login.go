package auth

import (
	"strings"
	"unicode"

	"pana/internal/fault"
)

// CheckLogin refuses what a new login may not be: letters of two scripts, or anything but
// letters of the Latin or the Cyrillic script, figures and . _ - @. Two logins that look
// alike are held apart by LookOf.
func CheckLogin(login string) error {
	var latin, cyrillic bool
	for _, r := range FoldLogin(login) {
		switch {
		case 'a' <= r && r <= 'z':
			latin = true
		case unicode.Is(unicode.Cyrillic, r) && unicode.IsLetter(r):
			cyrillic = true
		case '0' <= r && r <= '9', strings.ContainsRune("._-@", r):
		default:
			return fault.Form(fault.Field{Name: "login", Code: "field.login_letters"})
		}
	}
	if latin && cyrillic {
		return fault.Form(fault.Field{Name: "login", Code: "field.login_letters"})
	}
	return nil
}

// looks are the letters that a login may have and that look like others, after the
// table of Unicode's technical standard 39, for what CheckLogin lets through: the
// small letters of Kazakh and Russian, and figures. Where the table is doubtful two
// count as alike: another login costs nothing.
var looks = strings.NewReplacer(
	"а", "a", "ә", "a", "в", "b", "ь", "b", "б", "6", "г", "r", "ғ", "f", "е", "e", "ё", "e", "һ", "h", "н", "h", "і", "i", "ї", "i", "ј", "j", "к", "k", "қ", "k",
	"м", "m", "о", "o", "ө", "o", "п", "n", "ң", "h", "р", "p", "с", "c", "т", "t", "у", "y", "ү", "y", "ұ", "y", "х", "x", "з", "3", "ч", "4", "ѕ", "s", "ԁ", "d", "ԛ", "q", "ԝ", "w",
	"ӏ", "l", "0", "o", "1", "l", "i", "l", "rn", "m", "vv", "w",
)

// LookOf is what a login looks like: two of one look are told apart by nobody who
// reads a list.
func LookOf(login string) string { return looks.Replace(looks.Replace(FoldLogin(login))) }
