package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/notify"
)

// mailHost is a mail server over TCP that speaks the protocol as far as a letter
// needs, offers STARTTLS, and fails where it is told to.
type mailHost struct {
	cert  tls.Certificate
	bare  bool   // it offers no TLS
	cutAt string // "DATA": the connection is cut inside the letter
	mu    sync.Mutex
	clear []string // what was said before TLS
	taken []string // letters, whole
}

func (h *mailHost) listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go talkWith(l, h.talk)
	return l
}

func (h *mailHost) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r, safe := bufio.NewReader(conn), false
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if !safe {
			h.note(&h.clear, line)
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			if say("250-test"); h.bare {
				say("250 8BITMIME")
			} else {
				say("250 STARTTLS")
			}
		case verb == "STARTTLS":
			say("220 go on")
			t := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{h.cert}, MinVersion: tls.VersionTLS12})
			if t.Handshake() != nil {
				return
			}
			conn, r, safe = t, bufio.NewReader(t), true
		case strings.HasPrefix(verb, "MAIL"), strings.HasPrefix(verb, "RCPT"):
			say("250 yes")
		case verb == "DATA":
			say("354 go on")
			if !h.read(r) {
				return
			}
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// read takes a letter; a half one is none.
func (h *mailHost) read(r *bufio.Reader) bool {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || h.cuts("DATA") && b.Len() > 0 {
			return false
		}
		if line == ".\r\n" {
			h.note(&h.taken, b.String())
			return true
		}
		b.WriteString(line)
	}
}

func (h *mailHost) cuts(at string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cutAt == at
}

func (h *mailHost) note(list *[]string, line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*list = append(*list, line)
}

// said is what the server heard in clear, and how many letters it took.
func (h *mailHost) said() (clear string, letters int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.clear, ""), len(h.taken)
}

// certificate is one that nobody has signed: what a stranger in between has.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A server whose certificate nobody vouches for gets no address and no letter,
// in clear or otherwise, wherever it stands; and the fault says what it is.
func TestAWrongCertificateGetsNoLetter(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{false, true} { // that a server here may do without TLS does not let it do it badly
		h := &mailHost{cert: certificate(t)}
		s := sender(h.listen(t, "127.0.0.1:0").Addr().String())
		s.Plain = plain
		err := s.Send(t.Context(), notify.Message{ID: "job", To: []string{"shelter@example.org"}})
		if fault.Of(err).Code != "notify.no_tls" || fault.Of(err).Kind != fault.Busy {
			t.Errorf("plain %v: %v", plain, err)
		}
		clear, letters := h.said()
		if letters != 0 || strings.Contains(clear, "shelter") || strings.Contains(clear, "MAIL") {
			t.Errorf("plain %v: %d letters, said in clear: %s", plain, letters, clear)
		}
	}
}

// A server that is down, and comes up at the same address, gets the letter once;
// one whose connection is cut inside the letter has not taken it.
func TestAServerThatComesBack(t *testing.T) {
	t.Parallel()
	h := &mailHost{bare: true}
	down := h.listen(t, "127.0.0.1:0")
	addr := down.Addr().String()
	_ = down.Close()
	m := notify.Message{ID: "job-7", To: []string{"shelter@example.org"}}
	s := sender(addr)
	if err := s.Send(t.Context(), m); fault.Of(err).Code != "notify.unreachable" || fault.Of(err).Kind != fault.Busy {
		t.Fatalf("down: %v", err)
	}
	h.cutAt = "DATA"
	h.listen(t, addr)
	if err := s.Send(t.Context(), m); fault.Of(err).Kind != fault.Busy {
		t.Errorf("cut inside the letter: %v", err)
	}
	if _, n := h.said(); n != 0 {
		t.Errorf("%d letters of a half one", n)
	}
	h.mu.Lock()
	h.cutAt = ""
	h.mu.Unlock()
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, n := h.said(); n != 1 || !strings.Contains(h.taken[0], "<job-7@example.org>") {
		t.Errorf("%d letters", n)
	}
}
