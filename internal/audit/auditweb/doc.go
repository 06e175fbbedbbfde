// SPDX-License-Identifier: Apache-2.0

// Package auditweb shows the journal to the browser: a member's own acts, each
// with a proof that the browser checks by itself; the journal of an operation to
// those who run it; the platform's to the Directorate. It also serves the log to
// any member in the form of C2SP tlog-tiles, under /log.
package auditweb
