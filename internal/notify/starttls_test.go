package notify_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/notify"
	"pana/internal/testkit"
)

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
		h := &testkit.MailHost{Cert: certificate(t)}
		s := sender(h.Listen(t, "127.0.0.1:0").Addr().String())
		s.Plain = plain
		err := s.Send(t.Context(), notify.Message{ID: "job", To: []string{"shelter@example.org"}})
		if fault.Of(err).Code != "notify.no_tls" || fault.Of(err).Kind != fault.Busy {
			t.Errorf("plain %v: %v", plain, err)
		}
		clear, letters := h.Said(), len(h.Letters())
		if letters != 0 || strings.Contains(clear, "shelter") || strings.Contains(clear, "MAIL") {
			t.Errorf("plain %v: %d letters, said in clear: %s", plain, letters, clear)
		}
	}
}

// A server that is down, and comes up at the same address, gets the letter once;
// one whose connection is cut inside the letter has not taken it.
func TestAServerThatComesBack(t *testing.T) {
	t.Parallel()
	h := &testkit.MailHost{Bare: true}
	down := h.Listen(t, "127.0.0.1:0")
	addr := down.Addr().String()
	_ = down.Close()
	m := notify.Message{ID: "job-7", To: []string{"shelter@example.org"}}
	s := sender(addr)
	if err := s.Send(t.Context(), m); fault.Of(err).Code != "notify.unreachable" || fault.Of(err).Kind != fault.Busy {
		t.Fatalf("down: %v", err)
	}
	h.CutAt(testkit.CutInData)
	h.Listen(t, addr)
	if err := s.Send(t.Context(), m); fault.Of(err).Kind != fault.Busy {
		t.Errorf("cut inside the letter: %v", err)
	}
	if n := len(h.Letters()); n != 0 {
		t.Errorf("%d letters of a half one", n)
	}
	h.CutAt("")
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := h.Letters(); len(got) != 1 || !strings.Contains(got[0], "<job-7@example.org>") {
		t.Errorf("%d letters", len(got))
	}
}
