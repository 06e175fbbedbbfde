// SPDX-License-Identifier: Apache-2.0

package bus

// Connected reports whether messages reach other nodes now.
func (b *Bus) Connected() bool { return b.conn.IsConnected() }
