// SPDX-License-Identifier: Apache-2.0

// Package limit keeps a server answering those it is for while others ask too
// much of it. It knows no page and no feature; app gives it the numbers.
//
// Whoever asks is a caller: a member where the request bears a session that
// holds, otherwise a stranger, known by address (an IPv6 one by its /64, what one
// household or office is given). What a stranger does is never taken from a
// member's allowance, so that nobody can use up another's.
//
// In the order in which a request meets them:
//   - Conns: connections of strangers per address, of each member, and in all;
//     where there are too many in all, those that wait without a request go first,
//     strangers' before members'. Answers are written at a least speed.
//   - shape: length of the address, number of headers and fields, no compressed bodies;
//   - Buckets: a rate with a burst, in units that dear requests take more of.
//     Whoever is over it is answered late, so that asking again at once gains nothing;
//   - body: a least speed; small bodies are read whole before anything else is held;
//   - Gate: so many requests at once, with short queues; members go before
//     strangers, reading and writing before export.
//
// A refusal is 429 or 503 with Retry-After, or another 4xx for a request out of
// shape. It depends on the caller and on the shape of the request alone, never on
// what exists. All memory here is bounded: Buckets are a table of fixed size,
// everything else is counted by connection.
package limit
