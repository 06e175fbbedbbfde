// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"entente.example/internal/schema"
	"entente.example/internal/sqldb"
)

// The settings of a test run.
const (
	// AddressEnv names the variable with the address of a server to use.
	AddressEnv = "ENTENTE_TEST_POSTGRES_URL"
	// withoutEnv names the variable with a list of what tests do without.
	withoutEnv = "ENTENTE_TEST_WITHOUT"
)

// URL returns the address of a fresh database with the schema of the house,
// which is dropped when the test ends. Without a server the test fails, unless
// ENTENTE_TEST_WITHOUT says that it may be skipped.
func URL(t testing.TB) string {
	t.Helper()
	Required(t)
	template, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	return create(t, "TEMPLATE "+template)
}

// Empty returns the address of a fresh database without tables. With options,
// as of CREATE DATABASE, it may differ in how it holds text.
func Empty(t testing.TB, options string) string {
	t.Helper()
	Required(t)
	return create(t, "TEMPLATE template0 "+options)
}

// Required skips the test if the run is to do without PostgreSQL.
func Required(t testing.TB) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv(withoutEnv), ","), "postgres") {
		t.Skip(withoutEnv + " names postgres: this test did not run on it")
	}
}

func create(t testing.TB, options string) string {
	t.Helper()
	server, err := serverURL()
	if err != nil {
		t.Fatalf("%v\n(or set %s, or %s=postgres to go without)", err, AddressEnv, withoutEnv)
	}
	name := "t_" + strings.ToLower(rand.Text())
	if err := run(server, "CREATE DATABASE "+name+" "+options+" STRATEGY file_copy"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return inDatabase(server, name)
}

// serverURL returns the address of the server for this process.
var serverURL = sync.OnceValues(func() (string, error) {
	if address := os.Getenv(AddressEnv); address != "" {
		return address, nil
	}
	server, err := Start(context.Background())
	if err != nil {
		return "", err
	}
	return server.URL, nil // it ends with this process
})

// migrated returns the name of a database with the schema of the house. All
// processes of a run share it: it is named for the migrations that made it.
var migrated = sync.OnceValues(func() (string, error) {
	server, err := serverURL()
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	sum, err := fingerprint(schema.Migrations())
	if err != nil {
		return "", err
	}
	name := "template_" + sum
	const lockID = 7_240_361
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockID); err != nil {
		return "", err
	}
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	return name, makeTemplate(ctx, conn, server, name)
})

// makeTemplate makes the database under another name first: what has the name
// is whole.
func makeTemplate(ctx context.Context, conn *pgx.Conn, server, name string) error {
	unfinished := name + "_unfinished"
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + unfinished,
		"CREATE DATABASE " + unfinished + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' STRATEGY file_copy",
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	db, err := sqldb.Open(ctx, inDatabase(server, unfinished))
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+unfinished+" RENAME TO "+name)
	return err
}

// fingerprint is short enough for a name.
func fingerprint(files fs.FS) (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		fmt.Fprintf(hash, "%s %d\n%s", path, len(content), content)
		return err
	})
	return hex.EncodeToString(hash.Sum(nil)[:8]), err
}

func run(server, statement string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// inDatabase returns the address of another database on the same server.
func inDatabase(server, name string) string {
	address, err := url.Parse(server)
	if err != nil {
		panic(err) // the server has answered at it
	}
	address.Path = "/" + name
	return address.String()
}
