// SPDX-License-Identifier: Apache-2.0

// Package sqldbtest gives tests fresh databases with the schema of the house,
// on every engine we support.
package sqldbtest
