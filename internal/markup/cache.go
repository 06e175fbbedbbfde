// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"crypto/sha256"
	"sync"
)

// Cache renders texts that mention nobody, and keeps what became of those that
// were asked for lately: that depends on the text alone. The zero Cache is ready.
type Cache struct {
	mu          sync.Mutex
	young, aged map[[sha256.Size]byte]string // guarded by mu
	size        int                          // of young, in bytes; guarded by mu
}

// generation is how many bytes become old together.
const generation = 4 << 20

// Render is Render with a resolver that knows nobody.
func (c *Cache) Render(text string) (html string) {
	key := sha256.Sum256([]byte(text))
	c.mu.Lock()
	html, known := c.young[key]
	if !known {
		html, known = c.aged[key]
	}
	c.mu.Unlock()
	if known {
		return html
	}
	html = Render(text, nil)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.young == nil || c.size > generation {
		c.young, c.aged, c.size = map[[sha256.Size]byte]string{}, c.young, 0
	}
	c.young[key] = html
	c.size += len(html)
	return html
}
