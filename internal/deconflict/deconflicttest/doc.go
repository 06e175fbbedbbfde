// SPDX-License-Identifier: Apache-2.0

// Package deconflicttest states what the blind match and every
// deconflict.Store must do, on every engine.
package deconflicttest
