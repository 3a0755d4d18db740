package store_test

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// smallDisk mounts a file system in memory. That takes root; what it shows beyond
// the tests on a file system of ours (TestFullDiskHalfWritesNothing,
// TestReadOnlyDiskAcknowledgesNothing) is that the kernel's own errors arrive as
// those tests have it.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(size)); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no small disk could be mounted, and CI must: %v", err)
		}
		t.Skipf("only root may mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillDisk writes until there is no room.
func fillDisk(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{64 << 10, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
}

func remountReadOnly(t *testing.T, dir string) {
	t.Helper()
	for tries := 0; ; tries++ {
		err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
		if err == nil {
			return
		}
		if tries == 200 { // a child that another test is starting holds what is open until it runs
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
