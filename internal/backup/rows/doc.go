// SPDX-License-Identifier: Apache-2.0

// Package rows writes tables and their rows as bytes and reads them back: the form
// of a dump that means the same on both engines. Each table says what it held, by
// number and SHA-256, so that nothing cut, flipped or left out passes for whole.
//
// It knows no database and does no input or output of its own. What is read may
// come from anybody, and takes no more memory than one row.
package rows
