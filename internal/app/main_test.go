// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(filepath.Dir(built))
	}
	os.Exit(code)
}

// built is where the program was built, if a test asked for it.
var built string

// build makes the program once, as it is shipped.
var build = sync.OnceValue(func() error {
	dir, err := os.MkdirTemp("", "entente-app-")
	if err != nil {
		return err
	}
	built = filepath.Join(dir, "entente")
	if out, err := exec.Command("go", "build", "-o", built, "entente.example/cmd/entente").CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return nil
})

// binary returns the path of the built program.
func binary(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return built
}
