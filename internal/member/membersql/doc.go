// SPDX-License-Identifier: Apache-2.0

// Package membersql keeps organisations, people, invitations and vetting in a
// SQL database.
package membersql
