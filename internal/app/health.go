// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/web"
)

const (
	healthFresh    = time.Second // how long an answer serves: who asks more often costs nothing
	healthPatience = 5 * time.Second
)

// check is one condition of readiness.
type check struct {
	name string
	ask  func(context.Context) error
}

// health tells whether the node should be sent requests.
type health struct {
	checks   []check
	now      func() time.Time
	stopping atomic.Bool

	mu      sync.Mutex
	at      time.Time        // guarded by mu
	results map[string]error // guarded by mu
}

var errStopping = errors.New("the word to stop has come")

// newHealth returns the checks of this node.
func (a *App) newHealth() *health {
	return &health{now: time.Now, checks: []check{
		{"database", a.db.Current}, // answers, and has every migration of this program
		{"followers", a.followersCheck},
		{"bus", func(context.Context) error { return unless(a.bus.Connected(), "not connected to NATS") }},
		{"disk", a.diskCheck},
		{"journal", func(context.Context) error { return a.runner.Refused() }}, // cut or rewritten: nothing is signed
	}}
}

func unless(ok bool, why string) error {
	if ok {
		return nil
	}
	return errors.New(why)
}

func (a *App) followersCheck(ctx context.Context) error {
	lag, err := a.runner.Lag(ctx)
	for name, behind := range lag {
		if most := int64(a.config.ReadyLag); most > 0 && behind > most {
			err = errors.Join(err, fmt.Errorf("%s is %d entries behind", name, behind))
		}
	}
	return err
}

func (a *App) diskCheck(context.Context) error {
	if a.config.DiskReserve == 0 {
		return nil
	}
	name := filepath.Join(a.config.Data, ".writable")
	if err := os.WriteFile(name, []byte("ok\n"), 0o600); err != nil {
		return err
	}
	free, err := diskFree(a.config.Data)
	if err == nil && free < a.config.DiskReserve {
		err = fmt.Errorf("%d bytes are free, %d are to be", free, a.config.DiskReserve)
	}
	return err
}

// uploadReserve is below how many times disk_reserve no more uploads are taken: what
// is left is for posts, sign-ins and the journal.
const uploadReserve = 2

func (a *App) roomToUpload() error {
	if a.config.DiskReserve == 0 {
		return nil
	}
	free, err := diskFree(a.config.Data)
	if err == nil && free/uploadReserve < a.config.DiskReserve {
		err = fault.New(fault.Unavailable, "intel.upload.disk")
	}
	return err
}

// ask runs the checks, or returns what they said a moment ago.
func (h *health) ask(ctx context.Context) (results map[string]error, ready bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.results == nil || h.now().Sub(h.at) > healthFresh {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthPatience) // who leaves early must not decide for the next
		defer cancel()
		h.results = map[string]error{}
		for _, c := range h.checks {
			h.results[c.name] = c.ask(ctx)
		}
		h.at = h.now()
	}
	results, ready = map[string]error{}, true
	for name, err := range h.results {
		results[name], ready = err, ready && err == nil
	}
	if h.stopping.Load() {
		results["stopping"], ready = errStopping, false
	}
	return results, ready
}

// answer writes what readyz says: to strangers the names of the checks, to the
// operator their reasons besides.
func (h *health) answer(w http.ResponseWriter, r *http.Request, reasons bool) {
	results, ready := h.ask(r.Context())
	said := struct {
		Ready  bool              `json:"ready"`
		Checks map[string]string `json:"checks"`
	}{ready, map[string]string{}}
	for name, err := range results {
		said.Checks[name] = "ok"
		if err != nil {
			said.Checks[name] = "failed"
		}
		if err != nil && reasons {
			said.Checks[name] = err.Error()
		}
	}
	status := http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // who asked may be gone
}

// alive answers /healthz: the process runs and takes requests.
func alive(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// probed answers what balancers ask, before anybody is asked who they are, and
// passes all else on.
func (a *App) probed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		probe := r.URL.Path == "/healthz" || r.URL.Path == "/readyz"
		if !probe || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		web.Headers(w.Header(), a.config.Secure())
		if r.URL.Path == "/healthz" {
			alive(w)
			return
		}
		a.health.answer(w, r, false)
	})
}
