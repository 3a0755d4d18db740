package auth

import (
	"crypto/sha256"
	_ "embed"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pana/internal/fault"
)

// ShortestPassword is the product's own standard, in characters.
const ShortestPassword = 12

// A password that thousands have chosen is the first that is tried, and so is one made
// of the worker's name. There is no rule about capitals and figures: it makes passwords
// that are hard to keep in mind and no harder to guess.

// common are the commonest passwords of twelve characters and more: of each five bytes
// of the SHA-256 of its small letters, sorted. They are the 43,940 that are long enough
// of the million commonest in a list of ten million that Mark Burnett gave to the public
// domain in 2015, as OWASP's SecLists had it (CC BY-SA 3.0). tools/commonpasswords makes
// the file. One password in 25 million is refused although it does not stand on the list.
//
//go:embed common.bin
var common string

// commonSize is how many bytes of a sum stand for one password.
const commonSize = 5

// ownWord is the shortest word about a worker that is looked for in a password: a
// shorter one stands in words that have nothing to do with it.
const ownWord = 4

// everybodysWords are tried before all others wherever Pana runs.
var everybodysWords = []string{"pana", "password", "құпиясөз", "пароль", "qwerty"}

// CheckPassword refuses a new password that is short, that many have chosen, or that is
// long only by what is known of its worker: words are their login, name and body.
func CheckPassword(typed string, words ...string) error {
	if code := WeakPassword(typed, words...); code != "" {
		return fault.Form(fault.Field{Name: "new_password", Code: code, Args: map[string]string{"min": strconv.Itoa(ShortestPassword)}})
	}
	return nil
}

// WeakPassword says why a password is not taken; "": it is.
func WeakPassword(typed string, words ...string) string {
	small := strings.ToLower(norm.NFKC.String(typed))
	together := strings.Join(strings.Fields(small), "")
	switch {
	case length(typed) < ShortestPassword:
		return "field.password_short"
	case isCommon(together), isCommon(onLatinKeys(together)):
		return "field.password_common"
	case length(withoutWords(small, words)) < ShortestPassword:
		return "field.password_own"
	}
	return ""
}

func length(text string) int { return len([]rune(text)) }

func isCommon(folded string) bool {
	sum := sha256.Sum256([]byte(folded))
	want := string(sum[:commonSize])
	at := func(i int) string { return common[i*commonSize : (i+1)*commonSize] }
	n := len(common) / commonSize
	i := sort.Search(n, func(i int) bool { return at(i) >= want })
	return i < n && at(i) == want
}

// The keys of a Russian and of a Latin keyboard, one above the other. The list has Latin
// letters only, and half of this country's passwords are a word of one typed on the
// other: "привет" stands on it as "ghbdtn", "йцукен" as "qwerty".
const (
	russianKeys = "йцукенгшщзхъфывапролджэячсмитьбюё"
	latinKeys   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
)

var byKey = func() *strings.Replacer {
	var pairs []string
	latin := []rune(latinKeys)
	for i, r := range []rune(russianKeys) {
		pairs = append(pairs, string(r), string(latin[i]))
	}
	return strings.NewReplacer(pairs...)
}()

func onLatinKeys(folded string) string { return byKey.Replace(folded) }

// withoutWords takes out of a password what anybody would try of its worker. The word may
// stand in it, and adds nothing to its length.
func withoutWords(small string, words []string) string {
	for _, text := range append(slices.Clone(words), everybodysWords...) {
		for _, word := range strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), notInWords) {
			if length(word) >= ownWord {
				small = strings.ReplaceAll(small, word, "")
			}
		}
	}
	return small
}

func notInWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
