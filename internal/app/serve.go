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
	stopPatience   = 10 * time.Second
	headerLimit    = 32 << 10
)

// Serve answers requests at the address of the settings until ctx ends, and
// prints one line with the address when it is ready. Streams that are open then
// end, and what has begun is let finish.
func (a *App) Serve(ctx context.Context, ready io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	streams, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	handler := http.Handler(a)
	if a.world.Demo {
		handler = door(a)
	}
	srv := &http.Server{
		ReadHeaderTimeout: headerPatience, ReadTimeout: readPatience, IdleTimeout: idlePatience, MaxHeaderBytes: headerLimit,
		BaseContext: func(net.Listener) context.Context { return streams },
		ErrorLog:    slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	listener = a.bounds(handler).serve(srv, listener)
	srv.RegisterOnShutdown(cut)
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		stopped <- srv.Shutdown(patience)
	})
	go a.watchDisk(streams, srv)
	go returnMemory(streams)
	fmt.Fprintf(ready, "entente: ready at %s\n", a.config.Origin)
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return <-stopped
}

// watchDisk stops the program after a failed sync: what the disk then holds is
// not known, and the next start reads it afresh.
func (a *App) watchDisk(ctx context.Context, srv *http.Server) {
	select {
	case <-ctx.Done():
	case <-a.db.Failed():
		a.log.ErrorContext(ctx, "a sync to disk failed: the server stops")
		if err := srv.Close(); err != nil {
			a.log.ErrorContext(ctx, "close", "err", err)
		}
	}
}
