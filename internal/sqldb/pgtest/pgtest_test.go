// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

package pgtest_test

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entente.example/internal/sqldb/pgtest"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for range 3 {
		t.Run("with the schema of the house and nothing in it", func(t *testing.T) {
			address := pgtest.URL(t)
			if seen[address] {
				t.Error("it was given before")
			}
			seen[address] = true
			query(t, address, `CREATE TABLE mine (x bigint)`)
			query(t, address, `SELECT version_id FROM schema_version`)
		})
	}
	for address := range seen {
		if conn, err := pgx.Connect(t.Context(), address); err == nil {
			conn.Close(t.Context())
			t.Errorf("%s outlives its test", address)
		}
	}
}

func TestAServerLeavesNothing(t *testing.T) {
	pgtest.Required(t)
	t.Run("when it is stopped", func(t *testing.T) {
		server, err := pgtest.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		query(t, server.URL, `SELECT 1`)
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
		if !gone(t, server.URL) {
			t.Error("its folder is still there")
		}
	})
	t.Run("when the process that started it is killed", func(t *testing.T) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestHelperThatIsKilled$")
		cmd.Env = append(os.Environ(), helperEnv+"=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 1000)
		n, err := out.Read(line)
		if err != nil {
			t.Fatal(err)
		}
		query(t, string(line[:n]), `SELECT 1`)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		for tries := 0; !gone(t, string(line[:n])); tries++ {
			if tries == 500 {
				t.Fatal("its folder is still there after ten seconds")
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

const helperEnv = "ENTENTE_TEST_PGTEST_HELPER"

// TestHelperThatIsKilled starts a server, tells its address and waits.
func TestHelperThatIsKilled(t *testing.T) {
	if os.Getenv(helperEnv) == "" {
		t.Skip("this is no test of its own")
	}
	server, err := pgtest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString(server.URL)
	select {}
}

// gone reports whether the folder of the server at address is gone.
func gone(t *testing.T, address string) bool {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(parsed.Query().Get("host"))
	return errors.Is(err, fs.ErrNotExist)
}

func query(t *testing.T, address, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Error(err)
	}
}
