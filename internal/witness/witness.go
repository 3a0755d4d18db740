// Package witness is the one who signs beside the ledger: that this checkpoint grew
// out of the last one it has seen (C2SP tlog-witness). It keeps one tree head for
// each ledger and refuses to go back, so that two histories never both have its
// name under them. It reads hashes only and refuses to know what they are of.
package witness

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/ledger"
)

// Head is the last checkpoint of a ledger that the witness signed.
type Head struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

// Memory keeps heads. Keep must have them on the disk when it returns: a witness
// that forgets can be brought to sign two histories.
type Memory interface {
	Head(origin string) (Head, error)
	Keep(origin string, h Head) error
}

// Server is a witness.
type Server struct {
	Key    ledger.Cosigner
	Logs   map[string]string // verifier's key by origin
	Memory Memory
	Now    func() time.Time

	turn sync.Mutex // one decision after the other
}

// maxRequest is the longest that is read: sixty-three hashes and a note.
const maxRequest = 64 << 10

// sizeKind is the type of an answer that says how far the witness is.
const sizeKind = "text/x.tlog.size"

// ServeHTTP answers add-checkpoint.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	line, refused := s.add(string(body))
	if refused == nil {
		_, _ = io.WriteString(w, line) // the ledger asks again
		return
	}
	if refused.status == http.StatusConflict {
		w.Header().Set("Content-Type", sizeKind)
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, "%d\n", refused.size)
		return
	}
	http.Error(w, refused.why, refused.status)
}

// refusal is an answer that is no signature.
type refusal struct {
	status int
	why    string
	size   int64 // of a conflict: how far the witness is
}

// add decides, in the order of the specification.
func (s *Server) add(body string) (line string, refused *refusal) {
	req, err := parseRequest(body)
	if err != nil {
		return "", &refusal{status: http.StatusBadRequest, why: err.Error()}
	}
	origin, _, _ := strings.Cut(req.Checkpoint, "\n")
	key := s.Logs[origin]
	if key == "" {
		return "", &refusal{status: http.StatusNotFound, why: "not a ledger that this witness knows"}
	}
	c, err := ledger.OpenCheckpoint(req.Checkpoint, key)
	if err != nil {
		return "", &refusal{status: http.StatusForbidden, why: "not signed by the ledger"}
	}
	if req.Old > c.Size {
		return "", &refusal{status: http.StatusBadRequest, why: "the old tree is larger than the new one"}
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	if refused := s.grows(origin, req, c); refused != nil {
		return "", refused
	}
	if err := s.Memory.Keep(origin, Head{c.Size, c.Root.String()}); err != nil {
		return "", &refusal{status: http.StatusInternalServerError, why: "cannot remember, and so does not sign"}
	}
	text, _ := ledger.Text(req.Checkpoint)
	return s.Key.Line(text, s.Now()), nil
}

// grows says what is against c having grown out of what was signed last.
func (s *Server) grows(origin string, req Request, c ledger.Checkpoint) *refusal {
	last, err := s.Memory.Head(origin)
	if err != nil {
		return &refusal{status: http.StatusInternalServerError, why: "cannot remember, and so does not sign"}
	}
	if req.Old != last.Size || last.Size == c.Size && last.Size > 0 && last.Root != c.Root.String() {
		return &refusal{status: http.StatusConflict, size: last.Size}
	}
	if last.Size == 0 || last.Size == c.Size {
		if len(req.Proof) > 0 {
			return &refusal{status: http.StatusUnprocessableEntity, why: "nothing to prove, and a proof"}
		}
		return nil
	}
	root, err := tlog.ParseHash(last.Root)
	if err == nil {
		err = ledger.CheckConsistency(req.Proof, c.Size, c.Root, last.Size, root)
	}
	if err != nil {
		return &refusal{status: http.StatusUnprocessableEntity, why: "it does not grow out of the last one"}
	}
	return nil
}

// Request is the body of add-checkpoint.
type Request struct {
	Old        int64
	Proof      []ledger.Hash
	Checkpoint string // signed
}

// String writes the body.
func (r Request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", r.Old)
	for _, h := range r.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return b.String() + "\n" + r.Checkpoint
}

// maxProof is the longest proof that a tree can need.
const maxProof = 63

func parseRequest(body string) (out Request, err error) {
	bad := errors.New("not a request to add a checkpoint")
	head, signed, ok := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	old, isOld := strings.CutPrefix(lines[0], "old ")
	if !ok || !isOld || len(lines) > 1+maxProof {
		return out, bad
	}
	if out.Old, err = strconv.ParseInt(old, 10, 64); err != nil || out.Old < 0 || strconv.FormatInt(out.Old, 10) != old {
		return out, bad
	}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return out, bad
		}
		out.Proof = append(out.Proof, h)
	}
	out.Checkpoint = signed
	return out, nil
}
