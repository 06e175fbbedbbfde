// SPDX-License-Identifier: Apache-2.0

// Package workspaceweb shows a member's operations, and each operation's
// overview, members and settings, in the browser. What other rooms know of an
// operation, such as its newest topics, comes in through Around.
package workspaceweb
