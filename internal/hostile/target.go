// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"entente.example/internal/loopback"
)

// Target is the program under attack.
type Target struct {
	Address string // host:port
	process *exec.Cmd
}

// Build builds the program into a folder of the test.
func Build(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "entente")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", name, "entente.example/cmd/entente") //nolint:gosec // our own program
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return name
}

// Start runs the program as a demonstration, pinned to a processor where that is
// possible, until the test ends.
func Start(t *testing.T, program string, pinned bool, settings ...string) *Target {
	t.Helper()
	address, release, err := loopback.Free(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	target := &Target{Address: strings.Replace(address, "localhost", "127.0.0.1", 1)}
	args := append(pin(pinned, "0"), program, "demo", "--data", filepath.Join(t.TempDir(), "demo"))
	target.process = exec.CommandContext(context.WithoutCancel(t.Context()), args[0], args[1:]...) //nolint:gosec // our own program
	target.process.Env = append(os.Environ(), append(settings, "ENTENTE_LISTEN="+address, "ENTENTE_LOG_LEVEL=error", "ENTENTE_METRICS_LISTEN=off")...)
	if pinned {
		target.process.Env = append(target.process.Env, "GOMAXPROCS=1")
	}
	target.process.Stderr = os.Stderr
	out, err := target.process.StdoutPipe()
	if err == nil {
		err = target.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.stop(t) })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "ready at") {
			return target
		}
	}
	t.Fatal("the program ended before it was ready")
	return nil
}

func (t *Target) stop(test *testing.T) {
	if err := t.process.Process.Signal(syscall.SIGTERM); err != nil {
		test.Errorf("the program was gone before its end: %v", err)
	}
	if err := t.process.Wait(); err != nil {
		test.Errorf("the program ended badly: %v", err)
	}
}

// pin returns the beginning of a command line that keeps a process to one processor.
func pin(pinned bool, processor string) []string {
	if !pinned {
		return nil
	}
	return []string{"taskset", "-c", processor}
}

// State is what the system says of the program.
type State struct {
	RSS     int // MB
	Files   int // descriptors
	Threads int
}

// State reads the program's state from /proc.
func (t *Target) State() State {
	folder := fmt.Sprintf("/proc/%d/", t.process.Process.Pid)
	status, err := os.ReadFile(folder + "status")
	if err != nil {
		return State{}
	}
	number := func(name string) int {
		m := regexp.MustCompile(name + `:\s+(\d+)`).FindSubmatch(status)
		if m == nil {
			return 0
		}
		n, _ := strconv.Atoi(string(m[1])) // digits
		return n
	}
	files, _ := os.ReadDir(folder + "fd")
	return State{number("VmRSS") >> 10, len(files), number("Threads")}
}

// from returns a dialer whose connections come from the n-th address of a group.
func from(group byte, n int) *net.Dialer {
	return &net.Dialer{
		LocalAddr: &net.TCPAddr{IP: net.IPv4(127, group, byte(n/250), byte(1+n%250))}, //nolint:gosec // below 255
		Timeout:   5 * time.Second,
	}
}

// client is a browser of one address: it follows nothing, and keeps one connection.
func client(group byte, n int) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DialContext: from(group, n).DialContext, MaxIdleConnsPerHost: 8, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       30 * time.Second,
	}
}

// read answers a request with status, headers and body.
func read(c *http.Client, r *http.Request) (*http.Response, string, error) {
	response, err := c.Do(r) //nolint:bodyclose // closed below
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(response.Body)
	return response, string(body), errors.Join(err, response.Body.Close())
}
