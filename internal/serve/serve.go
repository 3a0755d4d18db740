// Package serve is the network edge: it listens, sheds load, keeps the access
// log free of anything about a person, and stops without cutting an act short.
// It refuses to listen beyond this machine in clear: another address needs a
// certificate or a named proxy.
package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Config is where and how to listen.
type Config struct {
	Addr  string // HOST:PORT; port 0 takes a free one
	Cert  string // PEM file; with Key, TLS
	Key   string
	Proxy string // address of the proxy that ends TLS in front of us, if any
}

// Limits of one connection. A slow phone on a slow line gets a minute.
type limits struct {
	readHeader, readAll, writeAll, idle time.Duration
	maxHeader                           int
}

var usual = limits{readHeader: 10 * time.Second, readAll: 60 * time.Second, writeAll: 60 * time.Second, idle: 2 * time.Minute, maxHeader: 32 << 10}

const goodbye = 15 * time.Second

// Listen opens the address, or says why that would be unsafe.
func Listen(c Config) (net.Listener, error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("address %q is not HOST:PORT: %w", c.Addr, err)
	}
	if !loopback(host) && c.Cert == "" && c.Proxy == "" {
		return nil, fmt.Errorf("refusing to serve %s in clear: give --tls-cert and --tls-key, or name the proxy in front with --proxy", c.Addr)
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil || c.Cert == "" {
		return l, err
	}
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}), nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// Run serves until ctx ends, then lets what runs finish.
func Run(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	return run(ctx, l, h, log, usual)
}

func run(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, most limits) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: most.readHeader, ReadTimeout: most.readAll, WriteTimeout: most.writeAll,
		IdleTimeout: most.idle, MaxHeaderBytes: most.maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if err := s.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
