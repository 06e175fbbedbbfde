// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"strings"
	"testing"
)

// TestTablesAreTheHouses: ui.Table has its rows walked by the keyboard where they
// lead somewhere, and names it; no page draws a table of its own.
func TestTablesAreTheHouses(t *testing.T) {
	for name, text := range sources(t, ".templ") {
		own := strings.Contains(text, "<table") || strings.Contains(text, "<tbody")
		house := strings.HasSuffix(name, "web/ui/table.templ") || strings.HasSuffix(name, "web/ui/chart.templ")
		if own != house {
			t.Errorf("%s draws a table itself: %t", name, own)
		}
		if strings.HasSuffix(name, "web/ui/table.templ") && !strings.Contains(text, "<tbody data-rows>") {
			t.Error("the rows of ui.Table are not for the keyboard")
		}
	}
}
