// SPDX-License-Identifier: Apache-2.0

// Package witness is both ends of a log's witness (C2SP tlog-witness): the client
// by which a log has its checkpoints cosigned, and a small witness that a partner
// runs for the log of another. A witness remembers one thing, the last checkpoint
// that it cosigned, and signs no tree that does not continue it; so a log cannot
// show one history to some and another to others.
package witness
