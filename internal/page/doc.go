// SPDX-License-Identifier: Apache-2.0

// Package page names a slice of a long list: by the key of the row it goes on
// after, never by a count of rows to pass over. It tells the paths of our own
// pages from addresses elsewhere.
package page
