// SPDX-License-Identifier: Apache-2.0

package membertest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/member"
)

// Queue checks that a queue sets what its reader may decide apart from what waits
// for others, by the rules that the decisions ask.
func Queue(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	endorse := func(who, whom string) {
		t.Helper()
		succeeds(t, s.vettings.Endorse(ctx, as(who), access.MemberID(whom),
			member.Endorsement{Statement: "Seen in person, national clearance, no conflict.", LastDay: s.day(300)}))
	}
	endorse("max", "exp")
	endorse("olga", "acm")
	endorse("otto", "omar")
	succeeds(t, s.vettings.Approve(ctx, as("omar"), "exp"))
	org, err := s.organisations.Add(ctx, as("off"), member.NewOrganisation{Name: "Bleu SA", Kind: member.Private, Country: "FR"})
	succeeds(t, err)
	_, _, err = s.invitations.Invite(ctx, as("off"), member.Draft{Org: org.ID, Email: "nell@bleu.example", Name: "Nell"})
	succeeds(t, err)
	for name, c := range map[string]struct{ who, yours, others string }{
		"an officer who had no part decides of all cases, and of no invitation": {"off", "acm exp omar", "Nell"},
		"not of whom they endorsed":                      {"olga", "exp omar", "Nell acm"},
		"not of whom they approved, nor of themselves":   {"omar", "acm", "Nell exp omar"},
		"nor of whom they endorsed, though it was late":  {"otto", "acm exp", "Nell omar"},
		"a bureau confirms its country's, and vets none": {"max", "Nell", "exp"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := s.officers.Waiting(ctx, as(c.who))
			succeeds(t, err)
			if got := whom(q.Yours); got != c.yours || q.Yours.Len() != len(strings.Fields(got)) {
				t.Errorf("%s decides of %q; want %q", c.who, got, c.yours)
			}
			if got := whom(q.Others); got != c.others {
				t.Errorf("beside %s others decide of %q; want %q", c.who, got, c.others)
			}
			if newest := q.Newest(); !strings.Contains(c.yours, newest.Name) && !strings.Contains(c.yours, string(newest.Member)) || newest.At.IsZero() {
				t.Errorf("the newest for %s is %+v", c.who, newest)
			}
			s.refusesOthers(ctx, t, c.who, q)
		})
	}
	t.Run("a case whose person is suspended, or whose end has come, is nobody's to approve", func(t *testing.T) {
		succeeds(t, s.people.Suspend(ctx, as("off"), "acm"))
		s.Advance(302 * 24 * time.Hour)
		q, err := s.officers.Waiting(ctx, as("off"))
		if err != nil || q.Yours.Len() != 0 || whom(q.Others) != "Nell acm exp omar" {
			t.Errorf("Waiting = %q and %q, %v", whom(q.Yours), whom(q.Others), err)
		}
	})
}

// refusesOthers has the reader of a queue try what it says that they may not.
func (s *script) refusesOthers(ctx context.Context, t *testing.T, who string, q member.Queue) {
	t.Helper()
	for _, c := range q.Others.Cases {
		if err := s.vettings.Approve(ctx, as(who), c.Member); err == nil {
			t.Errorf("%s approved %s, who was said to wait for others", who, c.Member)
		}
	}
	for _, i := range q.Others.Invitations {
		if err := s.invitations.Confirm(ctx, as(who), i.ID); err == nil {
			t.Errorf("%s confirmed %s, who was said to wait for others", who, i.Name)
		}
	}
}

// whom names the people that part of a queue is about.
func whom(part member.Waiting) string {
	var names []string
	for _, i := range part.Invitations {
		names = append(names, i.Name)
	}
	for _, c := range part.Cases {
		names = append(names, string(c.Member))
	}
	for _, m := range part.Officers {
		names = append(names, string(m.ID))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
