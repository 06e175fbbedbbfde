// SPDX-License-Identifier: Apache-2.0

// Package signinsql keeps sessions and means of signing in in a SQL database.
package signinsql
