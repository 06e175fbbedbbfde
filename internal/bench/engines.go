// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/jackc/pgx/v5"

	"entente.example/internal/sqldb/pgtest"
)

// On measures on each of the engines named. PostgreSQL runs in a cluster of its
// own, which syncs each commit as a deployment's does.
func On(ctx context.Context, size Size, engines []string, only string, log io.Writer) (all []Row, err error) {
	for _, name := range engines {
		engine, stop, failed := engineOf(ctx, name)
		if failed == nil {
			var rows []Row
			rows, failed = Measure(ctx, size, engine, only, log)
			all, failed = append(all, rows...), errors.Join(failed, stop())
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", name, failed))
		}
	}
	return all, err
}

func engineOf(ctx context.Context, name string) (e Engine, stop func() error, err error) {
	switch name {
	case "sqlite":
		return Engine{Name: name}, func() error { return nil }, nil
	case "postgres":
	default:
		return Engine{}, nil, fmt.Errorf("no engine is called %q", name)
	}
	server, err := pgtest.Start(ctx)
	if err != nil {
		return Engine{}, nil, err
	}
	if e, err = databases(ctx, server.URL); err != nil {
		return Engine{}, nil, errors.Join(err, server.Stop())
	}
	return e, server.Stop, nil
}

// databases makes the server durable, as that of the tests is not, and two
// databases on it.
func databases(ctx context.Context, server string) (Engine, error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return Engine{}, err
	}
	defer conn.Close(ctx)
	e := Engine{Name: "postgres"}
	for _, statement := range []string{
		"ALTER SYSTEM SET fsync = on", "ALTER SYSTEM SET synchronous_commit = on", "ALTER SYSTEM SET full_page_writes = on",
		"ALTER SYSTEM SET autovacuum = on", "ALTER SYSTEM SET autovacuum_naptime = 5", // in seconds: what was just brought in is known as it is elsewhere after a minute
		"SELECT pg_reload_conf()",
		"CREATE DATABASE bench_house TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
		"CREATE DATABASE bench_bare TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return e, fmt.Errorf("%s: %w", statement, err)
		}
	}
	e.House, err = inDatabase(server, "bench_house")
	if err == nil {
		e.Bare, err = inDatabase(server, "bench_bare")
	}
	return e, err
}

func inDatabase(server, name string) (string, error) {
	address, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	address.Path = "/" + name
	return address.String(), nil
}
