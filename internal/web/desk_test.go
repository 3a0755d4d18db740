package web

import "pana/internal/desk"

// The pages were drawn against interfaces; the desk is what stands behind them.
var _ Desk = (*desk.Desk)(nil)
