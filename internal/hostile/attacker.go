// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// role is the variable that makes a test's program an attacker.
const role = "HOSTILE_ATTACKER"

// order is what an attacker is told: which attack (below zero: burn the
// processor), how long, and the session of the member who goes wild.
type order struct {
	Attack  int
	For     time.Duration
	Address string
	Token   string
	Topic   string
}

// MaybeAttack turns this process into an attacker, if it was started as one.
func MaybeAttack() {
	if os.Getenv(role) == "" {
		return
	}
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, 19) // no more than a wish
	orders, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var o order
		if err := orders.Decode(&o); err != nil {
			os.Exit(0) // the test has ended
		}
		if err := out.Encode(o.obey()); err != nil {
			os.Exit(1)
		}
	}
}

func (o order) obey() Tally {
	ctx, cancel := context.WithTimeout(context.Background(), o.For)
	defer cancel()
	if o.Attack < 0 {
		burn(ctx)
		return Tally{}
	}
	const first = 16 // the first group of addresses that attackers use
	target := &Target{Address: o.Address}
	member := &Member{target: target, token: o.Token, topics: []string{o.Topic}}
	return Attacks()[o.Attack].Run(ctx, target, byte(first+o.Attack), member)
}

// burn keeps a processor busy.
func burn(ctx context.Context) {
	for n := 0; ctx.Err() == nil; {
		for range 10_000 {
			n++
		}
	}
}

// Attacker is the process that attacks.
type Attacker struct {
	orders  *json.Encoder
	tallies *json.Decoder
}

// NewAttacker starts the attackers' process, which ends with the test.
func NewAttacker(t *testing.T, pinned bool) *Attacker {
	t.Helper()
	args := append(pin(pinned, "1"), os.Args[0])
	process := exec.CommandContext(context.WithoutCancel(t.Context()), args[0], args[1:]...) //nolint:gosec // this program
	process.Env = append(os.Environ(), role+"=yes", "GOMAXPROCS=1")
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = process.Wait()
	})
	return &Attacker{json.NewEncoder(in), json.NewDecoder(bufio.NewReader(out))}
}

// begin has the attacker go to work, and returns what waits for its tally.
func (a *Attacker) begin(o order) (tally func() (Tally, error)) {
	err := a.orders.Encode(o)
	return func() (Tally, error) {
		var tally Tally
		if err == nil {
			err = a.tallies.Decode(&tally)
		}
		return tally, err
	}
}

// Result is what one attack did.
type Result struct {
	Name            string
	Without, With   Seen
	Tally           Tally
	Before, At, End State
}

// Ratio is the crowd's p99 with the attack over that without.
func (r *Result) Ratio() float64 {
	return float64(r.With.At(0.99)) / float64(max(1, r.Without.At(0.99)))
}

// Print writes the result as a line of a table.
func (r *Result) Print(w io.Writer) {
	fmt.Fprintf(w, "%-38s %6.1f %6.1f  %7.1f %7.1f  %5.2f  %4d %4d  %8d %8d %8d %8d  %4d %4d %4d  %5d %5d\n", r.Name,
		ms(r.Without.At(0.5)), ms(r.With.At(0.5)), ms(r.Without.At(0.99)), ms(r.With.At(0.99)), r.Ratio(),
		r.With.Refused, r.With.Failed, r.Tally.Sent, r.Tally.Answered, r.Tally.Refused, r.Tally.Cut,
		r.Before.RSS, r.At.RSS, r.End.RSS, r.Before.Files, r.End.Files)
}

// Heading writes the table's heading.
func Heading(w io.Writer) {
	fmt.Fprintf(w, "%-38s %6s %6s  %7s %7s  %5s  %4s %4s  %8s %8s %8s %8s  %4s %4s %4s  %5s %5s\n", "attack (times in ms, memory in MB)",
		"p50", "under", "p99", "under", "ratio", "429", "fail", "sent", "answered", "refused", "cut", "RSS", "at", "5s", "files", "5s")
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
