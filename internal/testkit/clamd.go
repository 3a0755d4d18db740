package testkit

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
)

// Eicar is the test file that every scanner calls a virus (EICAR, 2003), put
// together at run time so that no scanner takes this repository for one.
func Eicar() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*")
}

// Clamd is a daemon at a Unix socket that speaks INSTREAM and knows one virus. It
// ends with the test, or when stop is called.
func Clamd(t testing.TB, at string) (stop func()) {
	t.Helper()
	return ClamdSaying(t, at, func(content []byte) string {
		if bytes.Contains(content, Eicar()) {
			return "stream: Eicar-Signature FOUND\x00"
		}
		return "stream: OK\x00"
	})
}

// ClamdSaying is a daemon that hears content out and says what say says.
func ClamdSaying(t testing.TB, at string, say func(content []byte) string) (stop func()) {
	t.Helper()
	l, err := net.Listen("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	stop = func() { _ = l.Close() }
	t.Cleanup(stop)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerScan(c, say)
		}
	}()
	return stop
}

func answerScan(c net.Conn, say func([]byte) string) {
	defer c.Close()
	head := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(c, head); err != nil || string(head) != "zINSTREAM\x00" {
		_, _ = io.WriteString(c, "UNKNOWN COMMAND\x00")
		return
	}
	var content bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(c, binary.BigEndian, &n); err != nil {
			return
		}
		if n == 0 {
			break
		}
		if _, err := io.CopyN(&content, c, int64(n)); err != nil {
			return
		}
	}
	_, _ = io.WriteString(c, say(content.Bytes()))
}
