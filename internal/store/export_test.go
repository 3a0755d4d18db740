package store

import "context"

// OnVFS gives options that put SQLite on a file system of the test's own.
func OnVFS(o Options, name string) Options {
	o.VFS = name
	return o
}

// Synchronous is how the writing connection of SQLite commits: 2 is FULL.
func (s *Store) Synchronous(ctx context.Context) (n int, err error) {
	err = s.writers.alone(ctx, func(c *conn) error {
		_, err := c.one(ctx, []any{&n}, "pragma synchronous")
		return err
	})
	return n, err
}
