// SPDX-License-Identifier: Apache-2.0

// Package gate is the one door to rows that belong to somebody. It reads an
// actor's standing wherever it lies, asks the policy, and opens the transaction
// with the proof of the answer.
//
// It also keeps the handlings of items, which are part of the same question:
// Readable is access.Grant.MayRead, said in SQL.
package gate
