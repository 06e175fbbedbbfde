// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente.example/internal/loopback"
)

// patience is how long a server may take until it answers, before the test
// gives up on it.
const patience = 60 * time.Second

// built is the folder of the program, where a test has built it.
var built string

// build makes the program once.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "entente-ledger-")
	if err != nil {
		return "", err
	}
	built = dir
	binary := filepath.Join(dir, "entente")
	out, err := exec.Command("go", "build", "-o", binary, "entente.example/cmd/entente").CombinedOutput()
	if err != nil {
		os.Stderr.Write(out)
	}
	return binary, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// program is a server that can be killed and started again.
type program struct {
	binary, data, database, listen string
	env                            []string
	running                        *exec.Cmd
	log                            *os.File
}

func newProgram(t *testing.T, data, database string) *program {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	p := &program{binary: binary, data: data, database: database, listen: freeAddress(t), log: log}
	t.Cleanup(p.kill)
	return p
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, release, err := loopback.Free(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return address
}

func (p *program) address() string { return "http://" + p.listen }

// start runs the server and returns how long it took until it answered one of
// its pages to the holder of that session.
func (p *program) start(t *testing.T, path, token string) time.Duration {
	t.Helper()
	p.running = p.settle(exec.Command(p.binary, "serve"))
	begun := time.Now()
	if err := p.running.Start(); err != nil {
		t.Fatal(err)
	}
	client := newClient(p.address(), token)
	defer client.http.CloseIdleConnections()
	for time.Since(begun) < patience {
		if status, _, err := client.get(path); err == nil && status == http.StatusOK {
			return time.Since(begun)
		}
		time.Sleep(2 * time.Millisecond) // nothing tells from outside that a server answers
	}
	p.kill()
	t.Fatalf("the server does not answer %v after its start:\n%s", patience, p.said())
	return 0
}

// settle gives a command that runs the program its settings.
func (p *program) settle(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = append(os.Environ(), "ENTENTE_DATA="+p.data, "ENTENTE_DATABASE="+p.database, "ENTENTE_LISTEN="+p.listen,
		"ENTENTE_ORIGIN="+p.address(), "ENTENTE_LOG_LEVEL=error",
		"ENTENTE_MEMBER_RATE=100000", "ENTENTE_ADDRESS_RATE=100000") // clients write as fast as they are answered
	cmd.Env = append(cmd.Env, p.env...)
	cmd.Stdout, cmd.Stderr = p.log, p.log
	return cmd
}

// kill ends the server without a word.
func (p *program) kill() {
	if p.running == nil {
		return
	}
	_ = p.running.Process.Kill()
	_ = p.running.Wait() // it was killed
	p.running = nil
}

// said is what the server logged, its end, but for what a database that is away
// gives.
func (p *program) said() string {
	text, _ := os.ReadFile(p.log.Name())
	var kept strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "error.unavailable") {
			kept.WriteString(line)
		}
	}
	said := kept.String()
	return said[max(0, len(said)-4000):]
}

// sleep waits in real time: the moments of a kill have no other signal.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
