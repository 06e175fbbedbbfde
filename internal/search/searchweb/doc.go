// SPDX-License-Identifier: Apache-2.0

// Package searchweb is the page of search, alike in the Knowledge Exchange and
// in an operation; each finds what is in it and nothing else.
//
//	GET /exchange/search, /w/{workspace}/search
//	    q: what to look for, kind: one kind alone, after: behind that result
package searchweb
