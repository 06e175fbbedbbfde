// SPDX-License-Identifier: Apache-2.0

// Package signin is how people prove who they are: passkeys first, a password
// with a one-time code where there is none, and the sessions that follow.
//
// Its rules, in one place:
//   - a session is a secret of which only the hash is kept. It ends 30 minutes
//     after it was last used, 12 hours after it began, when its owner ends it, and
//     with the standing of its member, which the gate asks at each request;
//   - a passkey names its owner (discoverable) and verifies them (PIN or
//     biometrics); each challenge is answered once, within five minutes; a counter
//     that runs backwards is refused;
//   - a wrong name, password or code has one answer, after the same work; a code is
//     taken once;
//   - attempts are limited per client, per name from one client, and per name from
//     all clients where it never signed in, whether or not the name is anybody's: who
//     tries another's name uses up nothing where its owner signs in. The limits live
//     in this node's memory: many nodes allow as many times more. They never keep
//     anybody from their passkey;
//   - nobody removes their last means of signing in, and who has a passkey changes
//     their means with it alone;
//   - by the link of an invitation one adds one's first means, and no more.
//
// Strength follows from the means: access.Passkey or access.TwoFactor. What each
// opens is the policy's matter (package access).
//
// The package decides; passkey and password hold the cryptography, signinsql the
// rows, signinweb the pages. Who the members are is told through Directory.
package signin
