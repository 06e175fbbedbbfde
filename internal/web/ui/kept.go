// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"entente.example/internal/words"
)

// Kept keeps parts of pages as they were drawn, so that what many read is drawn
// once. A part must follow from its V and from the reader's language and time
// zone alone, and V must be what this reader may see: a part is found only by
// who already has all that is in it. The zero Kept is ready.
type Kept[V comparable] struct {
	mu          sync.Mutex
	young, aged map[sight[V]]string // guarded by mu
	size        int                 // of young, in bytes; guarded by mu
}

// sight is what a part follows from.
type sight[V comparable] struct {
	of     V
	reader words.Reader
}

// keptBytes is how many bytes of parts become old together.
const keptBytes = 4 << 20

// Part is what draw makes of v, drawn now or before.
func (k *Kept[V]) Part(v V, draw func(V) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		at := sight[V]{v, words.Of(ctx)}
		html, known := k.find(at)
		if !known {
			var b strings.Builder
			if err := draw(v).Render(ctx, &b); err != nil {
				return err
			}
			html = b.String()
			k.keep(at, html)
		}
		_, err := io.WriteString(w, html)
		return err
	})
}

func (k *Kept[V]) find(at sight[V]) (html string, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if html, known = k.young[at]; !known {
		html, known = k.aged[at]
	}
	return html, known
}

func (k *Kept[V]) keep(at sight[V], html string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.young == nil || k.size > keptBytes {
		k.young, k.aged, k.size = map[sight[V]]string{}, k.young, 0
	}
	k.young[at] = html
	k.size += len(html)
}
