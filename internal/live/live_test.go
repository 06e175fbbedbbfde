// SPDX-License-Identifier: Apache-2.0

package live_test

import (
	"sync"
	"testing"

	"entente.example/internal/live"
)

func TestAListenerHearsItsSubjectsAlone(t *testing.T) {
	var hub live.Hub
	ann, bob := hub.Listen(live.Topic("w", "t")), hub.Listen(live.Topic("w", "u"))
	hub.Tell(live.Notice{Subject: live.Topic("w", "t"), Number: 1})
	hub.Tell(live.Notice{Subject: live.Everyone(), Number: 2})
	if a, b := <-ann.C, <-ann.C; a.Number != 1 || b.Number != 2 {
		t.Errorf("ann heard %d, %d", a.Number, b.Number)
	}
	if n := <-bob.C; n.Number != 2 || len(bob.C) != 0 {
		t.Errorf("bob heard %d and %d more", n.Number, len(bob.C))
	}
}

func TestWhoCannotKeepUpIsCutAndHoldsNobodyBack(t *testing.T) {
	var hub live.Hub
	slow := hub.Listen("s")
	for n := range 1000 {
		hub.Tell(live.Notice{Subject: "s", Number: int64(n)})
	}
	heard := 0
	for range slow.C { // ends, because it is closed
		heard++
	}
	if heard == 0 || heard == 1000 {
		t.Errorf("heard %d of 1000; want some and then to be cut", heard)
	}
	hub.Leave(slow)
}

func TestManyMayComeAndGoAtOnce(t *testing.T) {
	var hub live.Hub
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			l := hub.Listen("s", "m")
			hub.Tell(live.Notice{Subject: "s"})
			<-l.C
			hub.Leave(l)
		})
	}
	wg.Wait()
}
