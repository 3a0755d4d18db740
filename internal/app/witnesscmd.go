package app

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"pana/internal/ledger"
	"pana/internal/serve"
	"pana/internal/witness"
)

type witnessCommand struct {
	Name  string   `required:"" help:"What this witness is called, as in watch.example.org: no blank, no plus." placeholder:"NAME"`
	Key   string   `required:"" type:"path" help:"File with the witness's secret key; made when it is not there." placeholder:"FILE"`
	State string   `required:"" type:"path" help:"File that keeps the last checkpoint signed for each ledger. Never put an older one in its place." placeholder:"FILE"`
	Log   []string `required:"" help:"Public key of a ledger to sign for." placeholder:"KEY"`
	Addr  string   `help:"HOST:PORT to listen on." default:"127.0.0.1:8090"`
	Cert  string   `name:"tls-cert" help:"PEM certificate; with --tls-key, TLS." type:"path"`
	PEM   string   `name:"tls-key" help:"PEM key." type:"path"`
	Proxy string   `help:"Address of the proxy in front that ends TLS."`
}

// Run signs what grows until it is stopped.
func (c witnessCommand) Run(w *world) error {
	key, err := c.cosigner()
	if err != nil {
		return err
	}
	logs := map[string]string{}
	for _, text := range c.Log {
		v, err := note.NewVerifier(text)
		if err != nil {
			return errors.New("--log: the key of a ledger cannot be read")
		}
		logs[v.Name()] = text
	}
	heads := &headFile{path: c.State}
	if _, err := heads.Head(""); err != nil {
		return err
	}
	l, err := serve.Listen(serve.Config{Addr: c.Addr, Cert: c.Cert, Key: c.PEM, Proxy: c.Proxy})
	if err != nil {
		return err
	}
	log := logger(w, false)
	mux := http.NewServeMux()
	mux.Handle("POST /add-checkpoint", &witness.Server{Key: key, Logs: logs, Memory: heads, Now: time.Now})
	fmt.Fprintf(w.out, "key of the witness: %s\nready %s\n", key.Verifier(), l.Addr())
	return serve.Run(w.ctx, l, serve.Chain(mux, log, atOnce, plain(http.StatusServiceUnavailable, "busy"), plain(http.StatusInternalServerError, "internal")), log)
}

// cosigner reads the witness's key, or makes it.
func (c witnessCommand) cosigner() (ledger.Cosigner, error) {
	b, err := os.ReadFile(c.Key)
	var seed [32]byte
	if errors.Is(err, fs.ErrNotExist) {
		_, _ = rand.Read(seed[:]) // never fails
		b = []byte(base64.StdEncoding.EncodeToString(seed[:]) + "\n")
		err = writeWhole(c.Key, b) // readable by its owner only
	}
	if err != nil {
		return ledger.Cosigner{}, err
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(secret) != len(seed) {
		return ledger.Cosigner{}, fmt.Errorf("%s is not the key of a witness", c.Key)
	}
	copy(seed[:], secret)
	return ledger.CosignerOf(c.Name, seed)
}

// headFile keeps the heads in one small file, written whole.
type headFile struct {
	path string
	mu   sync.Mutex
}

func (f *headFile) read() (map[string]witness.Head, error) {
	heads := map[string]witness.Head{}
	b, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return heads, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &heads)
	}
	return heads, err
}

// Head is the last that was signed; a file that cannot be read is an error and not
// a new beginning.
func (f *headFile) Head(origin string) (witness.Head, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	heads, err := f.read()
	return heads[origin], err
}

// Keep writes it before the signature leaves.
func (f *headFile) Keep(origin string, h witness.Head) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	heads, err := f.read()
	if err != nil {
		return err
	}
	heads[origin] = h
	b, err := json.MarshalIndent(heads, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(f.path, append(b, '\n'))
}
