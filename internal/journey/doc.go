// SPDX-License-Identifier: Apache-2.0

// Package journey drives a real browser as people would, for the journeys that
// the product promises, from a sign-in with a passkey to what is seen on another
// person's open page. They are told in the tests of package app.
package journey
