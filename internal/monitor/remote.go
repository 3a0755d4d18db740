package monitor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/ledger"
)

// Remote is a ledger at an address, as public logs are served.
type Remote struct {
	Base   string // https://pana.example/ledger
	Client *http.Client
}

// patience is how long one answer may take: a ledger that makes its monitors wait
// for ever would never be found out.
const patience = 30 * time.Second

// maxNote is the longest checkpoint: a dozen witnesses fit in a tenth of it.
const maxNote = 64 << 10

// NewRemote reads the ledger of the installation at url.
func NewRemote(url string) Remote {
	return Remote{strings.TrimSuffix(strings.TrimSuffix(url, "/"), "/ledger") + "/ledger", &http.Client{
		// Who answers with another's address would have its ledger looked at under this name.
		Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Checkpoint reads the last signed note.
func (r Remote) Checkpoint(ctx context.Context) (string, error) {
	b, err := r.get(ctx, "checkpoint", maxNote)
	return string(b), err
}

// Tile reads one tile.
func (r Remote) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	return r.get(ctx, ledger.TilePath(t), int64(t.W)*tlog.HashSize)
}

func (r Remote) get(ctx context.Context, path string, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Base+"/"+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := r.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, res.Status)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%s: longer than %d bytes", path, limit)
	}
	return b, err
}
