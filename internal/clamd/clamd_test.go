package clamd_test

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pana/internal/clamd"
	"pana/internal/testkit"
)

func TestTheDaemonIsAsked(t *testing.T) {
	t.Parallel()
	at := filepath.Join(t.TempDir(), "clamd.ctl")
	testkit.Clamd(t, at)
	s, err := clamd.New("unix:" + at)
	if err != nil {
		t.Fatal(err)
	}
	long := bytes.Repeat([]byte("letter "), 40_000) // several pieces
	for why, row := range map[string]struct {
		content []byte
		found   bool
	}{
		"nothing":         {nil, false},
		"a letter":        {[]byte("hello"), false},
		"a long letter":   {long, false},
		"a virus":         {testkit.Eicar(), true},
		"one at the end":  {append(bytes.Clone(long), testkit.Eicar()...), true},
		"one in two bits": {append(make([]byte, 64<<10-9), testkit.Eicar()...), true},
	} {
		found, err := s.Scan(t.Context(), bytes.NewReader(row.content))
		if err != nil || found != row.found {
			t.Errorf("%s: found %v, %v", why, found, err)
		}
	}
}

// TestNoAnswerIsNoVerdict: what is not a verdict is an error, never "clean".
func TestNoAnswerIsNoVerdict(t *testing.T) {
	t.Parallel()
	for why, answer := range map[string]string{
		"too long for it": "INSTREAM size limit exceeded. ERROR\x00", "nothing": "", "another protocol": "PONG\x00",
		"clean in other words": "stream: OK but\x00", "an error": "stream: lstat() failed ERROR\x00",
	} {
		at := filepath.Join(t.TempDir(), "clamd.ctl")
		testkit.ClamdSaying(t, at, func([]byte) string { return answer })
		s, err := clamd.New("unix:" + at)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := s.Scan(t.Context(), strings.NewReader("x")); err == nil || found {
			t.Errorf("%s: found %v, %v", why, found, err)
		}
	}
	s, err := clamd.New("unix:" + filepath.Join(t.TempDir(), "nobody"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Scan(t.Context(), strings.NewReader("x")); err == nil {
		t.Error("a daemon that is not there said something")
	}
}

func TestADaemonThatHangsIsLeft(t *testing.T) {
	t.Parallel()
	at := filepath.Join(t.TempDir(), "clamd.ctl")
	l, err := net.Listen("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s, err := clamd.New("unix:" + at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Scan(ctx, strings.NewReader("x")); err == nil {
		t.Error("nobody answered, and there is a verdict")
	}
}

func TestNothingIsSentBeyondThisMachine(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"unix:/run/clamav/clamd.ctl": true, "tcp:127.0.0.1:3310": true, "tcp:[::1]:3310": true,
		"tcp:10.0.0.7:3310": false, "tcp:clamav:3310": false, "/run/clamav/clamd.ctl": false, "": false, "unix:": false,
	} {
		if _, err := clamd.New(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
