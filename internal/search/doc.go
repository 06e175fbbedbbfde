// SPDX-License-Identifier: Apache-2.0

// Package search is one question over all that one may see: topics, posts and
// the objects of operations, in any language and script.
//
// Its rules, in one place:
//   - what a reader may not see leaves no trace: no result, no count, and no
//     place in the order. A result's rank is told by the result alone, never by
//     how often its words stand elsewhere;
//   - first comes what is named so, or is the very value asked for, then what
//     says so; within each the newest first;
//   - all words must be there, however they are written (fold.go), and the last
//     may be unfinished. Scripts without spaces are found by any two characters;
//   - a technical value is found whole, defanged or not, and by its parts: a URL
//     by its domain, a domain by those above it (analyse.go);
//   - nothing is kept in the index that is not a copy of something else: it is
//     filled by a follower of the journal, goes when that goes, and can be
//     rebuilt from zero;
//   - what an import brings is found once the import has ended.
//
// Rows are kept by searchsql, pages made by searchweb. Which technical values
// there are is for Values to know.
package search
