// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// patience is how long a scrape waits for the state of the node.
const patience = 5 * time.Second

// state collects a Sample.
type state struct {
	sample func(context.Context) Sample
}

var (
	conns   = prometheus.NewDesc("entente_connections_open", "Connections of the public listener.", nil, nil)
	shed    = prometheus.NewDesc("entente_connections_shed_total", "Connections closed to make room for others.", nil, nil)
	turned  = prometheus.NewDesc("entente_connections_refused_total", "Connections that were over a limit, and not let in.", nil, nil)
	streams = prometheus.NewDesc("entente_streams_open", "Open pages that listen for news.", nil, nil)
	lag     = prometheus.NewDesc("entente_follower_lag_entries", "Journal entries that a follower is behind.", []string{"follower"}, nil)
	jobs    = prometheus.NewDesc("entente_jobs", "Background jobs, by kind and state.", []string{"kind", "state"}, nil)
	size    = prometheus.NewDesc("entente_database_bytes", "Size of the database.", nil, nil)
	wal     = prometheus.NewDesc("entente_wal_bytes", "Size of the write-ahead log; SQLite alone.", nil, nil)
	free    = prometheus.NewDesc("entente_disk_free_bytes", "Space free in the data folder.", nil, nil)
	ready   = prometheus.NewDesc("entente_ready", "1 where /readyz says that the node is ready, else 0.", nil, nil)
	tlsEnd  = prometheus.NewDesc("entente_certificate_end_seconds", "When the TLS certificate ends, in seconds since 1970; only with TLS.", nil, nil)
)

// Describe implements prometheus.Collector.
func (state) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{conns, shed, turned, streams, lag, jobs, size, wal, free, ready, tlsEnd} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (s state) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	now := s.sample(ctx)
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	known := func(d *prometheus.Desc, bytes int64) {
		if bytes > 0 {
			gauge(d, float64(bytes))
		}
	}
	gauge(conns, float64(now.Conns.Open))
	to <- prometheus.MustNewConstMetric(shed, prometheus.CounterValue, float64(now.Conns.Shed))
	to <- prometheus.MustNewConstMetric(turned, prometheus.CounterValue, float64(now.Conns.Refused))
	gauge(streams, float64(now.Streams))
	for name, behind := range now.Lag {
		gauge(lag, float64(behind), name)
	}
	for _, j := range now.Jobs {
		gauge(jobs, float64(j.Count), j.Kind, j.State)
	}
	known(size, now.Size)
	known(wal, now.WAL)
	known(free, now.Free)
	if now.Ready {
		gauge(ready, 1)
	} else {
		gauge(ready, 0)
	}
	if !now.TLSEnd.IsZero() {
		gauge(tlsEnd, float64(now.TLSEnd.Unix()))
	}
}
