package store

import "testing"

// A place in a list stands in addresses, so anybody may send anything.
func FuzzReadCursor(f *testing.F) {
	keys := []sortKey{{name: "due", down: true}, {name: "name", text: true}}
	at := map[string]int{"due": 0, "name": 1}
	f.Add(cursor(Found{at: at, values: []any{int64(7), "a"}}, keys))
	f.Add("bm8")
	f.Fuzz(func(t *testing.T, token string) {
		values, err := readCursor(token, keys)
		if err != nil {
			return
		}
		again, err := readCursor(cursor(Found{at: at, values: values}, keys), keys)
		if err != nil || again[0] != values[0] || again[1] != values[1] {
			t.Fatalf("%v became %v, %v", values, again, err)
		}
	})
}
