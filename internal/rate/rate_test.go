// SPDX-License-Identifier: Apache-2.0

package rate

import (
	"fmt"
	"testing"
	"time"
)

func TestBuckets(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	limit := Limit{Burst: 10, Each: time.Second}
	b := NewBuckets()
	refused := func(key string, tries, units int) (no int) {
		for range tries {
			if b.Take(key, units, limit, now) > 0 {
				no++
			}
		}
		return no
	}
	if no := refused("a", 12, 1); no != 2 {
		t.Errorf("a burst of ten: %d of 12 refused; want 2", no)
	}
	if no := refused("b", 6, 2); no != 1 {
		t.Errorf("dear requests take more: %d of 6 refused; want 1", no)
	}
	now = now.Add(3 * time.Second)
	if no := refused("a", 5, 1); no != 2 {
		t.Errorf("three seconds later: %d of 5 refused; want 2", no)
	}
	t.Run("ten thousand keys over their rate leave others what is theirs", func(t *testing.T) {
		for i := range 10_000 {
			refused(fmt.Sprint("flood", i), 11, 1)
		}
		hurt := 0
		for i := range 1000 {
			if refused(fmt.Sprint("honest", i), 1, 1) > 0 {
				hurt++
			}
		}
		if hurt > 10 {
			t.Errorf("%d of 1,000 honest keys refused", hurt)
		}
	})
}
