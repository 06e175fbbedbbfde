// SPDX-License-Identifier: Apache-2.0

// Package archtest holds the house to its rules. rules.txt says which room may
// import which; other tests hold that only the gate opens transactions, that each
// feature keeps to its tables, that files stay short, that each parser has its fuzz
// target, and that words and buttons are what they should be.
package archtest
