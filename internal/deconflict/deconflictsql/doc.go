// SPDX-License-Identifier: Apache-2.0

// Package deconflictsql keeps match keys, hits and warning lists in a SQL
// database. Match, Forget and Rehandle run in the transactions of the room that
// brings values in; Store serves the pages.
package deconflictsql
