package app

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"
)

// network looks at how the site is reached.
func (c doctorCommand) network(now time.Time) []finding {
	f := finding{what: "TLS", mend: "serve --tls-cert and --tls-key, or a proxy on this machine that ends TLS, named with --proxy"}
	host, _, err := net.SplitHostPort(c.Addr)
	ip, parsed := netip.ParseAddr(host)
	here := host == "localhost" || parsed == nil && ip.IsLoopback()
	switch {
	case err != nil:
		f.wrong, f.mend = "--addr is not HOST:PORT", "127.0.0.1:8080"
	case c.Cert != "":
		return []finding{certificate(c.Cert, now)}
	case c.Proxy == "" && here:
		f.wrong, f.note = "neither a certificate nor a proxy is named: cookies are not Secure, and all sign-ins seem to come from one place", true
	case c.Proxy == "":
		f.wrong = "neither a certificate nor a proxy is named"
	case !here:
		f.what, f.note = "proxy", true
		f.wrong, f.mend = "what comes from the proxy is in clear on the network", "keep serve on 127.0.0.1 beside its proxy, or give it a certificate of its own"
	}
	return []finding{f}
}

// certificate looks at the first certificate of a file.
func certificate(path string, now time.Time) finding {
	f := finding{what: "certificate", mend: "renew it, and start serve again"}
	b, err := os.ReadFile(path)
	if err != nil {
		f.wrong = "it cannot be read"
		return f
	}
	block, _ := pem.Decode(b)
	if block == nil {
		f.wrong = "it is not PEM"
		return f
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	switch {
	case err != nil:
		f.wrong = "it cannot be read"
	case now.After(cert.NotAfter):
		f.wrong = "it ended on " + cert.NotAfter.Format(time.DateOnly)
	case now.Add(certEnds).After(cert.NotAfter):
		f.wrong = fmt.Sprintf("it ends in %d days", int(cert.NotAfter.Sub(now).Hours()/24))
	case now.Before(cert.NotBefore):
		f.wrong = "it is not valid yet: is this machine's clock right?"
	}
	return f
}
