// SPDX-License-Identifier: Apache-2.0

// Package inject lets system calls of a program fail, for tests of what it then
// does. The program is run as it is built, under strace.
package inject

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// withoutEnv names the variable with a list of what tests do without.
const withoutEnv = "ENTENTE_TEST_WITHOUT"

// Required skips the test if the run is to do without strace, and fails it where
// there is none.
func Required(t testing.TB) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv(withoutEnv), ","), "strace") {
		t.Skip(withoutEnv + " names strace: no system call was made to fail")
	}
	if out, err := exec.CommandContext(t.Context(), "strace", "-qq", "-e", "trace=none", "true").CombinedOutput(); err != nil {
		t.Fatalf("strace: %v %s: install it and let it trace, or name it in %s to go without", err, out, withoutEnv)
	}
}

// Fault is a system call that fails.
type Fault struct {
	Call  string   // by its name, such as fdatasync
	Error string   // with this, such as EIO
	When  string   // which of each thread's: "3" is the third, "3+" the third and all after it
	Paths []string // on these files alone; on any, if there are none
	Seen  []string // calls to note besides
}

func (f Fault) String() string { return fmt.Sprintf("%s %s when=%s", f.Call, f.Error, f.When) }

// Command returns the command under f. Its process is the program's own, to be
// waited for and killed. What is called is noted in the file trace.
func Command(f Fault, trace, name string, args ...string) *exec.Cmd {
	with := []string{"-D", "-f", "-qq", "--seccomp-bpf", "-y", "-s", "0", "-o", trace, "-e", "signal=none",
		"-e", "trace=" + strings.Join(append([]string{f.Call}, f.Seen...), ","),
		"-e", "inject=" + f.Call + ":error=" + f.Error + ":when=" + f.When}
	for _, path := range f.Paths {
		with = append(with, "-P", path)
	}
	return exec.Command("strace", slices.Concat(with, []string{"--", name}, args)...)
}

// Call is a system call that was made.
type Call struct {
	Name   string
	Args   string // as strace writes them, with the path of each descriptor
	Failed bool   // it was made to fail
}

var (
	begun   = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	resumed = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
)

// Calls reads a trace. The calls are in the order of their ends.
func Calls(t testing.TB, trace string) (calls []Call) {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	const unfinished = "<unfinished ...>"
	waits := map[string]Call{} // by thread
	for line := range strings.Lines(string(text)) {
		if m := begun.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			c := Call{Name: m[2], Args: m[3], Failed: strings.HasSuffix(m[3], "(INJECTED)")}
			if strings.HasSuffix(c.Args, unfinished) {
				waits[m[1]] = c
				continue
			}
			calls = append(calls, c)
		} else if m := resumed.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			c := waits[m[1]]
			c.Failed = strings.HasSuffix(m[2], "(INJECTED)")
			calls = append(calls, c)
		}
	}
	return calls
}

// Hits counts the calls that failed.
func Hits(calls []Call) (n int) {
	for _, c := range calls {
		if c.Failed {
			n++
		}
	}
	return n
}
