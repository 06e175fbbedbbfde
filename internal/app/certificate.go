// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how long a certificate is used before its files are looked at
// again.
const lookAgain = 10 * time.Second

// certificate is one that lies in files, which may change while the server runs.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu     sync.Mutex
	held   *tls.Certificate // guarded by mu
	stamp  string           // of the files as held; guarded by mu
	looked time.Time        // guarded by mu
}

// newCertificate reads the files, and fails where they are no pair.
func newCertificate(certFile, keyFile string, log *slog.Logger, now func() time.Time) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log, now: now}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.read(); err != nil {
		return nil, fmt.Errorf("read TLS certificate: %w", err)
	}
	return c, nil
}

// read takes up the files, if they have changed. It is called with mu held.
func (c *certificate) read() error {
	c.looked = c.now()
	stamp := ""
	for _, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		stamp += fmt.Sprintln(info.ModTime().UnixNano(), info.Size())
	}
	if stamp == c.stamp {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.held, c.stamp = &pair, stamp
	return nil
}

// choose is for tls.Config.GetCertificate. Files that are no pair, perhaps since
// one of them is still to be replaced, leave the old certificate in use.
func (c *certificate) choose(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Sub(c.looked) >= lookAgain {
		if err := c.read(); err != nil {
			c.log.ErrorContext(context.Background(), "the TLS certificate in use is an old one: the files cannot be read", "err", err)
		}
	}
	return c.held, nil
}
