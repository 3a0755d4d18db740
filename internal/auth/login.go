package auth

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

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

//go:embed confusables.txt
var confusables string

// prototypes are the letters that the standard's table knows, each with what stands for
// all that look like it.
var prototypes = func() map[rune]string {
	out := map[rune]string{}
	for line := range strings.Lines(confusables) {
		from, rest, row := strings.Cut(line, ";")
		to, _, _ := strings.Cut(rest, ";")
		if row && !strings.HasPrefix(line, "#") {
			out[[]rune(codePoints(from))[0]] = codePoints(to)
		}
	}
	return out
}()

// codePoints reads "0072 006E".
func codePoints(hex string) string {
	var out strings.Builder
	for _, one := range strings.Fields(hex) {
		n, err := strconv.ParseUint(one, 16, 32)
		if err != nil {
			panic("auth: confusables.txt: " + err.Error())
		}
		out.WriteRune(rune(n))
	}
	return out.String()
}

// skeleton is UTS 39's, section 4, of a folded login: two are confusable where it is the
// same.
func skeleton(folded string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(folded) {
		if to, known := prototypes[r]; known {
			out.WriteString(to)
		} else {
			out.WriteRune(r)
		}
	}
	return norm.NFD.String(out.String())
}

// ours are what the standard holds apart and a reader of a list does not: it compares
// letters by their forms in one fount, and small capitals are none of the small letters
// to it. They are written as skeletons are. Where it is doubtful two count as alike:
// another login costs nothing.
var ours = strings.NewReplacer(
	"ǝ", "a", "ʙ", "b", "ƅ", "b", "ˉ", "", "r\u0335", "f", "ʜ", "h", "ĸ", "k", "ʍ", "m", "π", "n", "ᴛ", "t", "ɜ", "3", "ч", "4", "и", "ᴎ", "i", "l", "rn", "m", "vv", "w",
)

// LookOf is what a login looks like: two of one look are told apart by nobody who
// reads a list. Marks above and below letters are left out.
func LookOf(login string) string {
	look := ours.Replace(strings.ToLower(skeleton(FoldLogin(login))))
	look = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, look)
	return ours.Replace(look)
}
