// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

func TestWhatIsKeptIsDrawnOnceForEachLanguage(t *testing.T) {
	var kept ui.Kept[string]
	drawn := 0
	draw := func(text string) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			drawn++
			_, err := io.WriteString(w, words.Lang(ctx)+" "+text)
			return err
		})
	}
	for range 2 {
		for _, tag := range words.Tags() {
			for _, text := range []string{"one", "two"} {
				var b strings.Builder
				ctx := words.With(t.Context(), words.Reader{Tag: tag})
				if err := kept.Part(text, draw).Render(ctx, &b); err != nil || b.String() != string(tag)+" "+text {
					t.Errorf("%q, %v", b.String(), err)
				}
			}
		}
	}
	if drawn != 8 {
		t.Errorf("drawn %d times; want 8", drawn)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	var kept ui.Kept[int]
	long := strings.Repeat("x", 1<<20)
	drawn := 0
	draw := func(int) templ.Component { drawn++; return templ.Raw(long) }
	for range 2 {
		for n := range 40 {
			if err := kept.Part(n, draw).Render(t.Context(), io.Discard); err != nil {
				t.Fatal(err)
			}
		}
	}
	if drawn != 80 {
		t.Errorf("drawn %d times: 40 MB are kept", drawn)
	}
}
