// SPDX-License-Identifier: Apache-2.0

// Package fault classifies errors, so that every door answers them alike, in
// the reader's language: a Kind to act on, the key of a message for the caller,
// a cause for the operator alone.
package fault
