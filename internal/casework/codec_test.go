package casework

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// A sample of every type and version that was ever written stands in
// testdata/events and stays readable for ever.
func TestEverySampleDecodes(t *testing.T) {
	t.Parallel()
	for _, typ := range Types() {
		name, v, _ := strings.Cut(typ, "@")
		version, _ := strconv.Atoi(v)
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(filepath.Join("testdata", "events", typ+".json"))
			if err != nil {
				t.Fatalf("no sample: %v; a new version adds one", err)
			}
			p, err := Decode(name, version, b)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Encode(p)
			if err != nil || !bytes.Equal(bytes.TrimSpace(b), again) {
				t.Errorf("encoded anew: %s (%v)", again, err)
			}
			if reflect.ValueOf(p).IsZero() {
				t.Error("the sample says nothing")
			}
		})
	}
}

func TestNoSampleWithoutItsType(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) < len(payloads) {
		t.Fatalf("%d samples of %d (%v)", len(files), len(payloads), err)
	}
	for _, f := range files {
		if typ := strings.TrimSuffix(filepath.Base(f), ".json"); !slices.Contains(Types(), typ) {
			t.Errorf("%s was written once and cannot be read any more", typ)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Decode("file.sold", 1, []byte(`{}`)); !fault.Is(err, CodeEventUnknown) {
		t.Errorf("an unknown type: %v", err)
	}
	_, err := Decode("note.written", 1, []byte(`{"text":"Ainur Planted`))
	if !fault.Is(err, CodeEventBroken) || strings.Contains(err.Error(), "Planted") {
		t.Errorf("a broken payload: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, typ := range Types() {
		name, _, _ := strings.Cut(typ, "@")
		b, _ := os.ReadFile(filepath.Join("testdata", "events", typ+".json"))
		f.Add(name, b)
	}
	f.Fuzz(func(t *testing.T, typ string, b []byte) {
		p, err := Decode(typ, 1, b)
		if err != nil {
			return
		}
		once, err := Encode(p)
		if err != nil {
			return // a time beyond the year 9999 cannot be written
		}
		q, err := Decode(typ, 1, once)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if twice, err := Encode(q); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("written twice it differs: %v", err)
		}
	})
}

// TestWriteSamples writes the samples of types that have none yet:
// PANA_SAMPLES=1 go test -run TestWriteSamples.
func TestWriteSamples(t *testing.T) {
	if os.Getenv("PANA_SAMPLES") == "" {
		t.Skip("only when a type was added")
	}
	for _, p := range payloads {
		typ, version := p.EventType()
		path := filepath.Join("testdata", "events", kindKey(typ, version)+".json")
		if _, err := os.Stat(path); err == nil {
			continue
		}
		v := reflect.New(reflect.TypeOf(p)).Elem()
		fill(v)
		b, err := Encode(v.Interface().(Payload))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(b, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// fill gives every field something to say.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case withheld.Text:
		v.Set(reflect.ValueOf(withheld.New("sample")))
		return
	case time.Time:
		v.Set(reflect.ValueOf(morning))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("sample")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		one := reflect.New(v.Type().Elem()).Elem()
		fill(one)
		v.Set(reflect.Append(v, one))
	case reflect.Map:
		one := reflect.New(v.Type().Elem()).Elem()
		fill(one)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("sample"), one)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}
