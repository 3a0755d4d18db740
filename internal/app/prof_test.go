package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

func TestProf(t *testing.T) {
	start := time.Now()
	n, _ := strconv.Atoi(os.Getenv("N"))
	d, err := openDemo(context.Background(), t.TempDir(), n, io.Discard, slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	var ru syscall.Rusage
	_ = syscall.Getrusage(0, &ru)
	t.Log(time.Since(start), time.Duration(ru.Utime.Nano()), time.Duration(ru.Stime.Nano()))
	d.close()
}
