//go:build !linux

package store_test

import "testing"

func smallDisk(t *testing.T, _ int) string {
	t.Skip("a small disk is mounted on Linux only")
	return ""
}

func fillDisk(*testing.T, string) {}

func remountReadOnly(*testing.T, string) {}
