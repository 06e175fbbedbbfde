// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net"
	"os"
	"strconv"
	"time"
)

// notify tells the service manager how the program is (sd_notify(3)); where
// there is none it does nothing.
func (a *App) notify(ctx context.Context, state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unixgram", socket)
	if err == nil {
		defer conn.Close()
		_, err = conn.Write([]byte(state))
	}
	if err != nil {
		a.log.ErrorContext(ctx, "the service manager is not told", "err", err)
	}
}

// watchdog tells the service manager that the program is alive, as long as it
// can read its database, twice in the time that the manager allows.
func (a *App) watchdog(ctx context.Context) {
	allowed, err := strconv.Atoi(os.Getenv("WATCHDOG_USEC"))
	if err != nil || allowed <= 0 {
		return
	}
	beat := time.NewTicker(time.Duration(allowed) * time.Microsecond / 2)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			if results, _ := a.health.ask(ctx); results["database"] == nil {
				a.notify(ctx, "WATCHDOG=1")
			}
		}
	}
}
