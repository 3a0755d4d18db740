// Package clamd asks ClamAV's daemon whether content has a virus in it, over the
// daemon's own protocol (clamd(8), INSTREAM): the content is sent in pieces and
// stays in the daemon's memory. It refuses to send anything beyond this machine:
// what is scanned is not sealed.
package clamd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Scanner is a daemon that listens at an address.
type Scanner struct{ network, address string }

// New reads an address: unix:/run/clamav/clamd.ctl, or tcp:127.0.0.1:3310.
func New(address string) (*Scanner, error) {
	network, at, _ := strings.Cut(address, ":")
	switch {
	case network == "unix" && at != "":
		return &Scanner{"unix", at}, nil
	case network == "tcp":
		host, err := netip.ParseAddrPort(at)
		if err == nil && host.Addr().IsLoopback() {
			return &Scanner{"tcp", at}, nil
		}
		return nil, fmt.Errorf("clamd at %q: only an address of this machine, as tcp:127.0.0.1:3310: documents are sent to it in clear", address)
	}
	return nil, fmt.Errorf("clamd at %q: write unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310", address)
}

const (
	piece = 64 << 10
	// patience is how long one step may take; a large PDF is scanned for some seconds.
	patience = 30 * time.Second
	// longest answer: "stream: <name of a virus> FOUND".
	maxAnswer = 1024
)

// errAnswer: the daemon said neither clean nor found. Its words are not kept: they
// may quote what it scanned.
var errAnswer = errors.New("clamd: no verdict")

// Scan says whether something was found. Any error means that nothing is known.
func (s *Scanner) Scan(ctx context.Context, content io.Reader) (found bool, err error) {
	dial := net.Dialer{Timeout: patience}
	c, err := dial.DialContext(ctx, s.network, s.address)
	if err != nil {
		return false, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })()
	if err := send(c, content); err != nil {
		// It may have said why before it hung up: a stream that is too long for it.
		return false, errors.Join(err, ctx.Err())
	}
	answer, err := io.ReadAll(io.LimitReader(c, maxAnswer))
	if err != nil {
		return false, errors.Join(err, ctx.Err())
	}
	return verdict(strings.TrimRight(string(answer), "\x00\r\n"))
}

func send(c net.Conn, content io.Reader) error {
	if err := write(c, []byte("zINSTREAM\x00")); err != nil {
		return err
	}
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(content, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if err := write(c, buf[:4+n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return write(c, []byte{0, 0, 0, 0})
		}
		if err != nil {
			return err
		}
	}
}

// write gives each piece its own time: a long document is not late for being long.
func write(c net.Conn, b []byte) error {
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := c.Write(b)
	return err
}

func verdict(answer string) (bool, error) {
	said, ok := strings.CutPrefix(answer, "stream: ")
	switch {
	case ok && said == "OK":
		return false, nil
	case ok && strings.HasSuffix(said, " FOUND"):
		return true, nil
	}
	return false, errAnswer
}
