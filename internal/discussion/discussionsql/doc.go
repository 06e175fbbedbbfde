// SPDX-License-Identifier: Apache-2.0

// Package discussionsql keeps channels, topics and posts in a SQL database.
package discussionsql
