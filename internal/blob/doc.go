// SPDX-License-Identifier: Apache-2.0

// Package blob keeps bytes that are too many for a row, under names of its own
// choosing. What was written is there once Create has returned, and nothing is
// where it failed. Who may read a blob is for the room that keeps its id.
package blob
