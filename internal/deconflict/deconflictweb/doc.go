// SPDX-License-Identifier: Apache-2.0

// Package deconflictweb shows an operation its hits, and the Directorate's desk
// the matches that it alone is told of.
//
//	GET  /w/{workspace}/hits        the hits that the reader may see, newest first
//	POST /w/{workspace}/hits/seen   "hit": one of them, or "last": all up to that one
//	GET  /desk                      the desk
package deconflictweb
