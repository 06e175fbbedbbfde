// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"testing"
	"time"

	"entente.example/internal/access"
)

func TestOperationsUnderWayComeFirst(t *testing.T) {
	t.Parallel()
	heads := []Head{
		{Name: "archived", State: access.Archived}, {Name: "planned", State: access.Planning}, {Name: "one", State: access.Active},
		{Name: "closing", State: access.Closing}, {Name: "two", State: access.Active},
	}
	got := ""
	for _, h := range InOrder(heads) {
		got += h.Name + " "
	}
	if got != "one two closing planned archived " {
		t.Errorf("in order: %s", got)
	}
	if heads[0].Name != "archived" {
		t.Error("the list that was given changed")
	}
}

func TestAReviewIsDueForManagers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		head Head
		in   time.Duration
		due  bool
	}{
		"two weeks ahead it is":               {Head{Role: access.Manager, State: access.Active}, 14*24*time.Hour - 1, true},
		"earlier it is not":                   {Head{Role: access.Manager, State: access.Active}, 14 * 24 * time.Hour, false},
		"it stays so past the day":            {Head{Role: access.Manager, State: access.Closing}, -time.Hour, true},
		"an analyst has nothing to decide":    {Head{Role: access.Analyst, State: access.Active}, time.Hour, false},
		"and nobody does of what is archived": {Head{Role: access.Manager, State: access.Archived}, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.head.ReviewAt = now.Add(c.in)
			if since, due := c.head.Due(now); due != c.due || due && since.After(now) {
				t.Errorf("Due = %v, %v; want %v", since, due, c.due)
			}
		})
	}
}
