package web

import (
	"net/http"
	"strings"
	"testing"
)

// Anybody may read the tiles, and keep those that will never change.
func TestTilesForStrangers(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	for _, row := range []struct {
		why, path, keep string
		status          int
	}{
		{"the checkpoint is never a copy", "/ledger/checkpoint", "no-store", http.StatusOK},
		{"a full tile never changes", "/ledger/tile/0/000", "immutable", http.StatusOK},
		{"one that grows", "/ledger/tile/0/001.p/3", "max-age=3600", http.StatusOK},
		{"one that is not there is not kept", "/ledger/tile/0/002", "", http.StatusNotFound},
		{"the page of the ledger is not for strangers", "/ledger", "", http.StatusUnauthorized},
	} {
		res := v.get(row.path)
		if keep := res.Header().Get("Cache-Control"); res.Code != row.status || row.keep != "" && !strings.Contains(keep, row.keep) || row.keep == "" && strings.Contains(keep, "public") {
			t.Errorf("%s: %d, %q", row.why, res.Code, keep)
		}
	}
}
