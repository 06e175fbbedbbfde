// SPDX-License-Identifier: Apache-2.0

package words

// Category is category, for tests.
func Category(tag Tag, n int64) string { return category(tag, n) }

// Typeset is for the test of the catalogues as they were typed.
var Typeset = typeset
