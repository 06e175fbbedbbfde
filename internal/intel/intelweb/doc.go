// SPDX-License-Identifier: Apache-2.0

// Package intelweb shows what an operation knows in the browser: the list of
// objects, each object, the way of an import from file to report, and export.
package intelweb
