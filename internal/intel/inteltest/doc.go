// SPDX-License-Identifier: Apache-2.0

// Package inteltest states what the stores of package intel must do, by what
// its services then do: imports from the upload to their end, lists, entities
// and exports.
package inteltest
