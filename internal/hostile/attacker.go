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
	"slices"
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
	comeAfter()
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

// comeAfter has this process come after the crowd's, which began with the same
// priority.
func comeAfter() {
	const lower = 14
	own, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0) // 20 less the nice value, as Linux returns it
	if err != nil {
		return
	}
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, min(19, 20-own+lower)) // no more than a wish
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

// Result is what one attack did. Without and With have a Seen for each round.
type Result struct {
	Name            string
	Without, With   []Seen
	After           Seen // without an attack again, five seconds after the last
	Tally           Tally
	Before, At, End State
}

// median is the median over the rounds of the time within which that part of a
// round's requests was answered: a round in which the machine was busy elsewhere
// decides nothing.
func median(rounds []Seen, part float64) time.Duration {
	var each []time.Duration
	for i := range rounds {
		each = append(each, rounds[i].At(part))
	}
	slices.Sort(each)
	if len(each) == 0 {
		return 0
	}
	return (each[(len(each)-1)/2] + each[len(each)/2]) / 2
}

// met joins all that the crowd met under attack.
func (r *Result) met() (all Seen) {
	for _, s := range r.With {
		all.add(s)
	}
	return all
}

// Ratio is the crowd's p99 with the attack over that without.
func (r *Result) Ratio() float64 {
	return float64(median(r.With, 0.99)) / float64(max(1, median(r.Without, 0.99)))
}

// Print writes the result as a line of a table.
func (r *Result) Print(w io.Writer) {
	met := r.met()
	fmt.Fprintf(w, "%-38s %6.1f %6.1f  %7.1f %7.1f %7.1f  %5.2f  %4d %4d  %8d %8d %8d %8d  %4d %4d %4d  %5d %5d\n", r.Name,
		ms(median(r.Without, 0.5)), ms(median(r.With, 0.5)), ms(median(r.Without, 0.99)), ms(median(r.With, 0.99)), ms(r.After.At(0.99)), r.Ratio(),
		met.Refused, met.Failed, r.Tally.Sent, r.Tally.Answered, r.Tally.Refused, r.Tally.Cut,
		r.Before.RSS, r.At.RSS, r.End.RSS, r.Before.Files, r.End.Files)
}

// Heading writes the table's heading.
func Heading(w io.Writer) {
	fmt.Fprintf(w, "%-38s %6s %6s  %7s %7s %7s  %5s  %4s %4s  %8s %8s %8s %8s  %4s %4s %4s  %5s %5s\n", "attack (times in ms, memory in MB)",
		"p50", "under", "p99", "under", "after", "ratio", "429", "fail", "sent", "answered", "refused", "cut", "RSS", "at", "5s", "files", "5s")
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
