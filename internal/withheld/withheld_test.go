package withheld

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
)

type person struct {
	Name  Text            `json:"name"`
	Alias []Text          `json:"alias,omitempty"`
	Notes map[string]Text `json:"notes,omitempty"`
	Born  time.Time       `json:"born,omitzero"`
	Count int             `json:"count,omitempty"`
	Skip  string          `json:"-"`
}

func TestNothingPrintsWhatIsWithheld(t *testing.T) {
	p := person{Name: New("Ainur Planted"), Alias: []Text{New("Planted")}}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "person", p, "name", p.Name, "alias", p.Alias)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "person", p, "name", p.Name, "alias", p.Alias)
	plain, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(plain) + fmt.Sprintf("%v %+v %#v %s %q %x %d", p, p, p, p.Name, p.Name, p.Name, p.Name) + fmt.Sprint(p.Alias)
	for _, leak := range []string{"Planted", "506c616e746564"} {
		if strings.Contains(all, leak) {
			t.Errorf("%q leaked: %s", leak, all)
		}
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	want := person{
		Name: New("Әлия"), Alias: []Text{New("a"), New("b")}, Notes: map[string]Text{"k": New("v")},
		Born: time.Date(2011, 5, 1, 0, 0, 0, 0, time.UTC), Count: 2,
	}
	b, err := Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	var got person
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("round trip changed the value: %s", b)
	}
}

func BenchmarkEncode(b *testing.B) {
	type inner struct {
		Code string `json:"code"`
		Text Text   `json:"text,omitzero"`
		N    int    `json:"n,omitempty"`
		Not  string `json:"-"`
	}
	v := struct {
		Name  Text    `json:"name"`
		Items []inner `json:"items,omitempty"`
		At    time.Time
	}{New("Planted"), []inner{{Code: "a", Text: New("b")}, {Code: "c", N: 3}}, time.Unix(0, 0)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(v); err != nil {
			b.Fatal(err)
		}
	}
}
