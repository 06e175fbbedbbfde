// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"entente.example/internal/audit/merkle"
	"entente.example/internal/durable"
)

// Server is the witness of one log.
type Server struct {
	key      string // verifier key of the log
	origin   string
	cosigner merkle.Cosigner
	path     string // of the last checkpoint that was cosigned
	calls    *http.ServeMux

	mu sync.Mutex // held from reading the file to writing it
}

// NewServer returns the witness of the log with that verifier key, which keeps the
// last checkpoint that it cosigned in the file of that path.
func NewServer(key string, cosigner merkle.Cosigner, path string) (*Server, error) {
	origin, _, ok := strings.Cut(key, "+")
	if !ok {
		return nil, errors.New("malformed verifier key of the log")
	}
	s := &Server{key: key, origin: origin, cosigner: cosigner, path: path, calls: http.NewServeMux()}
	s.calls.HandleFunc("POST /add-checkpoint", s.add)
	s.calls.HandleFunc("GET /{origin}/checkpoint", s.show)
	_, _, err := s.last() // a file that is damaged must not become a fresh start
	return s, err
}

// ServeHTTP implements http.Handler: the two calls of a witness.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.calls.ServeHTTP(w, r) }

// bodyLimit is the longest request: a checkpoint and 63 hashes.
const bodyLimit = merkle.NoteLimit + 4<<10

func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge)
		return
	}
	request, err := merkle.ParseAddition(body)
	if err != nil {
		refuse(w, http.StatusBadRequest)
		return
	}
	line, known, status := s.cosign(request)
	switch status {
	case http.StatusOK:
		_, _ = io.WriteString(w, line)
	case http.StatusConflict:
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, strconv.FormatInt(known, 10)+"\n")
	default:
		refuse(w, status)
	}
}

func refuse(w http.ResponseWriter, status int) { http.Error(w, http.StatusText(status), status) }

// cosign checks a request, in the order that tlog-witness gives, and returns the
// signature line once it is on disk.
func (s *Server) cosign(a merkle.Addition) (line string, known int64, status int) {
	if peeked, err := merkle.Peek(a.Checkpoint); err != nil {
		return "", 0, http.StatusBadRequest
	} else if peeked.Origin != s.origin {
		return "", 0, http.StatusNotFound
	}
	signed, err := merkle.Open(a.Checkpoint, s.key)
	if err != nil {
		return "", 0, http.StatusForbidden
	}
	if a.Old > signed.Size {
		return "", 0, http.StatusBadRequest
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last, _, err := s.last()
	switch {
	case err != nil:
		return "", 0, http.StatusInternalServerError
	case a.Old != last.Size:
		return "", last.Size, http.StatusConflict
	case merkle.CheckConsistency(a.Proof, last, signed.Checkpoint) != nil:
		return "", 0, http.StatusUnprocessableEntity
	case signed.Size == 0 && signed.Root != merkle.Empty():
		return "", 0, http.StatusUnprocessableEntity
	}
	line = s.cosigner.Cosign(signed.Text())
	if err := durable.Replace(s.path, []byte(bare(signed)+line)); err != nil {
		return "", 0, http.StatusInternalServerError
	}
	return line, 0, http.StatusOK
}

// bare returns the checkpoint with the signature of its log, and no other.
func bare(signed merkle.Signed) string {
	text, lines, _ := strings.Cut(string(signed.Note), "\n\n")
	out := text + "\n\n"
	for line := range strings.Lines(lines) {
		if strings.HasPrefix(line, "— "+signed.Origin+" ") {
			out += line
		}
	}
	return out
}

// last returns the checkpoint that was cosigned last: of an empty tree if there is
// none.
func (s *Server) last() (c merkle.Checkpoint, text []byte, err error) {
	text, err = os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return merkle.Checkpoint{Origin: s.origin, Root: merkle.Empty()}, nil, nil
	}
	if err != nil {
		return c, nil, err
	}
	opened, err := merkle.Open(text, s.key)
	return opened.Checkpoint, text, err
}

// show serves the checkpoint that was cosigned last, for monitors.
func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	hash := sha256.Sum256([]byte(s.origin))
	s.mu.Lock()
	_, text, err := s.last()
	s.mu.Unlock()
	if err != nil || text == nil || r.PathValue("origin") != hex.EncodeToString(hash[:]) {
		refuse(w, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text)
}
