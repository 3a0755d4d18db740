package names_test

import (
	"reflect"
	"testing"

	"pana/internal/linkage/names"
)

// TestAReaderForgets: what a reader remembers to be quick is gone when somebody was
// erased, and read anew as it was.
func TestAReaderForgets(t *testing.T) {
	t.Parallel()
	var r names.Reader
	const name = "Айша Рахимова"
	first := r.Read(name)
	if r.Remembered() != 2 || !reflect.DeepEqual(first, names.Read(name)) {
		t.Fatalf("%d words are remembered of a name of two", r.Remembered())
	}
	r.Forget()
	if r.Remembered() != 0 {
		t.Errorf("%d words of who was erased are remembered", r.Remembered())
	}
	if again := r.Read(name); !reflect.DeepEqual(again, first) {
		t.Errorf("read anew it is %v, was %v", again, first)
	}
}
