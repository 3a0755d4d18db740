package pack

// compiles: every procedure compiles on every day on which something changes.
func (l *linter) compiles() {}
