// SPDX-License-Identifier: Apache-2.0

// Package memberweb shows who takes part in the browser: the rooms of the
// Directorate and of National Central Bureaux, which are the same pages with
// what each may see; the link of an invitation; a member's own settings.
//
// The link's guided way has four steps: rules and details are here (joining.go),
// the first means of signing in and the end are package signinweb's.
package memberweb
