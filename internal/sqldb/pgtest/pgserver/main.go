// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

// Command pgserver runs a command with a PostgreSQL server of its own:
//
//	go run ./internal/sqldb/pgtest/pgserver -- go test ./...
//
// The command finds the server's address in ENTENTE_TEST_POSTGRES_URL. When it
// ends, the server is gone, and pgserver exits as the command did; with 3 if
// PostgreSQL is not installed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"entente.example/internal/sqldb/pgtest"
)

const (
	exitFailed       = 1
	exitUsage        = 2
	exitNotInstalled = 3
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgserver -- command [argument ...]")
		return exitUsage
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	server, err := pgtest.Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgserver:", err)
		if errors.Is(err, pgtest.ErrNotInstalled) {
			return exitNotInstalled
		}
		return exitFailed
	}
	code := serve(server.URL, args, signals)
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "pgserver: stop:", err)
	}
	return code
}

// serve runs the command, hands signals on to it and returns its exit code.
func serve(address string, args []string, signals <-chan os.Signal) int {
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...) //nolint:gosec // running it is what we are for
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), pgtest.AddressEnv+"="+address)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "pgserver:", err)
		return exitFailed
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s) // it may have ended just now
		case err := <-done:
			return codeOf(err)
		}
	}
}

func codeOf(err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() >= 0 {
		return exit.ExitCode()
	}
	return exitFailed
}
