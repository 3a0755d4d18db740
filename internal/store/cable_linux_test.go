//go:build soak

package store_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"pana/internal/store/storetest"
	"pana/internal/testkit/pgserver"
)

// A cable is pulled out between a node and its database, ten times, while it writes:
// what it sent is confirmed by nobody, and nobody says that the line is down. Each is
// in a network of its own, which takes root, so it is the soak's (-tags soak) and no gate's.
func TestAPulledCable(t *testing.T) {
	nodes, base := newRoom(t), newRoom(t)
	const nodeIs, baseIs = "10.77.0.1", "10.77.0.2"
	nodes.ip(t, "link", "add", "node", "type", "veth", "peer", "name", "base")
	nodes.ip(t, "link", "set", "base", "netns", base.path())
	nodes.ip(t, "addr", "add", nodeIs+"/30", "dev", "node")
	nodes.ip(t, "link", "set", "node", "up")
	base.ip(t, "addr", "add", baseIs+"/30", "dev", "base")
	base.ip(t, "link", "set", "base", "up")

	pg, name := base.server(t, baseIs)
	v := newVictims(t, pgserver.AddressOf(name, pg))
	near := v.open(t, silenceIs)
	defer near.Close()
	far := farNode(t, nodes, v.master, "postgres://pana@"+net.JoinHostPort(baseIs, "5432")+"/"+name+"?sslmode=disable")
	free := &storetest.Crew{Name: "near"}
	free.Start(near)
	for range few() {
		far.await(t, 20)
		base.ip(t, "link", "set", "base", "down")
		time.Sleep(200 * time.Millisecond) // what was on its way is there
		before := far.heard()
		free.Await(t, 40, 30*time.Second)
		if n := far.heard() - before; n > storetest.Writers {
			t.Errorf("%d acts were acknowledged over a cable that is out", n)
		}
		base.ip(t, "link", "set", "base", "up")
		far.await(t, 20)
	}
	said, other := far.stop(), free.Stop()
	storetest.Whole(t, near, said, other)
	if pause := free.Pause(); pause > 10*time.Second {
		t.Errorf("the node with its cable in stood still for %s", pause)
	}
	t.Logf("%d acknowledged acts, none lost; the other node waited %s at most; who was cut off wrote again %s after the cable was in, at most",
		said.All()+other.All(), free.Pause().Round(time.Millisecond), far.longest.Round(time.Millisecond))
}

// silenceIs is the limit of a group's transaction, short for a test.
const silenceIs = 2 * time.Second

// room is a thread in a network of its own: what it starts is there too.
type room struct {
	tid int
	do  chan func()
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r, made := &room{do: make(chan func())}, make(chan error)
	go func() {
		runtime.LockOSThread() // and never let go: the thread ends with this, and its network with it
		err := syscall.Unshare(syscall.CLONE_NEWNET)
		r.tid = syscall.Gettid()
		made <- err
		for f := range r.do {
			f()
		}
	}()
	if err := <-made; err != nil {
		t.Fatalf("only root may make a network: %v", err)
	}
	t.Cleanup(func() { close(r.do) })
	return r
}

func (r *room) path() string { return fmt.Sprintf("/proc/%d/task/%d/ns/net", os.Getpid(), r.tid) }

func (r *room) run(f func() error) error {
	done := make(chan error)
	r.do <- func() { done <- f() }
	return <-done
}

func (r *room) ip(t *testing.T, args ...string) {
	t.Helper()
	if err := r.run(func() error {
		out, err := exec.Command("ip", args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %v: %w: %s", args, err, out)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// server is a PostgreSQL that listens in this network, and on its socket.
func (r *room) server(t *testing.T, at string) (s *pgserver.Server, database string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "panahba") // its reader is another user, who may not go into t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	may := filepath.Join(dir, "hba")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(may, []byte("local all all trust\nhost all all samenet trust\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.run(func() (err error) {
		s, err = pgserver.Start("listen_addresses="+at, "hba_file="+may)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, databaseOf(t, s)
}

// node is a victim that is not killed: its cable is pulled out.
type node struct {
	cmd     *exec.Cmd
	mu      sync.Mutex
	said    storetest.Counts
	n       int
	longest time.Duration
	ended   chan struct{}
}

func (n *node) heard() int { n.mu.Lock(); defer n.mu.Unlock(); return n.n }

// await waits until it has acknowledged so many more.
func (n *node) await(t *testing.T, more int) {
	t.Helper()
	since, want := time.Now(), n.heard()+more
	for n.heard() < want {
		if time.Since(since) > time.Minute {
			t.Fatalf("the node acknowledged nothing more in a minute: %d of %d", n.heard(), want)
		}
		time.Sleep(5 * time.Millisecond)
	}
	n.longest = max(n.longest, time.Since(since))
}

func (n *node) stop() storetest.Counts {
	_ = n.cmd.Process.Kill()
	<-n.ended
	_ = n.cmd.Wait()
	return n.said
}

func farNode(t *testing.T, r *room, master, address string) *node {
	t.Helper()
	n := &node{cmd: exec.Command(os.Args[0]), said: storetest.Counts{}, ended: make(chan struct{})}
	n.cmd.Env = append(os.Environ(), victimEnv+"="+address, masterEnv+"="+master, roundEnv+"="+strconv.Itoa(1), silenceEnv+"="+silenceIs.String())
	n.cmd.Stderr = os.Stderr
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.run(n.cmd.Start); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(n.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n.mu.Lock()
			n.said.Count(lines.Text())
			n.n++
			n.mu.Unlock()
		}
	}()
	t.Cleanup(func() { _ = n.cmd.Process.Kill() })
	return n
}
