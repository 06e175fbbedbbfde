// SPDX-License-Identifier: Apache-2.0

// Package bench measures the whole program, and beside each figure the limit
// that this machine sets to the same work: the same rows through the bare
// driver, the same bytes from memory through the same server. The ratio of the
// two carries to another machine; the figure does not.
//
// The figures are with everything on: policy, journal, blind match, search,
// streams. What is measured goes in through the doors that people use, or,
// where a row says so, through the service behind them. Figure and limit take
// turns, and each is the median of its turns.
//
// Content is invented, and the same in each run: object n of a seed is always
// the same object.
package bench
