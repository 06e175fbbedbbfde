// SPDX-License-Identifier: Apache-2.0

// Package app builds a running server from its parts. It is the only package
// that knows them all, and the only one that reads the clock and makes ids and
// secrets for the others.
package app
