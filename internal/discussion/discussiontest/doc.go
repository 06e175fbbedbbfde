// SPDX-License-Identifier: Apache-2.0

// Package discussiontest states what every discussion.Store must do, as scripts
// of people who write to each other.
package discussiontest
