package store_test

import (
	"testing"
	"time"

	"pana/internal/store/storetest"
)

// A server says how it is set: that of these tests has no standby and does not
// wait for its disk, and the doctor must hear so.
func TestHealthOfAServer(t *testing.T) {
	t.Parallel()
	s := postgresWorld(t).Open(t, storetest.Options())
	h, err := s.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !h.Server || h.Standbys != 0 || h.FSync || h.FullPageWrites || h.Encoding != "UTF8" || h.Version < 150000 || !h.Local || h.SynchronousCommit != "on" {
		t.Errorf("health = %+v", h)
	}
	if off := time.Since(h.Clock); off < -time.Minute || off > time.Minute {
		t.Errorf("its clock is %s off", off)
	}
}
