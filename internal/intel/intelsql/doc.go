// SPDX-License-Identifier: Apache-2.0

// Package intelsql keeps objects, versions and imports in a SQL database.
//
// What else must happen in the transaction of a slice comes in as functions, so
// that this room knows neither the blind match nor the queue of work.
package intelsql
