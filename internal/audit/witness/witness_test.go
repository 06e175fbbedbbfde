// SPDX-License-Identifier: Apache-2.0

package witness_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente.example/internal/audit/merkle"
	"entente.example/internal/audit/witness"
)

func signer(t *testing.T, name string) merkle.Signer {
	t.Helper()
	secret, err := merkle.NewKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := merkle.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// house is a witness that serves, and the log that it watches.
type house struct {
	*httptest.Server
	log    merkle.Signer
	client *witness.Client
	leaves []byte
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{log: signer(t, "entente.example/log")}
	secret, err := merkle.NewWitnessKey(rand.Reader, "witness.example/w1")
	if err != nil {
		t.Fatal(err)
	}
	cosigner, err := merkle.NewCosigner(secret, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	server, err := witness.NewServer(h.log.Key(), cosigner, filepath.Join(t.TempDir(), "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	h.Server = httptest.NewServer(server)
	t.Cleanup(h.Close)
	if h.client, err = witness.NewClient(h.URL+"/", cosigner.Key()); err != nil {
		t.Fatal(err)
	}
	for i := range byte(9) {
		leaf := sha256.Sum256([]byte{i})
		h.leaves = append(h.leaves, leaf[:]...)
	}
	return h
}

func (h *house) load(int, int64) ([]byte, error) { return h.leaves, nil }

// addition is what the log sends, signed by whoever.
func (h *house) addition(t *testing.T, by merkle.Signer, from, size int64) merkle.Addition {
	t.Helper()
	root, err := merkle.Root(size, h.load)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := by.Sign(size, root)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := merkle.Consistency(from, size, h.load)
	if err != nil {
		t.Fatal(err)
	}
	return merkle.Addition{Old: from, Proof: proof, Checkpoint: signed}
}

func (h *house) posts(t *testing.T, body string) int {
	t.Helper()
	response, err := http.Post(h.URL+"/add-checkpoint", "", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestAWitnessAnswersAsTheStandardSays(t *testing.T) {
	h := newHouse(t)
	if c, err := h.client.Cosign(t.Context(), h.addition(t, h.log, 0, 3)); err != nil || c.Size != 3 || c.Witness != "witness.example/w1" {
		t.Fatalf("%+v, %v", c, err)
	}
	var known *merkle.SizeError
	if _, err := h.client.Cosign(t.Context(), h.addition(t, h.log, 0, 5)); !errors.As(err, &known) || known.Size != 3 {
		t.Errorf("from another size: %v", err)
	}
	if _, err := h.client.Cosign(t.Context(), h.addition(t, h.log, 3, 7)); err != nil {
		t.Errorf("what continues: %v", err)
	}
	wrong := h.addition(t, h.log, 7, 9)
	wrong.Proof[0][0] ^= 1
	backwards := h.addition(t, h.log, 0, 5)
	backwards.Old = 7
	for name, test := range map[string]struct {
		body string
		want int
	}{
		"a wrong proof":         {string(wrong.Encode()), http.StatusUnprocessableEntity},
		"a tree that shrinks":   {string(backwards.Encode()), http.StatusBadRequest},
		"another key":           {string(h.addition(t, signer(t, "entente.example/log"), 7, 8).Encode()), http.StatusForbidden},
		"another log":           {string(h.addition(t, signer(t, "other.example/log"), 7, 8).Encode()), http.StatusNotFound},
		"no request":            {"old 7\n", http.StatusBadRequest},
		"more than there is of": {strings.Repeat("x", 1<<20), http.StatusRequestEntityTooLarge},
	} {
		if got := h.posts(t, test.body); got != test.want {
			t.Errorf("%s: %d; want %d", name, got, test.want)
		}
	}
	hash := sha256.Sum256([]byte("entente.example/log"))
	response, err := http.Get(h.URL + "/" + hex.EncodeToString(hash[:]) + "/checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if opened, err2 := merkle.Open(text, h.log.Key()); err != nil || err2 != nil || opened.Size != 7 {
		t.Errorf("monitors read %q, %v", text, err)
	}
}

func TestTheClientGoesNowhereElse(t *testing.T) {
	h := newHouse(t)
	reached := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer elsewhere.Close()
	for name, answer := range map[string]http.HandlerFunc{
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
		"a long answer": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("— x AAAAAAAA\n", 10000))
		},
		"no cosignature":      func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine\n") },
		"a size that is none": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) },
	} {
		srv := httptest.NewServer(answer)
		client, err := witness.NewClient(srv.URL, keyOf(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Cosign(t.Context(), h.addition(t, h.log, 0, 3)); err == nil || reached {
			t.Errorf("%s: %v, gone elsewhere: %v", name, err, reached)
		}
		srv.Close()
	}
	for _, address := range []string{"http://witness.example", "ftp://localhost", "", "witness.example"} {
		if _, err := witness.NewClient(address, keyOf(t)); err == nil {
			t.Errorf("%q is an address of a witness", address)
		}
	}
}

func keyOf(t *testing.T) string {
	t.Helper()
	secret, err := merkle.NewWitnessKey(rand.Reader, "witness.example/other")
	if err != nil {
		t.Fatal(err)
	}
	cosigner, err := merkle.NewCosigner(secret, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return cosigner.Key()
}
