// SPDX-License-Identifier: Apache-2.0

// Command entente serves the platform, and does for its administrator what
// needs no page.
package main
