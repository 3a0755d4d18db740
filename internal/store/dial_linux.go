package store

import (
	"syscall"
	"time"
)

// unsentLimit ends a connection on which what was sent is not confirmed for so
// long: TCP_USER_TIMEOUT, tcp(7), which package syscall has no name for.
func unsentLimit(fd uintptr, limit time.Duration) error {
	const tcpUserTimeout = 18
	return syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(limit.Milliseconds()))
}
