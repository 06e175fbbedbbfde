// SPDX-License-Identifier: Apache-2.0

// Package bus carries messages between the nodes of a deployment: over NATS in
// this process by default, over a NATS cluster where one is named.
//
// Messages hold ids and numbers, never content. The database is the truth: a
// lost message costs a little time, never data.
package bus
