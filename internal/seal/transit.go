package seal

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"pana/internal/fault"
)

// Transit is the key service of Vault and OpenBao, whose key never leaves it
// (their "transit secrets engine"; encrypt and decrypt with associated_data,
// which needs a key of type aes256-gcm96 or chacha20-poly1305). A small client
// of our own: two requests, where the official module brings fifty others.
type Transit struct {
	// Address is https://HOST:8200/transit/KEY: the service, where the engine is
	// mounted, and the key's name. http only on this machine.
	Address string
	// Token is a file with the token, read at each request: an agent renews it.
	Token string
	// Roots is a PEM file of who may sign the service's certificate; "": the system's.
	Roots string
}

// Codes of what a key service may answer.
const (
	codeKMSAway    = "seal.kms_unavailable" // nothing was done; ask again
	codeKMSRefused = "seal.kms_refused"     // the token may not, or there is no such key
	codeKMSAddress = "seal.kms_address"
)

// Open makes a master of it. It asks nothing yet.
func (t Transit) Open() (Master, error) {
	where, err := url.Parse(t.Address)
	if err != nil || where.Host == "" || where.User != nil || where.RawQuery != "" {
		return nil, fault.New(fault.Invalid, codeKMSAddress)
	}
	if where.Scheme != "https" && (where.Scheme != "http" || !onThisMachine(where.Hostname())) {
		return nil, fault.New(fault.Invalid, "seal.kms_in_clear")
	}
	cut := strings.LastIndexByte(strings.Trim(where.Path, "/"), '/')
	path := strings.Trim(where.Path, "/")
	if cut < 1 || cut == len(path)-1 {
		return nil, fault.New(fault.Invalid, codeKMSAddress)
	}
	m := transit{base: where.Scheme + "://" + where.Host + "/v1/" + path[:cut], key: path[cut+1:], token: t.Token}
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.Roots != "" {
		pem, err := os.ReadFile(t.Roots)
		if err != nil {
			return nil, fault.Because(err, fault.Invalid, "seal.kms_roots")
		}
		secure.RootCAs = x509.NewCertPool()
		if !secure.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fault.New(fault.Invalid, "seal.kms_roots")
		}
	}
	m.client = &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: secure, Proxy: nil, IdleConnTimeout: time.Minute},
		// A redirection would carry the token, and a key in clear, to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return m, nil
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

type transit struct {
	client           *http.Client
	base, key, token string
}

func (m transit) Wrap(ctx context.Context, name string, key []byte) ([]byte, error) {
	answer, err := m.ask(ctx, "encrypt", name, "plaintext", base64.StdEncoding.EncodeToString(key))
	if err == nil && answer.Ciphertext == "" {
		err = fault.New(fault.Busy, codeKMSAway)
	}
	return []byte(answer.Ciphertext), err
}

func (m transit) Unwrap(ctx context.Context, name string, wrapped []byte) ([]byte, error) {
	if !bytes.Contains(wrapped[:min(len(wrapped), 16)], []byte(":v")) {
		return nil, ErrForeign // a file's master wrapped it: the service need not be asked
	}
	answer, err := m.ask(ctx, "decrypt", name, "ciphertext", string(wrapped))
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(answer.Plaintext)
	if err != nil || len(key) == 0 {
		return nil, ErrForeign
	}
	return key, nil
}

type transitAnswer struct {
	Ciphertext string `json:"ciphertext"`
	Plaintext  string `json:"plaintext"`
}

// ask sends one request. Nothing that the service says goes into an error: it
// may quote what was sent.
func (m transit) ask(ctx context.Context, what, name, field, value string) (transitAnswer, error) {
	token, err := readSecretFile(m.token)
	if err != nil {
		return transitAnswer{}, err
	}
	body, err := json.Marshal(map[string]string{field: value, "associated_data": base64.StdEncoding.EncodeToString(masterBinding(name))})
	if err != nil {
		return transitAnswer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.base+"/"+what+"/"+url.PathEscape(m.key), bytes.NewReader(body))
	if err != nil {
		return transitAnswer{}, fault.New(fault.Invalid, codeKMSAddress)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Vault-Token", string(token))
	r.Header.Set("X-Vault-Request", "true")
	resp, err := m.client.Do(r)
	if err != nil {
		return transitAnswer{}, fault.Because(bareURL(err), fault.Busy, codeKMSAway)
	}
	defer func() { _ = resp.Body.Close() }()
	return readTransit(resp)
}

func readTransit(resp *http.Response) (transitAnswer, error) {
	var got struct {
		Data transitAnswer `json:"data"`
	}
	err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&got)
	status := fmt.Sprint(resp.StatusCode)
	switch {
	case resp.StatusCode == http.StatusOK && err == nil:
		return got.Data, nil
	case resp.StatusCode == http.StatusBadRequest: // not of this key, another name, or changed
		return transitAnswer{}, ErrForeign
	case resp.StatusCode == http.StatusForbidden, resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusNotFound:
		return transitAnswer{}, fault.New(fault.Busy, codeKMSRefused, "status", status)
	}
	return transitAnswer{}, fault.New(fault.Busy, codeKMSAway, "status", status)
}

// bareURL leaves of an error of the network what is not the address.
func bareURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
