// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net/http"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/job"
	"entente.example/internal/metrics"
	"entente.example/internal/sqldb"
	"entente.example/internal/web"
)

// observe counts what the node does.
func (a *App) observe() {
	a.metrics, a.health = metrics.New(a.sample), a.newHealth()
	a.db.Measure(sqldb.Meter{
		Queued: func() func() {
			begun := time.Now()
			return func() { a.metrics.Waited(time.Since(begun)) }
		},
		Committed: a.metrics.Committed,
	})
}

// seen notes a request: a figure, and one line that holds ids alone.
func (a *App) seen(ctx context.Context, v web.Note) {
	a.metrics.Request(v.Route, v.Status, v.Took)
	a.log.InfoContext(ctx, "request", "route", v.Route, "status", v.Status, "ms", v.Took.Milliseconds(),
		"reference", v.Reference, "member", string(v.Member), "cut", v.Cut)
}

// countImports follows the journal for the figures.
func (a *App) countImports(_ context.Context, r audit.Record) {
	if r.Verb == audit.ImportApplied {
		a.metrics.Imported(r.Count)
	}
}

// sample is the state of the node for a scrape. What cannot be found out is
// left out: the check of readiness says why.
func (a *App) sample(ctx context.Context) (s metrics.Sample) {
	if c := a.conns.Load(); c != nil {
		s.Conns.Open, s.Conns.Shed, s.Conns.Refused = c.Open()
	}
	s.Streams = a.hub.Listeners()
	_, s.Ready = a.health.ask(ctx)
	s.Lag, _ = a.runner.Lag(ctx)
	depths, _ := job.Depths(ctx, a.db, a.world.now())
	for _, d := range depths {
		s.Jobs = append(s.Jobs, metrics.Jobs(d))
	}
	s.Size, s.WAL, _ = a.db.Size(ctx)
	s.Free, _ = diskFree(a.config.Data)
	if end := a.tlsEnd.Load(); end != 0 {
		s.TLSEnd = time.Unix(end, 0)
	}
	return s
}

// operatorPages are for the operator's listener.
func (a *App) operatorPages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { alive(w) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { a.health.answer(w, r, true) })
	return mux
}
