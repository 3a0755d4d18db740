package id

import (
	"bytes"
	"testing"
	"time"
)

func TestNew(t *testing.T) {
	at := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	a, b := New[File](at), New[File](at)
	if a == b {
		t.Fatal("two ids are the same")
	}
	if _, ok := Parse[File](string(a)); !ok || len(a) != Len {
		t.Fatalf("id %q does not parse", a)
	}
	if later := New[File](at.Add(time.Second)); later <= a {
		t.Errorf("a later id sorts before an earlier one: %s, %s", later, a)
	}
	same := bytes.Repeat([]byte{7}, 10)
	first, second := From[File](at, bytes.NewReader(same)), From[File](at, bytes.NewReader(same))
	if first != second {
		t.Error("the same source gives different ids")
	}
}

func TestParse(t *testing.T) {
	for _, row := range []struct{ why, in string }{
		{"empty", ""},
		{"too short", "01h"},
		{"a letter that can be misread", "01il0000000000000000000000"},
		{"more than 128 bits", "81h00000000000000000000000"},
		{"upper case is another id", "01H00000000000000000000000"},
	} {
		if _, ok := Parse[File](row.in); ok {
			t.Errorf("%s: %q was taken for an id", row.why, row.in)
		}
	}
}

func TestNumber(t *testing.T) {
	if got := Number(File("01h0000000000000007q4m2pxa")); got != "7Q4M-2PXA" {
		t.Errorf("Number = %s", got)
	}
}
