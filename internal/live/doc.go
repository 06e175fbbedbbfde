// SPDX-License-Identifier: Apache-2.0

// Package live tells open pages that something is new: which thing, and its
// number, never what. The page then asks in its reader's own name, so that what
// is hidden from them stays hidden, and what is withdrawn is withdrawn.
package live
