package witness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"pana/internal/ledger"
)

// Peer is a witness that the ledger asks.
type Peer struct {
	Verifier note.Verifier
	URL      string
	client   *http.Client
}

// patience is how long one answer may take; nothing waits for it.
const patience = 20 * time.Second

// Peers reads a list: on each line a witness's public key and its address.
func Peers(text string) (out []Peer, err error) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("line %d: a witness is its public key and its address", n)
		}
		v, err := ledger.WitnessVerifier(fields[0])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if err := safeURL(fields[1]); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, Peer{v, strings.TrimSuffix(fields[1], "/"), &http.Client{
			Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}})
	}
	return out, lines.Err()
}

// safeURL wants TLS beyond this machine: who stands between could keep a witness
// from ever seeing a checkpoint, and say that it is down.
func safeURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return errors.New("not an address")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("the address of a witness begins with https://")
}

// Prove gives the proof that the tree of size leaves begins with that of old ones.
type Prove func(ctx context.Context, size, old int64) ([]ledger.Hash, error)

// ErrConflict says that the witness has signed for a history that is not this one.
var ErrConflict = errors.New("the witness has seen another history")

// Ask has the witness sign: it says how far it is, and gets the proof from there.
func (p Peer) Ask(ctx context.Context, signed string, size int64, prove Prove) (line string, err error) {
	var old int64
	for range 2 {
		var proof []ledger.Hash
		if old > 0 && old < size {
			if proof, err = prove(ctx, size, old); err != nil {
				return "", err
			}
		}
		status, answer, err := p.post(ctx, Request{old, proof, signed}.String())
		switch {
		case err != nil:
			return "", err
		case status == http.StatusOK:
			return answer, p.believed(signed, answer)
		case status == http.StatusUnprocessableEntity:
			return "", ErrConflict
		case status != http.StatusConflict:
			return "", fmt.Errorf("the witness answers %d", status)
		}
		at, err := strconv.ParseInt(strings.TrimSpace(answer), 10, 64)
		if err != nil || at < 0 {
			return "", errors.New("the witness does not say how far it is")
		}
		if at > size || at == old {
			return "", ErrConflict
		}
		old = at
	}
	return "", ErrConflict
}

// believed reads the answer as a signature of this witness under this checkpoint.
func (p Peer) believed(signed, line string) error {
	if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
		return errors.New("the witness's answer is not one signature")
	}
	if _, ok := ledger.Cosigned(signed+line, p.Verifier); !ok {
		return errors.New("the witness's signature is not by its key")
	}
	return nil
}

func (p Peer) post(ctx context.Context, body string) (status int, answer string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/add-checkpoint", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	res, err := p.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	return res.StatusCode, string(b), err
}
