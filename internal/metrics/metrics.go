// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Sample is the state of the node at one time. Collect asks for it at each
// scrape.
type Sample struct {
	Conns   Conns
	Streams int              // open pages that listen
	Lag     map[string]int64 // journal entries each follower is behind
	Jobs    []Jobs
	Size    int64     // bytes of the database; 0: not known
	WAL     int64     // bytes of its write-ahead log; 0: not known, or on PostgreSQL
	Free    int64     // bytes free in the data folder
	Ready   bool      // as /readyz says
	TLSEnd  time.Time // when the certificate ends; zero: none
}

// Conns is what became of connections.
type Conns struct {
	Open          int
	Shed, Refused int64 // since the start: closed to make room, and not let in
}

// Jobs is how many jobs of a kind are in a state.
type Jobs struct {
	Kind, State string
	Count       int64
}

// Metrics is the figures of one node. Its methods may be called at once.
type Metrics struct {
	registry *prometheus.Registry

	requests    *prometheus.CounterVec
	durations   *prometheus.HistogramVec
	refused     prometheus.Counter
	rateLimited prometheus.Counter
	commits     prometheus.Counter
	group       prometheus.Histogram
	wait        prometheus.Histogram
	imported    prometheus.Counter
}

// New returns Metrics that ask sample for what is not counted but is.
func New(sample func(context.Context) Sample) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "entente_requests_total", Help: "Requests answered, by the pattern of their route and the class of their status."}, []string{"route", "class"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "entente_request_duration_seconds", Help: "Time from a request's headers to the end of its answer, streams left out.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60}}, []string{"route"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "entente_signins_refused_total", Help: "Attempts to sign in that were answered with no."}),
		rateLimited: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "entente_rate_limited_total", Help: "Requests that a limit held back."}),
		commits: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "entente_commits_total", Help: "Transactions committed by this node; on SQLite several updates share one."}),
		group: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "entente_commit_updates", Help: "Updates that shared a commit.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}}),
		wait: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "entente_update_wait_seconds", Help: "How long an update waited for its turn: for the writer (SQLite) or a connection (PostgreSQL).",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5}}),
		imported: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "entente_imported_objects_total", Help: "Objects brought in by imports, as the journal tells; the same on each node."}),
	}
	m.registry.MustRegister(m.requests, m.durations, m.refused, m.rateLimited, m.commits, m.group, m.wait, m.imported,
		state{sample}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return m
}

// Request counts an answer with that status to a request of that route, a
// pattern. A stream lasts as long as its page is open, so its time says nothing.
func (m *Metrics) Request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
	if !strings.HasSuffix(route, " /live") {
		m.durations.WithLabelValues(route).Observe(took.Seconds())
	}
	if status == http.StatusTooManyRequests {
		m.rateLimited.Inc()
	}
	if strings.HasPrefix(route, "POST /signin") && status/100 == 4 {
		m.refused.Inc()
	}
}

// HeldBack counts a request that a limit answered, before any route did.
func (m *Metrics) HeldBack(status int) {
	m.requests.WithLabelValues("limits", strconv.Itoa(status/100)+"xx").Inc()
	m.rateLimited.Inc()
}

// Committed counts a commit that so many updates shared.
func (m *Metrics) Committed(updates int) {
	m.commits.Inc()
	m.group.Observe(float64(updates))
}

// Waited notes how long an update waited for its turn.
func (m *Metrics) Waited(d time.Duration) { m.wait.Observe(d.Seconds()) }

// Imported counts objects that an import brought in.
func (m *Metrics) Imported(objects int64) { m.imported.Add(float64(objects)) }

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 3})
}

// Names lists what the node measures of its own, without the Go runtime's and
// the process's figures.
func (m *Metrics) Names() (names []string) {
	descs := make(chan *prometheus.Desc)
	go func() {
		m.registry.Describe(descs)
		close(descs)
	}()
	for d := range descs {
		_, rest, _ := strings.Cut(d.String(), `fqName: "`)
		name, _, _ := strings.Cut(rest, `"`)
		if strings.HasPrefix(name, "entente_") {
			names = append(names, name)
		}
	}
	return names
}
