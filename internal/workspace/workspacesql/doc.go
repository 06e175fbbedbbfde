// SPDX-License-Identifier: Apache-2.0

// Package workspacesql keeps workspaces and memberships in a SQL database.
package workspacesql
