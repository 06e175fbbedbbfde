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
	hub.Tell(live.Notice{Subject: live.Topic("w", "t"), Event: live.Posted, Number: 1})
	hub.Tell(live.Notice{Subject: live.Everyone(), Event: live.Check, Number: 2})
	<-ann.C
	if heard := ann.Take(); len(heard) != 2 || heard[0].Number != 1 || heard[1].Number != 2 {
		t.Errorf("ann heard %v", heard)
	}
	<-bob.C
	if heard := bob.Take(); len(heard) != 1 || heard[0].Number != 2 {
		t.Errorf("bob heard %v", heard)
	}
}

func TestWhoIsSlowHearsTheNewestOfEachThing(t *testing.T) {
	var hub live.Hub
	slow := hub.Listen("s")
	for n := range 1000 {
		hub.Tell(live.Notice{Subject: "s", Event: live.Posted, Topic: "a", Number: int64(n)})
		hub.Tell(live.Notice{Subject: "s", Event: live.Posted, Topic: "b", Number: int64(2 * n)})
		hub.Tell(live.Notice{Subject: "s", Event: live.Counts})
	}
	<-slow.C
	heard := slow.Take()
	if len(heard) != 3 || heard[0].Number != 999 || heard[1].Number != 1998 || heard[2].Event != live.Counts {
		t.Errorf("heard %v", heard)
	}
	hub.Tell(live.Notice{Subject: "s", Event: live.Posted, Topic: "a", Number: 1000})
	<-slow.C
	if heard := slow.Take(); len(heard) != 1 || heard[0].Number != 1000 {
		t.Errorf("then heard %v", heard)
	}
}

func TestNewsOfUnlikeHandlingIsNotTakenForTheSame(t *testing.T) {
	var hub live.Hub
	slow := hub.Listen("s")
	for range 2 {
		for _, reach := range []string{"open", "restricted"} {
			hub.Tell(live.Notice{Subject: "s", Event: live.Counts, Of: live.Item{Workspace: "w", Reach: reach}})
		}
		hub.Tell(live.Notice{Subject: "s", Event: live.Counts, Of: live.Item{Workspace: "w", Reach: "open", Hit: true}})
	}
	<-slow.C
	if heard := slow.Take(); len(heard) != 3 {
		t.Errorf("heard %v", heard)
	}
}

func TestNothingIsLostBetweenTakes(t *testing.T) {
	var hub live.Hub
	l := hub.Listen("s")
	const last = 10_000
	go func() {
		for n := range last + 1 {
			hub.Tell(live.Notice{Subject: "s", Event: live.Posted, Number: int64(n)})
		}
	}()
	for newest := int64(0); newest < last; {
		<-l.C
		for _, n := range l.Take() {
			if n.Number < newest {
				t.Fatalf("%d after %d", n.Number, newest)
			}
			newest = n.Number
		}
	}
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
			hub.Leave(l)
		})
	}
	wg.Wait()
	if n := hub.Listeners(); n != 0 {
		t.Errorf("%d listen after all have left", n)
	}
}
