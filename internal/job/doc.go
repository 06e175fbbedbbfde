// SPDX-License-Identifier: Apache-2.0

// Package job is durable background work. A job is queued in the transaction of
// the act that asks for it, so there is never one without the other. A Runner
// claims it for a while, renews the claim while the work goes on, and tries again
// later when it fails; when a node dies, another takes over once its claim has
// ended. So work may begin twice, and must carry on from what it finds.
//
// Work that has failed too often is given up: its kind says what then.
package job
