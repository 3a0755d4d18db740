package auth

import (
	"context"

	"pana/internal/id"
)

// Confusables and CodePoints are the standard's table and how it is read.
var (
	Confusables = confusables
	CodePoints  = codePoints
)

// RecoveryOf finds the kept form of a code on paper.
func (a *Auth) RecoveryOf(ctx context.Context, account Account, typed string) (string, error) {
	return a.recoveryOf(ctx, account, typed)
}

// KeptBefore is what was kept of a code on paper until 2026-11.
func (a *Auth) KeptBefore(worker id.Worker, code string) string { return a.recoveryHash(worker, code) }
