// SPDX-License-Identifier: Apache-2.0

// Package auditsql queues journal entries inside the transaction of the change
// that they tell of, and reads the journal back by number.
package auditsql
