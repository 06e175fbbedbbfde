// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"errors"
	"strings"
	"testing"

	"entente.example/internal/backup/rows"
)

func TestFilesLeadNowhereElse(t *testing.T) {
	sum := strings.Repeat("a", 64)
	for _, f := range []File{
		{"../../etc/passwd", "0123456789abcdef/x-" + sum + ".age", 1},
		{"x", "../x-" + sum + ".age", 1},
		{"x", "0123456789abcdef/../../x-" + sum + ".age", 1},
		{"x", "/etc/x-" + sum + ".age", 1},
		{"x", "0123456789abcdef/x-" + sum + ".age", -1},
		{".hidden", "0123456789abcdef/x-" + sum + ".age", 1},
	} {
		if _, err := fileOf([]any{f.ID, f.Name, f.Size}); !errors.Is(err, rows.ErrDamaged) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if _, err := fileOf([]any{"x", "0123456789abcdef/x-" + sum + ".age", int64(1)}); err != nil {
		t.Error(err)
	}
}
