// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"entente.example/internal/audit/merkle"
	"entente.example/internal/audit/witness"
	"entente.example/internal/seal"
)

// Witnessing says what a witness watches, and where it keeps its key and memory.
type Witnessing struct {
	Dir    string
	Key    string // verifier key of the log
	Name   string
	Listen string
}

// RunWitness is the witness of another server's journal until ctx ends. It prints
// its address and its verifier key, which the other server is given.
func RunWitness(ctx context.Context, w Witnessing, out io.Writer) error {
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return err
	}
	key, err := seal.OpenTextKey(filepath.Join(w.Dir, "witness.key"), func() (string, error) { return merkle.NewWitnessKey(rand.Reader, w.Name) })
	if err != nil {
		return err
	}
	cosigner, err := merkle.NewCosigner(key.Secret(), time.Now)
	if err != nil {
		return err
	}
	server, err := witness.NewServer(w.Key, cosigner, filepath.Join(w.Dir, "checkpoint"))
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	srv := &http.Server{
		Handler: server, ReadHeaderTimeout: headerPatience, ReadTimeout: headerPatience, WriteTimeout: headerPatience, IdleTimeout: idlePatience,
		MaxHeaderBytes: headerLimit,
	}
	defer context.AfterFunc(ctx, func() { _ = srv.Close() })()
	fmt.Fprintf(out, "entente: witness ready at http://%s\nkey: %s\n", listener.Addr(), cosigner.Key())
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
