package procedure

// lint reports what compiles and is still wrong.
func (b *builder) lint() {}
