// SPDX-License-Identifier: Apache-2.0

// Package stix reads and writes STIX 2.1 and 2.0 objects as bytes that it keeps
// as they came: it looks at the few fields that matter and leaves the rest, so
// that custom properties and types survive untouched.
//
// Decode splits a file into raw objects in bounded memory and lets no bad object
// stop the others. Parse tells what an object is and what is wrong with it:
// strict about the types of values, lenient about the schema. Canonical, Digest
// and Equal compare objects by RFC 8785. What goes out differs from what came in
// only where it must: SpliceMarkings and Upgrade20 insert bytes and touch no
// others.
//
// The package does no I/O of its own and decides nothing: what becomes of a
// problem, a version or a marking is for the rooms that call.
package stix
