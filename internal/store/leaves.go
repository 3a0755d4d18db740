package store

import (
	"context"
	"database/sql"
	"encoding/hex"

	"pana/internal/casework"
	"pana/internal/fault"
)

// LeavesOf are the hashes of what was recorded in a stream, by its number there: with
// them whoever kept an earlier list sees whether something is missing from a later one.
func (s *Store) LeavesOf(ctx context.Context, ref casework.Ref) (out map[uint64]string, err error) {
	const q = `select seq, leaf from events where stream_kind = ?1 and stream_id = ?2`
	err = s.glancing(ctx, func(c *conn) error {
		out = map[uint64]string{}
		return c.walk(ctx, func(r *sql.Rows) error {
			var seq uint64
			var leaf []byte
			err := r.Scan(&seq, &leaf)
			out[seq] = hex.EncodeToString(leaf)
			return err
		}, q, string(ref.Kind), ref.ID)
	})
	return out, fault.At("leaves of a stream", err)
}
