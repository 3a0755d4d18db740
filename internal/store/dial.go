package store

import (
	"database/sql"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// dialLimit is how long a connection to PostgreSQL, or the beginning of a
// transaction on it, may take.
const dialLimit = 5 * time.Second

// openDB opens a database. To PostgreSQL it dials so that a network that was cut is
// noticed in seconds: the system's own limits are a quarter of an hour for what
// was sent, and two hours for an answer.
func openDB(driver, address string) (*sql.DB, error) {
	if driver != "pgx" {
		return sql.Open(driver, address)
	}
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = dialLimit
	}
	c.DialFunc = (&net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
		Control: func(network, _ string, raw syscall.RawConn) (err error) {
			if network == "unix" {
				return nil
			}
			if controlled := raw.Control(func(fd uintptr) { err = unsentLimit(fd, 20*time.Second) }); controlled != nil {
				return controlled
			}
			return err
		},
	}).DialContext
	return stdlib.OpenDB(*c), nil
}
