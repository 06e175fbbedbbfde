// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente.example/internal/config"
)

// certify writes a certificate of localhost with that serial number.
func certify(t *testing.T, cfg config.Config, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cfg.TLSCertificate: {Type: "CERTIFICATE", Bytes: der}, cfg.TLSKey: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACertificateIsReplacedWithoutARestart(t *testing.T) {
	dir := t.TempDir()
	cfg := config.Config{TLSCertificate: filepath.Join(dir, "tls.crt"), TLSKey: filepath.Join(dir, "tls.key")}
	certify(t, cfg, 1)
	now := time.Now()
	c, err := newCertificate(cfg.TLSCertificate, cfg.TLSKey, slog.New(slog.DiscardHandler), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	serial := func() int64 {
		pair, err := c.choose(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.SerialNumber.Int64()
	}
	certify(t, cfg, 22)
	if got := serial(); got != 1 {
		t.Errorf("number %d before it is time to look; want 1", got)
	}
	now = now.Add(lookAgain)
	if got := serial(); got != 22 {
		t.Errorf("number %d after a change; want 22", got)
	}
	if err := os.WriteFile(cfg.TLSKey, []byte("half a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(lookAgain)
	if got := serial(); got != 22 {
		t.Errorf("number %d with broken files; want the old one, 22", got)
	}
	if _, err := newCertificate(cfg.TLSCertificate, cfg.TLSKey, c.log, c.now); err == nil {
		t.Error("a start takes files that are no pair")
	}
}

func TestTheListenerSpeaksTLSAndTheOtherSendsThere(t *testing.T) {
	dir, listen := t.TempDir(), freeAddress(t)
	cfg := config.Config{Data: dir, Database: filepath.Join(dir, "entente.db"), Listen: listen, Origin: "https://" + listen, Redirect: freeAddress(t), LogLevel: "error",
		TLSCertificate: filepath.Join(dir, "tls.crt"), TLSKey: filepath.Join(dir, "tls.key")}
	certify(t, cfg, 1)
	a, err := New(t.Context(), cfg, Real(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	serves(t, a)
	trust := func(most uint16) *http.Client {
		return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MaxVersion: most}, ForceAttemptHTTP2: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	answer, err := trust(0).Get(cfg.Origin + "/signin")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.TLS.Version != tls.VersionTLS13 || answer.ProtoMajor != 2 || !strings.Contains(answer.Header.Get("Strict-Transport-Security"), "max-age=63072000") {
		t.Errorf("TLS %x, HTTP/%d, %v; want TLS 1.3, HTTP/2 and HSTS", answer.TLS.Version, answer.ProtoMajor, answer.Header)
	}
	if answer, err := trust(tls.VersionTLS11).Get(cfg.Origin + "/signin"); err == nil {
		answer.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
	plain, err := trust(0).Get("http://" + cfg.Redirect + "/w/x?q=1")
	if err != nil {
		t.Fatal(err)
	}
	plain.Body.Close()
	if plain.StatusCode != http.StatusPermanentRedirect || plain.Header.Get("Location") != cfg.Origin+"/w/x?q=1" {
		t.Errorf("%d to %s; want 308 to the origin", plain.StatusCode, plain.Header.Get("Location"))
	}
}

// TestAnAuthorityIsAskedForTheOriginAlone holds the wiring of ACME; no authority
// is asked here.
func TestAnAuthorityIsAskedForTheOriginAlone(t *testing.T) {
	a := &App{config: config.Config{Data: t.TempDir(), Origin: "https://entente.example", ACME: "https://ca.example/directory", ACMEEmail: "admin@entente.example"}}
	m, err := a.authority()
	if err != nil || m.Client.DirectoryURL != a.config.ACME || m.Email != a.config.ACMEEmail {
		t.Fatalf("%+v, %v", m, err)
	}
	if m.HostPolicy(t.Context(), "entente.example") != nil || m.HostPolicy(t.Context(), "other.example") == nil {
		t.Error("certificates are asked for other hosts than the origin's")
	}
	secure, redirect, err := a.secured()
	if err != nil || secure.MinVersion != tls.VersionTLS12 || !strings.Contains(strings.Join(secure.NextProtos, " "), "acme-tls/1") {
		t.Errorf("%+v, %v; want TLS-ALPN-01", secure, err)
	}
	w := httptest.NewRecorder()
	redirect.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://entente.example/.well-known/acme-challenge/x", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("%d for a challenge that nobody set; want 404, not a redirect", w.Code)
	}
	w = httptest.NewRecorder()
	redirect.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "http://entente.example/signin/password", nil))
	if w.Code != http.StatusForbidden {
		t.Errorf("%d for a form sent in the clear; want 403", w.Code)
	}
	a.config.ACMERoots = filepath.Join(a.config.Data, "none.pem")
	if _, err := a.authority(); err == nil {
		t.Error("roots that are not there are not missed")
	}
}
