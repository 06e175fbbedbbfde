// SPDX-License-Identifier: Apache-2.0

// Package metrics counts what a node does, for the operator's Prometheus. Its
// labels are routes by pattern, kinds of work and names of followers: never an
// id, since a count for each workspace or member would tell who works, and how
// much.
package metrics
