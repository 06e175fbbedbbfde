// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	MaybeAttack()
	os.Exit(m.Run())
}

// trial is the program, its crowd and its attacker.
type trial struct {
	target   *Target
	crowd    []*Member
	wild     *Member // the member whose account attacks: none of the crowd
	attacker *Attacker
	pages    []*page
	each     time.Duration // between two requests of a member
	long     time.Duration // of a turn
	rounds   int
}

func newTrial(t *testing.T, pinned bool) *trial {
	t.Helper()
	target := Start(t, Build(t), pinned)
	members, err := SignIn(target, 1, 12)
	if err != nil {
		t.Fatal(err)
	}
	tr := &trial{target: target, crowd: members[1:], wild: members[0], attacker: NewAttacker(t, pinned)}
	for _, m := range tr.crowd {
		page, err := m.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tr.pages = append(tr.pages, page)
	}
	return tr
}

// meets has the crowd meet an attack by turns with none, and looks what is left
// five seconds later.
func (tr *trial) meets(t *testing.T, n int) *Result {
	t.Helper()
	r := &Result{Name: Attacks()[n].Name, Before: tr.target.State()}
	for range tr.rounds {
		r.Without = append(r.Without, tr.turn(t, -1, &r.Tally))
		r.With = append(r.With, tr.turn(t, n, &r.Tally))
		r.At = tr.target.State()
	}
	time.Sleep(5 * time.Second) //nolint:forbidigo // what is promised is a state after that time
	r.End = tr.target.State()
	r.After = tr.turn(t, -1, &r.Tally)
	for i, page := range tr.pages {
		if !page.isOpen() {
			t.Errorf("%s: the open page of member %d has lost its stream", r.Name, i)
		}
	}
	return r
}

func (tr *trial) turn(t *testing.T, attack int, total *Tally) Seen {
	t.Helper()
	const lead = 500 * time.Millisecond // the attack is at its height when the crowd begins
	tally := tr.attacker.begin(order{attack, lead + tr.long, tr.target.Address, tr.wild.token, tr.wild.topics[0]})
	time.Sleep(lead) //nolint:forbidigo // an attack tells nobody that it has begun
	seen := Crowd(t.Context(), tr.crowd, tr.each, tr.long)
	got, err := tally()
	if err != nil {
		t.Fatal(err)
	}
	total.Sent += got.Sent
	total.Answered += got.Answered
	total.Refused += got.Refused
	total.Other += got.Other
	total.Cut += got.Cut
	total.Bad = append(total.Bad, got.Bad...)
	return seen
}

// holds checks what holds on any machine.
func (r *Result) holds(t *testing.T) {
	t.Helper()
	met := r.met()
	for _, bad := range append(r.Tally.Bad, met.Bad...) {
		t.Errorf("%s: %s", r.Name, bad)
	}
	if met.Refused > 0 || met.Failed > 0 {
		t.Errorf("%s: of %d requests of members, %d refused and %d failed", r.Name, len(met.Times), met.Refused, met.Failed)
	}
	if r.Tally.Other > 0 {
		t.Errorf("%s: %d answers that are no refusal", r.Name, r.Tally.Other)
	}
	const slack = 16 // of the crowd's own connections
	if r.End.Files > r.Before.Files+slack {
		t.Errorf("%s: %d descriptors before, %d five seconds after", r.Name, r.Before.Files, r.End.Files)
	}
}

// TestMembersAreAnsweredUnderAttack is the small version: no time is asserted.
func TestMembersAreAnsweredUnderAttack(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program and attacks it")
	}
	tr := newTrial(t, false)
	tr.each, tr.long, tr.rounds = 200*time.Millisecond, time.Second, 1
	for n, a := range Attacks() {
		if slices.Contains([]string{"slow headers", "slow bodies", "flood, one address", "passwords"}, a.Name) {
			tr.meets(t, n).holds(t)
		}
	}
}

// TestUnderAttack measures all attacks, if HOSTILE is set: to "all", or
// to a part of a name; HOSTILE_ROUNDS says how often.
func TestUnderAttack(t *testing.T) {
	which := os.Getenv("HOSTILE")
	if which == "" {
		t.Skip("takes minutes: make hostile")
	}
	_, err := exec.LookPath("taskset")
	tr := newTrial(t, err == nil)
	tr.each, tr.long, tr.rounds = 70*time.Millisecond, 2*time.Second, 6
	if n, err := strconv.Atoi(os.Getenv("HOSTILE_ROUNDS")); err == nil {
		tr.rounds = n
	}
	tr.turn(t, -1, &Tally{}) // what a crowd needs is in memory before it is measured
	var table strings.Builder
	Heading(&table)
	for n, a := range Attacks() {
		if which != "all" && !strings.Contains(a.Name, which) {
			continue
		}
		r := tr.meets(t, n)
		r.Print(&table)
		r.Print(os.Stderr) // whoever waits for minutes
		r.holds(t)
	}
	fmt.Print(table.String())
}
