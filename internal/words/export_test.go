// SPDX-License-Identifier: Apache-2.0

package words

// Category is category, for tests.
func Category(tag Tag, n int64) string { return category(tag, n) }
