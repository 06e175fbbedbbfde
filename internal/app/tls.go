// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// authorityPatience is how long one call to an ACME authority may take.
const authorityPatience = 30 * time.Second

// secured returns how the public listener speaks TLS, nil where it does not,
// and what the redirect listener answers.
func (a *App) secured() (*tls.Config, http.Handler, error) {
	redirect := redirected(a.config.Origin)
	switch {
	case a.config.TLSCertificate != "":
		c, err := newCertificate(a.config.TLSCertificate, a.config.TLSKey, a.log, time.Now)
		if err != nil {
			return nil, nil, err
		}
		return a.noting(&tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.choose}), redirect, nil
	case a.config.ACME != "":
		m, err := a.authority()
		if err != nil {
			return nil, nil, err
		}
		t := m.TLSConfig()
		t.MinVersion = tls.VersionTLS12
		return a.noting(t), m.HTTPHandler(redirect), nil
	}
	return nil, redirect, nil
}

// authority is what gets certificates for the origin's host, and renews them.
func (a *App) authority() (*autocert.Manager, error) {
	client := &http.Client{Timeout: authorityPatience}
	if a.config.ACMERoots != "" {
		pem, err := os.ReadFile(a.config.ACMERoots)
		if err != nil {
			return nil, fmt.Errorf("read the roots of the ACME authority: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, errors.New("read the roots of the ACME authority: no certificate in the file")
		}
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, Proxy: http.ProxyFromEnvironment}
	}
	return &autocert.Manager{
		Prompt: autocert.AcceptTOS, Email: a.config.ACMEEmail, HostPolicy: autocert.HostWhitelist(a.config.Host()),
		Cache:  autocert.DirCache(filepath.Join(a.config.Data, "acme")),
		Client: &acme.Client{DirectoryURL: a.config.ACME, HTTPClient: client, UserAgent: "entente"},
	}, nil
}

// noting keeps for the figures when the certificate in use ends.
func (a *App) noting(t *tls.Config) *tls.Config {
	choose := t.GetCertificate
	t.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		pair, err := choose(hello)
		if err == nil && pair.Leaf != nil {
			a.tlsEnd.Store(pair.Leaf.NotAfter.Unix())
		}
		return pair, err
	}
	return t
}

// redirected sends readers on to the origin. What was sent in the clear to be
// done is not done.
func redirected(origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "Use https.", http.StatusForbidden)
			return
		}
		http.Redirect(w, r, origin+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}
