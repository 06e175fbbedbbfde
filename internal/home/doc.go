// SPDX-License-Identifier: Apache-2.0

// Package home gathers what waits for a member, from all the rooms that know of
// something: each gives a Source, and what it gives is already what that member
// may see, now. The inbox is the same things with a date, and what of them the
// member has marked as read; that mark is all that is kept here.
package home
