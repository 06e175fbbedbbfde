// SPDX-License-Identifier: Apache-2.0

package limit

// underWay returns how many callers have a request under way.
func (l *Limiter) underWay() int {
	l.counts.mu.Lock()
	defer l.counts.mu.Unlock()
	return len(l.counts.n)
}
