// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

package main

import (
	"testing"

	"entente.example/internal/sqldb/pgtest"
)

func TestItExitsAsItsCommandDoes(t *testing.T) {
	pgtest.Required(t)
	tests := []struct {
		name string
		args []string
		want int
	}{
		{"no command", nil, exitUsage},
		{"no command after the dashes", []string{"--"}, exitUsage},
		{"a command that succeeds if it has an address", []string{"--", "sh", "-c", `test -n "$ENTENTE_TEST_POSTGRES_URL"`}, 0},
		{"a command that fails", []string{"sh", "-c", "exit 7"}, 7},
		{"a command that is killed", []string{"--", "sh", "-c", "kill -9 $$"}, exitFailed},
		{"a command that is not there", []string{"--", "./no such command"}, exitFailed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := run(test.args); got != test.want {
				t.Errorf("exit code %d; want %d", got, test.want)
			}
		})
	}
}
