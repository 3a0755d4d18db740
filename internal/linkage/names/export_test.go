package names

// Remembered is how many words a reader has at hand.
func (r *Reader) Remembered() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.known)
}
