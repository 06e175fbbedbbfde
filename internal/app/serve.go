// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	headerPatience = 10 * time.Second
	readPatience   = 10 * time.Minute // of a whole request: an upload over a thin line
	idlePatience   = 2 * time.Minute
	headerLimit    = 32 << 10
)

// outlet is a server and what it listens on.
type outlet struct {
	*http.Server
	listener net.Listener
}

func (o outlet) serve() error {
	var err error
	if o.TLSConfig != nil {
		err = o.ServeTLS(o.listener, "", "")
	} else {
		err = o.Serve(o.listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve: %w", err)
}

// outlets are the listeners of a node: the public one first.
type outlets []outlet

func (o outlets) close() {
	for _, each := range o {
		_ = each.Close() // the listener is gone already, or goes with the process
	}
}

// Serve answers requests at the addresses of the settings until ctx ends, and
// prints one line with the address when it is ready. Then it tells balancers,
// sends streams elsewhere and lets finish what has begun.
func (a *App) Serve(ctx context.Context, ready io.Writer) error {
	outs, err := a.listen(ctx)
	if err != nil {
		outs.close()
		return err
	}
	failed := make(chan error, len(outs))
	for _, o := range outs {
		go func() { failed <- o.serve() }() // ends when o is shut down, below
	}
	fmt.Fprintf(ready, "entente: ready at %s\n", a.config.Origin)
	a.notify(ctx, "READY=1")
	watching, quit := context.WithCancel(context.WithoutCancel(ctx))
	defer quit()
	go a.watchdog(watching)
	go returnMemory(watching)
	select {
	case <-ctx.Done():
		return a.leave(context.WithoutCancel(ctx), outs)
	case <-a.db.Failed(): // what the disk now holds is not known: the next start reads it afresh
		outs.close()
		return errors.New("a sync to disk failed: the server stops")
	case err := <-failed:
		outs.close()
		return err
	}
}

// listen opens every listener that the settings name.
func (a *App) listen(ctx context.Context) (outs outlets, err error) {
	secure, redirect, err := a.secured()
	if err != nil {
		return nil, err
	}
	add := func(setting, address string, h http.Handler, dress func(*http.Server, net.Listener) net.Listener) error {
		l, err := (&net.ListenConfig{KeepAlive: -1}).Listen(ctx, "tcp", address) // set where a connection is let in: it costs as much as to refuse one
		if err != nil {
			return fmt.Errorf("setting %s: %w", setting, err)
		}
		srv := a.server(h)
		outs = append(outs, outlet{srv, dress(srv, l)})
		return nil
	}
	if err := add("listen", a.config.Listen, nil, a.public); err != nil {
		return outs, err
	}
	outs[0].TLSConfig = secure
	if a.config.Redirect != "" {
		if err := add("redirect_listen", a.config.Redirect, redirect, plain); err != nil {
			return outs, err
		}
	}
	if a.config.Metrics == "" || a.world.Demo {
		return outs, nil
	}
	err = add("metrics_listen", a.config.Metrics, a.operatorPages(), plain)
	if err != nil && !a.config.Given("metrics_listen") {
		a.log.WarnContext(ctx, "no figures: the standard address is in use, name another", "err", err)
		err = nil
	}
	return outs, err
}

// plain leaves a listener as it is: few know its address.
func plain(_ *http.Server, l net.Listener) net.Listener { return l }

// public gives srv the pages, held to their limits, and what stands before them.
func (a *App) public(srv *http.Server, l net.Listener) net.Listener {
	pages := http.Handler(a)
	if a.world.Demo {
		pages = door(pages)
	}
	l = a.bounds(pages).serve(srv, l)
	srv.Handler = a.front(srv.Handler)
	return l
}

// front is what stands before limits and pages.
func (a *App) front(next http.Handler) http.Handler {
	return behind(a.config.Proxies, a.probed(next))
}

func (a *App) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerPatience, ReadTimeout: readPatience, IdleTimeout: idlePatience, MaxHeaderBytes: headerLimit,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
}

// leave ends the node's service, in an order in which nobody notices: balancers
// are told and given time, open pages are sent to another node, what is being
// answered is answered.
func (a *App) leave(ctx context.Context, outs outlets) error {
	defer outs.close()
	a.health.stopping.Store(true)
	a.notify(ctx, "STOPPING=1")
	a.log.InfoContext(ctx, "stopping", "grace", a.config.StopGrace.String())
	grace := time.NewTimer(a.config.StopGrace)
	defer grace.Stop()
	select {
	case <-grace.C:
	case <-a.db.Failed():
	}
	close(a.closing)
	patience, cancel := context.WithTimeout(ctx, a.config.StopPatience)
	defer cancel()
	if err := outs[0].Shutdown(patience); err != nil {
		a.log.WarnContext(ctx, "requests under way were cut: they took longer than stop_patience", "err", err)
	}
	return nil
}
