// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"
	"syscall"

	"entente.example/internal/signin/password"
)

// longestDerivation is how much DeriveKey reads: far more than any password.
const longestDerivation = 1 << 16

// DeriveKey reads a salt in hexadecimal, a line's end and a password from in, and
// writes the key to out. It is the whole work of a process that Elsewhere starts.
func DeriveKey(in io.Reader, out io.Writer) error {
	debug.SetGCPercent(-1) // it ends before there is anything to collect
	text, err := io.ReadAll(io.LimitReader(in, longestDerivation))
	if err != nil {
		return fmt.Errorf("read what to derive from: %w", err)
	}
	before, after, ok := bytes.Cut(text, []byte("\n"))
	if !ok {
		return errors.New("no salt")
	}
	salt, err := hex.DecodeString(string(before))
	if err != nil {
		return fmt.Errorf("salt: %w", err)
	}
	_, err = out.Write(password.Derive(string(after), salt))
	return err
}

// ByItself has this program derive keys, by one of its commands that calls
// DeriveKey. What the system refuses is told to log.
func ByItself(command string, log *slog.Logger) password.Deriver {
	name, err := os.Executable()
	if err != nil {
		return password.Here
	}
	return Elsewhere(log, name, command)
}

// Elsewhere derives keys by a command that calls DeriveKey: in a
// process of the lowest priority, so that pages being answered do not wait behind
// passwords, and the memory of a derivation is the system's again when it ends.
// Where no process can be had, the key is derived here.
func Elsewhere(log *slog.Logger, command ...string) password.Deriver {
	var once sync.Once
	refused := func(err error) {
		once.Do(func() {
			log.Warn("passwords are derived at the priority of pages: the system refuses another", "err", err)
		})
	}
	return func(ctx context.Context, text string, salt []byte) ([]byte, error) {
		key, err := ask(ctx, command, text, salt, refused)
		if err != nil && ctx.Err() == nil {
			return password.Derive(text, salt), nil
		}
		return key, err
	}
}

func ask(ctx context.Context, command []string, text string, salt []byte, refused func(error)) ([]byte, error) {
	var out bytes.Buffer
	derivation := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // this program
	derivation.Env = []string{"GOMAXPROCS=1"}                          // none of the server's settings
	derivation.Stdin = bytes.NewReader(fmt.Appendf(nil, "%x\n%s", salt, text))
	derivation.Stdout = &out
	apart(derivation)
	if err := derivation.Start(); err != nil {
		return nil, fmt.Errorf("start a derivation: %w", err)
	}
	if err := last(derivation.Process.Pid); err != nil && !errors.Is(err, syscall.ESRCH) { // it may have ended
		refused(err)
	}
	if err := derivation.Wait(); err != nil {
		return nil, fmt.Errorf("derive: %w", err)
	}
	if out.Len() != password.KeyLength {
		return nil, fmt.Errorf("derived %d bytes", out.Len())
	}
	return out.Bytes(), nil
}
