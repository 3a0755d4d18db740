package casework

import (
	"reflect"
	"testing"

	"pana/internal/withheld"
)

func words(all ...string) (out []withheld.Text) {
	for _, s := range all {
		out = append(out, withheld.New(s))
	}
	return out
}

func TestKnownIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why string
		k   KnownAs
	}{
		{"nothing", KnownAs{}},
		{"a name to call her by", KnownAs{Names: words("Алия")}},
		{"everything, twice", KnownAs{
			Names: words("Қарлығаш Нұрланқызы", "Karlygash Nurlanovna"), Born: withheld.New("2011-05-01"), BornAbout: true, Sex: "female",
			Citizenship: withheld.New("UZB"), Documents: words("AB 1234567", "№ 7"),
		}},
		{"texts that look like lengths", KnownAs{Names: words("\x01\x00", "\xff\xff\xff\xff\x0f", ""), Sex: "\x00"}},
	} {
		b := row.k.encode()
		got, err := ReadKnownAs(b)
		if err != nil || !reflect.DeepEqual(got, row.k) {
			t.Errorf("%s: read as something else (%v)", row.why, err)
		}
		for n := range b {
			if _, err := ReadKnownAs(b[:n]); err == nil {
				t.Errorf("%s: cut at byte %d and still read", row.why, n)
			}
		}
		if _, err := ReadKnownAs(append(b, 0)); err == nil {
			t.Errorf("%s: longer by a byte and still read", row.why)
		}
	}
}

func FuzzReadKnownAs(f *testing.F) {
	f.Add(KnownAs{Names: words("Алия", "Aliya"), Sex: "female"}.encode())
	f.Add([]byte{knownFormat, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ReadKnownAs(b)
		if err != nil {
			return
		}
		again, err := ReadKnownAs(k.encode())
		if err != nil || !reflect.DeepEqual(again, k) {
			t.Error("what was read is written as something else")
		}
	})
}

// TestKnownPrefersTheRecordedIdentity: what a paper or the person says goes
// before what was guessed at the first meeting.
func TestKnownPrefersTheRecordedIdentity(t *testing.T) {
	t.Parallel()
	f := &File{CallName: withheld.New("Лола"), Sex: "unknown", Citizen: withheld.New("UZB")}
	if k := f.KnownAs(); len(k.Names) != 1 || k.Names[0] != f.CallName || k.Citizenship != f.Citizen || k.Sex != "unknown" {
		t.Error("a file without identity is not known by what was written at the first meeting")
	}
	f.Identity = Identity{Names: []Name{{Full: withheld.New("Каримова Алия")}}, Sex: "female", Citizen: words("KGZ"), Documents: []Document{{Number: withheld.New("N1")}}}
	k := f.KnownAs()
	if len(k.Names) != 1 || k.Names[0] == f.CallName || k.Citizenship == f.Citizen || k.Sex != "female" || len(k.Documents) != 1 {
		t.Error("a recorded identity does not go first")
	}
}
