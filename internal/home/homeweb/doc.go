// SPDX-License-Identifier: Apache-2.0

// Package homeweb is the first page after sign-in, what waits for the member, and
// their inbox, what happened to them.
package homeweb
