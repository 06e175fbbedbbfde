// SPDX-License-Identifier: Apache-2.0

// Package searchtest states what every search.Store must do, and the index
// behind it, as scripts of people who write, import and look for things.
package searchtest
