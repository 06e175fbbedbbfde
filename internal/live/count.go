// SPDX-License-Identifier: Apache-2.0

package live

// Listeners returns how many listen now.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners[Everyone()])
}
