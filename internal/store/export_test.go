package store

// OnVFS gives options that put SQLite on a file system of the test's own.
func OnVFS(o Options, name string) Options {
	o.VFS = name
	return o
}
