// SPDX-License-Identifier: Apache-2.0

package bus

import (
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"entente.example/internal/fault"
)

// Bus is a connection to the other nodes.
type Bus struct {
	conn   *nats.Conn
	server *server.Server // nil where the cluster is elsewhere
}

const patience = 5 * time.Second

// Open connects to the NATS servers at url (a list separated by commas), or
// starts one in this process, without a socket, where url is empty.
func Open(url string) (*Bus, error) {
	if url != "" {
		conn, err := nats.Connect(url, nats.Name("entente"), nats.MaxReconnects(-1), nats.Timeout(patience))
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, "error.unavailable", fmt.Errorf("connect to NATS: %w", err))
		}
		return &Bus{conn: conn}, nil
	}
	srv, err := server.NewServer(&server.Options{DontListen: true, NoLog: true, NoSigs: true})
	if err != nil {
		return nil, fmt.Errorf("make NATS in process: %w", err)
	}
	srv.Start()
	if !srv.ReadyForConnections(patience) {
		srv.Shutdown()
		return nil, errors.New("start NATS in process: not ready in time")
	}
	conn, err := nats.Connect("", nats.InProcessServer(srv), nats.Name("entente"))
	if err != nil {
		srv.Shutdown()
		return nil, fmt.Errorf("connect to NATS in process: %w", err)
	}
	return &Bus{conn: conn, server: srv}, nil
}

// Close ends the connection, and the server if it is this process's own.
func (b *Bus) Close() {
	b.conn.Close()
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
}

// Publish sends text to all nodes that listen to subject, this one included.
func (b *Bus) Publish(subject, text string) error { return b.conn.Publish(subject, []byte(text)) }

// Listen calls fn, one message at a time, until cancel is called.
func (b *Bus) Listen(subject string, fn func(text string)) (cancel func(), err error) {
	sub, err := b.conn.Subscribe(subject, func(m *nats.Msg) { fn(string(m.Data)) })
	if err != nil {
		return nil, fmt.Errorf("listen to %s: %w", subject, err)
	}
	return func() {
		if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) && !errors.Is(err, nats.ErrBadSubscription) {
			panic(err) // no other error is possible for a subscription of ours
		}
	}, b.conn.Flush()
}

// Connected reports whether messages reach other nodes now.
func (b *Bus) Connected() bool { return b.conn.IsConnected() }
