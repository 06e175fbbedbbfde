// SPDX-License-Identifier: Apache-2.0

// Package archtest holds the house to its rules: rules.txt says which room may
// import which, and the test of this package checks that all do.
package archtest
